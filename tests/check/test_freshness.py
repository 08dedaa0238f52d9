"""How old each part of a merged snapshot is: a fresh merge makes nothing young."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from checker.check.age import gaps_of_age
from checker.snapshot.records import SCHEMA, Manifest
from tests.support.cli import vendorgate
from tests.support.snapshots import ALLOWLIST, ORGANIZATION, OWN, OWN2, vendor_role, write

NOW = "2026-11-20T06:00:00Z"
MANIFEST = {"schema": SCHEMA, "tool": {"name": "x", "version": "1"}, "collected_at": NOW}


def account(id_: str, **more: Any) -> dict[str, Any]:
    return {"id": id_, "name": id_, "path": "Root", "state": "ACTIVE", "collected": True} | more


def piece(**more: Any) -> dict[str, Any]:
    return {"organization": ORGANIZATION, "listed": True} | more


def codes(folder: Path, *options: str, **manifest: Any) -> dict[str, str]:
    """The gaps of a check, by call."""
    (folder / "allowlist.yaml").write_text(ALLOWLIST)
    told = {"collected_at": NOW} | manifest
    write(folder / "snapshot", roles=[vendor_role()], image_uses=[], manifest=told)
    ran = vendorgate("check", "--today", "2026-11-21", "-f", "json", *options, cwd=folder)
    report = json.loads(ran.out)
    if report["gaps"]:
        assert (ran.code, report["verdict"]) == (3, "incomplete")
    return {gap["call"]: gap["code"] for gap in report["gaps"]}


@pytest.mark.parametrize(
    ("manifest", "expected"),
    [
        ({}, {}),
        ({"accounts": [account(OWN), account(OWN2, collected_at="2026-11-15T00:00:00Z")]}, {}),
        (
            {"accounts": [account(OWN), account(OWN2, collected_at="2026-11-01T00:00:00Z")]},
            {"snapshot:2026-11-01": "TooOld"},
        ),
        (  # nobody looked at it, so it has no age; the report counts it
            {
                "accounts": [
                    account(OWN),
                    account(OWN2, collected=False, collected_at="2026-01-01T00:00:00Z"),
                ]
            },
            {},
        ),
        (
            {"accounts": [account(OWN), account(OWN2, collected_at="2999-01-01T00:00:00Z")]},
            {"snapshot:2999-01-01": "FromTheFuture"},
        ),
        (
            {"pieces": [piece(listed_at="2026-11-01T00:00:00Z")]},
            {f"snapshot:{ORGANIZATION}": "TooOld"},
        ),
        (
            {"pieces": [piece(shard="1/1", listed_at="2026-11-01T00:00:00Z")]},
            {f"snapshot:{ORGANIZATION}": "TooOld"},
        ),
        (  # the newest list counts
            {"pieces": [piece(listed_at="2026-11-01T00:00:00Z"), piece(listed_at=NOW)]},
            {},
        ),
        (  # of accounts that were named one by one, nobody claims that they are all
            {"pieces": [piece(listed=False, listed_at="2026-11-01T00:00:00Z")]},
            {},
        ),
    ],
)
def test_each_part_has_its_own_age(
    tmp_path: Path, manifest: dict[str, Any], expected: dict[str, str]
) -> None:
    """One old account among ten thousand new ones, or a list that knows nobody of this week."""
    assert codes(tmp_path, **manifest) == expected


@pytest.mark.parametrize(
    ("settings", "options", "expected"),
    [
        ("", (), {}),
        ("", ("--max-age", "0"), {"snapshot": "TooOld"}),
        ("max-age = 0", (), {"snapshot": "TooOld"}),
        ("max-age = 30", ("--max-age", "0"), {"snapshot": "TooOld"}),
        ("max-age = 0", ("--max-age", "1"), {}),
    ],
)
def test_no_day_is_a_number_of_days(
    tmp_path: Path, settings: str, options: tuple[str, ...], expected: dict[str, str]
) -> None:
    """A limit of 0 that counts as none said, so that the settings' or the default does."""
    (tmp_path / "vendorgate.toml").write_text(settings)
    assert codes(tmp_path, *options) == expected


@pytest.mark.parametrize("hours", [(1, 23), (23, 1)])
def test_the_last_account_of_a_day_counts(hours: tuple[int, int]) -> None:
    """Catches an account of a time yet to come, beside one of that day which is no longer."""
    now = datetime(2026, 11, 21, 12, tzinfo=UTC)
    accounts = [account(one, collected_at=f"2026-11-21T{hour:02}:00:00Z")
                for one, hour in zip((OWN, OWN2), hours, strict=True)]  # fmt: skip
    made = msgspec.convert(MANIFEST | {"accounts": accounts}, Manifest)
    found = [(one.call, one.code) for one in gaps_of_age(made, now.date(), 7, now)]
    assert found == [("snapshot:2026-11-21", "FromTheFuture")]


@pytest.mark.parametrize("settings", [None, "max-age = 30\n"])
@pytest.mark.parametrize(("options", "old"), [((), False), (("--max-age", "0"), True)])
def test_a_limit_of_no_day_is_one(
    tmp_path: Path, settings: str | None, options: tuple[str, ...], old: bool
) -> None:
    """Catches a zero that is taken for nothing said: a snapshot of yesterday passes."""
    if settings is not None:
        (tmp_path / "vendorgate.toml").write_text(settings)
    found = codes(tmp_path, *options, collected_at="2026-11-20T00:00:00Z")
    assert found == ({"snapshot": "TooOld"} if old else {})


def test_gaps_of_age_cannot_be_allowed(tmp_path: Path) -> None:
    """`--allow-gaps` is for what could not be looked at, not for what nobody looked at anew."""
    old = [account(OWN, collected_at="2026-11-01T00:00:00Z")]
    assert codes(tmp_path, "--allow-gaps", accounts=old) == {"snapshot:2026-11-01": "TooOld"}


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        ({"pieces": [piece(shard="5/4")]}, "'5/4' is no shard"),
        ({"pieces": [piece(listed_at="yesterday")]}, "'yesterday' is no time"),
        ({"accounts": [account(OWN, collected_at="x")]}, "'x' is no time"),
        ({"accounts": [account(OWN, shard="1/2")]}, "was collected, and was not"),
        ({"accounts": [account(OWN, shard="all", collected=False)]}, "is no shard"),
    ],
)
def test_pieces_that_contradict_themselves_are_refused(
    tmp_path: Path, manifest: dict[str, Any], said: str
) -> None:
    """A piece that nobody can read would cover nothing, or all."""
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    write(tmp_path / "snapshot", roles=[], image_uses=[], manifest=manifest)
    ran = vendorgate("check", cwd=tmp_path)
    assert (ran.code, said in ran.err) == (2, True)
