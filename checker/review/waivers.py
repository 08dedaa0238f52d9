"""Exceptions: what is newly waived, for longer, by whom and why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from checker.report.model import Severity
from checker.review.breadth import blanket
from checker.review.lines import at
from checker.review.model import Change
from checker.review.terms import differences
from checker.vetting.allowlist import Allowlist
from checker.vetting.entries import ExceptionEntry


def exception_changes(
    base: Allowlist, head: Allowlist, today: date, severities: dict[str, Severity]
) -> Iterator[Change]:
    """An exception is another one when it waives another policy, principal or resource."""
    old = {_waived(e): e for e in base.file.exceptions}
    new = {_waived(e): (i, e) for i, e in enumerate(head.file.exceptions)}
    for key, (place, entry) in new.items():
        for kind, more, widens in _differences(old.get(key), entry):
            change = _change(kind, entry, more, today, severities.get(entry.policy), widens)
            yield at(change, head.exception_mark(place))
    for key in (one for one in old if one not in new):
        severity = severities.get(old[key].policy)
        yield _change("exception-removed", old[key], "", today, severity, widens=False)


def _differences(
    was: ExceptionEntry | None, now: ExceptionEntry
) -> Iterator[tuple[str, str, bool]]:
    """Kind, words and whether it is wider."""
    if was is None:
        yield "exception-added", "", True
    else:
        yield from differences(was, now, "exception")


def _change(
    kind: str, entry: ExceptionEntry, more: str, today: date, severity: Severity | None,
    widens: bool,
) -> Change:  # fmt: skip
    what = f"{entry.policy} for {entry.principal} on {entry.resource}"
    until = f"until {entry.expires.isoformat()}{more}"
    return Change(
        kind=kind,
        vendor=None,
        detail=f"{what} {until}: {entry.reason} ({entry.owner})",
        line=None,
        widens=widens,
        expires_in_days=(entry.expires - today).days,
        blanket=blanket(entry.resource),
        policy=entry.policy,
        policy_severity=severity,
        principal=entry.principal,
        resource=entry.resource,
    )


def _waived(entry: ExceptionEntry) -> tuple[str, str, str]:
    return entry.policy, entry.principal, entry.resource
