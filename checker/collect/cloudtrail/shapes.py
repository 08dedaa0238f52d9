"""What a JSON value of a log is, told from its keys: an event, what holds events, or none of both.

Each wrapping is opened once, and what is in it must be an event; docs/usage.md has the table. An
event is told first: its keys are AWS's, so nobody who is recorded can make it look like a wrapping.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

import msgspec

from checker.collect.cloudtrail import rows
from checker.collect.cloudtrail.decoding import (
    LEAST,
    NULL,
    Fields,
    decoded,
    fields_of,
    inner,
    is_list,
    items_of,
    json_of,
    no_event,
    string_of,
)
from checker.collect.cloudtrail.event import Event
from checker.collect.cloudtrail.inflate import UnreadableError

Opened = Iterable[msgspec.Raw]
_event = msgspec.json.Decoder(Event)
_PASSED = {"Insight": "Insights events", "NetworkActivity": "network activity events"}


class Batch(msgspec.Struct):
    """Events, and how many things of which kind were passed over."""

    events: list[Event]
    passed: Counter[str]

    @classmethod
    def of(cls, events: list[Event]) -> Batch:
        if {event.event_category for event in events}.isdisjoint(_PASSED):
            return cls(events, Counter())
        kept = [event for event in events if event.event_category not in _PASSED]
        return cls(kept, Counter(_PASSED[e.event_category or ""] for e in events if not e.counts))


def of_values(values: Iterable[msgspec.Raw]) -> Batch:
    """Of objects, and lists of objects. Raises UnreadableError for one that is not understood."""
    events: list[Event] = []
    passed: Counter[str] = Counter()
    for each in values:
        for raw in items_of(each) if is_list(each) else (each,):
            _take(raw, events, passed)
    found = Batch.of(events)
    return Batch(found.events, found.passed + passed)


def _take(raw: msgspec.Raw, events: list[Event], passed: Counter[str]) -> None:
    fields = fields_of(raw)
    if _kept(raw, fields, events, passed):
        return
    for each in _opened(fields):
        within = fields_of(each)
        if not _kept(each, within, events, passed):  # there is no wrapping in another
            raise no_event(within)


def _kept(raw: msgspec.Raw, fields: Fields, events: list[Event], passed: Counter[str]) -> bool:
    """An event, or what is passed over."""
    if _is_event(fields):
        events.append(decoded(_event, raw))
        return True
    kind = _passed_over(fields)
    if kind is not None:
        passed[kind] += 1
    return kind is not None


def _is_event(fields: Fields) -> bool:
    return all(name in fields for name in LEAST)


def _passed_over(fields: Fields) -> str | None:
    """Digests, Insights and what else holds no call, as AWS documents them."""
    for kind, needed, fits in _NO_CALLS:
        if all(name in fields for name in needed) and fits(fields):
            return kind
    return None


def _says(name: str, text: str) -> Callable[[Fields], bool]:
    return lambda fields: string_of(fields[name]) == text


def _any(_fields: Fields) -> bool:
    return True


_NO_CALLS: tuple[tuple[str, tuple[str, ...], Callable[[Fields], bool]], ...] = (
    # https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html
    ("digests", ("digestS3Bucket", "logFiles"), _any),
    # https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-insights-fields-trails.html
    ("Insights events", ("eventType",), _says("eventType", "AwsCloudTrailInsight")),
    ("Insights events", ("eventCategory",), _says("eventCategory", "Insight")),
    # https://docs.aws.amazon.com/config/latest/developerguide/example-s3-snapshot.html
    ("files of AWS Config", ("configurationItems", "fileVersion"), _any),
    # beside the files of Security Lake: https://iceberg.apache.org/spec/#table-metadata-fields
    ("files of Iceberg", ("format-version", "table-uuid"), _any),
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
    ("control messages", ("messageType", "logEvents"), _says("messageType", "CONTROL_MESSAGE")),
    # https://docs.aws.amazon.com/eventbridge/latest/ref/events-structure.html
    ("events of other services", ("detail-type", "detail"), lambda f: not _of_cloudtrail(f)),
)


def _of_cloudtrail(fields: Fields) -> bool:
    named = (string_of(fields["detail-type"]) or "").endswith("via CloudTrail")
    return named or _is_event(fields_of(fields["detail"]))


def _opened(fields: Fields) -> Iterator[msgspec.Raw]:
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
    """The event itself, or the text that was taken in: `event.original`, `message`.
    https://www.elastic.co/guide/en/ecs/current/ecs-event.html"""
    source = fields_of(fields.get("_source", NULL))
    if "eventID" in source:
        return (fields["_source"],)
    nested = fields_of(source["event"]).get("original") if "event" in source else None
    original = nested or source.get("event.original") or source.get("message")
    if original is None:
        raise UnreadableError("UnknownShape", "a hit of Elastic without event.original")
    return (json_of(original),)


def _results(fields: Fields) -> Opened:
    """Of Splunk's API, or of CloudWatch Logs Insights."""
    for item in items_of(fields["results"]):
        yield rows.of_insights(item) if is_list(item) else inner(item, ("_raw",))


# What must be there, and how it is opened: the first that fits.
_WRAPPINGS: tuple[tuple[tuple[str, ...], Callable[[Fields], Opened]], ...] = (
    (("Records",), lambda fields: items_of(fields["Records"])),
    (("detail-type", "detail"), _single("detail")),
    (("detail",), _single("detail")),
    (("CloudTrailEvent",), _single("CloudTrailEvent")),
    (("Events",), _each("Events", "CloudTrailEvent")),
    (("logEvents",), _each("logEvents", "message")),
    (("events",), _each("events", "message")),
    (("eventJson",), _single("eventJson")),
    (("QueryResultRows",), rows.of_lake),
    (("eventid", "eventtime", "eventsource", "eventname"), rows.of_athena),
    (("result",), lambda fields: (inner(fields["result"], ("_raw",)),)),
    (("results",), _results),
    (("_raw",), _single("_raw")),
    (("hits",), _hits),
    (("_source",), _source),
    (("event", "sourcetype"), _single("event")),
    (("event", "time"), _single("event")),
    (("message", "timestamp"), _single("message")),
    (("message", "@timestamp"), _single("message")),
)
