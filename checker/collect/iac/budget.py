"""How much one template may unfold to: its aliases, names and functions may hide any amount."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from checker.errors import InputError

STEPS = 1_000_000  # values, aliases and functions included
CHARACTERS = 32 << 20
DEPTH = 80
_LINE = 100
_SLOW = 10
_WALKED = 20
"""Values that a function walks over in the time of a step; moments that a pattern may take."""


_Sizes = dict[int, tuple[Any, int]]
"""By the identity of a value, which is kept alive: that, and how much of it there is."""


class Budget:
    """Raises InputError when it is spent."""

    def __init__(self, path: str, *, levels: int = DEPTH) -> None:
        self._path, self._levels = path, levels
        self._steps = self._depth = self._characters = 0
        self._held: _Sizes = {}

    def deeper(self, function: Callable[[Any], Any], argument: Any) -> Any:
        self._steps += 1
        self._depth += 1
        self.spend(argument)
        if self._depth > self._levels:
            raise self._too_much()
        try:
            return function(argument)
        finally:
            self._depth -= 1

    def spend(self, value: Any) -> None:
        self._characters += len(value) if isinstance(value, str) else 0
        if self._steps > STEPS or self._characters > CHARACTERS:
            raise self._too_much()

    def hold(self, value: Any) -> None:
        """Raises InputError of a value of which there is too much to read."""
        if _whole(value, self._held) > STEPS:
            raise self._too_much()

    def hand(self, value: Any) -> None:
        """The same of what a function is handed, which walks over it each time."""
        self.hold(value)
        self._steps += _whole(value, self._held) // _WALKED
        self.spend(None)

    def slow(self) -> None:
        """Something has taken as long as anything may."""
        self._steps += STEPS // _SLOW
        self.spend(None)

    def _too_much(self) -> InputError:
        return InputError("its values unfold to too much", path=self._path, line=1)


def unfolds(value: Any) -> bool:
    """Whether whoever walks over it would hardly ever come to an end."""
    return _whole(value, {}) > STEPS


def _whole(value: Any, held: _Sizes) -> int:
    """What there is to read, each part as often as it stands there. It is looked at once: the same
    may be handed on thousands of times."""
    if isinstance(value, str):
        return 1 + len(value) // _LINE
    if not isinstance(value, dict | list):
        return 1
    if id(value) not in held:
        inner = value.values() if isinstance(value, dict) else value
        held[id(value)] = value, 1 + sum(_whole(one, held) for one in inner)
    return held[id(value)][1]
