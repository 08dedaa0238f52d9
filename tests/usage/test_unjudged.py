"""Assumptions that nobody judges, and who came in, from logs, from Parquet and in Athena alike."""

from __future__ import annotations

from typing import Any

import pytest

from checker.collect.cloudtrail.collect import read_use
from checker.usage.sql import Window
from tests.usage import ocsf
from tests.usage.attribution import (
    Event,
    assumed,
    caller,
    counted,
    outsider,
    recipient,
    succeeded,
)
from tests.usage.events import Maker, foreign, service
from tests.usage.loaded import Rows, Trail, loaded, of_events
from tests.usage.test_engines import WINDOWS, meant, plain
from tests.usage.test_lake import LakeTrail, told
from tests.usage.trails import TRAPS, random_trail
from tests.usage.traps import ACME, HERE, KEYS, VENDOR, WATCHED

WAYS = ("here", "athena", "Parquet here", "Security Lake in Athena")


def unlisted() -> Rows:
    """Into an account that is listed nowhere, told by both that have a record of it; of no role;
    and of a service's, of which CloudTrail tells no role."""
    make = Maker(91)
    there = "arn:aws:iam::000011112222:role/x"
    shared = {"sharedEventID": "shared-91"}
    events = [make.assume(there, foreign(ACME), KEYS[1]) | shared | {"recipientAccountId": ACME}]
    events += [make.assume(there, foreign(ACME), KEYS[1]) | shared]
    events += [make.assume(VENDOR, foreign(ACME), KEYS[2]) | {"requestParameters": None}]
    events += [
        make.assume(VENDOR, service("ec2.amazonaws.com"), KEYS[3]) | {"requestParameters": None}
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


def agree(events: Rows, own: set[str], window: Window, watched: set[str]) -> Any:
    """What all say."""
    gaps, came = expected(told(events), own, window), []
    for way in WAYS:
        trail = asked(way, events, window)
        came.append(plain(read_use(trail, frozenset(watched), frozenset(own)).assumptions))
        assert said(trail) == gaps, way
        assert came[-1] == came[0], way
    return gaps


@pytest.mark.parametrize("name", sorted(TRAPS))
def test_each_trap(name: str) -> None:
    """Half of the accounts unlisted: somebody comes in there, and one engine does not say so."""
    agree(TRAPS[name]().events, {HERE}, Window(), WATCHED)


def test_both_kinds() -> None:
    """An engine that loses the record of the account itself, or counts what has no role away."""
    found = agree(unlisted(), {HERE}, Window(), WATCHED)
    assert found == {("UnlistedAccount", "000011112222"), ("InvalidEvent", "1")}


@pytest.mark.parametrize("within", sorted(WINDOWS))
def test_random_trails(within: str) -> None:
    """A window that has one record of two, or cuts the other away."""
    for seed in (1, 2):
        events, watched, own = random_trail(seed, 400)
        agree(events + unlisted(), own - {sorted(own)[0]}, WINDOWS[within], watched)
