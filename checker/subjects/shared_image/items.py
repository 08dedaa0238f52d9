"""Own images, and the outsiders who may launch them."""

from __future__ import annotations

from collections.abc import Iterator

from checker.facts.build import known_name, vetting_facts
from checker.facts.images import image_facts
from checker.images.sharing import Grantee, outsiders
from checker.snapshot.records import Image
from checker.subjects.item import Item, Sighting
from checker.subjects.world import World


def items(world: World) -> Iterator[Item]:
    """Each own image with each outsider whom its launch permissions let in."""
    for image in world.images.shared:
        for grantee in outsiders(image, world.register):
            yield _item(world, image, grantee)


def _item(world: World, image: Image, grantee: Grantee) -> Item:
    register, standing = world.register, grantee.standing
    arn = f"arn:{register.partition}:ec2:{image.region}:{image.account}:image/{image.image_id}"
    name = known_name(grantee.id, standing, register)
    facts = {
        "resource": arn,
        "account": world.account(image.account),
        "region": image.region,
        "image": image_facts(image, image.image_id),
        "grantee": {
            "kind": grantee.kind,
            "id": grantee.id,
            "name": name[0],
            "named_by": name[1],
            "unit": grantee.unit,
        },
        "vetting": vetting_facts(standing, register),
    }
    where = world.where(
        arn, image.account, image.location, standing,
        region=image.region, principal=grantee.id,
        exact=f"{grantee.id} {grantee.unit or ''}".strip(),
    )  # fmt: skip
    return Item("image", facts, where, Sighting(grantee.kind, grantee.id, name, standing, None))
