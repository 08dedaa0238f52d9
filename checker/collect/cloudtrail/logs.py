"""Logs, searched file by file; those on this machine side by side where that pays."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Protocol

from checker.collect.cloudtrail import files
from checker.collect.cloudtrail.inflate import UnreadableError
from checker.collect.cloudtrail.scan import Found, Scanner, Search
from checker.snapshot.records import Gap
from checker.workers import loss_is_said, pool

_CHUNK = 4  # files that a worker is given at once
SERIAL = 8 << 20
"""Bytes: below, starting worker processes costs more than they save."""


class Logs(Protocol):
    """Where log files are. `passed`: what is passed over, not being looked into."""

    @property
    def passed(self) -> Counter[str]: ...

    def found(self, search: Search) -> Iterator[Found | Gap]:
        """What a search finds in each file, in order of their names."""


@dataclass(frozen=True)
class LocalLogs:
    paths: tuple[Path, ...]
    passed: Counter[str] = field(default_factory=Counter)

    def found(self, search: Search) -> Iterator[Found]:
        names = [str(path) for path in self.paths]
        workers = min(os.cpu_count() or 1, len(names), 8)
        if workers == 1 or sum(map(_size, self.paths)) < SERIAL:
            scanner = Scanner(search)
            yield from map(partial(read, scanner), names, self.paths)
            return
        with loss_is_said(), pool(workers, start, search) as readers:
            yield from readers.map(scan, names, self.paths, chunksize=_CHUNK)


def _size(path: Path) -> int:
    with suppress(OSError):
        return path.stat().st_size
    return 0


_scanner: list[Scanner] = []


def start(search: Search) -> None:
    """In a worker process, once."""
    _scanner.append(Scanner(search))


def scan(name: str, path: Path) -> Found:
    """In a worker process, for each file."""
    return read(_scanner[0], name, path)


def read(scanner: Scanner, name: str, path: Path) -> Found:
    try:
        return scanner.scan(name, files.content(path))
    except UnreadableError as error:
        return Found(name, gap=(error.code, error.reason))


def gap(name: str, code: str, reason: str) -> Gap:
    """A file that could not be read whole."""
    shown = " ".join(reason.split())[:500]
    return Gap(call=f"cloudtrail:{name}", code=code, message=shown)
