"""Expressions of Terraform's: our answers are its own, as `terraform console` gave them, or none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from checker.collect.iac.budget import Budget
from checker.collect.iac.terraform.expression import Evaluation, Names
from checker.collect.iac.terraform.steps import truth
from checker.collect.iac.terraform.syntax import Expression, parse_expression
from checker.collect.iac.unknown import is_unresolved, unresolved
from checker.collect.iac.worlds import ImpossibleWorldError
from checker.errors import InputError
from tests.collect.iac.console import answers
from tests.support.rows import rows

LEFT = 42
"""So many of which we answer nothing, mostly of functions that are not followed."""


class Nowhere:
    """A module that declares nothing, and in which nobody decides anything."""

    running = strict = False

    def __init__(self) -> None:
        self.budget = Budget("console")
        self.spelled: dict[str, str] = {}

    def strictly(self) -> Nowhere:
        return self

    def now(self, item: Any) -> Any:
        return item.value

    def reference(self, root: str, *_: Any) -> Any:
        return unresolved(root)

    def file(self, name: str) -> Any:
        return unresolved(name)

    def fileset(self, folder: str, pattern: str, /) -> None:
        """No files here."""

    def decides(self, expression: Expression, names: Names) -> bool | None:
        return truth(Evaluation(expression, self, names).value(expression.node))

    def key(self, *given: Any) -> Any:
        return given[-1]


def ours(text: str) -> Any:
    """Unknown, too, where it is sure to fail."""
    expression = parse_expression(text, Path("console"))
    try:
        return Evaluation(expression, Nowhere(), {}).value(expression.node)
    except ImpossibleWorldError:
        return unresolved("an error")


JSON_INSTEAD = ('yamlencode({a="x"})', 'split("\\n",yamlencode({a="x"}))')
"""Whoever reads YAML reads JSON; not whoever takes its text apart."""
ANSWERS = [(one["expression"], one["answer"], one["error"]) for one in answers()
           if one["expression"] not in JSON_INSTEAD]  # fmt: skip


@rows("text, answer, fails", ANSWERS)
def test_an_answer_is_terraforms(text: str, answer: Any, fails: bool) -> None:
    """Catches a value that nobody would deploy, and whoever is named in the one that they would.
    Half of them were written for an edge, half made at random of all functions that are known."""
    found = ours(text)
    if not is_unresolved(found):
        assert not fails and json.dumps(found, sort_keys=True) == json.dumps(answer, sort_keys=True)


HANGING = [
    # what hangs on something that nobody knows, and has an answer for some of its values alone
    'concat(var.l, ["a", "b"])[1]', 'element(concat(var.l, ["a", "b"]), 1)', 'slice(concat(var.l, ["a", "b"]), 1, 2)[0]', 'flatten([var.l, ["a", "b"]])[1]', 'chunklist(concat(var.l, ["a", "b"]), 1)[1][0]',
    '[for x in concat(var.l, ["a", "b"]) : "${x}-"][1]', 'distinct([var.u, "a", "b"])[1]', 'tolist(toset([var.u, "a", "b"]))[1]', 'compact([var.u, "a", "b"])[1]', 'setsubtract(["a", "b"], [var.u]) == toset(["b"])',
    'length(setsubtract(["a", "b"], [var.u]))', 'tolist(setsubtract(["a", "b"], [var.u]))[0]', 'tolist(setintersection(["z", "a"], ["z", var.u]))[0]', 'matchkeys(["a", "b"], ["a", "b"], [var.u])[0]',
    'length(matchkeys(["x", "y"], ["a", "b"], [var.u]))', 'length("x-${var.u}")', 'length(distinct(["x-${var.u}", "x-a"]))', 'length(toset(["x-${var.u}", "x-a"]))', '{ a = "x", (var.u) = "y" }["a"]',
    'lookup({ a = "x", (var.u) = "y" }, "a", "z")', 'values({ b = "x", (var.u) = "y" })[0]', '[for k, v in { b = "x", (var.u) = "y" } : v][0]', 'keys({ b = 1, (var.u) = 2 })[0]', 'length({ a = "3", (var.u) = "1" })',
    'merge({ a = "x" }, { (var.u) = "y" })["a"]', 'merge({ a = "x" }, merge(var.m, {}))["a"]', 'contains(setsubtract(["a", "b"], [var.u]), "a")', 'reverse(concat(["a", "b"], var.l))[0]',
    'zipmap(["k", "l"], slice(concat(var.l, ["a", "b"]), 0, 2))["l"]', 'one(compact([var.u, "a"]))', 'index(compact([var.u, "a"]), "a")', 'concat(var.l, []) == []', 'coalesce(var.u, "a")',
]  # fmt: skip
SURE = [
    ('concat(["a", "b"], var.l)[1]', "b"), ('distinct(["a", var.u])[0]', "a"), ('[var.u, "a"][1]', "a"), ('{ (var.u) = "y", a = "x" }["a"]', "x"), ('merge(var.m, { a = "x" })["a"]', "x"), ('merge({ a = "z" }, var.m, { a = "x" })["a"]', "x"),
    ('element(["a", var.u], 0)', "a"), ('concat([var.u], ["a"])[1]', "a"),
]  # fmt: skip


@rows("text", HANGING)
def test_an_answer_that_hangs_on_something_unknown(text: str) -> None:
    """Catches an account that is taken for the one at a place, and stands there for some alone."""
    assert is_unresolved(ours(text)), ours(text)


@rows("text, answer", SURE)
def test_an_answer_beside_something_unknown(text: str, answer: str) -> None:
    """Catches what is known, and no longer told."""
    assert ours(text) == answer


TRIED = [
    ("what follows one", '[try("a", "b"), {}.a]', ["a", None]), ("in none", "[{}.a]", [None]), ("an item that a list lacks", 'try([][0], "b")', "b"),
]  # fmt: skip


@rows("why, text, expected", TRIED)
def test_what_is_tried(why: str, text: str, expected: Any) -> None:
    """Catches a whole deployment that is taken for one that fails, as something else is tried."""
    assert ours(text) == expected, why


ODD = [
    ("a number of more digits than anybody counts", "1" * 20_000), ("one of a large exponent", "1e400000000"), ("what counts beyond", "1e300 * 1e300"),
    ("one that is no number", '"1" + "a"'), ("a division by nothing", "1 / 0"), ("what is left of nothing", "1 % 0"), ("a step of nothing", "range(1, 2, 0)"),
]  # fmt: skip


@rows("why, text", ODD)
def test_numbers_that_nobody_counts(why: str, text: str) -> None:
    """Catches an error of ours."""
    assert is_unresolved(ours(text)), why


def test_brackets_within_each_other() -> None:
    """Catches an error of ours where the parser's tree is deeper than it can be walked."""
    with pytest.raises(InputError, match="nested too deep"):
        ours("(" * 3_000 + "1" + ")" * 3_000)


def test_how_many_are_answered() -> None:
    """Catches an oracle of which nothing decides."""
    untold = [text for text, _, fails in ANSWERS if not fails and is_unresolved(ours(text))]
    assert len(untold) <= LEFT, untold
