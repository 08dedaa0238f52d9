"""A request that the prover found → a hit: whom it stands for, and how narrow that is."""

from __future__ import annotations

import msgspec

import checker.trust.document.conditions as conditions
import checker.trust.texts.globs as globs
import checker.trust.texts.keys as keys
from checker.trust.callers.callers import Caller
from checker.trust.callers.named_sources import Named
from checker.trust.callers.outsider import Outsider
from checker.trust.callers.vocabulary import Vocabulary
from checker.trust.document.conditions import Condition
from checker.trust.document.operators import OPERATORS, parse
from checker.trust.document.parse import ACTIONS, Policy, Statement
from checker.trust.document.principals import ROLES_ANYWHERE
from checker.trust.model import Principal
from checker.trust.proof.prover import Prover
from checker.trust.proof.rows import Request, Row
from checker.trust.search.hits import EXACT, NO_ID, PATTERN, Hit
from checker.trust.search.measure import account_pattern, asked_claims
from checker.trust.search.witness import witness

_USER = "aws:username"


class Found:
    def __init__(self, policy: Policy, words: Vocabulary, prover: Prover) -> None:
        self.policy = policy
        self.words = words
        self.prover = prover

    def hit(self, allow: Statement, outsider: Outsider, request: Request, rows: list[Row]) -> Hit:
        caller = _filled(outsider, request)
        strength, loose = self.external_id(allow, outsider, rows)
        return Hit(
            allow.index,
            _action(outsider),
            caller,
            self._principal(allow, caller, request),
            strength,
            loose,
            self.network_limited(allow, outsider, rows),
            witness(self.policy, caller, _action(outsider), request, self.prover.places.today),
        )

    def unproved(self, allow: Statement, outsider: Outsider) -> Hit:
        """All of the kind: neither a request nor a proof that there is none was found."""
        return Hit(allow.index, _action(outsider), outsider.caller, outsider.caller.grant)

    def external_id(
        self, allow: Statement, outsider: Outsider, rows: list[Row]
    ) -> tuple[int, bool]:
        """The weakest that suffices, and whether any at all does."""
        key = keys.EXTERNAL_ID
        if key not in self.words.reads or self._possible(allow, outsider, rows, [_absent(key)]):
            return NO_ID, True
        asked = [one for one in allow.conditions if one.key == key and _positive(one)]
        if any(one.exact is not None for one in asked):
            return EXACT, False
        return PATTERN, all(glob == "*" for one in asked for glob in one.loose())

    def network_limited(self, allow: Statement, outsider: Outsider, rows: list[Row]) -> bool:
        read = sorted(keys.NETWORK & self.words.reads)
        return bool(read) and not self._possible(allow, outsider, rows, list(map(_absent, read)))

    def for_us(self) -> tuple[Condition, ...]:
        """That a service acts for nobody, or for one of our own accounts."""
        scope = self.words.scope
        accounts = tuple(sorted({scope.account, *scope.own}))
        arns = (*(f"arn:*:*:*:{one}:*" for one in accounts), "arn:*:*:*::*")
        asked = (
            ("StringEqualsIfExists", "aws:sourceaccount", accounts),
            ("ArnLikeIfExists", "aws:sourcearn", arns),
            ("StringEqualsIfExists", "aws:sourceorgid", tuple(sorted(scope.organizations))),
        )
        found = ((parse(name), key, texts) for name, key, texts in asked)
        return tuple(conditions.condition(k, op, texts, allow=True) for op, k, texts in found if op)

    def _possible(
        self, allow: Statement, outsider: Outsider, rows: list[Row], more: list[Condition]
    ) -> bool:
        answer = self.prover.ask(outsider, (*allow.conditions, *more), rows)
        return answer.request is not None or answer.unsure

    def _principal(self, allow: Statement, caller: Caller, request: Request) -> Principal:
        grant = caller.grant
        if grant.kind == "anyone":
            unique = _unique_id(allow, request)
            if unique:
                return Principal(kind="unresolved", id=unique)
            return msgspec.structs.replace(grant, pattern=account_pattern(allow, caller))
        if grant.kind == "account":
            return self._by_arn(allow, grant, request)
        if grant.kind == "service":
            name = grant.service if grant.service != "*" else _service_name(allow, request)
            source = Named.of(allow, self.words).told(request)
            return msgspec.structs.replace(grant, service=name, source=source)
        if grant.kind == "federated" and caller.element != ROLES_ANYWHERE:
            claims, caseless = asked_claims(allow, caller, self.words)
            return msgspec.structs.replace(grant, claims=claims or None, caseless=caseless)
        return grant

    def _by_arn(self, allow: Statement, grant: Principal, request: Request) -> Principal:
        """One pattern of ARNs, where the statement asks for some."""
        for one in allow.conditions:
            if one.key not in (keys.ARN, _USER) or one.variables or not _positive(one):
                continue
            for glob in one.loose():
                single = msgspec.structs.replace(one, operands=(glob,), exact=None)
                if glob != "*" and one.key in request and single.holds(request):
                    arn = _arn_of(glob, one, str(request.get(keys.ARN)))
                    return msgspec.structs.replace(grant, kind="principal", arn=globs.plain(arn))
        return grant


def _action(outsider: Outsider) -> str:
    return ACTIONS[outsider.action.bit_length() - 1]


def _filled(outsider: Outsider, request: Request) -> Caller:
    caller = outsider.caller
    if caller.family == "aws":
        arn = str(request.get(keys.ARN, caller.text))
        account = caller.account or str(request.get(keys.ACCOUNT_KEY, ""))
        return msgspec.structs.replace(
            caller,
            text=caller.text or arn,
            account=account,
            context=request,
        )
    if caller.family == "federated":
        provider = str(request.get("aws:federatedprovider", caller.text))
        return msgspec.structs.replace(caller, text=provider, context=request)
    name = str(request.get("aws:principalservicename", caller.text))
    return msgspec.structs.replace(caller, text=caller.text or name, context=request)


def _arn_of(glob: str, asked: Condition, arn: str) -> str:
    """The pattern as one of ARNs; a name that may be in any case has `?` for each letter."""
    head, slash, name = glob.rpartition("/" if asked.key == keys.ARN else "\n")
    shown = globs.uncased(name) if asked.operator.family == "caseless" else name
    if asked.key == keys.ARN:
        return head + slash + shown
    prefix, _, path = arn.partition("/")
    return prefix + ("/*/" if "/" in path else "/") + shown


def _service_name(allow: Statement, request: Request) -> str:
    """The name that the statement asks for, where it asks for one."""
    name = str(request.get("aws:principalservicename", ""))
    asked = [one for one in allow.conditions if one.key == "aws:principalservicename"]
    exact = {glob.lower() for one in asked if _positive(one) for glob in one.loose()}
    return name if name in exact else "*"


def _unique_id(allow: Statement, request: Request) -> str | None:
    """The unique id that the statement fixes: it is in no account that could be told."""
    userid = str(request.get("aws:userid", ""))
    for one in allow.conditions:
        for glob in one.loose() if one.key == "aws:userid" and _positive(one) else ():
            head = glob.partition(":")[0]
            if head == userid.partition(":")[0]:
                return head
    return None


def _positive(condition: Condition) -> bool:
    return not condition.operator.negated and condition.operator.family != "null"


def _absent(key: str) -> Condition:
    return conditions.condition(key, OPERATORS["null"], ("true",), allow=True)
