"""Hits → grants: merged, covered ones dropped, in a fixed order."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

import checker.trust.texts.globs as globs
from checker.trust.budget import Budget, Spent
from checker.trust.model import ExternalId, Grant, Principal, Witness
from checker.trust.search.hits import Hit
from checker.trust.texts.automata import Charge

ENOUGH = 12_000
"""Steps for asking of pairs of grants whether one covers the other; the rest stays as it is."""
_PAIR = 20
_STRENGTH: tuple[ExternalId, ...] = ("none", "pattern", "required")


class Merged(msgspec.Struct):
    """What is known of one principal's grant so far: the weakest of its requests."""

    principal: Principal
    actions: set[str]
    statements: set[int]
    external_id: int
    loose: bool
    network_limited: bool
    witness: Witness | None

    def absorb(self, other: Merged | Hit) -> None:
        more = other.statements if isinstance(other, Merged) else {other.statement}
        self.statements |= more
        self.external_id = min(self.external_id, other.external_id)
        self.loose |= other.loose
        self.network_limited &= other.network_limited


def merge(found: list[Hit], named: Callable[[], Iterable[str]]) -> list[Merged]:
    """One grant for each principal; those that another covers are dropped."""
    if any(hit.caller.fresh for hit in found):
        found = _with_exceptions(found, named())
    merged: dict[tuple[object, ...], Merged] = {}
    for hit in found:
        place = _order(hit.principal)
        known = merged.get(place)
        if known is None:
            merged[place] = Merged(
                hit.principal,
                {hit.action},
                {hit.statement},
                hit.external_id,
                hit.loose,
                hit.network_limited,
                hit.witness,
            )
        else:
            known.absorb(hit)
            known.actions.add(hit.action)
            known.witness = known.witness or hit.witness
    if len(merged) < 2:
        return list(merged.values())
    return _uncovered([merged[place] for place in sorted(merged)])


def _order(principal: Principal) -> tuple[str, ...]:
    """A key that is equal for equal principals only, and sorts."""
    claims = principal.claims and sorted(principal.claims.items())
    rest = (principal.excepted, claims, principal.caseless) if principal.excepted or claims else ""
    return (
        principal.kind,
        principal.account or principal.provider or principal.service or "",
        principal.arn or principal.organization or principal.source or principal.id or "",
        principal.partition or principal.pattern or "",
        str(rest),
    )


def _uncovered(found: list[Merged]) -> list[Merged]:
    near: dict[object, list[Merged]] = {}
    for one in found:
        near.setdefault(_nearby(one.principal), []).append(one)
    anyone = near.get("anyone", [])
    kept = []
    budget = Budget(ENOUGH)
    dropped: set[int] = set()  # what covers each other must not both go
    for one in found:
        wider = (
            more
            for more in [*anyone, *near[_nearby(one.principal)]]
            if more is not one and id(more) not in dropped
        )
        cover = _cover(one, wider, budget)
        if cover is None:
            kept.append(one)
        else:
            cover.absorb(one)
            dropped.add(id(one))
    return kept


def _cover(one: Merged, wider: Iterable[Merged], budget: Budget) -> Merged | None:
    try:
        for more in wider:
            budget.charge(_PAIR)
            if _drops(more, one, budget.charge):
                return more
    except Spent:
        pass
    return None


def _nearby(principal: Principal) -> object:
    """Only `anyone` and principals that share this can cover one."""
    account = principal.account and (principal.partition, principal.account)
    return account or principal.provider or principal.kind


def _drops(wide: Merged, narrow: Merged, charge: Charge) -> bool:
    """Whether the wide grant says all of the narrow one: not where it asks more of its callers."""
    stricter = (
        wide.external_id > narrow.external_id or wide.network_limited > narrow.network_limited
    )
    if stricter or not wide.actions >= narrow.actions:
        return False
    return tells(wide.principal, narrow.principal, charge)


def tells(wide: Principal, narrow: Principal, charge: Charge = globs.unbounded) -> bool:
    """Whether `wide` says all of `narrow`: not of whom a policy names, by a service that acts for
    whoever asks it, which tells of nobody."""
    if wide.kind == narrow.kind == "service" and narrow.source not in (None, "*", wide.source):
        return False
    return covers(wide, narrow, charge)


