"""Which statements one action on one ARN meets: every combination that some ARN of a language has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import z3

from tests.trust.proof.read import like, listed
from tests.trust.proof.rex import matches

Statements = list[dict[str, Any]]


def cells(statements: Statements, action: str, language: str) -> Iterator[frozenset[int]]:
    """The indices of those that are about the action and about some ARN of the language."""
    about = {at: one for at, one in enumerate(statements) if does(one, action)}
    arn = z3.String("arn")
    solver = z3.Solver()
    solver.add(matches(arn, _bare(language)))
    meets = {at: z3.Bool(f"meets{at}") for at in about}
    for at, one in about.items():
        solver.add(meets[at] == on(one, arn))
    while (answer := solver.check()) == z3.sat:
        model = solver.model()
        found = frozenset(at for at, flag in meets.items() if z3.is_true(model.eval(flag)))
        yield found
        solver.add(z3.Or([flag != z3.BoolVal(at in found) for at, flag in meets.items()]))
    if answer != z3.unsat:
        raise TimeoutError(f"Z3 gives up on the ARNs of {action}")


def _bare(language: str) -> str:
    """Dots of ARNs are none here: the languages have no dots but as letters of a class."""
    return language


def does(statement: dict[str, Any], action: str) -> bool:
    name = "NotAction" if "NotAction" in statement else "Action"
    hit = any(re.fullmatch(like(one.lower()), action.lower()) for one in listed(statement[name]))
    return hit is (name == "Action")


def on(statement: dict[str, Any], arn: z3.SeqRef) -> z3.BoolRef:
    name = "NotResource" if "NotResource" in statement else "Resource"
    if name not in statement:
        return z3.BoolVal(True)
    hit = z3.Or([fits(one, arn) for one in listed(statement[name])])
    return hit if name == "Resource" else z3.Not(hit)


def fits(pattern: str, arn: z3.SeqRef) -> z3.BoolRef:
    """Six parts, one by one: a wildcard crosses no colon but in the last."""
    if pattern == "*":
        return z3.BoolVal(True)
    *heads, last = pattern.split(":", 5)
    shapes = [like(one).replace(".*", "[^:]*").replace(".", "[^:]") if one else "" for one in heads]
    return matches(arn, ":".join([*shapes, like(last)]))
