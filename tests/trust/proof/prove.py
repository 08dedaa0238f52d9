"""Asks: is there one outsider's request that the policy allows and that no grant covers?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import z3

from checker.trust import BLOCKING, Analysis, Grant, Scope
from tests.trust.proof import covers, encode, evaluate
from tests.trust.proof.callers import Account, Bearer, Caller, Service
from tests.trust.proof.evaluate import Request
from tests.trust.proof.read import Statement, Variable, statements
from tests.trust.proof.realistic import completed, contradictions
from tests.trust.proof.solve import Cases, UnknownError
from tests.trust.proof.witness import request_of
from tests.trust.proof.world import (
    ACCOUNT,
    AWS,
    BUILT_IN,
    OIDC,
    ORG,
    SAML,
    SERVICE,
    issuer,
    issuer_in,
    key_of,
)

EFFORT = 1_000_000
"""For one case of a question, in Z3's steps."""


@dataclass(frozen=True)
class Finding:
    """`kind`: missed, refused-witness, unrealistic-witness or false-alarm."""

    kind: str
    why: str
    request: Request | None = None
    grant: Grant | None = None


@dataclass
class Verdict:
    """`proved`: every question was answered, and none with a counterexample."""

    findings: list[Finding] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    questions: int = 0

    @property
    def proved(self) -> bool:
        return not self.findings and not self.unknown


class OracleError(Exception):
    """The encoding and the evaluator differ: neither is to be believed."""


