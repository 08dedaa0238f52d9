"""What a `setup.py` says: plain values as such, and all else of it as code, which is never run.

https://setuptools.pypa.io/en/latest/references/keywords.html
"""

from __future__ import annotations

import ast
from typing import Any

from checker.review.manifest_names import OURS


def from_python(text: str) -> dict[str, Any]:
    """The values of names and of what `setup` is called with, texts of the rest that name the gate,
    and that rest: `code`. Raises ValueError where it is not Python's."""
    try:
        tree = ast.parse(text)
        calls = {str(number): _taken(call) for number, call in enumerate(_setups(tree))}
        found = {"setup": calls, "names": _assigned(tree)}
        rest = _Named()
        code = [ast.dump(rest.visit(one)) for one in tree.body]
    except (MemoryError, SyntaxError) as error:
        raise ValueError("not Python") from error
    if not rest.whole:  # its version comes from somewhere else
        code.append(repr(found))
    return {**found, "code": code, "named": rest.named}


def _setups(tree: ast.Module) -> list[ast.Call]:
    calls = (one for one in ast.walk(tree) if isinstance(one, ast.Call))
    return [
        call
        for call in calls
        if "setup" in (vars(call.func).get("id"), vars(call.func).get("attr"))
    ]


def _taken(call: ast.Call) -> dict[str, Any]:
    """Its keywords with plain values, which it has no more."""
    plain = [one for one in call.keywords if one.arg and _is_plain(one.value)]
    call.keywords = [one for one in call.keywords if one not in plain]
    return {one.arg or "": ast.literal_eval(one.value) for one in plain}


def _assigned(tree: ast.Module) -> dict[str, Any]:
    """Names of plain values, which it assigns no more."""
    plain = [one for one in tree.body if isinstance(one, ast.Assign) and len(one.targets) == 1
             and isinstance(one.targets[0], ast.Name) and _is_plain(one.value)]  # fmt: skip
    tree.body = [one for one in tree.body if one not in plain]
    return {ast.unparse(one.targets[0]): ast.literal_eval(one.value) for one in plain}


def _is_plain(value: ast.expr) -> bool:
    try:
        ast.literal_eval(value)
    except (TypeError, ValueError):
        return False
    return True


class _Named(ast.NodeTransformer):
    """Takes texts that name the gate out of code. `whole`: each has a version of its own."""

    def __init__(self) -> None:
        self.named: list[str] = []
        self.whole = True

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        if not isinstance(node.value, str) or not OURS.search(node.value):
            return node
        self.named.append(node.value)
        self.whole = self.whole and any(map(str.isdigit, node.value))
        return ast.Constant("")
