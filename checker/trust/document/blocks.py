"""The Condition element → conditions, each with values that its operator understands."""

from __future__ import annotations

from collections import Counter
from typing import Any

import checker.trust.document.conditions as conditions
import checker.trust.document.operators as operators
import checker.trust.texts.keys as keys
from checker.trust.document.conditions import Condition
from checker.trust.document.decode import as_list
from checker.trust.document.notes import Notes, scalar
from checker.trust.document.operators import Operator

Conditions = tuple[Condition, ...]
VARIANTS = 16


def parse_conditions(raw: Any, allow: bool, notes: Notes) -> list[Conditions]:
    """The conditions of one statement, all of which must hold.

    A key that is spelled in two ways, or stands under one operator that is, counts as one of both
    in an Allow (so there is a variant of the statement for each) and as both in a Deny. No
    variant: the Deny gets no credit.
    """
    if not isinstance(raw, dict):
        notes.here("invalid-condition", "Condition is not an object")
        return [()] if allow else []
    spellings: dict[str, dict[tuple[str, str], list[Condition]]] = {}
    twice = Counter(str(name).lower() for name in raw) if len(raw) > 1 else {}
    for name, block in raw.items():
        found = _operator(name, block, notes)
        if found is None:
            if not allow:
                return []
            continue
        for key, values in ((str(key), values) for key, values in block.items()):
            condition = _condition(found, key, values, allow, notes)
            if condition is None and not allow:
                return []
            by_key = spellings.setdefault(key.lower(), {})
            spelled = key, str(name) if twice.get(str(name).lower(), 1) > 1 else ""
            by_key.setdefault(spelled, []).extend([condition] if condition else [])
    return _variants(spellings, allow, notes)


def _variants(
    spellings: dict[str, dict[tuple[str, str], list[Condition]]], allow: bool, notes: Notes
) -> list[Conditions]:
    variants: list[Conditions] = [()]
    for key, by_spelling in spellings.items():
        choices = [tuple(found) for found in by_spelling.values()]
        if len(choices) > 1:
            notes.here("duplicate-condition-key", f"{key!a:.80} is written in two ways")
        if len(choices) == 1 or not allow:
            choices = [tuple(one for choice in choices for one in choice)]
        if len(variants) * len(choices) > VARIANTS:
            notes.here("too-complex", "too many keys are written in two ways: they are ignored")
            continue
        variants = [variant + choice for variant in variants for choice in choices]
    return variants


def _operator(name: Any, block: Any, notes: Notes) -> Operator | None:
    found = operators.parse(name) if isinstance(name, str) and len(name) < 100 else None
    if found is None:
        notes.here("unknown-operator", f"no condition operator: {name!a:.80}")
    elif not isinstance(block, dict):
        notes.here("invalid-condition", f"{name!a:.80} is not followed by an object")
        return None
    return found


def _condition(found: Operator, key: str, raw: Any, allow: bool, notes: Notes) -> Condition | None:
    """The condition; None where it cannot be understood."""
    lower = key.lower()
    notes.spelling.setdefault(lower, key)
    if keys.never(lower):
        notes.here("unknown-key", f"{key!a:.80} is another service's: no request to STS has it")
    elif not keys.known(lower):
        notes.here("unknown-key", f"AWS lists no condition key {key!a:.80}; any value may be")
    doubtful = conditions.ambiguous(lower, found)
    if doubtful:
        notes.here("ambiguous", f"{key} has several values: use ForAnyValue or ForAllValues")
    if lower in keys.PRINCIPAL | keys.SOURCE and _no_text(lower, found):
        notes.here("invalid-condition", f"{key} is compared as if it were no text")
        return None
    operands = _operands(found, lower, raw, allow, notes)
    if operands is None:
        return None
    condition = conditions.condition(lower, found, operands, allow)
    if doubtful and not allow:  # only of a request without the key it is sure that it holds
        absent = conditions.condition(lower, operators.OPERATORS["null"], ("true",), allow)
        return absent if condition.absent else None
    _inert(condition, allow, notes)
    return condition


def _no_text(key: str, found: Operator) -> bool:
    """Whether the operator compares as if the key's value were no text."""
    truth = found.family == "bool" and key != "aws:principalisawsservice"
    return truth or found.family in ("number", "date", "ip")


def _operands(
    found: Operator, key: str, raw: Any, allow: bool, notes: Notes
) -> tuple[Any, ...] | None:
    """The values; None where one isn't understood and could make the condition hold.

    In an Allow such a value may match, in a Deny it may not: a negated operator turns that round.
    """
    operands: dict[Any, None] = {}
    for value in as_list(raw):
        text = scalar(value)
        if text is not None and found.family == "date" and operators.is_bare_year(text):
            operands.update(dict.fromkeys(_years(found, text, allow)))
            continue
        read = None if text is None else _operand(found, key, text, notes.variables)
        if read is not None:
            operands[read] = None
            continue
        notes.here("invalid-value", f"{keys.spelled(key)}: no value for it: {str(text)!a:.80}")
        if allow != found.negated or found.family == "null":
            return None
    return tuple(operands)


def _years(found: Operator, text: str, allow: bool) -> list[int]:
    """What `2030` may mean, a year or a second, as it misses nobody: either will do in an Allow,
    and in a Deny a time must be on the same side of both."""
    both = sorted([operators.date(text) or 0, operators.year(text)])
    if allow != found.negated:
        return both
    if allow:
        return []
    early, late = found.compare(both[0], str(both[0] - 1)), found.compare(both[1], str(both[1] + 1))
    return both[:1] if early and not late else both[1:] if late and not early else []


def _operand(found: Operator, key: str, text: str, variables: bool) -> Any | None:
    if found.family == "null":
        return operators.boolean(text)
    if found.family in ("string", "caseless", "arn"):
        if found.family == "arn" and text.count(":") < 5:
            return None
        if found.family == "caseless":
            text = keys.canonical(key, text)
        return conditions.operand(text, found.wild, variables)
    return operators.read(found, text)


def _inert(condition: Condition, allow: bool, notes: Notes) -> None:
    """Say so where no value that AWS sends could ever fit."""
    found = condition.operator
    if not allow or found.negated or found.if_exists or found.every or condition.variables:
        return
    if condition.key in keys.NOW and found.family == "date":
        later = [notes.today, keys.LAST - 1, *condition.operands]
        moments = [str(moment) for moment in later if moment >= notes.today]
        if not any(found.compare(bound, at) for bound in condition.operands for at in moments):
            notes.here("expired", "a date in the condition has passed")
    elif found.family in ("string", "caseless") and not found.wild:
        domain = keys.domain(condition.key)
        lower = [operand.lower() for operand in condition.operands if found.family == "caseless"]
        if not any(domain.fullmatch(operand) for operand in (*condition.operands, *lower)):
            notes.here("inert", f"{keys.spelled(condition.key)} never has such a value")
