"""Values of which nobody knows all: maps that may lack keys, lists of any number or order, texts
that may be others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from checker.collect.iac.unknown import is_made, is_unresolved, made, unresolved, wholly

_PLACE = "count.index"
_PLAIN = {str, bool, int, float, type(None)}


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
        return gone | {key: one for key, one in self.items() if key not in self.doubted}


class Loose(list[Any]):
    """Items of which nobody knows the places, as one before them stands for none or many. `sure`:
    so many of the first are in theirs. `subset`: any of them may not be there; `whole`: all of
    them are, and no more."""

    sure, subset, whole = 0, False, False

    def after(self, sure: int) -> Loose:
        self.sure = sure
        return self

    def of_all(self) -> Loose:
        self.whole = True
        return self


class Several(Loose):
    """Items of which nobody can tell how many there are. `at`: tells one beyond those that are
    known; each is as the last one where nothing does."""

    at: Callable[[Any], Any] | None = None

    def with_(self, at: Callable[[Any], Any] | None) -> Several:
        self.at = at
        return self


class OfSet(list[Any]):
    """Items of a set, which are their own keys."""


class LooseSet(Loose):
    """The same, where nobody knows the places, or which there are."""


class Perhaps(str):
    """A text that may be another one, or not there, for all that is known of it."""

    __slots__ = ()


class Own(str):
    """What the same code makes is called so."""

    __slots__ = ()


class PerhapsOwn(Perhaps, Own):
    """Ours, if it is there."""

    __slots__ = ()


def own(value: Any) -> Any:
    return Own(value) if isinstance(value, str) else value


def perhaps(value: Any) -> Any:
    """A value as one that may not be there; what the same code makes is ours if it is."""
    if isinstance(value, str):
        return PerhapsOwn(value) if is_ours(value) else Perhaps(value)
    if isinstance(value, dict):
        return {key: perhaps(one) for key, one in value.items()}
    if isinstance(value, list):
        return Loose(map(perhaps, value))
    known = value is None or hasattr(value, "address")
    return value if known else unresolved("a value that may be another one")


def plain_text(value: Any) -> Any:
    return str(value) if isinstance(value, Perhaps | Own) else value


def settled(value: Any) -> Any:
    """A map as its keys are sure."""
    return value.sure() if isinstance(value, Maybe) else value


def is_ours(value: Any) -> bool:
    """Whether it names nobody else, however many there are and in whatever order."""
    if isinstance(value, dict | list):
        return all(map(is_ours, value.values() if isinstance(value, dict) else value))
    ours = isinstance(value, Own) or hasattr(value, "address")
    return ours or value in ("", None) or is_made(value)


def is_loose(*lists: Any) -> bool:
    return any(isinstance(one, Loose) for one in lists)


def as_loose(value: Any, found: list[Any]) -> list[Any]:
    return Loose(found) if isinstance(value, Loose) else found


def is_loose_within(value: Any) -> bool:
    """Whether nobody knows how many there are of it, or of a part, or in which places, whosever
    these are."""
    return _any_within(value, lambda _: True)


def is_doubtful(value: Any) -> bool:
    """The same, but for what the same code makes, which is ours wherever it is."""
    return _any_within(value, lambda one: not is_ours(one))


def _any_within(value: Any, doubts: Callable[[Any], bool]) -> bool:
    """Whether it, or a part of it, is loose, and in doubt."""
    if isinstance(value, Loose | Perhaps):
        return doubts(value)
    if not isinstance(value, dict | list):
        return False
    several = value.values() if isinstance(value, dict) else value
    return not {*map(type, several)} <= _PLAIN and any(_any_within(one, doubts) for one in several)


def is_unsure(one: Any) -> bool:
    return is_unresolved(one) or isinstance(one, Perhaps)


def stands_for_any(one: Any) -> bool:
    return isinstance(one, str) and is_unresolved(one) and not is_made(one)


def item_of(value: Loose, at: int) -> Any:
    """It may be any of those that are not known."""
    if 0 <= at < value.sure:
        return value[at]
    there = [one for one in value if one not in ("", None)]
    if there and there.count(there[0]) == len(there) and not stands_for_any(there[0]):
        return perhaps(there[0])
    names = dict.fromkeys(filter(None, map(wholly, value)))
    name = " or ".join(names) or "an item of a list that is not known"
    return made(name) if there and all(map(is_ours, there)) else unresolved(name)


def told_of(table: dict[str, Any], key: str) -> Any:
    """What a map says of a key that it has, unless one behind it that is not known may be the
    same."""
    keys = [*table]
    behind = keys[keys.index(key) + 1 :]
    if not is_unresolved(behind) or is_unresolved(key):
        return table[key]
    unknown = [*filter(is_unresolved, behind)]
    ours = all(map(is_ours, [table[key], *(table[one] for one in unknown)]))
    return table[key] if ours else unknown[0]


def with_others(value: Any) -> Any:
    """Items of which nobody knows how many there are, with one that stands for the others, where
    that is another."""
    if not isinstance(value, Several) or value.at is None:
        return value
    other = value.at(unresolved(_PLACE))
    another = hasattr(other, "address") or _PLACE in repr(other) or other not in value
    return Loose([*value, other]) if another else value
