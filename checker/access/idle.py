"""Allows that would let somebody outside in, were they about anything here: mostly a slip.

A policy with the ARN of another resource does nothing; AWS may refuse it, or not tell.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-examples.html
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

import msgspec

from checker.access.statements import Document, elsewhere
from checker.trust.analysis import analyze_policy
from checker.trust.document.parse import Policy, Statement
from checker.trust.model import Problem, Scope

NOTHING = "its actions and resources meet nothing here that an outsider could ask for"


def idle(
    document: Document, policy: Policy, scope: Scope, met: Container[int], targets: Iterable[str]
) -> Iterator[Problem]:
    """`policy`: the same in the words of the trust analysis; `met`: what is about something."""
    every: set[int | None] = {one.index for one in policy.allows
             if one.index not in met and _lets_in(policy, one, scope)}  # fmt: skip
    told = {one.statement: one for one in elsewhere(document, targets)} if every else {}
    every -= {one.statement for one in document.problems}  # what is wrong with it is told already
    for one in document.statements:
        if one.index in every:
            yield told.get(one.index) or Problem("inert", one.index, NOTHING)


def _lets_in(policy: Policy, allow: Statement, scope: Scope) -> bool:
    """Whether a statement is for somebody but ourselves, by its principal and conditions."""
    alone = msgspec.structs.replace(policy, allows=(allow,), denies=(), problems=())
    own = scope.own | scope.organizations
    found = analyze_policy(alone, scope, reasons=False).grants
    return bool(providers(allow)) or any(one.principal.source not in own for one in found)


def providers(allow: Statement) -> list[str]:
    return [one.text for one in allow.who.elements if one.form == "provider"]
