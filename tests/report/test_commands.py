"""Commands that reports print: they run as they stand, or are not printed."""

from __future__ import annotations

import html
import re
import shlex
from pathlib import Path

import msgspec
import pytest

from checker.report.commands import Commands
from checker.report.model import FileInput, Report, Settings
from tests.report import factory
from tests.support.cli import vendorgate
from tests.support.gate import AMI, TODAY
from tests.support.snapshots import ALLOWLIST, OWN2, STRANGER, allow, role, use, write

FINDING = factory.finding(fingerprint="0123456789abcdef0123456789abcdef")


def judged(**given: object) -> Report:
    """A report of these inputs: `snapshot`, `allowlist`, `policies`, `builtin`, `catalogue`."""
    report = factory.report(FINDING)
    old = report.inputs
    paths = {
        "snapshot": msgspec.structs.replace(old.snapshot, path=given.get("snapshot", "snapshot")),
        "allowlist": FileInput(path=str(given.get("allowlist", "allowlist.yaml")), sha256=""),
        "policies": msgspec.structs.replace(
            old.policies, path=given.get("policies", "built-in"), builtin=given.get("builtin", True)
        ),
        "catalogue": FileInput(path="n.json", sha256="") if given.get("catalogue") else None,
    }
    return msgspec.structs.replace(
        report,
        inputs=msgspec.structs.replace(old, **paths),
        settings=given.get("settings", report.settings),
    )


ASKED = [
    ({}, "", "where all is where it is looked for"),
    ({"policies": "policies"}, "", "a folder that is found by itself"),
    ({"snapshot": "s3://bucket/a b"}, " 's3://bucket/a b'", "a shell's own letters"),
    ({"snapshot": "$(reboot)"}, " '$(reboot)'", "a command within"),
    ({"snapshot": "-q"}, " ./-q", "a name like an option"),
    ({"allowlist": "it's.yaml"}, """ -a 'it'"'"'s.yaml'""", "a quote"),
    ({"policies": "rules", "builtin": False}, " -p rules --no-builtin", "own rules alone"),
    ({"catalogue": True}, " --catalogue n.json", "names of one's own"),
    ({"policies": "main:rules", "settings": Settings(rules_from="main")}, "", "of a revision"),
    ({"settings": Settings(no_settings=True)}, " --no-settings", "without settings"),
]


@pytest.mark.parametrize(("given", "said", "why"), ASKED, ids=[row[2] for row in ASKED])
def test_a_command_names_what_the_gate_was_given(given, said, why):
    """A command that explains another snapshot's finding, or runs what a name holds."""
    assert Commands(judged(**given)).explain(FINDING) == f"vendorgate explain 0123456789ab{said}"


CODE = msgspec.structs.replace(
    factory.report(), summary=msgspec.structs.replace(factory.report().summary, resources=3)
)
NONE = [
    (CODE, FINDING, "code, of which there is no snapshot"),
    (judged(snapshot="a\u202eb"), FINDING, "a name that cannot be shown as it is"),
    (factory.report(), factory.finding(fingerprint="x; reboot"), "what no report of ours holds"),
    (factory.report(), factory.finding(fingerprint="--help"), "an option"),
]


@pytest.mark.parametrize(("report", "finding", "why"), NONE, ids=[row[2] for row in NONE])
def test_what_would_not_run_is_not_printed(report, finding, why):
    """A command that answers `no finding here`, or does something else."""
    commands = Commands(report)
    assert (commands.explain(finding), commands.waive(finding)) == (None, None), why


UNWAIVED = [
    (factory.finding(policy="collection-gap"), "gaps are accepted elsewhere"),
    (factory.finding(status="waived"), "waived already"),
    (factory.finding(resource="arn:aws:iam::222222222222:role/A*"), "it would cover others too"),
]


@pytest.mark.parametrize(("finding", "why"), UNWAIVED, ids=[row[1] for row in UNWAIVED])
def test_what_no_exception_may_waive_is_only_explained(finding, why):
    """A command that is refused."""
    commands = Commands(factory.report())
    assert commands.explain(finding) and commands.waive(finding) is None, why


@pytest.mark.parametrize("snapshot", ["snapshot", "it's here"])
def test_what_the_page_prints_runs(tmp_path: Path, snapshot: str) -> None:
    """As a reader copies it out of the page: each explains its finding, and waives it."""
    roles = [role("Shared", allow({"AWS": f"arn:aws:iam::{STRANGER}:root"}))]
    write(tmp_path / snapshot, roles=roles, image_uses=[use("i-1", AMI)])
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    options = "--today", TODAY, "-f", "html"
    page = vendorgate("check", snapshot, *options, cwd=tmp_path).out
    printed = [html.unescape(text) for text in re.findall(r'<pre class="cmd">(.*?)</pre>', page)]
    assert len(printed) >= 4
    for command in printed:
        name, *words = shlex.split(command)
        ran = vendorgate(*words, "--today", TODAY, cwd=tmp_path)
        assert (name, ran.code) == ("vendorgate", 0), ran.err
    page = vendorgate("check", snapshot, *options, cwd=tmp_path).out
    assert "vendorgate waive" not in page
    assert OWN2 in (tmp_path / "allowlist.yaml").read_text()
