"""CloudTrail's files in S3, listed without looking at more than is asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Generator, Iterator, Mapping
from datetime import date
from typing import Any

import msgspec

from checker.collect.aws import calls
from checker.collect.aws.calls import CALL_ERRORS, Call, Shape
from checker.collect.aws.clients import Client
from checker.collect.cloudtrail.bucket import S3Object, S3Source, failed
from checker.collect.cloudtrail.layout import (
    ENDINGS,
    Wanted,
    only_cloudtrail,
    other_kind,
    region_root,
)
from checker.snapshot.records import Gap

LIST = Call("s3", "ListObjectsV2", "Name")


class _Object(Shape, frozen=True):
    key: str
    size: int = 0


class _Folder(Shape, frozen=True):
    prefix: str


class Page(Shape, frozen=True):
    """`name`, the bucket's, is in every listing: botocore reads other XML as an empty one."""

    name: str
    contents: tuple[_Object, ...] = ()
    common_prefixes: tuple[_Folder, ...] = ()


def objects(
    client: Client,
    source: S3Source,
    begin: date,
    end: date,
    accounts: Collection[str] = (),
    regions: Collection[str] = (),
    passed: Counter[str] | None = None,
) -> Iterator[S3Object | Gap]:
    """The files of the days from `begin` to `end`, both included, whatever they are called; none
    given of accounts and regions means all. What could not be listed is a gap among them, and the
    rest goes on; `passed` is told of folders that hold no calls.

    CloudTrail's own layout is followed, and a region's files are listed from the first day to the
    last. Of other folders all files are taken, except those under a day before the window.
    """
    wanted = Wanted.of(begin, end, accounts, regions)
    passed = Counter() if passed is None else passed
    named = source.prefix.endswith(ENDINGS)
    if named:
        yield from _single(client, source)
    found = False
    for item in _below(client, source, wanted, passed):
        found = True
        yield item
    if not (found or named or passed or source.prefix.endswith("/") or not source.prefix):
        yield from _single(client, source)


def _below(
    client: Client, source: S3Source, wanted: Wanted, passed: Counter[str]
) -> Iterator[S3Object | Gap]:
    folders = [source.folder]
    while folders:
        path = folders.pop()
        if not wanted.folder(path):
            early = wanted.earlier(path) and path != source.folder
            _tell(passed, path, otherwise="folders of earlier days" if early else None)
            continue
        if root := region_root(path):
            yield from _region(client, source, wanted, path, root)
            continue
        below = yield from _level(client, source, wanted, path)
        kept = only_cloudtrail(path, below)
        for folder in sorted(set(below) - set(kept)):
            _tell(passed, folder, otherwise="folders of other services")
        folders.extend(reversed(kept))


def _tell(passed: Counter[str], path: str, otherwise: str | None = None) -> None:
    kind = other_kind(path)
    if name := f"folders {kind}" if kind else otherwise:
        passed[name] += 1


def _single(client: Client, source: S3Source) -> Iterator[S3Object | Gap]:
    """The prefix as the name of one file: it would come first, so one key is enough."""
    request = {"Bucket": source.bucket, "Prefix": source.prefix, "MaxKeys": 1}
    try:
        page = msgspec.convert(calls.invoke(client, LIST, request), Page)
    except CALL_ERRORS as error:
        yield failed(source, source.prefix, error)
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


def _files(page: Page, wanted: Wanted) -> Iterator[S3Object]:
    return (S3Object(f.key, f.size) for f in page.contents if wanted.file(f.key))


def _pages(
    client: Client, source: S3Source, path: str, request: Mapping[str, Any]
) -> Iterator[Page | Gap]:
    """The pages of a listing; a gap in place of the first that fails."""
    try:
        for page in calls.pages(client, LIST, {"Bucket": source.bucket, **request}):
            yield msgspec.convert(page, Page)
    except CALL_ERRORS as error:
        yield failed(source, path, error)
