"""Another account's parameter: whoever owns it decides which image runs here."""

from __future__ import annotations

from collections.abc import Iterator

from checker.facts.build import known_name, vetting_facts
from checker.facts.images import use_facts
from checker.snapshot.records import ImageUse
from checker.subjects.item import Item, Sighting
from checker.subjects.world import World


def of_use(world: World, use: ImageUse) -> Iterator[Item]:
    """One, or none where no parameter of another account names the image; `image_use` yields it
    beside its own."""
    if not use.via_account:
        return
    owner, register = use.via_account, world.register
    standing = register.account(owner)
    name = known_name(owner, standing, register)
    facts = {
        "resource": use.resource,
        "account": world.account(use.account),
        "region": use.region,
        "use": use_facts(use),
        "owner": {"account": owner, "name": name[0], "named_by": name[1]},
        "vetting": vetting_facts(standing, register),
    }
    third = standing.status != "own"
    sighting = Sighting("account", owner, name, standing, use) if third else None
    where = world.where(
        use.resource, use.account, use.location, standing,
        region=use.region, principal=owner, exact=owner,
    )  # fmt: skip
    yield Item("image_parameter", facts, where, sighting)
