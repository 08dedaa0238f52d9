"""Records on their way to a snapshot: sorted runs in files, merged without being held in memory.

A line of a run is the file that it belongs to, a tab, and the record. JSON escapes tabs and
newlines, so neither can be part of a record.
"""

from __future__ import annotations

import heapq
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import BinaryIO

import msgspec

from checker.snapshot.files import ALL_FILES, FILES
from checker.snapshot.write import encode_record

_OPEN_AT_ONCE = 128  # a process may open 1,024 files, or 256 on macOS
_NAMES = {kind: name.encode() for name, kind in ALL_FILES.items()}


def run_line(record: msgspec.Struct) -> bytes:
    """The line of a record, with its end."""
    return b"%s\t%s\n" % (_NAMES[type(record)], encode_record(record))


def write_run(path: Path, header: bytes, lines: Iterable[bytes]) -> None:
    """A run with one line before it, under its name only when it is safe on the disk."""
    draft = path.with_suffix(".tmp")
    draft.unlink(missing_ok=True)  # of a kill; never written through, should it be a link
    with draft.open("xb") as file:
        file.write(header + b"\n")
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def header(path: Path) -> bytes:
    """The line before a run."""
    with path.open("rb") as file:
        return file.readline()


def merged(runs: list[Path], more: Iterable[str] = ()) -> Iterator[tuple[str, Iterator[bytes]]]:
    """The lines of all runs by file name, sorted; they must be used up in this order.

    Every file, empty ones too: nothing found is not the same as not looked for. `more`: of
    the files that are not in every snapshot, for which somebody looked.
    """
    missing = {*FILES, *more}
    with ExitStack() as stack:
        lines = heapq.merge(*(_lines(stack.enter_context(run.open("rb"))) for run in _few(runs)))
        split = (line.rstrip(b"\n").split(b"\t", 1) for line in lines)
        for name, group in groupby(split, key=itemgetter(0)):
            missing.remove(name.decode())
            yield name.decode(), (line for _, line in group)
    yield from ((name, iter(())) for name in sorted(missing))


def _lines(run: BinaryIO) -> Iterator[bytes]:
    run.readline()  # the header
    return iter(run)


def _few(runs: list[Path]) -> list[Path]:
    """So few that they can be open at once: merged in groups first, where there are more."""
    while len(runs) > _OPEN_AT_ONCE:
        groups = [runs[at : at + _OPEN_AT_ONCE] for at in range(0, len(runs), _OPEN_AT_ONCE)]
        runs = [_joined(group) for group in groups]
    return runs


def _joined(runs: list[Path]) -> Path:
    path = runs[0].with_suffix(runs[0].suffix + ".merged")
    path.unlink(missing_ok=True)
    with ExitStack() as stack, path.open("xb") as file:
        file.write(b"\n")
        file.writelines(heapq.merge(*(_lines(stack.enter_context(run.open("rb"))) for run in runs)))
    return path
