"""A script or the like without its comments, as far as it is sure that they are none of its text.

A line that begins like a comment is text within quotes, a here-document, a template: so lines are
left out only where all before them surely ended what it began.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

_SHELLS = (".sh", ".bash", ".zsh")
_OF_HASH = (*_SHELLS, ".ps1", ".py", ".rb", ".toml", ".graphql", ".gql", ".hcl", ".rego")
_OF_SLASHES = (".js", ".mjs", ".cjs", ".ts", ".go", ".java", ".kt", ".rs", ".cs")
_OF_MANY = (".pl", ".env", ".conf", ".cfg", ".ini", ".properties", ".vtl")
"""Of languages that nobody knows, or that have too many ways to quote."""
_HASH = re.compile(r"[^\S\n]*#")
_LINES = dict.fromkeys((*_OF_HASH, *_OF_MANY), _HASH)
_LINES |= dict.fromkeys(_OF_SLASHES, re.compile(r"[^\S\n]*//"))
_LINES |= {".vtl": re.compile(r"[^\S\n]*##")}
"""Comments of a line, by the ending of a file: elsewhere such a sign may begin anything."""
_DOCKERFILE = re.compile(r"[^\S\n]*#(?!\s*\w+\s*=)")
"""Without directives: https://docs.docker.com/reference/dockerfile/#parser-directives"""
_RUN_BY = re.compile(r"#!\s*\S*/(?:env\s+)?(?:(?P<shell>(?:ba|da|k|z)?sh)|python[0-9.]*)\s")
_FILLED_IN = (".tpl", ".tftpl", ".tmpl", ".template", ".j2")
_QUOTED = r"""(?<![#"'])(?:"(?:[^"'`\\$]|\$\w|\$\{\w+\})*"|'[^"'`\\]*')(?!["'])"""
_CLOSED = re.compile(
    rf"(?:[^\"'`\\%$<]|\$(?!\{{)|\$\{{\w+\}}|<(?=[\s=])|{_QUOTED})*+(?<!__END__)(?<!__DATA__)"
)
"""A line behind which no text goes on, in whichever of these languages: no quotes within quotes, no
here-document, no sign that makes the next character another one."""
_HERE = re.compile(r"(?<!<)<<(-?)\s*([\"']?)(\w+)\2(?=[\s;|&>)]|$)")
_Ends = Callable[[str], str | None]
"""Of a line, the pattern of the one that ends what it begins; empty where it begins no text of
several lines, and None where nobody here knows."""


def ending_of(path: Path) -> str:
    """By which it tells its language: `x.sh.tftpl` is a script."""
    return (path.with_suffix("") if path.suffix.lower() in _FILLED_IN else path).suffix.lower()


def uncommented(text: str, path: Path) -> str:
    """All else in its line."""
    run_by, ending = _RUN_BY.match(text), ending_of(path)
    is_shell = ending in _SHELLS or (run_by is not None and run_by["shell"] is not None)
    comment = _LINES.get(ending) or (_HASH if run_by else None)
    if path.name.startswith("Dockerfile"):
        comment = _DOCKERFILE
    ends = _ends_in_shell if is_shell else _ends_of_many if ending in _OF_MANY else _ends
    return "\n".join(_without(text.split("\n"), comment, ends)) if comment else text


def _without(lines: list[str], comment: re.Pattern[str], ends: _Ends) -> Iterator[str]:
    until: str | None = ""
    for line in lines:
        is_comment = until == "" and comment.match(line) is not None
        yield "" if is_comment else line
        if until == "":
            until = "" if is_comment else ends(line)
        elif until is not None and re.fullmatch(until, line):
            until = ""


def _ends(line: str) -> str | None:
    return "" if _CLOSED.fullmatch(line) else None


def _ends_in_shell(line: str) -> str | None:
    """https://www.gnu.org/software/bash/manual/html_node/Redirections.html"""
    here = _HERE.search(line)
    if here is None or _ends(line[: here.start()] + line[here.end() :]) is None:
        return _ends(line)
    return ("\\t*" if here[1] else "") + here[3]


def _ends_of_many(line: str) -> str | None:
    return None if line.strip() else ""
