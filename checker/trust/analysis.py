"""The whole: a document in, grants and problems out."""

from __future__ import annotations

from datetime import date

from checker.trust import decode
from checker.trust.decide import Decider
from checker.trust.grants import Merged, grants, merge
from checker.trust.model import Analysis, Problem, Scope
from checker.trust.parse import parse

_EPOCH = date(1970, 1, 1).toordinal()
_VENDORS = ("account", "organization", "principal")


def analyze(document: object, scope: Scope) -> Analysis:
    """Whom a trust policy lets in. `document`: a decoded JSON value, or str or bytes of JSON text.

    Text that is no JSON gives the problem `not-json` and no grants: like every BLOCKING problem,
    it means that the answer is no pass.
    """
    duplicates: list[str] = []
    if isinstance(document, str | bytes):
        try:
            document, duplicates = decode.decode(document)
        except decode.NotJSON as error:
            return Analysis(problems=(Problem("not-json", None, str(error)),))
    today = (scope.today.toordinal() - _EPOCH) * 86_400
    policy = parse(document, scope.partition, scope.live, today)
    decider = Decider(policy, scope, today)
    found = merge(decider.hits(), decider.words.accounts)
    problems = {*policy.problems, *(_duplicate(name) for name in duplicates), *_deputies(found)}
    if decider.complex:
        problems.add(
            Problem("too-complex", None, "too many combinations to try: not all is proven")
        )
    return Analysis(
        grants=grants(found),
        problems=tuple(sorted(problems, key=_order)),
        account_bound=decider.bound or decider.words.bound,
    )


def _duplicate(name: str) -> Problem:
    return Problem("duplicate-key", None, f"{name!a:.80} is given twice in one object")


def _deputies(found: list[Merged]) -> list[Problem]:
    """Vendors that any customer of theirs could send here."""
    return [
        Problem(
            "confused-deputy",
            min(one.statements),
            f"{one.principal.arn or one.principal.account or one.principal.organization} needs no external id",
        )
        for one in found
        if one.loose and one.principal.kind in _VENDORS
    ]


def _order(problem: Problem) -> tuple[int, str, str]:
    return (-1 if problem.statement is None else problem.statement, problem.code, problem.message)
