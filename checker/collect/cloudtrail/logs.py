"""Logs, searched file by file; those on this machine side by side where that pays."""

from __future__ import annotations

import gc
import os
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from checker.collect.cloudtrail import files
from checker.collect.cloudtrail.inflate import UnreadableError
from checker.collect.cloudtrail.scan import Found, Scanner, Search
from checker.snapshot.records import Gap
from checker.workers import loss_is_said, pool

_AHEAD = 1  # so much is each worker ahead: what it finds waits in memory
_PART, _MOST = 1 << 20, 64  # bytes and files that a worker is given at once
if TYPE_CHECKING:
    from concurrent.futures import Future

SERIAL = 8 << 20
"""Bytes: below, starting worker processes costs more than they save."""


class Logs(Protocol):
    """Where log files are. `passed`: what is passed over, not being looked into; `total`: how many
    there are, None as long as nobody knows."""

    @property
    def passed(self) -> Counter[str]: ...

    @property
    def total(self) -> int | None: ...

    def found(self, search: Search) -> Iterator[Found | Gap]:
        """What a search finds in each file, in order of their names."""


@dataclass(frozen=True)
class LocalLogs:
    paths: tuple[Path, ...]
    passed: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        return len(self.paths)

    def found(self, search: Search) -> Iterator[Found]:
        names = [str(path) for path in self.paths]
        workers = min(os.cpu_count() or 1, len(names), 8)
        if workers == 1 or sum(map(_size, self.paths)) < SERIAL:
            scanner = Scanner(search)
            yield from map(partial(read, scanner), names, self.paths)
            return
        with loss_is_said(), pool(workers, start, search) as readers:
            waiting: deque[Future[list[Found]]] = deque()
            for part in _parts(self.paths):
                waiting.append(readers.submit(scan, part))
                if len(waiting) > _AHEAD * workers:
                    yield from readers.answer(waiting.popleft())
            while waiting:
                yield from readers.answer(waiting.popleft())


def _size(path: Path) -> int:
    with suppress(OSError):
        return path.stat().st_size
    return 0


_scanner: list[Scanner] = []


def start(search: Search) -> None:
    """In a worker process, once. Events have no cycles, so looking for some pays seldom."""
    gc.freeze()
    gc.set_threshold(100_000)
    _scanner.append(Scanner(search))


def scan(paths: Iterable[tuple[str, Path]]) -> list[Found]:
    """In a worker process, for some files, each with its name for people."""
    return [read(_scanner[0], name, path) for name, path in paths]


def _parts(paths: Iterable[Path]) -> Iterator[list[tuple[str, Path]]]:
    part, size = [], 0
    for path in paths:
        part.append((str(path), path))
        size += _size(path)
        if size >= _PART or len(part) == _MOST:
            yield part
            part, size = [], 0
    if part:
        yield part


def read(scanner: Scanner, name: str, path: Path) -> Found:
    try:
        return scanner.scan(name, files.content(path))
    except UnreadableError as error:
        return Found(name, gap=(error.code, error.reason))


def gap(name: str, code: str, reason: str) -> Gap:
    """A file that could not be read whole."""
    shown = " ".join(reason.split())[:500]
    return Gap(call=f"cloudtrail:{name}", code=code, message=shown)
