"""Every resource that lets somebody outside in by itself: a policy, an ACL, grants, shares."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from checker.access.model import AccessGrant
from checker.facts.build import target_facts
from checker.facts.plain import Facts
from checker.role_trust.trustees import Trustee
from checker.snapshot.resources import ResourceRecord
from checker.subjects.item import Item, Reached, Sighting
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


def items(world: World) -> Iterator[Item]:
    """Each resource with each outsider whom it lets in, and with each service that acts there for
    whoever asks. What of a resource was not understood, or names nobody any more, comes along
    (`resource_policy`), as half a million of them are read once."""
    use = DirectUse(world.trail)
    for record, found in world.resource_readings():
        gone = [one.principal.id or "" for one in found.grants if is_dangling(one.principal)]
        yield from of_resource(world, record, found.problems, gone)
        target = target_facts(record)
        for grant in found.grants:
            if not is_dangling(grant.principal):
                yield _access(world, record, target, grant, use.of(record, grant))
        for principal in found.deputies:
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
    return Item("resource_access", facts, where, sights)


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
