"""Gaps that a change accepts, or no longer does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from checker.review.model import Change
from checker.review.terms import differences
from checker.vetting.allowlist import AcceptedGap, Allowlist

_POLICY = "collection-gap"


def gap_changes(base: Allowlist, head: Allowlist, today: date) -> Iterator[Change]:
    """An entry is another one when it is for other accounts, regions or calls."""
    old = {entry.where: entry for entry in base.file.gaps}
    new = {entry.where: (place, entry) for place, entry in enumerate(head.file.gaps)}
    for where, (place, entry) in new.items():
        for kind, more, widens in _differences(old.get(where), entry):
            yield _change(kind, entry, more, today, widens, head.gap_line(place))
    for where in sorted(old.keys() - new.keys()):
        yield _change("gap-removed", old[where], "", today, False, None)


def _differences(was: AcceptedGap | None, now: AcceptedGap) -> Iterator[tuple[str, str, bool]]:
    """Kind, words and whether it is wider."""
    if was is None:
        yield "gap-accepted", "", True
    else:
        yield from differences(was, now, "gap")


def _change(
    kind: str, entry: AcceptedGap, more: str, today: date, widens: bool, line: int | None
) -> Change:
    until = f"until {entry.expires.isoformat()}{more}"
    return Change(
        kind=kind,
        vendor=None,
        detail=f"{entry.call} in {entry.account}/{entry.region} {until}: "
        f"{entry.reason} ({entry.owner})",
        line=line,
        widens=widens,
        expires_in_days=(entry.expires - today).days,
        policy=_POLICY,
        resource=entry.where,
    )
