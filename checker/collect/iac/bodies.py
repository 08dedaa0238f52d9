"""What the body of a workflow, a document or a component names of others, which nothing here turns
into records: images of containers, and whatever has an ARN of another account."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from checker.collect.iac.calls import machine_images
from checker.collect.iac.embedded import UNREAD, embedded
from checker.collect.iac.template import parse_template
from checker.collect.iac.unknown import A_MARK, OPEN, is_blank, is_made, shown, unresolved
from checker.errors import InputError
from checker.partitions import DNS_SUFFIX, RESOURCE_SUFFIX
from checker.publishers import Owners, published
from checker.trust.document.decode import as_list

_KEYS = (
    "image", "imageuri", "imageoverride", "imageidentifier", "trainingimage", "containeruri",
    "_custom_image",
)  # fmt: skip
"""The last is Amplify's: https://docs.aws.amazon.com/amplify/latest/userguide/custom-build-image.html"""
_SPARK = re.compile(r"spark\.kubernetes\.(?:driver\.|executor\.)?container\.image")
"""https://docs.aws.amazon.com/emr/latest/EMR-on-EKS-DevelopmentGuide/docker-custom-images-steps.html"""
_SPARK_OPTION = re.compile(rf"{_SPARK.pattern}=([^\s\"',]+)")
_NO_OWNERS = Owners()
_AMPLIFY = "amplify:"
_REMOTE = ("GitHub", "Git", "HTTP")
"""https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-command-ssm-plugin-reference.html#aws-downloadContent"""
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
SUBSTITUTED = re.compile(r"\$\{([^{}\s]*)\}")
"""https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachine.html"""
OF_NOBODY = "the image {} of an unknown owner"
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
    read = read_body(text) if text else body
    if is_blank(text) or _has_unknown_parts(read):
        yield _UNTOLD
    if read == UNREAD and text.lstrip().startswith(("[", "{", '"')):
        yield _UNREADABLE
    yield from images_of_others(body, ours)
    yield from (OF_NOBODY.format(one) for one in machine_images(read or body))
    yield from _remote(read)
    yield from arns_of_others(text if read in (None, UNREAD) else read, ours)


def _has_unknown_parts(read: Any) -> bool:
    """Whether parts of it, as a whole, come with the deployment: `{"StartAt": "A", ${rest}}`."""
    return isinstance(read, dict) and any(is_blank(key) for key in read)


def images_of_others(body: Any, ours: Callable[[str], bool]) -> Iterator[str]:
    """The images alone."""
    for image in _named_images(body):
        if not _is_ours(image, ours):
            yield image if _PLAIN.fullmatch(image) else _LATER


def images_in(body: Any) -> Iterator[str]:
    """Every one that it names, whosever; a mark for one that is told when it runs."""
    for image in _named_images(body):
        if not image.startswith(_AMPLIFY) and not _PICTURE.fullmatch(image):
            yield image or unresolved(_LATER)


def _named_images(body: Any) -> Iterator[str]:
    text = body if isinstance(body, str) else ""
    options = [one for each in texts(body) for one in _SPARK_OPTION.findall(each)]
    yield from (*_DOCKER.findall(text), *options, *_images(read_body(text) if text else body))


def _remote(value: Any) -> Iterator[str]:
    """Scripts that Systems Manager fetches; what tells which of them may hold a secret."""
    for key, one in _pairs(value):
        kinds = [kind for kind in as_list(one) if kind in _REMOTE]
        if key.lower() == "sourcetype" and kinds:
            yield f"a script from {kinds[0]}"


def _pairs(value: Any) -> Iterator[tuple[str, Any]]:
    """Each key and its value, however deep; of `[{"Name": …, "Value": …}]`, each pair, too."""
    if isinstance(value, list):
        for one in value:
            yield from _pairs(one)
    if isinstance(value, dict):
        named = {key.lower(): each for key, each in value.items()}
        if isinstance(named.get("name"), str) and "value" in named:
            yield named["name"], named["value"]
        for key, one in value.items():
            yield key, one
            yield from _pairs(one)


def _is_ours(image: str, ours: Callable[[str], bool]) -> bool:
    """Whether nobody outside publishes it: of an own registry, made here, or no image."""
    account = _REGISTRY.match(image)
    if account is not None:
        return ours(account[1])
    if image.startswith(_AMPLIFY) or (image.startswith(OPEN) and is_made(image)):
        return True
    if published("container-image", image, _NO_OWNERS).publisher.kind == "aws":
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


def stands_for(body: Any) -> Any:
    """What it says, as text or not."""
    return read_body(body) if isinstance(body, str) else body


def read_body(text: str) -> Any:
    """Text that is JSON only after CloudFormation has filled it in is read, too; else as YAML."""
    found = embedded(text)
    if found != UNREAD:
        return found
    found = embedded(SUBSTITUTED.sub(lambda one: unresolved(one[1]), text))
    return in_yaml(text) if found == UNREAD else found


def in_yaml(text: str) -> Any:
    """What it stands for; `UNREAD` where it is no mapping."""
    try:
        return parse_template(text.encode("utf-8", "replace"), "a body").value
    except InputError:
        return UNREAD


def _images(value: Any) -> Iterator[str]:
    """Every one that a key names; empty for what is no text."""
    for key, one in _pairs(value):
        plain = key.removesuffix(".$").lower()
        named = plain in _KEYS or _SPARK.fullmatch(plain) or _is_built_upon(plain, one)
        if named and isinstance(one, str):
            yield one if key == plain or not key.endswith(".$") else ""
        elif named and plain != "image":
            yield ""


def _is_built_upon(key: str, value: Any) -> bool:
    """Whether it is the image of a container recipe; that of a machine has an id or an ARN."""
    told = isinstance(value, str) and not value.startswith(("ami-", "arn:", OPEN))
    return key == "parentimage" and told
