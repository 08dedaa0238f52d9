"""What could not be looked at or evaluated, through the real command: never a pass."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.gate import GAP, at_home, check, findings
from tests.support.snapshots import (
    OWN,
    OWN2,
    STRANGER,
    allow,
    role,
    vendor_role,
)


def test_a_gap_is_never_a_pass(tmp_path: Path) -> None:
    """What could not be looked at: exit 3, a finding; exit 1 wins; --allow-gaps accepts it."""
    ran = check(tmp_path, roles=[vendor_role()], gaps=[GAP])
    assert findings(ran) == {("collection-gap", "ec2:DescribeInstances", None)}
    assert (
        json.loads(ran.out)["findings"][0]["resource"] == f"{OWN2}/us-east-1/ec2:DescribeInstances"
    )
    assert ran.code == 3
    assert check(tmp_path, "-q", "--allow-gaps", roles=[vendor_role()], gaps=[GAP]).code == 0
    assert check(tmp_path, "-q", roles=[vendor_role("S", STRANGER)], gaps=[GAP]).code == 1


def test_an_empty_snapshot_is_incomplete(tmp_path: Path) -> None:
    """A collector that saw nothing must not read as a clean organization."""
    assert check(tmp_path, "-q", roles=[]).code == 3
    assert (
        check(tmp_path, "-q", roles=[role("Service", allow({"Service": "ec2.amazonaws.com"}))]).code
        == 0
    )


def erring(folder: Path) -> None:
    """A policy that cannot be evaluated of whoever has no ARN."""
    (folder / "policies").mkdir()
    (folder / "policies/house.yaml").write_text(
        "{id: house, title: t, severity: low, applies_to: role_trust, assert: 'length(principal.arn) > `0`',"
        " message: m, rationale: r, remediation: r, tests: []}"
    )


def test_a_policy_that_errs_is_incomplete(tmp_path: Path) -> None:
    """An evaluation that could not be done counts as incomplete, never as a pass."""
    erring(tmp_path)
    ran = check(tmp_path, roles=[vendor_role()])
    assert ran.code == 3
    assert json.loads(ran.out)["errors"][0]["policy"] == "house"


def test_a_policy_errs_in_each_account(tmp_path: Path) -> None:
    """Catches roles that are alike and count as one: of the others nothing would be told, and
    their account, looked at alone, would pass."""
    erring(tmp_path)
    alike = vendor_role(privilege="read", reads_data=False, reads_secrets=False)
    told = {"accounts": [{"id": one} for one in (OWN, OWN2)]}
    for account in (OWN, OWN2):
        ran = check(
            tmp_path,
            "-f",
            "json",
            "--account",
            account,
            roles=[at_home(alike), alike],
            manifest=told,
        )
        errors = json.loads(ran.out)["errors"]
        assert (ran.code, [one["account"] for one in errors]) == (3, [account])
