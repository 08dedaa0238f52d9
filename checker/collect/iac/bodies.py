"""What the body of a workflow, a document or a component names of others, which nothing here turns
into records: images of containers, and whatever has an ARN of another account."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from checker.collect.iac.embedded import UNREAD, embedded
from checker.collect.iac.unknown import unresolved, wholly

_KEYS = ("image", "imageuri", "trainingimage", "containeruri")
_DOCKER = re.compile(r"docker:(?!//)([^\s\"',]+)")
"""An artifact of Greengrass, in JSON or YAML:
https://docs.aws.amazon.com/greengrass/v2/developerguide/run-docker-container.html"""
_REGISTRY = re.compile(
    r"([0-9]{12})\.dkr[.-]ecr(?:-fips)?\.[a-z0-9-]+\.(?:amazonaws\.com|on\.aws)(?:\.cn)?/"
)
_PLAIN = re.compile(r"[A-Za-z0-9._/:@+-]+")
_ARN = re.compile(r"arn:[a-z-]+:[\w-]*:[\w-]*:([0-9]{12}):[\w./:@$-]+", re.ASCII)
_SUBSTITUTED = re.compile(r"\$\{([^{}\s]*)\}")
"""https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachine.html"""
_UNTOLD = "whatever it names, which is not known before deployment"
_LATER, _UNREADABLE = "an image that is told when it runs", "what it says in a text that is no JSON"


def of_others(body: Any, ours: Callable[[str], bool]) -> Iterator[str]:
    """Images and ARNs of neither ourselves nor AWS, for a reader. `ours`: whether an account is one
    of these."""
    in_s3 = isinstance(body, dict) and {key.lower() for key in body} >= {"bucket"}
    text = body if isinstance(body, str) else ""
    if in_s3 or text.startswith("s3://"):
        yield "whatever a file in S3 names"
        return
    read = _read(text) if text else body
    if wholly(text) is not None:
        yield _UNTOLD
    if read == UNREAD and text.lstrip().startswith(("[", "{", '"')):
        yield _UNREADABLE
    for image in (*_DOCKER.findall(text), *_images(read)):
        account = _REGISTRY.match(image)
        if account is None or not ours(account[1]):
            yield image if _PLAIN.fullmatch(image) else _LATER
    yield from arns_of_others(text if read in (None, UNREAD) else read, ours)


def arns_of_others(body: Any, ours: Callable[[str], bool]) -> Iterator[str]:
    """Those in any text of it."""
    for one in texts(body):
        yield from (arn[0] for arn in _ARN.finditer(one) if not ours(arn[1]))


def texts(value: Any) -> Iterator[str]:
    """Every text in it."""
    if isinstance(value, str):
        yield value
    several = value.values() if isinstance(value, dict) else value
    for one in several if isinstance(value, dict | list) else ():
        yield from texts(one)


def _read(text: str) -> Any:
    """Text that is JSON only after CloudFormation has filled it in is read, too."""
    found = embedded(text)
    if found != UNREAD:
        return found
    return embedded(_SUBSTITUTED.sub(lambda one: unresolved(one[1]), text))


def _images(value: Any) -> Iterator[str]:
    """Every one that a key names; empty for what is no text."""
    if isinstance(value, list):
        for one in value:
            yield from _images(one)
    for key, one in value.items() if isinstance(value, dict) else ():
        plain = key.removesuffix(".$").lower()
        if plain in _KEYS and isinstance(one, str):
            yield one if key == plain or not key.endswith(".$") else ""
        elif plain in _KEYS[1:]:
            yield ""
        else:
            yield from _images(one)
