"""What a file is, told from its content: read, passed over and counted, or refused by name."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from checker.collect.cloudtrail import inflate
from checker.collect.cloudtrail.scan import Found, Scanner
from tests.usage.events import Event, Maker, clock, foreign, session
from tests.usage.loaded import everything
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
    ("wrapped and bare", lines(lambda e: e if e is EVENTS[1] else bridged(e))),
]  # fmt: skip


def found(data: bytes) -> Found:
    return Scanner(everything()).scan("f", data)


def rows(data: bytes) -> list[Any]:
    got = found(data)
    assert got.gap is None, got.gap
    return sorted(
        (row for text in got.rows for row in json.loads(text)), key=lambda r: r["eventID"]
    )


def comparable(row: Any) -> Any:
    """Texts of JSON by what they say."""
    texts = ("requestParameters", "responseElements")
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
    ("UTF-16 that is none", b"\xff\xfe\x00", "InvalidJSON", "UTF-16"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "data", "code", "said"), REFUSED, ids=[r[0] for r in REFUSED])
def test_what_is_refused_is_named(why: str, data: bytes, code: str, said: str) -> None:
    """One event that counts, of a file that nobody understood."""
    got = found(data)
    assert got.gap is not None and got.gap[0] == code and said in got.gap[1], got.gap
    assert (got.rows, got.events, got.first, got.passed) == ([], 0, None, {})


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
    from collections import Counter

    from checker.collect.cloudtrail.files import log_files

    logs, elsewhere = tmp_path / "logs", tmp_path / "elsewhere"
    for folder in (logs / "a/CloudTrail-Digest/us-east-1", elsewhere):
        folder.mkdir(parents=True)
    names = ["firehose-1-2026-05-01-uuid", "b.JSON.GZ", "c.log.1", "a/e.bz2", ".hidden"]
    for name in (*names, "a/CloudTrail-Digest/us-east-1/d.json.gz"):
        (logs / name).write_text(RECORDS)
    (elsewhere / "f").write_text(RECORDS)
    (logs / ".DS_Store").write_bytes(b"\0\0\0\x01Bud1\0")
    (logs / ".gitkeep").touch()
    (logs / "link").symlink_to(elsewhere)
    (elsewhere / "circle").symlink_to(logs)
    passed: Counter[str] = Counter()
    found = [str(path.relative_to(logs)) for path in log_files(logs, passed)]
    assert sorted(found) == sorted([*names, "link/f"])
    assert passed == {"files in CloudTrail-Digest": 1}
