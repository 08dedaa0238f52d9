"""A source of events that answers questions: logs through the embedded engine, or Athena."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from checker.collect.cloudtrail.logs import LocalLogs, Logs, S3Logs, gap
from checker.collect.cloudtrail.scan import Search
from checker.errors import InputError
from checker.snapshot.records import Gap
from checker.usage.sql import Window

if TYPE_CHECKING:
    from checker.collect.cloudtrail.athena import Athena
    from checker.collect.cloudtrail.engine import Engine

Ask = Callable[[str, Window], str]
"""The SQL of a question, of the table and the window."""
DAYS = 30
"""How far back Athena looks where nobody says it: it bills what it reads."""


class Trail(Protocol):
    """`gaps`: what could not be read; `said`: what it cost, for people."""

    gaps: list[Gap]
    files: int
    events: int
    first: str | None
    last: str | None

    def look(self, search: Search) -> None:
        """Makes what a search finds ready to be asked about."""

    def rows(self, ask: Ask) -> Iterator[dict[str, Any]]: ...

    @property
    def said(self) -> str: ...


class LoggedTrail:
    """Log files, searched into the embedded engine."""

    def __init__(self, logs: Logs, window: Window) -> None:
        from checker.collect.cloudtrail.engine import Engine

        self._logs, self._window = logs, window
        self._engine: Engine = Engine()
        self.gaps: list[Gap] = []
        self.files = self.events = 0
        self.first: str | None = None
        self.last: str | None = None

    def look(self, search: Search) -> None:
        self.gaps, self.files, self.events = [], 0, 0
        for found in self._logs.found(search):
            if isinstance(found, Gap):
                self.gaps.append(found)
                continue
            self.files += 1
            self.events += found.events
            if found.gap:
                self.gaps.append(gap(found.name, *found.gap))
            if found.first and found.last:
                self.first = min(self.first or found.first, found.first)
                self.last = max(self.last or found.last, found.last)
            for rows in found.rows:
                self._engine.add(rows)

    def rows(self, ask: Ask) -> Iterator[dict[str, Any]]:
        from checker.collect.cloudtrail.engine import TABLE

        return self._engine.rows(ask(TABLE, self._window))

    @property
    def said(self) -> str:
        return f"{self.events:,} events in {self.files:,} files"


class AthenaTrail:
    """A table of Athena's, which needs no search: the SQL alone says what is read."""

    def __init__(self, athena: Athena, window: Window) -> None:
        self._athena, self._window = athena, window
        self.gaps: list[Gap] = []
        self.files = self.events = 0
        self.first, self.last = window.begin, window.end

    def look(self, search: Search) -> None:
        pass

    def rows(self, ask: Ask) -> Iterator[dict[str, Any]]:
        return self._athena.rows(ask(self._athena.source.quoted, self._window))

    @property
    def said(self) -> str:
        scanned = self._athena.scanned / 1e6
        return f"Athena scanned {scanned:,.1f} MB, about ${self._athena.cost_usd:.4f}"


@dataclass(frozen=True)
class Opening:
    """A source as the command line names it, and what it is opened with."""

    source: str
    window: Window
    profile: str | None = None
    max_bytes: int | None = None
    now: datetime | None = None


def open_trail(opening: Opening) -> Trail:
    """Raises InputError for a source that is none."""
    source, window = opening.source, opening.window
    if source.startswith("athena://"):
        return _athena(opening)
    if source.startswith("s3://"):
        return LoggedTrail(_s3(opening), window)
    if "://" in source:
        raise InputError(
            f"{source}: no such kind of source", hint="give a path, s3:// or athena://"
        )
    from checker.collect.cloudtrail.files import log_files

    return LoggedTrail(LocalLogs(tuple(log_files(Path(source)))), window)


def _athena(opening: Opening) -> AthenaTrail:
    from checker.collect.aws.session import connect
    from checker.collect.cloudtrail.athena import Athena, parse_athena

    source = parse_athena(opening.source)
    window = _bounded(opening)
    begin, end = _widened(window)
    window = replace(window, days=(f"{begin:%Y/%m/%d}", f"{end:%Y/%m/%d}"))
    return AthenaTrail(Athena(connect(opening.profile), source, opening.max_bytes), window)


def _s3(opening: Opening) -> S3Logs:
    from checker.collect.aws.session import connect
    from checker.collect.cloudtrail.s3 import parse_s3

    source, window = parse_s3(opening.source), _bounded(opening)
    begin, end = _widened(window)
    session = connect(opening.profile, workers=16)
    return S3Logs(session, source, begin, end, window.accounts, window.regions)


def _bounded(opening: Opening) -> Window:
    """With a beginning and an end: what is remote is never read without."""
    window, now = opening.window, opening.now or datetime.now(UTC)
    end = window.end or f"{now + timedelta(seconds=1):%Y-%m-%dT%H:%M:%SZ}"
    begin = window.begin or f"{_time(end) - timedelta(days=DAYS):%Y-%m-%dT%H:%M:%SZ}"
    return replace(window, begin=begin, end=end)


def _widened(window: Window) -> tuple[date, date]:
    """Files and partitions are named by the time of delivery: a day more on each side."""
    day = timedelta(days=1)
    return (_time(window.begin or "") - day).date(), (_time(window.end or "") + day).date()


def _time(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
