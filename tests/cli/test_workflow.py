"""The workflow that `init` writes, run step by step as GitHub runs it, against the emulator."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from checker.demo.organization import (
    EXTERNAL_ID,
    MANAGEMENT,
    build_organization,
    serve_organization,
)
from checker.demo.server import aws_environment
from tests.support.cli import vendorgate
from tests.support.shell import program, shell

ROOT = Path(__file__).parents[2]
GIT = ["git", "-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "commit.gpgsign=false"]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository of what `init` wrote, committed."""
    made = tmp_path / "repository"
    made.mkdir()
    assert vendorgate("init", cwd=made).code == 0
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "init"]):
        subprocess.run([*GIT, *command], cwd=made, check=True)
    return made


@dataclass
class Runner:
    """Runs the `run` steps of a job in order, as `bash -e` does there, up to the first that fails.

    `said`: for each expression its value; one that is not named fails the test.
    """

    folder: Path
    said: dict[str, str]
    done: list[tuple[str, int, str]] = field(default_factory=list)

    def run(self, job: dict[str, Any]) -> Runner:
        for step in job["steps"]:
            if "run" in step and all(code == 0 for _, code, _ in self.done):
                self._step(step)
        return self

    def _step(self, step: dict[str, Any]) -> None:
        bin_ = self.folder.parent / "bin"
        bin_.mkdir(exist_ok=True)
        # one region, as the emulator takes its time
        one = '[ "$2" = aws ] && set -- "$@" --regions us-east-1\n'
        program(bin_ / "vendorgate", one)
        (bin_ / "pip").write_text("#!/bin/sh\n")
        (bin_ / "pip").chmod(0o755)
        env = {name: self._value(text) for name, text in step.get("env", {}).items()}
        path = {"PATH": f"{bin_}:{os.environ['PATH']}"}
        ran = shell(["bash", "-e", "-c", step["run"]], self.folder, os.environ | path | env)
        self.done.append((step["run"], ran.code, ran.out + ran.err))

    def _value(self, text: str) -> str:
        return self.said[text.removeprefix("${{ ").removesuffix(" }}")]


def job(repository: Path, name: str) -> dict[str, Any]:
    text = (repository / ".github/workflows/vendorgate.yml").read_text()
    found: dict[str, Any] = yaml.safe_load(text)["jobs"][name]
    return found


def base(repository: Path) -> dict[str, str]:
    found = subprocess.run(["git", "rev-parse", "HEAD"], cwd=repository, capture_output=True,
                           text=True, check=True)  # fmt: skip
    return {"github.event.pull_request.base.sha": found.stdout.strip()}


def test_a_pull_request_that_changes_nothing_passes(repository: Path) -> None:
    """A workflow that is red from the first day is one that somebody takes out."""
    ran = Runner(repository, base(repository)).run(job(repository, "validate"))
    assert [code for _, code, _ in ran.done] == [0] * 4, ran.done


def test_a_pull_request_that_vets_somebody_for_ten_years_fails(repository: Path) -> None:
    """The same workflow, green whatever the change."""
    said = base(repository)
    path = repository / "allowlist.yaml"
    value = yaml.safe_load(path.read_text())
    vetting = {"owner": "x", "reference": "x", "reviewed": "2026-11-01", "expires": "2036-11-01", "evidence": []}  # fmt: skip
    value["vendors"] = [{"name": "X", "accounts": ["999999999999"], "vetting": vetting}]
    path.write_text(yaml.safe_dump(value))
    ran = Runner(repository, said).run(job(repository, "validate"))
    assert [code for _, code, _ in ran.done] == [0, 0, 0, 1], ran.done
    assert "change-expires-too-late" in ran.done[-1][2]


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """The demo's: two members let the collector in, with the external id; a third refuses."""
    with serve_organization() as address:
        build_organization(address)
        yield address


@pytest.fixture
def organization(endpoint: str) -> Iterator[None]:
    with aws_environment(endpoint, MANAGEMENT):
        yield


@pytest.mark.parametrize(
    ("given", "inside", "why"),
    [
        (EXTERNAL_ID, True, "as the StackSet was given it: members are looked at"),
        ("", False, "a repository without the secret: members refuse, and the check tells so"),
    ],
)
def test_the_night_gets_to_its_check(
    repository: Path, organization: None, given: str, inside: bool, why: str
) -> None:
    """No external id, so no member; and exit code 3 of the collection ended the job before anybody
    was told what the gaps are."""
    ran = Runner(repository, {"secrets.VENDORGATE_EXTERNAL_ID": given})
    ran.run(job(repository, "check"))
    assert [code for _, code, _ in ran.done] == [0, 0, 1], ran.done
    sarif = json.loads((repository / "vendorgate.sarif").read_text())
    found = {result["ruleId"] for result in sarif["runs"][0]["results"]}
    assert "collection-gap" in found and ("unvetted-account-trust" in found) is inside
    assert ran.done[-1][2].count("sts:AssumeRole") >= (1 if inside else 3), ran.done[-1]
