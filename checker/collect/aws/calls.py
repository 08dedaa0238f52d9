"""AWS calls as data, and what becomes of those that fail: a gap, never an empty answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, TypeVar

import botocore.exceptions
import botocore.parsers
import msgspec

from checker.collect.aws.clients import Client
from checker.snapshot.records import Gap
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
# How a region that is not enabled in the account refuses valid credentials.
# https://docs.aws.amazon.com/general/latest/gr/rande-manage.html
_SHUT = frozenset(
    {"AuthFailure", "InvalidClientTokenId", "OptInRequired", "UnrecognizedClientException"}
)
_LONGEST_MESSAGE = 500
_TOKENS = ("NextToken", "nextToken", "Marker", "NextContinuationToken")
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


S = TypeVar("S", bound=Shape)


@dataclass(frozen=True)
class Options:
    """What is looked at beyond the default, as it costs a call for each template or image."""

    all_template_versions: bool = False
    all_image_permissions: bool = False


@dataclass(frozen=True)
class Call:
    """An operation: `key` names the list in its answer, `request` its fixed parameters.

    Error codes in `nothing` mean that there is nothing to be seen: no gap. `when` tells a plan
    what the call is made for, where it is not made once for each account or region.
    """

    service: str
    operation: str
    key: str = ""
    request: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    nothing: frozenset[str] = frozenset()
    when: str = ""

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
    client: Callable[..., Client]
    gaps: list[Gap] = field(default_factory=list)
    options: Options = Options()

    def at(self, region: str) -> Corner:
        """The same account in another region; what fails there is a gap of this corner's."""
        if region == self.region:
            return self
        return replace(self, region=region, client=partial(self.client, region=region))

    @property
    def closed(self) -> bool:
        """The whole region is shut to the account: one gap tells it, and asking on is in vain."""
        return self.region is not None and any(
            gap.code in _SHUT and gap.region == self.region for gap in self.gaps
        )

    def items(self, call: Call, shape: type[S], **request: Any) -> Iterator[S]:
        """The items of all pages, up to the first page that fails."""
        for found in self._read(call, list[shape], request):  # type: ignore[valid-type]
            yield from found

    def texts(self, call: Call, **request: Any) -> list[str]:
        """The items of a listing of plain names, up to the first page that fails."""
        return [text for found in self._read(call, list[str], request) for text in found]

    def pages(self, call: Call, shape: type[S], **request: Any) -> Iterator[S]:
        """Whole pages, for an answer with more lists than the call's key."""
        yield from self._read(call, shape, request, whole=True)

    def _read(
        self, call: Call, shape: Any, request: Mapping[str, Any], *, whole: bool = False
    ) -> Iterator[Any]:
        if self.closed:
            return
        try:
            for page in pages(self.client(call.service), call, {**call.request, **request}):
                yield msgspec.convert(page if whole else page.get(call.key, []), shape)
        except CALL_ERRORS as error:
            self._failed(call, error)

    def get(self, call: Call, shape: type[S], **request: Any) -> S | None:
        """The answer of an operation without pages; None when it failed."""
        if self.closed:
            return None
        try:
            answer = invoke(self.client(call.service), call, {**call.request, **request})
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
    message = without_key_ids(message)
    for pattern, replacement in _SECRETS:
        message = pattern.sub(replacement, message)
    return " ".join(message.split())[:_LONGEST_MESSAGE]


def pages(client: Client, call: Call, request: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """All answers; raises where botocore would end a listing early, or never."""
    seen: set[str] = set()
    for page in client.pages(_method(call), request):
        yield _checked(page, call)
        token = next((page[name] for name in _TOKENS if page.get(name)), None)
        # botocore ends such a listing in silence
        if page.get("IsTruncated") and not token:
            raise UnexpectedAnswerError("a truncated page without a marker")
        # and goes round in such a circle for ever
        if token in seen:
            raise UnexpectedAnswerError("the listing repeats itself: a page token came twice")
        seen.update({token} if token else ())


def invoke(client: Client, call: Call, request: Mapping[str, Any]) -> Mapping[str, Any]:
    """One answer; raises one of `CALL_ERRORS`."""
    return _checked(client.call(_method(call), request), call)


def _checked(answer: Mapping[str, Any], call: Call) -> Mapping[str, Any]:
    """An answer with neither the list nor a request id is some other page, of a proxy perhaps:
    botocore reads any XML as an empty answer."""
    if call.key not in answer and not answer.get("ResponseMetadata", {}).get("RequestId"):
        raise UnexpectedAnswerError(f"no {call.key or 'request id'} in it")
    return answer


def _method(call: Call) -> str:
    return str(botocore.xform_name(call.operation))
