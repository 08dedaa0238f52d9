"""Each guardrail of ours that a snapshot shows."""

from __future__ import annotations

from collections.abc import Iterator

from checker.enforce.drift import Drift
from checker.enforce.listed import vetted_on
from checker.enforce.live import attached
from checker.enforce.live_images import publishers, settings
from checker.enforce.ours import seen
from checker.subjects.item import Item
from checker.subjects.world import World


def items(world: World) -> Iterator[Item]:
    """None where nobody made any, as guardrails are a choice."""
    snapshot, register = world.snapshot, world.register
    found = vetted_on(register.allowlist, register.today)
    if snapshot.manifest.guardrails:
        us = seen(found, snapshot)
        for one in attached(snapshot.manifest, found, us):
            yield _item(world, one, one.id, None, None)
    own = frozenset(register.own_accounts)
    on = [one for one in snapshot.image_settings() if one.allowed_images != "disabled"]
    some = publishers(snapshot.images(), own) if on else frozenset()
    for one in settings(on, found, some, own):
        account, _, region = one.id.partition("/")
        yield _item(world, one, one.id, account, region)


def _item(world: World, one: Drift, resource: str, account: str | None, region: str | None) -> Item:
    facts = {
        "resource": resource,
        "kind": one.kind,
        "name": one.name,
        "targets": list(one.targets),
        "state": one.state,
        "lacks": list(one.lacks),
        "holds": list(one.holds),
        "changed": list(one.changed),
    }
    return Item("guardrail", facts, world.at(resource, account, region))
