"""The engines, given events: the embedded one, and Athena's way of asking played on it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from checker.collect.cloudtrail.collect import Use, read_use
from checker.collect.cloudtrail.engine import TABLE, Engine
from checker.collect.cloudtrail.row import Row, unpacked
from checker.collect.cloudtrail.scan import Found, Scanner, Search
from checker.collect.cloudtrail.seen import Seen
from checker.snapshot.records import Gap
from checker.usage.sql import Window

Rows = list[dict[str, Any]]


def _all(_event: Any) -> bool:
    return True


def everything(window: Window | None = None) -> Search:
    """All there is, as `usage sql` reads it."""
    return Search(_all, parameters=True, salt=b"s" * 16, window=window)


def loaded(texts: Iterable[bytes], window: Window | None = None) -> Engine:
    scanner = Scanner(everything(window))
    engine = Engine()
    for text in texts:
        found = scanner.scan("f", text)
        assert found.gap is None, found.gap
        for rows in found.rows:
            engine.add(rows)
    return engine


def rows_of(found: Found) -> Rows:
    """What the engine would be given."""
    each = (zip(*unpacked(part), strict=True) for part in found.rows)
    return [dict(zip(Row._fields, row, strict=True)) for part in each for row in part]


def of_events(events: Rows) -> Engine:
    return loaded([json.dumps({"Records": events}).encode()])


class Trail:
    """A trail whose events are there already; `remote`: asked as Athena is, which answers text."""

    said = ""

    def __init__(self, engine: Engine, window: Window, *, remote: bool) -> None:
        self.engine, self.window, self.remote = engine, window, remote
        self.gaps: list[Gap] = []
        self.files = 0
        self.seen = Seen()
        self.passed: Counter[str] = Counter()

    def look(self, search: Search) -> None:
        pass

    def rows(self, ask: Any) -> Iterator[dict[str, Any]]:
        for row in self.engine.rows(ask(TABLE, self.window)):
            if self.remote:
                row = {name: None if v is None else str(v) for name, v in row.items()}
            yield row

    def settle(self, rows: Any) -> None:
        pass


def use(engine: Engine, watched: set[str], own: set[str], window: Window, *, remote: bool) -> Rows:
    """The records of use, without what the reference has no word for."""
    trail = Trail(engine, window, remote=remote)
    return used_of(read_use(trail, frozenset(watched), frozenset(own)))


def used_of(found: Use) -> Rows:
    records: Rows = json.loads(msgspec.json.encode(found.usage))
    return [{k: v for k, v in r.items() if k != "action"} for r in records]
