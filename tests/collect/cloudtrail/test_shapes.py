"""What a file is, told from its content: read, passed over and counted, or refused by name."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from checker.collect.cloudtrail import inflate
from checker.collect.cloudtrail.pages import Pages, missing
from checker.collect.cloudtrail.scan import Found, Scanner
from tests.usage.events import Event, Maker, clock, foreign, session
from tests.usage.loaded import everything, rows_of
from tests.usage.traps import ACME, KEYS, VENDOR

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


def events() -> list[Event]:
    make = Maker(70)
    made = [make.assume(VENDOR, foreign(ACME), KEYS[1])]
    return made + [make.call(session(VENDOR, KEYS[1]), time=clock(n)) for n in (1, 2)]


EVENTS = events()
TEXTS = [json.dumps(event) for event in EVENTS]
RECORDS = json.dumps({"Records": EVENTS})


def lines(wrap: Callable[[Event], Any], end: str = "\n") -> bytes:
    return "".join(json.dumps(wrap(event)) + end for event in EVENTS).encode()


def document(value: Any) -> bytes:
    return json.dumps(value).encode()


def table(column: str) -> bytes:
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(["@timestamp", column])
    rows.writerows([[event["eventTime"], json.dumps(event)] for event in EVENTS])
    return text.getvalue().encode()


def lowered(value: Any) -> Any:
    if isinstance(value, dict):
        return {name.lower(): lowered(each) for name, each in value.items()}
    return value


def unloaded(event: Event) -> Event:
    """As Athena's columns are: names in lower case, some of them texts of JSON."""
    texts = ("requestParameters", "responseElements", "additionalEventData")
    row = {k: json.dumps(v) if k in texts else v for k, v in event.items()}
    return {name.lower(): each if name in texts else lowered(each) for name, each in row.items()}


def bridged(event: Event) -> Any:
    return {"version": "0", "detail-type": "AWS API Call via CloudTrail", "detail": event}


def subscription(chosen: list[str]) -> dict[str, Any]:
    found = [{"id": "1", "timestamp": 1, "message": text} for text in chosen]
    return {"messageType": "DATA_MESSAGE", "logGroup": "trail", "logEvents": found}


def columns(event: Event) -> dict[str, Any]:
    """As a search engine keeps an event: flat, and not all of it."""
    names = ("eventID", "eventTime", "eventSource", "eventName")
    return {name: event[name] for name in names} | {"userIdentity.type": "AWSAccount"}


