"""Every use of an image: who published it, and whether that was vetted."""

from __future__ import annotations

from collections.abc import Iterable

from checker.check.context import Context, place
from checker.check.ledger import Where
from checker.facts.build import Facts, image_facts, image_vetting, known_name, use_facts
from checker.images.publisher import Publisher, publisher_of, standing_of
from checker.snapshot.records import Image, ImageUse
from checker.vetting.register import Register, Standing


def check_image_uses(context: Context, uses: Iterable[ImageUse], images: Iterable[Image]) -> int:
    """Evaluates the uses, terminated instances aside; answers how many there were."""
    known = _Images(images)
    count = 0
    for use in uses:
        if use.state != "terminated":
            count += 1
            _image_use(context, use, known.of(use))
    return count


class _Images:
    """By account, region and id; and by region and id alone, as one account may know the owner
    of an image that another cannot see (an image id is unique in its region)."""

    def __init__(self, images: Iterable[Image]) -> None:
        self._seen: dict[tuple[str, str, str | None], Image] = {}
        self._owned: dict[tuple[str, str | None], Image] = {}
        for image in images:
            self._seen[image.account, image.region, image.image_id] = image
            if image.owner is not None:
                self._owned.setdefault((image.region, image.image_id), image)

    def of(self, use: ImageUse) -> Image | None:
        image = self._seen.get((use.account, use.region, use.image_id))
        if image is None or image.owner is None:
            return self._owned.get((use.region, use.image_id), image)
        return image


def _image_use(context: Context, use: ImageUse, image: Image | None) -> None:
    register = context.register
    publisher = publisher_of(image, register)
    standing = standing_of(publisher, image, register)
    shown = _publisher_facts(publisher, standing, register)
    vetting = image_vetting(standing, image, use, register)
    facts = {
        "resource": use.resource,
        "account": context.account(use.account),
        "region": use.region,
        "use": use_facts(use),
        "image": image_facts(image, use.image_id),
        "publisher": shown,
        "vetting": vetting,
    }
    if publisher.id and standing.status != "own":
        kind, identity = _party(publisher, image)
        name = shown["name"], shown["named_by"]
        in_scope = not vetting["out_of_scope"]
        context.parties.used(kind, identity, name, standing, use, in_scope=in_scope)
    context.ledger.evaluate("image_use", facts, _where(context, use, publisher, standing))


def _party(publisher: Publisher, image: Image | None) -> tuple[str, str]:
    """The third party behind an image: in the marketplace, which publishes for many sellers under
    one account, the product; elsewhere the owner, or the alias where no owner is known."""
    codes = image.product_codes if image else None
    if publisher.kind == "marketplace" and codes:
        return "marketplace", " ".join(codes)
    kind = "account" if publisher.account else publisher.kind
    return kind, publisher.id or ""


def _publisher_facts(publisher: Publisher, standing: Standing, register: Register) -> Facts:
    name, named_by = known_name(publisher.id, standing, register)
    return {
        "kind": publisher.kind,
        "id": publisher.id,
        "name": name,
        "named_by": named_by,
        "account": publisher.account,
        "alias": publisher.alias,
    }


def _where(context: Context, use: ImageUse, publisher: Publisher, standing: Standing) -> Where:
    return Where(
        resource=use.resource,
        account=use.account,
        account_name=context.account(use.account)["name"],
        region=use.region,
        principal=publisher.id,
        # an unknown publisher is told from another by the image
        exact=publisher.id or f"{use.image_id} {use.via}",
        location=place(use.location),
        entry_line=context.line(standing),
    )
