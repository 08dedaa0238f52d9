"""Rows of `usage assume-role`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from checker.snapshot.usage import Assumption


def assumption_rows(assumptions: Iterable[Assumption], own: frozenset[str]) -> list[dict[str, Any]]:
    """Who assumes which role, most frequent first; `failed` attempts beside. A `third_party` is
    whoever is no AWS service and has an account that is neither the role's nor an own one."""
    rows = [_row(one, own) for one in assumptions]
    return sorted(rows, key=lambda r: (-r["count"], r["role"], r["caller"] or ""))


def _row(one: Assumption, own: frozenset[str]) -> dict[str, Any]:
    caller = one.caller
    account = caller.account if caller else None
    return {
        "role": one.role,
        "caller": caller.text if caller else None,
        "caller_account": account,
        "count": one.calls,
        "failed": sum(one.errors.values()),
        "third_party": bool(caller and not caller.service and account not in {one.account, *own}),
    }
