"""Each Allow, each caller: is there a request that it allows and that no Deny matches?"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from checker.trust import globs, keys
from checker.trust.budget import Budget, Spent
from checker.trust.callers import Caller, aws_callers
from checker.trust.conditions import Condition, Context, Value
from checker.trust.federation import TENANCY, federated_callers
from checker.trust.memberships import Memberships
from checker.trust.model import Kind, Principal, Problem, Scope, Witness
from checker.trust.parse import ACTIONS, ASSUME, Policy, Statement
from checker.trust.principals import ROLES_ANYWHERE, Who
from checker.trust.search import UNKNOWN, Accept, Option, Question, Rows
from checker.trust.services import service_callers
from checker.trust.vocabulary import Vocabulary

NO_ID, PATTERN, EXACT = 0, 1, 2
_UNKNOWN_ORGANIZATION = "o-own0000000"


class Hit(msgspec.Struct, frozen=True):
    """A caller let in. `external_id`: the weakest that suffices; `loose`: any at all does."""

    statement: int
    action: str
    caller: Caller
    principal: Principal
    external_id: int = NO_ID
    loose: bool = True
    network_limited: bool = False
    witness: Witness | None = None


class Decider:
    def __init__(self, policy: Policy, scope: Scope, today: int) -> None:
        self.policy = policy
        self.scope = scope
        self.today = today
        self.budget = Budget()
        self.words = Vocabulary(policy, scope, self.budget)
        self.people = Memberships(self.words)
        self.bound = not self.words.reads.isdisjoint(keys.RESOURCE)
        self.complex = False
        self.problems: dict[Problem, None] = {}
        self.questions: dict[object, Question] = {}

    def hits(self) -> Iterator[Hit]:
        try:
            for allow in self.policy.allows:
                for caller, action in self._callers(allow):
                    yield from self._decide(allow, caller, action)
        except Spent:
            self.complex = True
            for allow in self.policy.allows:
                yield from as_written(allow, self.words)

    def _callers(self, allow: Statement) -> Iterator[tuple[Caller, int]]:
        who = allow.who
        star = who.star()
        if allow.actions & ASSUME:
            if star or any(one.form in ("account", "arn", "unresolved") for one in who.elements):
                yield from (
                    (caller, ASSUME) for caller in aws_callers(allow, self.words, self.people)
                )
            if star or any(one.form == "service" for one in who.elements):
                yield from ((caller, ASSUME) for caller in service_callers(allow, self.words))
        if allow.actions & ~ASSUME and (
            star or any(one.form == "provider" for one in who.elements)
        ):
            self.bound = True
            yield from federated_callers(allow, self.words)

    def _decide(self, allow: Statement, caller: Caller, action: int) -> Iterator[Hit]:
        for resource in self._resources():
            fixed = {**caller.context, **resource}
            question = self._question(allow, caller, action, fixed)
            answer = question.answer() if question else None
            if question is None or answer is None:
                continue
            witness = self._witness(caller, action, fixed, answer)
            self.complex |= witness is None
            yield from self._grants(allow, caller, action, question, witness)

    def _resources(self) -> list[dict[str, Value]]:
        """The role's own account and organization, each that it can be."""
        if self.words.reads.isdisjoint(keys.RESOURCE):
            return [{}]
        own: dict[str, Value] = {"aws:resourceaccount": self.scope.account}
        names = sorted(self.scope.organizations) or [_UNKNOWN_ORGANIZATION]
        return [{**own, "aws:resourceorgid": name} for name in names]

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
            if not _means(deny.who, caller):
                self._doubt(deny, caller)
            else:
                row = self._free(deny, caller, fixed)
                if row == ():
                    return None
                if row is not None:
                    denies.append(row)
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
        place = (id(asked), asked, *denies)
        known = None if tied else self.questions.get(place)
        self.budget.charge(1 + len(asked) + len(denies))
        if known is None:
            known = Question(
                asked, denies, fixed, lambda key: not caller.decides(key), self.today, self.budget
            )
            if not tied:
                self.questions[place] = known
        return known

    def _free(
        self, statement: Statement, caller: Caller, fixed: Context
    ) -> tuple[Condition, ...] | None:
        """The conditions that the caller leaves open; None where it fails one."""
        free = []
        for one in statement.conditions:
            self.budget.charge(one.weight)
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
        strength, loose = self._external_id(question)
        yield Hit(
            allow.index,
            ACTIONS[action.bit_length() - 1],
            caller,
            self._principal(allow, caller, question),
            strength,
            loose,
            self._network_limited(question),
            witness,
        )

    def _external_id(self, question: Question) -> tuple[int, bool]:
        """The weakest external id that suffices: none, one that fits a pattern, an exact one."""
        if keys.EXTERNAL_ID not in self.words.reads:
            return NO_ID, True

        def enough(accept: Accept) -> bool:
            return question.answer(accept) is not None

        if enough(lambda one: one.values.get(keys.EXTERNAL_ID) is None):
            return NO_ID, True
        if enough(lambda one: _loose(one, keys.EXTERNAL_ID)):
            return PATTERN, enough(lambda one: one.globs.get(keys.EXTERNAL_ID, "*") == "*")
        return EXACT, False

    def _network_limited(self, question: Question) -> bool:
        if self.words.reads.isdisjoint(keys.NETWORK):
            return False
        return question.answer(lambda one: all(_loose(one, key) for key in keys.NETWORK)) is None

    def _principal(self, allow: Statement, caller: Caller, question: Question) -> Principal:
        grant = caller.grant
        if grant.kind == "anyone" and caller.family == "aws":
            return msgspec.structs.replace(grant, pattern=account_pattern(allow, caller))
        if grant.kind == "federated":
            return msgspec.structs.replace(grant, claims=self._claims(caller, question) or None)
        return grant

    def _claims(self, caller: Caller, question: Question) -> dict[str, tuple[str, ...]]:
        """The issuer's claims that narrow, each with the patterns of it that are let in."""
        claims = {}
        for key in sorted({key for group in question.groups for one in group for key in one.globs}):
            if not _claim(key, caller):
                continue
            found = {
                one.globs[key] for group in question.groups for one in group if key in one.globs
            }
            patterns = {glob for glob in found if _held(question, key, glob)}
            if not patterns & {None, "*"}:
                name = (
                    keys.spelled(key)
                    if key.startswith(("sts:", "aws:"))
                    else key.rpartition(":")[2]
                )
                claims[name] = tuple(sorted(globs.plain(one) for one in patterns if one))
        return claims

    def _witness(
        self, caller: Caller, action: int, fixed: Context, answer: dict[str, Value]
    ) -> Witness | None:
        if UNKNOWN in answer.values():
            return None
        shown = {**fixed, **answer}
        spelled = {
            keys.spelled(self.policy.spelling.get(key, key)): _plain(value)
            for key, value in shown.items()
        }
        return Witness(caller.text, ACTIONS[action.bit_length() - 1], dict(sorted(spelled.items())))


