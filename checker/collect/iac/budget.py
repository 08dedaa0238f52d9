"""How much one template may unfold to: its aliases and functions may hide any amount."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from checker.errors import InputError

STEPS = 1_000_000  # values, aliases and functions included
CHARACTERS = 32 << 20
DEPTH = 80


class Budget:
    """Raises InputError when it is spent."""

    def __init__(self, path: str, *, levels: int = DEPTH) -> None:
        self._path, self._levels = path, levels
        self._steps = self._depth = self._characters = 0

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

    def _too_much(self) -> InputError:
        return InputError("its values unfold to too much", path=self._path, line=1)
