"""Options and settings that bend the verdict, through the real command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.cli import vendorgate
from tests.support.gate import GAP, TODAY, check, findings
from tests.support.snapshots import (
    STRANGER,
    allow,
    role,
    vendor_role,
)


def test_the_threshold(tmp_path: Path) -> None:
    """--fail-on moves what fails the build, not what is shown."""
    records = [vendor_role(external_id=None)]
    assert check(tmp_path, "-q", "--fail-on", "medium", roles=records).code == 1
    assert check(tmp_path, "-q", "--fail-on", "high", roles=records).code == 0


def test_settings_bend_the_verdict_and_every_report_says_so(tmp_path: Path) -> None:
    """A disabled policy that no reader could see would be a hole."""
    (tmp_path / "vendorgate.toml").write_text(
        '[severity]\nunvetted-account-trust = {level = "low", reason = "pilot"}\n'
        '[disabled]\nmissing-external-id = "not yet"\n'
    )
    roles = [vendor_role("S", STRANGER), vendor_role(external_id=None)]
    ran = check(tmp_path, roles=roles)
    assert (ran.code, findings(ran)) == (0, {("unvetted-account-trust", "S", STRANGER)})
    settings = json.loads(ran.out)["settings"]
    assert settings["severity"][0] == {
        "policy": "unvetted-account-trust", "severity": "low", "was": "high", "reason": "pilot",
    }  # fmt: skip
    assert settings["disabled"] == [{"policy": "missing-external-id", "reason": "not yet"}]
    plainly = check(tmp_path, "--no-settings", "-f", "json", roles=roles)
    for severity, said in (("low", ran), ("high", plainly)):  # of one process, which reads it once
        told = {one["id"]: one["severity"] for one in json.loads(said.out)["policies"]}
        assert told["unvetted-account-trust"] == severity
    for shown_as in ("text", "junit", "sarif"):
        shown = vendorgate("check", "--today", TODAY, "-f", shown_as, cwd=tmp_path).out
        assert "pilot" in shown and "not yet" in shown, shown_as


def test_no_settings_accept_no_gaps(tmp_path: Path) -> None:
    """Catches a gap that is accepted although no settings are read that could accept it."""
    roles = [role("App", allow({"Service": "ec2.amazonaws.com"}))]
    told = {"roles": roles, "gaps": [GAP]}
    assert check(tmp_path, "-q", "--no-settings", **told).code == 3
    (tmp_path / "vendorgate.toml").write_text("allow-gaps = true")
    assert check(tmp_path, "-q", "--no-settings", **told).code == 3
    assert check(tmp_path, "-q", **told).code == 0


BAD_SETTINGS = [
    ("an unknown key", 'alowlist = "x"', "unknown key 'alowlist'; did you mean 'allowlist'?"),
    ("no reason", '[disabled]\nanyone-trust = ""', "anyone-trust needs a reason"),
    (
        "a severity without a reason",
        '[severity]\nanyone-trust = "low"',
        "needs a level and a reason",
    ),
    ("an unknown policy", '[disabled]\nanyone-trsut = "x"', "did you mean 'anyone-trust'?"),
    ("the engine's own", '[disabled]\ncollection-gap = "x"', "cannot be disabled"),
    ("no TOML", "[", "not valid TOML"),
    ("a truth for days", "max-age = true", "'max-age' must be of type int"),
    ("days for a truth", "allow-gaps = 0", "'allow-gaps' must be of type bool"),
    ("less than no day", "max-age = -2", "max-age cannot be -2"),
]


@pytest.mark.parametrize(("why", "text", "message"), BAD_SETTINGS, ids=[b[0] for b in BAD_SETTINGS])
def test_bad_settings(tmp_path: Path, why: str, text: str, message: str) -> None:
    """A setting that does not do what its author meant must be refused."""
    (tmp_path / "vendorgate.toml").write_text(text)
    ran = check(tmp_path, "-q", roles=[])
    assert (ran.code, message in ran.err) == (2, True), ran.err