HALVES = [json.dumps({"Records": half}) for half in (EVENTS[:1], EVENTS[1:])]
READ: list[tuple[str, bytes]] = [
    ("a file of CloudTrail's", RECORDS.encode()),
    ("two in one file", "".join(HALVES).encode()),
    ("two on lines", "\n".join(HALVES).encode()),
    ("two on lines, spread over more", "\n".join(json.dumps(json.loads(h), indent=1) for h in HALVES).encode()),
    ("two gzip members, a file each", b"".join(gzip.compress(h.encode()) for h in HALVES)),
    ("a byte order mark", b"\xef\xbb\xbf" + RECORDS.encode()),
    ("UTF-16, as PowerShell writes it", RECORDS.encode("utf-16")),
    ("gzip", gzip.compress(RECORDS.encode())),
    ("bzip2", bz2.compress(HALVES[0].encode()) + bz2.compress(HALVES[1].encode())),
    ("zstd", zstd.compress(HALVES[0].encode()) + zstd.compress(HALVES[1].encode())),
    ("gzip in gzip", gzip.compress(gzip.compress(RECORDS.encode()))),
    ("a list", document(EVENTS)),
    ("one event a line", lines(lambda event: event)),
    ("one event a line, on Windows", lines(lambda event: event, "\r\n")),
    ("events without line ends", lines(lambda event: event, "")),
    ("events over many lines", "\n".join(json.dumps(e, indent=2) for e in EVENTS).encode()),
    ("lookup-events", document({"Events": [{"EventId": "x", "CloudTrailEvent": t} for t in TEXTS]})),
    ("events of lookup-events", lines(lambda event: {"CloudTrailEvent": json.dumps(event)})),
    ("a subscription of CloudWatch Logs", document(subscription(TEXTS))),
    ("subscriptions by way of Firehose", "".join(json.dumps(subscription([t])) for t in TEXTS).encode()),
    ("filter-log-events", document({"events": [{"timestamp": 1, "message": t} for t in TEXTS], "searchedLogStreams": []})),
    ("events of get-log-events", lines(lambda event: {"timestamp": 1, "message": json.dumps(event)})),
    ("an export of CloudWatch Logs", "".join(f"2026-05-01T10:00:00.000Z {t}\n" for t in TEXTS).encode()),
    ("aws logs tail", "".join(f"2026-05-01T10:00:00+00:00 111_CloudTrail_eu {t}\n" for t in TEXTS).encode()),
    ("Logs Insights", document({"results": [[{"field": "@timestamp", "value": "x"}, {"field": "@message", "value": t}] for t in TEXTS]})),
    ("Logs Insights as CSV", table("@message")),
    ("EventBridge", lines(bridged)),
    ("EventBridge without line ends", lines(bridged, "")),
    ("a list of EventBridge's", document([bridged(event) for event in EVENTS])),
    ("Splunk's export", lines(lambda event: {"preview": False, "result": {"_raw": json.dumps(event)}})),
    ("Splunk's results", document({"results": [{"_raw": t} for t in TEXTS]})),
    ("Splunk's CSV", table("_raw")),
    ("Splunk's HEC", lines(lambda event: {"time": 1, "sourcetype": "aws:cloudtrail", "event": event})),
    ("Elastic's hits", document({"hits": {"hits": [{"_source": {"event": {"original": t}}} for t in TEXTS]}})),
    ("Elastic's sources", lines(lambda event: {"_index": "x", "_source": event})),
    ("CloudTrail Lake", lines(lambda event: {"eventJson": json.dumps(event)})),
    ("rows of CloudTrail Lake", document({"QueryResultRows": [[{"eventJson": t}] for t in TEXTS]})),
    ("CloudTrail Lake as CSV", table("eventJson")),
    ("Athena's UNLOAD", lines(unloaded)),
    ("lookup-events by a query for their events", document(TEXTS)),
    ("texts of events, as jq leaves them", "\n".join(map(json.dumps, TEXTS)).encode()),
    ("the console's Logs Insights", document([{"@timestamp": "x", "@message": event} for event in EVENTS])),
    ("CloudTrail Lake, whose columns know no case", lines(lambda event: {"eventjson": json.dumps(event)})),
    ("rows of CloudTrail Lake, beside other columns", document({"QueryResultRows": [[{"eventid": "x"}, {"eventjson": t}] for t in TEXTS]})),
    ("Lake's columns beside the event", lines(lambda event: columns(event) | {"eventJson": json.dumps(event)})),
    ("Splunk's columns beside the event", document([columns(event) | {"_raw": json.dumps(event)} for event in EVENTS])),
    ("Elastic's columns beside the event", lines(lambda event: {"_source": columns(event) | {"event.original": json.dumps(event)}})),
    ("Elastic's documents", lines(lambda event: {"@timestamp": "x", "event": {"original": json.dumps(event)}})),
    ("Elastic's bulk format", lines(lambda event: {"index": {"_index": "x", "_id": event["eventID"]}}).replace(b"\n", b"\n%s\n") % tuple(t.encode() for t in TEXTS)),
    ("a byte order mark on each line", "\n".join("\ufeff" + text for text in TEXTS).encode()),
    ("zstd, with a frame of sizes", b"\x50\x2a\x4d\x18\x04\0\0\0\1\2\3\4" + zstd.compress(RECORDS.encode())),
    ("all pages of lookup-events", document({"Events": [{"CloudTrailEvent": t} for t in TEXTS[:2]], "NextToken": "x"}) + document({"Events": [{"CloudTrailEvent": TEXTS[2]}]})),
    ("wrapped and bare, with blank lines between", lines(lambda e: e if e is EVENTS[1] else bridged(e), "\n\n")),
    ("wrapped and bare", lines(lambda e: e if e is EVENTS[1] else bridged(e))),
]  # fmt: skip


