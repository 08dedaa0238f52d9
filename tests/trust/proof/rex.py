"""A regular expression of Python's → one of Z3's: what globs and the values of keys are made of."""

from __future__ import annotations

import re
from functools import lru_cache
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import z3

STRING = z3.StringSort()
ALL = z3.ReSort(STRING)


@lru_cache(maxsize=4096)
def regular(pattern: str, caseless: bool = False) -> z3.ReRef:
    """Literals, classes, repetition, groups, alternatives and `.` (any letter), no more."""
    return _sequence(parser.parse(pattern), caseless)


def _sequence(parts: Any, caseless: bool) -> z3.ReRef:
    made = [_part(op, arg, caseless) for op, arg in parts]
    if not made:
        return z3.Re("")
    return made[0] if len(made) == 1 else z3.Concat(*made)


def _part(op: Any, arg: Any, caseless: bool) -> z3.ReRef:
    if op is sre.LITERAL:
        return _letter(chr(arg), caseless)
    if op is sre.ANY:
        return z3.AllChar(ALL)
    if op is sre.NOT_LITERAL:
        return z3.Intersect(z3.AllChar(ALL), z3.Complement(z3.Re(chr(arg))))
    if op is sre.IN:
        return _union([_range(o, a, caseless) for o, a in arg])
    if op is sre.MAX_REPEAT:
        return _repeat(*arg, caseless)
    if op is sre.SUBPATTERN:
        return _sequence(arg[3], caseless)
    if op is sre.BRANCH:
        return _union([_sequence(branch, caseless) for branch in arg[1]])
    raise ValueError(f"{op} in a regular expression")


def _union(parts: list[z3.ReRef]) -> z3.ReRef:
    return parts[0] if len(parts) == 1 else z3.Union(*parts)


def _letter(letter: str, caseless: bool) -> z3.ReRef:
    both = sorted({letter.lower(), letter.upper()}) if caseless and letter.isascii() else [letter]
    return _union([z3.Re(z3.StringVal(c)) for c in both])


def _range(op: Any, arg: Any, caseless: bool) -> z3.ReRef:
    if op is sre.LITERAL:
        return _letter(chr(arg), caseless)
    return z3.Range(chr(arg[0]), chr(arg[1]))


def _repeat(low: int, high: int, inner: Any, caseless: bool) -> z3.ReRef:
    body = _sequence(inner, caseless)
    if high is not sre.MAXREPEAT:
        return z3.Loop(body, low, int(high))
    star = z3.Full(ALL) if str(inner) == "[(ANY, None)]" else z3.Star(body)
    return (
        star
        if low == 0
        else z3.Plus(body)
        if low == 1
        else z3.Concat(z3.Loop(body, low, low), star)
    )


def matches(term: z3.SeqRef, pattern: str, caseless: bool = False) -> z3.BoolRef:
    """`re.escape` of a whole text is an equality: Z3 is better at those."""
    if not caseless and (plain := _plain(pattern)) is not None:
        return term == z3.StringVal(plain)
    return z3.InRe(term, regular(pattern, caseless))


def _plain(pattern: str) -> str | None:
    letters = re.sub(r"\\(\W)", "", pattern)
    if re.search(r"[\\.*+?\[\](){}|^$]", letters):
        return None
    return re.sub(r"\\(\W)", r"\1", pattern)


def template(parts: list[z3.SeqRef]) -> z3.SeqRef:
    return parts[0] if len(parts) == 1 else z3.Concat(*parts) if parts else z3.StringVal("")
