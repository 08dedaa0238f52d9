"""Use, who came in, and assumptions that nobody judges: from logs, from Parquet and in Athena alike.

Each trail is asked in each way, and all that is said of it is held against the plain reading;
Parquet's rows are held against those of logs, as the same engine is asked of both.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import pytest

from checker.collect.cloudtrail.collect import read_use
from checker.collect.cloudtrail.engine import Engine
from checker.collect.cloudtrail.scan import Scanner
from checker.usage.sql import Window
from tests.usage import ocsf
from tests.usage import test_engines as engines
from tests.usage.attribution import (
    Event,
    assumed,
    caller,
    counted,
    outsider,
    recipient,
    succeeded,
)
from tests.usage.events import Maker, foreign, key_id, service
from tests.usage.loaded import Rows, Trail, everything, of_events, rows_of, used_of
from tests.usage.test_engines import RANDOM, WINDOWS, meant, ordered, plain
from tests.usage.test_lake import LakeTrail, told
from tests.usage.trails import TRAPS, random_trail, together
from tests.usage.traps import ACME, HERE, OWN, VENDOR, WATCHED

FEW = [sorted(TRAPS)[at::5] for at in range(5)]
LAKE = "Security Lake in Athena"
WAYS = ("here", "athena", LAKE)


def unlisted() -> Rows:
    """Into an account that is listed nowhere, told by both that have a record of it, and once by
    the caller's alone; of no role; and of a service's, of which CloudTrail tells no role. AWS
    issues no key of another session."""
    make = Maker(91)
    there = "arn:aws:iam::000011112222:role/x"
    shared = {"sharedEventID": "shared-91"}
    events = [
        make.assume(there, foreign(ACME), key_id(900_001)) | shared | {"recipientAccountId": ACME}
    ]
    events += [make.assume(there, foreign(ACME), key_id(900_001)) | shared]
    events += [make.assume(there, foreign(ACME), key_id(900_004)) | {"recipientAccountId": ACME}]
    events += [make.assume(VENDOR, foreign(ACME), key_id(900_002)) | {"requestParameters": None}]
    events += [
        make.assume(VENDOR, service("ec2.amazonaws.com"), key_id(900_003))
        | {"requestParameters": None}
    ]
    return events


class Answers:
    """What an engine answers, each question once: other accounts for our own ask much the same."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._known: dict[str, Rows] = {}

    def rows(self, sql: str) -> Iterator[Event]:
        if sql not in self._known:
            self._known[sql] = list(self._engine.rows(sql))
        return map(dict, self._known[sql])


class Logs:
    """Events in the ways that they may lie, each of which is loaded once for all questions."""

    def __init__(self, events: Rows, window: Window) -> None:
        self.events, self.window, self.told = events, window, told(events)
        self.engine: Any = Answers(of_events(events))

    def trail(self, way: str) -> Trail:
        if way == LAKE:
            return self.lake.again()
        return Trail(self.engine, self.window, remote=way == "athena")

    @cached_property
    def lake(self) -> Any:
        trail: Any = LakeTrail(self.events, self.window, "1.1.0")
        trail.engine = Answers(trail.engine)
        return trail


def same_from_parquet(events: Rows) -> None:
    """Its rows are those of the logs, so whatever is asked of either has the same answer."""
    logs = json.dumps({"Records": told(events)}).encode()
    assert rows_from(ocsf.parquet(told(events))) == rows_from(logs)


def rows_from(content: bytes) -> Rows:
    """Security Lake tells one thing of `additionalEventData`, and nothing where it is not there."""
    found = Scanner(everything()).scan("f", content)
    assert found.gap is None, found.gap
    rows = [row | {"additional_event_data": switched(row)} for row in rows_of(found)]
    return ordered(rows)


def switched(row: Event) -> Any:
    return (json.loads(row["additional_event_data"] or "null") or {}).get("SwitchFrom")


def account_of(role: str | None) -> str:
    return (role or ":::::").split(":")[4]


def home(event: Event) -> bool:
    return bool(assumed(event)) and recipient(event) == account_of(assumed(event))


def expected(events: Rows, own: set[str], window: Window) -> set[tuple[str, str]]:
    """By the plain reading: the gaps' codes, with how many or in which account."""
    copies: dict[str, bool] = {}
    near = [e for e in events if meant(window).near(e)]
    for event in near:
        key = event.get("sharedEventID") or event["eventID"]
        copies[key] = copies.get(key, False) or home(event)
    came = [e for e in counted(events, meant(window)) if e["told"] and succeeded(e)]
    nameless = [e for e in came if not assumed(e) and not (caller(e) or {}).get("service")]
    found = {("InvalidEvent", f"{len(nameless):,}")} if nameless else set()
    for event in (e for e in came if assumed(e)):
        account, by = account_of(assumed(event)), caller(event)
        at_home = copies[event.get("sharedEventID") or event["eventID"]]
        if at_home and account not in own and outsider(by, own) and by and by["account"] != account:
            found.add(("UnlistedAccount", account))
    return found


def said(trail: Trail) -> set[tuple[str, str]]:
    return {(g.code, g.account or g.message.split()[0]) for g in trail.gaps}


def agree(logs: Logs, watched: set[str], own: set[str], ways: tuple[str, ...] = WAYS) -> Any:
    """Use and gaps are those of the plain reading, and all say the same of who came in."""
    came, followed = [], frozenset[str]()
    gaps = expected(logs.told, own, logs.window)
    for way in ways:
        trail = logs.trail(way)
        before = followed if way == LAKE else frozenset[str]()  # one of them reads a second time
        found = read_use(trail, frozenset(watched), frozenset(own), before)
        records = logs.told if way == LAKE else logs.events
        used = engines.expected(records, watched, own, logs.window, remote=trail.remote)
        assert ordered(used_of(found)) == ordered(used), way
        assert said(trail) == gaps, way
        came.append(plain(found.assumptions))
        assert came[-1] == came[0], way
        followed = found.followed
    return gaps


@pytest.mark.parametrize("names", FEW, ids="+".join)
def test_each_trap(names: list[str]) -> None:
    """An engine that attributes or counts otherwise; a column that says something else in OCSF than
    it does in CloudTrail; half of the accounts unlisted: somebody comes in there, unsaid."""
    logs = Logs(together(names), Window())
    agree(logs, WATCHED, OWN)
    agree(logs, WATCHED, {HERE}, WAYS if expected(logs.told, {HERE}, Window()) else WAYS[:1])
    same_from_parquet(logs.events)


def test_some_trap_is_of_an_account_that_is_listed_nowhere() -> None:
    """Ways that are all asked of nothing."""
    assert any(expected(told(trap().events), {HERE}, Window()) for trap in TRAPS.values())


def test_both_kinds() -> None:
    """An engine that loses the record of the account itself, or counts what has no role away."""
    found = agree(Logs(unlisted(), Window()), WATCHED, {HERE})
    same_from_parquet(unlisted())
    assert found == {("UnlistedAccount", "000011112222"), ("InvalidEvent", "1")}


@RANDOM
def test_random_trails(seed: int, within: str) -> None:
    """What nobody thought of, over a mixture of all traps, in windows of all kinds: one that has one
    record of two, or cuts away, by partitions too, the assumption that tells who called."""
    events, watched, own = random_trail(seed, 400)
    logs = Logs(events + unlisted(), WINDOWS[within])
    agree(logs, watched, own, ("here", WAYS[1 + seed % 2]))
    agree(logs, watched, own - {sorted(own)[0]}, WAYS[seed % 3 :][:1])
    same_from_parquet(events)
