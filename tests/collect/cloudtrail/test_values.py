"""JSON values of a log, taken apart: what pages say of others, what holds no call, what is opened."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import msgspec
import pytest

from checker.collect.cloudtrail import rows as answers
from checker.collect.cloudtrail.decoding import (
    LEAST,
    fields_of,
    inner,
    is_event,
    is_list,
    is_text,
    json_of,
    no_event,
    paired,
    string_of,
)
from checker.collect.cloudtrail.inflate import UnreadableError
from checker.collect.cloudtrail.no_calls import HOLDERS, passed_over
from checker.collect.cloudtrail.pages import told
from checker.collect.cloudtrail.shapes import _WRAPPINGS, of_values
from tests.support.rows import rows

EVENT: dict[str, Any] = dict.fromkeys(LEAST, "x") | {"userIdentity": None, "eventTime": "t"}
BY = {"eventID": "e", "eventTime": "2026-05-01T00:00:00Z", "eventSource": "s", "eventName": "n", "userIdentity": None}  # fmt: skip
TEXT = json.dumps(BY)


def raw(value: Any) -> msgspec.Raw:
    return msgspec.Raw(json.dumps(value).encode())


def fields(**values: Any) -> dict[str, msgspec.Raw]:
    return fields_of(raw(values))


def refusal(made: Any) -> tuple[str, str]:
    """Code and reason of what is refused."""
    with pytest.raises(UnreadableError) as caught:
        made()
    return caught.value.code, caught.value.reason


Said = dict[tuple[str, str], int] | str
E, L, P = "Elastic", "CloudTrail Lake", "CloudTrail Lake's pages"
TOLD: list[tuple[str, dict[str, Any], Said]] = [
    ("nothing of others", {"Records": []}, {}), ("no results without their status", {"results": []}, {}), ("no status without results", {"status": "x"}, {}), ("of something else", {"results": [], "statistics": {"recordsMatched": 5}}, {}), ("Insights without numbers", {"results": [1], "status": "Complete"}, {}),
    ("the last page", {"Events": []}, {("lookup-events", "pages"): 1, ("lookup-events", "open"): 0}),
    ("one of more", {"Events": [], "NextToken": "x"}, {("lookup-events", "pages"): 1, ("lookup-events", "open"): 1}),
    ("with a small letter", {"events": [], "nextToken": "x"}, {("filter-log-events", "pages"): 1, ("filter-log-events", "open"): 1}),
    ("an empty token, and one", {"events": [], "NextToken": "", "nextToken": "x"}, {("filter-log-events", "pages"): 1, ("filter-log-events", "open"): 1}),
    ("tokens that are none", {"events": [], "NextToken": None, "nextToken": 7}, {("filter-log-events", "pages"): 1, ("filter-log-events", "open"): 0}),
    ("both listings", {"Events": [], "events": []}, {("lookup-events", "pages"): 1, ("lookup-events", "open"): 0}),
    ("hits with their total", {"hits": {"total": {"value": 9}, "hits": [1, 2]}}, {(E, "pages"): 1, (E, "held"): 2, (E, "total"): 9}),
    ("a total as a number", {"hits": {"total": 9, "hits": [1]}}, {(E, "pages"): 1, (E, "held"): 1, (E, "total"): 9}),
    ("a total that is null", {"hits": {"total": None, "hits": [1]}}, {(E, "pages"): 1, (E, "held"): 1, (E, "total"): 0}),
    ("no total, no hit", {"hits": {}}, {(E, "pages"): 1, (E, "held"): 0, (E, "total"): 0}),
    ("a value beside no total", {"hits": {"value": 9, "hits": []}}, {(E, "pages"): 1, (E, "held"): 0, (E, "total"): 0}),
    ("a total without a value", {"hits": {"total": {"total": 9}, "hits": []}}, {(E, "pages"): 1, (E, "held"): 0, (E, "total"): 0}),
    ("in time, by all shards", {"timed_out": False, "_shards": {"failed": 0}, "hits": {}}, {(E, "pages"): 1, (E, "held"): 0, (E, "total"): 0}),
    ("a flag that is none", {"timed_out": "yes", "_shards": {"failed": "x"}, "hits": {}}, {(E, "pages"): 1, (E, "held"): 0, (E, "total"): 0}),
    ("too late", {"timed_out": True, "hits": {}}, "the search timed out"), ("not by all", {"_shards": {"failed": 1}, "hits": {}}, "some shards did not answer the search"), ("by some", {"_shards": {"failed": 1, "successful": 4}, "hits": {}}, "some shards did not answer the search"),
    ("rows of Lake", {"QueryResultRows": [1], "QueryStatistics": {"TotalResultsCount": 3}}, {(L, "pages"): 1, (L, "held"): 1, (L, "total"): 3}),
    ("which has a total, and no token counts", {"QueryResultRows": [1], "QueryStatistics": {"TotalResultsCount": 3}, "NextToken": "x"}, {(L, "pages"): 1, (L, "held"): 1, (L, "total"): 3}),
    ("without a total a token does", {"QueryResultRows": [1], "NextToken": "x"}, {(L, "pages"): 1, (L, "held"): 1, (P, "pages"): 1, (P, "open"): 1}),
    ("that has ended", {"QueryStatus": "finished", "QueryResultRows": []}, {(L, "pages"): 1, (P, "pages"): 1}),
    ("that has not", {"QueryStatus": "RUNNING", "QueryResultRows": []}, "the query had not ended well: its status is 'RUNNING'"),
    ("a status that is empty", {"QueryStatus": "", "QueryResultRows": []}, "the query had not ended well: its status is ''"),
    ("a status of any length", {"QueryStatus": "x" * 50, "QueryResultRows": []}, f"the query had not ended well: its status is {'x' * 40!r}"),
    ("Insights, all of it", {"results": [1, 2], "status": "COMPLETE", "statistics": {"recordsMatched": 2.0}}, {}), ("fewer matched", {"results": [1, 2], "status": "Complete", "statistics": {"recordsMatched": 1}}, {}),
    ("up to its limit", {"results": [1], "status": "Complete", "statistics": {"recordsMatched": 1e3}}, "1 of the 1,000 records that matched: raise the query's limit"),
    ("still under way", {"results": [], "status": "Running"}, "the query had not ended well: its status is 'Running'"), ("without a number", {"results": [1], "status": "Complete", "statistics": {}}, {}),
    ("a number without end", {"results": [1], "status": None, "statistics": {"recordsMatched": "x"}}, {}),
]  # fmt: skip


@rows("why, value, said", TOLD, ids=[row[0] for row in TOLD])
def test_what_an_answer_says_of_others(why: str, value: dict[str, Any], said: Said) -> None:
    """An answer of which the most is elsewhere, taken for a quiet year."""
    if isinstance(said, str):
        assert refusal(lambda: told(fields(**value))) == ("Partial", f"not the whole answer: {said}")  # fmt: skip
    else:
        assert told(fields(**value)) == Counter(said)


OURS = {"detail-type": "AWS API Call via CloudTrail", "detail": {}}
NO_CALLS: list[tuple[str, dict[str, Any], str | None]] = [
    ("an event", BY, None), ("nothing", {}, None), ("a digest", {"digestS3Bucket": 1, "logFiles": 1}, "digests"), ("half of one", {"digestS3Bucket": 1}, None), ("the other half", {"logFiles": 1}, None),
    ("Insights", {"eventType": "AwsCloudTrailInsight"}, "Insights events"), ("a call", {"eventType": "AwsApiCall"}, None), ("no text", {"eventType": 7}, None),
    ("by its category", {"eventCategory": "Insight"}, "Insights events"), ("of another type", {"eventType": "x", "eventCategory": "Insight"}, "Insights events"), ("another category", {"eventCategory": "Management"}, None),
    ("Config's", {"configurationItems": 1, "fileVersion": 1}, "files of AWS Config"), ("half", {"configurationItems": 1}, None), ("of another", {"fileVersion": 1}, None),
    ("Iceberg's", {"format-version": 1, "table-uuid": 1}, "files of Iceberg"), ("a version alone", {"format-version": 1}, None), ("an id alone", {"table-uuid": 1}, None),
    ("a control message", {"messageType": "CONTROL_MESSAGE", "logEvents": [{"message": "CWL"}, {}]}, "control messages"), ("of nothing", {"messageType": "CONTROL_MESSAGE", "logEvents": []}, "control messages"),
    ("with an event in it", {"messageType": "CONTROL_MESSAGE", "logEvents": [{"message": "CWL"}, {"message": "{"}]}, None), ("a message of data", {"messageType": "DATA_MESSAGE", "logEvents": []}, None),
    ("a type alone", {"messageType": "CONTROL_MESSAGE"}, None), ("a signature", {"hashSignature": 1, "publicKeyFingerprint": 1, "files": 1}, "signatures of CloudTrail Lake"),
    ("of no files", {"hashSignature": 1, "publicKeyFingerprint": 1}, None), ("of no key", {"hashSignature": 1, "files": 1}, None), ("without a hash", {"publicKeyFingerprint": 1, "files": 1}, None),
    ("another service's", {"detail-type": "EC2", "detail": {}}, "events of other services"), ("of no name", {"detail-type": None, "detail": {"a": 1}}, "events of other services"),
    ("CloudTrail's", OURS, None), ("an event under another name", {"detail-type": "x", "detail": BY}, None), ("a name within another", {"detail-type": "via CloudTrail x", "detail": {}}, "events of other services"),
    ("a name alone", {"detail-type": "EC2"}, None), ("a detail alone", {"detail": {}}, None),
    *((f"a digest with {name}", {"digestS3Bucket": 1, "logFiles": 1, name: []}, None) for name in ("Records", "Events", "events", "logEvents", "QueryResultRows", "result", "results", "hits")),
]  # fmt: skip


@rows("why, value, kind", NO_CALLS, ids=[row[0] for row in NO_CALLS])
def test_what_holds_no_call(why: str, value: dict[str, Any], kind: str | None) -> None:
    """A file of events that is passed over, as a key more makes it a digest."""
    assert passed_over(fields(**value)) == kind


def test_the_keys_that_hold_events() -> None:
    """One of them in two wrappings, or in what is passed over."""
    opened = {needed[0] for needed, _ in _WRAPPINGS if len(needed) == 1}
    assert {"Records", "Events", "events", "logEvents", "QueryResultRows", "result", "results", "hits"} == HOLDERS  # fmt: skip
    assert opened >= HOLDERS


WRAPPED: list[tuple[str, dict[str, Any]]] = [
    ("Records", {"Records": [BY]}), ("EventBridge", {"detail-type": "x via CloudTrail", "detail": BY}), ("a detail alone", {"detail": BY}), ("a detail in a text", {"detail": TEXT}),
    ("lookup-events", {"CloudTrailEvent": TEXT}), ("all of them", {"Events": [{"CloudTrailEvent": TEXT}]}), ("a subscription", {"logEvents": [{"message": TEXT}]}), ("filter-log-events", {"events": [{"message": BY}]}),
    ("Lake", {"eventJson": TEXT}), ("Lake's columns", {"eventjson": TEXT}), ("rows of Lake", {"QueryResultRows": [[{"eventid": "x"}, {"eventJson": TEXT}]]}), ("in small letters", {"QueryResultRows": [[{"eventjson": TEXT}]]}),
    ("UNLOAD", {name.lower(): value for name, value in BY.items()}), ("Splunk's result", {"result": {"_raw": TEXT}}), ("Splunk's results", {"results": [{"_raw": TEXT}]}), ("Splunk's row", {"_raw": TEXT}),
    ("Insights", {"results": [[{"field": "@ptr", "value": "x"}, {"field": "@message", "value": TEXT}]]}), ("Elastic", {"hits": {"hits": [{"_source": BY}]}}), ("one hit", {"_source": BY}),
    ("its text", {"_source": {"event": {"original": TEXT}}}), ("flat", {"_source": {"event.original": TEXT}}), ("a message", {"_source": {"message": TEXT}}), ("beside an event of none", {"_source": {"event": {}, "message": TEXT}}),
    ("HEC", {"event": BY, "sourcetype": "x"}), ("with a time", {"event": TEXT, "time": 1}), ("the console", {"@message": BY}), ("a message with its time", {"message": TEXT, "timestamp": 1}),
    ("a document of Elastic's", {"@timestamp": 1, "event": {"original": TEXT}}),
]  # fmt: skip


@rows("why, value", WRAPPED, ids=[row[0] for row in WRAPPED])
def test_what_is_opened(why: str, value: dict[str, Any]) -> None:
    """Each wrapping, once, by the keys that it has, and by none that it has not."""
    assert [one.event_id for one in of_values([raw(value)]).events] == ["e"]
    assert [one.event_id for one in of_values([raw([value, BY])]).events] == ["e", "e"]


HALF: list[tuple[str, Any, str, str]] = [
    ("an event alone", {"event": BY}, "UnknownShape", "an object of no known shape; its keys: event"), ("a message alone", {"message": TEXT}, "UnknownShape", "an object of no known shape; its keys: message"),
    ("a wrapping in another", {"detail": {"detail": BY}}, "UnknownShape", "an object of no known shape; its keys: detail"), ("no message", {"logEvents": [{"a": 1}]}, "UnknownShape", "an object of no known shape; its keys: a"),
    ("two that hold", {"Records": [], "hits": {}}, "UnknownShape", "an object with Records and hits in it"), ("three", {"events": [], "Events": [], "hits": {}}, "UnknownShape", "an object with Events and events and hits in it"),
    ("nothing of Elastic's text", {"_source": {}}, "UnknownShape", "a hit of Elastic without event.original"), ("an event of Elastic's that is none", {"_source": {"event": {}}}, "UnknownShape", "a hit of Elastic without event.original"),
    ("columns of an event", {"_source": {"eventID": "e", "eventName": "n"}}, "InvalidEvent", "an event lacks its eventTime, eventSource, userIdentity"), ("rows without events", {"QueryResultRows": [[{"a": 1}]]}, "UnknownShape", "rows of CloudTrail Lake without whole events: SELECT eventJson"),
    ("Insights without a value", {"results": [[{"field": "@message"}]]}, "UnknownShape", "rows of CloudWatch Logs Insights without @message: add it to `fields`"),
    ("Insights without messages", {"results": [[{"field": "message", "value": TEXT}]]}, "UnknownShape", "rows of CloudWatch Logs Insights without @message: add it to `fields`"),
    ("a result without its event", {"result": {}}, "UnknownShape", "an object of no known shape; its keys: none"), ("OCSF", {"class_uid": 1}, "UnknownShape",
     "events in OCSF are not read as JSON: give Security Lake's own Parquet, or the trail's own files"), ("many keys", dict.fromkeys("gfedcba", 1), "UnknownShape", "an object of no known shape; its keys: a, b, c, d, e"),
    ("three of UNLOAD", {"eventid": 1, "eventtime": 1, "eventsource": 1}, "UnknownShape", "an object of no known shape; its keys: eventid, eventsource, eventtime"),
    ("an action of two", {"index": {}, "create": {}}, "UnknownShape", "an object of no known shape; its keys: create, index"), ("an action with more", {"index": {"a": 1}}, "UnknownShape", "an object of no known shape; its keys: index"),
    ("another action", {"delete": {}}, "UnknownShape", "an object of no known shape; its keys: delete"),
]  # fmt: skip


@rows("why, value, code, reason", HALF, ids=[row[0] for row in HALF])
def test_what_is_not_understood(why: str, value: Any, code: str, reason: str) -> None:
    """Of each what it lacks; nothing of its file counts."""
    assert refusal(lambda: of_values([raw(BY), raw(value)])) == (code, reason)


def test_lines_of_actions_are_no_objects() -> None:
    """Elastic's bulk format, each with what such a line may say."""
    lines = [{"index": {}}, {"create": dict.fromkeys(("_index", "_id", "_type", "routing", "_routing"), "x")}]  # fmt: skip
    assert len(of_values([raw(one) for one in (*lines, BY)]).events) == 1


