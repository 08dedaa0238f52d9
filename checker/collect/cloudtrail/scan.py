"""One log file → the rows that a question needs, and all that there was to be seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from checker.collect.cloudtrail.event import Event, Glimpse
from checker.collect.cloudtrail.glance import Finder
from checker.collect.cloudtrail.inflate import UnreadableError
from checker.collect.cloudtrail.records import batches
from checker.collect.cloudtrail.row import packed, row
from checker.usage.sql import Window
from checker.usage.times import all_plain, canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checker.collect.cloudtrail.pages import Pages


@dataclass(frozen=True)
class Search:
    """What to keep: of the events that may count in `window` (None: of all), those that `wanted`
    takes. `parameters`: with their request parameters. `words`: each event that is wanted has one
    of them in its text (None: any may be); of an event's account and region they tell nothing.
    `again`: another search may follow."""

    wanted: Callable[[Event], bool]
    parameters: bool
    salt: bytes
    window: Window | None = None
    words: tuple[bytes, ...] | None = None
    again: bool = False


@dataclass
class Found:
    """Of one file: rows (`row.packed`), how many events the window has of it, when the first and
    the last were and on which days; what was passed over; and why it could not be read."""

    name: str
    rows: list[bytes] = field(default_factory=list)
    events: int = 0
    first: str | None = None
    last: str | None = None
    days: set[str] = field(default_factory=set)
    passed: Counter[str] = field(default_factory=Counter)
    pages: Pages = field(default_factory=Counter)
    gap: tuple[str, str] | None = None

    def saw(self, events: int, times: set[str]) -> None:
        if times:
            self.events += events
            first, last = min(times), max(times)
            self.first = min(self.first or first, first)
            self.last = max(self.last or last, last)
            whole = first[:10] == last[:10]
            self.days |= {first[:10]} if whole else {time[:10] for time in times}


class Scanner:
    """Searches files."""

    def __init__(self, search: Search) -> None:
        self.search = search
        places = search.window and (search.window.accounts or search.window.regions)
        self._finder = None if places else Finder.of(search.words)

    def scan(self, name: str, data: bytes) -> Found:
        """Nothing of a file counts that cannot be read to its end."""
        found = Found(name)
        try:
            for batch in batches(data, self._finder):
                found.passed += batch.passed
                found.pages += batch.pages
                self._others(found, batch.others)
                self._events(found, batch.events)
        except UnreadableError as error:
            return Found(name, gap=(error.code, error.reason))
        return found

    def _others(self, found: Found, events: list[Glimpse]) -> None:
        """Of all accounts and regions: else each event is decoded whole."""
        times = Counter([event.event_time for event in events])
        if not all_plain(times):
            told = _meant(times)
            times = Counter(told[event.event_time] for event in events)
        window = self.search.window
        if window is not None and window.narrows:
            times = Counter({t: n for t, n in times.items() if window.holds(t, None, None)})
        found.saw(times.total(), set(times))

    def _events(self, found: Found, events: list[Event]) -> None:
        times = {event.event_time for event in events}
        if not all_plain(times):
            events = _timed(events, times)
            times = {event.event_time for event in events}
        found.saw(*_seen(events, times, self.search.window))
        wanted, search = self._wanted(), self.search
        with _understood():
            rows = [
                row(event, parameters=search.parameters, salt=search.salt)
                for event in self._near(events)
                if wanted(event)
            ]
        if rows:
            found.rows.append(packed(rows))

    def _wanted(self) -> Callable[[Event], bool]:
        """With what another account recorded too: that may be where it is reported."""
        wanted, window = self.search.wanted, self.search.window
        if window is None or not (window.accounts or window.regions):
            return wanted
        return lambda event: event.shared_event_id is not None or wanted(event)

    def _near(self, events: list[Event]) -> list[Event]:
        """Those of the window and of the hours before, in which sessions began."""
        window = self.search.window
        if window is None or not (window.begin or window.end):
            return events
        since, end = window.since or "", window.end or "~"
        return [event for event in events if since <= event.event_time < end]


def _seen(events: list[Event], times: set[str], window: Window | None) -> tuple[int, set[str]]:
    """How many the window reports, and when they were."""
    if window is None or not window.narrows:
        return len(events), times
    holds = window.holds
    found = [e.event_time for e in events if holds(e.event_time, e.account, e.aws_region)]
    return len(found), set(found)


def _timed(events: list[Event], times: set[str]) -> list[Event]:
    """With times that compare like what they say."""
    told = _meant(times)
    return [msgspec.structs.replace(e, event_time=told[e.event_time]) for e in events]


def _meant(times: Iterable[str]) -> dict[str, str]:
    told = {}
    for time in times:
        meant = canonical(time)
        if meant is None:
            raise UnreadableError("InvalidEvent", f"an event's time is none: {time[:40]!r}")
        told[time] = meant
    return told


@contextmanager
def _understood() -> Iterator[None]:
    try:
        yield
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableError("InvalidEvent", f"not a CloudTrail event: {error}") from None
