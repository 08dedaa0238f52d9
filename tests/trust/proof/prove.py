"""Asks: is there one outsider's request that the policy allows and that no grant covers?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import z3

from checker.trust import BLOCKING, Grant
from checker.trust.model import Outcome
from tests.trust.proof import encode, evaluate
from tests.trust.proof.callers import Caller
from tests.trust.proof.evaluate import Request
from tests.trust.proof.read import Statement
from tests.trust.proof.realistic import completed, contradictions
from tests.trust.proof.rex import matches
from tests.trust.proof.solve import Cases, UnknownError
from tests.trust.proof.values import is_value
from tests.trust.proof.witness import request_of
from tests.trust.proof.world import SERVICE, key_of
from tests.trust.proof.worlds import Worlds

ID = "sts:externalid"
EFFORT = 1_000_000
"""For one case of a question, in Z3's steps."""


@dataclass(frozen=True)
class Finding:
    """`kind`: missed, refused-witness, unrealistic-witness, false-alarm, wrong-outcome or
    wrong-external-id.
    """

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
class Case(Worlds):
    """`effort`: see `EFFORT`."""

    effort: int = EFFORT

    def verdict(self) -> Verdict:
        verdict = Verdict()
        for caller in self.callers():
            self._missed(caller, verdict)
        for grant in self.analysis.grants:
            self._grant(grant, verdict)
        self._outcomes(verdict)
        self._external_ids(verdict)
        return verdict

    def _missed(self, caller: Caller, verdict: Verdict) -> None:
        said = self._said() if caller.caller == SERVICE else set()
        let_in = z3.simplify(encode.allowed(self.statements, caller, said))
        if z3.is_false(let_in):
            return
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
        return {
            s.index
            for s in self.statements
            if s.allow and s.index in told and s.principals.everyone
        }

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
        """What is wrong with a grant's witness. One with a value of no kind cannot be replayed."""
        if grant.witness is None:
            if "too-complex" not in {p.code for p in self.analysis.problems}:
                yield Finding("refused-witness", "there is none", None, grant)
            return
        request = request_of(grant.witness)
        for odd in contradictions(request, self.scope, frozenset()):
            yield Finding("unrealistic-witness", odd, request, grant)
        if not all(is_value(key_of(k).kind, v) for k, vs in request.context.items() for v in vs):
            return
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

    def _outcomes(self, verdict: Verdict) -> None:
        """An Allow that is said to be inert has no outsider; one that is denied, no more."""
        said = self._said()
        allows = {s.index: s for s in self.statements if s.allow and s.index not in said}
        for told in self.analysis.statements:
            if told.effect == "Allow" and told.outcome != "grants" and told.index in allows:
                denies = [s for s in self.statements if not s.allow and told.outcome == "denied"]
                self._lets_in([allows[told.index], *denies], told, verdict)

    def _lets_in(self, live: list[Statement], told: Outcome, verdict: Verdict) -> None:
        for caller in self.callers():
            if caller.caller == SERVICE and live[0].principals.everyone:
                continue  # see `_said`
            wanted = [encode.allowed(live, caller), caller.outsider()]
            if (found := self._ask(caller, wanted, verdict)) is not None:
                why = f"statement {told.index} is not {told.outcome}"
                verdict.findings.append(Finding("wrong-outcome", why, found))
                return

    def _external_ids(self, verdict: Verdict) -> None:
        """`required` and `pattern`: nobody comes without an id; `required`: none but the named.

        `none`: somebody comes without; where the witness does, that is shown.
        """
        for grant in self.analysis.grants:
            needless = grant.external_id == "none" and grant.witness is not None
            if needless and ID in map(str.lower, grant.witness.context):
                self._needs_none(grant, verdict)
            for caller in self._identified(grant):
                if found := self._ask(caller, self._loose(grant, caller), verdict):
                    why = f"an external id is not {grant.external_id}"
                    verdict.findings.append(Finding("wrong-external-id", why, found, grant))

    def _identified(self, grant: Grant) -> Iterator[Caller]:
        """Of whom an external id is said to be needed. A service that passes a `*` is not known to
        be meant (see `_said`), and sends no external id of its own."""
        everyone = any(s.allow and s.principals.everyone for s in self.statements)
        for caller in self.callers() if grant.external_id != "none" else ():
            if not (everyone and caller.caller == SERVICE):
                yield caller

    def _loose(self, grant: Grant, caller: Caller) -> list[z3.BoolRef]:
        symbol = caller.symbol(ID)
        loose = z3.Not(symbol.present)
        if grant.external_id == "required" and symbol.items:
            named = {v for s in self.statements for c in s.conditions for v in c.values}
            fits = [matches(symbol.items[0][1], re.escape(v), caseless=True) for v in sorted(named)]
            loose = z3.Or(loose, z3.Not(z3.Or(fits)))
        return [*self._alone(grant, caller), loose]

    def _alone(self, grant: Grant, caller: Caller) -> list[z3.BoolRef]:
        """A request of an outsider whom this grant covers, and no other."""
        others = [g for g in self.analysis.grants if g is not grant]
        alone = [z3.Not(encode.covers(g, caller, self.judge)) for g in others]
        covered = encode.covers(grant, caller, self.judge)
        return [encode.allowed(self.statements, caller), covered, caller.outsider(), *alone]

    def _needs_none(self, grant: Grant, verdict: Verdict) -> None:
        before = len(verdict.unknown)
        asked = [(c, self._alone(grant, c)) for c in self.callers()]
        without = [(c, [*w, z3.Not(c.symbol(ID).present)]) for c, w in asked]
        if any(self._ask(c, w, verdict) for c, w in without) or len(verdict.unknown) > before:
            return
        if any(self._ask(c, w, verdict) for c, w in asked):
            why = "an external id is needed"
            verdict.findings.append(Finding("wrong-external-id", why, None, grant))
