"""Functions of lists and maps, as Terraform has them; None where the answer cannot be told. What is
not known stays, marked, among what is."""

from __future__ import annotations

import itertools
import math
from operator import itemgetter
from typing import Any

from checker.collect.iac.terraform.arithmetic import alike, to_text
from checker.collect.iac.unknown import is_made, is_unresolved, unresolved, wholly


class Maybe(dict[str, Any]):
    """A map some of whose keys, the doubted, may not be there, for all that is given."""

    def __init__(self, found: dict[str, Any], doubted: frozenset[str]) -> None:
        super().__init__(found)
        self.doubted = doubted

    def sure(self) -> dict[str, Any]:
        """With what may not be there as not known."""
        gone = {
            unresolved(f"{key}, if it is there"): unresolved(key) for key in sorted(self.doubted)
        }
        return {key: one for key, one in self.items() if key not in self.doubted} | gone


def settled(value: Any) -> Any:
    """A map as its keys are sure."""
    return value.sure() if isinstance(value, Maybe) else value


NULL, ABSENT = object(), object()
"""The answer is null; it is an item that a list does not have."""
_MOST = 10_000


def items(value: Any) -> list[Any]:
    """The items of a list; of one that is not known, itself."""
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        return list(value.values())
    return [] if value is None else [value]


def merge(*maps: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in maps:
        if isinstance(one, dict):
            found |= one
        elif isinstance(one, str) and is_unresolved(one):
            found = {
                key: unresolved(f"{key}, which {wholly(one) or 'a map'} may say") for key in found
            }
            found[one] = one  # what is not known may say otherwise of any key before it
    return found


def flatten(value: Any) -> list[Any]:
    return [one for item in items(value)
            for one in (flatten(item) if isinstance(item, list) else [item])]  # fmt: skip


def distinct(value: Any) -> list[Any]:
    """The first of each; texts and numbers are remembered, as there may be many."""
    found, seen, whole = list[Any](), set[tuple[type, Any]](), list[Any]()
    for one in _of_one_type(items(value)):
        known = (bool if isinstance(one, bool) else str if isinstance(one, str) else float, one)
        if isinstance(one, list | dict):
            if not any(alike(one, other) for other in whole):
                whole.append(one)
                found.append(one)
        elif known not in seen:
            seen.add(known)
            found.append(one)
    return found


def as_set(value: Any) -> list[Any]:
    """In the order in which Terraform goes through it, where all of it is known:
    https://developer.hashicorp.com/terraform/language/expressions/for#element-ordering"""
    several = distinct(value)
    plain = {type(one) for one in several} <= {str, bool, int, float}
    return sorted(several) if plain and not is_unresolved(several) else several


def _of_one_type(several: list[Any]) -> list[Any]:
    """Beside texts all are texts; a number beside a truth is an error."""
    kinds = {type(one) for one in several}
    if kinds <= {str} or not kinds <= {str, bool, int, float}:
        return several
    if bool in kinds and len(kinds) > 1 and str not in kinds:
        raise TypeError(kinds)
    return [*map(to_text, several)] if str in kinds else several


def several_of(value: list[Any] | dict[str, Any]) -> list[tuple[Any, Any]]:
    """Keys and values in the order of a loop: of a map by its keys."""
    if isinstance(value, list):
        return [*enumerate(value)]
    return sorted(value.items(), key=itemgetter(0))


def compact(value: Any) -> list[Any]:
    return [one for one in items(value) if one not in ("", None)]


def coalesce(*values: Any) -> Any:
    """The first; one of which nothing is known may be empty, so that it may be one behind it."""
    left = [one for one in values if one not in ("", None)]
    if not left or wholly(left[0]) is None or is_made(left[0]):
        return left[0] if left else None
    names = dict.fromkeys(filter(None, map(wholly, left)))
    return unresolved(" or ".join(names))


def coalescelist(*values: Any) -> Any:
    return coalesce(*(one for one in values if one not in ([], {})))


def lookup(table: Any, key: Any, *default: Any) -> Any:
    if not isinstance(table, dict) or is_unresolved(key):
        return None
    if key in table:
        return same(table[key])
    return None if any(map(is_unresolved, table)) or not default else same(default[0])


def element(value: Any, index: int) -> Any:
    if value == []:
        return ABSENT
    at = getattr(value, "at", None)
    if at is not None and int(index) >= len(value):
        return at(int(index))
    return value[int(index) % len(value)] if isinstance(value, list) else None


def product(*lists: list[Any]) -> list[list[Any]] | None:
    if math.prod(map(len, lists)) > _MOST:
        return None
    return [list(one) for one in itertools.product(*lists)]


def subtract(value: Any, gone: Any) -> list[Any]:
    left = distinct([*items(gone), *items(value)])
    return left[len(distinct(gone)) :]


def intersection(*lists: Any) -> list[Any]:
    """Unknown items may be any, and stay."""
    unknown = [one for one in concat(*lists) if is_unresolved(one)]
    common = [one for one in items(lists[0]) if all(one in items(several) for several in lists)]
    return distinct([*common, *unknown])


def matching(values: list[Any], keys: list[Any], wanted: list[Any]) -> list[Any]:
    """Those whose keys are wanted; one of which nobody can tell may be."""
    unknown, texts = is_unresolved(wanted), {one for one in wanted if isinstance(one, str)}
    asked = ((one, key, texts if isinstance(key, str) else wanted)
             for one, key in zip(values, keys, strict=True))  # fmt: skip
    return [one for one, key, among in asked if unknown or is_unresolved(key) or key in among]


def chunks(value: list[Any], size: int) -> list[list[Any]]:
    return [value[at : at + int(size)] for at in range(0, len(value), int(size))]


def keys(value: Any) -> list[Any] | None:
    return sorted(value) if isinstance(value, dict) else None


def values(value: Any) -> list[Any] | None:
    return [value[key] for key in sorted(value)] if isinstance(value, dict) else None


def length(value: Any) -> int | None:
    untold = [one for one in (value, *items(value)) if wholly(one) is not None and not is_made(one)]
    if untold or getattr(value, "at", None) is not None:
        return None  # it may stand for none, or for many
    return len(value)


def the_one(value: Any) -> Any:
    found = items(value)
    if not found:
        return NULL
    return same(found[0]) if len(found) == 1 else None


def same(value: Any) -> Any:
    return NULL if value is None else value


def concat(*lists: Any) -> list[Any]:
    return [one for several in lists for one in items(several)]
