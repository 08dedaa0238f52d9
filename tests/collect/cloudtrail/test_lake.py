"""Security Lake's files here and in S3, through the real command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from checker.demo.server import ApiCall
from tests.collect.cloudtrail.test_trail import QUESTIONS, WINDOW
from tests.support import front
from tests.support.cli import vendorgate
from tests.support.trail import NAMES
from tests.usage import ocsf
from tests.usage.trails import TRAPS
from tests.usage.traps import VENDOR

ROOT = "aws/CLOUD_TRAIL_MGMT/2.0"


def files() -> dict[str, bytes]:
    """As Security Lake lays them out: by region, account and day."""
    places: dict[str, list[Any]] = {}
    for name in NAMES:
        for event in TRAPS[name]().events:
            account = event.get("recipientAccountId") or "111122223333"
            day = event["eventTime"][:10].replace("-", "")
            at = f"region={event.get('awsRegion', 'us-east-1')}/accountId={account}/eventDay={day}"
            places.setdefault(at, []).append(event)
    found = {f"{ROOT}/{at}/x.gz.parquet": ocsf.parquet(events) for at, events in places.items()}
    metadata = {"format-version": 2, "table-uuid": "u"}
    return found | {f"{ROOT}/metadata/v1.metadata.json": json.dumps(metadata).encode()}


@pytest.fixture
def lake(folder: Path) -> Path:
    for name, content in files().items():
        path = folder / "lake" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def asked(question: tuple[str, ...], source: str, cwd: Path) -> Any:
    ran = vendorgate(*[p.replace("{}", source) for p in question], *WINDOW, cwd=cwd)
    assert ran.code == 0, ran.err
    return ran


def upload() -> None:
    front.fill("lake", files())


@pytest.mark.parametrize(("name", "question"), QUESTIONS, ids=[q[0] for q in QUESTIONS])
def test_the_lake_answers_as_the_logs_do(lake: Path, name: str, question: tuple[str, ...]) -> None:
    """A stranger whom the copy of a log does not show."""
    asking = ("usage", *question, "-f", "json")
    with front.aws():
        upload()
        found = [
            json.loads(asked(asking, source, lake).out)
            for source in ("logs", "lake", f"s3://lake/{ROOT}/")
        ]
    assert found[0] == found[1] == found[2] and found[0]


def test_the_snapshot_is_the_same(lake: Path) -> None:
    """Use that depends on which copy of the log was read."""
    with front.aws():
        upload()
        made = []
        for source in ("logs", "lake", f"s3://lake/{ROOT}/"):
            ran = asked(("collect", "cloudtrail", "{}"), source, lake)
            kept = [
                (lake / "snapshot" / f).read_bytes() for f in ("usage.jsonl", "assumptions.jsonl")
            ]
            usage = json.loads((lake / "snapshot/manifest.json").read_text())["usage"]
            made.append(
                [*kept, *(usage[n] for n in ("begin", "end", "holes", "events", "followed"))]
            )
    assert made[0] == made[1] == made[2] and all(made[0][:2])
    assert "1 files of Iceberg" in ran.err


def test_only_the_days_that_are_asked_for_are_fetched() -> None:
    """Years of a lake, fetched for one day of it."""
    fetched: list[str] = []

    def note(call: ApiCall) -> None:
        if call.service == "s3" and ".parquet" in call.path:
            fetched.append(unquote(call.path.split("eventDay=")[-1][:8]))

    with front.aws(note):
        content = ocsf.parquet(TRAPS["two_vendors"]().events)
        account = f"{ROOT}/region=us-east-1/accountId=111122223333"
        days = [f"{account}/eventDay=2026050{n}/x.gz.parquet" for n in range(1, 10)]
        front.fill("lake", dict.fromkeys(days, content))
        fetched.clear()
        window = ("--from", "2026-05-04", "--to", "2026-05-05")
        ran = vendorgate("usage", "calls", f"s3://lake/{ROOT}/", "--role", VENDOR, *window)
    assert sorted(set(fetched)) == ["20260503", "20260504", "20260505", "20260506"], ran.err
