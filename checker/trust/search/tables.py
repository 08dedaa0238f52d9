"""The values to try for each key; what a policy variable ties is given each other's."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

import checker.trust.texts.keys as keys
from checker.trust.budget import Budget, Spent
from checker.trust.callers.callers import Caller
from checker.trust.document.conditions import Condition, Context, Template, Value, Variable
from checker.trust.search.values import Choice, choices


def tables(
    names: list[str],
    asked: list[Condition],
    denied: list[Condition],
    fixed: Context,
    caller: Caller,
    today: int,
    budget: Budget,
) -> dict[str, list[Choice]]:
    """Choices for each key; keys that a policy variable ties take each other's values."""
    found = {}
    tied = [one for one in asked + denied if one.variables]
    for name in names:
        told = keys.NOW if name in keys.NOW else {name}
        mine = [_bound(one, names, fixed) for one in asked if one.key in told]
        theirs = [_bound(one, names, fixed) for one in denied if one.key in told]
        found[name] = choices(name, mine, theirs, today, budget, caller.sends(name))
    for _ in range(2 if len(names) > 1 or tied else 0):
        for one in tied:
            _exchange(one, found, fixed, budget)
    return found


def _bound(one: Condition, names: list[str], fixed: Context) -> Condition:
    """The condition with the variables put in that the caller decides."""
    if not one.variables:
        return one
    operands = tuple(_bound_operand(operand, names, fixed) for operand in one.operands)
    return msgspec.structs.replace(one, operands=operands)


def _bound_operand(operand: object, names: list[str], fixed: Context) -> object:
    if not isinstance(operand, Template):
        return operand
    read = [part.key for part in operand.parts if isinstance(part, Variable)]
    found = None if any(key in names for key in read) else operand.resolve(fixed)
    return operand if found is None else found


def _exchange(
    one: Condition, tables: dict[str, list[Choice]], fixed: Context, budget: Budget
) -> None:
    for operand in one.operands:
        if not isinstance(operand, Template):
            continue
        free = [
            part.key for part in operand.parts if isinstance(part, Variable) and part.key in tables
        ]
        if len(free) > 1:
            raise Spent
        for name in free:
            left = fixed.get(one.key)
            known = tables.get(one.key, [(left, None)])
            _add(name, tables, [_solve(operand, name, value, fixed) for value, _ in known], budget)
            if one.key in tables:
                contexts: list[Context] = [fixed]  # the variable is absent: its default
                contexts += [{**fixed, name: value} for value, _ in tables[name] if value]
                found = [_filled(operand.resolve(context)) for context in contexts]
                _add(one.key, tables, found, budget)


def _filled(glob: str | None) -> str | None:
    """The shortest text that fits."""
    return None if glob is None else glob.replace("*", "").replace("?", "w")


def _add(
    name: str, tables: dict[str, list[Choice]], found: Iterable[str | None], budget: Budget
) -> None:
    """More values of a key, if it can have them."""
    known = {value for value, _ in tables[name]}
    domain = keys.domain(name)
    for value in dict.fromkeys(found):
        budget.charge(1)
        if value and value not in known and domain.fullmatch(value):
            tables[name].append((value, "*"))


def _solve(operand: Template, name: str, wanted: Value | None, fixed: Context) -> str | None:
    """The value of the variable that makes the operand equal to `wanted`."""
    at = next(
        i for i, part in enumerate(operand.parts) if isinstance(part, Variable) and part.key == name
    )
    head = Template(operand.parts[:at]).resolve(fixed)
    tail = Template(operand.parts[at + 1 :]).resolve(fixed)
    if not isinstance(wanted, str) or head is None or tail is None:
        return None
    head, tail = head.replace("*", ""), tail.replace("*", "")
    if not wanted.startswith(head) or not wanted.endswith(tail) or len(head + tail) >= len(wanted):
        return None
    return wanted[len(head) : len(wanted) - len(tail)]
