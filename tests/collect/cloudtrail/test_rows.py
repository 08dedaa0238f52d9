"""The row of an event, and which events a search wants: field by field, word by word."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from checker.collect.cloudtrail import searches
from checker.collect.cloudtrail.event import SPELLED, Event
from checker.collect.cloudtrail.row import COLUMNS, Row, packed, row, unpacked
from checker.collect.cloudtrail.scan import Found, Scanner, Search
from checker.usage.sql import Window
from tests.support.rows import rows

STS, SIGNIN = "sts.amazonaws.com", "signin.amazonaws.com"
ROLE, OTHER = "arn:aws:iam::111111111111:role/team/vendor", "arn:aws:iam::111111111111:role/app"
KEY, SALT = "AKIAIOSFODNN7EXAMPLE", b"s" * 16
BASE: dict[str, Any] = {"eventID": "e", "eventTime": "2026-05-01T10:00:00Z", "eventSource": "s3.amazonaws.com", "eventName": "GetObject", "userIdentity": None}  # fmt: skip
IDENTITY: dict[str, Any] = {
    "type": "AssumedRole", "arn": "w", "accountId": "1", "accessKeyId": KEY, "invokedBy": "i", "identityProvider": "p", "invokedByDelegate": {"accountId": "2"},
    "sessionContext": {"sessionIssuer": {"arn": ROLE}, "webIdFederationData": {"federatedProvider": "f"}},
}  # fmt: skip
FULL = BASE | {
    "userIdentity": IDENTITY, "awsRegion": "r", "sourceIPAddress": "ip", "errorCode": "code", "requestID": "q", "requestParameters": {"a": 1},
    "responseElements": {"b": 2}, "additionalEventData": {"c": 3}, "recipientAccountId": "4", "sharedEventID": "sh", "eventCategory": "Management",
}  # fmt: skip
_decode = msgspec.json.Decoder(Event).decode


def event(**more: Any) -> Event:
    return _decode(json.dumps(BASE | more).encode())


def row_of(values: dict[str, Any], *, parameters: bool = False) -> dict[str, str | None]:
    return row(_decode(json.dumps(values).encode()), parameters=parameters, salt=SALT)._asdict()


NOTHING: dict[str, str | None] = dict.fromkeys(Row._fields)
TOLD = {
    "event_id": "e", "event_time": "2026-05-01T10:00:00Z", "event_source": "s3.amazonaws.com", "event_name": "GetObject", "region": "r", "source_ip": "ip",
    "error_code": "code", "request_id": "q", "recipient": "4", "shared_event_id": "sh", "event_category": "Management", "kind": "AssumedRole", "arn": "w", "account": "1",
    "invoked_by": "i", "identity_provider": "p", "delegate": "2", "issuer": ROLE, "web_provider": "f",
}  # fmt: skip


def test_a_whole_event() -> None:
    """A field under another's column; a key id that leaves the reader."""
    made = row_of(FULL, parameters=True)
    token = made.pop("access_key")
    less = {name: value for name, value in NOTHING.items() if name != "access_key"}
    assert made == less | TOLD | {"request_parameters": '{"a": 1}'}
    assert token and len(token) == 32 and set(token) <= set("0123456789abcdef")
    assert row_of(FULL)["request_parameters"] is None
    other = row(_decode(json.dumps(FULL).encode()), parameters=False, salt=b"t" * 16)
    assert other.access_key not in (token, None)


def test_an_event_of_nothing_more() -> None:
    """An empty text is none; so is null, and a session that says nothing of itself."""
    least = NOTHING | {name: TOLD[name] for name in ("event_id", "event_time", "event_source", "event_name")}  # fmt: skip
    assert row_of(BASE, parameters=True) == row_of(BASE | {"requestParameters": None}) == least
    empty = {"type": "", "accessKeyId": "", "invokedByDelegate": {}, "sessionContext": {"sessionIssuer": {}, "webIdFederationData": {}}}  # fmt: skip
    for who in ({}, empty, {"sessionContext": {}}):
        assert row_of(BASE | {"userIdentity": who, "errorCode": "", "awsRegion": ""}) == least


