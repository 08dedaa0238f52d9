"""`collect aws --since`: what a hint tells to be unchanged is carried over, with its own time."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.collect.test_shards import check, collect, gaps, grown, later
from tests.support.cli import Ran
from tests.support.front import OWN, Calls

pytestmark = pytest.mark.usefixtures("few_sources")

IAM, STS, LOGS = "iam.amazonaws.com", "sts.amazonaws.com", "logs.amazonaws.com"


def ago(hours: float) -> str:
    return f"{datetime.now(UTC) - timedelta(hours=hours):%Y-%m-%dT%H:%M:%SZ}"


def event(
    account: str, hours: float, name: str = "AssumeRole", source: str = STS
) -> dict[str, Any]:
    """As CloudTrail tells of something that happened so many hours ago."""
    return {
        "eventVersion": "1.11", "eventTime": ago(hours), "eventSource": source, "eventName": name,
        "awsRegion": "us-east-1", "sourceIPAddress": "192.0.2.1", "userAgent": "test",
        "userIdentity": {"type": "AWSService", "invokedBy": "ec2.amazonaws.com"},
        "requestParameters": None, "responseElements": None, "readOnly": False,
        "eventID": f"{account}-{hours}-{name}", "eventType": "AwsApiCall",
        "managementEvent": True, "recipientAccountId": account, "eventCategory": "Management",
    }  # fmt: skip


def trail(folder: Path, *events: dict[str, Any], begin: float = 5.5) -> Path:
    """That begins so many hours ago, with events of somebody else twice a day, who writes."""
    others = (event("999999999999", hours, "CreateLogStream", LOGS) for hours in _hours(begin))
    return recorded(folder, *events, *others)


def recorded(folder: Path, *events: dict[str, Any]) -> Path:
    """Of these events alone."""
    (folder / "trail").mkdir(exist_ok=True)
    (folder / "trail/events.json").write_text(json.dumps({"Records": events}))
    return folder / "trail"


def _hours(begin: float) -> Iterator[float]:
    while begin > 4:
        yield begin
        begin -= 12


def since(folder: Path, logs: Path, *options: str, name: str = "new") -> Ran:
    return collect(folder, name, "--since", str(folder / "old"), "--hint", str(logs), *options)


def entered(calls: Calls) -> int:
    return calls.seen["sts:AssumeRole"]


def manifest(folder: Path, name: str = "new") -> dict[str, Any]:
    return json.loads((folder / name / "manifest.json").read_text())


def times(folder: Path, name: str = "new") -> dict[str, str]:
    return {a["id"]: a["collected_at"] for a in manifest(folder, name)["accounts"]}


@pytest.fixture(scope="module")
def organization(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[list[str], Path]]:
    """Four accounts that stay as they are, and a snapshot of them."""
    folder = tmp_path_factory.mktemp("organization")
    with grown(3) as accounts:
        collect(folder, "old")
        yield accounts, folder / "old"


@pytest.fixture
def base(tmp_path: Path, organization: tuple[list[str], Path]) -> list[str]:
    """The accounts; the snapshot is of five hours ago, `old`."""
    accounts, old = organization
    shutil.copytree(old, tmp_path / "old")
    later(tmp_path / "old", ago(5))
    return accounts


@pytest.mark.parametrize(
    ("events", "looked_at"),
    [
        ([(0, 0.5), (1, 0.5), (2, 0.5), (3, 0.5)], 0),
        ([(0, 0.5), (1, 0.5), (2, 0.5)], 1),  # of the last nobody tells anything
        ([(0, 0.5), (1, 0.5), (2, 0.5), (3, 30)], 1),  # nothing since it was looked at
        ([(0, 0.5), (1, 5.5), (2, 5.5), (3, 5.5)], 0),  # by our own collection then
        ([(0, 3), (1, 3), (2, 3), (3, 3)], 4),  # the trail ends three hours ago
        ([], 4),  # of none of ours, and too long ago
    ],
)
def test_who_is_not_told_of_is_looked_at(
    tmp_path: Path, base: list[str], events: list[tuple[int, float]], looked_at: int
) -> None:
    """A trail that leaves an account out tells of no change there, for ever."""
    accounts = base
    logs = trail(tmp_path, *(event(accounts[n], hours) for n, hours in events))
    ran = since(tmp_path, logs)
    assert f"accounts: {looked_at}," in ran.err or f"accounts: {looked_at} (and" in ran.err


@pytest.mark.parametrize(
    ("name", "source", "hours", "looked_at"),
    [
        ("CreateRole", IAM, 1, 1),
        ("CreateRole", IAM, 5.5, 1),  # just before: it may not have been seen
        ("CreateRole", IAM, 7, 0),
        ("GetRole", IAM, 1, 0),
        ("UpdateAssumeRolePolicy", IAM, 1, 1),
        ("RunInstances", "ec2.amazonaws.com", 1, 1),
        ("CreateNodegroup", "eks.amazonaws.com", 1, 1),
        ("PutParameter", "ssm.amazonaws.com", 1, 1),
        ("UpdateCluster", "sagemaker.amazonaws.com", 1, 1),  # whose endpoint is api.sagemaker
        ("PutObject", "s3.amazonaws.com", 1, 0),
    ],
)
def test_what_counts_as_a_change(
    tmp_path: Path, base: list[str], name: str, source: str, hours: float,
    looked_at: int,
) -> None:  # fmt: skip
    """Whatever is no reading of a service that is looked at, from an hour before its time on."""
    accounts = base
    heard = [event(account, 0.5) for account in accounts]
    ran = since(tmp_path, trail(tmp_path, *heard, event(accounts[1], hours, name, source)))
    assert (ran.code, f"accounts: {looked_at} (and" in ran.err) == (0, True)


def test_a_trail_that_cannot_be_read_whole_carries_nothing(tmp_path: Path, base: list[str]) -> None:
    """The change may stand in the file that is cut."""
    accounts = base
    logs = trail(tmp_path, *(event(account, 0.5) for account in accounts))
    (logs / "cut.json").write_text('{"Records": [{"eventVersion": "1.')
    ran = since(tmp_path, logs)
    assert "1 of the hint's files could not be read: every account is collected" in ran.err
    assert "accounts: 4," in ran.err


ELSEWHERE = {"awsRegion": "eu-west-1"}
DATA = {"eventSource": "s3.amazonaws.com", "eventName": "PutObject", "eventCategory": "Data"}
WRITES = ("999999999999", 0.6, "CreateLogStream", LOGS)


@pytest.mark.parametrize(
    ("reason", "more", "also", "said"),
    [
        ("of another region alone", ELSEWHERE, [event(*WRITES) | ELSEWHERE], "no event from us-east-1"),
        ("of accounts elsewhere", ELSEWHERE, [event(*WRITES)], ""),  # one trail of several
        ("of what is in buckets", DATA, [event(*WRITES) | DATA], "no account at all"),
        ("of accounts' buckets", DATA, [event(*WRITES)], ""),
        ("of reading alone", {"eventName": "GetRole"}, [], "no event that changes anything"),
        ("of the future", {}, [event(*WRITES), event(OWN, -2)], "yet to come"),
    ],
)  # fmt: skip
def test_a_trail_that_records_less_carries_nothing(
    tmp_path: Path, base: list[str], reason: str, more: Any, also: list[Any], said: str
) -> None:
    """An account that is heard of elsewhere, or of other things, may have changed all the same."""
    heard = (event(a, hours) | more for a in base for hours in (5.5, 0.5))
    ran = since(tmp_path, recorded(tmp_path, *heard, *also))
    assert "accounts: 4," in ran.err and said in ran.err, (reason, ran.err)
    assert (": every account is collected" in ran.err) is bool(said)


def test_every_region_that_was_looked_at_must_be_heard_of(tmp_path: Path, base: list[str]) -> None:
    """A trail of one region has IAM's events, and none of what was started in another."""
    with_two = manifest(tmp_path, "old") | {"regions": ["eu-west-1", "us-east-1"]}
    (tmp_path / "old/manifest.json").write_text(json.dumps(with_two))
    heard = [event(account, 0.5) for account in base]
    ran = since(tmp_path, trail(tmp_path, *heard))
    assert "no event from eu-west-1: every account is collected" in ran.err
    ran = since(tmp_path, trail(tmp_path, *heard, event(base[0], 5) | ELSEWHERE))
    assert "accounts: 0 (and 4" in ran.err


