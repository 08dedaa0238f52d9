"""Files in S3: which is meant, its bytes, and what went wrong with it."""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from botocore.exceptions import BotoCoreError
from urllib3.exceptions import HTTPError

from checker.collect.aws import calls
from checker.collect.aws.calls import CALL_ERRORS, Call
from checker.collect.aws.clients import Client
from checker.errors import InputError
from checker.snapshot.records import Gap

FETCH = Call("s3", "GetObject", "Body")
_ATTEMPTS = 3  # to read a body; requests are asked again by themselves
CUT = (BotoCoreError, HTTPError, OSError)  # the connection ended in the middle
# Old buckets have names that new ones may not have.
_SOURCE = re.compile(r"s3://(?P<bucket>[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9])(?:/(.*))?")
_LONGEST_KEY = 1024  # bytes


class TooLarge(Exception):  # noqa: N818  read as a sentence: `except TooLarge`
    """An object is larger than the caller takes."""


@dataclass(frozen=True)
class S3Source:
    """A folder of a bucket, or one file in it; made by `parse_s3`."""

    bucket: str
    prefix: str

    @property
    def folder(self) -> str:
        return self.prefix if self.prefix.endswith("/") or not self.prefix else f"{self.prefix}/"

    def address(self, key: str) -> str:
        """The object for people: keys are arbitrary, so what cannot be printed is escaped."""
        shown = "".join(char if char.isprintable() else quote(char) for char in key)
        return f"s3://{self.bucket}/{shown}"


@dataclass(frozen=True)
class S3Object:
    key: str
    size: int


def parse_s3(text: str) -> S3Source:
    """`s3://BUCKET/PREFIX`, with or without a slash at the end."""
    found = _SOURCE.fullmatch(text)
    prefix = found[2] or "" if found else ""
    if found is None or not prefix.isprintable() or len(prefix.encode()) > _LONGEST_KEY:
        raise InputError(f"{text!r} names nothing in S3", hint="write s3://BUCKET/PREFIX")
    return S3Source(found["bucket"], prefix)


def fetch(client: Client, source: S3Source, key: str, limit: int) -> bytes | Gap:
    """The object as it is stored, or why not; raises `TooLarge` above `limit` bytes."""
    gap = None
    for _ in range(_ATTEMPTS):
        try:
            answer = calls.invoke(client, FETCH, {"Bucket": source.bucket, "Key": key})
            body = answer["Body"]
        except CALL_ERRORS as error:
            return failed(source, key, error)
        with closing(body):
            try:
                return _whole(body, limit)
            except CUT as error:
                gap = failed(source, key, error)
    return gap or failed(source, key, ValueError("never asked"))


def _whole(body: Any, limit: int) -> bytes:
    """To the very end: only there botocore checks the length and the checksum."""
    parts: list[bytes] = []
    left = limit + 1
    while left and (part := body.read(left)):
        parts.append(part)
        left -= len(part)
    if not left:
        raise TooLarge
    return b"".join(parts)


def failed(source: S3Source, key: str, error: BaseException) -> Gap:
    code, message = calls.describe(error)
    call = calls.clean(f"cloudtrail:{source.address(key)}")
    return Gap(call=call, code=code, message=calls.clean(message))
