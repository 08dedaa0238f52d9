"""An exception of the allowlist as policies see it."""

from __future__ import annotations

from datetime import date

from checker.facts.plain import Facts
from checker.vetting.entries import ExceptionEntry


def exception_facts(entry: ExceptionEntry, today: date, matched: int) -> Facts:
    """`matched`: the findings that it waives. It holds until the end of its day of expiry."""
    left = (entry.expires - today).days
    return {
        "resource": f"allowlist.yaml#{entry.policy}:{entry.principal}:{entry.resource}",
        "policy": entry.policy,
        "principal": entry.principal,
        "pattern": entry.resource,
        "reason": entry.reason,
        "owner": entry.owner,
        "expires": entry.expires.isoformat(),
        "days_left": left,
        "status": "expired" if left < 0 else "in-force",
        "matched": matched,
    }
