"""How narrow a grant is: the same search, with one key held.

Which external id suffices, whether the network matters, and which claims of an issuer narrow.
"""

from __future__ import annotations

import checker.trust.globs as globs
import checker.trust.keys as keys
from checker.trust.callers import Caller
from checker.trust.federation import TENANCY
from checker.trust.hits import EXACT, NO_ID, PATTERN
from checker.trust.parse import Statement
from checker.trust.principals import ROLES_ANYWHERE
from checker.trust.search import UNKNOWN, Accept, Option, Question
from checker.trust.vocabulary import Vocabulary


def external_id(question: Question, words: Vocabulary) -> tuple[int, bool]:
    """The weakest external id that suffices: none, one that fits a pattern, an exact one."""
    if keys.EXTERNAL_ID not in words.reads:
        return NO_ID, True

    def enough(accept: Accept) -> bool:
        return question.answer(accept) is not None

    if enough(lambda one: one.values.get(keys.EXTERNAL_ID) in (None, UNKNOWN)):
        return NO_ID, True
    if enough(lambda one: _loose(one, keys.EXTERNAL_ID)):
        return PATTERN, enough(lambda one: one.globs.get(keys.EXTERNAL_ID, "*") == "*")
    return EXACT, False


def network_limited(question: Question, words: Vocabulary) -> bool:
    if words.reads.isdisjoint(keys.NETWORK):
        return False
    return question.answer(lambda one: all(_loose(one, key) for key in keys.NETWORK)) is None


def claims(caller: Caller, question: Question, words: Vocabulary) -> dict[str, tuple[str, ...]]:
    """The issuer's claims that narrow, each with the patterns of it that are let in."""
    found: dict[str, tuple[str, ...]] = {}
    for key in sorted({key for group in question.groups for one in group for key in one.globs}):
        if not is_claim(key, caller):
            continue
        tried = {one.globs[key] for group in question.groups for one in group if key in one.globs}
        patterns = {glob for glob in tried if _held(question, key, glob)}
        if not patterns & {None, "*"}:
            name = claim_name(key, words)
            caseless = any(one.operator.family == "caseless" for one in words.on(key))
            shown = {globs.uncased(one) if caseless else one for one in patterns if one}
            found[name] = tuple(sorted(map(globs.plain, shown)))
    return found


def claim_name(key: str, words: Vocabulary) -> str:
    return keys.spelled(key) if key.startswith(("sts:", "aws:")) else key.rpartition(":")[2]


def _held(question: Question, key: str, glob: str | None) -> bool:
    return question.answer(lambda one: key not in one.globs or one.globs[key] == glob) is not None


def _loose(option: Option, key: str) -> bool:
    """Whether the option leaves the key absent, or free within a pattern."""
    glob = option.globs.get(key)
    return glob is None or not globs.is_literal(glob)


def is_claim(key: str, caller: Caller) -> bool:
    if caller.element == ROLES_ANYWHERE:
        return key.startswith("aws:principaltag/x509")
    session = keys.spelled(key) in TENANCY.get(caller.issuer or "", ())
    return session or key.startswith(f"{caller.issuer}:")


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
