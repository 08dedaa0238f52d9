"""Choices that nobody has made: each outcome is looked at, in a run of its own.

What a run asks for is remembered with what is still to be tried; the run is then done anew until
nothing is left. So a parameter is the same all over one run, and no two conditions contradict
each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")
MOST = 64  # runs for one resource


@dataclass
class Choice:
    """`domain`: the outcomes, what the defaults say first. `doubts`: parameters which are not at
    their defaults in any other outcome. `has_default` False: no outcome is more likely."""

    name: str
    domain: tuple[Any, ...]
    has_default: bool
    doubts: frozenset[str] = frozenset()
    index: int = field(default=0)

    @property
    def value(self) -> Any:
        return self.domain[self.index]

    @property
    def departs(self) -> bool:
        """Whether this outcome is other than by default."""
        return self.has_default and self.index > 0


class TooManyWorldsError(Exception):
    """More runs than anybody could follow."""


class ImpossibleWorldError(Exception):
    """No deployment comes to this: it fails before."""


class Worlds:
    """`asked` counts questions, for who wants to know whether something hung on a choice."""

    def __init__(self) -> None:
        self._trail: list[Choice] = []
        self._running = False
        self.asked = 0

    def choose(self, choice: Choice) -> Choice | None:
        """The choice as it stands in this run; None outside of runs, where nobody chooses."""
        self.asked += 1
        if not self._running:
            return None
        made = self._made(choice.name)
        if made is None:
            self._trail.append(made := choice)
        return made

    def made(self, name: str) -> Choice | None:
        """What was chosen: in another run it may be otherwise."""
        made = self._made(name)
        self.asked += made is not None
        return made

    def _made(self, name: str) -> Choice | None:
        return next((one for one in self._trail if one.name == name), None)

    def doubted(self, name: str) -> bool:
        return any(one.index and name in one.doubts for one in self._trail)

    def runs(self, run: Callable[[], T]) -> Iterator[tuple[T, tuple[Choice, ...]]]:
        """The outcome of each run with its choices, those by default first. Raises
        TooManyWorldsError."""
        self._running = True
        try:
            for _ in range(MOST):
                try:
                    outcome = run()
                except ImpossibleWorldError:
                    pass
                else:
                    yield outcome, tuple(self._trail)
                while self._trail and self._trail[-1].index + 1 == len(self._trail[-1].domain):
                    self._trail.pop()
                if not self._trail:
                    return
                self._trail[-1].index += 1
            raise TooManyWorldsError
        finally:
            self._trail.clear()
            self._running = False
