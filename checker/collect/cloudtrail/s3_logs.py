"""Logs in S3: listed, fetched, inflated and searched side by side, on all cores."""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from checker.collect.cloudtrail import files, logs
from checker.collect.cloudtrail.bucket import S3Object, S3Source, TooLarge, fetch
from checker.collect.cloudtrail.kept import Kept
from checker.collect.cloudtrail.s3 import objects
from checker.collect.cloudtrail.scan import Found, Scanner, Search
from checker.snapshot.records import Gap
from checker.workers import loss_is_said, pool

if TYPE_CHECKING:
    from checker.collect.aws.session import AccountSession
    from checker.pools import Pool

_AHEAD = 16  # objects that are fetched and searched at once


@dataclass
class S3Logs:
    """Objects are listed once and fetched once: those that a further search may need are kept. They
    are those of all accounts and regions, as a session may begin in one and call in another."""

    session: AccountSession
    source: S3Source
    begin: date
    end: date
    passed: Counter[str] = field(default_factory=Counter)
    _listed: list[S3Object | Gap] | None = None
    _kept: Kept = field(default_factory=Kept)

    @property
    def total(self) -> int | None:
        return None if self._listed is None else len(self._listed)

    def found(self, search: Search) -> Iterator[Found | Gap]:
        with loss_is_said(), _Readers(search) as readers, ThreadPoolExecutor(_AHEAD) as threads:
            self._kept.open()
            waiting: deque[Future[Found | Gap]] = deque()
            for item in self._objects():
                readers.expect(item)
                waiting.append(threads.submit(self._look, item, readers, search))
                if len(waiting) > _AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

    def _objects(self) -> Iterator[S3Object | Gap]:
        """While they are listed, the first of them are fetched."""
        if self._listed is not None:
            yield from self._listed
            return
        listed = []
        self.passed.clear()
        client = self.session.client("s3")
        for item in objects(client, self.source, self.begin, self.end, passed=self.passed):
            listed.append(item)
            yield item
        self._listed = listed

    def _look(self, item: S3Object | Gap, readers: _Readers, search: Search) -> Found | Gap:
        if isinstance(item, Gap):
            return item
        name, path = self.source.address(item.key), self._kept.get(item.key)
        if path is None:
            data = self._fetch(item)
            if isinstance(data, Gap):
                return data
            path = self._kept.put(item.key, data)
            if path is None:
                return readers.read_here(name, data)
            del data
        try:
            return readers.read(name, path)
        finally:
            if not search.again:
                self._kept.drop(item.key)

    def _fetch(self, item: S3Object) -> bytes | Gap:
        try:
            return fetch(self.session.client("s3"), self.source, item.key, files.MAX_FILE)
        except TooLarge:
            return logs.gap(self.source.address(item.key), "TooLarge", "the object is too large")


class _Readers:
    """Worker processes, once there is so much to read that they pay; until then, whoever asks."""

    def __init__(self, search: Search) -> None:
        self._search, self._scanner = search, Scanner(search)
        self._stack, self._size = ExitStack(), 0
        self._pool: Pool | None = None

    def __enter__(self) -> _Readers:
        return self

    def __exit__(self, *raised: object) -> None:
        self._stack.close()

    def expect(self, item: S3Object | Gap) -> None:
        self._size += item.size if isinstance(item, S3Object) else 0
        workers = min(os.cpu_count() or 1, 8)
        if self._pool is None and self._size > logs.SERIAL and workers > 1:
            self._pool = self._stack.enter_context(pool(workers, logs.start, self._search))

    def read(self, name: str, path: Path) -> Found:
        if self._pool is None:
            return logs.read(self._scanner, name, path)
        waited: Future[list[Found]] = self._pool.submit(logs.scan, [(name, path)])
        return self._pool.answer(waited)[0]

    def read_here(self, name: str, data: bytes) -> Found:
        return self._scanner.scan(name, data)
