"""Each guardrail of ours that a snapshot shows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from checker.subjects.item import Item
from checker.subjects.world import World

if TYPE_CHECKING:
    from checker.enforce.drift import Drift


def items(world: World) -> Iterator[Item]:
    """None where nobody made any, as guardrails are a choice."""
    on = [one for one in world.snapshot.image_settings() if one.allowed_images != "disabled"]
    if not on and not world.snapshot.manifest.guardrails:
        return
    from checker.subjects.guardrail.drifts import drifts  # what most checks need not load

    for one, account, region in drifts(world, on):
        yield _item(world, one, account, region)


def _item(world: World, one: Drift, account: str | None, region: str | None) -> Item:
    facts = {
        "resource": one.id,
        "kind": one.kind,
        "name": one.name,
        "targets": list(one.targets),
        "state": one.state,
        "lacks": list(one.lacks),
        "holds": list(one.holds),
        "changed": list(one.changed),
    }
    return Item("guardrail", facts, world.at(one.id, account, region))
