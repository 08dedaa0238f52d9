"""Is there a request? The caller is given; the keys it leaves free are searched.

An option is a value of a key that an Allow accepts, with the set of Denies that it escapes. A
request exists when one option for each key can be chosen so that every live Deny is escaped.
"""

from __future__ import annotations

from collections.abc import Callable

import checker.trust.texts.keys as keys
from checker.trust.budget import Budget, Spent
from checker.trust.callers.callers import Caller
from checker.trust.document.conditions import Condition, Context, Value
from checker.trust.search.cover import cover
from checker.trust.search.options import Option, alone, feasible

Rows = list[tuple[Condition, ...]]
UNKNOWN = "\ufffd"
"""The value of a key whose search took too long: it escapes every Deny that reads the key."""
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
            found = cover(groups, self.needed, self.budget)
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
            return list(alone(mine[0], self.caller, today, budget))
        try:
            return list(feasible(names, mine, rows, fixed, self.caller, today, budget))
        except Spent:
            if self.budget.steps < 0:
                raise
            wild: dict[str, Value | None] = dict.fromkeys(sorted(names), UNKNOWN)
            return [Option(wild, dict.fromkeys(wild), sum(bit for bit, _ in rows))]


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
