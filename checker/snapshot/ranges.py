"""A large file of records by byte ranges: each line belongs to the range in which it begins."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from checker.snapshot.lines import open_inside, some_lines
from checker.snapshot.odd import Glimpse

RANGE = 16 << 20


class Range(msgspec.Struct, frozen=True):
    """`file`: which one it was when the ranges were made, as another may have its name by now."""

    path: str
    start: int
    end: int
    file: tuple[int, ...]


class Sum(msgspec.Struct, frozen=True):
    """What the records of a range tell beside themselves. `ordered`: their ARNs ascend from `first`
    to `last`, where records of their kind bear one each."""

    records: int
    seen: Glimpse
    first: str
    last: str
    ordered: bool


def ranges(path: Path) -> list[Range]:
    """Of a whole file."""
    with open_inside(path) as file:
        which = _which(file)
        size = which[2]
    return [
        Range(str(path), start, min(start + RANGE, size), which) for start in range(0, size, RANGE)
    ]


def lines_in(one: Range) -> Iterator[bytes] | None:
    """Its lines, some at a time; None where the file is another by now."""
    file = open_inside(Path(one.path))
    if _which(file) != one.file:
        file.close()
        return None
    return _lines(file, one)


def unchanged(one: Range) -> bool:
    """Whether its file is still the one that it was, and so was all the while."""
    with open_inside(Path(one.path)) as file:
        return _which(file) == one.file


def _lines(file: BinaryIO, one: Range) -> Iterator[bytes]:
    with file:
        if one.start:
            file.seek(one.start - 1)
            file.readline()
        while (left := one.end - file.tell()) > 0 and (lines := some_lines(file, left)):
            yield lines


def _which(file: BinaryIO) -> tuple[int, ...]:
    told = os.fstat(file.fileno())
    return told.st_dev, told.st_ino, told.st_size, told.st_mtime_ns
