"""What the body of a workflow, a document or a component names of others, which nothing here turns
into records: images of containers, and whatever has an ARN of another account."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from checker.collect.iac.embedded import UNREAD, embedded
from checker.collect.iac.template import parse_template
from checker.collect.iac.unknown import A_MARK, OPEN, is_made, shown, unresolved, wholly
from checker.errors import InputError
from checker.partitions import DNS_SUFFIX, RESOURCE_SUFFIX

_KEYS = ("image", "imageuri", "trainingimage", "containeruri")
_DOCKER = re.compile(r"docker:(?!//)([^\s\"',]+)")
"""An artifact of Greengrass, in JSON or YAML:
https://docs.aws.amazon.com/greengrass/v2/developerguide/run-docker-container.html"""
_SUFFIXES = sorted({*DNS_SUFFIX.values(), *RESOURCE_SUFFIX.values()})
_REGISTRY = re.compile(
    rf"([0-9]{{12}})\.dkr[.-]ecr(?:-fips)?\.[a-z0-9-]+\.(?:{'|'.join(map(re.escape, _SUFFIXES))})/"
)
_PLAIN = re.compile(r"[A-Za-z0-9._/:@+-]+")
_PART = rf"(?:\{{\{{[^{{}}]*\}}\}}|\$\{{[^{{}}]*\}}|{A_MARK}|[\w*-])*"
"""Of an ARN, whatever fills it in later: Systems Manager, CloudFormation, or a deployment."""
_ARN = re.compile(rf"arn:{_PART}:{_PART}:{_PART}:([0-9]{{12}}):(?:{A_MARK}|[\w./:@$*-])+", re.ASCII)
_CALLED = re.compile(r"(?<![\w:/.-])([0-9]{12}):function:[\w:-]+", re.ASCII)
"""A function, as Lambda takes its name."""
_QUEUE = re.compile(
    r"(?:https://[\w.-]*sqs[\w.-]*/|:sqs:path/)([0-9]{12})/[\w.-]+", re.ASCII | re.IGNORECASE
)
_PICTURE = re.compile(r"[\w./-]+\.(?:png|jpe?g|gif|svg|webp)", re.IGNORECASE)
_IN_S3 = {"bucket", "key", "version", "versionid", "etag", "objectversion"}
_SUBSTITUTED = re.compile(r"\$\{([^{}\s]*)\}")
"""https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachine.html"""
_UNTOLD = "whatever it names, which is not known before deployment"
_LATER, _UNREADABLE = "an image that is told when it runs", "what it says in a text that is no JSON"


def of_others(body: Any, ours: Callable[[str], bool]) -> Iterator[str]:
    """Images and ARNs of neither ourselves nor AWS, for a reader. `ours`: whether an account is one
    of these."""
    keys = {key.lower() for key in body} if isinstance(body, dict) else set()
    in_s3 = {"bucket", "key"} <= keys <= _IN_S3
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
        if not _is_ours(image, ours):
            yield image if _PLAIN.fullmatch(image) else _LATER
    yield from arns_of_others(text if read in (None, UNREAD) else read, ours)


def _is_ours(image: str, ours: Callable[[str], bool]) -> bool:
    """Whether nobody outside publishes it: of an own registry, made here, or no image."""
    account = _REGISTRY.match(image)
    if account is not None:
        return ours(account[1])
    if image.startswith(OPEN) and is_made(image):
        return True
    return _PICTURE.fullmatch(image) is not None


def arns_of_others(body: Any, ours: Callable[[str], bool]) -> Iterator[str]:
    """Those in any text of it, with functions and queues that are named in another way."""
    for one in texts(body):
        for form in (_ARN, _CALLED, _QUEUE):
            yield from (str(shown(who[0])) for who in form.finditer(one) if not ours(who[1]))


def texts(value: Any) -> Iterator[str]:
    """Every text in it, keys too."""
    if isinstance(value, str):
        yield value
    several = [*value, *value.values()] if isinstance(value, dict) else value
    for one in several if isinstance(value, dict | list) else ():
        yield from texts(one)


def _read(text: str) -> Any:
    """Text that is JSON only after CloudFormation has filled it in is read, too; else as YAML."""
    found = embedded(text)
    if found != UNREAD:
        return found
    found = embedded(_SUBSTITUTED.sub(lambda one: unresolved(one[1]), text))
    return in_yaml(text) if found == UNREAD else found


def in_yaml(text: str) -> Any:
    """What it stands for; `UNREAD` where it is no mapping."""
    try:
        return parse_template(text.encode("utf-8", "replace"), "a body").value
    except InputError:
        return UNREAD


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