ASSUME = {"eventSource": STS, "eventName": "AssumeRole"}
SWITCH = {"eventSource": SIGNIN, "eventName": "SwitchRole"}
ISSUED = {"credentials": {"accessKeyId": KEY, "sessionToken": "SECRET"}, "issuer": "https://i", "more": 1}  # fmt: skip
ASSUMED: list[tuple[str, dict[str, Any], bool, dict[str, Any]]] = [
    ("whose role, and no more", ASSUME | {"requestParameters": {"roleArn": ROLE, "externalId": "x"}}, False, {"request_parameters": {"roleArn": ROLE}, "response_elements": {}}),
    ("all that was asked", ASSUME | {"requestParameters": {"roleArn": ROLE, "externalId": "x"}}, True, {"request_parameters": {"roleArn": ROLE, "externalId": "x"}, "response_elements": {}}),
    ("a principal's, by SAML", {"eventSource": STS, "eventName": "AssumeRoleWithSAML", "requestParameters": {"principalArn": "p"}}, False, {"request_parameters": {"principalArn": "p"}, "response_elements": {}}),
    ("nothing was asked", ASSUME | {"requestParameters": None}, False, {"request_parameters": None, "response_elements": {}}),
    ("who issued it", ASSUME | {"responseElements": {"issuer": "https://i", "audience": "x"}}, False, {"request_parameters": None, "response_elements": {"issuer": "https://i"}}),
    ("no answer", ASSUME | {"responseElements": None}, False, {"request_parameters": None, "response_elements": {}}),
    ("of another service", {"eventName": "AssumeRole", "requestParameters": {"roleArn": ROLE}, "responseElements": ISSUED}, False, {}),
    ("a switch", SWITCH | {"requestParameters": {"roleArn": ROLE}, "responseElements": {"SwitchRole": "Success", "a": 1}, "additionalEventData": {"SwitchFrom": "f", "a": 1}}, False,
     {"response_elements": {"SwitchRole": "Success"}, "additional_event_data": {"SwitchFrom": "f"}}),
    ("a switch of nothing", SWITCH, False, {"response_elements": None, "additional_event_data": None}),
    ("a switch elsewhere", {"eventName": "SwitchRole", "additionalEventData": {"SwitchFrom": "f"}}, False, {}),
    ("who switched no role", {"eventSource": SIGNIN, "eventName": "ConsoleLogin", "additionalEventData": {"SwitchFrom": "f"}}, False, {}),
]  # fmt: skip
TEXTS = ("request_parameters", "response_elements", "additional_event_data")


@rows("why, values, parameters, told", ASSUMED, ids=[row[0] for row in ASSUMED])
def test_what_an_assumption_tells(why: str, values: dict[str, Any], parameters: bool, told: Any) -> None:  # fmt: skip
    """Which role, and by whom it was issued; nothing else of it, and of no other event."""
    made = row_of(BASE | values, parameters=parameters)
    texts = {name: json.loads(made[name] or "null") for name in TEXTS if made[name] is not None}
    assert texts == told


def test_keys_of_sessions() -> None:
    """The token of the key that a session was issued is that of the session's own calls."""
    made = row_of(BASE | ASSUME | {"responseElements": ISSUED})
    given = json.loads(made["response_elements"] or "")
    called = row_of(BASE | {"userIdentity": {"accessKeyId": KEY}})["access_key"]
    assert given == {"credentials": {"accessKeyId": called}, "issuer": "https://i"}
    for empty in ({"credentials": {}}, {"credentials": {"accessKeyId": ""}}, {"credentials": None}):
        text = row_of(BASE | ASSUME | {"responseElements": empty})["response_elements"]
        assert KEY not in (text or "") and "SECRET" not in (text or "")
    with pytest.raises(msgspec.DecodeError):
        row_of(BASE | ASSUME | {"responseElements": "x"})


def leaves(columns: dict[str, Any]) -> list[str]:
    return [leaf for each in columns.values() for leaf in ([each] if isinstance(each, str) else leaves(each))]  # fmt: skip


