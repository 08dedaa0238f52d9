"""A reference to code, by its kind → who publishes it, and whether it may change."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from checker.once import decoded_once
from checker.publishers.arns import (
    addon,
    application,
    component,
    described_type,
    extension,
    layer,
    model_package,
    owned,
    ssm_document,
    studio_image,
)
from checker.publishers.model import NOBODY, Owners, Published, Publisher
from checker.publishers.reference import LONGEST, ImageReference, image_reference
from checker.publishers.registries import CURATED, container_image, origin


def build_image(text: str, owners: Owners) -> Published:
    """CodeBuild's own images have a name that means them there alone; all others are as elsewhere.

    https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-available.html
    """
    if text.startswith(CURATED):
        return Published(Publisher("aws", "codebuild", None, "AWS CodeBuild"), True)
    return container_image(text, owners)


def image(text: str, owners: Owners) -> Published:
    """A container image; those of SageMaker Studio have an ARN."""
    return studio_image(text, owners) if text.startswith("arn:") else container_image(text, owners)


def _no_text(_: str, __: Owners) -> Published:
    """The id of a snapshot, or the name of an add-on, does not tell whose it is."""
    return Published(NOBODY.publisher, False)


_BY_TEXT: dict[str, Callable[[str, Owners], Published]] = {
    "layer": layer,
    "container-image": image,
    "build-image": build_image,
    "ssm-document": ssm_document,
    "cloudformation-type": extension,
    "snapshot": _no_text,
    "image-snapshot": _no_text,
    "image-builder-component": component,
    "serverless-application": application,
    "model-package": model_package,
    "eks-addon": _no_text,
}
_DESCRIBED: dict[str, Callable[[dict[str, Any], Owners], Published]] = {
    "cloudformation-type": described_type,
    "snapshot": owned,
    "image-snapshot": owned,
    "eks-addon": addon,
}
KINDS = tuple(_BY_TEXT)
_VERSION = re.compile(r"[:/][0-9][0-9.x]*(?:/[0-9]+)?$")
_IMAGES = ("container-image", "build-image")
_NAMES = ("TypeName", "TypeArn", "Arn", "SnapshotId", "addonName", "addonArn")


def published(kind: str, reference: str, owners: Owners) -> Published:
    """Who publishes what `reference` names.

    `kind` is one of `KINDS`; of any other nobody is named. A reference is the text that AWS has in
    a resource; for a type, a snapshot and an add-on also the JSON object by which AWS describes it.
    What is not understood is `unknown`.
    """
    described = _DESCRIBED.get(kind)
    given = _object(reference) if described else None
    if described is not None and given is not None:
        return described(given, owners)
    told = _BY_TEXT.get(kind)  # a kind of a later version, or of another's making
    return told(reference, owners) if told else NOBODY


def names(kind: str, reference: str, owners: Owners | None = None) -> tuple[str, ...]:
    """What a pattern may call a reference: as it is written, of an image in full, and of what AWS
    describes its name and its ARN. `owners`: an image of an own cache as its upstream has it, too.
    """
    given = _object(reference) if kind in _DESCRIBED else None
    if given is not None:
        told = tuple(one for one in map(given.get, _NAMES) if isinstance(one, str))
        who = given.get("PublisherId")  # all that code tells of some
        return told or (who if isinstance(who, str) else reference,)
    image = image_reference(reference) if kind in _IMAGES else None
    if image is None:
        return (reference,)
    came = origin(image, owners) if owners else None
    return tuple(dict.fromkeys((reference, *(one.in_full() for one in (image, came) if one))))


def main_name(kind: str, reference: str) -> str:
    """The first of them."""
    return names(kind, reference)[0] if kind in _DESCRIBED else reference


def named_alike(kind: str, reference: str) -> str:
    """The name that all versions of the same code have."""
    image = image_reference(reference) if kind in _IMAGES else None
    if image is not None and "." in image.host and len(whole := _whole(image)) <= LONGEST:
        return whole
    name = names(kind, reference)[-1]
    if image is not None:
        image = image_reference(name)  # in full it may be another's, or too long
    return _VERSION.sub("", name) if image is None else _whole(image)


def _whole(image: ImageReference) -> str:
    return "/".join((image.host, *image.parts))


def _object(text: str) -> dict[str, Any] | None:
    if not text.startswith("{"):
        return None
    try:
        found = decoded_once(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
