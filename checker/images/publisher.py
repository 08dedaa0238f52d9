"""Who published an image, and whether that was vetted.

The owner's id decides. An alias is a kind of its own: `amazon` stands for Amazon and for verified
partners, so it vets only where the allowlist accepts the alias as such
(https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharing-amis.html#verified-ami-provider).
"""

from __future__ import annotations

from typing import Literal

import msgspec

from checker.snapshot.records import Image
from checker.vetting.register import UNLISTED, Register, Standing

MARKETPLACE = "aws-marketplace"
PublisherKind = Literal["account", "alias", "marketplace", "unknown"]


class Publisher(msgspec.Struct, frozen=True):
    """`id` is the owner's account, else the alias, None where nothing is known."""

    kind: PublisherKind
    id: str | None = None
    account: str | None = None
    alias: str | None = None


def publisher_of(image: Image | None, register: Register) -> Publisher:
    """Who stands behind an image; an own image is of kind `account`."""
    if image is None or not (image.owner or image.alias or image.product_codes):
        return Publisher("unknown")
    identity = image.owner or image.alias or MARKETPLACE
    own = register.account(image.owner).status == "own"
    if image.alias == MARKETPLACE or (image.product_codes and not own):
        return Publisher("marketplace", identity, image.owner, image.alias)
    kind: PublisherKind = "account" if image.owner else "alias"
    return Publisher(kind, identity, image.owner, image.alias)


def standing_of(publisher: Publisher, image: Image | None, register: Register) -> Standing:
    """Own, vetted by the owner's account, by the product or by the alias, or by nobody."""
    if publisher.kind == "unknown" or image is None:
        return UNLISTED
    by_owner = register.account(publisher.account)
    if by_owner.status in ("own", "vetted"):
        return by_owner
    by_product = register.product(image.product_codes or ())
    if publisher.kind == "marketplace" and by_product.status == "vetted":
        return by_product
    by_alias = register.alias(publisher.alias)
    if by_alias.status == "vetted":
        return by_alias
    return by_owner if by_owner.vendor is not None else by_product