def test_what_is_passed_over_among_others() -> None:
    """Within a wrapping, too; pages of all objects are added up, events of other kinds counted."""
    kinds = [BY | {"eventCategory": kind} for kind in ("Insight", "NetworkActivity", "Management", "NetworkActivity")]  # fmt: skip
    page = {"Events": [{"CloudTrailEvent": {"digestS3Bucket": 1, "logFiles": 1}}], "NextToken": "x"}
    found = of_values([raw(page), raw(page), raw(kinds)])
    assert (len(found.events), found.others) == (1, [])
    assert found.passed == {"digests": 2, "Insights events": 1, "network activity events": 2}
    assert found.pages == {("lookup-events", "pages"): 2, ("lookup-events", "open"): 2}


LACKING: list[tuple[dict[str, Any], str, str]] = [
    ({name: 1 for name in LEAST if name != "userIdentity"}, "InvalidEvent",
     "columns of an event without its userIdentity: give whole events (of Splunk _raw, of Lake eventJson, of Elastic event.original)"),
    ({name: 1 for name in LEAST if name not in ("eventID", "eventName")}, "InvalidEvent", "an event lacks its eventID, eventName"),
    ({}, "UnknownShape", "an object of no known shape; its keys: none"), (dict.fromkeys(LEAST, 1), "UnknownShape", "an object of no known shape; its keys: eventID, eventName, eventSource, eventTime, userIdentity"),
]  # fmt: skip


