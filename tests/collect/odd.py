"""A source of the collector and what it makes of answers, all of it: records, gaps, what was asked.

Answers stand by service and method: the items of a listing, an answer, or an error's code; or a
function that tells one of them of the request. Several pages are a tuple; a listing that nobody told of is empty.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import botocore
import msgspec
from botocore.exceptions import ClientError

from checker.collect.analyzer.collect import ANALYZERS, DETAILS, FINDINGS
from checker.collect.aws.account_region import AccountRegion, Memo, Options
from checker.collect.aws.permissions import declared
from checker.collect.aws.resources.registry import EVERY, calls_of
from checker.snapshot.write import encode_record
from tests.support.front import OWN

HOME, META = "us-east-1", {"RequestId": "r"}
Answers = Mapping[str, Any]
Row = tuple[str, Callable[[AccountRegion], Iterable[msgspec.Struct]], Answers]
"""Why, what is looked at, and what is answered; a name that begins with a partition is of it."""


@cache
def _keys() -> dict[str, str]:
    """The name of the list in each answer."""
    calls = [*declared(), *calls_of(EVERY), ANALYZERS, FINDINGS, DETAILS]
    return {f"{call.service}.{botocore.xform_name(call.operation)}": call.key for call in calls}


class Told:
    """Whoever is asked, in whichever region."""

    offered, unreachable = True, False

    def __init__(self, answers: Answers) -> None:
        self.answers, self.asked = answers, list[str]()

    def __call__(self, service: str, region: str | None = HOME) -> Any:
        self.service, self.region = service, region
        return _Client(self, service, region)


class _Client:
    offered, unreachable = True, False

    def __init__(self, told: Told, service: str, region: str | None) -> None:
        self.told, self.service, self.region = told, service, region

    def pages(self, method: str, request: Mapping[str, Any]) -> Iterator[Any]:
        key = _keys()[f"{self.service}.{method}"]
        found = self._found(method, request, [] if key else {})
        pages = found if isinstance(found, tuple) else (found,)
        for number, page in enumerate(pages, 1):
            if isinstance(page, str):
                raise _refusal(page, method)
            whole = page if isinstance(page, dict) else {key: page}
            more = {"NextToken": f"t{number}"} if number < len(pages) else {}
            yield {**whole, **more, "ResponseMetadata": META}

    def call(self, method: str, request: Mapping[str, Any]) -> Any:
        key = _keys()[f"{self.service}.{method}"]
        found = self._found(method, request, "Untold")
        return {**({key: found} if key else found), "ResponseMetadata": META}

    def _found(self, method: str, request: Mapping[str, Any], default: Any) -> Any:
        asked = json.dumps(dict(request), sort_keys=True, default=str) if request else ""
        at = f" in {self.region}" if self.region != HOME else ""
        self.told.asked.append(f"{self.service}.{method}{at} {asked}".strip())
        found = self.told.answers.get(f"{self.service}.{method}", default)
        found = found(request) if callable(found) else found
        if isinstance(found, str):
            raise _refusal(found, method)
        return found


def _refusal(code: str, method: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "m"}}, method)


def looked(look: Callable[[AccountRegion], Iterable[Any]], answers: Answers, *, partition: str = "aws",
           **options: bool) -> dict[str, list[Any]]:  # fmt: skip
    """What came of it, in the account's one region."""
    told = Told(answers)
    whole = AccountRegion(OWN, partition, None, told, options=Options(**options))
    here = AccountRegion(OWN, partition, HOME, told, options=Options(**options), memo=Memo(), whole=whole)  # fmt: skip
    records = [_plain(record) for record in look(here)]
    gaps = [f"{gap.region} {gap.call} {gap.code}: {gap.message}" for gap in (*whole.gaps, *here.gaps)]  # fmt: skip
    found = {"records": records, "gaps": gaps, "asked": told.asked}
    return {key: value for key, value in found.items() if value}


def _plain(record: msgspec.Struct) -> dict[str, Any]:
    """Without what tells nothing."""
    found = json.loads(encode_record(record))
    same = {"account": OWN, "region": HOME}
    return {key: value for key, value in found.items() if value not in (None, same.get(key))}


def golden(path: Path, told: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What a file holds still; UPDATE_GOLDEN=1 writes it anew: read the difference."""
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text("".join(json.dumps([*one]) + "\n" for one in told().items()))
    return dict(json.loads(line) for line in path.read_text().splitlines())
