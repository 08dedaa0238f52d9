"""Spellings of what is compared without regard to case: one for each way to fit the other patterns.

A text of n letters has 2^n spellings, but only the case-sensitive patterns beside it tell them
apart. They are walked side by side, letter by letter, and of the spellings that leave all of them
at the same place one is kept. So the spellings kept stand for all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

import checker.trust.keys as keys
from checker.trust.conditions import Condition
from checker.trust.globs import closure, is_literal, step

_ARNS = ("aws:principalarn", "aws:sourcearn", "aws:federatedprovider")
_TELLING = ("aws:principalarn", "aws:username")
_DECIDED = keys.PRINCIPAL | keys.SOURCE | keys.RESOURCE | {"aws:federatedprovider"}
STATES = 64
"""How many ways to fit the patterns are told apart."""


class TooMany(Exception):  # noqa: N818
    """More spellings differ than can be tried."""


class _Part(msgspec.Struct, frozen=True):
    """A pattern, and the part of the text that it must fit."""

    glob: str
    first: int
    end: int


def spelled(one: Condition, every: Iterable[Condition], arns: Iterable[str] = ()) -> Condition:
    """The condition with its spellings, if it has any; `arns` are those that Principals name."""
    if one.operator.family != "caseless":
        return one
    beside = [more for more in every if more.key == one.key]
    others = [more for more in beside if more.operator.family in ("string", "arn")]
    names = _names(one.key, every, arns) if one.key in _TELLING else []
    found: dict[str, None] = {}
    for text in one.written():
        found.update(dict.fromkeys(_spellings(one.key, text, others, names)))
    return msgspec.structs.replace(one, spellings=tuple(found))


def _names(key: str, every: Iterable[Condition], arns: Iterable[str]) -> list[str]:
    """What tells names apart: aws:username is the last part of aws:PrincipalArn."""
    told = [*arns, *(text for one in every if one.key in _TELLING for text in one.written())]
    last = [re.split("[/:]", text)[-1] for text in told]
    return last if key == "aws:username" else [*arns, *("*/" + name for name in last)]


def _spellings(key: str, text: str, others: list[Condition], names: list[str]) -> list[str]:
    if text.lower() == text.upper():
        return [text]
    if not is_literal(text):  # a policy variable stands in it
        if key in _DECIDED:
            raise TooMany  # of a free key, the search sees what the variable is
        return [text]
    if key == "aws:federatedprovider":
        head = _arn_head(text, 2 if "oidc-provider/" in text.lower() else 1)
        return [head + text[len(head) :]]
    whole = [text, text.lower(), text.upper(), *names]
    whole += [glob for one in others if one.operator.family == "string" for glob in one.loose()]
    parts = [_Part(glob, 0, len(text)) for glob in dict.fromkeys(whole)]
    if text.count(":") > 4:
        arns = [glob for one in others if one.operator.family == "arn" for glob in one.loose()]
        parts += [part for glob in arns for part in _arn_parts(glob, text)]
    return [one for one in walk(_start(key, text), text, parts) if _possible(key, one)]


def _start(key: str, text: str) -> str:
    """What AWS writes in one way only: the beginning of an ARN, a unique id, an organization."""
    if key in _ARNS:
        return _arn_head(text, 1 if key == "aws:principalarn" else 0)
    if key == "aws:userid":
        return text.partition(":")[0].upper()
    if key in keys.LOWER_CASE:
        return text.lower()
    return ""


def _arn_head(text: str, words: int) -> str:
    """An ARN's first five parts, and so many words of the last, in lower case."""
    found = re.match(r"(?:[^:]*:){5}" + r"(?:[^/]*(?:/|$))" * words, text)
    return found.group().lower() if found else ""


def _arn_parts(glob: str, text: str) -> Iterator[_Part]:
    at = 0
    for wanted, part in zip(glob.split(":", 5), text.split(":", 5), strict=True):
        yield _Part(wanted, at, at + len(part))
        at += len(part) + 1


def walk(start: str, text: str, parts: list[_Part]) -> list[str]:
    """Spellings of `text` which begin with `start`, one for each set of parts that they fit."""
    layer = {tuple(closure(part.glob, 1) for part in parts): ""}
    for at, char in enumerate(text):
        after: dict[tuple[int, ...], str] = {}
        wanted = (start[at],) if at < len(start) else dict.fromkeys((char, *_cases(char)))
        for states, done in layer.items():
            for letter in wanted:
                moved = tuple(
                    step(part.glob, state, letter) if part.first <= at < part.end else state
                    for part, state in zip(parts, states, strict=True)
                )
                after.setdefault(moved, done + letter)
        if len(after) > STATES:
            raise TooMany
        layer = after
    return list(layer.values())


def _cases(char: str) -> list[str]:
    return [one for one in (char.lower(), char.upper()) if len(one) == 1]


def _possible(key: str, text: str) -> bool:
    return key not in _DECIDED or keys.domain(key).fullmatch(text) is not None
