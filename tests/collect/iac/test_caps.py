"""Bounds at their edge: what is just within one is read, one more is said."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from checker.collect.iac import budget, includes, loops, reader, worlds
from checker.collect.iac.terraform import (
    arithmetic,
    expression,
    folder,
    references,
    repeats,
    several,
)
from checker.errors import InputError
from tests.collect.iac import granted
from tests.collect.iac.hcl import write
from tests.collect.iac.plans import plan, planned, refers
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


def trusting(name: str, who: str = "local.x") -> str:
    return f'resource "aws_iam_role" "{name}" {{\n name = "{name}"\n assume_role_policy = jsonencode({{ Statement = [{{ Effect = "Allow", Action = "*", Principal = {{ AWS = {who} }} }}] }})\n}}\n'


def two_loops(*sizes: int) -> str:
    made = {f"Fn::ForEach::L{n}": ["X", [f"a{at}" for at in range(size)], {f"R{n}${{X}}": {"Type": "AWS::SQS::Queue"}}] for n, size in enumerate(sizes)}  # fmt: skip
    resources = {"First": {"Type": "AWS::SQS::Queue"}, **made}
    return json.dumps({"Transform": "AWS::LanguageExtensions", "Resources": resources})


def stacks(number: int) -> str:
    body = {"Resources": {"R": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}}}}  # fmt: skip
    return json.dumps({"Resources": {f"S{n}": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateBody": body, "Parameters": {"P": f"{n}"}}} for n in range(number)}})  # fmt: skip


TEMPLATES: list[tuple[str, Any, str, int, list[str]]] = [
    ("two loops together", loops, "MOST", 4, [two_loops(2, 1), two_loops(2, 2), two_loops(3, 1), two_loops(1, 2, 1), two_loops(4), two_loops(5)]),
    ("stacks", reader, "TEMPLATES", 3, [stacks(2), stacks(3), stacks(4)]),
    ("steps of loops", loops, "STEPS", 40, [two_loops(2), two_loops(9), two_loops(20)]),
    ("steps", budget, "STEPS", 60, [stacks(1), stacks(3), stacks(8)]),
    ("levels", budget, "DEPTH", 8, [json.dumps({"Resources": {"R": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"Statement": {"Fn::If": ["None", json.loads("[" * n + "]" * n), []]}}}}}}) for n in (2, 5, 9)]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("why", "module", "name", "most", "texts"), TEMPLATES, ids=[row[0] for row in TEMPLATES]
)
def test_bounds_of_templates(
    tmp_path: Path, why: str, module: Any, name: str, most: int, texts: list[str]
) -> None:
    """Catches a bound that moves, and what is beyond it and goes unsaid."""
    with mock.patch.object(module, name, most):
        for text in texts:
            with contextlib.suppress(InputError):
                granted.template(tmp_path, text)


CHAIN = {f"m{n}/main.tf": f'module "n" {{\n source = "../m{n + 1}"\n}}\noutput "o" {{\n value = module.n.o\n}}\n{trusting(f"r{n}", f"{chr(34)}{STRANGER}{chr(34)}")}' for n in range(5)}  # fmt: skip
LAST = {"m5/main.tf": f'output "o" {{\n value = "{STRANGER}"\n}}\n{trusting("last", chr(34) + STRANGER + chr(34))}'}  # fmt: skip
LISTS = ["range(3)", "range(4)", "[for x in [1, 2, 3] : x]", "[for x in [1, 2, 3, 4] : x]", 'setproduct(["a"], ["b", "c", "d"])', 'setproduct(["a", "b"], ["c", "d"])', "flatten([[1], [2], [3]])", "flatten([[1, 2], [3, 4]])", 'split(",", "a,b,c")', 'split(",", "a,b,c,d")', "[1, 2, 3, 4][*]", "chunklist([1, 2, 3, 4], 1)", 'formatlist("%s", [1, 2, 3, 4])', "concat([1, 2], [3, 4])"]  # fmt: skip
FOLDERS: list[tuple[str, Any, str, int, str]] = [
    ("modules", folder, "_DEPTH", 3, 'module "n" {\n source = "./m0"\n}\n' + trusting("top", "module.n.o")),
    *((f"items of {module.__name__.rpartition('.')[2]}", module, "_MOST", 3, "".join(trusting(f"l{n}", one) for n, one in enumerate(LISTS))) for module in (expression, several)),
    ("items of a span", arithmetic, "MOST", 3, "".join(trusting(f"l{n}", one) for n, one in enumerate(LISTS))),
]  # fmt: skip


@pytest.mark.parametrize(
    ("why", "module", "name", "most", "text"), FOLDERS, ids=[row[0] for row in FOLDERS]
)
def test_bounds_of_folders(
    tmp_path: Path, why: str, module: Any, name: str, most: int, text: str
) -> None:
    """Catches the same in folders of .tf files."""
    write(tmp_path, CHAIN | LAST)
    with mock.patch.object(module, name, most), contextlib.suppress(InputError):
        granted.source(tmp_path, text)


def test_how_many_are_named(tmp_path: Path) -> None:
    """Catches a list of names that is cut without a word, or goes on for ever."""
    for number in (5, 6):
        made = [planned("aws_iam_role", {"name": f"r{n}"}, name=f"r{n}") for n in range(number)]
        content = plan(*made)
        content["planned_values"] = {"root_module": {}}
        granted.plan(tmp_path, content)


def test_references_through_modules(tmp_path: Path) -> None:
    """Catches a stranger who comes through one module more than are followed."""
    block: Any = {"outputs": {"o": {"expression": {"constant_value": STRANGER}}}}
    for _ in range(5):
        block = {"outputs": {"o": {"expression": {"references": ["module.n.o"]}}}, "module_calls": {"n": {"module": block}}}  # fmt: skip
    role = planned("aws_iam_role", {"name": "r"}, unknown={"assume_role_policy": True})
    written = refers("module.n.o") | {"module_calls": {"n": {"module": block}}}
    for most in (4, 5, 6):
        with mock.patch.object(references, "DEPTH", most):
            granted.plan(tmp_path, plan(role, configuration=written))
