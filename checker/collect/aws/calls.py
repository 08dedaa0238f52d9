"""AWS calls as data, and what becomes of those that fail: a gap, never an empty answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, TypeVar

import botocore.exceptions
import botocore.parsers
import msgspec

from checker.snapshot.records import Gap

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
# How moto's server answers an operation that it lacks: with a page that is no AWS protocol.
_WERKZEUG_PAGE = r"<!doctype html>\n<html lang=en>\n<title>500 Internal Server Error</title>"
# Key ids, `user:password@` of proxies, EC2's encoded authorization message: not for a snapshot.
_SECRETS = (
    (re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{8,}"), "(key id)"),
    (re.compile(r"://[^/@\s]+@"), "://"),
    (re.compile(r"Encoded authorization failure message:.*", re.DOTALL), ""),
)


class Shape(msgspec.Struct, frozen=True, rename="pascal", kw_only=True):
    """The part of an AWS answer that a source reads; AWS's `ImageId` is `image_id` here."""


class Empty(Shape, frozen=True):
    """Nothing of the answer matters, only that there was one."""


class Tag(Shape, frozen=True):
    key: str
    value: str = ""


class CamelShape(Shape, frozen=True, rename="camel", kw_only=True):
    """The same of services whose answers spell it `imageId`: EKS, Batch."""


S = TypeVar("S", bound=Shape)


@dataclass(frozen=True)
class Options:
    """What is looked at beyond the default, as it costs a call for each template or image."""

    all_template_versions: bool = False
    all_image_permissions: bool = False


@dataclass(frozen=True)
class Call:
    """An operation: `key` names the list in its answer, `request` its fixed parameters.

    Error codes in `nothing` mean that there is nothing to be seen: no gap.
    """

    service: str
    operation: str
    key: str = ""
    request: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    nothing: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        return f"{self.service}:{self.operation}"


class UnexpectedAnswerError(ValueError):
    """The endpoint answered, but not what the service model says."""


@dataclass(frozen=True)
class Corner:
    """An account in a region, or its global part; failed calls end up in `gaps`."""

    account: str
    partition: str
    region: str | None
    client: Callable[..., Any]
    gaps: list[Gap] = field(default_factory=list)
    options: Options = Options()

    def at(self, region: str) -> Corner:
        """The same account in another region; what fails there is a gap of this corner's."""
        if region == self.region:
            return self
        return replace(self, region=region, client=partial(self.client, region=region))

    def items(self, call: Call, shape: type[S], **request: Any) -> Iterator[S]:
        """The items of all pages, up to the first page that fails."""
        try:
            for page in _pages(self.client(call.service), call, {**call.request, **request}):
                yield from msgspec.convert(page.get(call.key, []), list[shape])  # type: ignore[valid-type]
        except CALL_ERRORS as error:
            self._failed(call, error)

    def texts(self, call: Call, **request: Any) -> list[str]:
        """The items of a listing of plain names, up to the first page that fails."""
        found: list[str] = []
        try:
            for page in _pages(self.client(call.service), call, {**call.request, **request}):
                found += msgspec.convert(page.get(call.key, []), list[str])
        except CALL_ERRORS as error:
            self._failed(call, error)
        return found

    def pages(self, call: Call, shape: type[S], **request: Any) -> Iterator[S]:
        """Whole pages, for an answer with more lists than the call's key."""
        try:
            for page in _pages(self.client(call.service), call, {**call.request, **request}):
                yield msgspec.convert(page, shape)
        except CALL_ERRORS as error:
            self._failed(call, error)

    def get(self, call: Call, shape: type[S], **request: Any) -> S | None:
        """The answer of an operation without pages; None when it failed."""
        try:
            client = self.client(call.service)
            answer = _invoke(client, call, {**call.request, **request})
            return msgspec.convert(answer[call.key] if call.key else answer, shape)
        except CALL_ERRORS as error:
            self._failed(call, error)
            return None

    def gap(self, call: str, code: str, message: str) -> None:
        """Note what could not be looked at, once however often it was asked."""
        gap = Gap(
            account=self.account,
            region=self.region,
            call=call,
            code=code,
            message=clean(message),
        )
        if gap not in self.gaps:
            self.gaps.append(gap)

    def _failed(self, call: Call, error: BaseException) -> None:
        code, message = describe(error)
        if code not in call.nothing:
            self.gap(call.name, code, message)


def describe(error: BaseException) -> tuple[str, str]:
    """A failed call's code and message; what boto3 raises itself goes by its class name."""
    if isinstance(error, botocore.exceptions.ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", "")
        body = error.response.get("Error", {})
        code = "NotImplemented" if status == HTTPStatus.NOT_IMPLEMENTED else body.get("Code")
        return str(code or status or "Unknown"), str(body.get("Message") or "")
    if isinstance(error, botocore.exceptions.BotoCoreError):
        return type(error).__name__, str(error)
    if _WERKZEUG_PAGE in str(error):
        return "NotImplemented", "the endpoint is an emulator that lacks this operation"
    return "UnexpectedResponse", f"the answer could not be read: {error}"


def clean(message: str) -> str:
    """One line, of bounded length, without anything secret."""
    for pattern, replacement in _SECRETS:
        message = pattern.sub(replacement, message)
    return " ".join(message.split())[:_LONGEST_MESSAGE]


def _pages(client: Any, call: Call, request: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    method = _method(call)
    if not client.can_paginate(method):
        yield _invoke(client, call, request)
        return
    for page in client.get_paginator(method).paginate(**request):
        yield _checked(page, call)
        # botocore ends such a listing in silence
        if page.get("IsTruncated") and not page.get("Marker"):
            raise UnexpectedAnswerError("a truncated page without a marker")


def _invoke(client: Any, call: Call, request: Mapping[str, Any]) -> Mapping[str, Any]:
    return _checked(getattr(client, _method(call))(**request), call)


def _checked(answer: Mapping[str, Any], call: Call) -> Mapping[str, Any]:
    """An answer with neither the list nor a request id is some other page, of a proxy perhaps:
    botocore reads any XML as an empty answer."""
    if call.key not in answer and not answer.get("ResponseMetadata", {}).get("RequestId"):
        raise UnexpectedAnswerError(f"no {call.key or 'request id'} in it")
    return answer


def _method(call: Call) -> str:
    return str(botocore.xform_name(call.operation))
