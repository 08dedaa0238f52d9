"""Where a small bug can be planted, and the source with it.

Only what may change an answer: no docstrings, messages, annotations or f-strings. A bug is one
edit of one node, so that a survivor is one line to look at.
"""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

SWAPPED: dict[type[ast.AST], Any] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Lt: ast.LtE, ast.LtE: ast.Lt,
    ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
}  # fmt: skip
CALLS = {"any": "all", "all": "any", "min": "max", "max": "min", "sorted": "list",
         "startswith": "endswith", "endswith": "startswith", "setdefault": "get"}  # fmt: skip
WORD = re.compile(r"[\w:.*/@-]{2,}")


@dataclass(frozen=True)
class Bug:
    """`source` from byte `begin` to byte `end` becomes `text`."""

    line: int
    begin: int
    end: int
    text: str
    kind: str

    def planted(self, source: bytes) -> bytes:
        return source[: self.begin] + self.text.encode() + source[self.end :]


def bugs(source: bytes) -> list[Bug]:
    """All that can be planted in a module, by their places."""
    lines = [0]
    for line in source.splitlines(keepends=True):
        lines.append(lines[-1] + len(line))
    found = [
        Bug(node.lineno, lines[node.lineno - 1] + node.col_offset,
            lines[(node.end_lineno or 0) - 1] + (node.end_col_offset or 0), text, kind)
        for node in _code(ast.parse(source))
        for kind, text in _edits(node)
    ]  # fmt: skip
    return sorted(found, key=lambda bug: (bug.begin, bug.end, bug.text))


def _code(tree: ast.AST) -> Iterator[ast.expr | ast.stmt]:
    """The nodes that decide something; what is said to people and what types are called is left."""
    for name, value in ast.iter_fields(tree):
        if name in ("annotation", "returns", "decorator_list", "msg"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST) or _words(child):
                continue
            if isinstance(child, ast.expr | ast.stmt):
                yield child
            yield from _code(child)


def _words(node: ast.AST) -> bool:
    """What is for people: texts in f-strings, statements of a text, what is raised, type names."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, ast.If):
        return isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    if isinstance(node, ast.Assign):  # what a module offers, which mypy holds
        return ast.unparse(node.targets[0]) == "__all__"
    return isinstance(node, ast.JoinedStr | ast.Import | ast.ImportFrom)


def _edits(node: ast.expr | ast.stmt) -> Iterator[tuple[str, str]]:
    for kind, types, edit in EDITS:
        if isinstance(node, types):
            for other in edit(node):
                yield kind, other


def _compare(node: ast.Compare) -> Iterator[str]:
    for index, operator in enumerate(node.ops):
        if swapped := SWAPPED.get(type(operator)):
            other = copy.deepcopy(node)
            other.ops[index] = swapped()
            yield f"({ast.unparse(other)})"


def _operator(node: ast.BoolOp | ast.BinOp) -> Iterator[str]:
    if swapped := SWAPPED.get(type(node.op)):
        other = copy.deepcopy(node)
        other.op = swapped()
        yield f"({ast.unparse(other)})"


def _negation(node: ast.UnaryOp) -> Iterator[str]:
    if isinstance(node.op, ast.Not):
        yield f"({ast.unparse(node.operand)})"


def _part(node: ast.BoolOp) -> Iterator[str]:
    """One operand left out: a condition that nobody asks for any more."""
    for index in range(len(node.values)):
        rest = node.values[:index] + node.values[index + 1 :]
        other = rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
        yield f"({ast.unparse(other)})"


def _choice(node: ast.IfExp) -> Iterator[str]:
    yield f"({ast.unparse(node.body)})"
    yield f"({ast.unparse(node.orelse)})"


def _filter(node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> Iterator[str]:
    for index, generator in enumerate(node.generators):
        if generator.ifs:
            other = copy.deepcopy(node)
            other.generators[index].ifs = []
            text = ast.unparse(other)
            yield text if isinstance(node, ast.GeneratorExp) else f"({text})"


def _constant(node: ast.Constant) -> Iterator[str]:
    if isinstance(node.value, bool):
        yield str(not node.value)
    elif isinstance(node.value, int):
        yield str(node.value + 1)
    elif isinstance(node.value, str) and WORD.fullmatch(node.value):
        yield repr(node.value + "~")


def _call(node: ast.Call) -> Iterator[str]:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else name
    if name in CALLS:
        other = copy.deepcopy(node)
        if isinstance(other.func, ast.Name):
            other.func.id = CALLS[name]
        elif isinstance(other.func, ast.Attribute):
            other.func.attr = CALLS[name]
        if name == "sorted":
            other.keywords = []
        yield ast.unparse(other)


def _returned(node: ast.Return) -> Iterator[str]:
    if node.value is not None and not isinstance(node.value, ast.Constant):
        yield "return None"


def _statement(node: ast.stmt) -> Iterator[str]:
    """Left out: a check, an effect, a refusal."""
    yield "pass"


def _jump(node: ast.stmt) -> Iterator[str]:
    yield "break" if isinstance(node, ast.Continue) else "continue"


def _branch(node: ast.If) -> Iterator[str]:
    """Never entered, where there is no other branch."""
    if not node.orelse:
        other = copy.copy(node)
        other.test = ast.Constant(False)
        yield _indented(ast.unparse(other), node.col_offset)


def _indented(text: str, by: int) -> str:
    return text.replace("\n", "\n" + " " * by)


Edit = Callable[..., Iterator[str]]
EDITS: tuple[tuple[str, type | tuple[type, ...], Edit], ...] = (
    ("comparison", ast.Compare, _compare),
    ("operator", (ast.BoolOp, ast.BinOp), _operator),
    ("negation", ast.UnaryOp, _negation),
    ("operand left out", ast.BoolOp, _part),
    ("choice", ast.IfExp, _choice),
    ("filter left out", (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp), _filter),
    ("constant", ast.Constant, _constant),
    ("call", ast.Call, _call),
    ("returned nothing", ast.Return, _returned),
    ("statement left out", (ast.Expr, ast.Raise, ast.AugAssign, ast.Delete), _statement),
    ("jump", (ast.Continue, ast.Break), _jump),
    ("branch left out", ast.If, _branch),
)
EXPRESSION = re.compile(rb"^(?:when|assert): *(?:>-?|\|-?)?\n?(?:.*\n)(?:[ \t]+.*\n)*", re.M)
TOKENS = {b"&&": "||", b"||": "&&", b"==": "!=", b"!=": "==", b"<=": "<", b">=": ">",
          b"`true`": "`false`", b"`false`": "`true`"}  # fmt: skip


def policy_bugs(source: bytes) -> list[Bug]:
    """In a policy's `when` and `assert`: an operator turned, a negation left out."""
    token = re.compile(b"|".join(map(re.escape, sorted(TOKENS, reverse=True))) + rb"|!(?=\w|\()")
    return [
        Bug(source.count(b"\n", 0, match.start()) + 1, match.start(), match.end(),
            TOKENS.get(match[0], ""), "policy")
        for part in EXPRESSION.finditer(source)
        for match in token.finditer(source, *part.span())
    ]  # fmt: skip
