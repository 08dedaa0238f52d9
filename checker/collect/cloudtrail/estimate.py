"""What a question will cost, before it is asked: Athena itself does not tell.

Of CloudTrail's files the sizes in S3 are added up, which Athena bills as they are stored; where
there are many folders, some stand for all. Of a table of Iceberg its own list of files is asked.
https://aws.amazon.com/athena/pricing/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from itertools import product
from typing import TYPE_CHECKING

import msgspec

from checker.collect.aws import calls
from checker.collect.aws.calls import CALL_ERRORS
from checker.collect.cloudtrail.athena import usd
from checker.collect.cloudtrail.refusals import NARROW
from checker.collect.cloudtrail.s3 import LIST, Page
from checker.errors import InputError

if TYPE_CHECKING:
    from checker.collect.cloudtrail.athena import Athena
    from checker.collect.cloudtrail.table import Table
    from checker.usage.sql import Window

_REQUESTS = 200
"""So often S3 is asked at most, for a thousand files each."""
_PLACE = re.compile(r"s3://(?P<bucket>[^/]+)/(?P<prefix>.*)\$\{day\}/?")


@dataclass
class _Size:
    """Bytes of so many folders, of all there are; the last one perhaps not whole."""

    size: int = 0
    folders: int = 0
    of: int = 0

    @property
    def whole(self) -> bool:
        return self.folders == self.of

    @property
    def likely(self) -> int:
        return self.size if self.whole else self.size * self.of // max(1, self.folders)


def told(athena: Athena, table: Table, window: Window) -> str:
    """One line for people. Raises InputError where it is certain that the bound will not do."""
    if template := _PLACE.fullmatch(table.parameters.get("storage.location.template", "")):
        return _of_files(athena, table, window, template["bucket"], template["prefix"])
    if table.parameters.get("table_type", "").upper() == "ICEBERG":
        return _of_iceberg(athena)
    return "no estimate: nobody tells where the table's files are"


def _of_files(athena: Athena, table: Table, window: Window, bucket: str, prefix: str) -> str:
    accounts, regions = _projected(table, window)
    if window.days is None or not (all(accounts) and all(regions)):
        return "no estimate: nobody tells which folders are read"
    folders = _spread(prefix, accounts, regions)
    try:
        found = _measured(athena, bucket, folders, window.days)
    except CALL_ERRORS as error:
        code, message = calls.describe(error)
        return f"no estimate: {LIST.name} fails: {calls.clean(f'{code}: {message}')}"
    if athena.max_bytes is not None and found.size > athena.max_bytes:
        raise InputError(
            f"the window has at least {_gigabytes(found.size)} of logs, and Athena may read "
            f"{_gigabytes(athena.max_bytes)}",
            hint=f"{NARROW}, or raise --max-scan",
        )
    sample = "" if found.whole else f", by {found.folders:,} of {found.of:,} folders"
    return f"estimate: {_gigabytes(found.likely)}, about ${usd(found.likely):.4f} a reading{sample}"


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:,.3f} GB"


def _projected(table: Table, window: Window) -> tuple[list[str], list[str]]:
    values = [
        [
            value.strip()
            for value in table.parameters.get(f"projection.{name}.values", "").split(",")
        ]
        for name in ("account", "region")
    ]
    return list(window.injected) or values[0], values[1]


def _spread(prefix: str, accounts: list[str], regions: list[str]) -> list[str]:
    """In an order that has nothing to do with what is in them, and is always the same."""
    pairs = product(accounts, regions)
    named = (prefix.replace("${account}", a).replace("${region}", r) for a, r in pairs)
    return sorted(named, key=lambda name: blake2b(name.encode(), digest_size=8).digest())


def _measured(athena: Athena, bucket: str, folders: list[str], days: tuple[str, str]) -> _Size:
    found, left = _Size(of=len(folders)), _REQUESTS
    for folder in folders:
        for page in _pages(athena, bucket, folder, days[0]):
            left -= 1
            kept = [each for each in page.contents if each.key < f"{folder}{days[1]}0"]
            found.size += sum(each.size for each in kept)
            if len(kept) < len(page.contents) or left <= 0 or _too_much(athena, found):
                break
        found.folders += 1
        if left <= 0 or _too_much(athena, found):
            break
    return found


def _too_much(athena: Athena, found: _Size) -> bool:
    return athena.max_bytes is not None and found.size > athena.max_bytes


def _pages(athena: Athena, bucket: str, folder: str, begin: str) -> Iterator[Page]:
    request = {"Bucket": bucket, "Prefix": folder, "StartAfter": f"{folder}{begin}"}
    for page in calls.pages(athena.session.client("s3"), LIST, request):
        yield msgspec.convert(page, Page)


def _of_iceberg(athena: Athena) -> str:
    files = athena.source.named(f"{athena.source.table}$files")
    try:
        row = next(athena.rows(f"SELECT sum(file_size_in_bytes) AS size FROM {files}"), {})  # noqa: S608
    except InputError as error:
        return f"no estimate: {error.message}"
    size = int(row.get("size") or 0)
    return f"estimate: at most {_gigabytes(size)}, ${usd(size):.4f} a reading: all of the table"
