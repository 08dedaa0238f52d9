"""Is there a request? The caller is given; the keys it leaves free are searched.

An option is a value of a key that an Allow accepts, with the set of Denies that it escapes. A
request exists when one option for each key can be chosen so that every live Deny is escaped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import product

import msgspec

import checker.trust.document.operators as operators
import checker.trust.texts.keys as keys
from checker.trust.budget import Budget, Spent
from checker.trust.callers.callers import Caller
from checker.trust.callers.networks import one_network
from checker.trust.document.conditions import Condition, Context, Template, Value, Variable
from checker.trust.search.values import Choice, choices

Rows = list[tuple[Condition, ...]]
UNKNOWN = "\ufffd"
"""The value of a key whose search took too long: it escapes every Deny that reads the key."""


class Option(msgspec.Struct, frozen=True):
    """Values of keys that belong together, the patterns they stand for, the Denies escaped."""

    values: dict[str, Value | None]
    globs: dict[str, str | None]
    escapes: int


Accept = Callable[[Option], bool]


class Question:
    """One Allow's free conditions against those of the live Denies."""

    def __init__(
        self,
        asked: tuple[Condition, ...],
        denies: Rows,
        fixed: Context,
        caller: Caller,
        today: int,
        budget: Budget,
    ) -> None:
        self.caller = caller
        self.budget = budget
        self.needed = (1 << len(denies)) - 1
        self.groups = [
            self._options(group, asked, denies, fixed, today)
            for group in _groups([*asked, *(one for row in denies for one in row)], caller)
        ]

    def answer(self, accept: Accept | None = None) -> dict[str, Value] | None:
        """Values of the free keys, all of accepted options; None if no request exists."""
        groups = self.groups
        if accept is not None:
            groups = [[one for one in group if accept(one)] for group in groups]
        if not all(groups):
            return None
        chosen = {at: group[0] for at, group in enumerate(groups)}
        if self.needed:
            found = _cover([_maximal(group) for group in groups], self.needed, self.budget)
            if found is None:
                return None
            chosen.update(found)
        return {
            key: value
            for option in chosen.values()
            for key, value in option.values.items()
            if value is not None
        }

    def _options(
        self,
        names: frozenset[str],
        asked: tuple[Condition, ...],
        denies: Rows,
        fixed: Context,
        today: int,
    ) -> list[Option]:
        mine = [one for one in asked if _touches(one, names)]
        rows = [
            (1 << at, [one for one in row if _touches(one, names)]) for at, row in enumerate(denies)
        ]
        rows = [(bit, row) for bit, row in rows if row]
        budget = self.budget.part()
        plain = len(names) == len(mine) == 1 and not rows and not mine[0].variables
        if plain and mine[0].operator.family == "string" and names.isdisjoint(keys.ENDPOINTS):
            return list(_alone(mine[0], self.caller, today, budget))
        try:
            return list(_feasible(names, mine, rows, fixed, self.caller, today, budget))
        except Spent:
            if self.budget.steps < 0:
                raise
            wild = dict.fromkeys(names, UNKNOWN)
            return [Option(dict(wild), dict.fromkeys(names), sum(bit for bit, _ in rows))]


def _alone(asked: Condition, caller: Caller, today: int, budget: Budget) -> Iterator[Option]:
    """The values of a key that one condition asks for and nothing else looks at."""
    key = asked.key
    always = caller.sends(key)
    if asked.exact is not None and not asked.operator.negated and _single(asked):
        named = ((one, one) for one in asked.operands if keys.domain(key).fullmatch(one))
        absent = [(None, None)] if asked.absent and not always else []
        found = [*absent, *named]
    else:
        found = [
            (value, glob)
            for value, glob in choices(key, [asked], [], today, budget, always)
            if asked.holds({} if value is None else {key: value})
        ]
    return (Option({key: value}, {key: glob}, 0) for value, glob in found)


def _single(asked: Condition) -> bool:
    """Whether the key has one value, which is one of the operands to the letter."""
    several = asked.operator.every or asked.operator.some or keys.listed(asked.key)
    return not several and asked.key not in keys.NOW and all(map(str.isascii, asked.operands))


def _touches(condition: Condition, names: frozenset[str]) -> bool:
    return condition.key in names or not names.isdisjoint(condition.variables)


