"""A reference to code, by its kind → who publishes it, and whether it may change."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from checker.publishers.arns import component, described_type, extension, layer, owned, ssm_document
from checker.publishers.model import NOBODY, Owners, Published, Publisher
from checker.publishers.registries import container_image

_CURATED = "aws/codebuild/"


def build_image(text: str, owners: Owners) -> Published:
    """CodeBuild's own images have a name that means them there alone; all others are as elsewhere.

    https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-available.html
    """
    if text.startswith(_CURATED):
        return Published(Publisher("aws", "codebuild", None, "AWS CodeBuild"), True)
    return container_image(text, owners)


def _no_text(_: str, __: Owners) -> Published:
    """A snapshot's id does not tell its owner."""
    return Published(NOBODY.publisher, False)


_BY_TEXT: dict[str, Callable[[str, Owners], Published]] = {
    "layer": layer,
    "container-image": container_image,
    "build-image": build_image,
    "ssm-document": ssm_document,
    "cloudformation-type": extension,
    "snapshot": _no_text,
    "image-builder-component": component,
}
_DESCRIBED: dict[str, Callable[[dict[str, Any], Owners], Published]] = {
    "cloudformation-type": described_type,
    "snapshot": owned,
}
KINDS = tuple(_BY_TEXT)


def published(kind: str, reference: str, owners: Owners) -> Published:
    """Who publishes what `reference` names.

    `kind` is one of `KINDS`. A reference is the text that AWS has in a resource; for a type and a
    snapshot also the JSON object by which AWS describes it. What is not understood is `unknown`.
    """
    described = _DESCRIBED.get(kind)
    given = _object(reference) if described else None
    if described is not None and given is not None:
        return described(given, owners)
    return _BY_TEXT[kind](reference, owners)


def _object(text: str) -> dict[str, Any] | None:
    if not text.startswith("{"):
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
