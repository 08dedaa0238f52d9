"""What does not answer: the process ends when it is told to, and an endpoint that nobody can reach
is one gap, soon."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError, EndpointConnectionError

from checker.collect.aws import breaker
from checker.collect.aws.breaker import Breaker, UnreachableError
from checker.snapshot.gaps import of_all
from checker.snapshot.records import Gap
from tests.collect.test_faults import finished, start
from tests.support.collected import OTHER, make_role, organization, run
from tests.support.front import OWN, aws, deny, hang

WAITING = [
    ("who is calling", "GetCallerIdentity", ()),
    ("the organization", "ListAccounts", ("--organization",)),
    ("a role", "AssumeRole", ("--accounts", f"{OWN},{OTHER}")),
    ("the roles", "GetAccountAuthorizationDetails", ()),
    ("a region", "DescribeInstances", ()),
    ("an aggregator", "DescribeConfigurationAggregatorSourcesStatus", ("--from-aggregator", "all")),
]


@pytest.mark.parametrize(("where", "action", "options"), WAITING, ids=[row[0] for row in WAITING])
def test_ctrl_c_ends_within_three_seconds(
    tmp_path: Path, where: str, action: str, options: tuple[str, ...]
) -> None:
    """Whatever is in flight; nothing half-written is in the snapshot's place."""
    met, over = threading.Event(), threading.Event()
    with aws(hang(action, met, over, account=OWN)):
        if "--organization" in options:
            organization()
        process = start(
            tmp_path,
            *options,
            *(() if "--from-aggregator" in options else ("--regions", "us-east-1")),
        )
        assert met.wait(60), where
        seconds = interrupted(process)
        over.set()
    assert seconds < 3, (where, seconds)
    assert not (tmp_path / "snapshot").exists()


def test_ctrl_c_while_waiting_to_ask_again(tmp_path: Path) -> None:
    """Some twenty seconds lie between two late repetitions."""
    met = threading.Event()

    def throttled(call: Any) -> Any:
        found = deny("DescribeInstances", "RequestLimitExceeded", status=503)(call)
        met.set() if found else None
        return found

    with aws(throttled):
        process = start(tmp_path, "--regions", "us-east-1")
        assert met.wait(60)
        time.sleep(1)
        assert interrupted(process) < 3


def test_what_was_finished_stays(tmp_path: Path) -> None:
    """The journal is whole after Ctrl-C: what is in it is not collected again."""
    met, over = threading.Event(), threading.Event()
    options = ("--accounts", f"{OWN},{OTHER}", "--regions", "us-east-1", "--workers", "1")
    with aws(hang("GetAccountAuthorizationDetails", met, over, account=OTHER)):
        for account in (OWN, OTHER):
            make_role("vendor", account)
        process = start(tmp_path, *options)
        assert met.wait(60)
        interrupted(process)
        over.set()
        assert finished(tmp_path) == {OWN}
        snapshot = run(tmp_path, *options, "--resume")
    assert (snapshot.gaps, len(snapshot["roles"])) == ([], 2)


