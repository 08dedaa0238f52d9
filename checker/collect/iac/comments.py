"""A script or the like without its comments, as far as it is sure that they are none of its text.

What looks like a comment may be text that is run: of a here-document, quotes, a pattern, a block, a
template, of which languages have more than anybody lists. So lines are left out only as long as no
line before them has a sign that could begin one; what is told in vain is read by a person.
"""

from __future__ import annotations

import ast
import re
import tokenize
from io import StringIO
from pathlib import Path

_FILLED_IN = (".tpl", ".tftpl", ".tmpl", ".template", ".j2")
_HASH, _SLASHES = re.compile(r"[^\S\n]*#"), re.compile(r"[^\S\n]*//")
_DOCKERFILE = re.compile(r"[^\S\n]*#(?!\s*\w+\s*=)")
"""Without directives: https://docs.docker.com/reference/dockerfile/#parser-directives"""
_COMMENTS = {
    **dict.fromkeys((".bash", ".conf", ".cfg", ".env", ".gql", ".graphql", ".hcl", ".ini", ".pl",
                     ".properties", ".rb", ".rego", ".sh", ".toml", ".zsh"), _HASH),
    ".ps1": re.compile(r"[^\S\n]*#(?!>)"),
    **dict.fromkeys((".cjs", ".cs", ".go", ".java", ".js", ".kt", ".mjs", ".rs", ".ts"), _SLASHES),
    ".vtl": re.compile(r"[^\S\n]*##"),
}  # fmt: skip
"""Of a line, by the ending of a file: elsewhere such a sign may begin anything."""
_IMAGE = re.compile(r"(?:Docker|Container)file|.*\.dockerfile$", re.IGNORECASE)
_PLAIN = re.compile(r"[\w \t.,:;=+-]*", re.ASCII)
"""A line that cannot begin a text of several."""
_SHELLS, _PLAIN_IN_SHELL = (".bash", ".sh", ".zsh"), re.compile(r"[\w \t.,:;=+/-]*", re.ASCII)
"""Paths, too, which a pattern begins elsewhere."""
_BLANK, _OF_ANY_SIGN = re.compile(r"\s*"), (".cfg", ".pl", ".rb", ".vtl")
"""Languages in which any sign may begin a text."""
_BY = re.compile(r"#!\s*\S*/(?:env\s+(?:-S\s+)?)?(\w+)")
_RUNS = {"node": (".js", ".mjs", ".cjs", ".ts"), "pwsh": (".ps1",), "ruby": (".rb",)}
_RUN_BY = re.compile(r"#!\s*\S*/(?:env\s+)?(?:(?P<shell>(?:ba|da|k|z)?sh)|python[0-9.]*)\s")
_CODED = re.compile(r"coding[:=](?!\s*utf-?8)", re.IGNORECASE)
"""https://peps.python.org/pep-0263/"""
_LARGE = 256 << 10


def ending_of(path: Path) -> str:
    """By which it tells its language: `x.sh.tftpl` is a script."""
    return (path.with_suffix("") if path.suffix.lower() in _FILLED_IN else path).suffix.lower()


def uncommented(text: str, path: Path) -> str:
    """All else in its line."""
    run_by, ending = _RUN_BY.match(text), ending_of(path)
    if text.startswith("#!") and run_by is None and not _agrees(text, ending):
        return text
    is_python = ending == ".py" if run_by is None else run_by["shell"] is None
    if is_python:
        sure = path.suffix.lower() not in _FILLED_IN and len(text) < _LARGE
        return _without_pythons(text) if sure else text
    comment = _HASH if run_by else _COMMENTS.get(ending)
    comment = _DOCKERFILE if _IMAGE.match(path.name) else comment
    if comment is None:
        return text
    plain = _PLAIN_IN_SHELL if run_by or ending in _SHELLS else _PLAIN
    if comment is not _DOCKERFILE and not run_by and ending in _OF_ANY_SIGN:
        plain = _BLANK
    if path.suffix.lower() in _FILLED_IN:
        comment = re.compile(rf"{comment.pattern}(?!.*(?:[$%]\{{|\{{[{{%]))")
    return _without(text, comment, plain)


def _agrees(text: str, ending: str) -> bool:
    """Whether what runs a script is of the language that its name tells."""
    by = _BY.match(text)
    return by is not None and ending in _RUNS.get(by[1], ())


def _without(text: str, comment: re.Pattern[str], plain: re.Pattern[str]) -> str:
    """Without those before the first line that is not plain."""
    lines = text.split("\n")
    begin = int(text.startswith("#!"))
    for at in range(begin, len(lines)):
        if comment.match(lines[at]):
            lines[at] = ""
        elif not plain.fullmatch(lines[at]):
            break
    return "\n".join(lines)


def _without_pythons(text: str) -> str:
    """Those that have a line of their own: another Python may see others behind code."""
    at = set[int]()
    if any(map(_CODED.search, text.split("\n", 2)[:2])):
        return text
    try:
        ast.parse(text)  # else it is of another Python, which has other texts
        for one in tokenize.generate_tokens(StringIO(text).readline):
            if one.type == tokenize.COMMENT and not one.line[: one.start[1]].strip():
                at.add(one.start[0])
    except (tokenize.TokenError, SyntaxError, ValueError, RecursionError, MemoryError):
        return text
    lines = enumerate(text.split("\n"), 1)
    return "\n".join("" if number in at else line for number, line in lines)
