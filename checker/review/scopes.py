"""Two scopes of one vendor: where the later is wider, where narrower."""

from __future__ import annotations

from collections.abc import Iterator

from checker.trust import includes
from checker.vetting.entries import UsageLimits, VettedScope
from checker.vetting.scope import vets_resources

GRADES = ("read", "write", "admin", None)
"""Privileges in order; None, no limit, is the widest."""
PINNED = ("required", None, "optional")
DAILY = 1.0
"""Dollars a day that calls may cost where an entry says nothing, as in `costly-vendor-calls`."""
Difference = tuple[str, bool]
"""In words, and whether the later scope is wider there."""
Patterns = tuple[str, ...] | None


def differences(before: VettedScope, after: VettedScope) -> Iterator[Difference]:
    for key in ("roles", "principals", "images", "code"):
        yield from _patterns(key, getattr(before, key), getattr(after, key))
    yield from _patterns("in_accounts", before.in_accounts, after.in_accounts)
    if before.external_id != after.external_id:
        detail = f"external_id {before.external_id} → {after.external_id}"
        yield detail, after.external_id == "optional"
    if before.pinned != after.pinned:
        detail = f"pinned {before.pinned or 'unsaid'} → {after.pinned or 'unsaid'}"
        yield detail, PINNED.index(after.pinned) > PINNED.index(before.pinned)
    if before.max_privilege != after.max_privilege:
        detail = f"max_privilege {before.max_privilege or 'any'} → {after.max_privilege or 'any'}"
        yield detail, GRADES.index(after.max_privilege) > GRADES.index(before.max_privilege)
    for key in ("reads_data", "reads_secrets"):
        old, new = getattr(before, key), getattr(after, key)
        if old != new:
            yield f"{key} {_flag(old)} → {_flag(new)}", _reads(key, new) > _reads(key, old)
    yield from _resources(before, after)
    yield from _usage(before.usage or UsageLimits(), after.usage or UsageLimits())


def _resources(before: VettedScope, after: VettedScope) -> Iterator[Difference]:
    """A scope that says nothing of resources vets none; one that does, what it does not limit."""
    was, now = vets_resources(before), vets_resources(after)
    if was != now:
        said = "; ".join(_of_resources(after if now else before))
        yield f"now also vetted for resources: {said}" if now else "no longer for resources", now
        return
    for key in ("resources", "kinds"):
        yield from _patterns(key, getattr(before, key), getattr(after, key))
    if before.max_access != after.max_access:
        detail = f"max_access {before.max_access or 'any'} → {after.max_access or 'any'}"
        yield detail, GRADES.index(after.max_access) > GRADES.index(before.max_access)


def _of_resources(scope: VettedScope) -> Iterator[str]:
    yield f"resources {', '.join(scope.resources or ('any',))}"
    yield f"kinds {', '.join(scope.kinds or ('any',))}"
    yield f"max_access {scope.max_access or 'any'}"


def _reads(key: str, value: bool | None) -> int:
    """How much is accepted. What is not said accepts data, and secrets only where nobody knows."""
    return _ALL if value or (value is None and key == "reads_data") else int(value is None)


_ALL = 2


def _flag(value: bool | None) -> str:
    return "unsaid" if value is None else str(value).lower()


def _usage(before: UsageLimits, after: UsageLimits) -> Iterator[Difference]:
    yield from _patterns("usage.actions", before.actions, after.actions)
    for detail, wider in _patterns("usage.denied", before.denied, after.denied):
        yield detail, not wider  # more that is denied is less that is accepted
    for key in ("calls_per_hour", "dormant_after_days"):
        old, new = getattr(before, key), getattr(after, key)
        if old != new:
            wider = new is None or (old is not None and new > old)
            yield f"usage.{key} {_number(old)} → {_number(new)}", wider
    old, new = (
        DAILY if limits.usd_per_day is None else limits.usd_per_day for limits in (before, after)
    )
    if old != new:
        yield f"usage.usd_per_day {old:g} → {new:g}", new > old


def _patterns(key: str, before: Patterns, after: Patterns) -> Iterator[Difference]:
    """What is new and not within what was; what was and is not within what is now."""
    added = _beyond(after, before)
    removed = _beyond(before, after)
    if added:
        yield f"{key} now also {', '.join(added)}", True
    if removed:
        yield f"{key} no longer {', '.join(removed)}", False


def _beyond(these: Patterns, those: Patterns) -> list[str]:
    if those is None:
        return []
    if these is None:
        return ["any"]
    return [pattern for pattern in these if not any(includes(other, pattern) for other in those)]


def _number(value: int | None) -> str:
    return "any" if value is None else str(value)
