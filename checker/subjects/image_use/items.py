"""Every use of an image: who published it, and whether that was vetted."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from checker.check.ledger import Where
from checker.facts.build import Facts, known_name, vetting_facts
from checker.facts.images import image_facts, image_vetting, origin_facts, use_facts
from checker.images.origin import Origin, origin_of
from checker.images.publisher import Publisher, publisher_of, standing_of
from checker.snapshot.records import Image, ImageSettings, ImageUse
from checker.subjects.world import Context, place
from checker.vetting.register import Register, Standing


def check_image_uses(context: Context, uses: Iterable[ImageUse], images: Images) -> int:
    """Evaluates the uses, terminated instances aside; answers how many there were."""
    count = 0
    for use in uses:
        if use.state != "terminated":
            count += 1
            _image_use(context, use, images)
            if use.via_account:
                _parameter(context, use, use.via_account)
    return count


class Images:
    """By account, region and id; and by region and id alone, as one account may know the owner
    or the ancestry of an image that another cannot see (an image id is unique in its region)."""

    def __init__(self, images: Iterable[Image], settings: Iterable[ImageSettings] = ()) -> None:
        self._seen: dict[tuple[str, str, str | None], Image] = {}
        self._owned: dict[tuple[str, str | None], Image] = {}
        self._walked: dict[tuple[str, str | None], Image] = {}
        self._settings = {(one.account, one.region): one.allowed_images for one in settings}
        for image in images:
            self._seen[image.account, image.region, image.image_id] = image
            if image.owner is not None:
                self._owned.setdefault((image.region, image.image_id), image)
            if image.ancestry is not None:
                self._walked.setdefault((image.region, image.image_id), image)

    def of(self, use: ImageUse) -> Image | None:
        """What is known of the image, from wherever it is known."""
        image = self._described(use)
        if not use.product_codes or (image and image.product_codes):
            return image
        plain = Image(image_id=use.image_id or "", account=use.account, region=use.region)
        return replace(image or plain, product_codes=use.product_codes)

    def _described(self, use: ImageUse) -> Image | None:
        here = (use.region, use.image_id)
        image = self._seen.get((use.account, *here))
        if image is None or image.owner is None:
            image = self._owned.get(here, image)
        walked = self._walked.get(here)
        if image is None or image.ancestry is not None or walked is None:
            return image
        return replace(image, ancestry=walked.ancestry, ancestry_complete=walked.ancestry_complete)

    def allowed(self, use: ImageUse) -> str | None:
        """The state of Allowed AMIs where the image is used."""
        return self._settings.get((use.account, use.region))


def _image_use(context: Context, use: ImageUse, images: Images) -> None:
    image = images.of(use)
    register = context.register
    publisher = publisher_of(image, register)
    standing = standing_of(publisher, image, register)
    shown = _publisher_facts(publisher, standing, register)
    vetting = image_vetting(standing, image, use, register)
    origin = origin_of(image, register) if standing.status == "own" else Origin()
    source = origin_facts(origin, image, use, register)
    facts = {
        "resource": use.resource,
        "account": context.account(use.account),
        "region": use.region,
        "use": use_facts(use),
        "image": image_facts(image, use.image_id, images.allowed(use)),
        "publisher": shown,
        "vetting": vetting,
        "origin": source,
    }
    if origin.image is not None:  # a copy of a third party's image is that third party's
        publisher, standing = origin.publisher, origin.standing
        _used(context, use, origin.image, source, publisher, standing)
    elif publisher.id and standing.status != "own":
        _used(context, use, image, shown | vetting, publisher, standing)
    if origin.unresolved:
        context.unresolved.add(f"{use.image_id} in {use.region}")
    context.ledger.evaluate("image_use", facts, _where(context, use, publisher, standing))


def _used(
    context: Context, use: ImageUse, image: Image | None, shown: Facts,
    publisher: Publisher, standing: Standing,
) -> None:  # fmt: skip
    kind, identity = _party(publisher, image)
    name = shown["name"], shown["named_by"]
    in_scope = not shown["out_of_scope"]
    context.parties.used(kind, identity, name, standing, use, in_scope=in_scope)


def _parameter(context: Context, use: ImageUse, owner: str) -> None:
    """Another account's parameter: whoever owns it decides which image runs here."""
    register = context.register
    standing = register.account(owner)
    name = known_name(owner, standing, register)
    facts = {
        "resource": use.resource,
        "account": context.account(use.account),
        "region": use.region,
        "use": use_facts(use),
        "owner": {"account": owner, "name": name[0], "named_by": name[1]},
        "vetting": vetting_facts(standing, register),
    }
    if standing.status != "own":
        context.parties.used("account", owner, name, standing, use, in_scope=True)
    where = _where(context, use, Publisher("account", owner, owner), standing)
    context.ledger.evaluate("image_parameter", facts, where)


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
