"""A script or the like without its comments, as far as it is sure that they are none of its text.

A line that begins like a comment is text within quotes, a here-document, a template: so lines are
left out only where all before them surely ended what it began.
"""

from __future__ import annotations

import ast
import re
import tokenize
from collections.abc import Callable, Iterator
from io import StringIO
from itertools import islice
from pathlib import Path

_Ends = Callable[[str], str | None]
"""Of a line, the pattern of the one that ends what it begins; empty where it begins no text of
several lines, and None where nobody here knows."""
_FILLED_IN = (".tpl", ".tftpl", ".tmpl", ".template", ".j2")
_PLAIN = r"""[^"'`\\%$<\u2018-\u201f]|\$(?!\{)|\$\{[^"'`\\{}$]*\}"""
_FILLED = r"\$\w|\$\{[^\"'`\\{}$]*\}|\$\([^\"'`\\()$]*\)"
_QUOTED = rf"""(?<![#"'?])(?:"(?:[^"'`\\$]|{_FILLED})*"|'[^"'`\\]*')(?!["'])"""
"""No quotes within quotes, none side by side, and no sign that makes the next another one."""


def _closed(*more: str) -> re.Pattern[str]:
    """A line behind which no text goes on. `more`: what says nothing of that in a language."""
    return re.compile(rf"(?:{'|'.join((_PLAIN, _QUOTED, *more))})*+")


_ONE = "<(?!<)"
_OF_RUBY, _OF_SCRIPT, _OF_TAGS = _closed(_ONE), _closed(_ONE, "%"), _closed("%")
_OF_POWERSHELL = _closed("<(?!#)", "%")
_OF_MOST, _OF_SHELL = _closed("<", "%"), _closed(_ONE, "%", "<<<")
_HERE = re.compile(r"(?<![^\s;|&])<<(-?)\s*([\"']?)(\w+)\2(?=[\s;|&>]|$)")
_SUM = re.compile(r"\(\([^()\"'`\\]*\)\)")
"""Within which a `<<` shifts."""
_BLOCK = re.compile(r"\s*/\*(?:(?!\*/).)*(\*/\s*)?")
_BLOCK_END = r"(?:(?!\*/).)*\*/(?P<rest>.*)"
_GOES_ON = re.compile(r"(?:^|\s)\\$")
_TEXT = re.compile(r"[|>][-+0-9]*\s*$")
_ENDED = ("__END__", "__DATA__")
_SLASH, _TRIED, _LARGE = "/", 8, 256 << 10
_BEHIND, _BEHIND_SLASHES = re.compile(r"[\s;&|()]#"), re.compile(r"\s//")


def _plainly(closed: re.Pattern[str]) -> _Ends:
    return lambda line: "" if closed.fullmatch(line) and line not in _ENDED else None


_ends_of_shell, _ends_of_script = _plainly(_OF_SHELL), _plainly(_OF_SCRIPT)


def _of_slashes(ends: _Ends) -> _Ends:
    """Comments behind code, and of several lines."""

    def beyond(line: str) -> str | None:
        block = _BLOCK.fullmatch(line)
        if block is not None:
            return "" if block[1] else _BLOCK_END
        return ends(_before(line, _BEHIND_SLASHES, ends))

    return beyond


def _before(line: str, comment: re.Pattern[str], ends: _Ends) -> str:
    """Without a comment that is behind it."""
    starts = (found.start() for found in islice(comment.finditer(line), _TRIED))
    return next((line[:start] for start in starts if ends(line[:start]) == ""), line)


def _with_patterns(closed: re.Pattern[str]) -> _Ends:
    """Of a language in which a quote may stand in a pattern: `/"/`."""
    quoted, ends = re.compile(_QUOTED), _plainly(closed)
    return lambda line: None if _SLASH in quoted.sub("", line) else ends(line)


def _in_shell(line: str) -> str | None:
    """https://www.gnu.org/software/bash/manual/html_node/Redirections.html"""
    text = _SUM.sub("0", _GOES_ON.sub("", _before(line, _BEHIND, _ends_of_shell)))
    if "((" in text:
        return None
    here = _HERE.search(text)
    if here is None:
        return _ends_of_shell(text)
    around = (text[: here.start()], text[here.end() :])
    if line.endswith("\\") or any(_ends_of_shell(part) is None for part in around):
        return None
    return (r"\t*" if here[1] else "") + here[3]


