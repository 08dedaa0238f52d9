"""Who made the images in use, what they were made from, and with whom the account's own are shared.

The calls for an account in a region: DescribeImages once for all own images, once more for each
200 others in use; GetAllowedImagesSettings once. EC2 tells ancestry and launch permissions of one
image a call, so these are asked only of own images in use, public ones aside. Own images that
nobody here uses are recorded where they are public; with whom others are shared costs
`--all-image-permissions`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.ancestry import with_ancestry
from checker.collect.aws.calls import NOT_OFFERED, Call, Shape
from checker.collect.aws.described import (
    ImageDescription,
    ImageMetadata,
    describe,
    own_images,
    public_images,
)
from checker.collect.aws.ec2 import ALIVE
from checker.collect.aws.imagebuilder import is_published, published
from checker.snapshot.records import Image, ImageCriterion, ImageSettings, ImageUse

# A deployment without this operation leaves no gap, as nobody could ask it: the owners of
# deregistered images are unknown then, which is a finding of its own. A denial is a gap.
METADATA = Call(
    "ec2",
    "DescribeInstanceImageMetadata",
    "InstanceImageMetadata",
    ALIVE,
    nothing=NOT_OFFERED,
    when="region where an image is in use",
)
SETTINGS = Call("ec2", "GetAllowedImagesSettings", nothing=NOT_OFFERED, has="State")
PERMISSIONS = Call(
    "ec2",
    "DescribeImageAttribute",
    request={"Attribute": "launchPermission"},
    has="LaunchPermissions",
    when="own image that is shared or in use",
    nothing=frozenset(("InvalidAMIID.NotFound", "InvalidAMIID.Unavailable")),  # gone meanwhile
)


class Criterion(Shape, frozen=True):
    image_providers: tuple[str, ...] = ()
    image_names: tuple[str, ...] = ()
    marketplace_product_codes: tuple[str, ...] = ()
    deprecation_time_condition: dict[str, object] | None = None
    creation_date_condition: dict[str, object] | None = None
    image_watermarks: tuple[object, ...] = ()
    scan_result_condition: dict[str, object] | None = None

    @property
    def record(self) -> ImageCriterion:
        others = (
            self.deprecation_time_condition,
            self.creation_date_condition,
            self.image_watermarks,
            self.scan_result_condition,
        )
        return ImageCriterion(
            providers=tuple(sorted(self.image_providers)),
            names=tuple(sorted(self.image_names)),
            products=tuple(sorted(self.marketplace_product_codes)),
            more=any(others),
        )


class Settings(Shape, frozen=True):
    state: str | None = None
    managed_by: str | None = None
    image_criteria: tuple[Criterion, ...] = ()

    @property
    def criteria(self) -> tuple[ImageCriterion, ...] | UnsetType:
        """Those of what is disabled mean nothing."""
        off = self.state == "disabled"
        return UNSET if off else tuple(one.record for one in self.image_criteria)


class InstanceMetadata(Shape, frozen=True):
    image_metadata: ImageMetadata = ImageMetadata()


class LaunchPermission(Shape, frozen=True):
    group: str | None = None
    user_id: str | None = None
    organization_arn: str | None = None
    organizational_unit_arn: str | None = None

    @property
    def grantee(self) -> str:
        named = self.user_id or self.organization_arn or self.organizational_unit_arn
        return named or self.group or ""


class Permissions(Shape, frozen=True):
    launch_permissions: tuple[LaunchPermission, ...] = ()


def settings(account_region: AccountRegion) -> Iterator[ImageSettings]:
    """Whether images are hidden here that Allowed AMIs does not allow."""
    answer = account_region.get(SETTINGS, Settings)
    if answer and answer.state:
        yield ImageSettings(
            account=account_region.account,
            region=account_region.region_name,
            allowed_images=answer.state,
            managed_by=answer.managed_by,
            criteria=answer.criteria,
        )


def images(account_region: AccountRegion, uses: Iterable[ImageUse]) -> Iterator[Image]:
    """Images in use, and own images that are open to everybody.

    The instances' metadata comes first: it knows images that were deregistered, made private or
    disallowed since. DescribeImages adds product codes, and images that no instance runs. What
    neither of them knows is an image of unknown owner.
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceImageMetadata.html
    """
    listed = list(uses)
    named = {use.image_id for use in listed if use.image_id}
    told = {name for name in named if is_published(name)}
    yield from (published(account_region, name) for name in sorted(told))
    used = named - told
    own = own_images(account_region)
    known = _metadata(account_region) if any(use.kind == "instance" for use in listed) else {}
    described = own | describe(account_region, used - own.keys())
    found = [
        _image(account_region, id_, known.get(id_), described.get(id_)) for id_ in sorted(used)
    ]
    yield from (
        _shared(account_region, image) for image in with_ancestry(account_region, found, described)
    )
    yield from _unused(
        account_region, {id_: image for id_, image in own.items() if id_ not in used}
    )


def seen_images(
    account_region: AccountRegion,
    used: Mapping[str, Collection[str]],
    accounts: Collection[str],
    regions: Collection[str],
) -> Iterator[Image]:
    """What another account can see of images in use, by region, and which images of the accounts
    are open to everybody. Of private ones that are not shared with it, it sees nothing.
    `used` may fill until it is read."""
    for region in sorted({*used, *regions}):
        there = account_region.at(region)
        described = describe(there, used.get(region, ()))
        described |= public_images(there, accounts)
        for image_id, description in sorted(described.items()):
            image = _image(there, image_id, None, description)
            yield replace(image, launch_permissions=("all",)) if image.public else image


def _metadata(account_region: AccountRegion) -> dict[str | None, ImageMetadata]:
    return {
        item.image_metadata.image_id: item.image_metadata
        for item in account_region.items(METADATA, InstanceMetadata)
    }


def _unused(account_region: AccountRegion, own: dict[str, ImageDescription]) -> Iterator[Image]:
    every = account_region.options.all_image_permissions
    for image_id, description in sorted(own.items()):
        if every or description.is_public:
            yield _shared(account_region, _image(account_region, image_id, None, description))


def _shared(account_region: AccountRegion, image: Image) -> Image:
    """With the launch permissions, which only the owner can see."""
    if image.owner != account_region.account or image.state == "deregistered":
        return image
    if image.public:
        return replace(image, launch_permissions=("all",))
    answer = account_region.get(PERMISSIONS, Permissions, ImageId=image.image_id)
    if answer is None:
        return image
    grantees = sorted({one.grantee for one in answer.launch_permissions} - {""})
    return replace(image, launch_permissions=tuple(grantees))


def _image(
    account_region: AccountRegion,
    image_id: str,
    metadata: ImageMetadata | None,
    description: ImageDescription | None,
) -> Image:
    """Metadata before description, field by field; product codes None: they could not be told."""

    def first(name: str) -> Any:
        values = (getattr(source, name, None) for source in (metadata, description))
        return next((value for value in values if value is not None), None)

    owner, alias = first("owner_id"), first("image_owner_alias")
    return Image(
        image_id=image_id,
        account=account_region.account,
        region=account_region.region_name,
        owner=owner,
        alias=alias if alias != owner else None,  # EC2 may repeat the id where there is no alias
        name=first("name"),
        public=first("is_public"),
        state=first("state"),
        product_codes=description.codes if description else None,
    )