def test_columns_are_a_row() -> None:
    """Each once, and packed by columns as they are."""
    assert leaves(COLUMNS) == list(Row._fields)
    who = [
        "type",
        "arn",
        "accountId",
        "accessKeyId",
        "invokedBy",
        "identityProvider",
        "invokedByDelegate",
        "sessionContext",
    ]
    assert list(COLUMNS) == [
        "eventID", "eventTime", "eventSource", "eventName", "awsRegion", "sourceIPAddress", "errorCode", "requestID", "requestParameters", "responseElements",
        "additionalEventData", "recipientAccountId", "sharedEventID", "eventCategory", "userIdentity"]  # fmt: skip
    assert list(COLUMNS["userIdentity"]) == who
    assert COLUMNS["userIdentity"]["invokedByDelegate"] == {"accountId": "delegate"}
    assert COLUMNS["userIdentity"]["sessionContext"] == {
        "sessionIssuer": {"arn": "issuer"}, "webIdFederationData": {"federatedProvider": "web_provider"}}  # fmt: skip
    one, two = (row(event(eventID=name), parameters=False, salt=SALT) for name in "ab")
    assert [tuple(each) for each in zip(*unpacked(packed([one, two])), strict=True)] == [one, two]


def test_names_as_they_are_spelled() -> None:
    """One that nobody reads, as it is written in another way."""
    names = ["additionalEventData", "arn", "awsRegion", "errorCode", "eventCategory", "eventID", "eventName", "eventSource", "eventTime", "recipientAccountId",
             "requestID", "requestParameters", "responseElements", "sharedEventID", "sourceIPAddress", "userIdentity", "accessKeyId", "accountId", "identityProvider",
             "invokedBy", "invokedByDelegate", "sessionContext", "type", "sessionIssuer", "webIdFederationData", "federatedProvider"]  # fmt: skip
    assert {name.lower(): name for name in names} == SPELLED


def by(role: str | None, **more: Any) -> dict[str, Any]:
    return {"userIdentity": {"type": "AssumedRole", "sessionContext": {"sessionIssuer": {"arn": role}}} | more}  # fmt: skip


def of(role: str) -> dict[str, Any]:
    return ASSUME | {"requestParameters": {"roleArn": role}}


ACCOUNT = {"userIdentity": {"type": "AWSAccount", "accountId": "9"}}
SERVICE = {"userIdentity": {"type": "AWSService"}}
DELEGATE = by(OTHER, invokedByDelegate={"accountId": "9"})
# role, names, assumptions, use, chained, everything
WANTED: list[tuple[str, dict[str, Any], str]] = [
    ("anybody's call", by(OTHER), "e"), ("nobody's", {}, "e"), ("a role's call", by(ROLE), "ruce"), ("of this name", by(OTHER) | {"eventName": "ListBuckets"}, "ne"),
    ("of its beginning", {"eventName": "ListBucketsV2"}, "ne"), ("of another service", {"eventName": "ListBuckets", "eventSource": "x.amazonaws.com"}, "e"), ("another account's", ACCOUNT, "ue"),
    ("a delegate's", DELEGATE, "ue"), ("an assumption of it", of(ROLE), "rnauce"), ("of another", of(OTHER), "naue"), ("of none", ASSUME, "naue"), ("by a service, of it", of(ROLE) | SERVICE, "rnauce"),
    ("by a service, of another", of(OTHER) | SERVICE, "nae"), ("elsewhere of that name", {"eventName": "AssumeRole"}, "e"), ("with SAML", {"eventSource": STS, "eventName": "AssumeRoleWithSAML"}, "naue"),
    ("by the web", {"eventSource": STS, "eventName": "AssumeRoleWithWebIdentity"}, "naue"), ("a switch to it", SWITCH | by(ROLE), "rnauce"), ("a switch to another", SWITCH | by(OTHER), "naue"),
    ("throttled", by(OTHER) | {"errorCode": "ThrottlingException"}, "ue"), ("EC2's way", {"errorCode": "Client.RequestLimitExceeded"}, "ue"), ("denied", {"errorCode": "AccessDenied"}, "e"),
    ("another of STS", {"eventSource": STS, "eventName": "GetCallerIdentity"}, "e"), ("a service's call", SERVICE, "e"),
]  # fmt: skip
SEARCHES: dict[str, Search] = {
    "r": searches.of_role(ROLE), "n": searches.of_names(["s3.amazonaws.com"], ["ListBuckets"]), "a": searches.of_assumptions(), "u": searches.of_use(frozenset({ROLE})),
    "c": searches.of_chained(frozenset({ROLE})), "e": searches.of_everything(),
}  # fmt: skip