def _in_dockerfile(line: str) -> str | None:
    return _ends_of_script(_GOES_ON.sub("", line))


def _in_settings(line: str) -> str | None:
    """Which may be YAML, too, whose texts begin with such a sign."""
    return None if _TEXT.search(line) else _ends_of_script(line)


def _nobody_knows(line: str) -> str | None:
    return None if line.strip() else ""


_HASH, _SLASHES = re.compile(r"[^\S\n]*#"), re.compile(r"[^\S\n]*//")
_SHELL = (_HASH, _in_shell)
_LANGUAGES: dict[str, tuple[re.Pattern[str], _Ends]] = {
    **dict.fromkeys((".sh", ".bash", ".zsh"), _SHELL),
    **dict.fromkeys((".env", ".hcl", ".ini", ".properties", ".toml"),
                    (_HASH, _ends_of_script)),
    ".ps1": (re.compile(r"[^\S\n]*#(?!>)"), _plainly(_OF_POWERSHELL)),
    **dict.fromkeys((".go", ".java", ".kt", ".rs", ".cs"),
                    (_SLASHES, _of_slashes(_plainly(_OF_MOST)))),
    **dict.fromkeys((".graphql", ".gql", ".rego"), (_HASH, _plainly(_OF_MOST))),
    **dict.fromkeys((".pl", ".cfg"), (_HASH, _nobody_knows)),
    ".conf": (_HASH, _in_settings),
    **dict.fromkeys((".js", ".mjs", ".cjs"), (_SLASHES, _of_slashes(_with_patterns(_OF_TAGS)))),
    ".rb": (_HASH, _with_patterns(_OF_RUBY)),
    ".ts": (_SLASHES, _of_slashes(_with_patterns(_OF_MOST))),
    ".vtl": (re.compile(r"[^\S\n]*##"), _nobody_knows),
}  # fmt: skip
"""Comments of a line, by the ending of a file: elsewhere such a sign may begin anything."""
_DOCKERFILE = (re.compile(r"[^\S\n]*#(?!\s*\w+\s*=)"), _in_dockerfile)
"""Without directives: https://docs.docker.com/reference/dockerfile/#parser-directives"""
_IMAGE = re.compile(r"(?:Docker|Container)file|.*\.dockerfile$", re.IGNORECASE)
_BY = re.compile(r"#!\s*\S*/(?:env\s+(?:-S\s+)?)?(\w+)")
_RUNS = {"node": (".js", ".mjs", ".cjs", ".ts"), "pwsh": (".ps1",), "ruby": (".rb",)}
_RUN_BY = re.compile(r"#!\s*\S*/(?:env\s+)?(?:(?P<shell>(?:ba|da|k|z)?sh)|python[0-9.]*)\s")


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
    language = _SHELL if run_by else _LANGUAGES.get(ending)
    if _IMAGE.match(path.name):
        language = _DOCKERFILE
    if language is None:
        return text
    first, *rest = text.split("\n")
    begun = [first] if first.startswith("#!") else []
    return "\n".join((*begun, *_without(rest if begun else [first, *rest], *language)))


def _agrees(text: str, ending: str) -> bool:
    """Whether what runs a script is of the language that its name tells."""
    by = _BY.match(text)
    return by is not None and ending in _RUNS.get(by[1], ())


def _without(lines: list[str], comment: re.Pattern[str], ends: _Ends) -> Iterator[str]:
    until: str | None = ""
    for line in lines:
        is_comment = until == "" and comment.match(line) is not None
        yield "" if is_comment else line
        if until == "":
            until = "" if is_comment else ends(line)
        elif until is not None and (end := re.fullmatch(until, line)):
            until = ends(end["rest"]) if end.groupdict() else ""
        elif line.endswith("\\"):
            until = None  # it joins the next line, which may be the end


def _without_pythons(text: str) -> str:
    """Those that have a line of their own: another Python may see others behind code."""
    at = set[int]()
    try:
        ast.parse(text)  # else it is of another Python, which has other texts
        for one in tokenize.generate_tokens(StringIO(text).readline):
            if one.type == tokenize.COMMENT and not one.line[: one.start[1]].strip():
                at.add(one.start[0])
    except (tokenize.TokenError, SyntaxError, ValueError, RecursionError, MemoryError):
        return text
    lines = enumerate(text.split("\n"), 1)
    return "\n".join("" if number in at else line for number, line in lines)
