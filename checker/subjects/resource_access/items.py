"""Every resource that lets somebody outside in by itself: a policy, an ACL, grants, shares."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

import msgspec

from checker.access.model import AccessGrant
from checker.facts.build import target_facts
from checker.facts.plain import Facts
from checker.resource_trust.noted import Noted
from checker.resource_trust.reader import Found
from checker.role_trust.trustees import Trustee
from checker.snapshot.resources import ResourceRecord
from checker.subjects.crowd import REMEMBERED, one_by_one, passes, together
from checker.subjects.item import Item, Reached, ReachedTogether, Sighting
from checker.subjects.resource_access.facts import (
    access_facts,
    access_vetting,
    deputy_facts,
    is_dangling,
)
from checker.subjects.resource_access.use import DirectUse
from checker.subjects.resource_policy.items import of_resource
from checker.subjects.world import World
from checker.trust.model import Principal

SUBJECT = "resource_access"
_ITS_OWN = frozenset(
    (("resource",), ("account",), ("target", "arn"), ("target", "name"), ("target", "region"),
     ("target", "tags"), ("grant", "witness"))
)  # fmt: skip
"""Facts by which resources that are alike may differ."""


class _Crowd:
    """Resources of which the same is said. `silent`: no policy says anything of that, so they are
    counted, by account."""

    def __init__(self, world: World, said: list[Item]) -> None:
        self.silent = all(_is_silent(world, item) for item in said)
        self.said = said if self.silent else []
        self.count, self.resources = Counter[str](), defaultdict[str, set[str]](set)

    def add(self, one: Noted) -> None:
        self.count[one.account] += 1
        self.resources[one.account].add(one.arn)

    def together(self) -> Iterator[Item]:
        """An item for all of them, of each that is said."""
        for item in self.said if self.count else ():
            by = item.sights.by if item.sights else None
            if isinstance(by, Reached):
                by = ReachedTogether(self.resources, by.access)
            yield together(item, self.count, by)


def items(world: World) -> Iterator[Item]:
    """Each resource with each outsider whom it lets in, and with each service that acts there for
    whoever asks. What of a resource was not understood, or names nobody any more, comes along
    (`resource_policy`), as half a million of them are read once. Those that are alike and of which
    no policy says anything come together."""
    use = DirectUse(world.trail)
    known: dict[object, _Crowd] = {}
    each = world.trail is not None or one_by_one(world, SUBJECT, _ITS_OWN)
    for found in world.resource_readings():
        if each or found.alike is None:
            yield from _said(world, found, use)
            continue
        crowd, said = known.get(found.alike), list[Item]()
        if crowd is None:
            if len(known) >= REMEMBERED:
                yield from _together(known)
                known.clear()
            said = [*_said(world, found, use)]
            crowd = known[found.alike] = _Crowd(world, said)
        if crowd.silent:
            crowd.add(found.noted)
        else:
            yield from said or _said(world, found, use)
    yield from _together(known)


def _together(known: dict[object, _Crowd]) -> Iterator[Item]:
    for crowd in known.values():
        yield from crowd.together()


def _is_silent(world: World, item: Item) -> bool:
    """Whether no policy says anything of it, whatever the resource is called and where it is."""
    scope = world.register.scope(item.sights.standing) if item.sights else None
    named = scope is not None and (scope.resources, scope.in_accounts) != (None, None)
    return item.subject == SUBJECT and not named and passes(world, SUBJECT, item.facts)


def _said(world: World, found: Found, use: DirectUse) -> Iterator[Item]:
    record, access = found.record, found.access()
    gone = [one.principal.id or "" for one in access.grants if is_dangling(one.principal)]
    yield from of_resource(world, record, access.problems, gone)
    target = target_facts(record)
    for grant in access.grants:
        if not is_dangling(grant.principal):
            yield _access(world, record, target, grant, use.of(record, grant))
    for principal in access.deputies:
        yield _deputy(world, record, target, principal)


def _access(
    world: World, record: ResourceRecord, target: Facts, grant: AccessGrant, used: bool | None
) -> Item:
    who = world.trustees.of(grant.principal)
    vetting = access_vetting(who.vetting, who.standing, grant, record, world.register)
    facts = _facts(world, record, target, who, access_facts(grant, used), vetting)
    return _item(world, record, who, facts, _sighting(record, who, grant, vetting), grant.via)


def _deputy(world: World, record: ResourceRecord, target: Facts, principal: Principal) -> Item:
    """A service that acts for anybody is nobody's third party."""
    who = world.trustees.of(msgspec.structs.replace(principal, source=None))
    shown = deputy_facts(principal, record.kind)
    facts = _facts(world, record, target, who, shown, who.vetting | {"max_access": None})
    return _item(world, record, who, facts, None, "policy")


def _facts(
    world: World, record: ResourceRecord, target: Facts, who: Trustee, grant: Facts, vetting: Facts
) -> Facts:
    return {
        "resource": record.arn,
        "account": world.account(record.account),
        "target": target,
        "principal": who.facts,
        "grant": grant,
        "vetting": vetting,
    }


def _item(
    world: World, record: ResourceRecord, who: Trustee, facts: Facts, sights: Sighting | None,
    via: str,
) -> Item:  # fmt: skip
    """What lets it in is a part of what tells it from others: closing one door is not closing the
    other. A policy's own is told as a role's is."""
    exact = who.exact if via == "policy" else f"{via} {who.exact}"
    where = world.where(
        record.arn, record.account, record.location, who.standing,
        region=record.region, principal=who.identity, exact=exact,
        told=tuple(record.unresolved or ()),
    )  # fmt: skip
    return Item(SUBJECT, facts, where, sights)


def _sighting(
    record: ResourceRecord, who: Trustee, grant: AccessGrant, vetting: Facts
) -> Sighting | None:
    """Whom a guardrail stops reaches nothing, and is not listed for it."""
    if who.standing.status == "own":
        return None
    reached = Reached(record.arn, record.kind, record.account, record.region, grant.access)
    by = reached if grant.effective is not False else None
    name = who.facts["name"], who.facts["named_by"]
    in_scope = not vetting["out_of_scope"]
    return Sighting(who.party, who.identity, name, who.standing, by, in_scope)
