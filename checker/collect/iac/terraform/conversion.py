"""Values as the types of variables have them.

https://developer.hashicorp.com/terraform/language/expressions/type-constraints
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from checker.collect.iac.terraform.arithmetic import number, to_text
from checker.collect.iac.terraform.looseness import Loose, Maybe, Several
from checker.collect.iac.terraform.planned import Json
from checker.collect.iac.terraform.several import as_set, of_one_type
from checker.collect.iac.terraform.syntax import Expression, Node, parts_of, skipped
from checker.collect.iac.unknown import is_unresolved, unresolved


def converted(kind: Expression | None, value: Any, tell: Callable[[Expression], Any]) -> Any:
    """A value as its type has it, with what that gives where the value says nothing:
    `optional(string, "…")`. What is not of the type stays as it is: no such thing is deployed."""
    if kind is not None and kind.written().startswith('"'):  # as types were written once
        return _plain(kind.written().strip('"'), value)
    return value if kind is None else _filled(kind.node, kind.text, value, tell)


def _filled(node: Node, text: str, value: Any, tell: Callable[[Expression], Any]) -> Any:
    if value is None or (isinstance(value, str) and is_unresolved(value)):
        return value
    name, arguments = _called(node)
    if not arguments:
        return _plain(_word(node), value)
    inner = arguments[0]
    if name == "tuple" and isinstance(value, list):
        return _of_tuple(inner, text, value, tell)
    if name == "object" and isinstance(value, dict):
        return _of_object(value, dict(_attributes(inner, text, value, tell)))
    if name == "map" and isinstance(value, dict):
        told = {key: _filled(inner, text, one, tell) for key, one in value.items()}
        told = _of_any(told) if _word(inner) == "any" else told
        return Maybe(told, value.doubted) if isinstance(value, Maybe) else told
    if name in ("list", "set") and isinstance(value, list):
        several = _alike(value, [_filled(inner, text, one, tell) for one in value])
        if name == "set":
            return as_set(several)
        return _alike(value, of_one_type(several)) if _word(inner) == "any" else several
    return value


def _of_any(told: Json) -> Json:
    return dict(zip(told, of_one_type([*told.values()]), strict=True))


def _of_tuple(
    node: Node, text: str, value: list[Any], tell: Callable[[Expression], Any]
) -> list[Any]:
    trees = (one for one in node.iter_subtrees_topdown() if one.data == "tuple")
    several = [one for tree in [*trees][:1] for one in tree.children if not skipped(one)]
    if len(several) != len(value):
        return value
    return [_filled(kind, text, one, tell) for kind, one in zip(several, value, strict=True)]


def _of_object(value: Json, told: Json) -> Json:
    """Without what the type does not have, where all keys are known. What may not be there is that,
    or the default."""
    doubted = value.doubted if isinstance(value, Maybe) else ()
    told |= {key: unresolved(f"{key}, if it is there") for key in doubted if key in told}
    return {**value, **told} if is_unresolved([*value]) else told


def _alike(value: list[Any], several: list[Any]) -> list[Any]:
    if isinstance(value, Several):
        return Several(several).with_(value.at)
    return Loose(several).after(value.sure) if isinstance(value, Loose) else several


def _plain(kind: str, value: Any) -> Any:
    """https://developer.hashicorp.com/terraform/language/expressions/types#type-conversion"""
    texts = {"true": True, "1": True, "false": False, "0": False}
    try:
        if kind == "list" and isinstance(value, list):
            return _alike(value, of_one_type(value))
        if kind == "map" and isinstance(value, dict) and not isinstance(value, Maybe):
            return _of_any(value)
        if kind == "number":
            return number(value)
        if kind == "string" and not isinstance(value, list | dict):
            return to_text(value)
        return texts[value] if kind == "bool" and isinstance(value, str) else value
    except (KeyError, TypeError, ValueError):
        return value


def _attributes(
    node: Node, text: str, value: Json, tell: Callable[[Expression], Any]
) -> Iterator[tuple[str, Any]]:
    for one in node.iter_subtrees_topdown():
        if one.data != "object":
            continue
        for element in one.children:
            if getattr(element, "data", None) != "object_elem":
                continue
            key, kind = _word(element.children[0]), element.children[-1]
            called, given = _called(kind)
            known = value.get(key)
            if called == "optional" and given:
                if known is None and len(given) > 1:
                    known = tell(Expression(given[1], text))
                kind = given[0]
            if known is not None or key in value or called == "optional":
                yield key, _filled(kind, text, known, tell)
        return


def _called(node: Node) -> tuple[str, list[Node]]:
    """The name of a function and its arguments; none of anything else."""
    while getattr(node, "data", None) == "expr_term" and len(parts_of(node)) == 1:
        node = parts_of(node)[0]
    if getattr(node, "data", None) != "function_call":
        return "", []
    listed = [one for one in node.children if getattr(one, "data", None) == "arguments"]
    return str(node.children[0].children[0]), parts_of(listed[0]) if listed else []


def _word(node: Node) -> str:
    while hasattr(node, "children"):
        node = node.children[0]
    return str(node)
