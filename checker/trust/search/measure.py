"""How narrow a grant is: the same search, with one key held.

Which external id suffices, whether the network matters, and which claims of an issuer narrow.
"""

from __future__ import annotations

import msgspec

import checker.trust.texts.globs as globs
import checker.trust.texts.keys as keys
from checker.trust.callers.callers import Caller
from checker.trust.callers.vocabulary import Vocabulary
from checker.trust.document.conditions import Condition, Value
from checker.trust.document.parse import Statement
from checker.trust.document.principals import ROLES_ANYWHERE
from checker.trust.model import Principal
from checker.trust.search.hits import EXACT, NO_ID, PATTERN
from checker.trust.search.options import Option
from checker.trust.search.search import UNKNOWN, Accept, Question
from checker.trust.tenancy import tenancy_claims


def external_id(question: Question, words: Vocabulary) -> tuple[int, bool]:
    """The weakest external id that suffices: none, one that fits a pattern, an exact one."""
    if keys.EXTERNAL_ID not in words.reads:
        return NO_ID, True

    def enough(accept: Accept) -> bool:
        return question.answer(accept) is not None

    if enough(lambda one: one.values.get(keys.EXTERNAL_ID) in (None, UNKNOWN)):
        return NO_ID, True
    if any(one.variables for one in words.on(keys.EXTERNAL_ID)):
        return PATTERN, True  # who calls knows or chooses what the variable is
    if enough(lambda one: _loose(one, keys.EXTERNAL_ID)):
        return PATTERN, enough(lambda one: one.globs.get(keys.EXTERNAL_ID, "*") == "*")
    return EXACT, False


def network_limited(question: Question, words: Vocabulary) -> bool:
    if words.reads.isdisjoint(keys.NETWORK):
        return False
    return question.answer(lambda one: all(_anywhere(one, key) for key in keys.NETWORK)) is None


def _anywhere(option: Option, key: str) -> bool:
    """Whether the option leaves the key absent, or any."""
    return option.globs.get(key) in (None, "*", keys.shape(key))


def claimed(allow: Statement, caller: Caller, question: Question, words: Vocabulary) -> Principal:
    """A federated principal with the issuer's claims that narrow it, named as the policy does."""
    claims, told = asked_claims(allow, caller, words, tied=True)
    caseless = list(told)
    for key in sorted({key for group in question.groups for one in group for key in one.globs}):
        patterns = _patterns(question, key) if _is_text(key, caller, words) else None
        if patterns is None:
            continue
        name = claim_name(key, words)
        written = {one.lower(): one for one in _written(words, key)}
        claims[name] = tuple(sorted({globs.plain(written.get(p.lower(), p)) for p in patterns}))
        if written:
            caseless.append(name)
    names = tuple(sorted(set(caseless)))
    return msgspec.structs.replace(caller.grant, claims=claims or None, caseless=names)


def asked_claims(
    allow: Statement, caller: Caller, words: Vocabulary, *, tied: bool = False
) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """What the statement asks of the issuer's claims, as it is written, whatever a variable is, and
    which of them may be in any case. `tied`: by conditions with policy variables alone."""
    found: dict[str, tuple[str, ...]] = {}
    caseless = set()
    for one in allow.conditions:
        if (tied and not one.variables) or not _binds(one, caller):
            continue
        patterns = tuple(sorted(map(globs.plain, one.loose())))
        if "*" not in patterns:
            name = claim_name(one.key, words)
            found.setdefault(name, patterns)
            caseless |= {name} if one.operator.family == "caseless" else set()
    return found, tuple(sorted(caseless))


def _binds(one: Condition, caller: Caller) -> bool:
    """Whether a claim must fit one of the operands."""
    found = one.operator
    plain = not (found.negated or found.every or found.some) and bool(one.loose())
    return plain and is_claim(one.key, caller) and (not one.absent or caller.sends(one.key))


def _is_text(key: str, caller: Caller, words: Vocabulary) -> bool:
    """Whether it is a claim that some condition compares as text."""
    texts = ("string", "caseless", "arn")
    return is_claim(key, caller) and any(one.operator.family in texts for one in words.on(key))


def _patterns(question: Question, key: str) -> set[str] | None:
    """The patterns of which every request's value fits one, as does one value of every list; None
    where the key may be absent, or be anything."""
    options = [one for group in question.groups for one in group if key in one.globs]
    if not question.needed and not any(isinstance(one.values[key], tuple) for one in options):
        every = {one.globs[key] for one in options}  # each option will do, as no Deny is in its way
        return None if None in every or "*" in every else {*map(str, every)} or None
    lists = dict.fromkeys(v for one in options if len(v := _several(one.values[key])) > 1)
    found: set[str] = set()
    single = (one.globs[key] for one in options if _several(one.values[key]) not in lists)
    # what is anything comes first, as it ends what is charged; the rest as the options are
    for glob in sorted(dict.fromkeys(single), key=lambda one: (one != "*", one is not None)):
        if question.answer(_is(key, glob)) is not None:
            if glob is None or glob == "*":
                return None
            found.add(glob)
    for value in lists:
        fits = any(globs.matches(glob, one) for glob in found for one in value)
        if not fits and question.answer(_has(key, value)) is not None:
            return None
    return found or None


def _several(value: Value | None) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _is(key: str, glob: str | None) -> Accept:
    return lambda one: key not in one.globs or one.globs[key] == glob


def _has(key: str, value: Value) -> Accept:
    return lambda one: key not in one.globs or one.values[key] == value


def _written(words: Vocabulary, key: str) -> list[str]:
    """What the key is compared with where case doesn't count, as it is written."""
    found = [one for one in words.on(key) if one.operator.family == "caseless"]
    return [text for one in found for text in one.loose()]


def _loose(option: Option, key: str) -> bool:
    """Whether the option leaves the key absent, or free within a pattern."""
    glob = option.globs.get(key)
    return glob is None or not globs.is_literal(glob)


def is_claim(key: str, caller: Caller) -> bool:
    if caller.element == ROLES_ANYWHERE:
        return key.startswith("aws:principaltag/x509")
    if caller.issuer is None:
        return False
    return (
        keys.issuer(key) == caller.issuer
        or key.startswith(f"{caller.issuer}:")
        or (key.startswith("sts:") and key in tenancy_claims(caller.issuer))
    )


def claim_name(key: str, words: Vocabulary) -> str:
    """The claim's name, spelled as the policy does."""
    spelled = keys.spelled(words.policy.spelling.get(key, key))
    return spelled if key.startswith(("sts:", "aws:")) else spelled.rpartition(":")[2]


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
