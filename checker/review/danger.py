"""In which order changes are read: what needs no vetting any more first, what is wider next."""

from __future__ import annotations

from collections.abc import Iterable

from checker.report.model import SEVERITIES
from checker.review.model import Broken, Change

_OWN = ("own-account-added", "own-organization-added", "own-issuer-added", "image-alias-added")
_RULES = ("policy-", "severity-", "setting-", "baseline-", "include-")


def by_danger(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Own ones, then weaker rules, then wider entries, those that limit nothing first; at last
    what is narrower or only worded otherwise."""
    return tuple(sorted(changes, key=_order))


def by_severity(broken: Iterable[Broken]) -> tuple[Broken, ...]:
    """The most severe first, each once."""
    distinct = dict.fromkeys(broken)
    return tuple(sorted(distinct, key=lambda breach: SEVERITIES.index(breach.severity)))


def is_rule(change: Change) -> bool:
    """Whether it is one of settings, policies, baseline, workflows, or of which files make the
    allowlist: not of what stands in it."""
    return change.kind.startswith(_RULES)


def _order(change: Change) -> tuple[int, bool, str, str, str]:
    limits = not (change.unbounded or change.blanket or change.open_federation)
    return _rank(change), limits, change.kind, change.vendor or "", change.detail


def _rank(change: Change) -> int:
    if not change.widens:
        return 3
    if change.kind in _OWN:
        return 0
    return 1 if is_rule(change) else 2