def _plain(value: Value) -> str | list[str]:
    return globs.plain(value) if isinstance(value, str) else [globs.plain(one) for one in value]


def _held(question: Question, key: str, glob: str | None) -> bool:
    return question.answer(lambda one: key not in one.globs or one.globs[key] == glob) is not None


def _loose(option: Option, key: str) -> bool:
    """Whether the option leaves the key absent, or free within a pattern."""
    glob = option.globs.get(key)
    return glob is None or not globs.is_literal(glob)


def _claim(key: str, caller: Caller) -> bool:
    if caller.element == ROLES_ANYWHERE:
        return key.startswith("aws:principaltag/x509")
    session = keys.spelled(key) in TENANCY.get(caller.issuer or "", ())
    return session or key.startswith(f"{caller.issuer}:")


def _means(who: Who, caller: Caller) -> bool:
    """Whether a Deny's Principal is sure to mean the caller."""
    if who.everybody:
        return True
    named = any(
        _names(one.form, one.text, one.partition, one.account, caller) for one in who.elements
    )
    if not who.inverted:
        return named
    # AMB: where an ARN is excepted and its account isn't, no credit against the whole account.
    near = any(one.account and one.account == caller.account for one in who.elements)
    return not named and not near


def _names(form: str, text: str, partition: str, account: str, caller: Caller) -> bool:
    if form == "star":  # AMB: AWS doesn't say that {"AWS": "*"} means services and providers too
        return caller.family in ("aws", "anonymous")
    if form == "account":
        return account == caller.account and partition == caller.partition
    return text != "" and text in (caller.element, caller.context.get("aws:principalarn"))


def account_pattern(allow: Statement, caller: Caller) -> str | None:
    """The pattern that keeps a statement's accounts in bounds, if it has one."""
    for one in allow.conditions:
        found = one.operator
        if one.key != "aws:principalaccount" or not found.wild or found.negated or one.variables:
            continue
        for glob in one.operands:
            if globs.matches(glob, caller.account) and glob.strip("*"):
                return str(glob)
    return None


def as_written(allow: Statement, words: Vocabulary) -> Iterator[Hit]:
    """The Principal alone, where the search was given up: conditions and Denies don't count."""
    actions = [name for at, name in enumerate(ACTIONS) if allow.actions >> at & 1]
    for caller, mask in _literal_callers(allow, words):
        for name in actions:
            if mask >> ACTIONS.index(name) & 1:
                yield Hit(allow.index, name, caller, caller.grant)


def _literal_callers(allow: Statement, words: Vocabulary) -> Iterator[tuple[Caller, int]]:
    scope = words.scope
    if allow.who.star() and allow.actions & ASSUME:
        yield _bare(Principal(kind="anyone")), ASSUME
    for one in allow.who.elements:
        if one.account and not words.own(one.account, one.partition):
            kind: Kind = "principal" if one.form == "arn" else "account"
            shown = one.text if one.form == "arn" else None
            yield (
                _bare(
                    Principal(kind=kind, partition=one.partition, account=one.account, arn=shown)
                ),
                ASSUME,
            )
        elif one.form == "service":
            yield _bare(_service(one.text)), ASSUME
        elif one.form == "unresolved":
            yield _bare(Principal(kind="unresolved", id=one.text)), ASSUME
    bare = Statement(allow.index, True, allow.who, allow.actions)
    empty = Vocabulary(Policy((bare,), (), {}, ()), scope, Budget())
    yield from federated_callers(bare, empty)


def _service(name: str) -> Principal:
    if name == ROLES_ANYWHERE:
        return Principal(kind="federated", provider=name)
    return Principal(kind="service", service=name)


def _bare(principal: Principal) -> Caller:
    return Caller("aws", "", principal, {}, fresh=principal.kind == "anyone")