@rows("value, code, reason", LACKING)
def test_what_an_object_lacks(value: dict[str, Any], code: str, reason: str) -> None:
    """An event that is cut, and what never was one."""
    made = no_event(value)
    assert (made.code, made.reason) == (code, reason)
    assert is_event(fields(**value)) == (value.keys() == set(LEAST))


PAIRS = [
    ("a", "a"), ("\\ud83d\\ude00", "\\ud83d\\ude00"), ("\\uD83D\\uDE00", "\\uD83D\\uDE00"), ("\\ud83d", "\\ufffd"), ("\\uDE00", "\\ufffd"), ("\\ud83d\\ud83d\\ude00", "\\ufffd\\ud83d\\ude00"), ("\\ude00\\ud83d", "\\ufffd\\ufffd"),
    ("\\\\ud83d", "\\\\ud83d"), ("\\\\\\ud83d", "\\\\\\ufffd"), ("\\u00e9 \\udbff", "\\u00e9 \\ufffd"), ("\\ud7ff\\udfff", "\\ud7ff\\ufffd"), ("\\n\\udc00", "\\n\\ufffd"), ("\\udABC\\uDdef", "\\udABC\\uDdef"),
]  # fmt: skip


@rows("text, whole", PAIRS)
def test_halves_of_pairs(text: str, whole: str) -> None:
    """Replaced, and nothing else: an escaped backslash before it makes it a text."""
    assert paired(text.encode()) == whole.encode()


