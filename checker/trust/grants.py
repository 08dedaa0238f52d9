"""Hits → grants: merged, covered ones dropped, in a fixed order."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from checker.trust import globs
from checker.trust.decide import EXACT, NO_ID, Hit
from checker.trust.model import ExternalId, Grant, Principal

_STRENGTH: tuple[ExternalId, ...] = ("none", "pattern", "required")


class Merged(msgspec.Struct):
    """What is known of one principal's grant so far: the weakest of its requests."""

    principal: Principal
    actions: frozenset[str]
    statements: frozenset[int]
    external_id: int = EXACT
    loose: bool = False
    network_limited: bool = True
    hits: list[Hit] = []

    def absorb(self, other: Merged) -> None:
        self.statements |= other.statements
        self.external_id = min(self.external_id, other.external_id)
        self.loose |= other.loose
        self.network_limited &= other.network_limited


def merge(hits: Iterable[Hit], named: Iterable[str]) -> list[Merged]:
    """One grant for each principal; those that another covers are dropped."""
    found = list(hits)
    if any(hit.caller.fresh for hit in found):
        found = _with_exceptions(found, list(named))
    by_principal: dict[bytes, Merged] = {}
    for hit in found:
        one = Merged(
            hit.principal,
            frozenset((hit.action,)),
            frozenset((hit.statement,)),
            hit.external_id,
            hit.loose,
            hit.network_limited,
            [hit],
        )
        known = by_principal.setdefault(_order(hit.principal), one)
        if known is not one:
            known.absorb(one)
            known.actions |= one.actions
            known.hits += one.hits
    return _uncovered([by_principal[key] for key in sorted(by_principal)])


def _order(principal: Principal) -> bytes:
    return msgspec.json.encode(principal, order="sorted")


def _uncovered(found: list[Merged]) -> list[Merged]:
    kept = []
    for one in found:
        wider = next((more for more in found if more is not one and _drops(more, one)), None)
        if wider is None:
            kept.append(one)
        else:
            wider.absorb(one)
    return kept


def _drops(wide: Merged, narrow: Merged) -> bool:
    return wide.actions >= narrow.actions and covers(wide.principal, narrow.principal)


def covers(wide: Principal, narrow: Principal) -> bool:
    """Whether all whom `narrow` means are meant by `wide`."""
    if wide.kind == "anyone":
        return _anyone_covers(wide, narrow)
    if wide.kind == "account":
        same = narrow.account == wide.account and narrow.partition == wide.partition
        return same and narrow.kind == "principal"
    if wide.kind != narrow.kind:
        return False
    if wide.kind == "principal":
        return wide.account == narrow.account and globs.includes(wide.arn or "", narrow.arn or "")
    if wide.kind == "service":
        named = globs.includes(wide.service or "", narrow.service or "")
        return named and wide.source in (None, narrow.source) and wide != narrow
    return wide.kind == "federated" and wide.provider == narrow.provider and _claims(wide, narrow)


def _anyone_covers(wide: Principal, narrow: Principal) -> bool:
    if narrow.kind == "service":
        return wide.pattern is None
    if narrow.kind in ("account", "principal"):
        account = narrow.account or ""
        inside = wide.pattern is None or globs.matches(wide.pattern, account)
        return inside and account not in wide.excepted
    if narrow.kind == "anyone":
        wider = wide.pattern is None or globs.includes(wide.pattern, narrow.pattern or "*")
        return (
            wider and wide.pattern != narrow.pattern and set(wide.excepted) <= set(narrow.excepted)
        )
    return narrow.kind in ("organization", "unresolved") and wide.pattern is None


def _claims(wide: Principal, narrow: Principal) -> bool:
    mine, theirs = wide.claims or {}, narrow.claims or {}
    return mine != theirs and all(
        claim in theirs
        and all(any(globs.includes(outer, inner) for outer in patterns) for inner in theirs[claim])
        for claim, patterns in mine.items()
    )


def _with_exceptions(hits: list[Hit], named: list[str]) -> list[Hit]:
    """Say of `anyone` which named accounts are left out, and drop what an organization covers."""
    fresh = [hit for hit in hits if hit.principal.kind == "anyone" and hit.caller.account]
    places = [hit for hit in hits if hit.caller.account and not hit.caller.fresh]
    organizations = {hit.principal.organization for hit in hits} - {None}
    out = [one for one in named if any(not _reaches(places, one, hit) for hit in fresh)]
    result = []
    for hit in hits:
        if hit.principal.kind == "anyone":
            mine = [one for one in out if globs.matches(hit.principal.pattern or "*", one)]
            principal = msgspec.structs.replace(hit.principal, excepted=tuple(mine))
            result.append(msgspec.structs.replace(hit, principal=principal))
        elif not (hit in places and _only_within(hit, places, organizations)):
            result.append(hit)
    return result


def _reaches(places: list[Hit], account: str, fresh: Hit) -> bool:
    """Whether the account's callers are let in as fresh accounts' are."""
    suffix = _suffix(fresh)
    return any(
        hit.caller.account == account and (hit.caller.whole or _suffix(hit) == suffix)
        for hit in places
    )


def _suffix(hit: Hit) -> str:
    return hit.caller.element.rpartition(":")[2]


def _only_within(hit: Hit, places: list[Hit], organizations: set[str | None]) -> bool:
    """Whether the account gets in as a member of an organization that is listed, and only so."""
    mine = [one for one in places if one.caller.account == hit.caller.account]
    return all(one.caller.membership.organization in organizations for one in mine)


def grants(found: list[Merged]) -> tuple[Grant, ...]:
    return tuple(
        Grant(
            principal=one.principal,
            actions=tuple(sorted(one.actions)),
            external_id=_STRENGTH[one.external_id],
            network_limited=one.network_limited,
            statements=tuple(sorted(one.statements)),
            witness=next((hit.witness for hit in one.hits if hit.witness), None),
        )
        for one in found
    )


__all__ = ["NO_ID", "Merged", "covers", "grants", "merge"]
