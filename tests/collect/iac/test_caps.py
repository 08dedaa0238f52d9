"""Bounds at their edge: what is just within one is read, one more is said."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from checker.collect.iac import includes, loops, worlds
from checker.collect.iac.terraform import repeats
from tests.support.cli import vendorgate
from tests.support.snapshots import STRANGER

ACCOUNT = "222222222222"
STATEMENT = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": STRANGER}}
TRUST = {"Version": "2012-10-17", "Statement": [STATEMENT]}
MOST = 4


def looped(size: int) -> dict[str, Any]:
    body = {"R${X}": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}}}
    items = [f"N{n}" for n in range(size)]
    return {"Transform": "AWS::LanguageExtensions",
            "Resources": {"Fn::ForEach::Loop": ["X", items, body]}}  # fmt: skip


def chosen(size: int) -> dict[str, Any]:
    """A role whose trust hangs on a parameter of so many allowed values."""
    values = [f"{n}" for n in range(size)]
    principal = {"Fn::If": ["Last", STRANGER, ACCOUNT]}
    trust = TRUST | {"Statement": [STATEMENT | {"Principal": {"AWS": principal}}]}
    role = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": trust}}
    return {"Parameters": {"P": {"Type": "String", "Default": "0", "AllowedValues": values}},
            "Conditions": {"Last": {"Fn::Equals": [{"Ref": "P"}, values[-1]]}},
            "Resources": {"R": role}}  # fmt: skip


def included(size: int) -> dict[str, Any]:
    """Roles, each with a trust policy that stands in a file of its own."""
    transforms = [
        {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": f"trust{n}.json"}}}
        for n in range(size)
    ]
    return {"Resources": {f"R{n}": {"Type": "AWS::IAM::Role",
                                    "Properties": {"AssumeRolePolicyDocument": one}}
                          for n, one in enumerate(transforms)}}  # fmt: skip


def collected(folder: Path, *paths: str) -> tuple[int, int]:
    """How many roles let the stranger in, for all that is read; how much is said not to be known."""
    what = "terraform" if paths[0].endswith("tf") else "cloudformation"
    ran = vendorgate("collect", what, *paths, "--account", ACCOUNT, "-o", "out", cwd=folder)
    assert ran.code in (0, 3), ran.err
    roles = (folder / "out/roles.jsonl").read_text().splitlines()
    manifest = json.loads((folder / "out/manifest.json").read_text())
    unresolved = sum(bool(json.loads(one)["unresolved"]) for one in roles)
    return sum(STRANGER in one for one in roles), len(manifest["gaps"]) + unresolved


CAPS = [
    ("a loop", loops, "MOST", looped, (MOST, 0), (0, 1)),
    (
        "files that are included",
        includes,
        "MOST",
        included,
        (MOST, 0),
        (MOST, 2),
    ),  # a gap, and the role
]


@pytest.mark.parametrize(
    ("why", "module", "name", "made", "within", "beyond"), CAPS, ids=[r[0] for r in CAPS]
)
def test_the_last_within_is_read_and_one_more_is_said(
    tmp_path: Path, why: str, module: Any, name: str, made: Callable[[int], Any],
    within: tuple[int, int], beyond: tuple[int, int],
) -> None:  # fmt: skip
    """Catches a bound that is off by one, and what lies beyond it and is passed over in silence."""
    for number in range(MOST + 1):
        (tmp_path / f"trust{number}.json").write_text(json.dumps(TRUST))
    with mock.patch.object(module, name, MOST):
        for size, expected in ((MOST, within), (MOST + 1, beyond)):
            (tmp_path / "t.json").write_text(json.dumps(made(size)))
            assert collected(tmp_path, "t.json") == expected, size


ALIKE = STRANGER
NAMED = f'${{split(",", "{",".join([STRANGER] * 9)}")[count.index]}}'
EACH = f"{STRANGER[:-1]}${{each.value}}"
BLOCKS = [
    ("a count", "count = %d", lambda size: size, ALIKE, (1, 0)),
    ("a count that tells who", "count = %d", lambda size: size, NAMED, (1, 1)),
    (
        "a set",
        "for_each = toset(%s)",
        lambda size: json.dumps([f"n{n}" for n in range(size)]),
        ALIKE,
        (1, 0),
    ),
    (
        "a map",
        "for_each = %s",
        lambda size: "{" + ",".join(f"n{n} = 8" for n in range(size)) + "}",
        EACH,
        (0, 1),
    ),
]


@pytest.mark.parametrize(
    ("why", "head", "fill", "principal", "beyond"), BLOCKS, ids=[r[0] for r in BLOCKS]
)
def test_instances_of_one_block(
    tmp_path: Path, why: str, head: str, fill: Callable[[int], Any], principal: str, beyond: tuple[int, int]
) -> None:  # fmt: skip
    """Catches instances beyond the bound that nobody is told of."""
    with mock.patch.object(repeats, "MOST", MOST):
        for size, expected in ((MOST, (MOST, 0)), (MOST + 1, beyond)):
            policy = json.dumps(json.dumps(TRUST)).replace(STRANGER, principal)
            block = f'resource "aws_iam_role" "r" {{\n  {head % fill(size)}\n  assume_role_policy = {policy}\n}}\n'
            (tmp_path / "main.tf").write_text(block)
            assert collected(tmp_path, "main.tf") == expected, size


def test_outcomes_of_one_resource(tmp_path: Path) -> None:
    """Catches the last outcome that is not tried, and too many that go unsaid."""
    (tmp_path / "t.json").write_text(json.dumps(chosen(2)))
    for most, expected in ((2, (1, 0)), (1, (0, 1))):
        with mock.patch.object(worlds, "MOST", most):
            assert collected(tmp_path, "t.json") == expected, most
