"""Which parts of a policy's expressions no test inside it decides.

Each operand of `&&`, `||` and `!`, and each expression as a whole, is taken for true and then for
false: where every test still ends as it did, a slip of the pen there would pass all of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jmespath.visitor import TreeInterpreter

from checker.policy.expression import FAULTS, Expression, Node, truthy
from checker.policy.model import Policy
from checker.policy.testing import facts_of

_LOGIC = ("and_expression", "or_expression", "not_expression")
_SIGNS = {"and_expression": " && ", "or_expression": " || "}
_COMPARED = {"eq": "==", "ne": "!=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
Place = tuple[int, ...]
"""The way to a node: which child, step by step."""


@dataclass(frozen=True)
class Undecided:
    """`key`: `when` or `assert`; `line`: where it stands; `text`: the operand; `constant`: what it
    could always be with no test the wiser."""

    policy: str
    key: str
    line: int
    text: str
    constant: bool


def undecided(policy: Policy) -> Iterator[Undecided]:
    """Each operand that could be a constant. Raises InputError for facts that there are not."""
    trees: dict[str, Node | None] = {"when": _tree(policy.when), "assert": _tree(policy.assertion)}
    cases = [facts_of(policy, test, n) for n, test in enumerate(policy.file.tests)]
    known = [_outcome(trees, facts) for facts in cases]
    for key, tree in trees.items():
        for place in _operands(tree, ()) if tree else ():
            for constant in (True, False):
                fixed = trees | {key: _with(tree, place, constant)}
                if [_outcome(fixed, facts) for facts in cases] == known:
                    line = policy.document.mark((key,)).line
                    yield Undecided(policy.id, key, line, shown(_at(tree, place)), constant)


def _tree(expression: Expression | None) -> Node | None:
    return None if expression is None else expression.parsed


def _outcome(trees: dict[str, Node | None], facts: dict[str, Any]) -> str:
    """As `evaluate` has it."""
    try:
        when = trees["when"]
        if when is not None and not truthy(TreeInterpreter().visit(when, facts)):
            return "skip"
        return "pass" if truthy(TreeInterpreter().visit(trees["assert"], facts)) else "fail"
    except FAULTS:
        return "error"


def _operands(node: Node, place: Place, *, boolean: bool = True) -> Iterator[Place]:
    """The whole, and whatever stands beside `&&`, `||` and `!`, wherever that is."""
    logic = node["type"] in _LOGIC
    if boolean and not logic:
        yield place
    for at, child in enumerate(node["children"]):
        condition = node["type"] == "filter_projection" and at == 2
        yield from _operands(child, (*place, at), boolean=logic or condition)


def _at(node: Node, place: Place) -> Node:
    return node if not place else _at(node["children"][place[0]], place[1:])


def _with(node: Node, place: Place, constant: bool) -> Node:
    if not place:
        return {"type": "literal", "value": constant, "children": []}
    children = list(node["children"])
    children[place[0]] = _with(children[place[0]], place[1:], constant)
    return node | {"children": children}


def shown(node: Node) -> str:
    """The operand as people write it; what is rare, by its kind alone."""
    parts = [shown(child) for child in node["children"]]
    kind, value = node["type"], node.get("value")
    if kind == "field":
        return str(value)
    if kind == "literal":
        return f"'{value}'" if isinstance(value, str) else f"`{json.dumps(value)}`"
    if kind == "subexpression":
        return ".".join(parts)
    if kind == "comparator":
        return f" {_COMPARED[str(value)]} ".join(parts)
    if kind == "function_expression":
        return f"{value}({', '.join(parts)})"
    if kind in _SIGNS:
        return f"({_SIGNS[kind].join(parts)})"
    return (
        f"{kind} of {', '.join(filter(None, parts))}" if parts else {"current": "@"}.get(kind, "")
    )