@rows("why, values, wanted", WANTED, ids=[row[0] for row in WANTED])
def test_what_is_wanted(why: str, values: dict[str, Any], wanted: str) -> None:
    """An event that a question counts, and its search leaves out; in its text stands a word for it."""
    given = event(**values)
    assert "".join(name for name in "rnauce" if SEARCHES[name].wanted(given)) == "".join(
        sorted(wanted, key="rnauce".index)
    )
    text = json.dumps(BASE | values, separators=(",", ":")).encode()
    for name in wanted:
        words = SEARCHES[name].words
        assert words is None or any(word in text for word in words), (name, words)


def test_of_any_service() -> None:
    """Names alone, where no service is named."""
    wanted = searches.of_names([], ["ListBuckets"]).wanted
    assert wanted(event(eventName="ListBuckets", eventSource="x")) and not wanted(event())


def test_words_of_searches() -> None:
    """None where a name has another way to be written; parameters where somebody reads them."""
    told = {name: (one.parameters, one.again, one.words is None) for name, one in SEARCHES.items()}
    assert told == {"r": (True, False, False), "n": (True, False, False), "a": (False, False, False), "u": (False, True, False),
                    "c": (False, False, False), "e": (True, False, True)}  # fmt: skip
    assert searches.of_role(ROLE).words == searches.of_chained(frozenset({ROLE})).words == (b'vendor"',)  # fmt: skip
    assert searches.of_assumptions().words == (b"AssumeRole", b"SwitchRole")
    assert searches.of_names([], ["b", "a", "b"]).words == (b"AssumeRole", b"SwitchRole", b"a", b"b")  # fmt: skip
    for name in ("a b", "é", "a/b", 'a"b', ""):
        assert searches.of_names([], [name]).words is None, name
    assert searches.of_use(frozenset({ROLE, "arn:aws:iam::1:role/é"})).words is None
    words = {*(searches.of_use(frozenset()).words or ())}
    assert {b"AssumeRole", b"SwitchRole", b'AWSAccount"', b'"invokedByDelegate', b'ThrottlingException"', b'RequestLimitExceeded"'} <= words  # fmt: skip
    assert not any(b"Client." in word for word in words)


def test_properties_of_events() -> None:
    """Whose an event is, and whether it is a call at all."""
    assert [event(**one).role for one in (by(ROLE), {}, {"userIdentity": {}}, {"userIdentity": {"sessionContext": {}}})] == [ROLE, None, None, None]  # fmt: skip
    assert [event(**one).account for one in ({"recipientAccountId": "1"}, {"userIdentity": {"accountId": "2"}}, {"recipientAccountId": "1", "userIdentity": {"accountId": "2"}}, {})] == ["1", "2", "1", None]  # fmt: skip
    assert [event(eventCategory=one).counts for one in (None, "Management", "Data", "Insight", "NetworkActivity")] == [True, True, True, False, False]  # fmt: skip
    assert [event(**one).target for one in (of(ROLE), ASSUME, SWITCH | by(ROLE), SWITCH)] == [ROLE, None, ROLE, None]  # fmt: skip


# What a file held


def at(time: str, name: str = "e", **more: Any) -> dict[str, Any]:
    return BASE | {"eventID": name, "eventTime": time} | more


def scanned(window: Window | None, *events: dict[str, Any], wanted: Any = lambda _: True, words: Any = None) -> Found:  # fmt: skip
    search = Search(wanted, parameters=False, salt=SALT, window=window, words=words)
    return Scanner(search).scan("f", json.dumps({"Records": events}, separators=(",", ":")).encode())  # fmt: skip


def ids(found: Found) -> list[Any]:
    return [name for part in found.rows for name in unpacked(part)[0]]


