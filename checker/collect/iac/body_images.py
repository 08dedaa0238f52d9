"""The images of containers that the body of a workflow, a document or a build names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from checker.collect.iac.embedded import UNREAD
from checker.collect.iac.read_bodies import REFUSED, pairs, read_body, stands_for, texts
from checker.collect.iac.unknown import OPEN, is_unresolved, unresolved
from checker.trust.document.decode import as_list

_KEYS = (
    "image", "imageuri", "imageoverride", "imageidentifier", "trainingimage", "containeruri",
    "_custom_image",
)  # fmt: skip
"""The last is Amplify's: https://docs.aws.amazon.com/amplify/latest/userguide/custom-build-image.html"""
_SPECS = ("buildspec", "buildspecoverride")
_SPARK = re.compile(r"spark\.kubernetes\.(?:driver\.|executor\.)?container\.image")
"""https://docs.aws.amazon.com/emr/latest/EMR-on-EKS-DevelopmentGuide/docker-custom-images-steps.html"""
_SPARK_OPTION = re.compile(rf"{_SPARK.pattern}=([^\s\"',]+)")
AMPLIFY = "amplify:"
_DOCKER = re.compile(r"docker:(?!//)([^\s\"',]+)")
"""An artifact of Greengrass, in JSON or YAML:
https://docs.aws.amazon.com/greengrass/v2/developerguide/run-docker-container.html"""
PICTURE = re.compile(r"[\w./-]+\.(?:png|jpe?g|gif|svg|webp)", re.IGNORECASE)
_REGISTRIES = ("registry", "defaultRegistry", "containerRegistry", "host")
LATER = "an image that is told when it runs"
OF_CHART = "chart.image"


def images_in(body: Any) -> Iterator[str]:
    """Every one that it names, whosever; a mark for one that is told when it runs."""
    for image in named_images(body):
        if not image.startswith(AMPLIFY) and not PICTURE.fullmatch(image):
            yield image or unresolved(LATER)


def batch_images(spec: Any) -> Iterator[str]:
    """In which the builds of a batch run, that a buildspec names:
    https://docs.aws.amazon.com/codebuild/latest/userguide/batch-build-buildspec.html"""
    told = stands_for(spec)
    if told == REFUSED or (told == UNREAD and "batch" in spec):
        yield REFUSED
    batch = told.get("batch") if isinstance(told, dict) else None
    for key, one in pairs(batch):
        image = one.get("image") if key == "env" and isinstance(one, dict) else None
        yield from (each for each in as_list(image) if isinstance(each, str) and each)


def named_images(body: Any) -> Iterator[str]:
    text = body if isinstance(body, str) else ""
    options = [one for each in texts(body) for one in _SPARK_OPTION.findall(each)]
    yield from (*_DOCKER.findall(text), *options, *_images(read_body(text) if text else body))


def _images(value: Any) -> Iterator[str]:
    """Every one that a key names; empty for what is no text."""
    for key, one in pairs(value):
        plain = key.removesuffix(".$").lower()
        named = plain in _KEYS or _SPARK.fullmatch(plain) or _is_built_upon(plain, one)
        if plain in _SPECS and isinstance(one, str):
            yield from batch_images(one)
        for image in map(_of_chart, _several(one)) if named else ():
            later = key.endswith(".$")
            if isinstance(image, str):
                yield from ["" if later else image] if image or later else ()
            elif plain != "image":
                yield ""


def _of_chart(image: Any) -> Any:
    """As a chart is told an image, part by part, or as it is."""
    named = named_in_parts(image) if isinstance(image, dict) else None
    return image if named is None else named


def named_in_parts(image: dict[str, Any]) -> str | None:
    """None where the chart's own registry goes before what it tells, or it tells no name."""
    several = (image.get(key) for key in _REGISTRIES)
    registry, repository = next(filter(None, several), None), image.get("repository")
    parts = [one for one in (registry, repository) if isinstance(one, str) and one]
    if registry in parts and repository not in parts:
        parts.append(unresolved(OF_CHART))
    named = "/".join(parts)
    if "/" not in named and not is_unresolved(named):
        return None
    tag, digest = image.get("tag"), image.get("digest")
    return f"{named}{f':{tag}' if tag else ''}{f'@{digest}' if digest else ''}"


def _several(value: Any) -> list[Any]:
    """A list of one is how a document's parameter is given:
    https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html"""
    return value if isinstance(value, list) and value else [value]


def _is_built_upon(key: str, value: Any) -> bool:
    """Whether it is the image of a container recipe; that of a machine has an id or an ARN."""
    told = isinstance(value, str) and not value.startswith(("ami-", "arn:", OPEN))
    return key == "parentimage" and told
