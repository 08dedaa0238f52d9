"""What is only counted is what a search wants nothing of: both ways of reading a file agree."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from checker.collect.cloudtrail import glance, searches
from checker.collect.cloudtrail.glance import Finder
from checker.collect.cloudtrail.inflate import UnreadableError
from checker.collect.cloudtrail.records import batches
from checker.collect.cloudtrail.scan import Found, Scanner, Search
from checker.usage.codes import THROTTLED
from checker.usage.sql import Window
from tests.usage.loaded import rows_of

ROLE, OTHER = "arn:aws:iam::111111111111:role/vendor", "arn:aws:iam::111111111111:role/app"
ROLES = frozenset({ROLE})
BASE = {
    "eventVersion": "1.11", "eventID": "e", "eventTime": "2026-11-01T00:00:00Z",
    "eventSource": "ec2.amazonaws.com", "eventName": "DescribeInstances",
}  # fmt: skip
SEARCHES = [
    searches.of_use(ROLES), searches.of_chained(ROLES), searches.of_role(ROLE),
    searches.of_assumptions(), searches.of_names(["ec2.amazonaws.com"], ["Describe"]),
]  # fmt: skip


def by(role: str, **more: Any) -> dict[str, Any]:
    context = {"sessionIssuer": {"arn": role}}
    return BASE | {"userIdentity": {"type": "AssumedRole", "sessionContext": context} | more}


EVENTS = [
    by(ROLE),
    by(OTHER),
    by(OTHER, invokedByDelegate={"accountId": "999999999999"}),
    BASE | {"userIdentity": {"type": "AWSAccount", "accountId": "999999999999"}},
    BASE | {"eventSource": "sts.amazonaws.com", "eventName": "AssumeRole", "requestParameters": {"roleArn": ROLE}},
    by(OTHER) | {"eventSource": "signin.amazonaws.com", "eventName": "SwitchRole"},
    *(by(OTHER) | {"errorCode": code} for code in (THROTTLED[0], THROTTLED[-1], "AccessDenied")),
    by(OTHER) | {"eventCategory": "Insight"},
    by(OTHER) | {"eventTime": "2026-11-02 03:00:00.5+02:00"},
    by(OTHER) | {"requestParameters": {"a": [{"eventVersion": 1}, by(ROLE), {"eventVersion": 2}]}},
    by(OTHER) | {"requestParameters": {"text": '},{"eventVersion":' + ROLE + '"'}},
    by(OTHER) | {"requestParameters": {"text": "ü"}},
    by(OTHER) | {"eventName": ""},
    by(OTHER) | {"eventTime": "yesterday"},
    by(OTHER) | {"userIdentity": []},
    {"eventVersion": "1.11"},
    {"other": by(ROLE)},
]  # fmt: skip
ESCAPES = [
    ("role/vendor", "role\\/vendor"), ("vendor", "vendo\\u0072"), ("AssumeRole", "\\u0041ssumeRole"),
    ("invokedByDelegate", "\\u0069nvokedByDelegate"), ("AWSAccount", "AWSAccoun\\u0074"),
    ("Throttling", "Thr\\u006fttling"),
]  # fmt: skip


def seen(search: Search, text: str) -> Found:
    return Scanner(replace(search, window=Window())).scan("f", text.encode())


def same(search: Search, text: str) -> Found:
    found, whole = seen(search, text), seen(replace(search, words=None), text)
    assert flat(found) == flat(whole)
    return found


def flat(found: Found) -> tuple[Any, ...]:
    """Of several events that are none, any may be the reason of the gap."""
    seen = found.events, found.first, found.last, found.days, found.passed
    return rows_of(found), *seen, found.gap and found.gap[0]


def document(events: list[Any]) -> str:
    return json.dumps({"Records": events}, separators=(",", ":"))


@given(
    st.lists(st.sampled_from(EVENTS), max_size=9), st.sampled_from(SEARCHES),
    st.sampled_from([None, *ESCAPES]), st.integers(0, 10_000), st.sampled_from(["", *'x,]}"{[ ']),
)  # fmt: skip
@example(EVENTS[:4], SEARCHES[0], ESCAPES[0], 0, " ")
def test_what_is_only_counted_is_what_nothing_is_wanted_of(
    events: list[Any], search: Search, escape: tuple[str, str] | None, at: int, put: str
) -> None:
    """A word that hides in an escape, an event cut in the wrong place, damage that goes unsaid."""
    text = document(events)
    if escape:
        text = text.replace(*escape)
    if put != " ":
        at %= len(text)
        text = text[:at] + put + text[at + 1 :]
    same(search, text)


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("event", EVENTS)
def test_each_event_among_others(event: dict[str, Any], search: Search) -> None:
    """Each on its own, before, between and behind events that nothing is wanted of."""
    quiet = by(OTHER) | {"eventSource": "s3.amazonaws.com", "eventName": "ListBuckets"}
    for events in ([event], [quiet, event], [event, quiet], [quiet, event, quiet, event, quiet]):
        same(search, document(events))


@pytest.mark.parametrize("search", SEARCHES)
def test_each_escape_of_a_word(search: Search) -> None:
    """A word that is written in another way, in an event among others."""
    quiet = by(OTHER) | {"eventSource": "s3.amazonaws.com", "eventName": "ListBuckets"}
    for escape in ESCAPES:
        for event in EVENTS[:9]:
            same(search, document([quiet, event, quiet]).replace(*escape))


def test_no_text_is_told_though_nothing_is_wanted_of_it() -> None:
    """Catches a damaged file that counts as read, as the damage is in an event that is passed over."""
    quiet = by(OTHER) | {"eventSource": "s3.amazonaws.com", "eventName": "ListBuckets"}
    text = document([EVENTS[0], quiet | {"userAgent": "AGENT"}]).encode().replace(b"AGENT", b"\xff")
    for finder in (None, Finder.of(searches.of_use(ROLES).words)):
        with pytest.raises(UnreadableError, match="utf-8"):
            list(batches(text, finder))


def test_most_are_not_decoded_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the tests above hold one way of reading against itself."""
    taken: list[tuple[int, int]] = []

    def watched(text: bytearray, finder: Finder) -> glance.Glanced | None:
        found = glance.glance(text, finder)
        assert found is not None
        taken.append((len(found.events), len(found.others)))
        return found

    monkeypatch.setattr("checker.collect.cloudtrail.records.glance", watched)
    found = seen(searches.of_use(ROLES), document([by(OTHER)] * 5 + [by(ROLE)] + [by(OTHER)] * 5))
    assert (taken, found.events) == ([(1, 10)], 11)


def test_of_too_many_roles_each_event_is_decoded() -> None:
    """The automaton would cost more than it saves; and none can be made of nothing."""
    many = frozenset(f"arn:aws:iam::111111111111:role/{n}" for n in range(glance.MOST))
    assert Finder.of(searches.of_use(many).words) is None
    assert Finder.of(searches.of_everything().words) is None
    assert Finder.of(searches.of_use(ROLES).words) is not None


@pytest.mark.parametrize("name", ["", 'a"b', "ü", "a\\b"])
def test_a_name_that_json_escapes_is_no_word(name: str) -> None:
    """It stands in the text in another way than it is."""
    assert searches.of_role(f"arn:aws:iam::111111111111:role/{name}").words is None
