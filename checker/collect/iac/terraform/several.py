"""Functions of lists and maps, as Terraform has them; None where the answer cannot be told. What is
not known stays, marked, among what is."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Iterable
from operator import itemgetter
from typing import Any

from checker.collect.iac.terraform.arithmetic import to_text
from checker.collect.iac.terraform.looseness import (
    Loose,
    LooseSet,
    OfSet,
    Perhaps,
    Several,
    is_loose,
    is_ours,
    is_unsure,
    item_of,
    perhaps,
    stands_for_any,
    told_of,
    with_others,
)
from checker.collect.iac.unknown import is_made, is_unresolved, unresolved, wholly

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
            kept = {key: each for key, each in found.items() if key not in one}
            by = next(filter(is_unresolved, one), None)
            found = (kept if by is None else _overridden(kept, by)) | one
        elif isinstance(one, str) and is_unresolved(one):
            found = _overridden(found, one) | {one: one}
    return found


def _overridden(found: dict[str, Any], by: str) -> dict[str, Any]:
    """What is not known may say otherwise of any key before it."""
    return dict.fromkeys(found, unresolved(f"what {wholly(by) or 'a map'} may say"))


def in_place(found: list[Any], *, lists: Iterable[Any] = (), falls_out: bool = False) -> list[Any]:
    """As loose as what it was made of: behind a list that nobody knows, or, where items may fall
    out, behind one that nobody knows."""
    several = [*lists]
    loose = is_loose(*several)
    unknown = [*filter(stands_for_any, several)]
    marks = [at for at, one in enumerate(found) if is_unsure(one)] if falls_out else []
    first = [at for at, one in enumerate(found) if one in unknown]
    if not (loose or unknown or marks):
        return found
    return Loose(found).after(0 if loose else min([*marks, *first], default=0))


def flatten(value: Any) -> list[Any]:
    """A list that is not known is among the items as one of them."""
    parts = [flatten(with_others(one)) if isinstance(one, list) else one for one in items(value)]
    found = [one for part in parts for one in (part if isinstance(part, list) else [part])]
    return in_place(found, lists=[value, *items(value), *parts])


def distinct(value: Any) -> list[Any]:
    return in_place(_distinct(value), lists=[value], falls_out=True)


def _distinct(value: Any) -> list[Any]:
    """The first of each; all are remembered, as there may be many."""
    found = dict[tuple[bool, Any], Any]()
    for one in of_one_type(items(value)):
        found.setdefault(_known(one), one)
    return [*found.values()]


def _known(one: Any) -> tuple[bool, Any]:
    """By which it is told from all others: 1 is no true."""
    if isinstance(one, list | dict):
        return False, json.dumps(one, sort_keys=True, default=repr)
    return isinstance(one, bool), one


def as_set(value: Any) -> list[Any]:
    """In the order in which Terraform goes through it, where all of it is known:
    https://developer.hashicorp.com/terraform/language/expressions/for#element-ordering"""
    several = distinct(value)
    if is_unresolved(several) or isinstance(several, Loose):
        return LooseSet(several)
    plain = {type(one) for one in several} <= {str, bool, int, float}
    return OfSet(sorted(several)) if plain else LooseSet(several).of_all()


def of_one_type(several: list[Any]) -> list[Any]:
    """Beside texts all are texts; a number beside a truth is an error."""
    kinds = {type(one) for one in several}
    if kinds <= {str} or not kinds <= {str, bool, int, float}:
        return several
    if bool in kinds and len(kinds) > 1 and str not in kinds:
        raise TypeError(kinds)
    return [*map(to_text, several)] if str in kinds else several


def several_of(value: list[Any] | dict[str, Any]) -> list[tuple[Any, Any]]:
    """Keys and values in the order of a loop: of a map by its keys."""
    if isinstance(value, OfSet | LooseSet):
        return [(one, one) for one in value]
    if isinstance(value, list):
        sure = value.sure if isinstance(value, Loose) else len(value)
        return [(at if at < sure else unresolved("an index"), one) for at, one in enumerate(value)]
    return sorted(((to_text(key), one) for key, one in value.items()), key=itemgetter(0))


def compact(value: Any) -> list[Any]:
    found = [one for one in items(value) if one not in ("", None)]
    return in_place(found, lists=[value], falls_out=True)


