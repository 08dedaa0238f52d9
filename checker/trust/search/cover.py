"""Options that together escape every Deny, if there are such."""

from __future__ import annotations

from checker.trust.budget import Budget
from checker.trust.search.options import Option


def cover(groups: list[list[Option]], needed: int, budget: Budget) -> dict[int, Option] | None:
    """One for some of the groups, by their positions, so that all of `needed` is escaped."""
    return _cover([_maximal(group) for group in groups], needed, budget)


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
