"""How third parties used the roles that they were given, where a trail was read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from checker.facts.build import principal_facts, principal_id
from checker.facts.plain import Facts
from checker.role_trust.index import TrustedRole
from checker.role_trust.trustees import exact
from checker.snapshot.usage import Usage
from checker.subjects.item import Call, Item, Sighting
from checker.subjects.role_usage.attribution import NOBODY
from checker.subjects.role_usage.facts import (
    limits_of,
    usage_facts,
    usage_vetting,
    used_role_facts,
)
from checker.subjects.role_usage.trail import Window
from checker.subjects.role_usage.uses import Use, Uses
from checker.subjects.world import World


def items(world: World) -> Iterator[Item]:
    """Each third party with each role that it used, or could have used; after all roles were read,
    as whom they trust decides whose a call is."""
    trail, index = world.trail, world.index
    if trail is None or index is None:
        return
    for use in Uses(world.register, trail, index):
        yield _item(world, use, index.roles.get(use.role or ""), trail.window)


def _item(world: World, use: Use, role: TrustedRole | None, window: Window) -> Item:
    facts = _facts(world, use, role, window)
    user = use.user
    where = world.where(
        facts["resource"], use.account, role.role.location if role else None, user.standing,
        principal=principal_id(user.principal), exact=exact(user.principal),
    )  # fmt: skip
    return Item("role_usage", facts, where, None if user is NOBODY else _sighting(use, facts))


def _sighting(use: Use, facts: Facts) -> Sighting:
    name = facts["principal"]["name"], facts["principal"]["named_by"]
    call = Call(use.role, facts["usage"]["calls"], facts["usage"]["last_seen"])
    return Sighting(*use.user.party, name, use.user.standing, call)


def _facts(world: World, use: Use, role: TrustedRole | None, window: Window) -> Facts:
    user, register = use.user, world.register
    limits = None if use.assumed else limits_of(user.standing, register)
    last_used = role.role.last_used if role else None
    principal = principal_facts(user.principal, user.standing, register)
    if user.organization is not None:
        principal["organization"] = user.organization
    return {
        "resource": use.resource(register.partition),
        "account": world.account(use.account),
        "role": _role_facts(world, use, role),
        "principal": principal,
        "via": _via(use.lines),
        "attributed_by": user.by,
        "usage": usage_facts(use.lines, limits, window, last_used),
        "vetting": usage_vetting(user.standing, register),
    }


def _role_facts(world: World, use: Use, role: TrustedRole | None) -> Facts:
    trusts = bool(role and use.user.through in role.outsiders)
    known = None if use.role is None else _known(world, use.account, role)
    return used_role_facts(use.role, role.role if role else None, known, trusts)


def _known(world: World, account: str, role: TrustedRole | None) -> bool | None:
    """None where the role's account was left out of the collection, or is none of ours."""
    record = world.accounts.get(account)
    left_out = record is not None and not record.collected
    ours = account in world.register.own_accounts
    return True if role else (None if left_out or not ours else False)


def _via(lines: Iterable[Usage]) -> str:
    """The plainest of all."""
    ways = {line.via for line in lines}
    return next((via for via in ("session", "delegated", "direct") if via in ways), "session")
