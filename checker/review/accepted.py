"""Gaps that a change accepts, or no longer does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from checker.report.model import GAP_POLICY, Severity
from checker.review.breadth import blanket_gap
from checker.review.lines import at
from checker.review.model import Change
from checker.review.terms import differences
from checker.vetting.allowlist import Allowlist
from checker.vetting.entries import AcceptedGap


def gap_changes(
    base: Allowlist, head: Allowlist, today: date, severities: dict[str, Severity]
) -> Iterator[Change]:
    """An entry is another one when it is for other accounts, regions or calls."""
    severity = severities.get(GAP_POLICY)
    old = {entry.where: entry for entry in base.file.gaps}
    new = {entry.where: (place, entry) for place, entry in enumerate(head.file.gaps)}
    for where, (place, entry) in new.items():
        for kind, more, widens in _differences(old.get(where), entry):
            change = _change(kind, entry, more, today, severity, widens)
            yield at(change, head.gap_mark(place))
    for where in (one for one in old if one not in new):
        yield _change("gap-removed", old[where], "", today, severity, widens=False)


def _differences(was: AcceptedGap | None, now: AcceptedGap) -> Iterator[tuple[str, str, bool]]:
    """Kind, words and whether it is wider."""
    if was is None:
        yield "gap-accepted", "", True
    else:
        yield from differences(was, now, "gap")


def _change(
    kind: str, entry: AcceptedGap, more: str, today: date, severity: Severity | None, widens: bool
) -> Change:
    until = f"until {entry.expires.isoformat()}{more}"
    return Change(
        kind=kind,
        vendor=None,
        detail=f"{entry.call} in {entry.account}/{entry.region} {until}: "
        f"{entry.reason} ({entry.owner})",
        line=None,
        widens=widens,
        expires_in_days=(entry.expires - today).days,
        blanket=blanket_gap(entry.account, entry.region, entry.call),
        policy=GAP_POLICY,
        policy_severity=severity,
        resource=entry.where,
    )
