"""From a value to its parts, and what operators make of values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from operator import is_
from typing import Any

from checker.collect.iac.terraform.arithmetic import to_text
from checker.collect.iac.terraform.looseness import (
    Loose,
    Perhaps,
    Several,
    item_of,
    plain_text,
    settled,
    told_of,
    with_others,
)
from checker.collect.iac.terraform.several import ABSENT
from checker.collect.iac.unknown import is_unresolved, unresolved
from checker.trust.document.decode import as_list

SPLAT, ALL = object(), object()
"""Steps over each item, and from there on over all of them."""
NOTHING = object()
"""What a name stands for that nothing declares; null is None."""


class Keyed:
    """Items of which nobody knows the keys. `at`: tells the one of a key."""

    def __init__(self, at: Callable[[Any], Any]) -> None:
        self.at = at

    def each(self) -> Several:
        """Any of them, however many there are."""
        return Several([self.at(unresolved("each.key"))])


@dataclass(frozen=True)
class Pick:
    """A key that nobody has decided: `among` answers which of several it is."""

    value: str
    among: Callable[[list[str], bool], Any]

    def of(self, value: Any, *, more: bool = False) -> Any:
        """The key of a map."""
        if not isinstance(value, dict):
            return self.value
        known = [one for one in value if not is_unresolved(one)]
        return self.among(known, more or len(known) < len(value))


def walked(value: Any, steps: list[Any], otherwise: Any = None) -> Any:
    """A value's part; None where there is none."""
    for at, step in enumerate(steps):
        if value is NOTHING or value is ABSENT:
            return value
        if step is SPLAT:
            return splat(value, steps[at + 1 :], otherwise)
        value = stepped(value, step)
    return value


def splat(value: Any, steps: list[Any], otherwise: Any) -> Any:
    if isinstance(value, str) and is_unresolved(value):
        return value
    if isinstance(value, Keyed):
        several: list[Any] = Several([value.at(unresolved("each.key"))])
    elif isinstance(value, dict) and not hasattr(value, "attribute"):
        several = [value]
    else:
        several = as_list(value) if value is not None else []
    each = steps[: steps.index(ALL)] if ALL in steps else steps
    found = _alike(several)(walked(one, each) for one in several)
    at = several.at if isinstance(several, Several) else None
    if at is not None and isinstance(found, Several):
        found.at = lambda index: walked(at(index), each)
    if any(one is ABSENT for one in found):
        return ABSENT
    if otherwise is not None and None in found:
        return otherwise
    return walked(found, steps[len(each) + 1 :], otherwise)


def _alike(several: list[Any]) -> type[list[Any]]:
    """Of a set, a list."""
    kinds = (Several, Loose)
    return next((kind for kind in kinds if isinstance(several, kind)), list)


def stepped(value: Any, step: Any) -> Any:
    if isinstance(step, Pick):
        step = step.of(value)
    if isinstance(value, Keyed):
        return value.at(step)
    if hasattr(value, "attribute"):
        return value.attribute(step) if isinstance(step, str) else value
    if isinstance(value, str) and is_unresolved(value):
        return value
    if isinstance(value, dict):
        key, value = to_text(step), settled(value)
        if key in value:
            return told_of(value, key)
        return key if is_unresolved(key) else next(filter(is_unresolved, value), None)
    if isinstance(value, list):
        return _item(value, step)
    return ABSENT if isinstance(value, str | int | float) else None


def _item(value: list[Any], step: Any) -> Any:
    if isinstance(step, str) and step.isdigit():
        step = int(step)
    several = isinstance(value, Several)
    if isinstance(value, Loose) and isinstance(step, int) and not several:
        return item_of(value, step)
    at = value.at if isinstance(value, Several) else None
    if isinstance(step, int):
        if -len(value) <= step < len(value):
            return value[step]
        if at is not None:
            return at(step)
        return value[-1] if isinstance(value, Several) and value else ABSENT
    if not (isinstance(step, str) and is_unresolved(step)):
        return None
    return at(step) if at is not None else step


def plain(value: Any) -> Any:
    """A value without what stands whole in it, a resource or several: nobody tells what a text is
    that is made of those, or what else they are taken for."""
    if isinstance(value, Keyed) or hasattr(value, "attribute"):
        return unresolved(getattr(value, "address", "a whole resource"))
    if isinstance(value, dict):
        found: Any = {key: plain(one) for key, one in value.items()}
        if all(map(is_, found.values(), value.values())):
            return value
        sure = settled(value)
        return found if sure is value else plain(sure)
    if isinstance(value, list):
        value = with_others(value)
        found = [plain(one) for one in value]
        return value if all(map(is_, found, value)) else found
    return plain_text(value)


def truth(value: Any) -> bool | None:
    if isinstance(value, Perhaps):
        return None
    if value is True or value == "true":
        return True
    return False if value is False or value == "false" else None
