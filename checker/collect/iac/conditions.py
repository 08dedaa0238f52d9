"""Conditions of a template. Only values that are given decide one; a default decides none, as
whoever deploys the template may say otherwise: then every outcome is looked at (`worlds.py`)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from checker.collect.iac.budget import Budget
from checker.collect.iac.mapkeys import parameter_of
from checker.collect.iac.parameters import Parameters
from checker.collect.iac.unknown import is_unresolved, unresolved
from checker.collect.iac.walking import mappings
from checker.collect.iac.worlds import Choice, Worlds

Value = Callable[[Any], Any]
REGION = "AWS::Region"


class Conditions:
    """`value` resolves what is compared; `keys` are those of mappings, by the parameter that
    chooses among them."""

    def __init__(
        self, declared: dict[str, Any], parameters: Parameters, worlds: Worlds, value: Value,
        budget: Budget, keys: Mapping[str, Iterable[str]],
    ) -> None:  # fmt: skip
        self._declared, self._parameters, self._worlds = declared, parameters, worlds
        self._value, self._budget, self._keys = value, budget, keys
        self._decided: dict[str, bool | None] = {}
        self._constants: dict[str, list[str]] | None = None
        self.mapped = False

    def named(self, name: str) -> bool | None:
        """A condition by name; None where it cannot be told, cycles included."""
        if name in self._decided:
            return self._decided[name]
        if name not in self._declared:
            made = self._worlds.choose(Choice(f"condition {name}", (True, False), False))
            return None if made is None else bool(made.value)
        asked = self._worlds.asked
        self._decided[name] = None
        try:
            held: bool | None = self._budget.deeper(self.holds, self._declared.get(name))
        finally:
            del self._decided[name]
        if self._worlds.asked == asked:  # it hangs on no choice: the same in every run
            self._decided[name] = held
        return held

    def holds(self, raw: Any) -> bool | None:
        """A condition function; None where it cannot be told."""
        if not isinstance(raw, dict) or len(raw) != 1:
            return None
        ((name, argument),) = raw.items()
        if name == "Condition" and isinstance(argument, str):
            return self.named(argument)
        parts = argument if isinstance(argument, list) else []
        if name == "Fn::Equals" and len(parts) == 2:
            return self._equals(parts)
        answers = [self.holds(one) for one in parts]
        if name == "Fn::Not" and len(answers) == 1:
            return None if answers[0] is None else not answers[0]
        if name in ("Fn::And", "Fn::Or") and answers:
            ends = name == "Fn::Or"
            return ends if ends in answers else None if None in answers else not ends
        return None

    def _equals(self, parts: list[Any]) -> bool | None:
        if compared := _compared(parts):
            name, constant = compared
            if self._parameters.undecided(name):
                made = self._chosen(name)
                return None if made is None else bool(made.value == constant)
        before = self._parameters.used
        self._parameters.used = set()
        answer = _equal(self._value(parts[0]), self._value(parts[1]))
        doubts = frozenset(self._parameters.used)
        self._parameters.used = before | doubts
        if answer is not None and not doubts:
            return answer
        domain = (True, False) if answer is None else (answer, not answer)
        name = json.dumps(parts, sort_keys=True, default=str)
        choice = Choice(name, domain, has_default=answer is not None, doubts=doubts)
        made = self._worlds.choose(choice)
        return None if made is None else bool(made.value)

    def _chosen(self, name: str) -> Choice | None:
        """What an undecided parameter is, all over a run; None outside of runs."""
        constants = self._all_constants().get(name, [])
        domain = self._parameters.domain(name, constants)
        has_default = self._parameters.default(name) is not None
        return self._worlds.choose(Choice(name, domain, has_default))

    def departs(self, name: str) -> bool | None:
        """Whether a parameter is other than its default in this run; None where nothing tells."""
        if not self._parameters.undecided(name) or self._parameters.default(name) is None:
            return False
        if self._parameters.strict:
            return False
        made = self._chosen(name)
        if made is None:
            return None if len(self._all_constants().get(name, [])) > 1 else False
        return made.departs

    def chosen(self, name: str) -> bool:
        """Whether a run has chosen the key of a map that not even a default tells. Only who judges
        each value of a map asks for that (`mapped`)."""
        if not self.mapped or self._parameters.strict:
            return False
        if name == REGION and name in self._keys:
            domain = (*self._keys[name], unresolved(name))
            return self._worlds.choose(Choice(name, domain, has_default=False)) is not None
        open_ = self._parameters.undecided(name) and self._parameters.default(name) is None
        return open_ and self._chosen(name) is not None

    def _all_constants(self) -> dict[str, list[str]]:
        """What each parameter is compared with or chooses among, anywhere."""
        if self._constants is None:
            self._constants = {name: [*keys] for name, keys in self._keys.items()}
            for name, constant in _comparisons(self._declared):
                known = self._constants.setdefault(name, [])
                if constant not in known:
                    known.append(constant)
        return self._constants


def _comparisons(raw: Any) -> Iterator[tuple[str, str]]:
    for one in mappings(raw):
        parts = one.get("Fn::Equals")
        if isinstance(parts, list) and len(parts) == 2 and (found := _compared(parts)):
            yield found


def _compared(parts: list[Any]) -> tuple[str, str] | None:
    """A parameter and the text that it is compared with."""
    for one, other in (parts, reversed(parts)):
        name = parameter_of(one)
        if name is not None and isinstance(other, str) and "{{" not in other:
            return name, other
    return None


def _equal(one: Any, other: Any) -> bool | None:
    if one == other:
        return True
    return None if is_unresolved([one, other]) else False
