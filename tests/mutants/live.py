"""A function of a module that is imported gets other code, at once and for this process alone."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from types import CodeType, FunctionType
from typing import Any

PROBE = "_vendorgate_probe"
"""The builtin that a probe calls, with its number."""
_BEHIND = ("__wrapped__", "__func__", "fget", "fset", "func", "callback")
_FUNCTION = 0x2  # of a code's flags: its locals are its own, as those of a class's body are not


@dataclass(frozen=True)
class Held:
    """The outermost function that holds a place: the line of its `def`, and those of its body."""

    first: int
    body: range


def held(source: bytes, begin: int, line: int) -> Held | None:
    """The function in whose body that byte is; None outside of all."""
    node = _outermost(ast.parse(source).body, _place(source, begin, line))
    if node is None:
        return None
    return Held(node.lineno, range(node.body[0].lineno, (node.end_lineno or node.lineno) + 1))


def _place(source: bytes, begin: int, line: int) -> tuple[int, int]:
    return line, begin - sum(map(len, source.splitlines(keepends=True)[: line - 1]))


def _outermost(body: list[ast.stmt], at: tuple[int, int]) -> ast.FunctionDef | None:
    for node in body:
        if node.lineno <= at[0] <= (node.end_lineno or node.lineno):
            if isinstance(node, ast.ClassDef):
                return _outermost(node.body, at)
            if isinstance(node, ast.FunctionDef):
                return node if (node.body[0].lineno, node.body[0].col_offset) <= at else None
    return None


def probed(source: bytes, begins: dict[int, tuple[int, int]]) -> ast.Module:
    """The module with a call of PROBE before each statement that holds one of these places:
    number → (first byte, line)."""
    tree = ast.parse(source)
    for number, (begin, line) in begins.items():
        _probe(tree, _place(source, begin, line), number)
    return ast.fix_missing_locations(tree)


def _probe(tree: ast.Module, at: tuple[int, int], number: int) -> None:
    found: tuple[list[Any], ast.stmt] | None = None
    for parent in ast.walk(tree):  # from the outside in
        for name in ("body", "orelse", "finalbody"):
            statements = getattr(parent, name, None)
            for one in statements if isinstance(statements, list) else ():
                begin, end = (one.lineno, one.col_offset), (one.end_lineno, one.end_col_offset)
                if begin <= at < end and not hasattr(one, "probe"):
                    found = statements, one
    if found:
        call = ast.parse(f"{PROBE}({number})").body[0]
        call.probe = True  # type: ignore[attr-defined]
        for node in ast.walk(call):
            ast.copy_location(node, found[1])
        found[0].insert(found[0].index(found[1]), call)


def _codes(code: CodeType) -> Iterator[CodeType]:
    """Of a module's functions and methods, and not of what is within them."""
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield one
            if not one.co_flags & _FUNCTION:
                yield from _codes(one)


def _functions(module: Any) -> Iterator[FunctionType]:
    """All of a module and its classes, from behind whatever stands before them."""
    seen: set[int] = set()
    left = list(vars(module).values())
    while left:
        one = left.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, FunctionType):
            yield one
        if isinstance(one, type):
            left += vars(one).values() if one.__module__ == module.__name__ else ()
        elif callable(one) or isinstance(one, property) or hasattr(one, "func"):
            left += filter(None, (getattr(one, name, None) for name in _BEHIND))


def loaded(path: str) -> Any:
    """The module, imported where it was not yet."""
    return import_module(path.removesuffix(".py").replace("/", ".").removesuffix(".__init__"))


def plant(path: str, tree: ast.Module, first: int) -> bool:
    """Gives the function whose `def` is in that line the code that it has in the other module;
    whether there is one, and its closure bears it."""
    module = loaded(path)
    node = next((one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef) and one.lineno == first), None)  # fmt: skip
    if node is None:
        return False
    begins = min([node.lineno, *(one.lineno for one in node.decorator_list)])
    found = [one for one in _functions(module)
             if one.__module__ == module.__name__ and one.__code__.co_name == node.name
             and one.__code__.co_firstlineno == begins]  # fmt: skip
    codes = [one for one in _codes(compile(tree, found[0].__code__.co_filename, "exec"))
             if one.co_name == node.name and one.co_firstlineno == begins] if found else []  # fmt: skip
    if not codes or any(one.__code__.co_freevars != codes[0].co_freevars for one in found):
        return False
    for one in found:
        one.__code__ = codes[0]
    return True


def forget() -> None:
    """What was remembered while modules were imported was worked out without the bug."""
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] in ("checker", "tests"):
            for one in list(vars(module).values()):
                for each in list(vars(one).values()) if isinstance(one, type) else (one,):
                    if callable(clear := getattr(each, "cache_clear", None)):
                        clear()