def coalesce(*values: Any) -> Any:
    """The first; one of which nothing is known may be empty, so that it may be one behind it."""
    left = [one for one in values if one not in ("", None)]
    if left and isinstance(left[0], Perhaps):
        return left[0] if all(map(is_ours, left)) else None
    if not left or wholly(left[0]) is None or is_made(left[0]):
        return left[0] if left else None
    names = dict.fromkeys(filter(None, map(wholly, left)))
    return unresolved(" or ".join(names))


def coalescelist(*values: Any) -> Any:
    """The first; behind one that may be empty, any of them."""
    left = [one for one in values if one not in ([], {})]
    if left and isinstance(left[0], Loose):
        return Loose(concat(*left))
    return coalesce(*left)


def lookup(table: Any, key: Any, *default: Any) -> Any:
    if not isinstance(table, dict) or is_unsure(key):
        return None
    if key in table:
        return same(told_of(table, key))
    return None if any(map(is_unresolved, table)) or not default else same(default[0])


def element(value: Any, index: int) -> Any:
    if value == []:
        return ABSENT
    at = getattr(value, "at", None)
    if at is not None and int(index) >= len(value):
        return at(int(index))
    if isinstance(value, Loose) and not isinstance(value, Several):
        return item_of(value, int(index))
    return value[int(index) % len(value)] if isinstance(value, list) else None


def product(*lists: list[Any]) -> list[list[Any]] | None:
    if math.prod(map(len, lists)) > _MOST:
        return None
    return [list(one) for one in itertools.product(*lists)]


def subtract(value: Any, gone: Any) -> list[Any]:
    left = _distinct([*items(gone), *items(value)])[len(_distinct(gone)) :]
    unsure = any(map(is_unsure, [*items(value), *items(gone)]))
    return Loose(left) if unsure or is_loose(value, gone) else left


def intersection(*lists: Any) -> list[Any]:
    """Unknown items may be any, and stay."""
    unknown = [one for one in concat(*lists) if is_unsure(one)]
    common = [one for one in items(lists[0]) if all(one in items(several) for several in lists)]
    found = _distinct([*common, *unknown])
    return Loose(found) if unknown or is_loose(*lists) else found


def matching(values: list[Any], keys: list[Any], wanted: list[Any]) -> list[Any]:
    """Those whose keys are wanted; one of which nobody can tell may be."""
    unknown = is_loose(values, keys, wanted) or any(map(is_unsure, items(wanted)))
    known = {_known(one) for one in wanted}
    found = [one for one, key in zip(values, keys, strict=True)
             if unknown or is_unsure(key) or _known(key) in known]  # fmt: skip
    return Loose(found) if unknown or any(map(is_unsure, keys)) else found


def chunks(value: list[Any], size: int) -> list[list[Any]]:
    return [value[at : at + int(size)] for at in range(0, len(value), int(size))]


def keys(value: Any) -> list[Any] | None:
    found = sorted(value) if isinstance(value, dict) else None
    return Loose(found) if found and is_unresolved(found) else found


def values(value: Any) -> list[Any] | None:
    found = [value[key] for key in sorted(value)] if isinstance(value, dict) else None
    return Loose(found) if found and is_unresolved([*value]) else found


def length(value: Any) -> int | None:
    untold = [one for one in (value, *items(value)) if wholly(one) is not None and not is_made(one)]
    text = isinstance(value, str) and is_unresolved(value)
    keys = isinstance(value, dict) and is_unresolved([*value])
    if text or keys or (isinstance(value, Loose) and not value.whole):
        return None
    if untold or getattr(value, "at", None) is not None:
        return None  # it may stand for none, or for many
    return len(value)


def the_one(value: Any) -> Any:
    found = items(value)
    if not found:
        return NULL
    told = same(found[0]) if len(found) == 1 else None
    return perhaps(told) if isinstance(value, Loose) else told


def same(value: Any) -> Any:
    return NULL if value is None else value


def concat(*lists: Any) -> list[Any]:
    """What stands before the first list that nobody knows is in its place."""
    found = [one for several in lists for one in items(several)]
    if not is_loose(*lists):
        return in_place(found, lists=lists)
    sure = 0
    for one in lists:
        sure += one.sure if isinstance(one, Loose) else len(items(one))
        if isinstance(one, Loose):
            break
        if stands_for_any(one):
            return Loose(found).after(sure - 1)
    return Loose(found).after(sure)
