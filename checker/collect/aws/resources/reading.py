"""What is read of one resource: each answer, an absence that AWS tells, or a gap."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import CALL_ERRORS, Call, Shape, Tag, describe
from checker.snapshot.resources import ResourceRecord
from checker.snapshot.write import encode_document

S = TypeVar("S", bound=Shape)


class GoneError(Exception):
    """What was listed is there no more, by the code of an answer."""

    def __init__(self, call: Call, code: str, message: str) -> None:
        super().__init__(message)
        self.call, self.code, self.message = call, code, message


@dataclass
class Reading:
    """Of one resource; `unread`: the calls that failed, each of which is a gap, too."""

    here: AccountRegion
    unread: list[str] = field(default_factory=list)

    def get(self, call: Call, shape: type[S], **request: Any) -> S | None:
        """None where there is none (a code in `call.nothing`), or where it failed.

        Raises:
            GoneError: for a code in `call.gone`.
        """
        if self._in_vain(call):
            return None
        try:
            return self.here.answer(call, shape, **request)
        except CALL_ERRORS as error:
            self._failed(call, error)
            return None

    def items(self, call: Call, shape: type[S], **request: Any) -> list[S] | None:
        """The same of a listing, whole or not at all."""
        if self._in_vain(call):
            return None
        try:
            return self.here.answers(call, shape, **request)
        except CALL_ERRORS as error:
            self._failed(call, error)
            return None

    def texts(self, call: Call, **request: Any) -> list[str] | None:
        """The same of a listing of plain names."""
        return self.items(call, str, **request)  # type: ignore[type-var]

    def _in_vain(self, call: Call) -> bool:
        if not self.here.closed and self.here.offers(call):
            return False
        self.unread.append(call.name)
        return True

    def _failed(self, call: Call, error: BaseException) -> None:
        code, message = describe(error)
        if code in call.gone:
            raise GoneError(call, code, message) from error
        if code not in call.nothing:
            self.here.failed(call, error)
            self.unread.append(call.name)

    def record(self, kind: str, arn: str, name: str | None, **parts: Any) -> ResourceRecord:
        """What was read, as it is kept; a part that is None is none."""
        settings = dict(parts.pop("settings", None) or {})
        if self.unread:
            settings["unread"] = sorted(set(self.unread))
        tags = parts.pop("tags", None)
        region = parts.pop("region", self.here.region)
        told: dict[str, Any] = {
            key: encode_document(value) for key, value in parts.items() if value is not None
        }
        if settings:
            told["settings"] = encode_document(settings)
        return ResourceRecord(
            account=self.here.account, region=region, arn=arn, kind=kind, name=name,
            tags=tags or None, **told,
        )  # fmt: skip


def own_arn(here: AccountRegion, service: str, rest: str) -> str:
    """Of a thing that the account has in the region."""
    return f"arn:{here.partition}:{service}:{here.region_name}:{here.account}:{rest}"


def document(text: str | None) -> Any:
    """A policy's text as the JSON that it is; the text itself where reading it would lose something
    (a key that is there twice), or cannot be done. None for no policy."""
    if not text:
        return None
    try:
        return json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        return text


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key twice")
    return found


def tags(found: Iterable[Tag]) -> dict[str, str]:
    return {tag.key: tag.value for tag in found}


def plain(found: msgspec.Struct) -> Mapping[str, Any]:
    """As AWS spells it, what it left out left out."""
    told: dict[str, Any] = msgspec.to_builtins(found)
    return {key: value for key, value in told.items() if value is not None}
