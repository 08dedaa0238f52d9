"""Every use of an image: who published it, and whether that was vetted."""

from __future__ import annotations

from collections.abc import Iterator

from checker.facts.images import image_facts, use_facts
from checker.facts.plain import Facts
from checker.images.origin import Origin, origin_of
from checker.images.publisher import Publisher, publisher_of, standing_of
from checker.snapshot.records import Image, ImageUse
from checker.subjects.image_parameter.items import of_use
from checker.subjects.image_use.facts import image_vetting, origin_facts, publisher_facts
from checker.subjects.image_use.images import Images
from checker.subjects.item import Item, Sighting, Where
from checker.subjects.world import World
from checker.vetting.register import Standing


def items(world: World) -> Iterator[Item]:
    """Each use of an image. Whose parameter names it comes along (`image_parameter`), as uses are
    read once."""
    images = world.images
    for use in world.image_uses():
        yield _item(world, use, images)
        yield from of_use(world, use)


def _item(world: World, use: ImageUse, images: Images) -> Item:
    image, register = images.of(use), world.register
    publisher = publisher_of(image, register)
    standing = standing_of(publisher, image, register)
    origin = origin_of(image, register) if standing.status == "own" else Origin()
    facts: Facts = {
        "resource": use.resource,
        "account": world.account(use.account),
        "region": use.region,
        "use": use_facts(use),
        "image": image_facts(image, use.image_id, images.allowed(use)),
        "publisher": publisher_facts(publisher, standing, register),
        "vetting": image_vetting(standing, image, use, register),
        "origin": origin_facts(origin, image, use, register),
    }
    if origin.image is not None:  # a copy of a third party's image is that third party's
        image, publisher, standing = origin.image, origin.publisher, origin.standing
        sighting = _sighting(use, image, facts["origin"], publisher, standing)
    elif publisher.id and standing.status != "own":
        shown = facts["publisher"] | facts["vetting"]
        sighting = _sighting(use, image, shown, publisher, standing)
    else:
        sighting = None
    untold = f"{use.image_id} in {use.region}" if origin.unresolved else None
    return Item("image_use", facts, _where(world, use, publisher, standing), sighting, untold)


def _sighting(
    use: ImageUse, image: Image | None, shown: Facts, publisher: Publisher, standing: Standing
) -> Sighting:
    name = shown["name"], shown["named_by"]
    in_scope = not shown["out_of_scope"]
    return Sighting(*_party(publisher, image), name, standing, use, in_scope)


def _party(publisher: Publisher, image: Image | None) -> tuple[str, str]:
    """The third party behind an image: in the marketplace, which publishes for many sellers under
    one account, the product; elsewhere the owner, or the alias where no owner is known."""
    codes = image.product_codes if image else None
    if publisher.kind == "marketplace" and codes:
        return "marketplace", " ".join(codes)
    kind = "account" if publisher.account else publisher.kind
    return kind, publisher.id or ""


def _where(world: World, use: ImageUse, publisher: Publisher, standing: Standing) -> Where:
    """An unknown publisher is told from another by the image."""
    exact = publisher.id or f"{use.image_id} {use.via}"
    return world.where(
        use.resource, use.account, use.location, standing,
        region=use.region, principal=publisher.id, exact=exact,
    )  # fmt: skip