@dataclass
class Case:
    document: dict[str, Any]
    scope: Scope
    analysis: Analysis
    effort: int = EFFORT

    def __post_init__(self) -> None:
        self.statements: list[Statement] = statements(self.document, self.scope.live)
        conditions = [c for s in self.statements for c in s.conditions]
        self.mentioned = frozenset(c.key for c in conditions) | {
            t.key
            for c in conditions
            for v in c.values
            for t in c.tokens(v)
            if isinstance(t, Variable)
        }
        self.judge = covers.Judge(self.scope)
        self.lengths = encode.lengths(self.statements)

    # the worlds of requests

    def callers(self) -> Iterator[Caller]:
        text = json.dumps(self.document)
        more: dict[str, Any] = {
            "lengths": self.lengths,
            "mentioned": self.mentioned,
            "organizations": frozenset(re.findall(ORG, text)),
        }
        for partition in sorted(
            {self.scope.partition} | set(re.findall(r"arn:(aws[a-z-]*):", text))
        ):
            for form in self._forms(text):
                split = "aws:username" in self.mentioned or ":assumed-role/" in text
                yield Account(self.scope, AWS, **more, form=form, partition=partition, split=split)
        customers = frozenset(re.findall(rf"(?<![0-9]){ACCOUNT}(?![0-9])", text))
        for anywhere in (False, True):
            yield Service(self.scope, SERVICE, **more, customers=customers, anywhere=anywhere)
        for kind in (OIDC, SAML):
            named = self.providers(kind)
            for provider in sorted(named):
                yield Bearer(self.scope, kind, **more, provider=provider)
            if not self.scope.all_providers:
                yield Bearer(self.scope, kind, **more, others=frozenset(named))

    def _forms(self, text: str) -> tuple[str, ...]:
        """A role will do where nothing tells it from a user."""
        told = {"aws:principalarn", "aws:principaltype", "aws:userid", "aws:username"}
        grants = {g.principal.kind for g in self.analysis.grants} & {"principal", "unresolved"}
        named = grants or re.search(r"(role|user)/|A[RI][OD]A", text)
        return (
            ("AssumedRole", "User", "FederatedUser")
            if told & self.mentioned or named
            else ("AssumedRole",)
        )

    def providers(self, kind: str) -> set[str]:
        named = {p for s in self.statements for p in s.principals.federated}
        named |= set(self.scope.providers)
        found = {p for p in named if f":{kind}-provider/" in p}
        if kind == SAML:
            return found
        known = {issuer_in(p) for p in found} | set(BUILT_IN)
        start = f"arn:{self.scope.partition}:iam::{self.scope.account}:oidc-provider/"
        more = {i for key in self.mentioned if (i := issuer(key)) and i not in known}
        return (
            found
            | set(BUILT_IN)
            | ({start + i for i in more} if not self.scope.all_providers else set())
        )

    # the questions

    def verdict(self) -> Verdict:
        verdict = Verdict()
        for caller in self.callers():
            self._missed(caller, verdict)
        for grant in self.analysis.grants:
            self._grant(grant, verdict)
        return verdict

    def _missed(self, caller: Caller, verdict: Verdict) -> None:
        said = self._said() if caller.caller == SERVICE else set()
        let_in = z3.simplify(encode.allowed(self.statements, caller, said))
        if z3.is_false(let_in):
            return
        for key in self.mentioned:  # a call has them even where no condition comes to read them
            if caller.caller in key_of(key).always:
                caller.symbol(key)
        covered = [encode.covers(g, caller, self.judge) for g in self.analysis.grants]
        wanted = z3.simplify(z3.And(let_in, *(z3.Not(c) for c in covered)))
        found = self._ask(caller, [wanted, caller.outsider()], verdict)
        if found is None:
            return
        self._replay(found)
        verdict.findings.append(
            Finding("missed", "an outsider is let in, and no grant says so", found)
        )

    def _said(self) -> set[int]:
        """Allows to `*` of which a problem says that services may pass, as they lack the keys.

        That is no grant: who is let in by `*` is not known to be a service.
        """
        told = {p.statement for p in self.analysis.problems if p.code == "ambiguous"}
        return {s.index for s in self.statements if s.index in told and s.principals.everyone}

    def _ask(self, caller: Caller, wanted: list[z3.BoolRef], verdict: Verdict) -> Request | None:
        if any(z3.is_false(z3.simplify(w)) for w in wanted):
            return None
        verdict.questions += 1
        try:
            model = Cases(self.effort).model([*wanted, *caller.facts])
        except UnknownError as unknown:
            verdict.unknown.append(f"{caller.caller}: {unknown}")
            return None
        if model is None:
            return None
        principal, context = caller.settle(model)
        return Request(caller.caller, principal, caller.action, context)

    def _replay(self, request: Request) -> None:
        wrong = list(contradictions(request, self.scope, self.mentioned))
        if not evaluate.allowed(self.statements, request):
            wrong.append("not allowed")
        if not self.judge.outsider(request):
            wrong.append("no outsider")
        if any(self.judge.covers(g, request) for g in self.analysis.grants):
            wrong.append("covered")
        if wrong:
            raise OracleError(f"{wrong}: {request}")

    def _grant(self, grant: Grant, verdict: Verdict) -> None:
        codes = {p.code for p in self.analysis.problems if p.statement in (None, *grant.statements)}
        excused = codes & (BLOCKING | {"ambiguous"})
        wrong = [] if excused else list(self._witness(grant))
        verdict.findings += wrong
        if wrong and self._empty(grant, verdict):
            verdict.findings.append(
                Finding("false-alarm", "nobody whom it covers is let in", None, grant)
            )

    def _witness(self, grant: Grant) -> Iterator[Finding]:
        """What is wrong with a grant's witness."""
        if grant.witness is None:
            if "too-complex" not in {p.code for p in self.analysis.problems}:
                yield Finding("refused-witness", "there is none", None, grant)
            return
        request = request_of(grant.witness)
        for odd in contradictions(request, self.scope, frozenset()):
            yield Finding("unrealistic-witness", odd, request, grant)
        full = completed(request, self.scope, self.mentioned)
        if evaluate.allowed(self.statements, request) and not evaluate.allowed(
            self.statements, full
        ):
            lacks = sorted(set(full.context) - set(request.context))
            yield Finding("unrealistic-witness", f"{lacks}: every such call has it", request, grant)
        if not evaluate.allowed(self.statements, request):
            yield Finding("refused-witness", "the policy does not allow it", request, grant)
        elif not self.judge.covers(grant, request):
            yield Finding("refused-witness", "its own grant does not cover it", request, grant)
        elif request.caller != SERVICE and not self.judge.outsider(request):
            yield Finding("refused-witness", "its caller is no outsider", request, grant)

    def _empty(self, grant: Grant, verdict: Verdict) -> bool:
        before = len(verdict.unknown)
        for caller in self.callers():
            covered = encode.covers(grant, caller, self.judge)
            outsider = [] if caller.caller == SERVICE else [caller.outsider()]
            wanted = [encode.allowed(self.statements, caller), covered, *outsider]
            if self._ask(caller, wanted, verdict) is not None or len(verdict.unknown) > before:
                return False
        return True
