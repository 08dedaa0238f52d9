"""The object that a query of Athena's leaves in S3: a CSV in which all is quoted, and NULL is not.

GetQueryResults gives a thousand rows a call; the object comes as fast as the line is.
https://docs.aws.amazon.com/athena/latest/ug/querying-finding-output-files.html
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import chain
from typing import Any

from checker.collect.aws import calls
from checker.collect.aws.calls import UnexpectedAnswerError
from checker.collect.aws.clients import Client
from checker.collect.cloudtrail.bucket import CUT, FETCH
from checker.usage.sql import told_apart

_BLOCK = 1 << 20
_ATTEMPTS = 3  # to go on where a body was cut; requests are asked again by themselves
_LOCATION = re.compile(r"s3://(?P<bucket>[^/]+)/(?P<key>.+\.csv)")
_FIELD = re.compile(r'(?:"((?:[^"]|"")*)"|([^",]+))?(,|\Z)')
Row = dict[str, str | None]


def place(location: str) -> tuple[str, str] | None:
    """Bucket and key of a SELECT's answer; None for anything else."""
    found = _LOCATION.fullmatch(location)
    return (found["bucket"], found["key"]) if found else None


def content(client: Client, bucket: str, key: str) -> Iterator[bytes]:
    """The object, to its very end: only there botocore checks the length. Where it is cut, it is
    gone on with, if it is the same still."""
    request: dict[str, Any] = {"Bucket": bucket, "Key": key}
    taken, cut = 0, None
    for _ in range(_ATTEMPTS):
        answer = calls.invoke(client, FETCH, request)
        with closing(answer["Body"]) as body:
            try:
                while block := body.read(_BLOCK):
                    taken += len(block)
                    yield block
                return
            except CUT as error:
                cut = error
        request |= {"Range": f"bytes={taken}-", "IfMatch": answer.get("ETag", "")}
    raise UnexpectedAnswerError(f"the object is cut after {taken:,} bytes: {cut}")


def rows(blocks: Iterable[bytes]) -> Iterator[Row]:
    """Each row by the columns' names, which the first record has. Raises ValueError for what is no
    such text, or ends within a record."""
    lines = _lines(blocks)
    head = next(lines, "")
    if not head.startswith('"'):  # a page that a proxy gives instead, which has no rows
        raise UnexpectedAnswerError("the object names no columns")
    found = _records(chain([head], lines))
    names = [name or "" for name in next(found, [])]
    if not all(names):
        raise UnexpectedAnswerError("the object names no columns")
    told_apart(names)
    for record in found:
        yield dict(zip(names, record, strict=True))


def _lines(blocks: Iterable[bytes]) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    rest = ""
    for block in blocks:
        *lines, rest = (rest + decoder.decode(block)).split("\n")
        yield from lines
    if rest or decoder.getstate()[0]:
        raise UnexpectedAnswerError("the object ends within a record")


def _records(lines: Iterable[str]) -> Iterator[list[str | None]]:
    """A record goes on over line ends within quotation marks."""
    waiting: list[str] = []
    within = False
    for line in lines:
        waiting.append(line)
        within ^= bool(line.count('"') % 2)
        if not within:
            yield _fields("\n".join(waiting))
            waiting = []
    if waiting:
        raise UnexpectedAnswerError("the object ends within a record")


def _fields(record: str) -> list[str | None]:
    found: list[str | None] = []
    at, more = 0, True
    while more:
        field = _FIELD.match(record, at)
        if field is None:
            raise UnexpectedAnswerError("the object is no CSV of Athena's")
        quoted = field[1]
        found.append(field[2] if quoted is None else quoted.replace('""', '"'))
        at, more = field.end(), bool(field[3])
    return found
