"""The line of each key of a TOML text, which the standard library's parser does not tell."""

from __future__ import annotations

import re

from checker.patterns import pattern

Path = tuple[str, ...]
_PART = r"""(?:[A-Za-z0-9_-]+|"[^"\\]*"|'[^']*')"""
_NAME = rf"\s*({_PART}(?:\s*\.\s*{_PART})*)\s*"
_TABLE = pattern(rf"\[{{1,2}}{_NAME}\]")
_KEY = pattern(rf"{_NAME}=")


def lines_of(text: str) -> dict[Path, int]:
    """From 1, of tables and of keys at the start of a line; the first where there are several. A
    line within a text of several may be taken for a key, so ask for keys that are there."""
    table: Path = ()
    found: dict[Path, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if match := _TABLE.match(line.strip()):
            table = at = _parts(match[1])
        elif match := _KEY.match(line):
            at = (*table, *_parts(match[1]))
        else:
            continue
        for depth in range(1, len(at) + 1):
            found.setdefault(at[:depth], number)
    return found


def _parts(name: str) -> Path:
    return tuple(part.strip("\"'") for part in re.findall(_PART, name))