def found(data: bytes) -> Found:
    return Scanner(everything()).scan("f", data)


def rows(data: bytes) -> list[Any]:
    got = found(data)
    assert got.gap is None, got.gap
    return sorted(rows_of(got), key=lambda r: r["event_id"])


def comparable(row: Any) -> Any:
    """Texts of JSON by what they say."""
    texts = ("request_parameters", "response_elements")
    return {k: json.loads(v) if k in texts and isinstance(v, str) else v for k, v in row.items()}


@pytest.mark.parametrize(("why", "data"), READ, ids=[r[0] for r in READ])
def test_what_is_read(why: str, data: bytes) -> None:
    """Events that people have, in the wrapping that their tools gave them, unseen."""
    assert list(map(comparable, rows(data))) == list(map(comparable, rows(RECORDS.encode())))


INSIGHT = {
    "eventVersion": "1.07",
    "eventTime": clock(),
    "eventID": "i",
    "eventType": "AwsCloudTrailInsight",
}
PASSED: list[tuple[str, Any, dict[str, int]]] = [
    ("a digest", {"awsAccountId": "1", "digestS3Bucket": "b", "logFiles": []}, {"digests": 1}),
    ("Insights", {"Records": [INSIGHT, INSIGHT | {"eventCategory": "Insight"}]}, {"Insights events": 2}),
    ("Insights by their category", {"Records": [{"eventCategory": "Insight"}]}, {"Insights events": 1}),
    ("network activity", {"Records": [EVENTS[0] | {"eventCategory": "NetworkActivity"}]}, {"network activity events": 1}),
    ("AWS Config", {"fileVersion": "1.0", "configurationItems": [{"resourceId": "i-1"}]}, {"files of AWS Config": 1}),
    ("a control message", {"messageType": "CONTROL_MESSAGE", "logEvents": [{"message": "CWL CONTROL MESSAGE"}]}, {"control messages": 1}),
    ("another service's", {"detail-type": "EC2 Instance State-change Notification", "detail": {"state": "x"}}, {"events of other services": 1}),
    ("Lake's signature", {"files": [], "hashSignature": "x", "publicKeyFingerprint": "x"}, {"signatures of CloudTrail Lake": 1}),
    ("Iceberg", {"format-version": 2, "table-uuid": "u", "location": "s3://lake/aws"}, {"files of Iceberg": 1}),
    ("nothing", {"Records": []}, {}),
]  # fmt: skip


@pytest.mark.parametrize(("why", "value", "counted"), PASSED, ids=[r[0] for r in PASSED])
def test_what_is_passed_over_is_counted(why: str, value: Any, counted: dict[str, int]) -> None:
    """A digest that counts as an event makes a trail of nothing look like a quiet one."""
    got = found(document(value))
    assert (got.gap, got.events, got.rows, got.passed) == (None, 0, [], counted)
    both = found(document(value) + RECORDS.encode())
    assert (both.gap, both.events, both.passed) == (None, 3, counted)


def test_a_manifest_of_iceberg_is_passed_over() -> None:
    """What stands beside the files of a lake, as a gap each time; any Avro, as if it were that."""
    got = found(b"Obj\x01\x0e\x14avro.codec\x0edeflate\x1ciceberg.schema" + bytes(range(256)))
    assert (got.gap, got.events, got.passed) == (None, 0, {"files of Iceberg": 1})


