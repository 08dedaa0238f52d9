"""Lambda: the layers of functions and of their published versions, and container images.

The image of a function is told by the call alone that also hands out a link to its code, so that
is asked only of functions that are made of an image.
https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Call, Shape
from checker.collect.aws.code.source import Source, use
from checker.collect.aws.resources.functions import FUNCTIONS, LATEST, Version, all_versions
from checker.collect.aws.resources.reading import Reading
from checker.snapshot.code_uses import CodeUse

FUNCTION = Call(
    "lambda", "GetFunction", "Code", when="function or version made of an image",
    gone=frozenset({"ResourceNotFoundException"}),
)  # fmt: skip


class Code(Shape, frozen=True):
    image_uri: str | None = None
    resolved_image_uri: str | None = None


def _functions(here: AccountRegion) -> list[Version]:
    return list(all_versions(here))


def _uses(here: AccountRegion, one: Version) -> Iterator[CodeUse]:
    arn = one.function_arn.removesuffix(":$LATEST")
    for layer in one.layers:
        yield use(here, arn, "layer", layer.arn, "Layers")
    if one.package_type == "Image":
        version = {} if one.version == LATEST else {"Qualifier": one.version}
        code = Reading(here).get(FUNCTION, Code, FunctionName=one.function_name, **version)
        told = code or Code()
        digest = (told.resolved_image_uri or "").partition("@")[2] or None
        yield use(here, arn, "container-image", told.image_uri, "Code.ImageUri", digest)


IN_FUNCTIONS = Source(
    kinds=("layer", "container-image"), calls=(FUNCTIONS, FUNCTION), items=_functions, read=_uses
)
