"""A source of events that answers questions: logs through the embedded engine, or Athena."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from checker.collect.cloudtrail.logs import Logs, gap
from checker.collect.cloudtrail.pages import missing
from checker.collect.cloudtrail.scan import Found, Search
from checker.collect.cloudtrail.seen import Seen
from checker.plurals import plural
from checker.snapshot.records import Gap
from checker.usage import queries
from checker.usage.sql import Window

if TYPE_CHECKING:
    from checker.collect.cloudtrail.athena import Athena
    from checker.collect.cloudtrail.engine import Engine
    from checker.collect.cloudtrail.table import Table

Row = Mapping[str, Any]
NOTHING = (
    "not one event in this window: check the source, the window and its accounts and regions, and "
    "for Athena the table's location and the accounts and regions that it projects"
)
Ask = Callable[[str, Window], str]
"""The SQL of a question, of the table and the window."""
Watch = Callable[["Reading | None"], None]
"""Is told of each file that was read, and None when the last one was."""


@dataclass(frozen=True)
class Reading:
    """How far a look has come; `total` is None while the files are still being listed."""

    look: int
    files: int
    total: int | None


class Trail(Protocol):
    """`gaps`: what could not be read; `seen`: what of the window there was; `said`: what it cost,
    for people; `watch`: told of each file that was read."""

    gaps: list[Gap]
    files: int
    seen: Seen
    watch: Watch

    @property
    def passed(self) -> Counter[str]:
        """What was passed over, by kind."""

    def look(self, search: Search) -> None:
        """Makes what a search finds ready to be asked about, beside what earlier ones found."""

    def rows(self, ask: Ask, *, foreign: bool = False) -> Iterator[dict[str, Any]]:
        """`foreign`: the question is none of ours."""

    @property
    def remote(self) -> bool:
        """Whether the engine is elsewhere: each question costs, and no key leaves it."""

    def settle(self, rows: Sequence[Row]) -> None:
        """When the answers are there: a window of which there was nothing is a gap. `rows`: of an
        answer, which is none of nothing."""

    @property
    def said(self) -> str: ...


class LoggedTrail:
    """Log files, searched into the embedded engine."""

    remote = False

    def __init__(self, logs: Logs, window: Window) -> None:
        self._logs, self._window = logs, window
        self.gaps: list[Gap] = []
        self.files = 0
        self.seen = Seen()
        self.watch: Watch = lambda _: None
        self._looks = 0

    def look(self, search: Search) -> None:
        self._looks += 1
        try:
            for number, found in enumerate(self._logs.found(replace(search, window=self._window))):
                self._take(found)
                self.watch(Reading(self._looks, number + 1, self._logs.total))
        finally:
            self.watch(None)

    def _take(self, found: Found | Gap) -> None:
        """What a file was seen to hold counts in the first look; what fails, in any."""
        if isinstance(found, Gap):
            self._fail(found)
            return
        if found.gap:
            self._fail(gap(found.name, *found.gap))
        if self._looks == 1:
            self.files += 1
            self.seen.add(found)
        for rows in found.rows:
            self._engine.add(rows)

    @cached_property
    def _engine(self) -> Engine:
        """Imported and made when the first rows are there, while others are searched for."""
        from checker.collect.cloudtrail.engine import Engine

        return Engine()

    def _fail(self, found: Gap) -> None:
        if found not in self.gaps:
            self.gaps.append(found)

    def settle(self, rows: Sequence[Row]) -> None:  # noqa: ARG002  each event was seen
        for kind, why in missing(self.seen.pages):
            self._fail(gap("(all)", "Partial", f"not the whole answer of {kind}: {why}"))
        if not self.seen.events:
            self._fail(gap("(all)", "Nothing", NOTHING))

    def rows(self, ask: Ask, *, foreign: bool = False) -> Iterator[dict[str, Any]]:
        from checker.collect.cloudtrail.engine import TABLE

        return self._engine.rows(ask(TABLE, self._window), foreign=foreign)

    @property
    def passed(self) -> Counter[str]:
        return self._logs.passed + self.seen.passed

    @property
    def said(self) -> str:
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in sorted(self.passed.items()))
        text = f"{plural(self.seen.events, 'event')} in {plural(self.files, 'file')}"
        return f"{text}; passed over: {kinds}" if kinds else text


class AthenaTrail:
    """A table of Athena's, which needs no search: the SQL alone says what is read."""

    remote = True

    def __init__(
        self, athena: Athena, window: Window, table: Table | None = None,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:  # fmt: skip
        from checker.collect.cloudtrail.table import Table

        self._athena, self._window, self._say = athena, window, say
        self._table = Table({}) if table is None else table
        self._looked = False
        self.watch: Watch = lambda _: None  # of no files there is no progress
        self.gaps: list[Gap] = []
        self.files = 0
        self.seen = Seen()
        self.passed: Counter[str] = Counter()

    def look(self, search: Search) -> None:  # noqa: ARG002
        """Tells before the first question what it will cost, and which records are not read."""
        if self._looked:
            return
        self._looked = True
        from checker.collect.cloudtrail import estimate

        if self._table.note:
            self._say(self._table.note)
        self._say(estimate.told(self._athena, self._table, self._window))
        if self._table.lost:
            lost = f"the table has no {', '.join(self._table.lost)}"
            self.gaps.append(gap("(columns)", "Missing", lost))
        if self._table.census:
            self._count(self._table.census(self._athena.source.quoted, self._window))

    def _count(self, census: str) -> None:
        from checker.collect.cloudtrail.table import told

        passed, unread = told(self._athena.rows(census))
        self.passed.update(passed)
        self.gaps += [gap("(records)", "UnknownVersion", reason) for reason in unread]

    def rows(self, ask: Ask, *, foreign: bool = False) -> Iterator[dict[str, Any]]:  # noqa: ARG002
        source = self._table.sql(self._athena.source.quoted, self._window)
        return self._athena.rows(ask(source, self._window))

    def settle(self, rows: Sequence[Row]) -> None:
        """Asked of the table where no row of an answer tells of an event."""
        if not (rows or self.seen.events or list(self.rows(queries.anything))):
            self.gaps.append(gap("(all)", "Nothing", NOTHING))

    @property
    def said(self) -> str:
        scanned = self._athena.scanned / 1e6
        text = f"Athena scanned {scanned:,.1f} MB, about ${self._athena.cost_usd:.4f}"
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in sorted(self.passed.items()))
        return f"{text}; passed over: {kinds}" if kinds else text
