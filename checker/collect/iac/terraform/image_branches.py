"""An image that a plan does not tell: which of the references of its expression it may come to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from checker.collect.iac.terraform.ends import Branch
from checker.collect.iac.terraform.image_uses import MAKERS, USES
from checker.collect.iac.terraform.lookups import called
from checker.collect.iac.terraform.planned import Planned
from checker.collect.iac.terraform.references import End, value_at_path
from checker.collect.iac.unknown import is_unresolved

_NAMING = ("id", "image_id", "arn", "output_resources")
_OF_OTHERS = re.compile(
    r"(?!aws_(?:ami|imagebuilder|ssm|secretsmanager|cloudformation|dynamodb_table_item"
    r"|lambda_invocation|s3_object|s3_bucket_object)(?:_|$))(?:aws|random|time|tls)_"
)
"""Types of whose attributes few hold what somebody has put in."""
_PUT_IN = re.compile(r"ami|image|value|content|body|json|result|output|keepers|triggers|user_data")
_IMAGE = re.compile(r"ami-[0-9a-f]+|(resolve:)?ssm:.+")
_UNPLANNED = ("local.", "each.", "var.")


def image_ids(one: Planned, rest: list[Any]) -> list[str]:
    """The names of the image that it makes or finds, where this of it names one."""
    if one.type not in MAKERS or (rest and rest[0] not in _NAMING):
        return []
    return [image for outcome in one.outcomes() for image in called(outcome)]


def known_images(branches: list[Branch]) -> list[str]:
    """The images that it may come to of what is known already, where nobody knows what chooses:
    `local.x == 1 ? a : local.x == 2 ? b : var.image`."""
    values = [value for one in branches for value in one.known]
    values += [value_at_path(one.values, rest) for branch in branches
               for one, rest in branch.ends or () if rest and not image_ids(one, rest)]  # fmt: skip
    named = [text for value in values for text in _texts(value) if _IMAGE.fullmatch(text)]
    return list(dict.fromkeys(named))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts(one)


def is_other(ends: list[End] | None) -> bool:
    """Whether a reference may stand for an image that nobody can tell."""
    return ends is None or any(
        not image_ids(one, rest) and not _is_known(value_at_path(one.values, rest))
        for one, rest in ends
    )


def names_another_thing(end: End) -> bool:
    """`aws_subnet.s.id`, which an output beside an image's may be."""
    one, rest = end
    if one.type in USES or _OF_OTHERS.match(one.type) is None:
        return False
    return not rest or not _PUT_IN.search(str(rest[0]))


def only_choose(branches: list[Branch]) -> bool:
    """Whether whatever nobody can tell may be what chooses among images: it is an index, or comes
    before two of them, as in `local.x ? a : b`, and is nothing that a plan has; or is another
    output of the module that an image is read of."""
    others = [at for at, one in enumerate(branches) if is_other(one.ends)]
    beside = any(one.beside for one in branches)
    return (bool(others) or beside) and all(_may_choose(branches, at) for at in others)


def _may_choose(branches: list[Branch], at: int) -> bool:
    here = branches[at]
    images = [one for one in branches[at + 1 :] if any(image_ids(*end) for end in one.ends or ())]
    unplanned = here.ends is None and here.text.startswith(_UNPLANNED)
    return here.keyed or (unplanned and len(images) > 1)


def _is_known(value: Any) -> bool:
    return isinstance(value, str | bool | int | float) and not is_unresolved(value)
