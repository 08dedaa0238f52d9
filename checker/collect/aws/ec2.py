"""EC2: the regions of an account, its instances, and the images they run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import field

from checker.collect.aws.calls import NOT_OFFERED, Call, Corner, Shape, Tag
from checker.snapshot.records import Image, ImageUse

_STATES = ["pending", "running", "shutting-down", "stopping", "stopped"]  # terminated: not there
_ALIVE = {"Filters": [{"Name": "instance-state-name", "Values": _STATES}], "MaxResults": 1000}
_FILTER_VALUES = 200  # EC2 takes no more in one filter

REGIONS = Call("ec2", "DescribeRegions", "Regions")
INSTANCES = Call("ec2", "DescribeInstances", "Reservations", _ALIVE)
# A deployment without this operation leaves no gap, as nobody could ask it: the owners of
# deregistered images are unknown then, which is a finding of its own. A denial is a gap.
METADATA = Call(
    "ec2",
    "DescribeInstanceImageMetadata",
    "InstanceImageMetadata",
    _ALIVE,
    nothing=NOT_OFFERED,
)
IMAGES = Call(
    "ec2", "DescribeImages", "Images", {"IncludeDeprecated": True, "IncludeDisabled": True}
)


class Region(Shape, frozen=True):
    region_name: str
    opt_in_status: str | None = None


class State(Shape, frozen=True):
    name: str


class Instance(Shape, frozen=True):
    instance_id: str
    state: State
    image_id: str | None = None
    tags: tuple[Tag, ...] = ()


class Reservation(Shape, frozen=True):
    instances: tuple[Instance, ...] = ()


class ImageMetadata(Shape, frozen=True):
    image_id: str | None = None
    owner_id: str | None = None
    image_owner_alias: str | None = None
    name: str | None = None
    is_public: bool | None = None
    state: str | None = None


class InstanceMetadata(Shape, frozen=True):
    image_metadata: ImageMetadata = ImageMetadata()


class ProductCode(Shape, frozen=True):
    product_code_id: str


class ImageDescription(ImageMetadata, frozen=True):
    is_public: bool | None = field(name="Public", default=None)
    product_codes: tuple[ProductCode, ...] = ()


def regions(corner: Corner) -> list[str]:
    """The regions that the account can use."""
    return [
        region.region_name
        for region in corner.items(REGIONS, Region)
        if region.opt_in_status != "not-opted-in"
    ]


def instances(corner: Corner) -> Iterator[ImageUse]:
    """What runs or may run again."""
    for reservation in corner.items(INSTANCES, Reservation):
        for instance in reservation.instances:
            if instance.state.name in _STATES:
                yield _use(corner, instance)


def _use(corner: Corner, instance: Instance) -> ImageUse:
    place = f"arn:{corner.partition}:ec2:{corner.region}:{corner.account}"
    return ImageUse(
        resource=f"{place}:instance/{instance.instance_id}",
        kind="instance",
        name=next((tag.value for tag in instance.tags if tag.key == "Name"), None),
        state=instance.state.name,
        account=corner.account,
        region=corner.region or "",
        image_id=instance.image_id or None,
    )


def images(corner: Corner, uses: Iterable[ImageUse]) -> Iterator[Image]:
    """Who made the images in use.

    The instances' metadata comes first: it knows images that were deregistered, made private or
    disallowed since. DescribeImages adds product codes, and images that no instance runs. What
    neither of them knows is an image of unknown owner.
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceImageMetadata.html
    """
    used = {use.image_id for use in uses if use.image_id}
    if not used:
        return
    known = {
        item.image_metadata.image_id: item.image_metadata
        for item in corner.items(METADATA, InstanceMetadata)
    }
    described = _describe(corner, used)
    for image_id in sorted(used):
        yield _image(corner, image_id, known.get(image_id), described.get(image_id))


def _describe(corner: Corner, ids: Iterable[str]) -> dict[str | None, ImageDescription]:
    """By filter, as one unknown id among `ImageIds` fails the whole call."""
    wanted, found = sorted(ids), {}
    for start in range(0, len(wanted), _FILTER_VALUES):
        batch = wanted[start : start + _FILTER_VALUES]
        by_id = [{"Name": "image-id", "Values": batch}]
        for image in corner.items(IMAGES, ImageDescription, Filters=by_id):
            found[image.image_id] = image
    return found


def _image(
    corner: Corner,
    image_id: str,
    metadata: ImageMetadata | None,
    description: ImageDescription | None,
) -> Image:
    """Metadata before description, field by field; product codes None: they could not be told."""

    def first(name: str) -> Any:
        values = (getattr(source, name, None) for source in (metadata, description))
        return next((value for value in values if value is not None), None)

    owner, alias = first("owner_id"), first("image_owner_alias")
    codes = (
        tuple(sorted(code.product_code_id for code in description.product_codes))
        if description
        else None
    )
    return Image(
        image_id=image_id,
        account=corner.account,
        region=corner.region or "",
        owner=owner,
        alias=alias if alias != owner else None,  # EC2 may repeat the id where there is no alias
        name=first("name"),
        public=first("is_public"),
        state=first("state"),
        product_codes=codes,
    )
