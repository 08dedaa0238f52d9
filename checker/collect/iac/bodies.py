"""What the body of a workflow, a document or a component names of others, which nothing here turns
into records: images of containers, and whatever has an ARN of another account."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from checker.collect.iac.body_images import AMPLIFY, LATER, PICTURE, named_images
from checker.collect.iac.calls import machine_images
from checker.collect.iac.embedded import UNREAD
from checker.collect.iac.read_bodies import REFUSED, pairs, read_body, texts
from checker.collect.iac.unknown import A_MARK, OPEN, is_blank, is_made, shown
from checker.partitions import DNS_SUFFIX, RESOURCE_SUFFIX
from checker.publishers import Owners, published
from checker.trust.document.decode import as_list

_NO_OWNERS = Owners()
_REMOTE = ("GitHub", "Git", "HTTP")
"""https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-command-ssm-plugin-reference.html#aws-downloadContent"""
_PROGRAM = re.compile(
    r"https?://(?:[^/@\s]*@)?(?![^/]*\.amazonaws\.com(?:\.cn)?/)([\w.:-]+)/\S+\.(?:msi|exe|zip|psm?1|rpm|deb|sh|pkg|tgz|tar\.gz)(?:\?\S*)?",
    re.IGNORECASE,
)
"""https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-command-ssm-plugin-reference.html#aws-applications"""
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
_IN_S3 = {"bucket", "key", "version", "versionid", "etag", "objectversion"}
OF_NOBODY = "the image {} of an unknown owner"
_UNTOLD = "whatever it names, which is not known before deployment"
_UNREADABLE = "what it says in a text that is no JSON"
_REFUSED = (
    "what it says in a text that is not read, as it unfolds to too much or is of another form"
)


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
    if read == UNREAD and _meant_more(text):
        yield _UNREADABLE
    if read == REFUSED:
        yield _REFUSED
    yield from images_of_others(body, ours)
    yield from (OF_NOBODY.format(one) for one in machine_images(read or body))
    yield from _remote(read)
    yield from arns_of_others(text if read in (None, UNREAD, REFUSED) else read, ours)


def _meant_more(text: str) -> bool:
    """Whether it is no name or path: JSON, or YAML, with a fault."""
    begins = text.lstrip().startswith(("[", "{", '"'))
    return begins or ("\n" in text.strip() and ":" in text)


def _has_unknown_parts(read: Any) -> bool:
    """Whether parts of it, as a whole, come with the deployment: `{"StartAt": "A", ${rest}}`."""
    return isinstance(read, dict) and any(is_blank(key) for key in read)


def images_of_others(body: Any, ours: Callable[[str], bool]) -> Iterator[str]:
    """The images alone."""
    for image in named_images(body):
        if not _is_ours(image, ours):
            yield image if _PLAIN.fullmatch(image) else LATER


def _remote(value: Any) -> Iterator[str]:
    """Scripts that Systems Manager fetches; what tells which of them may hold a secret."""
    for key, one in pairs(value):
        kinds = [kind for kind in as_list(one) if kind in _REMOTE]
        if key.lower() == "sourcetype" and kinds:
            yield f"a script from {kinds[0]}"
        for text in as_list(one) if key.lower() == "source" else ():
            if (program := _PROGRAM.fullmatch(text if isinstance(text, str) else "")) is not None:
                yield f"a program from {program[1]}"


def _is_ours(image: str, ours: Callable[[str], bool]) -> bool:
    """Whether nobody outside publishes it: of an own registry, made here, or no image."""
    account = _REGISTRY.match(image)
    if account is not None:
        return ours(account[1])
    if image.startswith(AMPLIFY) or (image.startswith(OPEN) and is_made(image)):
        return True
    if published("container-image", image, _NO_OWNERS).publisher.kind == "aws":
        return True
    return PICTURE.fullmatch(image) is not None


def arns_of_others(body: Any, ours: Callable[[str], bool]) -> Iterator[str]:
    """Those in any text of it, with functions and queues that are named in another way."""
    for one in texts(body):
        for form in (_ARN, _CALLED, _QUEUE):
            yield from (str(shown(who[0])) for who in form.finditer(one) if not ours(who[1]))
