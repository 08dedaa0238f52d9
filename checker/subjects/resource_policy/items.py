"""A resource that something was wrong with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from checker.access import UNREAD
from checker.facts.build import problem_facts, target_facts
from checker.snapshot.resources import ResourceRecord
from checker.subjects.item import Item
from checker.subjects.world import World
from checker.trust.model import Problem


def of_resource(
    world: World, record: ResourceRecord, problems: Sequence[Problem], gone: Sequence[str]
) -> Iterator[Item]:
    """One, or none where all was understood; `resource_access` yields it beside its own. `gone`:
    ids of principals that were deleted."""
    every = [*problems, *(_gone(one) for one in gone)]
    if not every:
        return
    facts = {
        "resource": record.arn,
        "account": world.account(record.account),
        "target": target_facts(record),
        "readable": not any(one.code in UNREAD for one in every),
        "problems": [problem_facts(one, blocking=one.code in UNREAD) for one in every],
    }
    where = world.where(
        record.arn, record.account, record.location,
        region=record.region, told=tuple(record.unresolved or ()),
    )  # fmt: skip
    yield Item("resource_policy", facts, where)


def _gone(name: str) -> Problem:
    return Problem("dangling-principal", None, f"{name} has been deleted")
