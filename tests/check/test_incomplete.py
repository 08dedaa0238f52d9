"""What could not be looked at or evaluated, through the real command: never a pass."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.gate import GAP, check, findings
from tests.support.snapshots import (
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


def test_a_policy_that_errs_is_incomplete(tmp_path: Path) -> None:
    """An evaluation that could not be done counts as incomplete, never as a pass."""
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies/house.yaml").write_text(
        "{id: house, title: t, severity: low, applies_to: role_trust, assert: 'length(principal.arn) > `0`',"
        " message: m, rationale: r, remediation: r, tests: []}"
    )
    ran = check(tmp_path, roles=[vendor_role()])
    assert ran.code == 3
    assert json.loads(ran.out)["errors"][0]["policy"] == "house"
