"""The questions of `usage`, of a trail that answers what it is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from checker.collect.cloudtrail import ask, searches
from checker.errors import InputError
from checker.snapshot.records import Gap
from checker.usage import queries
from checker.usage.actions import event_names_of
from checker.usage.sql import SEPARATOR, Window
from tests.support.rows import rows

WINDOW = Window(begin="2026-05-01T00:00:00Z")
ROLE = "arn:aws:iam::111111111111:role/r"
VENDOR = SEPARATOR.join(["999999999999", "", "", ""])
NAMES = ("event_time", "event_source", "event_name", "account", "region", "source_ip", "error_code", "request_id", "event_id")  # fmt: skip


class Trail:
    """Answers with these rows; `done`: each look, question and settlement."""

    def __init__(self, *answer: dict[str, Any], remote: bool = False) -> None:
        self.answer, self.remote, self.done = answer, remote, list[Any]()
        self.gaps: list[Gap] = []

    def look(self, search: Any) -> None:
        self.done.append(("look", search.words, search.parameters))

    def rows(self, question: Any, *, foreign: bool = False) -> Iterator[dict[str, Any]]:
        self.done.append(("foreign" if foreign else "asked", question("t", WINDOW)))
        yield from self.answer

    def settle(self, told: Any) -> None:
        self.done.append(("settle", list(told)))


def event(name: str, time: str = "t", event_name: str = "GetObject", source: str = "s3.amazonaws.com") -> dict[str, Any]:  # fmt: skip
    told = dict.fromkeys(NAMES) | {"event_id": name, "event_time": time, "event_source": source, "event_name": event_name}  # fmt: skip
    return told | {"caller": None, "session_account": None, "session_arn": None, "request_parameters": None}  # fmt: skip


def ids(found: Any) -> list[str]:
    return [row["event_id"] for row in found]


def test_calls_through_a_role() -> None:
    """In the engine's order here, in our own of what is elsewhere; the last says that there was
    any."""
    given = [event("b", "2"), event("a", "2"), event("c", "1")]
    here: Any = Trail(*given)
    assert ids(ask.calls(here, ROLE)) == ["b", "a", "c"]
    sql = queries.calls("t", WINDOW, ROLE)
    look = ("look", searches.of_role(ROLE).words, True)
    assert here.done == [look, ("asked", sql + queries.IN_ORDER), ("settle", [given[-1]])]
    there: Any = Trail(*given, remote=True)
    assert ids(ask.calls(there, ROLE)) == ["c", "a", "b"]
    assert there.done == [look, ("asked", sql), ("settle", [given[0]])]
    nothing: Any = Trail(remote=True)
    assert ids(ask.calls(nothing, ROLE)) == []
    assert nothing.done[-1] == ("settle", [])


def test_many_are_put_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than memory takes at once: lots that are merged."""
    monkeypatch.setattr(ask, "_AT_ONCE", 3)
    given = [event(f"{n * 7 % 10}", str(n * 3 % 10)) for n in range(10)]
    found = list(ask._in_order(iter(given)))
    assert found == sorted(given, key=lambda row: (row["event_time"], row["event_id"]))


CALLERS: list[tuple[str, dict[str, Any], str, bool]] = [
    ("the action", event("a"), "s3:GetObject", True), ("in other letters", event("a"), "S3:getobject", True), ("the event's name", event("a", event_name="ListObjectsV2"), "ListObjectsV2", True),
    ("an action by its event", event("a", event_name="ListObjectsV2"), "s3:ListBucket", True), ("by its bare name", event("a", event_name="ListObjectsV2"), "ListBucket", True), ("among several", event("a", event_name="CopyObject"), "GetObject", True),
    ("which it may need", event("a"), "s3:GetObjectVersion", True), ("with a date", event("a", event_name="Invoke20150331", source="lambda.amazonaws.com"), "lambda:InvokeFunction", True), ("another", event("a", event_name="GetObjectAcl"), "s3:GetObject", False),
    ("the name with a prefix", event("a", event_name="Odd", source="x.amazonaws.com"), "x:Odd", True), ("another name", event("a", event_name="Odd", source="x.amazonaws.com"), "x:Even", False),
]  # fmt: skip


@rows("why, row, action, told", CALLERS, ids=[row[0] for row in CALLERS])
def test_who_called(why: str, row: dict[str, Any], action: str, told: bool) -> None:
    """Names that begin alike are asked for together, and told apart afterwards."""
    trail: Any = Trail(row)
    assert ids(ask.callers(trail, action)) == (["a"] if told else [])
    sources, names = event_names_of(action)
    assert trail.done == [
        ("look", searches.of_names(sources, names).words, True), ("asked", queries.callers("t", WINDOW, sources, names) + queries.IN_ORDER), ("settle", [row])]  # fmt: skip


def test_who_assumed_which_role() -> None:
    """What the window has; a gap for those that name none."""

    def told(role: str | None, **more: Any) -> dict[str, Any]:
        return {"role": role, "caller": VENDOR, "error_code": None, "told": "1", "home": "1", "calls": "2", "first_seen": "f", "last_seen": "l"} | more  # fmt: skip

    given = [told(ROLE), told(ROLE, told="0", calls="9"), told(None)]
    trail: Any = Trail(*given)
    assert [(one.role, one.calls) for one in ask.assumptions(trail)] == [(ROLE, 2)]
    assert trail.done == [("look", searches.of_assumptions().words, False), ("asked", queries.assumptions("t", WINDOW)), ("settle", [given[0], given[2]])]  # fmt: skip
    assert [one.code for one in trail.gaps] == ["InvalidEvent"]


VIEW = "WITH " + queries.events_view("t", WINDOW)
ASKED: list[tuple[str, str | None, str]] = [
    ("SELECT 1 FROM events", f"{VIEW}\nSELECT 1 FROM events", ""), ("with a AS (SELECT 1 FROM events) SELECT * FROM a", VIEW + ", a AS (SELECT 1 FROM events) SELECT * FROM a", ""),  # noqa: S608
    ("SELECT 1 UNION SELECT 2", f"{VIEW}\nSELECT 1 UNION SELECT 2", ""), ("SELECT 1; SELECT 2", None, "only one SELECT can be asked"), ("DROP TABLE events", None, "only one SELECT can be asked"), ("", None, "only one SELECT can be asked"),
    ("WITH RECURSIVE a AS (SELECT 1) SELECT * FROM a", None, "WITH RECURSIVE is not supported"),
]  # fmt: skip


@rows("query, sql, said", ASKED)
def test_a_query_of_one_s_own(query: str, sql: str | None, said: str) -> None:
    """Over `events`; anything but one SELECT is refused."""
    trail: Any = Trail({"a": "AKIAIOSFODNN7EXAMPLE", "b": 7})
    if sql is None:
        with pytest.raises(InputError) as caught:
            list(ask.answer(trail, query))
        assert (caught.value.message, trail.done) == (said, [])
    else:
        assert list(ask.answer(trail, query)) == [{"a": "(key id)", "b": 7}]
        assert trail.done == [("look", None, True), ("settle", []), ("foreign", sql)]


def test_what_is_no_sql() -> None:
    """In one line."""
    with pytest.raises(InputError) as caught:
        list(ask.answer(Trail(), "SELECT (1 FROM"))  # type: ignore[arg-type]
    assert caught.value.message.startswith("no SQL of Athena's: ") and "\n" not in caught.value.message  # fmt: skip
