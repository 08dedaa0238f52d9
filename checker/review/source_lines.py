"""What counts of a file that runs the gate, line by line: all but comments and blank lines, where
these are sure to be none of what is run."""

from __future__ import annotations

import re

import yaml

from checker.review.manifest_forms import has_form
from checker.review.places import is_manifest

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DOCKER = re.compile(r"(.*/)?(Dockerfile[^/]*|[^/]*\.Dockerfile|Containerfile|Earthfile)")
"""Which drop comments and blank lines before lines are joined:
https://docs.docker.com/reference/dockerfile/#format"""
_OTHER_ENDS = re.compile("[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
"""Some readers end a line there, and a comment with it: YAML, pip, Python and Make do not agree."""
_YAML = re.compile(r".*\.ya?ml")
_SIGN = re.compile(
    r".*\.(?:(?:ba|z|k|fi)?sh|pyi?|rb|pl|pm|toml|ya?ml|cfg|ini|conf|config|mk|make|cmake|just|nix|psm?1"
    r"|[rR]|jl|tcl|awk|tf|tfvars|hcl|txt|in|lock|properties|env|rake|exs?|graphql|md)"
    r"|(?:.*/)?(?:\.[\w-]+|[^./]+|[^/]*(?:Dockerfile|Makefile)[^/]*)"
)
"""Where `#` begins a comment, and in files without an ending."""
_NO_SIGN = re.compile(r"(?:.*/)?\.?Jenkinsfile[^/]*")
_OF_ANOTHER = re.compile(r"#!.*\b(?:node|deno|bun|groovy|php|lua)\b")
_FOLDS = re.compile(
    r".*\.(?:ya?ml|bat|cmd|ps1|py|toml|json5?|jsonc|cfg|ini|txt|in|lock|[cm]?[jt]sx?|groovy|md|rst|xml)"
)
"""Whose readers take CR LF for one end of a line, as shells and Make do not."""
_SAYS = re.compile(r"#(?:>|(?:MISE|USAGE)\b)")
_OF_DOCKER = re.compile(r"#\s*(?:syntax|escape|check)\s*=")
_CODING = re.compile(r"#.*?coding[:=]\s*[-\w.]+")
"""Comments that some reader takes for more: the end of one of PowerShell, mise's, Docker's, and
what a file is written in, in one of its first two lines (https://peps.python.org/pep-0263/)."""
_OF_SCRIPT = re.compile(r"^# /// |<<-?\s*[\"']?#", re.M)
"""Comments that name what is installed (https://peps.python.org/pep-0723/), and a text that ends
with a sign of one."""


def source_lines(path: str, text: bytes | None) -> list[str]:
    """Neither comments nor blank lines, but where they end what goes on behind a backslash;
    indentation and `#!` do."""
    whole = (text or b"").decode("utf-8-sig", errors="replace")
    whole = whole.replace("\r\n", "\n") if _FOLDS.fullmatch(path) else whole
    lines = whole.split("\n")
    if _keeps_all(path, whole):
        return [line for line in lines if line]
    ends = not _DOCKER.fullmatch(path)
    kept = _within_texts(whole) if _YAML.fullmatch(path) else frozenset()
    cut = "<<" not in whole  # a text of a shell's ends at the very word
    found = list[str]()
    for at, line in enumerate(lines):
        behind = ends and at > 0 and lines[at - 1].endswith("\\")
        first = at < 2 and _CODING.match(line) is not None
        says = first or (not ends and _OF_DOCKER.match(line) is not None)
        told = line if says or at in kept else _told(line, ends=behind, cut=cut)
        found += [] if told is None else [told]
    return found


def is_one_line(line: str) -> bool:
    """Whether every reader takes it for one."""
    return _OTHER_ENDS.search(line) is None


def _keeps_all(path: str, text: str) -> bool:
    """Whether nobody knows what a comment is in it."""
    first = text.partition("\n")[0]
    unlike = not _SIGN.fullmatch(path) or _NO_SIGN.fullmatch(path) or _OF_ANOTHER.match(first)
    formed = is_manifest(path) and has_form(path)  # which is read as what it says
    return bool(formed or unlike or _OF_SCRIPT.search(text)) or not is_one_line(text)


def _within_texts(text: str) -> frozenset[int]:
    """Lines of YAML that stand within texts in which lines are joined; all where it is none."""
    found = set[int]()
    try:
        for one in yaml.parse(text, Loader=_LOADER):
            begin, end = one.start_mark, one.end_mark
            style = getattr(one, "style", "|")
            joined = isinstance(one, yaml.ScalarEvent) and style != "|"
            if joined and begin and end and begin.line < end.line:
                more = style != ">"  # which ends where the next line begins
                found |= {*range(begin.line, end.line + more)}
    except yaml.YAMLError:
        return frozenset(range(text.count("\n") + 1))
    return frozenset(found)


def _told(line: str, *, ends: bool, cut: bool) -> str | None:
    """`ends`: whether it is what goes on behind a backslash, which one with a blank behind it is
    not. `cut`: blanks at its end say nothing."""
    if not line.strip() or _comment(line.lstrip()):
        return "" if ends else None
    told = line.rstrip() if cut else line
    return f"{told} " if told.endswith("\\") and told != line else told


def _comment(line: str) -> bool:
    """One that Make would go on with is none."""
    says = line.startswith("#!") or line.endswith("\\") or _SAYS.match(line)
    return line.startswith("#") and not says
