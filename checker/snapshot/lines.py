"""The lines of a snapshot's file, by the block."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from checker.plurals import plural
from checker.snapshot.manifest import refused

BLOCK = 1 << 17
"""Small enough that what is made of it stays in a core's cache: of eight times as much, decoding
takes twice as long."""


def whole_lines(path: Path) -> Iterator[bytes]:
    """Some lines at a time, with their ends."""
    with open_inside(path) as file:
        while lines := some_lines(file):
            yield lines


def some_lines(file: BinaryIO, most: int = BLOCK) -> bytes:
    """The next bytes of a file, `most` at most, and the end of the line that these end in."""
    block = file.read(min(BLOCK, most))
    return block if block.endswith(b"\n") else block + file.readline()


def records_in(lines: bytes) -> list[bytes]:
    """All but blank lines, which tell nothing."""
    return [line for line in lines.split(b"\n") if line.strip()]


def line_of(path: Path, number: int) -> int:
    """The line of a file that has its so many-th record, to tell what is wrong with it."""
    with open_inside(path) as file:
        records = (at for at, line in enumerate(file, 1) if line.strip())
        return next(islice(records, number - 1, None), number)


def ascending(lines: Iterator[bytes], path: object, records: int) -> Iterator[bytes]:
    """The same lines. Raises InputError where they are not in order, or not as many as that."""
    last, count = b"", 0
    for line in lines:
        if line < last:
            raise refused(path, "its lines are not sorted", line=count + 1)
        last, count = line, count + 1
        yield line
    if count != records:
        raise refused(path, f"has {plural(count, 'record')} where manifest.json says {records}")


def open_inside(path: Path) -> BinaryIO:
    """Raises InputError for a link: a snapshot from elsewhere must not make us read our files."""
    if path.is_symlink() or not path.is_file():
        raise refused(path, "is named in manifest.json but is not a file here")
    return path.open("rb")
