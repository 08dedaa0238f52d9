"""Lambda: the layers and the container images of functions, published versions among them.

GetFunction hands out a link to the code, too, and both calls the environment: neither is read.
https://docs.aws.amazon.com/lambda/latest/dg/chapter-layers.html
https://docs.aws.amazon.com/lambda/latest/api/API_FunctionCodeLocation.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Call, Shape
from checker.collect.aws.code.uses import CONTAINER, LAYER, code_use, digest_of, few
from checker.collect.aws.resources.functions import FUNCTIONS, Version, listed_versions
from checker.collect.aws.resources.kind import surviving
from checker.collect.aws.resources.reading import Reading
from checker.snapshot.code_uses import CodeUse

IMAGE = Call(
    "lambda", "GetFunction", "Code", gone=frozenset({"ResourceNotFoundException"}),
    when="function of a container image",
)  # fmt: skip
_LATEST = "$LATEST"


class Code(Shape, frozen=True):
    image_uri: str
    resolved_image_uri: str | None = None


@dataclass(frozen=True)
class Layers:
    """Versions that name the same are told together: most functions keep many of them."""

    kinds: ClassVar = (LAYER,)
    calls: ClassVar = (FUNCTIONS,)
    once: ClassVar = False

    def records(self, here: AccountRegion, wanted: frozenset[str]) -> Iterator[CodeUse]:
        if LAYER in wanted:
            yield from _layers(here, listed_versions(here))


@dataclass(frozen=True)
class Images:
    """Apart from layers, as it takes a permission that hands out code."""

    kinds: ClassVar = (CONTAINER,)
    calls: ClassVar = (FUNCTIONS, IMAGE)
    once: ClassVar = False

    def records(self, here: AccountRegion, wanted: frozenset[str]) -> Iterator[CodeUse]:
        if CONTAINER in wanted:
            yield from _images(here, listed_versions(here))


def _layers(here: AccountRegion, listed: list[Version]) -> Iterator[CodeUse]:
    found: dict[tuple[str, str], list[str]] = {}
    for one in listed:
        for layer in one.layers:
            found.setdefault((one.function, layer.arn), []).append(one.version)
    for (function, layer_arn), versions in found.items():
        yield code_use(here, LAYER, function, layer_arn, f"layer of {_told(versions)}")


def _images(here: AccountRegion, listed: list[Version]) -> Iterator[CodeUse]:
    """One version is asked about for all that have the same code."""
    found: dict[tuple[str, str], list[Version]] = {}
    for one in listed:
        if one.package_type == "Image":
            found.setdefault((one.function, one.code_sha256 or one.version), []).append(one)
    asked = {same[0].function_arn: same for same in found.values()}
    for use in surviving(here, _arns, lambda one, arn: _image(one, asked[arn]), asked):
        yield from use


def _arns(here: AccountRegion) -> list[str]:
    return [one.function_arn for one in here.items(FUNCTIONS, Version)]


def _image(here: AccountRegion, same: list[Version]) -> list[CodeUse]:
    one = same[0]
    code = Reading(here).get(IMAGE, Code, FunctionName=one.function, Qualifier=one.version)
    if code is None:
        return []
    via = f"image of {_told([each.version for each in same])}"
    digest = digest_of(code.resolved_image_uri)
    return [code_use(here, CONTAINER, one.function, code.image_uri, via, digest)]


def _told(versions: list[str]) -> str:
    latest = [_LATEST] if _LATEST in versions else []
    numbers = [int(one) for one in versions if one.isdecimal()]
    return " and ".join([*latest, *([few("version", numbers)] if numbers else [])])
