"""What each statement does, in words: whom it lets in, or why it lets in nobody."""

from __future__ import annotations

from collections.abc import Iterator

import checker.trust.texts.keys as keys
from checker.trust.callers.vocabulary import Vocabulary
from checker.trust.document.conditions import Condition
from checker.trust.document.parse import Policy, Statement
from checker.trust.document.principals import unreadable
from checker.trust.model import Outcome, Principal
from checker.trust.proof.completion import Absence, Completion

SEVERAL = 3


def outcomes(
    policy: Policy, proofs: Completion, live: set[int], words: Vocabulary
) -> Iterator[Outcome]:
    """One for each statement of the document, in order."""
    refused = [one for found in proofs.absences.values() for one in found]
    refusing = live.union(*(one.refusing for one in refused))
    for index, effect in enumerate(policy.effects):
        if effect == "Deny":
            yield _deny(index, index in refusing)
        elif effect == "Allow":
            yield _allow(index, policy, proofs, words)
        else:
            yield Outcome(index, None, "inert", "this is no statement")


def _deny(index: int, refusing: bool) -> Outcome:
    if refusing:
        return Outcome(index, "Deny", "denied", "it refuses requests that an Allow would let in")
    return Outcome(
        index, "Deny", "inert", "it refuses no request of an outsider that an Allow would let in"
    )


def _allow(index: int, policy: Policy, proofs: Completion, words: Vocabulary) -> Outcome:
    principals = [one.principal for one in proofs.merged if index in one.statements]
    if principals:
        return Outcome(index, "Allow", "grants", f"it lets in {_listed(map(_short, principals))}")
    absences = proofs.absences.get(index, [])
    denies = sorted({deny for one in absences for deny in one.refusing})
    if denies:
        named = _listed(map(str, denies))
        reason = f"what it lets in is refused by the Deny in statement {named}"
        return Outcome(index, "Allow", "denied", reason)
    if absences:
        return Outcome(index, "Allow", "inert", _failing(absences, policy))
    allows = [one for one in policy.allows if one.index == index]
    return Outcome(index, "Allow", "inert", _nobody(allows, words))


def _failing(absences: list[Absence], policy: Policy) -> str:
    reasons: dict[str, list[str]] = {}
    for one in absences:
        told = " and ".join(condition_words(failing, policy) for failing in one.failing)
        reasons.setdefault(told, []).append(one.outsider)
    if len(reasons) == 1:
        return f"no outsider whom it names can fulfil {next(iter(reasons))}"
    parts = (f"{told} (for {_listed(who)})" for told, who in reasons.items())
    return f"no outsider whom it names can fulfil {_listed(parts)}"


def condition_words(condition: Condition, policy: Policy) -> str:
    key = keys.spelled(policy.spelling.get(condition.key, condition.key))
    return f"{condition.operator.name} on {key}"


def _nobody(allows: list[Statement], words: Vocabulary) -> str:
    if not allows:
        return "it could not be read"
    forms = {one.form for allow in allows for one in allow.who.elements}
    if any(unreadable(one) for allow in allows for one in allow.who.elements):
        return "its Principal cannot be read"
    if not any(allow.actions for allow in allows):
        return "it allows no action that assumes the role"
    if forms == {"dangling"}:
        return "the role or user that it names was deleted"
    if not forms and not any(allow.who.everybody for allow in allows):
        return "it names no principal"
    named = [one for allow in allows for one in allow.who.elements if one.form != "dangling"]
    if named and all(words.own(one.account, one.partition) for one in named):
        return "it names nobody outside"
    return "the principals that it names have no use for the actions that it allows"


def _short(principal: Principal) -> str:
    if principal.kind == "unresolved" and principal.id == "?":
        return "whoever its Principal, which cannot be read, may name"
    name = (
        principal.arn
        or principal.account
        or principal.organization
        or principal.provider
        or principal.service
        or principal.id
    )
    return "anyone" if principal.kind == "anyone" else f"{principal.kind} {name}"


def _listed(found: object) -> str:
    names = list(dict.fromkeys(found))  # type: ignore[call-overload]
    more = len(names) - SEVERAL
    return ", ".join(names[:SEVERAL]) + (f" and {more} more" if more > 0 else "")