def interrupted(process: Any) -> float:
    """Seconds that it takes to end, by Ctrl-C and nothing else."""
    process.send_signal(signal.SIGINT)
    begun = time.monotonic()
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert b"stopped" in said and b"Traceback" not in said, said
    return time.monotonic() - begun


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Three times are enough, however soon."""
    monkeypatch.setattr(breaker, "_LONG", 0.0)
    monkeypatch.setattr("checker.collect.aws.retry._BASE", 0.001)
    yield


@pytest.mark.parametrize(
    ("service", "calls"),
    [("EC2", "ec2:*"), ("AUTO_SCALING", "autoscaling:*"), ("IAM", "iam:*"), ("BATCH", "batch:*")],
)
def test_an_endpoint_that_nobody_reaches_is_one_gap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: None, service: str, calls: str
) -> None:
    """Not one for each of its calls, nor for each of all accounts; the rest is looked at."""
    with aws():
        make_role("mine")
        monkeypatch.setenv(f"AWS_ENDPOINT_URL_{service}", "http://127.0.0.1:1")
        one = run(tmp_path / "one", "--regions", "us-east-1", attempts=4)
        two = run(
            tmp_path / "two", "--accounts", f"{OWN},{OTHER}", "--regions", "us-east-1", attempts=4
        )
    region = None if service == "IAM" else "us-east-1"
    assert one.gaps == [(OWN, region, calls, "EndpointUnreachable")]
    assert two.gaps == [(None, region, calls, "EndpointUnreachable")]
    assert (one.code, two.code) == (3, 3)
    assert len(one["roles"]) == (0 if service == "IAM" else 1)


def test_regions_that_cannot_be_listed_are_one_gap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: None
) -> None:
    """Without EC2 nobody tells which regions there are."""
    with aws():
        monkeypatch.setenv("AWS_ENDPOINT_URL_EC2", "http://127.0.0.1:1")
        snapshot = run(tmp_path, attempts=4)
    assert snapshot.gaps == [(OWN, None, "ec2:*", "EndpointUnreachable")]


def test_gaps_of_some_accounts_stay_theirs() -> None:
    """Only what is so for all is said of nobody in particular."""
    gap = Gap(region="r", call="ec2:*", code="EndpointUnreachable", message="m")
    mine, theirs = (
        Gap(account=a, region="r", call="ec2:*", code=gap.code, message="m") for a in (OWN, OTHER)
    )
    denied = [
        Gap(account=a, region="r", call="c", code="AccessDenied", message="m") for a in (OWN, OTHER)
    ]
    assert of_all([theirs, mine], 2) == (gap,)
    assert of_all([theirs, mine], 3) == (mine, theirs)
    assert of_all([mine], 1) == (mine,)
    assert of_all(denied, 2) == tuple(denied)


class Clock:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr(breaker.time, "monotonic", lambda: self.now)
        monkeypatch.setattr(breaker.time, "sleep", self.sleep)

    def sleep(self, seconds: float) -> None:
        self.now += seconds


# Seconds between the sending of requests and their loss; what is asked next, and how much later.
GIVEN_UP = [
    ("a moment's outage: three at once", [(0, 0.1)] * 3, 0, False),
    ("refused for a while", [(0, 0.1), (4, 0.1), (8, 0.1), (4, 0.1)], 0, True),
    ("three connections that time out", [(0, 10)] * 3, 0, True),
    ("two connections that time out", [(0, 10)] * 2, 0, False),
    ("two answers that never come", [(0, 60)] * 2, 0, True),
    ("one answer that never comes", [(0, 60)], 0, False),
    ("given up, and time for a trial", [(0, 60)] * 2, 31, False),
    ("given up, and not yet", [(0, 60)] * 2, 29, True),
]


@pytest.mark.parametrize(
    ("reason", "lost", "later", "refused"), GIVEN_UP, ids=[row[0] for row in GIVEN_UP]
)
def test_when_an_endpoint_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
    reason: str,
    lost: list[tuple[float, float]],
    later: float,
    refused: bool,
) -> None:
    clock, one = Clock(monkeypatch), Breaker()
    for before, during in lost:
        clock.now += before
        sent, clock.now = clock.now, clock.now + during
        one.lost(sent, "")
    clock.now += later
    assert refuses(one) is refused, reason


def refuses(one: Breaker, who: str = "") -> bool:
    try:
        one.check(who)
    except UnreachableError:
        return True
    return False


def test_one_at_a_time_tries_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """And an answer, whatever it says, opens the way for all."""
    clock, one = Clock(monkeypatch), Breaker()
    for _ in range(3):
        one.lost(clock.now - 20, "")
    clock.now += 31
    assert [refuses(one), refuses(one)] == [False, True]
    one.answered()
    assert (refuses(one), one.open) == (False, False)


def test_an_answer_in_between_counts_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow call among others that answer gives up nothing."""
    clock, one = Clock(monkeypatch), Breaker()
    for _ in range(9):
        clock.now += 60
        one.lost(clock.now - 60, "")
        one.answered()
    assert not refuses(one)


def test_what_answered_before_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A minute's outage would pass by a thousand accounts in seconds, each a gap."""
    clock, one = Clock(monkeypatch), Breaker()
    one.answered()
    for _ in range(3):
        one.lost(clock.now - 20, "")
    begun = clock.now
    assert not refuses(one)
    assert 29 <= clock.now - begun <= 31


def test_one_account_gives_up_nothing_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own way may be at fault; when another one's requests are lost too, nobody asks on."""
    clock, one = Clock(monkeypatch), Breaker()
    for _ in range(3):
        one.lost(clock.now - 20, OWN)
    assert [refuses(one, who) for who in (OWN, OTHER, "333333333333")] == [True, False, False]
    one.lost(clock.now, OTHER)
    assert [refuses(one, who) for who in (OWN, OTHER, "333333333333")] == [True, True, True]


def test_waiting_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five minutes for all together: who comes later is refused at once, but for the trials."""
    clock, one = Clock(monkeypatch), Breaker()
    one.answered()
    begun, asked = clock.now, 0
    for _ in range(3):
        one.lost(clock.now - 20, "")
    while not refuses(one):
        one.lost(clock.now, "")
        asked += 1
    assert (asked, clock.now - begun < 310) == (9, True)
    late = clock.now
    assert (refuses(one), clock.now) == (True, late)


@pytest.mark.usefixtures("few")
def test_an_outage_of_a_moment_costs_no_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: None
) -> None:
    """All that is asked of EC2 is lost for a second, once the first account was looked at."""
    monkeypatch.setattr(breaker, "_REST", 0.1)
    monkeypatch.setattr(breaker, "_NAP", 0.02)
    monkeypatch.setattr("checker.collect.aws.retry.LOST", (ConnectionClosedError,))
    accounts = [OWN, OTHER, "333333333333", "444444444444"]
    begun: list[float] = []

    def away(call: Any) -> None:
        if call.service == "ec2" and call.account == OTHER:
            begun.append(time.monotonic())
        if call.service == "ec2" and begun and time.monotonic() - begun[0] < 0.5:
            raise ConnectionResetError

    with aws(away):
        snapshot = run(
            tmp_path, "--accounts", ",".join(accounts), "--regions", "us-east-1", "--workers", "1",
            attempts=9,
        )  # fmt: skip
    assert begun and (snapshot.gaps, snapshot.code) == ([], 0)


def test_what_is_no_want_of_an_answer_is_not_counted() -> None:
    """Refusals by name (TLS) and lost connections are told as they are."""
    assert issubclass(EndpointConnectionError, breaker.LOST)
    assert not issubclass(UnreachableError, breaker.LOST)
