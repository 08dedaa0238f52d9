"""The whole: a document in, grants and problems out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import msgspec

import checker.trust.document.decode as decode
from checker.arns import account_of
from checker.trust.answers.outcomes import outcomes
from checker.trust.document.parse import ASSUME, Policy, parse
from checker.trust.model import Analysis, Principal, Problem, Scope
from checker.trust.proof.completion import complete
from checker.trust.search.decide import Decider
from checker.trust.search.grants import Merged, grants

_EPOCH = date(1970, 1, 1).toordinal()
_VENDORS = ("account", "organization", "principal")


def analyze(document: object, scope: Scope, *, reasons: bool = True) -> Analysis:
    """Whom a trust policy lets in. `document`: a decoded JSON value, or str or bytes of JSON text.

    Without `reasons`, `statements` stays empty, which is quicker.
    Text that is no JSON gives the problem `not-json` and no grants: like every BLOCKING problem,
    it means that the answer is no pass.
    """
    duplicates: list[str] = []
    if isinstance(document, str | bytes):
        try:
            document, duplicates = decode.decode(document)
        except decode.NotJSON as error:
            return Analysis(problems=(Problem("not-json", None, str(error)),))
        except decode.TooDeep as error:
            return Analysis(problems=(Problem("too-deep", None, str(error)),))
    today = days(scope)
    policy = parse(document, scope.partition, scope.live, today)
    found = analyze_policy(policy, scope, reasons=reasons)
    if not duplicates:
        return found
    problems = {*found.problems, *(_duplicate(name) for name in duplicates)}
    return msgspec.structs.replace(found, problems=tuple(sorted(problems, key=_order)))


def days(scope: Scope) -> int:
    """Today's first second."""
    return (scope.today.toordinal() - _EPOCH) * 86_400


def analyze_policy(policy: Policy, scope: Scope, *, reasons: bool = True) -> Analysis:
    """The same for a policy that was parsed."""
    decider = Decider(policy, scope, days(scope))
    proofs = complete(decider)
    found = proofs.merged
    problems = {*policy.problems, *_deputies(found), *decider.problems, *proofs.problems}
    problems |= {*_mismatched(policy), *_foreign(policy, scope)}
    if decider.spent or proofs.unsure:
        problems.add(
            Problem("too-complex", None, "too many combinations, or too tangled: not all is proven")
        )
    return Analysis(
        grants=tuple(grants(found)),
        problems=tuple(sorted(problems, key=_order)),
        statements=tuple(outcomes(policy, proofs, decider.live, decider.words)) if reasons else (),
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
            f"{_name(one.principal)} needs no external id",
        )
        for one in found
        if one.loose and one.principal.kind in _VENDORS
    ]


def _name(principal: Principal) -> str | None:
    return principal.arn or principal.account or principal.organization


def _mismatched(policy: Policy) -> Iterator[Problem]:
    """Statements whose principals have no use for their actions."""
    for allow in policy.allows:
        forms = {element.form for element in allow.who.elements}
        if forms == {"provider"} and not allow.actions & ~ASSUME:
            yield Problem("inert", allow.index, "identity providers need AssumeRoleWith… actions")
        elif forms and forms <= {"account", "arn", "service"} and not allow.actions & ASSUME:
            yield Problem("inert", allow.index, "the statement doesn't allow sts:AssumeRole")


def _foreign(policy: Policy, scope: Scope) -> Iterator[Problem]:
    """Providers of another account: AWS accepts only those of the role's own."""
    for allow in policy.allows:
        for element in allow.who.elements:
            account = account_of(element.text) if element.form == "provider" else None
            if account is not None and account != scope.account:
                yield Problem("foreign-provider", allow.index, f"{element.text} is likely inert")


def _order(problem: Problem) -> tuple[int, str, str]:
    return (-1 if problem.statement is None else problem.statement, problem.code, problem.message)
