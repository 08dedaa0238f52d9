"""Parameters of a template: given ones, defaults, and those that nothing tells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from checker.collect.iac.unknown import CLOSE, OPEN, is_unresolved, shown, unresolved, wholly
from checker.collect.iac.worlds import Choice, Worlds

_COMMA = re.compile(f",(?![^{OPEN}{CLOSE}]*{CLOSE})")
_SSM = "AWS::SSM::Parameter::Value<"
_SHOWN = 200


class Parameters:
    """Those of one template in one stack.

    `given` is what somebody said; `proposed` is a default of the stack around this one, which
    takes the place of the template's own. `used` gathers the parameters whose default was taken.
    """

    def __init__(
        self, declared: dict[str, Any], given: Mapping[str, Any], proposed: Mapping[str, Any],
        worlds: Worlds,
    ) -> None:  # fmt: skip
        self._declared, self._given, self._proposed = declared, given, proposed
        self._worlds = worlds
        self.used: set[str] = set()
        self.strict = False

    def __contains__(self, name: str) -> bool:
        return name in self._declared

    def value(self, name: str) -> Any:
        """Text, a list of text, or unknown."""
        if self._given.get(name) is not None:
            return self._typed(name, self._given[name])
        if self.strict:
            return self._typed(name, None)
        made = self._worlds.made(name)
        if made is not None:
            return self._typed(name, made.value)
        if self._worlds.doubted(name) or self.default(name) is None:
            return self._typed(name, None)
        self.used.add(name)
        return self._typed(name, self.default(name))

    @contextmanager
    def strictly(self) -> Iterator[None]:
        """Meanwhile nothing is told by a default, nor by what is tried."""
        before, self.strict = self.strict, True
        try:
            yield
        finally:
            self.strict = before

    def default(self, name: str) -> Any:
        if self._proposed.get(name) is not None:
            return self._proposed[name]
        return self._of(name, "Default")

    def undecided(self, name: str) -> bool:
        """Whether it is a parameter whose text nobody has given."""
        kind = self._of(name, "Type")
        plain = isinstance(kind, str) and not kind.startswith((_SSM, "List<", "CommaDelimited"))
        return name in self and self._given.get(name) is None and plain

    def domain(self, name: str, constants: Iterable[str]) -> tuple[Any, ...]:
        """What it may be, as far as conditions tell one value from another; the default first."""
        default, allowed = self.default(name), self._allowed(name)
        compared = [one for one in constants if allowed is None or one in allowed]
        if isinstance(default, str) and default not in compared and not is_unresolved(default):
            return (default, *compared)
        rest = [one for one in allowed or () if one not in compared]
        other = rest[:1] if len(rest) == 1 else [unresolved(name)]
        others = other if allowed is None or rest else []
        known = isinstance(default, str) and not is_unresolved(default)
        if not known:
            return (*others, *compared) or (unresolved(name),)
        return (default, *(one for one in compared if one != default), *others)

    def words(self, choice: Choice) -> str:
        """What a choice supposes: `EnableX = true`."""
        if choice.name in self:
            value = choice.value
            if is_unresolved(value):
                return f"{choice.name} is not {self.default(choice.name) or 'empty'}"
            return f"{choice.name} = {value or 'empty'}"
        named = " and ".join(sorted(choice.doubts)) or "a condition"
        return f"{named} {'differ' if len(choice.doubts) > 1 else 'differs'} from the default"

    def said(self, name: str) -> str:
        """`TrustedAccount (default 222222222222)`; of a document, how long it is."""
        text = str(shown(self.default(name)))
        document = len(text) > _SHOWN or text.lstrip().startswith(("{", "["))
        return f"{name} (default {f'of {len(text)} characters' if document else text})"

    def _of(self, name: str, key: str) -> Any:
        declared = self._declared.get(name)
        return declared.get(key) if isinstance(declared, dict) else None

    def _allowed(self, name: str) -> list[str] | None:
        allowed = self._of(name, "AllowedValues")
        good = isinstance(allowed, list) and all(isinstance(one, str) for one in allowed)
        return allowed if good else None

    def _typed(self, name: str, value: Any) -> Any:
        kind = self._of(name, "Type")
        if not isinstance(kind, str):
            return unresolved(name)
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            value = ",".join(value)
        if not isinstance(value, str):
            return unresolved(name)
        several = kind == "CommaDelimitedList" or kind.startswith("List<")
        if is_unresolved(value) and (not several or wholly(value)):
            return value  # handed on by the stack around this one
        if kind.startswith(_SSM):
            return unresolved(f"resolve:ssm:{value}")
        return [part.strip() for part in _COMMA.split(value)] if several else value