def test_values_that_are_texts_or_lists() -> None:
    """A text that holds an object; what is none is as it was."""
    assert [is_list(raw(one)) for one in ([], {}, "[")] == [True, False, False]
    assert [is_text(raw(one)) for one in ("x", [], {})] == [True, False, False]
    assert [string_of(one) for one in (None, raw(7), raw(None), raw("x"), msgspec.Raw(b'"\xff"'))] == [None, None, None, "x", None]  # fmt: skip
    assert bytes(json_of(raw("{}"))) == b"{}" and bytes(json_of(raw({}))) == b"{}"
    assert bytes(json_of(msgspec.Raw(json.dumps('"\\ud83d"').encode()))) == b'"\\ufffd"'
    assert bytes(inner(raw({"b": 1, "a": 2}), ("c", "a", "b"))) == b"2"
    assert refusal(lambda: inner(raw({"b": 1}), ("c", "a"))) == ("UnknownShape", "an object of no known shape; its keys: b")  # fmt: skip
    for bad in (b"[1", b"7", b"\xff"):
        code, reason = refusal(lambda bad=bad: fields_of(msgspec.Raw(bad)))
        assert code == "InvalidEvent" and reason.startswith("not a CloudTrail event: ")
    deep = msgspec.Raw(b'{"a":' * 5000 + b"1" + b"}" * 5000)
    assert refusal(lambda: fields_of(deep)) == ("InvalidJSON", "nested too deep")


def test_columns_of_unload() -> None:
    """Names of an event as it spells them, texts of JSON as JSON; nothing within those is renamed."""
    row = {"eventid": "e", "useridentity": {"accountid": "1", "sessioncontext": {"sessionissuer": {"arn": "a"}}, "other": 1},
           "requestparameters": '{"accountid": "1"}', "responseelements": "", "additionaleventdata": {"arn": 1}, "awsregion": "r", "other": "x"}  # fmt: skip
    (made,) = answers.of_athena(fields_of(raw(row)))
    assert json.loads(bytes(made)) == {
        "eventID": "e", "userIdentity": {"accountId": "1", "sessionContext": {"sessionIssuer": {"arn": "a"}}, "other": 1},
        "requestParameters": {"accountid": "1"}, "responseElements": None, "additionalEventData": {"arn": 1}, "awsRegion": "r", "other": "x"}  # fmt: skip
