"""CloudTrail's files in S3: listed without looking at more than is asked for, and fetched."""

from __future__ import annotations

import re
from collections.abc import Collection, Generator, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

import msgspec
from botocore.exceptions import BotoCoreError

from checker.collect.aws import calls
from checker.collect.aws.calls import CALL_ERRORS, Call, Shape
from checker.collect.aws.clients import Client
from checker.collect.cloudtrail.layout import ENDINGS, Wanted, only_cloudtrail, region_root
from checker.errors import InputError
from checker.snapshot.records import Gap

LIST = Call("s3", "ListObjectsV2", "Name")
FETCH = Call("s3", "GetObject", "Body")
_ATTEMPTS = 3  # to read a body; requests are asked again by themselves
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


class _Object(Shape, frozen=True):
    key: str
    size: int = 0


class _Folder(Shape, frozen=True):
    prefix: str


class _Page(Shape, frozen=True):
    """`name`, the bucket's, is in every listing: botocore reads other XML as an empty one."""

    name: str
    contents: tuple[_Object, ...] = ()
    common_prefixes: tuple[_Folder, ...] = ()


def parse_s3(text: str) -> S3Source:
    """`s3://BUCKET/PREFIX`, with or without a slash at the end."""
    found = _SOURCE.fullmatch(text)
    prefix = found[2] or "" if found else ""
    if found is None or not prefix.isprintable() or len(prefix.encode()) > _LONGEST_KEY:
        raise InputError(f"{text!r} names nothing in S3", hint="write s3://BUCKET/PREFIX")
    return S3Source(found["bucket"], prefix)


def objects(
    client: Client,
    source: S3Source,
    begin: date,
    end: date,
    accounts: Collection[str] = (),
    regions: Collection[str] = (),
) -> Iterator[S3Object | Gap]:
    """The files of the days from `begin` to `end`, both included; none given of accounts and
    regions means all. What could not be listed is a gap among them, and the rest goes on.

    CloudTrail's own layout is followed, and a region's files are listed from the first day to the
    last. Of other folders all files are taken, except those under a day out of the window.
    """
    wanted = Wanted.of(begin, end, accounts, regions)
    if source.prefix.endswith(ENDINGS):
        yield from _single(client, source)
    folders = [source.folder]
    while folders:
        path = folders.pop()
        if not wanted.folder(path):
            continue
        if root := region_root(path):
            yield from _region(client, source, wanted, path, root)
            continue
        below = yield from _level(client, source, wanted, path)
        folders.extend(reversed(only_cloudtrail(path, below)))


def fetch(client: Client, source: S3Source, key: str, limit: int) -> bytes | Gap:
    """The object as it is stored, or why not; raises `TooLarge` above `limit` bytes."""
    gap = None
    for _ in range(_ATTEMPTS):
        try:
            answer = calls.invoke(client, FETCH, {"Bucket": source.bucket, "Key": key})
            body = answer["Body"]
        except CALL_ERRORS as error:
            return _gap(source, key, error)
        with closing(body):
            try:
                return _whole(body, limit)
            except BotoCoreError as error:  # the connection ended in the middle
                gap = _gap(source, key, error)
    return gap or _gap(source, key, ValueError("never asked"))


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


def _single(client: Client, source: S3Source) -> Iterator[S3Object | Gap]:
    """The prefix as the name of one file: it would come first, so one key is enough."""
    request = {"Bucket": source.bucket, "Prefix": source.prefix, "MaxKeys": 1}
    try:
        page = msgspec.convert(calls.invoke(client, LIST, request), _Page)
    except CALL_ERRORS as error:
        yield _gap(source, source.prefix, error)
        return
    yield from (S3Object(f.key, f.size) for f in page.contents if f.key == source.prefix)


def _level(
    client: Client, source: S3Source, wanted: Wanted, path: str
) -> Generator[S3Object | Gap, None, list[str]]:
    """The files right in a folder; returns the folders in it."""
    below: list[str] = []
    for page in _pages(client, source, path, {"Prefix": path, "Delimiter": "/"}):
        if isinstance(page, Gap):
            yield page
            break
        below.extend(folder.prefix for folder in page.common_prefixes)
        yield from _files(page, wanted)
    # an endpoint that answers with the folder itself would keep us for ever
    return [folder for folder in below if folder.startswith(path) and folder != path]


def _region(
    client: Client, source: S3Source, wanted: Wanted, path: str, root: str
) -> Iterator[S3Object | Gap]:
    """Keys come in order: from the first day on, and not one page past the last."""
    request = {"Prefix": path, "StartAfter": f"{root}{wanted.begin}"}
    for page in _pages(client, source, path, request):
        if isinstance(page, Gap):
            yield page
            return
        yield from _files(page, wanted)
        if page.contents and wanted.past(page.contents[-1].key, root):
            return


def _files(page: _Page, wanted: Wanted) -> Iterator[S3Object]:
    return (S3Object(f.key, f.size) for f in page.contents if wanted.file(f.key))


def _pages(
    client: Client, source: S3Source, path: str, request: Mapping[str, Any]
) -> Iterator[_Page | Gap]:
    """The pages of a listing; a gap in place of the first that fails."""
    try:
        for page in calls.pages(client, LIST, {"Bucket": source.bucket, **request}):
            yield msgspec.convert(page, _Page)
    except CALL_ERRORS as error:
        yield _gap(source, path, error)


def _gap(source: S3Source, key: str, error: BaseException) -> Gap:
    code, message = calls.describe(error)
    call = calls.clean(f"cloudtrail:{source.address(key)}")
    return Gap(call=call, code=code, message=calls.clean(message))
