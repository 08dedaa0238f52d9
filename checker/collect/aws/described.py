"""DescribeImages: what a region tells of images that the account can see."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import field

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Call, Shape

_FILTER_VALUES = 200  # EC2 takes no more in one filter

IMAGES = Call(
    "ec2",
    "DescribeImages",
    "Images",
    {"IncludeDeprecated": True, "IncludeDisabled": True, "MaxResults": 1000},
)


class ImageMetadata(Shape, frozen=True):
    """As DescribeInstanceImageMetadata spells it."""

    image_id: str | None = None
    owner_id: str | None = None
    image_owner_alias: str | None = None
    name: str | None = None
    is_public: bool | None = None
    state: str | None = None


class ProductCode(Shape, frozen=True):
    product_code_id: str


def codes(found: Iterable[ProductCode]) -> tuple[str, ...]:
    """In a fixed order. An instance keeps those of its image when that is no longer sold."""
    return tuple(sorted(code.product_code_id for code in found))


class ImageDescription(ImageMetadata, frozen=True):
    is_public: bool | None = field(name="Public", default=None)
    product_codes: tuple[ProductCode, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        return codes(self.product_codes)


def own_images(account_region: AccountRegion) -> dict[str, ImageDescription]:
    """All images of the account, used or not: one paged call."""
    return _by_id(account_region.items(IMAGES, ImageDescription, Owners=["self"]))


def public_images(
    account_region: AccountRegion, accounts: Iterable[str]
) -> dict[str, ImageDescription]:
    """Those of these accounts that everybody may launch."""
    wanted = sorted(accounts)
    found: dict[str, ImageDescription] = {}
    for start in range(0, len(wanted), _FILTER_VALUES):
        whose = wanted[start : start + _FILTER_VALUES]
        found |= _by_id(
            account_region.items(IMAGES, ImageDescription, Owners=whose, ExecutableUsers=["all"])
        )
    return found


def describe(
    account_region: AccountRegion, ids: Iterable[str], call: Call = IMAGES
) -> dict[str, ImageDescription]:
    """By filter, as one unknown id among `ImageIds` fails the whole call."""
    wanted = sorted(ids)
    found: dict[str, ImageDescription] = {}
    for start in range(0, len(wanted), _FILTER_VALUES):
        by_id = [{"Name": "image-id", "Values": wanted[start : start + _FILTER_VALUES]}]
        found |= _by_id(account_region.items(call, ImageDescription, Filters=by_id))
    return found


def _by_id(images: Iterable[ImageDescription]) -> dict[str, ImageDescription]:
    return {image.image_id: image for image in images if image.image_id}