def covers(wide: Principal, narrow: Principal, charge: Charge = globs.unbounded) -> bool:
    """Whether all whom `narrow` means are meant by `wide`."""
    if wide.kind == "anyone":
        return _anyone_covers(wide, narrow, charge)
    if wide.kind == "account":
        same = narrow.account == wide.account and narrow.partition == wide.partition
        return same and narrow.kind == "principal"
    if wide.kind != narrow.kind:
        return False
    if wide.kind == "principal":
        return wide.account == narrow.account and globs.includes(
            wide.arn or "", narrow.arn or "", charge
        )
    if wide.kind == "service":
        named = globs.includes(wide.service or "", narrow.service or "", charge)
        return named and wide.source in (None, narrow.source) and wide != narrow
    return (
        wide.kind == "federated"
        and wide.provider == narrow.provider
        and _claims(wide, narrow, charge)
    )


def _anyone_covers(wide: Principal, narrow: Principal, charge: Charge) -> bool:
    if narrow.kind == "service":
        return wide.pattern is None
    if narrow.kind in ("account", "principal"):
        account = narrow.account or ""
        inside = wide.pattern is None or globs.matches(wide.pattern, account)
        return inside and account not in wide.excepted
    if narrow.kind == "anyone":
        wider = wide.pattern is None or globs.includes(wide.pattern, narrow.pattern or "*", charge)
        return (
            wider and wide.pattern != narrow.pattern and set(wide.excepted) <= set(narrow.excepted)
        )
    return narrow.kind in ("organization", "unresolved") and wide.pattern is None


def _claims(wide: Principal, narrow: Principal, charge: Charge) -> bool:
    mine, theirs = wide.claims or {}, narrow.claims or {}
    return (mine, wide.caseless) != (theirs, narrow.caseless) and all(
        claim in theirs
        and all(
            any(_includes(claim, (outer, inner), wide, narrow, charge) for outer in patterns)
            for inner in theirs[claim]
        )
        for claim, patterns in mine.items()
    )


def _includes(
    claim: str, patterns: tuple[str, str], wide: Principal, narrow: Principal, charge: Charge
) -> bool:
    """Whether one pattern of a claim includes the other, in whatever case each may be spelled."""
    outer, inner = patterns
    if claim in wide.caseless:
        return globs.includes(outer.lower(), inner.lower(), charge)
    return globs.includes(
        outer, globs.uncased(inner) if claim in narrow.caseless else inner, charge
    )


class Place(msgspec.Struct):
    """How a named account is let in: as a whole, by which ARNs, as a member of what."""

    whole: bool = False
    names: set[str] = set()
    organizations: set[str | None] = set()


def _with_exceptions(hits: list[Hit], named: Iterable[str]) -> list[Hit]:
    """Say of `anyone` which named accounts are left out, and drop what an organization covers."""
    places: dict[str, Place] = {}
    for hit in hits:
        if hit.caller.account and not hit.caller.fresh:
            place = places.setdefault(hit.caller.account, Place())
            place.whole |= hit.caller.whole
            place.names.add(_name(hit))
            place.organizations.add(hit.caller.membership.organization)
    fresh = [hit for hit in hits if hit.principal.kind == "anyone" and hit.caller.account]
    whole, names = any(hit.caller.whole for hit in fresh), set(map(_name, fresh))
    out = [one for one in named if not _reaches(places.get(one, Place()), whole, names)]
    organizations = {hit.principal.organization for hit in hits} - {None}
    result = []
    for hit in hits:
        if hit.principal.kind == "anyone":
            mine = [one for one in out if globs.matches(hit.principal.pattern or "*", one)]
            principal = msgspec.structs.replace(hit.principal, excepted=tuple(mine))
            result.append(msgspec.structs.replace(hit, principal=principal))
        elif (
            hit.caller.fresh
            or not hit.caller.account
            or hit.caller.membership.organization not in organizations
        ):
            result.append(hit)
        else:
            member = _as_member(hit)
            known = any(one.principal == member.principal for one in hits)
            result.append(member if known else hit)
    return result


def _as_member(hit: Hit) -> Hit:
    """The hit as one of its organization's, whose grant covers it; a witness must not be named."""
    organization = Principal(
        kind="organization",
        partition=hit.caller.partition,
        organization=hit.caller.membership.organization,
    )
    return msgspec.structs.replace(hit, principal=organization, witness=None)


def _reaches(place: Place, whole: bool, names: set[str]) -> bool:
    """Whether the account's callers are let in as fresh accounts' are."""
    return place.whole or (not whole and names <= place.names)


def _name(hit: Hit) -> str:
    return hit.caller.element.rpartition(":")[2]


def grants(found: list[Merged]) -> tuple[Grant, ...]:
    return tuple(
        Grant(
            principal=one.principal,
            actions=tuple(sorted(one.actions)),
            external_id=_STRENGTH[one.external_id],
            network_limited=one.network_limited,
            statements=tuple(sorted(one.statements)),
            witness=one.witness,
        )
        for one in found
    )
