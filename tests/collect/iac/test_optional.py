"""What a variable's type gives where its value says nothing, and which variables are plain."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from checker.collect.iac.terraform.conversion import converted
from checker.collect.iac.terraform.syntax import parse_file
from checker.collect.iac.terraform.variables import plain_variables
from checker.collect.iac.unknown import unresolved

U = unresolved("var.v")
STRANGER = '"999999999999"'
WHO = f"object({{ who = optional(string, {STRANGER}), own = string, none = optional(string) }})"
GIVEN = {"who": "999999999999", "none": None}
TYPES: list[tuple[str, str, Any, Any]] = [
    ("nothing is said", WHO, {}, GIVEN), ("null", WHO, {"who": None}, GIVEN), ("something", WHO, {"who": "x"}, GIVEN | {"who": "x"}),
    ("what has no default", WHO, {"none": None, "own": "y"}, GIVEN | {"own": "y"}), ("a key that the type does not have", WHO, {"z": 1}, GIVEN), ("keys of which one is not known", WHO, {U: 1}, {U: 1} | GIVEN),
    ("in a list", f"list({WHO})", [{}, {"who": "x"}], [GIVEN, GIVEN | {"who": "x"}]), ("in a set", f"set({WHO})", [{}], [GIVEN]), ("in a map", f"map({WHO})", {"k": {}}, {"k": GIVEN}),
    ("one within another", f"object({{ inner = optional({WHO}, {{}}) }})", {}, {"inner": GIVEN}), ("that is not there", f"object({{ inner = optional({WHO}) }})", {}, {"inner": None}),
    ("that is given", f"object({{ inner = {WHO} }})", {"inner": {}}, {"inner": GIVEN}), ("of a plain type", "string", "x", "x"), ("of any", "any", {"a": 1}, {"a": 1}), ("another than its type", WHO, "x", "x"),
    ("a list that is none", f"list({WHO})", "x", "x"), ("a list for a map", f"map({WHO})", [{}], [{}]),
    ("a number for a text", "string", 5, "5"), ("a truth for a text", "string", True, "true"), ("a text for a number", "number", "10", 10), ("a word for a number", "number", "x", "x"), ("a text for a truth", "bool", "true", True),
    ("none for a truth", "bool", "0", False), ("a word for a truth", "bool", "yes", "yes"), ("a list for a text", "string", [1], [1]), ("what nobody knows", "number", U, U), ("null for a text", "string", None, None), ("an old way of types", '"string"', 5, "5"),
    ("numbers for texts", "list(string)", [1, "a"], ["1", "a"]), ("a set's order", "set(string)", ["b", "a", "b"], ["a", "b"]), ("values of a map", "map(string)", {"a": 1}, {"a": "1"}), ("numbers of a map", "map(number)", {"a": "1"}, {"a": 1}),
    ("a tuple", "tuple([string, number])", [1, "2"], ["1", 2]), ("of any list", "list(any)", [1], [1]),
]  # fmt: skip


def variable(folder: Path, text: str) -> Any:
    (folder / "v.tf").write_text(text)
    return {block.labels[-1]: block for block in parse_file(folder / "v.tf").blocks}


def test_what_a_type_gives(tmp_path: Path) -> None:
    """A default within a type names somebody as one beside it does."""
    for why, kind, value, expected in TYPES:
        block = variable(tmp_path, f'variable "v" {{\n type = {kind}\n}}\n')["v"]
        found = converted(block.attributes["type"], value, lambda one: {"{}": {}}.get(one.written(), one.written().strip('"')))  # fmt: skip
        assert found == expected and json.dumps(found, sort_keys=True) == json.dumps(
            expected, sort_keys=True
        ), why
    assert converted(None, {"a": None}, lambda _: "x") == {"a": None}


PLAIN: list[tuple[str, bool]] = [
    ("type = string", True), ("type = number", True), ("type = bool", True), ('type = "string"', True), ("type = list(string)", False), ("type = any", False), ('default = "x"', True), ("default = 3", True), ("default = []", False),
    ("default = {}", False), ("", True), ("type = list(string)\n default = null", False),
]  # fmt: skip


def test_which_variables_are_plain(tmp_path: Path) -> None:
    """Those of which one value in place of another can be tried."""
    for said, plain in PLAIN:
        found = list(plain_variables(variable(tmp_path, f'variable "v" {{\n {said}\n}}\n')))
        assert found == ["var.v"] * plain, said
