"""From images, their publishers and origins to facts, as `build` does it for roles."""

from __future__ import annotations

from checker.facts.build import Facts, known_name, vetting_facts
from checker.images.origin import Origin
from checker.snapshot.records import Ancestor, Image, ImageUse
from checker.vetting.register import Register, Standing
from checker.vetting.scope import image_beyond_scope


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


def image_vetting(
    standing: Standing, image: Image | None, use: ImageUse, register: Register
) -> Facts:
    """The vetting of one use of an image: with the vendor's scope held against it."""
    vetting = vetting_facts(standing, register) | {"by": standing.by}
    if standing.vendor is None:
        return vetting
    beyond = image_beyond_scope(
        register.vendors[standing.vendor].scope,
        image_name=image.name if image else None,
        image_id=use.image_id,
        account=use.account,
    )
    return vetting | {"out_of_scope": list(beyond)}


def origin_facts(origin: Origin, image: Image | None, use: ImageUse, register: Register) -> Facts:
    """Whose image an own one was made from."""
    codes = image.product_codes if image else None
    products = register.product(codes).status if codes else None
    return _origin(origin, use, register) | {"products": products}


def _origin(origin: Origin, use: ImageUse, register: Register) -> Facts:
    if origin.image is None:
        return _NO_ORIGIN | {"unresolved": origin.unresolved}
    standing, publisher = origin.standing, origin.publisher
    name, named_by = known_name(publisher.id, standing, register)
    vendor = register.vendors[standing.vendor] if standing.vendor is not None else None
    beyond = vendor and image_beyond_scope(
        vendor.scope,
        image_name=origin.image.name,
        image_id=origin.image.image_id,
        account=use.account,
    )
    return {
        "kind": publisher.kind,
        "id": publisher.id,
        "name": name,
        "named_by": named_by,
        "image_id": origin.image.image_id,
        "image_name": origin.image.name,
        "region": origin.image.region or None,
        "status": standing.status,
        "vendor": vendor.name if vendor else None,
        "out_of_scope": list(beyond or ()),
        "unresolved": origin.unresolved,
    }


_NO_ORIGIN: Facts = {
    **dict.fromkeys(("id", "name", "named_by", "image_id", "image_name", "region")),
    "kind": "none",
    "status": None,
    "vendor": None,
    "out_of_scope": [],
    "unresolved": False,
}
