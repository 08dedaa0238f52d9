"""Each Allow, each caller: is there a request that it allows and that no Deny matches?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

import checker.trust.texts.keys as keys
from checker.trust.budget import Budget, Spent
from checker.trust.callers.callers import Caller, aws_callers
from checker.trust.callers.federation import federated_callers
from checker.trust.callers.memberships import Memberships, organization_paths
from checker.trust.callers.services import meant, service_callers
from checker.trust.callers.vocabulary import Vocabulary
from checker.trust.document.conditions import Condition, Context, Value
from checker.trust.document.parse import ACTIONS, ASSUME, Policy, Statement
from checker.trust.model import Principal, Problem, Scope, Witness
from checker.trust.search.denies import means
from checker.trust.search.hits import Hit
from checker.trust.search.measure import account_pattern, claimed, external_id, network_limited
from checker.trust.search.search import UNKNOWN, Question, Rows
from checker.trust.search.witness import witness


class Decider:
    def __init__(self, policy: Policy, scope: Scope, today: int) -> None:
        self.policy = policy
        self.scope = scope
        self.today = today
        self.budget = Budget()
        self.words = Vocabulary(policy, scope, self.budget)
        self.people = Memberships(self.words)
        elements = [element for allow in policy.allows for element in allow.who.elements]
        self.bound = any(element.form == "provider" for element in elements)
        self.bound |= not self.words.reads.isdisjoint(keys.RESOURCE)
        self.spent = False
        self.live: set[int] = set()
        self.anyone: set[int] = set()
        self.problems: dict[Problem, None] = {}
        self.questions: dict[object, Question] = {}

    def hits(self) -> list[Hit]:
        """All callers let in; none once the budget is spent, as then all is left to proof."""
        try:
            return [
                hit
                for allow in self.policy.allows
                for caller, action in self._callers(allow)
                for hit in self._decide(allow, caller, action)
            ]
        except Spent:
            return []

    def named(self) -> Iterable[str]:
        """The accounts that the policy names, which `anyone` may leave out; none once the budget
        is spent, as then nobody is known to be left out."""
        try:
            return self.words.accounts
        except Spent:
            self.spent = True
            return ()

    def _callers(self, allow: Statement) -> Iterator[tuple[Caller, int]]:
        star = allow.who.star()
        forms = {element.form for element in allow.who.elements}
        if allow.actions & ASSUME:
            if star or not forms <= {"service", "provider"}:
                for caller in aws_callers(allow, self.words, self.people):
                    yield caller, ASSUME
            # `anyone` covers services, who differ only where a Deny does not mean them
            covered = allow.index in self.anyone and not self.policy.denies
            if ("service" in forms or (star and meant(allow))) and not covered:
                for caller in service_callers(allow, self.words):
                    yield caller, ASSUME
        if allow.actions & ~ASSUME and (star or "provider" in forms):
            self.bound = True
            yield from federated_callers(allow, self.words)

    def _decide(self, allow: Statement, caller: Caller, action: int) -> Iterator[Hit]:
        for resource in self._resources():
            fixed = {**caller.context, **resource}
            question = self._question(allow, caller, action, fixed)
            answer = question.answer() if question else None
            if question is None or answer is None:
                continue
            self.budget.charge(len(fixed) + len(answer))
            witness = self._witness(caller, action, fixed, answer)
            yield from self._grants(allow, caller, action, question, witness)

    def _resources(self) -> list[dict[str, Value]]:
        """The role's own account and organization, each that it can be."""
        if self.words.reads.isdisjoint(keys.RESOURCE):
            return [{}]
        own: dict[str, Value] = {"aws:resourceaccount": self.scope.account}
        id_key, path_key = "aws:resourceorgid", "aws:resourceorgpaths"
        judges = self.words.on(path_key)
        return [
            {**own, id_key: name, path_key: (path,)}
            for name in sorted(self.scope.organizations)
            for path in organization_paths(self.words, name, judges, path_key)
        ] or [own]

    def _question(
        self, allow: Statement, caller: Caller, action: int, fixed: Context
    ) -> Question | None:
        """What the free keys must answer; None where the caller alone decides that it is out."""
        asked = self._free(allow, caller, fixed)
        if asked is None:
            return None
        denies: Rows = []
        for deny in self.policy.denies:
            self.budget.charge(1)
            if not deny.actions & action:
                continue
            if not means(deny.who, caller):
                self._doubt(deny, caller)
            else:
                row = self._free(deny, caller, fixed)
                if row is not None:
                    self.live.add(deny.index)
                    denies.append(row)
                if row == ():
                    return None
        return self._ask(asked, denies, caller, fixed)

    def _doubt(self, deny: Statement, caller: Caller) -> None:
        """Say where AWS's documents leave open whether a Deny means the caller."""
        others = deny.who.star() and caller.family in ("service", "federated")
        near = deny.who.inverted and any(one.account == caller.account for one in deny.who.elements)
        if others or (near and caller.whole):
            message = f"AWS leaves open whether this Deny means {caller.text}"
            self.problems[Problem("ambiguous", deny.index, message)] = None

    def _ask(
        self, asked: tuple[Condition, ...], denies: Rows, caller: Caller, fixed: Context
    ) -> Question:
        tied = any(one.variables for row in [asked, *denies] for one in row)
        rows = tuple(tuple(map(id, row)) for row in [asked, *denies])
        place = (caller.family, caller.issuer, rows)
        known = None if tied else self.questions.get(place)
        self.budget.charge(1 + len(asked) + len(denies))
        if known is None:
            known = Question(asked, denies, fixed, caller, self.today, self.budget)
            if not tied:
                self.questions[place] = known
        return known

    def _free(
        self, statement: Statement, caller: Caller, fixed: Context
    ) -> tuple[Condition, ...] | None:
        """The conditions that the caller leaves open; None where it fails one."""
        free = []
        for one in statement.conditions:
            self.budget.charge(1 + one.weight)
            if not caller.decides(one.key) or not all(map(caller.decides, one.variables)):
                free.append(one)
            elif not one.holds(fixed):
                return None
        return tuple(free)

    def _grants(
        self,
        allow: Statement,
        caller: Caller,
        action: int,
        question: Question,
        witness: Witness | None,
    ) -> Iterator[Hit]:
        strength, loose = external_id(question, self.words)
        principal = self._principal(allow, caller, question)
        if principal.kind == "anyone" and principal.pattern is None:
            self.anyone.add(allow.index)
        yield Hit(
            allow.index,
            ACTIONS[action.bit_length() - 1],
            caller,
            principal,
            strength,
            loose,
            network_limited(question, self.words),
            witness,
        )

    def _principal(self, allow: Statement, caller: Caller, question: Question) -> Principal:
        grant = caller.grant
        if grant.kind == "anyone":
            return msgspec.structs.replace(grant, pattern=account_pattern(allow, caller))
        if grant.kind == "federated":
            return claimed(allow, caller, question, self.words)
        return grant

    def _witness(
        self, caller: Caller, action: int, fixed: Context, answer: dict[str, Value]
    ) -> Witness | None:
        if UNKNOWN in answer.values():
            return None
        name = ACTIONS[action.bit_length() - 1]
        return witness(self.policy, caller, name, {**fixed, **answer}, self.today)
