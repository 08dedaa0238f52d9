"""Terraform's regular expressions. A pattern that somebody else wrote may take for ever, so it gets
a moment. `regex` comes with the parser of HCL."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from itertools import islice
from typing import Any

from checker.collect.iac.terraform.several import ABSENT

_MOMENT = 1.0  # seconds, of the clock: on a busy machine a tenth is none
_MOST = 10_000
LONGEST = 1 << 22
"""Of what a function makes, in characters."""
_ALIKE = re.compile(
    r"(?!.*[*+?}](?:[*+]|\?[*+?]))"
    r"(?:[^\\({]|\\[dwsDWSbBnrtf]|\\[^\w\s]|\((?!\?)|\(\?(?:P<\w+>|:|[ims]+\))|\{[0-9]{1,3}(?:,[0-9]{0,3})?\})*",
    re.DOTALL,
)
"""What RE2 and this library read alike, and what is soon read; any other is not followed."""
_NAMED = re.compile(r"\(\?P<(\w+)>")
_GROUP = re.compile(r"\$(?:\$|\{(?P<within>\w+)\}|(?P<bare>\w+))")
_NUMBER = re.compile("0|[1-9][0-9]*")


class SlowPatternError(ValueError):
    """A pattern that takes longer than its moment."""


def substituted(pattern: str, text: str, new: str) -> str | None:
    """The text with `new` for each match: https://pkg.go.dev/regexp#Regexp.Expand"""
    found = _found(pattern, text)
    if found is None or len(found) * len(new) * (_longest(found) if "$" in new else 1) > LONGEST:
        return None
    ends = [0, *(one.end() for one in found)]
    known = (
        f"{text[end : one.start()]}{_expanded(new, one)}"
        for end, one in zip(ends[:-1], found, strict=True)
    )
    return "".join((*known, text[ends[-1] :]))


def _longest(found: list[Any]) -> int:
    return max((1 + one.end() - one.start() for one in found), default=1)


def _expanded(new: str, match: Any) -> str:
    """What is no group of the pattern, or of no match, is nothing."""
    known = match.groupdict() | dict(enumerate((match[0], *match.groups())))

    def group(found: re.Match[str]) -> str:
        name = found["within"] or found["bare"]
        if name is None:
            return "$"
        return known.get(int(name) if _NUMBER.fullmatch(name) else name) or ""

    return _GROUP.sub(group, new)


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
    """As RE2 has it: `$` stands at the very end, classes are of ASCII, of space without `\\v`."""
    if ("$" in pattern and text.endswith("\n")) or "\v" in text or not _is_alike(pattern):
        return None
    import regex

    try:
        several = [*islice(_matches(regex.compile(pattern, regex.ASCII), text), _MOST)]
    except TimeoutError as error:
        raise SlowPatternError from error
    except regex.error:
        return None
    return several if len(several) < _MOST else None


def _is_alike(pattern: str) -> bool:
    names = _NAMED.findall(pattern)
    return _ALIKE.fullmatch(pattern) is not None and len(set(names)) == len(names)


def _matches(compiled: Any, text: str) -> Iterator[Any]:
    """Nothing is found right behind what was; behind nothing, the next is looked for one further:
    https://pkg.go.dev/regexp#hdr-Syntax, as `terraform console` answers"""
    at, last, until = 0, -1, time.monotonic() + _MOMENT
    while at <= len(text):
        found = compiled.search(text, at, timeout=max(until - time.monotonic(), 0))
        if found is None:
            return
        if found.end() > at or found.start() != last:
            yield found
        at, last = max(found.end(), at + 1), found.end()


def _groups(found: Any) -> Any:
    return found.groupdict() or [*found.groups()] or found[0]