WITHOUT = {name: value for name, value in EVENTS[1].items() if name != "eventName"}
REFUSED: list[tuple[str, bytes, str, str]] = [
    ("an object", b"{}", "UnknownShape", "its keys: none"),
    ("another object", b'{"foo": 1}', "UnknownShape", "its keys: foo"),
    ("behind an event", TEXTS[0].encode() + b'\n{"foo": 1}', "UnknownShape", "foo"),
    ("no records", b'{"Records": null}', "InvalidEvent", "null"),
    ("a record that is null", document({"Records": [None, EVENTS[0]]}), "InvalidEvent", "null"),
    ("half an event", document({"Records": [EVENTS[0], WITHOUT]}), "InvalidEvent", "eventName"),
    ("an empty name", document({"Records": [EVENTS[0] | {"eventName": ""}]}), "InvalidEvent", "eventName"),
    ("a time that is none", document([EVENTS[0] | {"eventTime": "yesterday"}]), "InvalidEvent", "'yesterday'"),
    ("a day that is none", document([EVENTS[0] | {"eventTime": "2026-02-30T10:00:00Z"}]), "InvalidEvent", "2026-02-30"),
    ("a day alone", document([EVENTS[0] | {"eventTime": "2026-05-01"}]), "InvalidEvent", "2026-05-01"),
    ("a number for a time", document([EVENTS[0] | {"eventTime": 1793527200000}]), "InvalidEvent", "eventTime"),
    ("a wrapping in another", document({"detail": bridged(EVENTS[0])}), "UnknownShape", "detail"),
    ("a wrapped object", document({"logEvents": [{"message": '{"a": 1}'}]}), "UnknownShape", "its keys: a"),
    ("a message that is cut", document({"logEvents": [{"message": TEXTS[0][:-9]}]}), "InvalidEvent", ""),
    ("lists in lists", document([[[EVENTS[0]]]]), "InvalidEvent", ""),
    ("Lake without events", document({"QueryResultRows": [[{"eventID": "1"}]]}), "UnknownShape", "SELECT eventJson"),
    ("Insights without messages", document({"results": [[{"field": "@ptr", "value": "1"}]]}), "UnknownShape", "@message"),
    ("OCSF", document({"class_uid": 6003, "time": 1}), "UnknownShape", "OCSF"),
    ("Parquet that is cut", b"PAR1\x15\x04", "Corrupt", "Parquet"),
    ("Avro", b"Obj\x01\x04avro.schema", "UnknownShape", "Avro"),
    ("a zip", b"PK\x03\x04", "UnknownShape", "unpack"),
    ("xz", b"\xfd7zXZ\0", "UnknownShape", "gzip"),
    ("Athena's CSV", b'"eventversion","useridentity","eventtime"\n"1","{type=x}","t"\n', "UnknownShape", "UNLOAD"),
    ("a CSV of columns", b"eventTime,eventName\nx,y\n", "UnknownShape", "_raw"),
    ("a log of a load balancer", b"http 2026-05-01T10:00:00Z app/x 1.2.3.4:5\n", "UnknownShape", "no CloudTrail log"),
    ("something behind it", RECORDS.encode() + b"garbage", "InvalidJSON", ""),
    ("zeros behind it", RECORDS.encode() + b"\0\0", "InvalidJSON", ""),
    ("bzip2 that is cut", bz2.compress(RECORDS.encode())[:-5], "Truncated", "bzip2"),
    ("zstd that is cut", zstd.compress(RECORDS.encode())[:-5], "Truncated", "zstd"),
    ("zstd that is damaged", b"\x28\xb5\x2f\xfd" + b"x" * 40, "Corrupt", "zstd"),
    ("gzip three times", gzip.compress(gzip.compress(gzip.compress(b"{}"))), "Compressed", "twice"),
    ("columns of an event, of Lake, Splunk or jq", lines(columns), "InvalidEvent", "userIdentity"),
    ("Splunk's columns", lines(lambda event: {"result": columns(event)}), "InvalidEvent", "userIdentity"),
    ("Elastic's columns", lines(lambda event: {"_source": columns(event)}), "InvalidEvent", "userIdentity"),
    ("Athena's columns", lines(lambda event: {name.lower(): event[name] for name in ("eventID", "eventTime", "eventSource", "eventName")}), "InvalidEvent", "userIdentity"),
    ("two that hold events", document({"Records": [], "Events": [{"CloudTrailEvent": TEXTS[0]}]}), "UnknownShape", "Events and Records"),
    ("a text of no event", document(["x"]), "InvalidEvent", ""),
    ("a search that timed out", document({"timed_out": True, "hits": {"hits": [{"_source": EVENTS[0]}]}}), "Partial", "timed out"),
    ("shards that failed", document({"_shards": {"failed": 1}, "hits": {"hits": [{"_source": EVENTS[0]}]}}), "Partial", "shards"),
    ("Insights that still runs", document({"status": "Running", "results": [[{"field": "@message", "value": TEXTS[0]}]]}), "Partial", "Running"),
    ("Insights up to its limit", document({"status": "Complete", "statistics": {"recordsMatched": 2.0}, "results": [[{"field": "@message", "value": TEXTS[0]}]]}), "Partial", "1 of the 2"),
    ("Lake that still runs", document({"QueryStatus": "RUNNING", "QueryResultRows": [[{"eventJson": TEXTS[0]}]]}), "Partial", "RUNNING"),
    ("7z", b"7z\xbc\xaf\x27\x1c", "UnknownShape", "7z"),
    ("a tar", b"a.json".ljust(257, b"\0") + b"ustar\x0000", "UnknownShape", "tar"),
    ("snappy", b"\xff\x06\x00\x00sNaPpY", "UnknownShape", "snappy"),
    ("no text, where nothing is kept of it", b'{"detail":\n' + TEXTS[0].replace('"eventID"', '"x": "\xff", "eventID"', 1).encode("latin-1") + b"}", "InvalidJSON", "utf-8"),
    ("UTF-16 that is none", b"\xff\xfe\x00", "InvalidJSON", "UTF-16"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "data", "code", "said"), REFUSED, ids=[r[0] for r in REFUSED])
