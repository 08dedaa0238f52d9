"""What nobody has decided in a folder of .tf files: each outcome is tried (`worlds.py`).

A default decides no condition, as whoever deploys may give another value. What is chosen of a
variable in one run holds all over that run.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from checker.collect.iac.terraform.steps import NOTHING
from checker.collect.iac.unknown import is_made, is_unresolved, shown, unresolved, wholly
from checker.collect.iac.worlds import Choice, Worlds

T = TypeVar("T")
_LONG = 80


@dataclass
class _Said(Choice):
    """`words`: what each outcome supposes. `told`: each of them is said."""

    words: tuple[str, ...] = ()
    told: bool = False

    @property
    def departs(self) -> bool:
        return super().departs or self.told


@dataclass
class Kept:
    """A value, and what it hangs on: whether a choice, and which variables' defaults."""

    value: Any
    asked: bool
    used: frozenset[str]
    epoch: int


@dataclass
class Choices:
    """`epoch` tells runs, and what is chosen within one, apart; 0 is outside of them. `asked`
    counts what nobody has decided; `used` gathers the variables whose default was taken; `plain`
    are those whose values are texts, numbers or switches."""

    epoch: int = 0
    asked: int = 0
    used: set[str] = field(default_factory=set)
    plain: frozenset[str] = frozenset()
    _worlds: Worlds = field(default_factory=Worlds)
    _facts: dict[str, list[tuple[Any, bool]]] = field(default_factory=dict)
    _chosen: set[str] = field(default_factory=set)
    _epochs: int = 0

    trying: bool = False

    @property
    def running(self) -> bool:
        """Whether this is a run. While nothing is chosen, `trying` tells that there is one."""
        return self.epoch > 0

    def runs(self, run: Callable[[], T]) -> Iterator[tuple[T, str | None]]:
        """The outcome of each run and what it supposes against the defaults, in words; those by
        default first. Raises TooManyWorldsError."""
        self.trying = True
        try:
            for outcome, trail in self._worlds.runs(lambda: self._fresh(run)):
                departed = [_words(one) for one in trail if one.departs]
                yield outcome, " and ".join(departed) or None
        finally:
            self.epoch, self.trying = 0, False

    def _fresh(self, run: Callable[[], T]) -> T:
        self._next()
        self._facts, self._chosen = {}, set()
        return run()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Nothing is chosen meanwhile."""
        epoch, self.epoch = self.epoch, 0
        try:
            yield
        finally:
            self.epoch = epoch

    def kept(self, tell: Callable[[], Any]) -> Kept:
        """A value with what it hangs on."""
        asked, used, self.used = self.asked, self.used, set()
        try:
            value = tell()
            return Kept(value, self.asked > asked, frozenset(self.used), self.epoch)
        finally:
            self.used |= used

    def aside(self, tell: Callable[[], T]) -> T:
        """A value that tells only what would be chosen by default."""
        used = set(self.used)
        value = tell()
        self.used = used
        return value

    def again(self, kept: Kept) -> bool:
        """Whether a value that was kept holds in this run; then what it hangs on counts again."""
        hangs = kept.asked or bool(kept.used)
        if hangs and kept.epoch != self.epoch:
            return False
        self.asked += kept.asked
        self.used |= kept.used
        return True

    def value(self, about: str) -> Any:
        """What is chosen of a variable in this run; unknown where it is only known to be another
        one than its default; NOTHING where it may have that."""
        if not self.running:
            return NOTHING
        fixed = self._fixed(about)
        doubted = fixed is NOTHING and self._worlds.doubted(about)
        self.asked += doubted
        return unresolved(about) if doubted else fixed

    def now(self, sure: Any, value: Any) -> Any:
        """A value, told before some of the choices of this run were made. `sure`: as what is given
        tells it."""
        if isinstance(sure, dict) and isinstance(value, dict):
            return {key: self.now(sure.get(key), one) for key, one in value.items()}
        if isinstance(sure, list) and isinstance(value, list) and len(sure) == len(value):
            return [self.now(one, other) for one, other in zip(sure, value, strict=True)]
        about = None if is_made(sure) else wholly(sure)
        if about not in self.plain:
            return value
        chosen = self.value(about)
        if chosen is not NOTHING:
            return chosen
        return unresolved(about) if self.departed(about, value) else value

    def departed(self, about: str, default: Any) -> bool:
        """Whether it is not that in this run."""
        told = self.running and (default, False) in self._facts.get(about, [])
        self.asked += told
        return told

    def holds(self, about: str, constant: Any, default: bool | None) -> bool | None:
        """Whether it is that; None where nobody chooses. `default`: what the defaults say."""
        fixed = self._fixed(about) if self.running else NOTHING
        if fixed is not NOTHING:
            return bool(fixed == constant)
        if self.departed(about, constant):
            return False
        words = {True: f"{about} = {_text(constant)}", False: f"{about} is not {_text(constant)}"}
        if isinstance(constant, bool):
            words[False] = f"{about} = {_text(not constant)}"
        held = self._boolean(f"{about} = {json.dumps(constant, default=str)}", words, default)
        if held is not None:
            self._facts.setdefault(about, []).append((constant, held))
        return held

    def other(
        self, name: str, default: bool | None, used: frozenset[str], *, otherwise: str = "",
        words: str = "",
    ) -> bool | None:  # fmt: skip
        """A condition of any other kind, which hangs on the defaults of these variables. `words`:
        what to call it where it holds, and `otherwise` where it does not."""
        called = words or name
        words_of = {True: _short(called), False: _short(otherwise or _negated(called))}
        return self._boolean(name, words_of, default, used)

    def among(
        self, about: str, keys: list[str], default: Any, *, more: bool, told: bool = False
    ) -> Any:
        """Which of the keys it is; with `more`, it may be none of them. `told`: what is chosen is
        said, but where it is so by default."""
        fixed = self._fixed(about) if self.running else NOTHING
        if fixed is not NOTHING:
            return fixed
        left = [one for one in keys if not self.departed(about, one)]
        ordered = sorted(left, key=lambda one: one != default)
        domain: tuple[Any, ...] = (*ordered, *([unresolved(about)] if more or not left else []))
        words = (*(f"{about} = {_text(one)}" for one in ordered), f"{about} is another")
        first = default in left
        said = told and not first
        made = self._choose(_Said(f"{about} of {keys}", domain, first, words=words, told=said))
        if made is None:
            return unresolved(about)
        if not is_unresolved(made.value):
            self._facts.setdefault(about, []).append((made.value, True))
        return made.value

    def _boolean(
        self, name: str, words: dict[bool, str], default: bool | None,
        used: frozenset[str] = frozenset(),
    ) -> bool | None:  # fmt: skip
        domain = (False, True) if default is False else (True, False)
        said = tuple(words[one] for one in domain)
        choice = _Said(name, domain, default is not None, used, words=said)
        made = self._choose(choice)
        return None if made is None else bool(made.value)

    def _choose(self, choice: Choice) -> Choice | None:
        """What hangs on a new choice is told anew from then on."""
        self.asked += 1
        if not self.running:
            return None
        if choice.name not in self._chosen:
            self._chosen.add(choice.name)
            self._next()
        return self._worlds.choose(choice)

    def anew(self) -> None:
        """What hangs on a choice is told anew from here on, as all of it is chosen by now."""
        self._next()

    def _next(self) -> None:
        self._epochs += 1
        self.epoch = self._epochs

    def _fixed(self, about: str) -> Any:
        """What was chosen, on which hangs what is told by it."""
        for constant, held in self._facts.get(about, []):
            if held or isinstance(constant, bool):
                self.asked += 1
                return constant if held else not constant
        return NOTHING


def _words(choice: Choice) -> str:
    return choice.words[choice.index] if isinstance(choice, _Said) else choice.name


def _negated(text: str) -> str:
    return text[1:] if text.startswith("!") and text[1:].startswith("var.") else f"not {text}"


def _text(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(shown(value), default=str)
    return _short(text) or "empty"


def _short(text: str) -> str:
    return text if len(text) <= _LONG else f"{text[:_LONG]}…"
