"""What a JSON value of a log is, told from its keys: an event, what holds events, or none of both.

Each wrapping is opened once, and what is in it must be an event; docs/usage.md has the table. An
event is told first: its keys are AWS's, so nobody who is recorded can make it look like a wrapping.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

import msgspec

from checker.collect.cloudtrail import rows
from checker.collect.cloudtrail.decoding import (
    NULL,
    Fields,
    decoded,
    fields_of,
    inner,
    is_event,
    is_list,
    is_text,
    items_of,
    json_of,
    no_event,
)
from checker.collect.cloudtrail.event import Event, Glimpse
from checker.collect.cloudtrail.inflate import UnreadableError
from checker.collect.cloudtrail.no_calls import HOLDERS, passed_over
from checker.collect.cloudtrail.pages import Pages, told

Opened = Iterable[msgspec.Raw]
_event = msgspec.json.Decoder(Event)
_PASSED = {"Insight": "Insights events", "NetworkActivity": "network activity events"}


Seen = TypeVar("Seen", Event, Glimpse)


class Batch(msgspec.Struct):
    """Events, how many things of which kind were passed over, and what pages say of others;
    `others`: events that nothing is wanted of."""

    events: list[Event]
    passed: Counter[str]
    others: list[Glimpse] = []
    pages: Pages = msgspec.field(default_factory=Counter)

    @classmethod
    def of(cls, events: list[Event], others: list[Glimpse] | None = None) -> Batch:
        passed: Counter[str] = Counter()
        return cls(_kinds(events, passed), passed, _kinds(others or [], passed))


def _kinds(events: list[Seen], passed: Counter[str]) -> list[Seen]:
    """Those that are calls."""
    if {event.event_category for event in events}.isdisjoint(_PASSED):
        return events
    passed.update(_PASSED[e.event_category] for e in events if e.event_category in _PASSED)
    return [event for event in events if event.event_category not in _PASSED]


def of_values(values: Iterable[msgspec.Raw]) -> Batch:
    """Of objects, and lists of objects. Raises UnreadableError for one that is not understood."""
    taken = Batch([], Counter())
    for each in values:
        for raw in items_of(each) if is_list(each) else (each,):
            _take(raw, taken)
    found = Batch.of(taken.events)
    return Batch(found.events, found.passed + taken.passed, pages=taken.pages)


def _take(raw: msgspec.Raw, taken: Batch) -> None:
    if is_text(raw):  # an event as text, as `--query 'Events[].CloudTrailEvent'` leaves it
        _take_within(json_of(raw), taken)
        return
    fields = fields_of(raw)
    if _kept(raw, fields, taken) or _is_action(fields):
        return
    taken.pages.update(told(fields))
    for each in _opened(fields):
        _take_within(each, taken)


def _take_within(raw: msgspec.Raw, taken: Batch) -> None:
    """There is no wrapping in another."""
    fields = fields_of(raw)
    if not _kept(raw, fields, taken):
        raise no_event(fields)


def _kept(raw: msgspec.Raw, fields: Fields, taken: Batch) -> bool:
    """An event, or what is passed over."""
    if is_event(fields):
        taken.events.append(decoded(_event, raw))
        return True
    kind = passed_over(fields)
    if kind is not None:
        taken.passed[kind] += 1
    return kind is not None


_OF_ACTIONS = frozenset({"_index", "_id", "_type", "routing", "_routing"})


def _is_action(fields: Fields) -> bool:
    """A line of Elastic's bulk format, before that of the event itself.
    https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-bulk"""
    name = next(iter(fields)) if len(fields) == 1 else None
    return name in ("index", "create") and fields_of(fields[name]).keys() <= _OF_ACTIONS


def _opened(fields: Fields) -> Iterator[msgspec.Raw]:
    if len(both := sorted(HOLDERS & fields.keys())) > 1:
        raise UnreadableError("UnknownShape", f"an object with {' and '.join(both)} in it")
    for needed, opened in _WRAPPINGS:
        if all(name in fields for name in needed):
            yield from opened(fields)
            return
    raise no_event(fields)


def _single(name: str) -> Callable[[Fields], Opened]:
    return lambda fields: (json_of(fields[name]),)


def _each(name: str, *within: str) -> Callable[[Fields], Opened]:
    """Of each item of a list, what stands under the first of `within` that it has."""
    return lambda fields: (inner(item, within) for item in items_of(fields[name]))


def _hits(fields: Fields) -> Opened:
    for item in items_of(fields_of(fields["hits"]).get("hits", NULL)):
        yield from _source(fields_of(item))


def _source(fields: Fields) -> Opened:
    source = fields_of(fields.get("_source", NULL))
    return (fields["_source"],) if is_event(source) else _original(source)


def _original(source: Fields) -> Opened:
    """The text that Elastic took in: `event.original`, `message`.
    https://www.elastic.co/guide/en/ecs/current/ecs-event.html"""
    nested = fields_of(source["event"]).get("original") if "event" in source else None
    original = nested or source.get("event.original") or source.get("message")
    if original is None:
        if "eventID" in source:
            raise no_event(source)
        raise UnreadableError("UnknownShape", "a hit of Elastic without event.original")
    return (json_of(original),)


def _results(fields: Fields) -> Opened:
    """Of Splunk's API, or of CloudWatch Logs Insights."""
    for item in items_of(fields["results"]):
        yield rows.of_insights(item) if is_list(item) else inner(item, ("_raw",))


# What must be there, and how it is opened: the first that fits.
_WRAPPINGS: tuple[tuple[tuple[str, ...], Callable[[Fields], Opened]], ...] = (
    (("Records",), lambda fields: items_of(fields["Records"])),
    (("detail",), _single("detail")),
    (("CloudTrailEvent",), _single("CloudTrailEvent")),
    (("Events",), _each("Events", "CloudTrailEvent")),
    (("logEvents",), _each("logEvents", "message")),
    (("events",), _each("events", "message")),
    (("eventJson",), _single("eventJson")),
    (("eventjson",), _single("eventjson")),
    (("QueryResultRows",), rows.of_lake),
    (("eventid", "eventtime", "eventsource", "eventname"), rows.of_athena),
    (("result",), lambda fields: (inner(fields["result"], ("_raw",)),)),
    (("results",), _results),
    (("_raw",), _single("_raw")),
    (("hits",), _hits),
    (("_source",), _source),
    (("event", "sourcetype"), _single("event")),
    (("event", "time"), _single("event")),
    (("@message",), _single("@message")),
    (("message", "timestamp"), _single("message")),
    (("@timestamp",), _original),
)