def test_what_is_refused_is_named(why: str, data: bytes, code: str, said: str) -> None:
    """One event that counts, of a file that nobody understood."""
    got = found(data)
    assert got.gap is not None and got.gap[0] == code and said in got.gap[1], got.gap
    assert (got.rows, got.events, got.first, got.passed) == ([], 0, None, {})


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"digestS3Bucket": "b", "logFiles": []}, "a digest"),
        ({"fileVersion": "1.0", "configurationItems": []}, "a file of AWS Config"),
    ],
)
def test_nothing_with_events_in_it_is_passed_over(other: dict[str, Any], why: str) -> None:
    """A key more, and a file of events is a digest that nobody need look into."""
    assert rows(document(other | {"Records": EVENTS})) == rows(RECORDS.encode()), why


def test_a_control_message_holds_no_events() -> None:
    """What a subscription tells, passed over by its own word."""
    control = subscription(TEXTS) | {"messageType": "CONTROL_MESSAGE"}
    assert rows(document(control)) == rows(RECORDS.encode())


@pytest.mark.parametrize(
    "half", ["\\ud800", "\\udc00x", "\\ud800\\ud83d\\ude00", "\\uD800", "\\\\ud800 \\ud83d"]
)
@pytest.mark.parametrize("wrap", [False, True])
def test_half_a_character_hides_no_file(half: str, wrap: bool) -> None:
    """Whoever is recorded chose the name of a user agent, and nothing of the file counts."""
    text = json.dumps(EVENTS[1] | {"userAgent": "HALF"}).replace("HALF", half)
    data = document({"Events": [{"CloudTrailEvent": text}]}) if wrap else text.encode()
    assert len(rows(data)) == 1


