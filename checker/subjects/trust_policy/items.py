"""A role's trust policy that something was wrong with."""

from __future__ import annotations

from collections.abc import Iterator

from checker.role_trust.readings import Reading
from checker.snapshot.records import Role
from checker.subjects.item import Item, untold
from checker.subjects.trust_policy.facts import trust_policy_facts
from checker.subjects.world import World


def of_reading(world: World, role: Role, reading: Reading) -> Iterator[Item]:
    """One, or none where all was understood; `role_trust` yields it beside its own."""
    if not reading.analysis.problems:
        return
    account = world.account(role.account)
    facts = trust_policy_facts(account, role, reading.analysis, reading.readable)
    where = world.where(role.arn, role.account, role.location, told=untold(role))
    yield Item("trust_policy", facts, where)
