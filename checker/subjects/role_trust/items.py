"""Every role's trust policy: whom it lets in, and what was wrong with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from checker.facts.build import role_facts
from checker.facts.plain import Facts
from checker.role_trust.readings import Names, Reading, with_own_names
from checker.role_trust.trustees import Trust, Trustee
from checker.snapshot.records import Role
from checker.subjects.crowd import REMEMBERED, one_by_one, passes, together
from checker.subjects.item import Item, Sighting, Trusting, Where, untold
from checker.subjects.role_trust.facts import trust_vetting
from checker.subjects.trust_policy.items import of_reading
from checker.subjects.world import World

SUBJECT = "role_trust"
_ITS_OWN = frozenset(
    (("resource",), ("account",), ("role", "arn"), ("role", "name"), ("role", "path"),
     ("role", "tags"), ("role", "last_used"), ("grant", "witness"))
)  # fmt: skip
"""Facts by which roles that are alike may differ."""


class _Alike:
    """Roles with one trust, which are of one grade. `silent`: no policy says anything of these, so
    they are counted, by account."""

    def __init__(self, role: Role, trust: Trust, *, silent: bool) -> None:
        self.role, self.trust, self.silent = role, trust, silent
        self.count = Counter[str]()


def items(world: World) -> Iterator[Item]:
    """Each role with each third party that it trusts; together those that are alike and of which no
    policy says anything. What was wrong with its policy comes along (`trust_policy`), as a million
    roles are read once."""
    known: dict[object, _Alike] = {}
    apart = one_by_one(world, SUBJECT, _ITS_OWN)
    for role, reading, names in world.readings():
        yield from of_reading(world, role, reading)
        alike = None if apart else _alike(world, known, role, reading)
        if alike is not None:
            alike.count[role.account] += 1
        elif trusts := (*reading.trusts, *reading.own_open):
            yield from _each(world, role, trusts, names)
        if len(known) >= REMEMBERED:
            yield from _together(world, known)
            known.clear()
    yield from _together(world, known)


def _alike(
    world: World, known: dict[object, _Alike], role: Role, reading: Reading
) -> _Alike | None:
    """Those with which a role can be counted; None where something is to be said of it."""
    if len(reading.trusts) != 1 or reading.own_open:
        return None
    (trust,) = reading.trusts
    effective = world.guardrails.lets(role, trust.who.principal)
    key = id(trust), effective, role.privilege, role.reads_data, role.reads_secrets
    alike = known.get(key)
    if alike is None:
        alike = known[key] = _Alike(role, trust, silent=_is_silent(world, role, trust))
    return alike if alike.silent else None


def _is_silent(world: World, role: Role, trust: Trust) -> bool:
    scope = world.register.scope(trust.who.standing)
    if scope is None or (scope.roles, scope.in_accounts) != (None, None):
        return False
    return passes(world, SUBJECT, _facts(world, role, role_facts(role), trust))


def _together(world: World, known: dict[object, _Alike]) -> Iterator[Item]:
    """Of those that were counted, an item for all that are alike."""
    for alike in known.values():
        if alike.count:
            role = alike.role
            by = Trusting(alike.count, role.privilege, role.reads)
            yield together(_item(world, role, role_facts(role), alike.trust), alike.count, by)


def _each(world: World, role: Role, trusts: tuple[Trust, ...], names: Names) -> Iterator[Item]:
    shown = role_facts(role)
    for trust in trusts:
        yield _item(world, role, shown, with_own_names(trust, names))


def _facts(world: World, role: Role, shown: Facts, trust: Trust) -> Facts:
    """Guardrails are told, and the policies judge it anyway: one may be gone tomorrow."""
    who = trust.who
    effective = world.guardrails.lets(role, who.principal)
    return {
        "resource": role.arn,
        "account": world.account(role.account),
        "role": shown,
        "principal": who.facts,
        "grant": trust.facts | {"effective": effective},
        "vetting": trust_vetting(who.vetting, who.standing, who.principal, role, world.register),
    }


def _item(world: World, role: Role, shown: Facts, trust: Trust) -> Item:
    facts, who = _facts(world, role, shown, trust), trust.who
    return Item(SUBJECT, facts, _where(world, role, who), _sighting(role, who, facts["vetting"]))


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