def test_a_trail_that_begins_too_late_or_has_a_hole_carries_nothing(
    tmp_path: Path, base: list[str]
) -> None:
    """What happened before its first event, or on a day that is missing, it does not tell."""
    later(tmp_path / "old", ago(100))
    end = [event(account, 0.5) for account in base]
    ran = since(tmp_path, trail(tmp_path, *end, begin=90))
    assert "accounts: 4," in ran.err
    ran = since(tmp_path, trail(tmp_path, *end, event(base[0], 100), begin=5))
    assert "the hint has no event from" in ran.err
    assert "accounts: 4," in ran.err
    ran = since(tmp_path, trail(tmp_path, *end, begin=100.5))
    assert "accounts: 0 (and 4" in ran.err


def test_a_full_collection_is_made_after_some_days(tmp_path: Path, base: list[str]) -> None:
    """What a hint misses is missed for so long, and no longer."""
    accounts = base
    later(tmp_path / "old", ago(49))
    logs = trail(tmp_path, *(event(account, 0.5) for account in accounts), begin=49.5)
    assert "accounts: 0 (and 4" in since(tmp_path, logs, "--max-age", "3").err
    assert "accounts: 4," in since(tmp_path, logs, "--max-age", "2").err


def test_an_account_keeps_its_own_time_however_often_it_is_carried(
    tmp_path: Path, base: list[str]
) -> None:
    """Carried every night, it would never be old."""
    accounts = base
    later(tmp_path / "old", ago(60))  # two days at least, at whatever hour it is now
    logs = trail(tmp_path, *(event(account, 0.5) for account in accounts), begin=60.5)
    since(tmp_path, logs)
    again = collect(tmp_path, "again", "--since", str(tmp_path / "new"), "--hint", str(logs))
    assert "accounts: 0 (and 4" in again.err
    assert manifest(tmp_path, "again")["collected_at"] == manifest(tmp_path, "old")["collected_at"]
    _, report = check(tmp_path, "again", "--max-age", "1")
    assert {code for *_, code in gaps(report)} == {"TooOld"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--hint", "trail"), "go with --since"),
        (("--max-age", "3"), "go with --since"),
        (("--since", "{old}"), "--since needs a hint"),
        (("--since", "nowhere", "--hint", "trail"), "nowhere"),
        (("--since", "{old}", "--hint", "{logs}", "--all-image-permissions"), "was asked for"),
    ],
)
def test_what_makes_no_sense_is_refused(
    tmp_path: Path, base: list[str], options: tuple[str, ...], said: str
) -> None:
    """A snapshot that was asked for less would be taken for one of this."""
    logs = trail(tmp_path, event(OWN, 0.5))
    given = [one.format(old=tmp_path / "old", logs=logs) for one in options]
    ran = collect(tmp_path, "new", *given)
    assert (ran.code, said in ran.err) == (2, True), ran.err
