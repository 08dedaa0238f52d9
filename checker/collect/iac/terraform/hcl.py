"""Where the blocks of a Terraform file begin. No more is wanted of HCL, so no parser is needed:
a scan that knows comments, strings with `${…}` in them, and heredocs."""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r'#[^\n]*|//[^\n]*|/\*.*?(?:\*/|\Z)|<<-?(?P<tag>[\w-]+)[ \t\r]*\n|[{}"\n]', re.DOTALL
)
_IN_STRING = re.compile(r'\\.|\$\$\{|%%\{|[$%]\{|["\n]', re.DOTALL)
_HEADER = re.compile(r'(?P<kind>resource|data|module)\s+"?([\w-]+)"?(?:\s+"?([\w-]+)"?)?')
Block = tuple[str, ...]


def blocks(text: str) -> dict[Block, int]:
    """`("resource", "aws_iam_role", "x")` → the line where it begins, from 1."""
    found: dict[Block, int] = {}
    open_: list[str] = []  # what is open: a block, a string, an expression within a string
    position = start = 0
    while sign := _next(text, position, open_):
        position = sign.end()
        if sign.re is _TOKEN and sign["tag"]:
            position = _past(text, position, sign["tag"])
        if sign[0] == "{" and not open_:
            _note(found, text, start, sign.start())
        _turn(open_, sign[0])
        if not open_ and sign[0] != '"':
            start = position
    return found


def _next(text: str, position: int, open_: list[str]) -> re.Match[str] | None:
    inside = open_ and open_[-1] == '"'
    return (_IN_STRING if inside else _TOKEN).search(text, position)


def _turn(open_: list[str], sign: str) -> None:
    inside = bool(open_) and open_[-1] == '"'
    closing = ('"', "\n") if inside else ("}",)
    if sign in closing:
        if open_:
            open_.pop()
    elif sign in ('"', "{", "${", "%{"):
        open_.append(sign)


def _past(text: str, position: int, tag: str) -> int:
    end = re.compile(rf"^[ \t]*{re.escape(tag)}[ \t\r]*$", re.MULTILINE).search(text, position)
    return end.end() if end else len(text)


def _note(found: dict[Block, int], text: str, start: int, end: int) -> None:
    header = _HEADER.fullmatch(text[start:end].strip())
    if header:
        line = text.count("\n", 0, start + text[start:end].find(header["kind"])) + 1
        found.setdefault(tuple(part for part in header.groups() if part), line)
