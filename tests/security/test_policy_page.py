"""SECURITY.md says what holds: its options, commands and names exist, and what it promises is so."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.support.cli import vendorgate
from tests.support.snapshots import ALLOWLIST, OWN2, STRANGER, vendor_role, write

TEXT = (Path(__file__).parents[2] / "SECURITY.md").read_text()
COMMANDS = [
    line[len("$ vendorgate ") :] for line in TEXT.splitlines() if line.startswith("$ vendorgate ")
]


@pytest.mark.parametrize("heading", [
    "## How to report a vulnerability", "## What is trusted, and what is not",
    "## What is delicate in snapshots, reports and evidence",
])  # fmt: skip
def test_it_says_what_people_look_for(heading: str) -> None:
    """A reporter who finds no way to report opens a public issue."""
    assert heading in TEXT


@pytest.mark.parametrize("command", COMMANDS)
def test_its_commands_know_their_options(command: str) -> None:
    """An option that was renamed, in the one place where people trust what they read."""
    words = command.split()
    depth = 2 if words[0] in ("collect", "usage") else 1
    known = vendorgate(*words[:depth], "--help").out
    for option in re.findall(r"--[a-z-]+", command):
        assert option in known, option


@pytest.mark.parametrize("option", sorted(set(re.findall(r"`(--[a-z-]+)`", TEXT))))
def test_every_option_that_it_names_exists(option: str) -> None:
    """The same, of those within sentences."""
    docs = (Path(__file__).parents[2] / "docs/commands.md").read_text()
    assert option in docs, option


def test_what_it_says_of_check_and_render_runs(tmp_path: Path) -> None:
    """The recipe, as it stands."""
    write(tmp_path / "snapshot", roles=[vendor_role("S", STRANGER, external_id="Acme-7731")])
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    for command in COMMANDS:
        if command.startswith(("check", "render")):
            assert vendorgate(*command.split(), cwd=tmp_path).code in (0, 1)
    assert (
        "Acme-7731"
        not in (tmp_path / "report.json").read_text() + (tmp_path / "report.html").read_text()
    )


def test_reports_hold_where_it_says_they_do(tmp_path: Path) -> None:
    """Text, SARIF and the like carry no external id even without the option, as the table says."""
    write(tmp_path / "snapshot", roles=[vendor_role("S", STRANGER, external_id="Acme-7731")])
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    held = {
        name: "Acme-7731"
        in vendorgate("check", "--today", "2026-11-20", "-f", name, cwd=tmp_path).out
        for name in (
            "json",
            "html",
            "oscal",
            "text",
            "junit",
            "sarif",
            "markdown",
            "csv",
            "github",
            "gitlab",
            "ocsf",
            "asff",
        )
    }
    assert {name for name, holds in held.items() if holds} <= {"json", "html", "oscal"}
    assert held["json"] and held["html"]


def test_usage_in_a_snapshot_holds_no_request_parameters(tmp_path: Path) -> None:
    """Names of buckets and values of parameters stay with the log."""
    arn = f"arn:aws:iam::{OWN2}:role/Monitoring"
    event = {"eventID": "1", "eventName": "AssumeRole", "eventSource": "sts.amazonaws.com", "awsRegion": "us-east-1",
             "eventTime": "2026-11-01T00:00:00Z", "recipientAccountId": OWN2,
             "userIdentity": {"type": "AWSAccount", "accountId": "999999999999"},
             "requestParameters": {"roleArn": arn, "externalId": "Acme-7731"}}  # fmt: skip
    (tmp_path / "log.json").write_text(json.dumps({"Records": [event]}))
    write(tmp_path / "snapshot", roles=[vendor_role(external_id=None)])
    vendorgate("collect", "cloudtrail", "log.json", "-o", "snapshot", "-q", cwd=tmp_path)
    texts = [path.read_text() for path in (tmp_path / "snapshot").iterdir()]
    assert any(arn in text for text in texts) and not any("Acme-7731" in text for text in texts)
