"""A message that is written thousands of times: each part once for equal values of what it reads.

A path alone is walked, and what chooses between such, as JMESPath's own interpreter takes a hundred
times as long for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from checker.policy.expression import Expression, Node, Path, truthy
from checker.policy.template import Template, shown
from checker.policy.values import hashable, walker
from checker.room import room

MEMORY = 1 << 12
Part = Callable[[dict[str, Any]], str]
Value = Callable[[dict[str, Any]], Any]


class Message:
    """Says what `template.render` says of the same facts. Raises one of FAULTS, too."""

    def __init__(self, template: Template) -> None:
        self._parts = [part_of(one) for one in template.parts]

    def render(self, facts: dict[str, Any]) -> str:
        return "".join([part(facts) for part in self._parts])


def part_of(part: str | Expression) -> Part:
    if isinstance(part, str):
        text = part
        return lambda _: text
    read = _plain(part.parsed)
    return _remembered(part) if read is None else lambda facts: shown(read(facts))


def plain_path(node: Node) -> Path | None:
    """The names of `a.b.c`; None for whatever is more."""
    if node["type"] == "field":
        return (node["value"],)
    if node["type"] != "subexpression":
        return None
    found = [plain_path(child) for child in node["children"]]
    return None if None in found else tuple(name for path in found for name in path or ())


def _plain(node: Node) -> Value | None:
    """What says the value of a path, of a literal, whether one is a text, and what these choose
    between; None of whatever is more."""
    if node["type"] == "literal":
        return lambda _: node["value"]
    if node["type"] == "comparator":
        return _is_text(node)
    if node["type"] in _CHOOSE:
        one, other = map(_plain, node["children"])
        return one and other and _CHOOSE[node["type"]](one, other)
    path = plain_path(node)
    return walker(path) if path else None


def _is_text(node: Node) -> Value | None:
    one, text = _plain(node["children"][0]), node["children"][1].get("value")
    literal = node["children"][1]["type"] == "literal" and isinstance(text, str)
    if one is None or not literal or node["value"] != "eq":
        return None
    return lambda facts: one(facts) == text


def _either(one: Value, other: Value) -> Value:
    def read(facts: dict[str, Any]) -> Any:
        value = one(facts)
        return value if truthy(value) else other(facts)

    return read


def _both(one: Value, other: Value) -> Value:
    def read(facts: dict[str, Any]) -> Any:
        value = one(facts)
        return other(facts) if truthy(value) else value

    return read


_CHOOSE = {"or_expression": _either, "and_expression": _both}


def _remembered(part: Expression) -> Part:
    reads = [walker(path) for path in sorted(part.reads)]
    known: dict[tuple[Any, ...], str] = {}

    def said(facts: dict[str, Any]) -> str:
        key = tuple([hashable(read(facts)) for read in reads])
        text = known.get(key)
        if text is None:
            text = room(known, MEMORY)[key] = shown(part.value(facts))
        return text

    return said
