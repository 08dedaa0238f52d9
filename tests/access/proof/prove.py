"""Asks of each action, each combination of statements and each caller: is somebody let in whom no
grant tells?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import z3

from checker.access import Access, Ours, Resource, analyze_resource
from checker.trust import Analysis, Grant
from tests.access.proof.callers import Anonymous, Root
from tests.access.proof.cells import cells
from tests.access.proof.documents import SCOPE, document
from tests.access.proof.kinds import Kind
from tests.trust.proof import encode, evaluate
from tests.trust.proof.callers import Caller, Service
from tests.trust.proof.covers import Judge
from tests.trust.proof.prove import EFFORT, Case, Finding, OracleError, Verdict
from tests.trust.proof.read import UnsupportedError
from tests.trust.proof.world import AWS

ASSUME = "sts:AssumeRole"
"""What stands for the action where principals and conditions are proved."""
NOTHING = "sts:TagSession"
"""What stands in a statement's place that is not about it: indices stay."""
OURS = Ours(accounts=SCOPE.own, organizations=SCOPE.organizations)


class ResourceCase(Case):
    """One cell as if it were a trust policy, with the callers that no role meets beside the others."""

    anonymous: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        self.judge = Judge(self.scope, by_source=True)

    def callers(self) -> Iterator[Caller]:
        """Without IAM Roles Anywhere, behind which others stand where a role is taken alone."""
        for caller in super().callers():
            if not (isinstance(caller, Service) and caller.anywhere):
                yield caller

    def verdict(self) -> Verdict:
        verdict = Verdict()
        for caller in self.callers():
            self._missed(caller, verdict)
        more: dict[str, Any] = {"lengths": self.lengths, "mentioned": self.mentioned}
        unusual: list[Anonymous | Root] = [Root(self.scope, AWS, **more)]
        unusual += [Anonymous(self.scope, AWS, **more)] if self.anonymous else []
        for one in unusual:
            self._unsaid(one, verdict)
        return verdict

    def _unsaid(self, caller: Anonymous | Root, verdict: Verdict) -> None:
        let_in = z3.simplify(encode.allowed(self.statements, caller))
        if z3.is_false(let_in):
            return
        uncovered = [z3.Not(caller.covered(one)) for one in self.analysis.grants]
        found = self._ask(caller, [z3.simplify(z3.And(let_in, *uncovered)), caller.outsider()],
                          verdict)  # fmt: skip
        if found is None:
            return
        if not evaluate.allowed(self.statements, found):
            raise OracleError(f"not allowed: {found}")
        why = "nobody says who signs nothing, or a root user"
        verdict.findings.append(Finding("missed", why, found))


def proved(seed: int) -> tuple[Verdict, str] | None:
    """What was found of one policy, and it; None where it is out of this oracle's language."""
    kind, spelled, plain = document(seed)
    access = analyze_resource(
        Resource(arn=kind.arn, kind=kind.name, account=SCOPE.account, document=spelled), OURS,
        SCOPE.today)  # fmt: skip
    if any(one.code == "too-complex" for one in access.problems):
        return None
    verdict = verdict_of(kind, plain, access)
    return None if verdict is None else (verdict, f"{seed} {kind.name} {spelled}")


def verdict_of(
    kind: Kind, plain: dict[str, Any], access: Access, effort: int = EFFORT
) -> Verdict | None:
    """`effort`: see `EFFORT`."""
    whole = Verdict()
    try:
        for at, analysis in _questions(kind, plain, access):
            case = ResourceCase(cut(plain, at), SCOPE, analysis)
            case.anonymous, case.effort = kind.anonymous, effort
            found = case.verdict()
            whole.findings += found.findings
            whole.unknown += found.unknown
            whole.questions += found.questions
    except UnsupportedError:
        return None
    return whole


def _questions(
    kind: Kind, plain: dict[str, Any], access: Access
) -> list[tuple[frozenset[int], Analysis]]:
    """Each cell with what is said of it; what is the same of two actions is asked once."""
    found = {}
    for action, at in _cells(kind, plain):
        analysis = _analysis(access, action)
        found[at, msgspec.json.encode(analysis)] = at, analysis
    return list(found.values())


def _cells(kind: Kind, plain: dict[str, Any]) -> Iterator[tuple[str, frozenset[int]]]:
    statements = plain["Statement"]
    for action, languages in kind.works.items():
        for language in languages:
            for at in cells(statements, action, language):
                if any(statements[index]["Effect"] == "Allow" for index in at):
                    yield action, at


def cut(plain: dict[str, Any], at: frozenset[int]) -> dict[str, Any]:
    """The statements of a cell, as a trust policy."""
    made = []
    for index, statement in enumerate(plain["Statement"]):
        rest = {name: value for name, value in statement.items()
                if name not in ("Action", "NotAction", "Resource", "NotResource")}  # fmt: skip
        made.append({**rest, "Action": ASSUME if index in at else NOTHING})
    return {**plain, "Statement": made}


def _analysis(access: Access, action: str) -> Analysis:
    """What is said of an action. Services that act for anybody, and AWS's own, are told without."""
    told = [one.principal for one in access.grants if action in one.actions]
    whom = [*told, *access.deputies, *access.aws]
    grants = tuple(Grant(principal=one, actions=(ASSUME,)) for one in whom)
    return Analysis(grants=grants, problems=access.problems)
