"""What one key can be for a request, or several that belong together, and which Denies that
escapes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import product

import msgspec

import checker.trust.document.operators as operators
import checker.trust.texts.keys as keys
from checker.trust.budget import Budget
from checker.trust.callers.callers import Caller
from checker.trust.callers.networks import one_network
from checker.trust.document.conditions import Condition, Context, Value
from checker.trust.search.tables import tables
from checker.trust.search.values import choices


class Option(msgspec.Struct, frozen=True):
    """Values of keys that belong together, the patterns they stand for, the Denies escaped."""

    values: dict[str, Value | None]
    globs: dict[str, str | None]
    escapes: int


def alone(asked: Condition, caller: Caller, today: int, budget: Budget) -> Iterator[Option]:
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


def feasible(
    names: frozenset[str],
    asked: list[Condition],
    rows: list[tuple[int, list[Condition]]],
    fixed: Context,
    caller: Caller,
    today: int,
    budget: Budget,
) -> Iterable[Option]:
    """Each choice of values that all of `asked` take. `rows`: a bit and the conditions of each Deny
    that reads one of the keys."""
    denied = [one for _, row in rows for one in row]
    size = 1 + sum(one.weight for one in (*asked, *denied))
    tied = any(one.variables for one in (*asked, *denied))
    known = fixed if tied else {}
    tried = tables(sorted(names), asked, denied, fixed, caller, today, budget)
    for picked in product(*tried.values()):
        length = sum(len(value) for value, _ in picked if value)
        budget.charge(size * (1 + length // 64))
        chosen = {name: value for name, (value, _) in zip(tried, picked, strict=True)}
        context = {**known, **{key: value for key, value in chosen.items() if value is not None}}
        if all(one.holds(context) for one in asked) and consistent(chosen):
            escapes = sum(bit for bit, row in rows if not all(one.holds(context) for one in row))
            yield Option(
                chosen,
                {name: glob for name, (_, glob) in zip(tried, picked, strict=True)},
                escapes,
            )


def consistent(values: Mapping[str, Value | None]) -> bool:
    """Whether one request can have these values: one clock, one endpoint, an age of MFA only with
    MFA."""
    times = {operators.date(str(values[key])) for key in keys.NOW if values.get(key) is not None}
    aged = values.get(keys.MFA_AGE) is not None
    sure = not aged or values.get(keys.MFA, "true") == "true"
    return len(times) < 2 and sure and one_network(values)
