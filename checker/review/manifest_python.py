"""What a `setup.py` says: plain values as such, and all else of it as code, which is never run.

https://setuptools.pypa.io/en/latest/references/keywords.html
"""

from __future__ import annotations

import ast
import re
from typing import Any

from checker.review.manifest_names import OURS

_WHOLE = re.compile(
    r"vendorgate\s*(?:\[[\w, .-]*\]\s*)?(?:[<>=!~]=?\s*[0-9][^%{}]*|@[^%{}]+)", re.IGNORECASE
)
_ASKS = (None, "cmdclass", "extras_require", "install_requires", "setup_requires", "tests_require")
_VERSION = re.compile(r"[0-9][^\s,;\"']*")


def from_python(text: str) -> dict[str, Any]:
    """The values of names and of what `setup` is called with, texts of the rest that name the gate,
    and that rest: `code`. Raises ValueError where it is not Python's."""
    try:
        tree = ast.parse(text)
        calls = {str(number): _taken(call) for number, call in enumerate(_setups(tree))}
        found = {"setup": calls, "names": _assigned(tree)}
        rest = _Named()
        code = [ast.dump(rest.visit(one)) for one in tree.body if not _is_prose(one)]
    except (MemoryError, SyntaxError) as error:
        raise ValueError("not Python") from error
    if not (rest.whole and all(map(_is_whole, found["names"].values()))):
        code.append(repr(found))  # its version comes from somewhere else
    return {**found, "code": code, "named": {str(at): one for at, one in enumerate(rest.named)}}


def _is_prose(statement: ast.stmt) -> bool:
    """Whether it is a text alone, which does nothing."""
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _is_whole(value: Any) -> bool:
    """Whether it is no part of what names the gate elsewhere."""
    return not isinstance(value, str) or not OURS.search(value) or bool(_WHOLE.fullmatch(value))


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
    """Names of plain values, which it assigns no more, but for its place where that names the
    gate."""
    plain = [one for one in tree.body if isinstance(one, ast.Assign) and len(one.targets) == 1
             and isinstance(one.targets[0], ast.Name) and _is_plain(one.value)]  # fmt: skip
    told = [(ast.unparse(one.targets[0]), ast.literal_eval(one.value)) for one in plain]
    ours = {name for name, value in told if OURS.search(repr(value))}
    decide = _read_in_code(tree) - ours
    found = dict[str, Any]()
    for one, (name, value) in zip(plain, told, strict=True):
        if name in decide:
            continue
        found[f"{name}#{len(found)}" if name in found else name] = value
        one.value = ast.Constant(None)
        if name not in ours:
            tree.body.remove(one)
    return found


def _read_in_code(tree: ast.Module) -> set[str]:
    """Names of which more than what a project is called may hang."""
    told = {id(node) for call in _setups(tree) for one in call.keywords
            if one.arg not in _ASKS for node in ast.walk(one.value)}  # fmt: skip
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)
            and isinstance(node.ctx, ast.Load) and id(node) not in told}  # fmt: skip


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
        self.whole = self.whole and _is_whole(node.value)
        return ast.Constant(_VERSION.sub("#", node.value))
