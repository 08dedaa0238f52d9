"""Terraform's regular expressions. A pattern that somebody else wrote may take for ever, so it gets
a moment. `regex` comes with the parser of HCL."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

from checker.collect.iac.terraform.several import ABSENT

_MOMENT = 1.0  # seconds, of the clock: on a busy machine a tenth is none
_MOST = 10_000
_ALIKE = re.compile(
    r"(?!.*[*+?}][*+?])"
    r"(?:[^\\({]|\\[dwDWbBnrtf]|\\[^\w\s]|\((?!\?)|\(\?(?:P<\w+>|:|[ims]+\))|\{[0-9]{1,3}(?:,[0-9]{0,3})?\})*",
    re.DOTALL,
)
"""What RE2 and this library read alike, and what is soon read; any other is not followed."""


def substituted(pattern: str, text: str, new: str) -> str | None:
    import regex

    groups = regex.sub(r"\$\{?(\d+)\}?", r"\\g<\1>", new.replace("\\", "\\\\"))
    try:
        found: str = regex.sub(pattern, groups, text, timeout=_MOMENT)
    except (regex.error, TimeoutError, IndexError):
        return None
    return found


def first(pattern: str, text: str) -> Any:
    """Its groups, where it has any. None that fits ends the run."""
    found = _found(pattern, text)
    if found is None:
        return None
    return _groups(found[0]) if found else ABSENT


def every(pattern: str, text: str) -> list[Any] | None:
    found = _found(pattern, text)
    return None if found is None else [*map(_groups, found)]


def _found(pattern: str, text: str) -> list[Any] | None:
    """As RE2 has it: `$` stands at the very end, classes are of ASCII, and nothing is found right
    behind what was."""
    import regex

    if text.endswith("\n") or not _ALIKE.fullmatch(pattern):
        return None
    try:
        found = regex.finditer(pattern, text, regex.ASCII, timeout=_MOMENT)
        several = [*islice(found, _MOST)]
    except (regex.error, TimeoutError):
        return None
    if len(several) == _MOST:
        return None
    ends = {one.end() for one in several if one[0]}
    return [one for one in several if one[0] or one.start() not in ends]


def _groups(found: Any) -> Any:
    return found.groupdict() or [*found.groups()] or found[0]
