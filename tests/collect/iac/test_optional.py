"""What a variable's type gives where its value says nothing, and which variables are plain."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from checker.collect.iac.terraform.syntax import parse_file
from checker.collect.iac.terraform.variables import plain_variables, with_optional

STRANGER = '"999999999999"'
WHO = f"object({{ who = optional(string, {STRANGER}), own = string, none = optional(string) }})"
TYPES: list[tuple[str, str, Any, Any]] = [
    ("nothing is said", WHO, {}, {"who": "999999999999"}), ("null", WHO, {"who": None}, {"who": "999999999999"}), ("something", WHO, {"who": "x"}, {"who": "x"}),
    ("what has no default", WHO, {"none": None, "own": "y"}, {"none": None, "own": "y", "who": "999999999999"}), ("a key beside it", WHO, {"z": 1}, {"z": 1, "who": "999999999999"}),
    ("in a list", f"list({WHO})", [{}, {"who": "x"}], [{"who": "999999999999"}, {"who": "x"}]), ("in a set", f"set({WHO})", [{}], [{"who": "999999999999"}]), ("in a map", f"map({WHO})", {"k": {}}, {"k": {"who": "999999999999"}}),
    ("one within another", f"object({{ inner = optional({WHO}, {{}}) }})", {}, {"inner": {"who": "999999999999"}}), ("that is not there", f"object({{ inner = optional({WHO}) }})", {}, {}),
    ("that is given", f"object({{ inner = {WHO} }})", {"inner": {}}, {"inner": {"who": "999999999999"}}), ("of a plain type", "string", "x", "x"), ("of any", "any", {"a": 1}, {"a": 1}), ("another than its type", WHO, "x", "x"),
    ("a list that is none", f"list({WHO})", "x", "x"), ("a list for a map", f"map({WHO})", [{}], [{}]),
]  # fmt: skip


def variable(folder: Path, text: str) -> Any:
    (folder / "v.tf").write_text(text)
    return {block.labels[-1]: block for block in parse_file(folder / "v.tf").blocks}


def test_what_a_type_gives(tmp_path: Path) -> None:
    """A default within a type names somebody as one beside it does."""
    for why, kind, value, expected in TYPES:
        block = variable(tmp_path, f'variable "v" {{\n type = {kind}\n}}\n')["v"]
        found = with_optional(block.attributes["type"], value, lambda one: {"{}": {}}.get(one.written(), one.written().strip('"')))  # fmt: skip
        assert found == expected, why
    assert with_optional(None, {"a": None}, lambda _: "x") == {"a": None}


PLAIN: list[tuple[str, bool]] = [
    ("type = string", True), ("type = number", True), ("type = bool", True), ('type = "string"', True), ("type = list(string)", False), ("type = any", False), ('default = "x"', True), ("default = 3", True), ("default = []", False),
    ("default = {}", False), ("", True), ("type = list(string)\n default = null", False),
]  # fmt: skip


def test_which_variables_are_plain(tmp_path: Path) -> None:
    """Those of which one value in place of another can be tried."""
    for said, plain in PLAIN:
        found = list(plain_variables(variable(tmp_path, f'variable "v" {{\n {said}\n}}\n')))
        assert found == ["var.v"] * plain, said
