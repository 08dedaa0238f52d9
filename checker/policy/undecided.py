"""Which parts of a policy's expressions no test inside it decides.

Each operand of `&&`, `||` and `!`, and each expression as a whole, is taken for true and then for
false: where every test still ends as it did, a slip of the pen there would pass all of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from jmespath.visitor import TreeInterpreter

from checker.policy.evaluate import Valued, evaluate
from checker.policy.expression import Expression, Node
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
    cases = [facts_of(policy, test, n) for n, test in enumerate(policy.tests)]
    rule = _Rule(policy.when, policy.assertion)
    known = [evaluate(rule, facts)[0] for facts in cases]
    for key, name in (("when", "when"), ("assert", "assertion")):
        expression: Expression | None = getattr(policy, name)
        for tree, place in _places(expression):
            for constant in (True, False):
                fixed = replace(rule, **{name: _Tree(_with(tree, place, constant))})
                if [evaluate(fixed, facts)[0] for facts in cases] == known:
                    line = policy.document.mark((key,)).line
                    yield Undecided(policy.id, key, line, shown(_at(tree, place)), constant)


def _places(expression: Expression | None) -> Iterator[tuple[Node, Place]]:
    """Each operand, with the whole tree."""
    if expression is not None:
        yield from ((expression.parsed, place) for place in _operands(expression.parsed, ()))


@dataclass(frozen=True)
class _Tree:
    """An expression, by its syntax tree."""

    node: Node

    def value(self, facts: dict[str, Any]) -> Any:
        return TreeInterpreter().visit(self.node, facts)


@dataclass(frozen=True)
class _Rule:
    when: Valued | None
    assertion: Valued


def _operands(node: Node, place: Place, *, boolean: bool = True) -> Iterator[Place]:
    """The whole, and whatever stands beside `&&`, `||` and `!`, wherever that is."""
    logic = node["type"] in _LOGIC
    if boolean and not logic:
        yield place
    for at, child in enumerate(_children(node)):
        condition = node["type"] == "filter_projection" and at == 2
        yield from _operands(child, (*place, at), boolean=logic or condition)


def _children(node: Node) -> list[Node]:
    """Those of a slice are its numbers, and no nodes."""
    return [] if node["type"] == "slice" else list(node["children"])


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
    parts = [shown(child) for child in _children(node)]
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
