"""The script behind the GitHub Action, run as the runner would."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.support.snapshots import ALLOWLIST, STRANGER, vendor_role, write

ROOT = Path(__file__).parent.parent


def run(folder: Path, **inputs: str) -> dict[str, str]:
    """The step's outputs; `inputs` are those of action.yml, in capitals."""
    (folder / "allowlist.yaml").write_text(ALLOWLIST)
    write(folder / "snapshot", roles=[vendor_role("S", STRANGER)])
    output, summary = folder / "output", folder / "summary"
    vendorgate = folder / "vendorgate"
    vendorgate.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m checker "$@"\n')
    vendorgate.chmod(0o755)
    given = {
        "MODE": "check", "SNAPSHOT": "snapshot", "ALLOWLIST": "allowlist.yaml", "POLICIES": "",
        "FAIL_ON": "high", "ALLOW_GAPS": "false", "BASE": "HEAD", "RUNNER_TEMP": str(folder),
        "GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(summary),
        "VENDORGATE": str(vendorgate), "PYTHONPATH": str(ROOT),
    } | inputs  # fmt: skip
    subprocess.run(["bash", str(ROOT / "ci/run-action.sh")], cwd=folder, env=os.environ | given,
                   check=True, capture_output=True)  # fmt: skip
    lines = output.read_text().splitlines()
    shown = summary.read_text() if summary.exists() else ""
    return dict(line.split("=", 1) for line in lines) | {"summary": shown}


def test_a_check_publishes_before_it_fails(tmp_path: Path) -> None:
    """SARIF and summary must be there when the verdict is bad: that is when they are needed."""
    outputs = run(tmp_path)
    assert outputs["code"] == "1"
    assert Path(outputs["sarif"]).exists() and Path(outputs["report"]).exists()
    assert STRANGER in outputs["summary"]


def test_a_review_writes_the_comment(tmp_path: Path) -> None:
    """A pull request's comment, from the base that git has."""
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@t"]
    for command in (["init", "-q"], ["commit", "-q", "--allow-empty", "-m", "empty"]):
        subprocess.run([*git, *command], cwd=tmp_path, check=True, capture_output=True)
    outputs = run(tmp_path, MODE="review")
    assert outputs["code"] == "1", "a vendor without evidence"
    assert "Example Monitoring is new" in Path(outputs["markdown"]).read_text()


@pytest.mark.parametrize("name", ["ALLOWLIST", "SNAPSHOT", "POLICIES", "FAIL_ON"])
def test_an_input_is_never_a_command(tmp_path: Path, name: str) -> None:
    """An input that a pull request chose must not run in the gate's job."""
    outputs = run(tmp_path, **{name: "$(touch pwned) `touch pwned`; touch pwned \"'&& touch pwned"})
    assert outputs["code"] == "2"
    assert not (tmp_path / "pwned").exists()


def test_every_action_is_pinned_and_no_input_is_pasted_into_a_script() -> None:
    """A moved tag runs somebody else's code; an expression in `run` runs a pull request's."""
    files = [ROOT / "action.yml", *(ROOT / ".github/workflows").glob("*.yml")]
    for path in files:
        document = yaml.safe_load(path.read_text())
        jobs = document.get("jobs") or {"": document["runs"]}
        if "jobs" in document:
            assert document["permissions"] == {}, path
        for step in (step for job in jobs.values() for step in job["steps"]):
            assert "${{" not in step.get("run", ""), path
            if uses := step.get("uses"):
                revision = uses.partition("@")[2]
                assert len(revision) == 40 and set(revision) <= set("0123456789abcdef"), uses


def test_the_category_of_an_upload_is_an_input() -> None:
    """Two checks of one repository under one category close each other's alerts."""
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    (upload,) = [s for s in action["runs"]["steps"] if "upload-sarif" in s.get("uses", "")]
    assert upload["with"]["category"] == "${{ inputs.category }}"
    assert action["inputs"]["category"]["default"] == "vendorgate"
