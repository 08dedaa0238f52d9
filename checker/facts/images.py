"""From images and their uses to the facts that several subjects have in common."""

from __future__ import annotations

from checker.facts.plain import Facts
from checker.snapshot.records import Ancestor, Image, ImageUse


def use_facts(use: ImageUse) -> Facts:
    return {
        "resource": use.resource,
        "kind": use.kind,
        "name": use.name,
        "state": use.state,
        "via": use.via,
        "via_account": use.via_account,
        "lookup_owners": None if use.lookup_owners is None else list(use.lookup_owners),
        "image_id": use.image_id,
    }


def image_facts(
    image: Image | None, image_id: str | None, allowed_images: str | None = None
) -> Facts:
    """`allowed_images`: the state of Allowed AMIs where the image is used."""
    if image is None:
        return {"id": image_id, **_NO_IMAGE, "allowed_images": allowed_images}
    return {
        "id": image.image_id,
        "owner": image.owner,
        "alias": image.alias,
        "name": image.name,
        "public": image.public,
        "state": image.state,
        "product_codes": list(image.product_codes or ()),
        "ancestry": [_ancestor(one) for one in image.ancestry or ()],
        "ancestry_complete": image.ancestry_complete,
        "launch_permissions": list(image.launch_permissions or ()),
        "allowed_images": allowed_images,
    }


def _ancestor(one: Ancestor) -> Facts:
    return {
        "image_id": one.image_id,
        "region": one.region,
        "owner": one.owner,
        "alias": one.alias,
        "name": one.name,
    }


_NO_IMAGE: Facts = {
    **dict.fromkeys(("owner", "alias", "name", "public", "state")),
    "product_codes": [],
    "ancestry": [],
    "ancestry_complete": None,
    "launch_permissions": [],
}
