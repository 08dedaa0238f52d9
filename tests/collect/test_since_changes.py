"""`collect aws --since` while the organization changes, or refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.collect.test_shards import check, collect, grown, later, merge, shards
from tests.collect.test_since import IAM, ago, entered, event, manifest, since, times, trail
from tests.support.collected import make_role
from tests.support.front import Calls, client, deny, deny_role

pytestmark = pytest.mark.usefixtures("few_sources")


def test_only_what_changed_is_looked_at(tmp_path: Path) -> None:
    """And the findings are those of a collection of everything, as the hint was right."""
    calls = Calls()
    with grown(3, calls) as accounts:
        _only_what_changed(tmp_path, accounts, calls)


def _only_what_changed(tmp_path: Path, accounts: list[str], calls: Calls) -> None:
    collect(tmp_path, "old")
    later(tmp_path / "old", ago(5))
    changed = accounts[1]
    make_role("another", changed)
    calls.seen.clear()
    heard = [event(account, 0.5) for account in accounts]
    ran = since(tmp_path, trail(tmp_path, *heard, event(changed, 1, "CreateRole", IAM)))
    assert (ran.code, "accounts: 1 (and 3 carried over)" in ran.err) == (0, True)
    assert entered(calls) == 1
    whole = collect(tmp_path, "whole")
    assert whole.code == 0
    (_, one), (_, other) = check(tmp_path, "new"), check(tmp_path, "whole")
    assert one["findings"] == other["findings"]
    assert "another" in str(one["findings"])
    told = times(tmp_path)
    old = manifest(tmp_path, "old")["collected_at"]
    assert {account for account, time in told.items() if time == old} == {*accounts} - {changed}
    assert manifest(tmp_path)["collected_at"] == old
    assert "not looked at anew" in str(one["notes"])


def test_new_accounts_are_looked_at_and_gone_ones_are_gone(tmp_path: Path) -> None:
    """The organization is listed anew, whatever the hint says."""
    with grown(3) as accounts:
        collect(tmp_path, "old")
        later(tmp_path / "old", ago(5))
        _new_and_gone(tmp_path, accounts)


def _new_and_gone(tmp_path: Path, accounts: list[str]) -> None:
    organizations = client("organizations")
    organizations.remove_account_from_organization(AccountId=accounts[1])
    made = organizations.create_account(AccountName="new", Email="new@example.com")
    new = made["CreateAccountStatus"]["AccountId"]
    make_role("vendor-new", new)
    since(tmp_path, trail(tmp_path, *(event(account, 0.5) for account in [*accounts, new])))
    assert set(times(tmp_path)) == {*accounts, new} - {accounts[1]}
    roles = (tmp_path / "new/roles.jsonl").read_text()
    assert ("vendor-new" in roles, accounts[1] in roles) == (True, False)


def test_gaps_are_closed_and_not_carried(tmp_path: Path) -> None:
    """What could not be looked at then is looked at now; a gap that stays is one still."""
    refused: set[str] = set()

    def refuse(call: Any) -> Any:
        return next(filter(None, (deny_role(one)(call) for one in refused)), None)

    with grown(3, refuse) as accounts:
        refused |= {accounts[1], accounts[2]}
        assert collect(tmp_path, "old").code == 3
        later(tmp_path / "old", ago(5))
        refused -= {accounts[1]}
        logs = trail(tmp_path, *(event(account, 0.5) for account in accounts))
        ran = since(tmp_path, logs)
    assert (ran.code, "accounts: 2 (and 2" in ran.err) == (3, True)
    assert [gap["account"] for gap in manifest(tmp_path)["gaps"]] == [accounts[2]]
    assert accounts[1] in (tmp_path / "new/roles.jsonl").read_text()


def test_a_region_that_is_shut_is_carried_as_a_gap(tmp_path: Path) -> None:
    """Where the organization shuts a region everywhere, nothing would ever be carried."""
    with grown(1) as accounts:
        collect(tmp_path, "old")
        path = tmp_path / "old/manifest.json"
        told = json.loads(path.read_text())
        shut = {"account": accounts[1], "region": "us-east-1", "call": "*", "code": "RegionDenied"}
        told["gaps"] = [{**shut, "message": "a service control policy denies the region"}]
        path.write_text(json.dumps(told))
        later(tmp_path / "old", ago(5))
        ran = since(tmp_path, trail(tmp_path, *(event(account, 0.5) for account in accounts)))
    assert (ran.code, "accounts: 0 (and 2" in ran.err) == (3, True)
    assert [gap["code"] for gap in manifest(tmp_path)["gaps"]] == ["RegionDenied"]


def test_a_gap_of_no_account_carries_nothing(tmp_path: Path) -> None:
    """Nobody could reach a service then: whom it concerned is told of nobody."""
    with grown(1) as accounts:
        collect(tmp_path, "old")
        path = tmp_path / "old/manifest.json"
        told = json.loads(path.read_text())
        told["gaps"] = [
            {"account": None, "region": "us-east-1", "call": "ec2:*",
             "code": "EndpointUnreachable", "message": "ec2 does not answer here"},
        ]  # fmt: skip
        path.write_text(json.dumps(told))
        later(tmp_path / "old", ago(5))
        ran = since(tmp_path, trail(tmp_path, *(event(account, 0.5) for account in accounts)))
    assert (ran.code, "gap of no account in particular (ec2:*)" in ran.err) == (0, True)
    assert "accounts: 2," in ran.err


def test_shards_carry_their_own(tmp_path: Path) -> None:
    """Of a merged snapshot each shard carries its accounts, and together they are whole."""
    with grown(3) as accounts:
        merge(tmp_path, *shards(tmp_path, 2), to="old")
        later(tmp_path / "old", ago(5))
        logs = trail(tmp_path, *(event(account, 0.5) for account in accounts))
        names = shards(tmp_path / "new", 2, "--since", str(tmp_path / "old"), "--hint", str(logs))
    assert merge(tmp_path / "new", *names).code == 0
    told = manifest(tmp_path / "new", "merged")
    assert sum(account["collected"] for account in told["accounts"]) == 4
    assert check(tmp_path / "new", "merged")[1]["gaps"] == []


def test_denied_calls_are_not_carried_for_other_accounts(tmp_path: Path) -> None:
    """A fault of today is a gap of today, beside what is carried."""
    with grown(2, deny("DescribeFleets")) as accounts:
        collect(tmp_path, "old")
        later(tmp_path / "old", ago(5))
        ran = since(tmp_path, trail(tmp_path, *(event(account, 0.5) for account in accounts)))
    assert (ran.code, "accounts: 3," in ran.err) == (3, True)
    assert len(manifest(tmp_path)["gaps"]) == 3
