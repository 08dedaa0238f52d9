"""What AWS answered to a collection, once more: whole, or with one call's answers harmed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from unittest import mock

import botocore
from botocore.exceptions import ClientError

from checker.collect.aws.account_region import AccountRegion, Memo
from checker.collect.aws.clients import Client
from checker.collect.aws.resources.kind import Source
from checker.collect.aws.resources.registry import ALL, SOURCES
from checker.snapshot.records import Gap
from tests.collect.resources.canned import CANNED, of_one
from tests.support.front import OWN

Asked = tuple[str, str, str, str]
Harm = Callable[[Asked, list[Any]], list[Any]]
"""Other pages in the place of these, or raises what AWS's refusal raises."""
HOME = "us-east-1"


class Recording:
    """The answers of all calls, by service, region, operation and request."""

    def __init__(self) -> None:
        self.answers: dict[Asked, list[Any] | ClientError] = {}

    @contextmanager
    def listening(self) -> Iterator[None]:
        call, pages = Client.call, Client.pages

        def calling(client: Client, method: str, request: Mapping[str, Any]) -> Any:
            return self._kept(client, method, request, lambda: [call(client, method, request)])[0]

        def paging(client: Client, method: str, request: Mapping[str, Any]) -> Iterator[Any]:
            yield from self._kept(
                client, method, request, lambda: list(pages(client, method, request))
            )

        with mock.patch.object(Client, "call", calling), mock.patch.object(Client, "pages", paging):
            yield

    def _kept(self, client: Client, method: str, request: Mapping[str, Any], ask: Any) -> list[Any]:
        meta = client._shared.meta
        asked = (meta.service_model.service_name, meta.region_name, method, repr(request))
        try:
            found: list[Any] = ask()
        except ClientError as error:
            self.answers[asked] = error
            raise
        self.answers[asked] = found
        return found


class Replay:
    """A client of one service in one region."""

    offered, unreachable = True, False

    def __init__(self, recording: Recording, harm: Harm, service: str, region: str) -> None:
        self.recording, self.harm, self.place = recording, harm, (service, region)

    def pages(self, method: str, request: Mapping[str, Any]) -> Iterator[Any]:
        asked = (*self.place, method, repr(request))
        canned = CANNED.get((self.place[0], method)) or of_one(self.place[0], method, request)
        found = self.recording.answers[asked] if canned is None else [canned]
        if isinstance(found, ClientError):
            found = self.harm(asked, [found])
            raise found[0]
        yield from self.harm(asked, found)

    def call(self, method: str, request: Mapping[str, Any]) -> Any:
        return next(self.pages(method, request))


def replayed(
    recording: Recording, harm: Harm, sources: Sequence[Source] = SOURCES,
    kinds: Sequence[str] = ALL,
) -> tuple[list[Any], list[Gap]]:  # fmt: skip
    """Records and gaps of the account in one region, and what it has once."""

    def client(service: str, region: str | None = None, default: str = HOME) -> Replay:
        return Replay(recording, harm, service, region or default)

    whole = AccountRegion(OWN, "aws", None, client)
    there = AccountRegion(OWN, "aws", HOME, client, memo=Memo(), whole=whole)
    found = [
        record for one in sources
        for record in one.records(whole if one.once else there, frozenset(kinds))
    ]  # fmt: skip
    return found, [*whole.gaps, *there.gaps]


def whole(_asked: Asked, pages: list[Any]) -> list[Any]:
    return pages


def of(call: Any, harm: Callable[[Any], list[Any]]) -> Harm:
    """Harms all answers of one call."""
    method = botocore.xform_name(call.operation)

    def harmed(asked: Asked, pages: list[Any]) -> list[Any]:
        return harm(pages) if (asked[0], asked[2]) == (call.service, method) else pages

    return harmed


def refused(call: Any, code: str) -> Harm:
    """By this code."""
    error = ClientError({"Error": {"Code": code, "Message": "no"}}, call.operation)

    def refuse(_: Any) -> list[Any]:
        raise error

    return of(call, refuse)
