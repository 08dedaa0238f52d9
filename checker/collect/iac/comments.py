"""Text of code without its comments, which name whom there was once, or may be: line by line."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import yaml

from checker.collect.iac.terraform.syntax import comments_in
from checker.errors import InputError

Form = Literal["hcl", "json", "yaml"]
_BLOCKS = ("|", ">")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LINE = re.compile(r"\s*(?:#|//)")
_SIGNS = ("#", "//", "/*")
_YAML = re.compile(r"(?:^|(?<=[ \t]))#.*", re.MULTILINE)


def without_comments(text: str, form: Form, path: Path) -> str:
    """Of what cannot be read, all of it."""
    if form == "json" or not any(sign in text for sign in _SIGNS):
        return text
    try:
        return _of_hcl(text, path) if form == "hcl" else _of_yaml(text)
    except (InputError, yaml.YAMLError):
        return text


def is_comment(line: str) -> bool:
    """By itself, in most of what code includes."""
    return bool(_LINE.match(line))


def _of_hcl(text: str, path: Path) -> str:
    lines = text.split("\n")
    for line, column, comment in comments_in(text, path):
        for number, part in enumerate(comment.rstrip("\n").split("\n"), line - 1):
            start = column - 1 if number == line - 1 else 0
            here = lines[number]
            lines[number] = here[:start] + " " * len(part) + here[start + len(part) :]
    return "\n".join(lines)


def _of_yaml(text: str) -> str:
    """A number sign within a scalar is a part of it; JSON has no comments."""
    if text.lstrip().startswith(("{", "[")):
        return text
    spans = [*_scalars(text)]
    starts = [start for start, _ in spans]

    def kept(sign: re.Match[str]) -> str:
        at = bisect.bisect(starts, sign.start()) - 1
        return sign[0] if at >= 0 and sign.start() < spans[at][1] else ""

    return _YAML.sub(kept, text)


def _scalars(text: str) -> Iterator[tuple[int, int]]:
    """Where each begins and ends, in order."""
    for token in yaml.scan(text, Loader=_LOADER):
        if isinstance(token, yaml.ScalarToken):
            start, end = token.start_mark.index, token.end_mark.index
            # a comment may stand behind the sign of a block
            yield (text.find("\n", start, end) if token.style in _BLOCKS else start), end
