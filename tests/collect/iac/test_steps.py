"""From a value of Terraform's to its parts: keys, items, splats; what is not there, and not known."""

from __future__ import annotations

from typing import Any

from checker.collect.iac.terraform.arithmetic import OPERATORS
from checker.collect.iac.terraform.looseness import Maybe
from checker.collect.iac.terraform.several import ABSENT
from checker.collect.iac.terraform.steps import (
    ALL,
    NOTHING,
    SPLAT,
    Pick,
    Several,
    splat,
    stepped,
    truth,
    walked,
)
from checker.collect.iac.unknown import unresolved
from tests.support.rows import rows

U = unresolved("var.v")
LIST = ["a", "b"]
PARTS: list[tuple[str, Any, list[Any], Any]] = [
    ("nothing to do", "x", [], "x"), ("a key", {"a": 1}, ["a"], 1), ("a key that is not there", {"a": 1}, ["b"], None), ("a number as a key", {"1": "x"}, [1], "x"),
    ("below what nothing declares", NOTHING, ["a"], NOTHING), ("below what a list lacks", LIST, [9, "a"], ABSENT), ("of what is not known", U, ["a", 0], U),
    ("a key that is not known", {"a": 1}, [U], U), ("a key beside one that is not known", {U: "x", "a": 1}, ["b"], U), ("a key that may not be there", Maybe({"a": 1}, frozenset({"a"})), ["a"], unresolved("a, if it is there")),
    ("one that surely is", Maybe({"a": 1, "b": 2}, frozenset({"a"})), ["b"], 2),
    ("an item", LIST, [1], "b"), ("from the end", LIST, [-1], "b"), ("before the first", LIST, [-3], ABSENT), ("behind the last", LIST, [2], ABSENT), ("as text", LIST, ["1"], "b"),
    ("of which nobody knows how many", Several(["a"]), [5], "a"), ("of none of these", Several([]), [0], ABSENT), ("an item that is not known", LIST, [U], U), ("a name of a list", LIST, ["x"], None), ("no index at all", LIST, [None], None),
    ("of a text", "x", ["a"], ABSENT), ("of a number", 3, ["a"], ABSENT), ("of null", None, ["a"], None), ("two steps", {"a": [{"b": 3}]}, ["a", 0, "b"], 3),
    ("a part of each", [{"a": 1}, {"a": 2}], [SPLAT, "a"], [1, 2]), ("each of one", {"a": 1}, [SPLAT, "a"], [1]), ("each of none", None, [SPLAT, "a"], []), ("each of what is not known", U, [SPLAT, "a"], U),
    ("one that lacks it", [{"a": [1]}, {"a": []}], [SPLAT, "a", 0], ABSENT), ("and over all of them", [{"a": 1}, {"a": 2}], [SPLAT, "a", ALL, 1], 2), ("of several", Several([{"a": 1}]), [SPLAT, "a"], Several([1])),
]  # fmt: skip


@rows("why, value, steps, expected", PARTS)
def test_a_part(why: str, value: Any, steps: list[Any], expected: Any) -> None:
    """What is not there is none; what is not known stays so; neither is taken for the other."""
    found = walked(value, steps)
    if expected is NOTHING or expected is ABSENT or expected is None:
        assert found is expected, why
    else:
        assert found == expected and type(found) is type(expected), why


def test_what_stands_for_null_among_them() -> None:
    """Where somebody has said what else to take."""
    assert splat([{"a": 1}, {}], ["a"], None) == [1, None]
    assert splat([{"a": 1}, {}], ["a"], "else") == "else"
    assert splat([{"a": 1}], ["a"], "else") == [1]


class Thing:
    """A resource, of which attributes are asked."""

    def attribute(self, name: str) -> str:
        return f"its {name}"


def test_a_resource_is_asked_for_its_attributes() -> None:
    """By name; an index leaves it as it is."""
    one = Thing()
    assert (stepped(one, "arn"), stepped(one, 0)) == ("its arn", one)
    assert walked(one, [SPLAT, "arn"]) == ["its arn"]


PICKS: list[tuple[Any, bool, Any]] = [
    ({"a": 1, "b": 2}, False, (["a", "b"], False)), ({"a": 1, U: 2}, False, (["a"], True)), ({"a": 1}, True, (["a"], True)), (["x"], False, "var.k"), ("x", True, "var.k"),
]  # fmt: skip


@rows("value, more, expected", PICKS)
def test_a_key_that_nobody_has_decided(value: Any, more: bool, expected: Any) -> None:
    """Of a map it may be each; of one of which not all is known, another one, too."""
    assert Pick("var.k", lambda known, others: (known, others)).of(value, more=more) == expected
    if isinstance(value, dict) and not more:
        anew = U if U in value else value["a"]  # which may be the same key
        assert stepped(value, Pick("var.k", lambda known, _: known[0])) == anew


TRUTHS = [(True, True), ("true", True), (False, False), ("false", False), ("yes", None), (1, None), (None, None), (U, None)]  # fmt: skip


@rows("value, expected", TRUTHS)
def test_what_is_true(value: Any, expected: bool | None) -> None:
    """Anything else, nobody can tell."""
    assert truth(value) is expected


SIGNS = [("==", 1, 1, True), ("==", 1, 2, False), ("!=", 1, 2, True), ("!=", 1, 1, False), ("<", 1, 1, False), ("<", 1, 2, True), (">", 1, 1, False), (">", 2, 1, True), ("<=", 1, 1, True), ("<=", 2, 1, False),
         (">=", 1, 1, True), (">=", 1, 2, False), ("+", 1, 2, 3), ("-", 3, 2, 1), ("*", 3, 2, 6), ("/", 3, 2, 1.5), ("%", 3, 2, 1)]  # fmt: skip


@rows("sign, one, other, expected", SIGNS)
def test_operators(sign: str, one: Any, other: Any, expected: Any) -> None:
    """At their edges."""
    assert OPERATORS[sign](one, other) == expected


def test_every_operator_is_asked() -> None:
    """Catches one that nobody ever used."""
    assert set(OPERATORS) == {sign for sign, *_ in SIGNS}
