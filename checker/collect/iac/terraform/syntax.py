"""A .tf file as python-hcl2 parses it: its blocks, with lines; expressions stay trees.

The parser is an extra (`vendorgate[iac]`); without it no .tf file can be read.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from checker.collect.iac.records import read_bytes
from checker.errors import InputError
from checker.yamlfile import decoded

MAX_BYTES = 1 << 20
TWICE = "sets {} twice: Terraform refuses that"
INSTALL = "pip install 'vendorgate[iac]'"
_ENDING = re.compile(r"^([ \t]*[A-Za-z][\w.-]*)[ \t]+$", re.MULTILINE)
"""The end of a heredoc may have blanks behind it, which the parser does not know."""
Node = Any
"""A tree of lark: `data` is the rule's name, `children` are trees and tokens."""


@dataclass(frozen=True)
class Expression:
    node: Node
    text: str  # of the whole file, which positions point into

    def written(self) -> str:
        """As it stands in the source."""
        return source_of(self.node, self.text)


@dataclass
class Block:
    """`resource "aws_iam_role" "x" { … }`: its type, its labels, and what stands in it."""

    type: str
    labels: tuple[str, ...]
    line: int
    path: Path
    attributes: dict[str, Expression] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)
    comments: list[tuple[int, int]] = field(default_factory=list)
    """Of a whole file: where each comment, or end of a line, is in its `plain` text."""

    def says(self, pattern: re.Pattern[str]) -> bool:
        """Whether an expression of it, or of a block in it, fits."""
        mine = any(pattern.search(one.written()) for one in self.attributes.values())
        return mine or any(one.says(pattern) for one in self.blocks)

    def inner(self, name: str) -> list[Block]:
        return [one for one in self.blocks if one.type == name]


@functools.cache
def can_parse() -> bool:
    try:
        import hcl2  # noqa: F401
    except ImportError:
        return False
    return True


def parse_file(path: Path, *, named: bool = False) -> Block:
    """The file as one block. `named`: see `read_bytes`. Raises InputError, with the line, for
    whatever cannot be read."""
    return parse_text(decoded(read_bytes(path, MAX_BYTES, named=named), str(path)), path)


def parse_text(text: str, path: Path) -> Block:
    """Raises InputError."""
    text = plain(text)
    try:
        return _whole(_tree(text, path), text, path)
    except RecursionError:
        raise InputError("nested too deep", path=path, line=1) from None


def _whole(tree: Node, text: str, path: Path) -> Block:
    signs = tree.scan_values(lambda token: token.type == "NL_OR_COMMENT")
    comments = [(one.start_pos, one.end_pos) for one in signs if one.end_pos - one.start_pos > 1]
    return _block(tree, Block("", (), 1, path, comments=comments), text)


def plain(text: str) -> str:
    """As the parser takes it, with all in its line and column."""
    return _ENDING.sub(r"\1", text.replace("\r\n", "\n"))


def parse_expression(text: str, path: Path) -> Expression:
    """Raises InputError."""
    whole = f"x = (\n{text}\n)"
    return parse_text(whole, path).attributes["x"]


def source_of(node: Node, text: str) -> str:
    """What a node was parsed from; empty where that is not known."""
    meta = getattr(node, "meta", None)
    start, end = getattr(meta, "start_pos", 0), getattr(meta, "end_pos", 0)
    return " ".join(text[start:end].split())


def _tree(text: str, path: Path) -> Node:
    if not can_parse():
        raise InputError("needs a parser of HCL", path=path, line=1, hint=INSTALL)
    import hcl2
    from lark.exceptions import LarkError

    try:
        return hcl2.parses_to_tree(text)
    except LarkError as error:
        line = getattr(error, "line", None)
        here = line if isinstance(line, int) and line > 0 else text.count("\n") + 1
        raise InputError("not understood as HCL", path=path, line=here) from None


def _block(body: Node, into: Block, text: str) -> Block:
    for one in _rules(body):
        if one.data == "body":
            _block(one, into, text)
        elif one.data == "attribute":
            name = _name(one.children[0])
            if name in into.attributes:
                raise InputError(TWICE.format(name), path=into.path, line=one.meta.line)
            into.attributes[name] = Expression(one.children[-1], text)
        elif one.data == "block":
            into.blocks.append(_inner(one, into.path, text))
    return into


def _inner(node: Node, path: Path, text: str) -> Block:
    names = [_name(one) for one in _rules(node) if one.data not in ("body", "new_line_or_comment")]
    made = Block(names[0], tuple(names[1:]), node.meta.line, path)
    return _block(next(one for one in _rules(node) if one.data == "body"), made, text)


def _name(node: Node) -> str:
    """Of an attribute, a block or a label, which may be quoted."""
    return "".join(node.scan_values(lambda token: token.type != "DBLQUOTE"))


def _rules(node: Node) -> Iterator[Node]:
    return (one for one in node.children if hasattr(one, "data"))


def skipped(node: Any) -> bool:
    """Whether a child of a node is nothing but its punctuation."""
    if hasattr(node, "data"):
        return bool(node.data == "new_line_or_comment")
    return bool(node.type not in ("INT_LITERAL", "FLOAT_LITERAL", "NAME"))


def parts_of(node: Node) -> list[Any]:
    return [one for one in node.children if not skipped(one)]
