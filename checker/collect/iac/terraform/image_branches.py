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


def begins_with_choice(branches: list[Branch]) -> bool:
    """Whether what nobody can tell may be what chooses among images, as in `local.x ? a : b`:
    comes before two of them, and is nothing that a plan has."""
    others = [at for at, (_, ends) in enumerate(branches) if is_other(ends)]
    after = branches[others[-1] + 1 :] if others else []
    images = [text for text, ends in after if any(image_ids(*end) for end in ends or ())]
    chooses = all(
        branches[at][1] is None and branches[at][0].startswith(_UNPLANNED) for at in others
    )
    return bool(others) and chooses and len(images) > 1


def _is_known(value: Any) -> bool:
    return isinstance(value, str | bool | int | float) and not is_unresolved(value)
