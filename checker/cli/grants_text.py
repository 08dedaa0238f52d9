"""An analysis in plain words: who, through which statement, on which conditions; the proof."""

from __future__ import annotations

from collections.abc import Iterator

from checker.report.escape import terminal
from checker.trust import (
    BLOCKING,
    Analysis,
    Grant,
    Principal,
    Problem,
    Witness,
    open_federation,
)
from checker.trust.answers.ask import Verdict

_DOUBT = "Nobody outside is seen to be let in, but the policy was not wholly understood."
_EXTERNAL_ID = {
    "required": "the external id must be an exact value",
    "pattern": "an external id must fit a pattern",
    "none": "no external id is needed",
}


def explain(analysis: Analysis, heading: str | None = None, *, whole: bool = False) -> str:
    """Paragraphs, one a grant; under a heading where there are several documents.

    Then, why statements let in nobody; with `whole`, what each statement does.
    """
    lines = [] if heading is None else [heading]
    for grant in analysis.grants:
        lines += _grant(grant)
    if not analysis.grants:
        doubt = any(problem.code in BLOCKING for problem in analysis.problems)
        lines.append(_DOUBT if doubt else "Nobody outside is let in.")
    for one in analysis.statements:
        if whole or (one.effect != "Deny" and one.outcome != "grants"):
            lines.append(
                f"Statement {one.index} ({one.effect or 'none'}, {one.outcome}): {one.reason}"
            )
    lines += [_problem(problem) for problem in analysis.problems]
    return "\n".join(map(terminal, lines)) + "\n\n"


def verdict_text(verdict: Verdict, heading: str | None = None) -> str:
    """The answer to one question, and what decides it."""
    said = {True: "Let in", False: "Not let in", None: "It cannot be told"}[verdict.allowed]
    place = "" if verdict.statement is None else f" (statement {verdict.statement}, counted from 0)"
    lines = [] if heading is None else [heading]
    lines.append(f"{said}: {verdict.reason}{place}")
    if verdict.witness is not None:
        lines += _example(verdict.witness)
    return "\n".join(map(terminal, lines)) + "\n"


def _grant(grant: Grant) -> Iterator[str]:
    named = ", ".join(map(str, grant.statements))
    plural = "s" if len(grant.statements) > 1 else ""
    yield f"{who(grant.principal)} can call {' and '.join(grant.actions)}"
    yield f"  through statement{plural} {named} (counted from 0)"
    yield from (f"  if {condition}" for condition in _conditions(grant))
    if open_federation(grant.principal):
        yield "  which is open: no claim tells one customer of this shared issuer from another"
    if grant.principal.kind in ("account", "principal", "organization", "anyone"):
        yield f"  and {_EXTERNAL_ID[grant.external_id]}"
    if grant.witness is None:
        yield "  without a proof, as there are too many combinations to try"
        return
    yield from _example(grant.witness)


def _example(witness: Witness) -> Iterator[str]:
    yield f"  for example {witness.principal} calling {witness.action} with"
    for key, value in witness.context.items():
        yield f"    {key} = {value if isinstance(value, str) else ', '.join(value)}"


def _conditions(grant: Grant) -> Iterator[str]:
    for claim, patterns in sorted((grant.principal.claims or {}).items()):
        case = ", in any case" if claim in grant.principal.caseless else ""
        yield f"the claim {claim} fits {' or '.join(patterns)}{case}"
    if grant.network_limited:
        yield "the request comes from certain networks"


def who(principal: Principal) -> str:
    """The principal as the subject of a sentence."""
    source = f", acting for {principal.source}" if principal.source else ", acting for anybody"
    if principal.source == "*":
        source = ", acting for accounts outside alone"
    sentences = {
        "anyone": "Anyone in any AWS account" + _narrowing(principal),
        "organization": f"Every account of the organization {principal.organization}",
        "account": f"The whole account {principal.account} ({principal.partition})",
        "principal": f"{principal.arn} of account {principal.account}",
        "federated": f"Identities of the provider {principal.provider}",
        "service": f"{_service(principal)}{source},",
        "unresolved": f"{principal.id}, which names no known account,",
    }
    return sentences[principal.kind]


def _service(principal: Principal) -> str:
    return "Any AWS service" if principal.service == "*" else f"The service {principal.service}"


def _narrowing(principal: Principal) -> str:
    like = f" whose id fits {principal.pattern}" if principal.pattern else ""
    return like + (f" but {', '.join(principal.excepted)}" if principal.excepted else "")


def _problem(problem: Problem) -> str:
    place = "" if problem.statement is None else f" in statement {problem.statement}"
    return f"Problem {problem.code}{place}: {problem.message}"
