"""Whose image an own image was made from.

CopyImage and CreateImage make the account the owner of what somebody else built. The nearest third
party of the ancestry answers for it: what that one built upon is its own business.
"""

from __future__ import annotations

import msgspec

from checker.images.publisher import Publisher, publisher_of, standing_of
from checker.snapshot.records import Ancestor, Image
from checker.vetting.register import UNLISTED, Register, Standing

_NOBODY = Publisher("unknown")


class Origin(msgspec.Struct, frozen=True):
    """`image`: the third party's, None where the ancestry tells of none. `unresolved`: an ancestor
    before it could not be told, or the chain ends without a root."""

    image: Image | None = None
    publisher: Publisher = _NOBODY
    standing: Standing = UNLISTED
    unresolved: bool = False


def origin_of(image: Image | None, register: Register) -> Origin:
    """The nearest third party in an image's ancestry."""
    if image is None or image.ancestry is None:
        return Origin()
    unresolved = False
    for ancestor in image.ancestry:
        made = _image(ancestor, image)
        publisher = publisher_of(made, register)
        standing = standing_of(publisher, made, register)
        if publisher.kind == "unknown":
            unresolved = True
        elif standing.status != "own":
            return Origin(made, publisher, standing, unresolved)
    return Origin(unresolved=unresolved or image.ancestry_complete is False)


def _image(ancestor: Ancestor, image: Image) -> Image:
    return Image(
        image_id=ancestor.image_id,
        account=image.account,
        region=ancestor.region or "",
        owner=ancestor.owner,
        alias=ancestor.alias,
        name=ancestor.name,
        product_codes=ancestor.product_codes,
    )
