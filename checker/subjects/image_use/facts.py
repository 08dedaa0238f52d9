"""A use of an image as policies see it: who published the image, and what it was made from."""

from __future__ import annotations

from checker.facts.build import known_name, vetting_facts
from checker.facts.plain import Facts
from checker.images.origin import Origin
from checker.images.publisher import Publisher
from checker.snapshot.records import Image, ImageUse
from checker.vetting.register import Register, Standing
from checker.vetting.scope import image_beyond_scope


def publisher_facts(publisher: Publisher, standing: Standing, register: Register) -> Facts:
    name, named_by = known_name(publisher.id, standing, register)
    return {
        "kind": publisher.kind,
        "id": publisher.id,
        "name": name,
        "named_by": named_by,
        "account": publisher.account,
        "alias": publisher.alias,
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
    if origin.image is None:
        return _NO_ORIGIN | {"unresolved": origin.unresolved, "products": products}
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
        "products": products,
    }


_NO_ORIGIN: Facts = {
    **dict.fromkeys(("id", "name", "named_by", "image_id", "image_name", "region")),
    "kind": "none",
    "status": None,
    "vendor": None,
    "out_of_scope": [],
    "unresolved": False,
}
