"""Every role's trust policy: whom it lets in, and what was wrong with it."""

from __future__ import annotations

from collections.abc import Iterator

from checker.facts.build import role_facts
from checker.facts.plain import Facts
from checker.role_trust.trustees import Trust, Trustee
from checker.snapshot.records import Role
from checker.subjects.item import Item, Sighting, Where, untold
from checker.subjects.role_trust.facts import trust_vetting
from checker.subjects.trust_policy.items import of_reading
from checker.subjects.world import World


def items(world: World) -> Iterator[Item]:
    """Each role with each third party that it trusts. What was wrong with its policy comes along
    (`trust_policy`), as a million roles are read once."""
    for role, reading in world.readings():
        yield from of_reading(world, role, reading)
        if trusts := (*reading.trusts, *reading.own_open):
            shown = role_facts(role)
            yield from (_trust(world, role, shown, trust) for trust in trusts)


def _trust(world: World, role: Role, shown: Facts, trust: Trust) -> Item:
    """Guardrails are told, and the policies judge it anyway: one may be gone tomorrow."""
    who = trust.who
    effective = world.guardrails.lets(role, who.principal)
    vetting = trust_vetting(who.vetting, who.standing, who.principal, role, world.register)
    facts = {
        "resource": role.arn,
        "account": world.account(role.account),
        "role": shown,
        "principal": who.facts,
        "grant": trust.facts | {"effective": effective},
        "vetting": vetting,
    }
    return Item("role_trust", facts, _where(world, role, who), _sighting(role, who, vetting))


def _sighting(role: Role, who: Trustee, vetting: Facts) -> Sighting | None:
    if who.standing.status == "own":
        return None
    name = who.facts["name"], who.facts["named_by"]
    in_scope = not vetting["out_of_scope"]
    return Sighting(who.party, who.identity, name, who.standing, role, in_scope)


def _where(world: World, role: Role, who: Trustee) -> Where:
    return world.where(
        role.arn, role.account, role.location, who.standing,
        principal=who.identity, exact=who.exact, told=untold(role),
    )  # fmt: skip
