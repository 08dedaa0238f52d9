"""How much one template may unfold to: its aliases, names and functions may hide any amount."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from checker.errors import InputError

STEPS = 1_000_000  # values, aliases and functions included
CHARACTERS = 32 << 20
DEPTH = 80
SHARED = 200_000
"""How much more of a value may be read than was made, as parts of it stand there again."""
_LINE = 100
_SLOW = 10
_WALKED = 20
"""Values that a function walks over in the time of a step; moments that a pattern may take."""


class Budget:
    """Raises InputError when it is spent."""

    def __init__(self, path: str, *, levels: int = DEPTH) -> None:
        self._path, self._levels = path, levels
        self._steps = self._depth = self._characters = 0
        self._held: dict[int, tuple[Any, int]] = {}

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
        """Raises InputError of a value that whoever walks over it would hardly ever leave."""
        if self._whole(value) > STEPS:
            raise self._too_much()

    def hand(self, value: Any) -> None:
        """The same of what a function is handed, which walks over it each time."""
        self.hold(value)
        self._steps += self._whole(value) // _WALKED
        self.spend(None)

    def slow(self) -> None:
        """Something has taken as long as anything may."""
        self._steps += STEPS // _SLOW
        self.spend(None)

    def _whole(self, value: Any) -> int:
        """What there is to read, each part as often as it stands there; looked at once, as the same
        may be handed on thousands of times."""
        if isinstance(value, str):
            return 1 + len(value) // _LINE
        if not isinstance(value, dict | list):
            return 1
        if id(value) not in self._held:
            inner = value.values() if isinstance(value, dict) else value
            self._held[id(value)] = value, 1 + sum(map(self._whole, inner))
        return self._held[id(value)][1]

    def _too_much(self) -> InputError:
        return InputError("its values unfold to too much", path=self._path, line=1)


def unfolds(value: Any) -> bool:
    """Whether parts of it stand there again so often that nobody can read them all."""
    known: dict[int, tuple[int, int]] = {}
    whole = _size(value, known)
    return whole - sum(alone for _, alone in known.values()) > SHARED


def _size(value: Any, known: dict[int, tuple[int, int]]) -> int:
    """What there is to read, each part as often as it stands there. `known`: by the identity of a
    part, that, and what of it is in no other part."""
    if isinstance(value, str) and len(value) > _LINE:
        return known.setdefault(id(value), (len(value) // _LINE, len(value) // _LINE))[0]
    if not isinstance(value, dict | list):
        return 1
    if id(value) not in known:
        inner = list(value.values()) if isinstance(value, dict) else value
        parts = [_size(one, known) for one in inner]
        alone = 1 + sum(not _is_part(one) for one in inner)
        known[id(value)] = 1 + sum(parts), alone
    return known[id(value)][0]


def _is_part(value: Any) -> bool:
    return isinstance(value, dict | list) or (isinstance(value, str) and len(value) > _LINE)
