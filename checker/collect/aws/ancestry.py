"""What images were made from: GetImageAncestry walked back, each ancestor asked in its region.

The entries of a chain tell an alias but no owner, so DescribeImages is asked in the region of each
ancestor, once for up to 200 of them. A chain that stands in another one costs no call of its own.
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetImageAncestry.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace as changed

from msgspec import structs

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import NOT_OFFERED, Call, Shape
from checker.collect.aws.described import IMAGES, ImageDescription, describe
from checker.snapshot.records import Ancestor, Image

# What is gone, was made private, or is another's and not for us to see has no ancestry that could
# be told. What the caller may not call is UnauthorizedOperation, and a gap.
ANCESTRY = Call(
    "ec2",
    "GetImageAncestry",
    when="own image in use",
    has="ImageAncestryEntries",
    nothing=NOT_OFFERED | {"InvalidAMIID.NotFound", "InvalidAMIID.Unavailable", "AuthFailure"},
)
# A region that the account has not enabled cannot be asked by anybody: the owner stays unknown.
_NOT_ENABLED = frozenset(("AuthFailure", "OptInRequired"))
ImageKey = tuple[str, str]
"""A region and an image id."""


class Entry(Shape, frozen=True):
    image_id: str
    image_owner_alias: str | None = None
    source_image_id: str | None = None
    source_image_region: str | None = None


class Chain(Shape, frozen=True):
    image_ancestry_entries: tuple[Entry, ...] = ()


def with_ancestry(
    account_region: AccountRegion,
    images: Iterable[Image],
    described: Mapping[str, ImageDescription],
) -> Iterator[Image]:
    """The images, those that may be our own with what they were made from."""
    listed = list(images)
    asked = [image.image_id for image in listed if _maybe_own(account_region, image)]
    entries = _entries(account_region, asked)
    paths = {
        id_: _walk(account_region.region_name, id_, entries) for id_ in asked if id_ in entries
    }
    steps = {step for path in paths.values() for step in path}
    known = _resolve(account_region, steps, described)
    for image in listed:
        path = paths.get(image.image_id)
        yield image if path is None else _with(image, path, entries, known)


def _maybe_own(account_region: AccountRegion, image: Image) -> bool:
    """The account's own images, and those that some account shared with it, perhaps an own one."""
    if image.owner == account_region.account:
        return True
    return bool(image.owner) and not (image.public or image.alias or image.product_codes)


def _entries(account_region: AccountRegion, ids: Iterable[str]) -> dict[str, Entry]:
    """What is known of each image on any of the chains, the images asked for first of all."""
    found: dict[str, Entry] = {}
    for image_id in ids:
        if image_id not in found:
            chain = account_region.get(ANCESTRY, Chain, ImageId=image_id)
            if chain is not None:
                found[image_id] = Entry(image_id=image_id)
                found |= {entry.image_id: entry for entry in chain.image_ancestry_entries}
    return found


def _walk(region: str, image_id: str, entries: Mapping[str, Entry]) -> list[ImageKey]:
    """The ancestors of an image, the nearest first."""
    path: list[ImageKey] = []
    seen = {image_id}
    entry = entries.get(image_id)
    while entry and entry.source_image_id and entry.source_image_id not in seen:
        region = entry.source_image_region or region
        path.append((region, entry.source_image_id))
        seen.add(entry.source_image_id)
        entry = entries.get(entry.source_image_id)
    return path


def _resolve(
    account_region: AccountRegion,
    steps: Iterable[ImageKey],
    described: Mapping[str, ImageDescription],
) -> dict[ImageKey, ImageDescription]:
    known = {(account_region.region_name, id_): image for id_, image in described.items()}
    wanted: dict[str, set[str]] = {}
    for region, image_id in steps:
        if (region, image_id) not in known:
            wanted.setdefault(region, set()).add(image_id)
    for region, ids in sorted(wanted.items()):
        answers = describe(account_region.at(region), ids, _anywhere)
        known |= {(region, id_): image for id_, image in answers.items()}
    return known


_anywhere = changed(IMAGES, nothing=_NOT_ENABLED)


def _with(
    image: Image,
    path: list[ImageKey],
    entries: Mapping[str, Entry],
    known: Mapping[ImageKey, ImageDescription],
) -> Image:
    """A chain is complete when its last entry names no source."""
    last = entries.get(path[-1][1] if path else image.image_id)
    ancestors = tuple(_ancestor(key, entries.get(key[1]), known.get(key)) for key in path)
    return structs.replace(
        image,
        ancestry=ancestors,
        ancestry_complete=last is not None and last.source_image_id is None,
    )


def _ancestor(key: ImageKey, entry: Entry | None, image: ImageDescription | None) -> Ancestor:
    region, image_id = key
    alias = (image.image_owner_alias if image else None) or (
        entry.image_owner_alias if entry else None
    )
    owner = image.owner_id if image else None
    return Ancestor(
        image_id=image_id,
        region=region,
        owner=owner,
        alias=alias if alias != owner else None,
        name=image.name if image else None,
        product_codes=image.codes if image else (),
    )
