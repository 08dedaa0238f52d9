"""What is known of the images in use, from wherever it is known."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec.structs import replace

from checker.snapshot.records import Ancestor, Image, ImageSettings, ImageUse

_Here = tuple[str, str | None]
"""A region and an image's id, which is unique there."""


class Images:
    """What all accounts know of an image, together: one may know its owner or its ancestry, which
    another cannot see, and none speaks for the others by where it stands in the file. Of an image
    that code makes, whose id is none of AWS's, its own account knows best.
    `shared`: those that their owner sees, and lets others launch."""

    def __init__(self, images: Iterable[Image], settings: Iterable[ImageSettings] = ()) -> None:
        self._sights: dict[_Here, dict[Image, None]] = {}
        self._made: dict[tuple[str, _Here], Image] = {}
        self._known: dict[_Here, Image] = {}
        self.shared: list[Image] = []
        self._settings = {
            (setting.account, setting.region): setting.allowed_images for setting in settings
        }
        for image in images:
            here = (image.region, image.image_id)
            # what several see alike is kept once: ten thousand may run an image
            account = image.account if image.owner == image.account else ""
            self._sights.setdefault(here, {})[replace(image, account=account)] = None
            if image.location is not None:
                self._made[image.account, here] = image
            if image.owner == image.account and (image.public or image.launch_permissions):
                self.shared.append(image)

    def of(self, use: ImageUse) -> Image | None:
        """What is known of the image, from wherever it is known."""
        image = self._described(use)
        if not use.product_codes or (image and image.product_codes):
            return image
        plain = Image(image_id=use.image_id or "", account=use.account, region=use.region)
        return replace(image or plain, product_codes=use.product_codes)

    def _described(self, use: ImageUse) -> Image | None:
        here = (use.region, use.image_id)
        if here not in self._sights:
            return None
        if (known := self._known.get(here)) is None:
            known = self._known[here] = _together(sorted(self._sights[here], key=_rank))
        made = self._made.get((use.account, here))
        return known if made is None or made.owner is None else _together([made, known])

    def allowed(self, use: ImageUse) -> str | None:
        """The state of Allowed AMIs where the image is used."""
        return self._settings.get((use.account, use.region))


def _rank(image: Image) -> tuple[bool, bool, bytes]:
    """Who sees it best comes first: its owner, whoever knows the owner; then by what it says, as
    the order of a file tells nothing."""
    return image.owner is None, image.owner != image.account, msgspec.json.encode(image)


def _together(sights: list[Image]) -> Image:
    """The first, with what it does not tell of what the others do."""
    first, *others = sights
    more: dict[str, Any] = {}
    for name in Image.__struct_fields__:
        if getattr(first, name) is None:
            told = (getattr(one, name) for one in others)
            more[name] = next((value for value in told if value is not None), None)
    return replace(first, **more | _ancestry(sights))


def _ancestry(sights: list[Image]) -> dict[str, Any]:
    """The longest, as who sees less of it sees its beginning; of each ancestor what somebody knows
    its publisher by. It ends at a root where one who sees all of it says so."""
    told = [(one.ancestry, one.ancestry_complete) for one in sights if one.ancestry is not None]
    if not told:
        return {}
    most = max(len(chain) for chain, _ in told)
    ends = {complete for chain, complete in told if len(chain) == most}
    seen = ([chain[at] for chain, _ in told if len(chain) > at] for at in range(most))
    return {
        "ancestry": tuple(map(_ancestor, seen)),
        "ancestry_complete": next((end for end in (True, False) if end in ends), None),
    }


def _ancestor(seen: list[Ancestor]) -> Ancestor:
    return next((one for one in seen if one.owner is not None or one.alias is not None), seen[0])
