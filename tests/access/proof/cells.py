"""Which statements one action on one ARN meets: every combination that some ARN of a language has.

A language of ARNs is cut in two by each statement in turn, and a part that Z3 finds empty is left
out: one question about one language each, which it decides at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import z3

from tests.trust.proof.read import UnsupportedError, like, listed
from tests.trust.proof.rex import regular

EFFORT = 2_000_000
"""For one language, in Z3's steps."""
Statements = list[dict[str, Any]]


def cells(statements: Statements, action: str, language: str) -> Iterator[frozenset[int]]:
    """The indices of those that are about the action and about some ARN of the language."""
    about = [(at, one) for at, one in enumerate(statements) if does(one, action)]
    yield from _cut(about, regular(language), frozenset())


def _cut(
    about: list[tuple[int, dict[str, Any]]], language: z3.ReRef, met: frozenset[int]
) -> Iterator[frozenset[int]]:
    if not about:
        yield met
        return
    (at, statement), *rest = about
    mine = resources(statement)
    if mine is None:
        yield from _cut(rest, language, met | {at})
        return
    for part, more in ((mine, met | {at}), (z3.Complement(mine), met)):
        smaller = z3.Intersect(language, part)
        if not empty(smaller):
            yield from _cut(rest, smaller, more)


def empty(language: z3.ReRef) -> bool:
    solver = z3.Solver()
    solver.set("rlimit", EFFORT)
    solver.add(z3.InRe(z3.String("arn"), language))
    answer = solver.check()
    if answer == z3.unknown:
        raise TimeoutError("Z3 gives up on a language of ARNs")
    return answer == z3.unsat


def does(statement: dict[str, Any], action: str) -> bool:
    name = "NotAction" if "NotAction" in statement else "Action"
    hit = any(re.fullmatch(like(one.lower()), action.lower()) for one in listed(statement[name]))
    return hit is (name == "Action")


def resources(statement: dict[str, Any]) -> z3.ReRef | None:
    """The ARNs that a statement is about; None for all."""
    name = "NotResource" if "NotResource" in statement else "Resource"
    if name not in statement:
        return None
    several = [regular(shape(one)) for one in listed(statement[name])]
    union = several[0] if len(several) == 1 else z3.Union(*several)
    return union if name == "Resource" else z3.Complement(union)


def shape(pattern: str) -> str:
    """Six parts, one by one: a wildcard crosses no colon but in the last."""
    if pattern == "*":
        return ".*"
    *heads, last = pattern.split(":", 5)
    if len(heads) < 5:
        raise UnsupportedError(f"no ARN: {pattern}")
    return ":".join([*("".join(map(_letter, one)) for one in heads), like(last)])


def _letter(letter: str) -> str:
    return {"*": "[!-9;-~]*", "?": "[!-9;-~]"}.get(letter) or re.escape(letter)
