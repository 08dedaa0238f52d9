"""One log file → the rows that a question needs; the others are never made into objects."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import accumulate

import msgspec
from ahocorasick_rs import BytesAhoCorasick

from checker.collect.cloudtrail.event import Event, Row, row
from checker.collect.cloudtrail.inflate import UnreadableError
from checker.collect.cloudtrail.records import Batch, batches

# JSON may write any character as \uXXXX, and a slash as \/: such records are looked into, as
# what is searched for could be hidden in them.
_ESCAPES = (b"\\u00", b"\\/")
_ARN = b'"arn:'
_FEW = 24
_event = msgspec.json.Decoder(Event)
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True)
class Search:
    """What to keep: records with one of `needles` in them (None: all), of these the events that
    `wanted` takes. `parameters`: with their request parameters."""

    needles: tuple[bytes, ...] | None
    wanted: Callable[[Event], bool]
    parameters: bool
    salt: bytes


@dataclass
class Found:
    """Of one file: rows as JSON arrays, how many records it has, and why it could not be read."""

    name: str
    rows: list[bytes] = field(default_factory=list)
    events: int = 0
    first: str | None = None
    last: str | None = None
    gap: tuple[str, str] | None = None

    def saw(self, time: str) -> None:
        """A file is of some minutes: its first and last event tell which."""
        self.first = min(self.first or time, time)
        self.last = max(self.last or time, time)


class Scanner:
    """Searches files; the automaton of the needles is made once."""

    def __init__(self, search: Search) -> None:
        self.search = search
        self._finders = None if search.needles is None else _finders(search.needles)

    def scan(self, name: str, data: bytes) -> Found:
        """Nothing of a file counts that cannot be read to its end."""
        found = Found(name)
        try:
            for batch in batches(data):
                self._batch(found, batch)
        except UnreadableError as error:
            return Found(name, gap=(error.code, error.reason))
        return found

    def _batch(self, found: Found, batch: Batch) -> None:
        found.events += len(batch.records)
        for record in (*batch.records[:1], *batch.records[-1:]):
            with _understood():
                found.saw(_event.decode(record).event_time)
        if rows := self._rows(self._hits(batch)):
            found.rows.append(_encode(rows))

    def _hits(self, batch: Batch) -> Iterable[msgspec.Raw]:
        if self._finders is None:
            return batch.records
        places = self._places(batch.text)
        if not places:
            return ()
        return _at(batch, places) or [r for r in batch.records if self._places(memoryview(r))]

    def _places(self, text: bytes | memoryview) -> list[int]:
        """Where needles begin."""
        found = (finder.find_matches_as_indexes(text) for finder in self._finders or ())
        return [start for matches in found for _, start, _ in matches]

    def _rows(self, records: Iterable[msgspec.Raw]) -> list[Row]:
        search = self.search
        with _understood():
            return [
                row(event, parameters=search.parameters, salt=search.salt)
                for event in map(_event.decode, records)
                if event.counts and self._wanted(event)
            ]

    def _wanted(self, event: Event) -> bool:
        if not event.whole:
            raise UnreadableError("InvalidEvent", "an event lacks its id, time, source or name")
        return self.search.wanted(event)


def _finders(needles: tuple[bytes, ...]) -> list[BytesAhoCorasick]:
    """One by one as long as they are few: a single needle is found at 30 GB/s, an automaton of
    needles that begin alike at 1, one of needles that don't at a fifth of that."""
    names = [needle for needle in needles if needle.startswith(_ARN)]
    together = [names] if len(names) > _FEW else [[name] for name in names]
    alone = [[needle] for needle in (*needles, *_ESCAPES) if not needle.startswith(_ARN)]
    return [BytesAhoCorasick(group) for group in (*together, *alone)]


@contextmanager
def _understood() -> Iterator[None]:
    try:
        yield
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableError("InvalidEvent", f"not a CloudTrail event: {error}") from None


def _at(batch: Batch, places: list[int]) -> list[msgspec.Raw] | None:
    """The records at places of the text, where nothing but one byte (a comma, the end of a line)
    parts them, as CloudTrail writes them; None where that does not hold."""
    records = batch.records
    if not records:
        return None
    starts = list(accumulate((len(r) + 1 for r in records), initial=batch.begin))
    # each gap is a byte at the least: when the last one is where it should be, so are the others
    if batch.text[starts[-2] : starts[-1] - 1] != bytes(records[-1]):
        return None
    numbers = sorted({bisect_right(starts, place) - 1 for place in places})
    return [records[number] for number in numbers if 0 <= number < len(records)]