PAGE = {"Events": [{"CloudTrailEvent": TEXTS[0]}], "NextToken": "more"}
HITS = {"hits": {"total": {"value": 9}, "hits": [{"_source": EVENTS[0]}]}}
LAKE = {"QueryStatistics": {"TotalResultsCount": 3}, "QueryResultRows": [[{"eventJson": TEXTS[0]}]]}
PAGES: list[tuple[str, list[Any], list[str]]] = [
    ("one page of more", [PAGE], ["lookup-events"]),
    ("two pages of more", [PAGE, PAGE], ["lookup-events"]),
    ("the last one too", [PAGE, {"Events": []}], []),
    ("another listing", [{"events": [{"message": TEXTS[0]}], "nextToken": "x"}], ["filter-log-events"]),
    ("a search for ten", [HITS], ["Elastic"]),
    ("a total as a number", [{"hits": {"total": 2, "hits": [{"_source": EVENTS[0]}]}}], ["Elastic"]),
    ("a scroll to its end", [{"hits": {"total": 2, "hits": [{"_source": e}]}} for e in EVENTS[:2]], []),
    ("of two searches one, which may be whole", [{"hits": {"total": n, "hits": [{"_source": e} for e in EVENTS[:n]]}} for n in (1, 2)], []),
    ("a page of Lake's", [LAKE], ["CloudTrail Lake"]),
    ("all of Lake's", [LAKE, LAKE, LAKE], []),
]  # fmt: skip


@pytest.mark.parametrize(("why", "answers", "kinds"), PAGES, ids=[r[0] for r in PAGES])
@pytest.mark.parametrize("apart", [False, True])
def test_pages_that_are_missing(
    why: str, answers: list[Any], kinds: list[str], apart: bool
) -> None:
    """A search answers ten of twenty thousand hits, and the rest of the year was quiet; pages that
    lie in files of their own, each of which alone is none."""
    texts = [b"\n".join(map(document, answers))] if not apart else list(map(document, answers))
    pages: Pages = Counter()
    for text in texts:
        one = found(text)
        assert one.gap is None, one.gap
        pages += one.pages
    assert [kind for kind, _ in missing(pages)] == kinds


def test_zstd_without_its_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """A traceback, where a Python lacks it."""
    data = zstd.compress(RECORDS.encode())
    for name in ("backports", "compression"):
        monkeypatch.setitem(sys.modules, name, None)
        monkeypatch.setitem(sys.modules, f"{name}.zstd", None)
    got = found(data)
    assert got.gap == (
        "Compressed",
        "zstd needs Python 3.14 or backports.zstd; recompress it with gzip",
    )


def test_what_is_opened_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bomb in a bomb."""
    monkeypatch.setattr(inflate, "MAX_DOCUMENT", 1000)
    inner = gzip.compress(bytes(range(256)) * 40)
    assert found(gzip.compress(inner + bytes(range(256)) * 40)).gap is not None


def test_a_folder(tmp_path: Path) -> None:
    """A log of another name, in a folder that a link leads to, passed over; a circle of links that
    has no end; what CloudTrail keeps beside its own, of which nobody hears."""
    from checker.collect.cloudtrail.files import log_files

    logs, elsewhere = tmp_path / "logs", tmp_path / "elsewhere"
    for folder in (logs / "a/CloudTrail-Digest/us-east-1", elsewhere):
        folder.mkdir(parents=True)
    names = ["firehose-1-2026-05-01-uuid", "b.JSON.GZ", "c.log.1", "a/e.bz2", ".hidden"]
    for name in (*names, "a/CloudTrail-Digest/us-east-1/d.json.gz"):
        (logs / name).write_text(RECORDS)
    (elsewhere / "f").write_text(RECORDS)
    (logs / ".DS_Store").write_bytes(b"\0\0\0\x01Bud1\0")
    (logs / "._b.JSON.GZ").write_bytes(b"\0\x05\x16\x07\0\2\0\0Mac OS X")
    (logs / ".gitkeep").touch()
    (logs / "link").symlink_to(elsewhere)
    (elsewhere / "circle").symlink_to(logs)
    passed: Counter[str] = Counter()
    found = [str(path.relative_to(logs)) for path in log_files(logs, passed)]
    assert sorted(found) == sorted([*names, "link/f"])
    assert passed == {"files in CloudTrail-Digest": 1}
