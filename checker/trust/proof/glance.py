"""What can be seen at a glance: what most people write needs no search for a proof.

Each answer is sound by what the conditions say alone; whatever is not plain is left to `prover`.
"""

from __future__ import annotations

from collections.abc import Iterable

import checker.trust.texts.globs as globs
import checker.trust.texts.keys as keys
import checker.trust.texts.sources as sources
from checker.trust.callers.callers import Caller
from checker.trust.callers.vocabulary import Vocabulary
from checker.trust.document.conditions import Condition
from checker.trust.document.parse import ASSUME, Policy, Statement
from checker.trust.document.principals import Element
from checker.trust.model import Principal
from checker.trust.search.hits import Hit

_ORG, _PATHS = "aws:principalorgid", "aws:principalorgpaths"


def settled(allow: Statement, hits: list[Hit], words: Vocabulary) -> bool:
    """Whether the statement's own hits cover all whom it means."""
    if allow.who.star():
        plain = any(one.principal == Principal(kind="anyone") for one in hits)
        return plain and allow.actions == ASSUME
    return all(_covered(one, allow, hits, words) for one in allow.who.elements)


def _covered(element: Element, allow: Statement, hits: list[Hit], words: Vocabulary) -> bool:
    if element.form == "dangling":
        return True
    if element.account:
        if words.own(element.account, element.partition):
            return True
        kind, name = ("principal", element.text) if element.form == "arn" else ("account", None)
        return any(_is(one.principal, element, kind, name) for one in hits)
    mine = [one for one in hits if one.caller.element == element.text]
    if element.form == "service":
        return bool(mine) and _sources(allow, element.text, [one.principal for one in mine])
    return element.form == "provider" and any(_claims(allow, one) for one in mine)


def _is(principal: Principal, element: Element, kind: str, name: str | None) -> bool:
    same = principal.account == element.account and principal.partition == element.partition
    return same and principal.kind == kind and principal.arn == name


def _sources(allow: Statement, service: str, found: list[Principal]) -> bool:
    """Whether the service is let in for anybody, or for each account that it must act for."""
    known = {one.source for one in found if one.kind == "service"}
    if None in known:
        return True
    for one in allow.conditions:
        if one.key == "aws:sourceaccount" and _binds(one) and one.exact is not None:
            return one.exact <= known
        if one.key == "aws:sourcearn" and _binds(one) and _parted(one, service):
            return {text.split(":")[4] for text in one.operands} <= known
    return False


def _parted(condition: Condition, service: str) -> bool:
    """Whether a source's account is the fifth part of an operand, for sure."""
    by_part = condition.operator.family == "arn"
    return condition.operator.family in ("arn", "string") and all(
        by_part or sources.by_part(service, text) for text in condition.operands
    )


def _claims(allow: Statement, hit: Hit) -> bool:
    """Whether each claim that the grant tells is what the statement asks for, and no less."""
    told = hit.principal.claims or {}
    return all(
        any(_asks(one, hit.caller, claim, patterns) for one in allow.conditions)
        for claim, patterns in told.items()
    )


def _asks(condition: Condition, caller: Caller, claim: str, patterns: Iterable[str]) -> bool:
    spelled = condition.key if ":" in claim else condition.key.rpartition(":")[2]
    if spelled != claim.lower() or condition.variables:
        return False
    head = keys.issuer(condition.key) or condition.key.partition(":")[0]
    if ":" not in claim and head != caller.issuer:
        return False
    found = condition.operator
    if found.negated or found.some or found.family not in ("string", "caseless"):
        return False
    bound = not condition.absent or caller.sends(condition.key)
    domain = keys.domain(condition.key)  # what no value of the key can be doesn't count
    possible = [one for one in condition.loose() if found.wild or domain.fullmatch(one)]
    return bound and set(map(globs.plain, possible)) <= {*patterns}


def _binds(condition: Condition) -> bool:
    """Whether a request must have one of the operands."""
    found = condition.operator
    return not (found.negated or condition.absent or condition.variables or found.every)


def ours_alone(allow: Statement, words: Vocabulary) -> Condition | None:
    """A condition that only callers of our own accounts or organizations fulfil, nobody else."""
    return next((one for one in allow.conditions if _binds(one) and _own(one, allow, words)), None)


def _own(condition: Condition, allow: Statement, words: Vocabulary) -> bool:
    found, operands = condition.operator, condition.operands
    ours = words.scope.organizations
    if not operands or found.family not in ("string", "arn"):
        return False
    if condition.key == _ORG:
        return all(one in ours for one in operands)
    if condition.key == _PATHS:
        return all(one.partition("/")[0] in ours and "/" in one for one in operands)
    if condition.key == keys.ARN and found.family == "arn":
        return all(_our_account(one.split(":")[4], words) for one in operands)
    if condition.key == keys.ACCOUNT_KEY and allow.actions == ASSUME:
        return all(_our_account(one, words) for one in operands)
    return False


def _our_account(text: str, words: Vocabulary) -> bool:
    return globs.is_literal(text) and words.own(text, words.scope.partition)


def refused(policy: Policy, allow: Statement, words: Vocabulary) -> int | None:
    """A Deny that refuses every caller whom the statement means, but our own."""
    return next(
        (
            deny.index
            for deny in policy.denies
            if allow.actions & ~deny.actions == 0
            and (deny.who.everybody or (_each_of_aws(deny) and _only_aws(allow)))
            and all(_all_outsiders(one, allow, words) for one in deny.conditions)
        ),
        None,
    )


def _each_of_aws(deny: Statement) -> bool:
    return deny.who.star() and not deny.who.inverted


def _only_aws(allow: Statement) -> bool:
    """Whether the statement names AWS principals alone, each by its account."""
    return not allow.who.star() and all(one.account for one in allow.who.elements)


def _all_outsiders(condition: Condition, allow: Statement, words: Vocabulary) -> bool:
    """Whether the condition holds for everybody outside."""
    found = condition.operator
    if condition.key == "aws:principalisawsservice" and found.family == "bool":
        return _only_aws(allow) and "false" in condition.operands and not found.negated
    if not found.negated or not condition.absent or condition.variables or found.some:
        return False
    return condition.key == _ORG and all(
        one in words.scope.organizations for one in condition.operands
    )
