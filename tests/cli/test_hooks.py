"""The hooks that this repository offers to pre-commit, run as it runs them."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.cli import Ran, vendorgate
from tests.support.snapshots import ALLOWLIST, OWN2, STRANGER, vendor_role

ROOT = Path(__file__).parents[2]
HOOKS: dict[str, dict[str, Any]] = {
    hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
}
ARGS = ("--account", OWN2, "--today", "2026-11-20")


def run(name: str, clone: Path, *args: str) -> Ran:
    """The hook's command line, which is its entry and then the arguments that somebody gave."""
    program, *words = shlex.split(HOOKS[name]["entry"])
    assert program == "vendorgate"
    return vendorgate(*words, *args, cwd=clone)


def template(account: str) -> str:
    trust = vendor_role("R", account)["trust_policy"]
    properties = {"AssumeRolePolicyDocument": trust}
    return json.dumps({"Resources": {"R": {"Type": "AWS::IAM::Role", "Properties": properties}}})


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A repository with an allowlist and templates, and no snapshot."""
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    (tmp_path / "stacks").mkdir()
    for number in range(5):
        (tmp_path / f"stacks/{number}.json").write_text(template(OWN2))
    (tmp_path / "compose.yaml").write_text("services: {web: {image: nginx}}\n")
    for command in (["init", "-q"], ["add", "."]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    return tmp_path


@pytest.mark.parametrize("name", sorted(HOOKS))
def test_hooks_that_judge_together_take_no_parts(name: str) -> None:
    """pre-commit splits a long list of files into several runs: only what judges each file by
    itself may take one."""
    by_itself = HOOKS[name]["entry"].startswith("vendorgate validate")
    assert HOOKS[name].get("pass_filenames", True) is by_itself


NAMES = [
    ("vendorgate-validate", "allowlist.yaml allowlist.yml allowlist.d/team.yaml vendorgate.toml policies/a.yaml", "docs/allowlist.yaml allowlist.d/README.md main.tf"),
    ("vendorgate-policies", "policies/a.yaml policies/more/b.yml", "allowlist.yaml"),
    ("vendorgate-terraform", "main.tf infra/x.tf.json prod.tfvars a/prod.auto.tfvars", "main.py tf"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "taken", "left"), NAMES, ids=[row[0] for row in NAMES])
def test_a_hook_runs_for_its_files(name: str, taken: str, left: str) -> None:
    """One that no commit starts looks at nothing."""
    pattern = re.compile(HOOKS[name]["files"])
    assert all(pattern.search(one) for one in taken.split())
    assert not any(pattern.search(one) for one in left.split())


def test_a_part_of_the_allowlist_is_held_against_the_rest(clone: Path) -> None:
    """The file that a commit changes, handed over alone: what is wrong is in another."""
    (clone / "allowlist.d").mkdir()
    (clone / "allowlist.yaml").write_text(ALLOWLIST + "include: ['allowlist.d/*.yaml']\n")
    (clone / "allowlist.d/team.yaml").write_text(ALLOWLIST)
    ran = run("vendorgate-validate", clone, "allowlist.d/team.yaml")
    assert (ran.code, "stands on line 6 of allowlist.yaml too" in ran.err) == (2, True), ran.err


def test_terraform_on_a_clone(clone: Path) -> None:
    """With the packages that the hook says it needs, which are those of the extra."""
    extra = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert HOOKS["vendorgate-terraform"]["additional_dependencies"] == extra["iac"]
    trust = json.dumps(vendor_role("R", STRANGER)["trust_policy"])
    role = f'resource "aws_iam_role" "r" {{\n  name = "R"\n  assume_role_policy = jsonencode({trust})\n}}\n'
    (clone / "main.tf").write_text(role)
    ran = run("vendorgate-terraform", clone, *ARGS)
    assert (ran.code, "main.tf" in ran.out, STRANGER in ran.out) == (1, True, True), ran.err


def test_templates_on_a_clone_without_a_snapshot(clone: Path) -> None:
    """What a developer's machine has: the hook passes there, and writes nothing."""
    ran = run("vendorgate-cloudformation", clone, *ARGS)
    told = subprocess.run(["git", "status", "--short"], cwd=clone, capture_output=True, text=True)
    assert ran.code == 0, ran.out + ran.err
    assert not [line for line in told.stdout.splitlines() if not line.startswith("A ")]


@pytest.mark.parametrize("number", range(5))
def test_one_bad_template_of_many_fails_the_hook(clone: Path, number: int) -> None:
    """Whichever it is: when the last part of a list was judged alone, the others passed."""
    (clone / f"stacks/{number}.json").write_text(template(STRANGER))
    ran = run("vendorgate-cloudformation", clone, *ARGS)
    assert (ran.code, STRANGER in ran.out, f"stacks/{number}.json" in ran.out) == (1, True, True)


def test_the_account_must_be_said(clone: Path) -> None:
    """Without args nobody knows whose templates these are: one line says what to write."""
    ran = run("vendorgate-cloudformation", clone)
    assert (ran.code, ran.err.count("\n"), "--account" in ran.err) == (2, 1, True)


def test_hooks_of_allowlist_and_policies(clone: Path) -> None:
    """They look at what people wrote, with the files that a commit changed or without."""
    assert run("vendorgate-validate", clone, "allowlist.yaml").code == 0
    (clone / "allowlist.yaml").write_text("version: 2\n")
    assert run("vendorgate-validate", clone, "allowlist.yaml").code == 2
    assert run("vendorgate-policies", clone).code == 0
