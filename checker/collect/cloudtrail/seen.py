"""What of the window there was: how many events, from when to when, and the days without any."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from checker.collect.cloudtrail.pages import Pages
from checker.collect.cloudtrail.scan import Found


@dataclass
class Seen:
    events: int = 0
    first: str | None = None
    last: str | None = None
    days: set[str] = field(default_factory=set)
    passed: Counter[str] = field(default_factory=Counter)
    pages: Pages = field(default_factory=Counter)

    def add(self, found: Found) -> None:
        """What a file held."""
        self.passed += found.passed
        self.pages += found.pages
        self.events += found.events
        if found.first and found.last:
            self._span(found.first, found.last)
        self.days |= found.days

    def told(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """By the rows of a question that covers all there was."""
        for row in rows:
            if int(row["told"]):
                self.events += int(row["calls"])
                self._span(row["first_seen"], row["last_seen"])
                self.days.add(row["day"])

    def _span(self, first: str, last: str) -> None:
        self.first = min(self.first or first, first)
        self.last = max(self.last or last, last)

    @property
    def holes(self) -> tuple[tuple[str, str], ...]:
        """Days without an event between the first and the last that has some, both included."""
        return tuple(_holes(sorted(map(date.fromisoformat, self.days))))


def _holes(days: list[date]) -> Iterator[tuple[str, str]]:
    day = timedelta(days=1)
    for before, after in pairwise(days):
        if after - before > day:
            yield (before + day).isoformat(), (after - day).isoformat()
