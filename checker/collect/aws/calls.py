"""AWS calls as data, and what becomes of those that fail: a gap, never an empty answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

import botocore.exceptions
import botocore.parsers
import msgspec

from checker.collect.aws.answers import BrokenAnswerError
from checker.collect.aws.clients import TOKENS, Answering
from checker.usage.callers import without_key_ids

# What a call can raise, answers of an unexpected shape included (botocore meets those with plain
# Python errors). Only ever caught around a call and the conversion of its answer.
CALL_ERRORS = (
    botocore.exceptions.ClientError,
    botocore.exceptions.BotoCoreError,
    botocore.parsers.ResponseParserError,
    msgspec.MsgspecError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    RecursionError,
)
# Codes of an endpoint that does not have an operation or a whole service.
NOT_OFFERED = frozenset({"InvalidAction", "UnknownOperationException", "NotImplemented"})
_LONGEST_MESSAGE = 500
_TRUNCATED = ("IsTruncated", "isTruncated", "Truncated")
# How moto's server answers an operation that it lacks: with a page that is no AWS protocol.
_WERKZEUG_PAGE = r"<!doctype html>\n<html lang=en>\n<title>500 Internal Server Error</title>"
# Beside key ids: `user:password@` of proxies, and EC2's encoded message: not for a snapshot.
_SECRETS = (
    (re.compile(r"://[^/@\s]+@"), "://"),
    (re.compile(r"Encoded authorization failure message:.*", re.DOTALL), ""),
)


class Shape(msgspec.Struct, frozen=True, rename="pascal", kw_only=True):
    """The part of an AWS answer that a source reads; AWS's `ImageId` is `image_id` here."""


class Tag(Shape, frozen=True):
    key: str
    value: str = ""


class CamelShape(Shape, frozen=True, rename="camel", kw_only=True):
    """The same of services whose answers spell it `imageId`: EKS, Batch."""


@dataclass(frozen=True)
class Call:
    """An operation: `key` names the list in its answer, `request` its fixed parameters; `has` what
    else its answer always holds, where there is no key.

    Error codes in `nothing` mean that there is nothing to be seen: no gap; those in `gone`, that
    what was listed is there no more. `when` tells a plan what the call is made for, where it is not
    made once for each account or region; `once`: for each account, and not for each region.
    `sparse`: AWS has the service in some of its regions only. `lean`: AWS leaves an empty list out.
    `next_page`: what the answer calls its token, where that is none of the usual names. `action`:
    what IAM calls the operation, where that is another name.
    """

    service: str
    operation: str
    key: str = ""
    request: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    nothing: frozenset[str] = frozenset()
    when: str = ""
    has: str = ""
    sparse: bool = False
    gone: frozenset[str] = frozenset()
    once: bool = False
    lean: bool = False
    next_page: str = ""
    action: str = ""

    @property
    def name(self) -> str:
        return f"{self.service}:{self.operation}"

    @property
    def permission(self) -> str:
        """IAM's action."""
        return self.action or self.name


class UnexpectedAnswerError(ValueError):
    """The endpoint answered, but not what the service model says."""


def describe(error: BaseException) -> tuple[str, str]:
    """A failed call's code and message; what boto3 raises itself goes by its class name."""
    if isinstance(error, botocore.exceptions.ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", "")
        body = error.response.get("Error", {})
        code = "NotImplemented" if status == HTTPStatus.NOT_IMPLEMENTED else body.get("Code")
        return str(code or status or "Unknown"), str(body.get("Message") or "")
    if isinstance(error, BrokenAnswerError):
        return "UnexpectedResponse", f"the answer could not be read: {error.said}"
    if isinstance(error, botocore.exceptions.BotoCoreError):
        return type(error).__name__, str(error)
    if isinstance(error, RecursionError):
        return "UnexpectedResponse", "the answer is nested too deep"
    if _WERKZEUG_PAGE in str(error):
        return "NotImplemented", "the endpoint is an emulator that lacks this operation"
    return "UnexpectedResponse", f"the answer could not be read: {error}"


def clean(message: str) -> str:
    """One line, of bounded length, without anything secret."""
    message = without_key_ids(message)
    for pattern, replacement in _SECRETS:
        message = pattern.sub(replacement, message)
    return " ".join(message.split())[:_LONGEST_MESSAGE]


def pages(client: Answering, call: Call, request: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """All answers; raises where botocore would end a listing early, or never."""
    names = (call.next_page,) if call.next_page else TOKENS
    tokens: set[str] = set()
    firsts: set[str] = set()
    for page in client.pages(_method(call), request):
        _check_new(_checked(page, call), call, firsts)
        yield page
        token = next((page[name] for name in names if page.get(name)), None)
        # botocore ends such a listing in silence
        if any(page.get(name) for name in _TRUNCATED) and not token:
            raise UnexpectedAnswerError("a truncated page without a marker")
        # and goes round in such a circle for ever
        if token in tokens:
            raise UnexpectedAnswerError("the listing repeats itself: a page token came twice")
        tokens.update({token} if token else ())


def invoke(client: Answering, call: Call, request: Mapping[str, Any]) -> Mapping[str, Any]:
    """One answer; raises one of `CALL_ERRORS`."""
    return _checked(client.call(_method(call), request), call)


def _checked(answer: Mapping[str, Any], call: Call) -> Mapping[str, Any]:
    """An answer without what was asked for tells nothing of it, not that there is none: AWS sends
    an empty list as one. https://smithy.io/2.0/aws/protocols/aws-query-protocol.html"""
    needed = "" if call.lean else call.key or call.has
    if needed and needed not in answer:
        raise UnexpectedAnswerError(f"no {needed} in it")
    if not needed and not answer.get("ResponseMetadata", {}).get("RequestId"):
        raise UnexpectedAnswerError("no request id in it")
    return answer


def _check_new(page: Mapping[str, Any], call: Call, firsts: set[str]) -> None:
    """A page that begins as an earlier one did is that one again: another one is missing."""
    listed = page.get(call.key)
    if isinstance(listed, list) and listed:
        first = repr(listed[0])
        if first in firsts:
            raise UnexpectedAnswerError("the listing repeats itself: a page came twice")
        firsts.add(first)


def _method(call: Call) -> str:
    return str(botocore.xform_name(call.operation))
