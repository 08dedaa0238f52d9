"""Logs on this machine or in S3, searched file by file: side by side where that pays."""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from checker.collect.cloudtrail import files
from checker.collect.cloudtrail.inflate import UnreadableError
from checker.collect.cloudtrail.scan import Found, Scanner, Search
from checker.snapshot.records import Gap
from checker.workers import loss_is_said, pool

if TYPE_CHECKING:
    from checker.collect.aws.session import AccountSession
    from checker.collect.cloudtrail.bucket import S3Object, S3Source

_SERIAL = 8 << 20  # bytes: below, starting worker processes costs more than they save
_AHEAD = 16  # objects that are fetched before they are looked into


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
        if workers == 1 or sum(map(_size, self.paths)) < _SERIAL:
            scanner = Scanner(search)
            yield from (_read(scanner, name) for name in names)
            return
        with loss_is_said(), pool(workers, _start, search) as readers:
            yield from readers.map(_scan, names, chunksize=4)


def _size(path: Path) -> int:
    with suppress(OSError):
        return path.stat().st_size
    return 0


_scanner: list[Scanner] = []


def _start(search: Search) -> None:
    _scanner.append(Scanner(search))


def _scan(name: str) -> Found:
    return _read(_scanner[0], name)


def _read(scanner: Scanner, name: str) -> Found:
    try:
        return scanner.scan(name, files.content(Path(name)))
    except UnreadableError as error:
        return Found(name, gap=(error.code, error.reason))


@dataclass
class S3Logs:
    """Objects are listed once, and fetched anew for each search: they may not fit in memory. Those
    of all accounts and regions, as a session may begin in one and call in another."""

    session: AccountSession
    source: S3Source
    begin: date
    end: date
    passed: Counter[str] = field(default_factory=Counter)
    _listed: list[S3Object | Gap] = field(default_factory=list)

    def found(self, search: Search) -> Iterator[Found | Gap]:
        from concurrent.futures import ThreadPoolExecutor

        scanner = Scanner(search)
        with ThreadPoolExecutor(_AHEAD) as threads:
            waiting = deque()  # type: ignore[var-annotated]
            for item in self._objects():
                waiting.append((item, threads.submit(self._fetch, item)))
                if len(waiting) > _AHEAD:
                    yield self._look(scanner, *waiting.popleft())
            while waiting:
                yield self._look(scanner, *waiting.popleft())

    def _objects(self) -> list[S3Object | Gap]:
        from checker.collect.cloudtrail.s3 import objects

        if not self._listed:
            client = self.session.client("s3")
            self.passed.clear()
            found = objects(client, self.source, self.begin, self.end, passed=self.passed)
            self._listed = list(found)
        return self._listed

    def _fetch(self, item: S3Object | Gap) -> bytes | Gap:
        from checker.collect.cloudtrail.bucket import TooLarge, fetch

        if isinstance(item, Gap):
            return item
        try:
            return fetch(self.session.client("s3"), self.source, item.key, files.MAX_FILE)
        except TooLarge:
            return gap(self.source.address(item.key), "TooLarge", "the object is too large")

    def _look(self, scanner: Scanner, item: S3Object | Gap, fetched) -> Found | Gap:  # type: ignore[no-untyped-def]
        data = fetched.result()
        if isinstance(data, Gap):
            return data
        assert not isinstance(item, Gap)  # noqa: S101  whose data would be the gap
        return scanner.scan(self.source.address(item.key), data)


def gap(name: str, code: str, reason: str) -> Gap:
    """A file that could not be read whole."""
    shown = " ".join(reason.split())[:500]
    return Gap(call=f"cloudtrail:{name}", code=code, message=shown)