def _groups(found: list[Condition], caller: Caller) -> list[frozenset[str]]:
    """The free keys, those together that a policy variable ties, or what they tell."""
    groups: dict[str, frozenset[str]] = {}
    read = {name for one in found for name in (one.key, *one.variables)}
    ties = [tie for tie in keys.TIES if len(tie & read) > 1]
    for names in [*(frozenset((one.key, *one.variables)) for one in found), *ties]:
        names = frozenset(name for name in names if not caller.decides(name))
        merged = names.union(*(groups[name] for name in names if name in groups))
        groups.update(dict.fromkeys(merged, merged))
    return sorted(set(groups.values()), key=sorted)


def _feasible(
    names: frozenset[str],
    asked: list[Condition],
    rows: list[tuple[int, list[Condition]]],
    fixed: Context,
    caller: Caller,
    today: int,
    budget: Budget,
) -> Iterable[Option]:
    denied = [one for _, row in rows for one in row]
    size = 1 + sum(one.weight for one in (*asked, *denied))
    tied = any(one.variables for one in (*asked, *denied))
    known = fixed if tied else {}
    together = any(len(tie & names) > 1 for tie in keys.TIES) or not names.isdisjoint(
        keys.ENDPOINTS
    )
    tables = _tables(sorted(names), asked, denied, fixed, caller, today, budget)
    for picked in product(*tables.values()):
        length = sum(len(value) for value, _ in picked if value)
        budget.charge(size * (1 + length // 64))
        chosen = {name: value for name, (value, _) in zip(tables, picked, strict=True)}
        context = {**known, **{key: value for key, value in chosen.items() if value is not None}}
        if all(one.holds(context) for one in asked) and (not together or consistent(chosen)):
            escapes = sum(bit for bit, row in rows if not all(one.holds(context) for one in row))
            yield Option(
                chosen,
                {name: glob for name, (_, glob) in zip(tables, picked, strict=True)},
                escapes,
            )


def consistent(values: Mapping[str, Value | None]) -> bool:
    """Whether one request can have these values: one clock, one endpoint, an age of MFA only with
    MFA."""
    times = {operators.date(str(values[key])) for key in keys.NOW if values.get(key) is not None}
    aged = values.get(keys.MFA_AGE) is not None
    sure = not aged or values.get(keys.MFA, "true") == "true"
    return len(times) < 2 and sure and one_network(values)


def _tables(
    names: list[str],
    asked: list[Condition],
    denied: list[Condition],
    fixed: Context,
    caller: Caller,
    today: int,
    budget: Budget,
) -> dict[str, list[Choice]]:
    """Choices for each key; keys that a policy variable ties take each other's values."""
    tables = {}
    tied = [one for one in asked + denied if one.variables]
    for name in names:
        told = keys.NOW if name in keys.NOW else {name}
        mine = [_bound(one, names, fixed) for one in asked if one.key in told]
        theirs = [_bound(one, names, fixed) for one in denied if one.key in told]
        tables[name] = choices(name, mine, theirs, today, budget, caller.sends(name))
    for _ in range(2 if len(names) > 1 or tied else 0):
        for one in tied:
            _exchange(one, tables, fixed, budget)
    return tables


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


def _maximal(group: list[Option]) -> list[Option]:
    """One option for each set of Denies escaped that no other option's set holds."""
    first: dict[int, Option] = {}
    for option in group:
        first.setdefault(option.escapes, option)
    masks = list(first)
    return [first[one] for one in masks if not any(one | more == more != one for more in masks)]


def _cover(groups: list[list[Option]], needed: int, budget: Budget) -> dict[int, Option] | None:
    """An option for some groups, which together escape all that is needed."""
    if not needed:
        return {}
    ways: dict[int, list[tuple[int, Option]]] = {}
    budget.charge(sum(map(len, groups)) + 1)
    for at, group in enumerate(groups):
        for option in group:
            useful = option.escapes & needed
            while useful:
                bit = useful & -useful
                ways.setdefault(bit, []).append((at, option))
                useful ^= bit
                budget.charge(1)
    if len(ways) < needed.bit_count():
        return None
    for at, option in min(ways.values(), key=len):
        rest = [group if place != at else [] for place, group in enumerate(groups)]
        found = _cover(rest, needed & ~option.escapes, budget)
        if found is not None:
            return {at: option, **found}
    return None
