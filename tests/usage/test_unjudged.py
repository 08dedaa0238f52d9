"""Use, who came in, and assumptions that nobody judges: from logs, from Parquet and in Athena alike.

Each trail is asked once in each way, and all that is said of it is held against the plain reading.
"""

from __future__ import annotations

from typing import Any

import pytest

from checker.collect.cloudtrail.collect import read_use
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
from tests.usage.loaded import Rows, Trail, loaded, of_events, used_of
from tests.usage.test_engines import RANDOM, WINDOWS, meant, ordered, plain
from tests.usage.test_lake import LakeTrail, told
from tests.usage.trails import TRAPS, random_trail
from tests.usage.traps import ACME, HERE, OWN, VENDOR, WATCHED

LOGS = ("here", "athena")
WAYS = (*LOGS, "Parquet here", "Security Lake in Athena")


def unlisted() -> Rows:
    """Into an account that is listed nowhere, told by both that have a record of it; of no role;
    and of a service's, of which CloudTrail tells no role. AWS issues no key of another session."""
    make = Maker(91)
    there = "arn:aws:iam::000011112222:role/x"
    shared = {"sharedEventID": "shared-91"}
    events = [
        make.assume(there, foreign(ACME), key_id(900_001)) | shared | {"recipientAccountId": ACME}
    ]
    events += [make.assume(there, foreign(ACME), key_id(900_001)) | shared]
    events += [make.assume(VENDOR, foreign(ACME), key_id(900_002)) | {"requestParameters": None}]
    events += [
        make.assume(VENDOR, service("ec2.amazonaws.com"), key_id(900_003))
        | {"requestParameters": None}
    ]
    return events


def asked(way: str, events: Rows, window: Window) -> Trail:
    if way == "Security Lake in Athena":
        return LakeTrail(events, window, "1.1.0")
    files = way == "Parquet here"
    engine = loaded([ocsf.parquet(told(events))]) if files else of_events(events)
    return Trail(engine, window, remote=way == "athena")


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


def agree(
    events: Rows, watched: set[str], own: set[str], window: Window, ways: tuple[str, ...] = WAYS
) -> Any:
    """Use and gaps are those of the plain reading, and all say the same of who came in."""
    seen, came = told(events), []
    gaps = expected(seen, own, window)
    for way in ways:
        trail = asked(way, events, window)
        found = read_use(trail, frozenset(watched), frozenset(own))
        records = events if way in LOGS else seen
        used = engines.expected(records, watched, own, window, remote=trail.remote)
        assert ordered(used_of(found)) == ordered(used), way
        assert said(trail) == gaps, way
        came.append(plain(found.assumptions))
        assert came[-1] == came[0], way
    return gaps


@pytest.mark.parametrize("name", sorted(TRAPS))
def test_each_trap(name: str) -> None:
    """An engine that attributes or counts otherwise; a column that says something else in OCSF than
    it does in CloudTrail; half of the accounts unlisted: somebody comes in there, unsaid."""
    events = TRAPS[name]().events
    agree(events, WATCHED, OWN, Window())
    ways = WAYS if expected(told(events), {HERE}, Window()) else WAYS[:1]
    agree(events, WATCHED, {HERE}, Window(), ways)


def test_some_trap_is_of_an_account_that_is_listed_nowhere() -> None:
    """Ways that are all asked of nothing."""
    assert any(expected(told(trap().events), {HERE}, Window()) for trap in TRAPS.values())


def test_both_kinds() -> None:
    """An engine that loses the record of the account itself, or counts what has no role away."""
    found = agree(unlisted(), WATCHED, {HERE}, Window())
    assert found == {("UnlistedAccount", "000011112222"), ("InvalidEvent", "1")}


@RANDOM
def test_random_trails(seed: int, within: str) -> None:
    """What nobody thought of, over a mixture of all traps, in windows of all kinds: one that has one
    record of two, or cuts away, by partitions too, the assumption that tells who called."""
    events, watched, own = random_trail(seed, 400)
    agree(events, watched, own, WINDOWS[within])
    agree(events + unlisted(), watched, own - {sorted(own)[0]}, WINDOWS[within], WAYS[seed % 4 :])