DAY = Window("2026-05-01T00:00:00Z", "2026-05-02T00:00:00Z")
TIMES = {
    "a": "2026-04-30T11:59:59Z", "b": "2026-04-30T12:00:00Z", "c": "2026-05-01T00:00:00Z", "d": "2026-05-01T23:59:59Z", "e": "2026-05-02T00:00:00Z",
    "f": "2026-05-02 01:30:00.5+02:00",
}  # fmt: skip
EVENTS = [at(time, name) for name, time in TIMES.items()]
SCANNED: list[tuple[str, Window | None, str, int, str | None, str | None, set[str]]] = [
    ("of all time", None, "abcdef", 6, TIMES["a"], TIMES["e"], {"2026-04-30", "2026-05-01", "2026-05-02"}), ("a window of nothing", Window(), "abcdef", 6, TIMES["a"], TIMES["e"], {"2026-04-30", "2026-05-01", "2026-05-02"}),
    ("a day, and the hours before", DAY, "bcdf", 3, TIMES["c"], TIMES["d"], {"2026-05-01"}), ("from then on", Window(begin=DAY.begin), "bcdef", 4, TIMES["c"], TIMES["e"], {"2026-05-01", "2026-05-02"}),
    ("up to then", Window(end=DAY.end), "abcdf", 5, TIMES["a"], TIMES["d"], {"2026-04-30", "2026-05-01"}), ("before all", Window(end="2026-01-01T00:00:00Z"), "", 0, None, None, set()),
]  # fmt: skip


@rows("why, window, kept, count, first, last, days", SCANNED, ids=[row[0] for row in SCANNED])
def test_what_of_a_window_there_was(
    why: str, window: Any, kept: str, count: int, first: Any, last: Any, days: Any
) -> None:
    """A quiet day that was none; a session's beginning that is left out. Events that are only
    counted are counted alike."""
    found = scanned(window, *EVENTS)
    assert (ids(found), found.events, found.first, found.last, found.days) == (list(kept), count, first, last, days)  # fmt: skip
    glanced = scanned(window, *EVENTS, wanted=lambda _: False, words=(b"nothing",))
    assert (ids(glanced), glanced.events, glanced.first, glanced.last, glanced.days) == ([], count, first, last, days)  # fmt: skip


def test_events_of_accounts_and_regions() -> None:
    """Reported by those alone; what another account recorded, too, is kept for whom it is reported."""
    events = [at(TIMES["c"], "a", recipientAccountId="1", awsRegion="r"), at(TIMES["c"], "b", recipientAccountId="2", awsRegion="r"),
              at(TIMES["d"], "c", recipientAccountId="1", awsRegion="s"), at(TIMES["d"], "s", sharedEventID="x")]  # fmt: skip
    for window, count in ((Window(accounts=("1",)), 2), (Window(regions=("r",)), 2), (Window(accounts=("1",), regions=("r",)), 1)):  # fmt: skip
        found = scanned(
            window, *events, wanted=lambda one: one.event_id == "a", words=(b"nothing",)
        )
        assert (ids(found), found.events) == (["a", "s"], count)
    assert ids(scanned(Window(), *events, wanted=lambda one: one.event_id == "a")) == ["a"]


def test_times_that_are_none() -> None:
    """In an event that is decoded, and in one that is only counted."""
    reason = f"an event's time is none: {'x' * 40!r}"
    for words in (None, (b"nothing",)):
        assert scanned(DAY, at("x" * 50), words=words).gap == ("InvalidEvent", reason)
    bad = scanned(None, BASE | ASSUME | {"responseElements": 7})
    assert bad.gap is not None and bad.gap[0] == "InvalidEvent" and bad.rows == []


def test_what_was_seen_is_added_up() -> None:
    """The first and the last of all, on every day of them; of nothing, nothing."""
    found = Found("f")
    found.saw(3, set())
    assert (found.events, found.first) == (0, None)
    for count, times in ((2, {TIMES["c"], TIMES["d"]}), (1, {TIMES["a"]}), (3, {TIMES["e"], TIMES["b"]}), (1, {TIMES["c"]})):  # fmt: skip
        found.saw(count, times)
    assert (found.events, found.first, found.last) == (7, TIMES["a"], TIMES["e"])
    assert found.days == {"2026-04-30", "2026-05-01", "2026-05-02"}
    assert replace(found, name="g").gap is None
