"""An image that a plan does not tell: which of the references of its expression it may come to."""

from __future__ import annotations

from typing import Any

from checker.collect.iac.terraform.image_uses import MAKERS
from checker.collect.iac.terraform.lookups import called
from checker.collect.iac.terraform.planned import Planned
from checker.collect.iac.terraform.references import Branch, End, value_at_path
from checker.collect.iac.unknown import is_unresolved

_NAMING = ("id", "image_id", "arn", "output_resources")
_UNPLANNED = ("local.", "each.", "var.")


def image_ids(one: Planned, rest: list[Any]) -> list[str]:
    """The names of the image that it makes or finds, where this of it names one."""
    if one.type not in MAKERS or (rest and rest[0] not in _NAMING):
        return []
    return [image for outcome in one.outcomes() for image in called(outcome)]


def is_other(ends: list[End] | None) -> bool:
    """Whether a reference may stand for an image that nobody can tell."""
    return ends is None or any(
        not image_ids(one, rest) and not _is_known(value_at_path(one.values, rest))
        for one, rest in ends
    )


def only_choose(branches: list[Branch]) -> bool:
    """Whether whatever nobody can tell may be what chooses among images: it is an index, or comes
    before two of them, as in `local.x ? a : b`, and is nothing that a plan has."""
    others = [at for at, one in enumerate(branches) if is_other(one.ends)]
    return bool(others) and all(_may_choose(branches, at) for at in others)


def _may_choose(branches: list[Branch], at: int) -> bool:
    here = branches[at]
    images = [one for one in branches[at + 1 :] if any(image_ids(*end) for end in one.ends or ())]
    unplanned = here.ends is None and here.text.startswith(_UNPLANNED)
    return here.keyed or (unplanned and len(images) > 1)


def _is_known(value: Any) -> bool:
    return isinstance(value, str | bool | int | float) and not is_unresolved(value)
