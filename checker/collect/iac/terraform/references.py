"""What the references of a plan's configuration stand for: `aws_iam_role.own.arn`, `var.x`,
`module.m.out`. Locals and loops are not in a plan, so they tell nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from checker.collect.iac.target import Target
from checker.collect.iac.terraform.elsewhere import foreign, place_of
from checker.collect.iac.terraform.made import looked_up, own_value
from checker.collect.iac.terraform.planned import (
    Json,
    Plan,
    Planned,
    as_object,
    module_names,
    references_in,
)
from checker.collect.iac.unknown import is_unresolved

_PART = re.compile(r'\.?([\w-]+)|\[(\d+|"(?:[^"\\]|\\.)*")\]')
_NO_RESOURCES = ("each", "count", "local", "path", "terraform", "self")
BEHIND = ("var", "module")
DEPTH = 12  # modules within modules that one reference is followed through
Modules = tuple[str, ...]
End = tuple[Planned, list[Any]]
"""A resource or data source, and the steps to what is read of it."""


class Key(str):
    """A step in brackets: an index."""


class References:
    def __init__(self, plan: Plan, target: Target) -> None:
        self._plan, self._target = plan, target
        self._found: dict[tuple[Modules, str, str, str], list[Planned]] = {}
        for one in [*plan.resources, *plan.data]:
            key = (one.modules(), one.mode, one.type, one.name)
            self._found.setdefault(key, []).append(one)

    def values(self, references: list[str], module: str, key: Any = None) -> list[Any] | None:
        """All that the references of one expression may stand for; None where one of them, or
        whether there is any, cannot be told. `key`: what `each.key` is."""
        found: list[Any] = []
        for one in longest(references):
            if one == "each.key" and key is not None:
                found.append(str(key))
                continue
            told = self._one(one, module_names(module), module, 0)
            if told is None:
                return None
            found += told
        return found or None

    def planned(self, reference: str, module: str) -> list[Planned]:
        """The resources or data sources that a reference names, in a module or all its twins."""
        return [one for one, _ in self.named(parts(reference), module_names(module), module)]

    def _one(self, text: str, names: Modules, module: str | None, depth: int) -> list[Any] | None:
        steps = parts(text)
        if depth > DEPTH or len(steps) < 2:
            return None
        if steps[0] in BEHIND:
            return self._expression(*self.behind(steps, names), depth)
        named = self.named(steps, names, module)
        told = [_attribute(one, rest, self._target) for one, rest in named]
        return None if not told or any(one is None for one in told) else told

    def behind(self, steps: list[Any], names: Modules) -> tuple[Any, Modules]:
        """The expression that a variable or an output stands for, and the module it stands in."""
        if len(steps) < 2:
            return None, names
        if steps[0] == "module":
            return self._output(steps, names)
        if not names:
            variables = as_object(self._plan.raw.get("variables"))
            known = {"value": None} | as_object(variables.get(steps[1]))
            return _constant(known if steps[1] in variables else {}, "value", steps), names
        call = as_object(as_object(self._plan.block(names[:-1]).get("module_calls")).get(names[-1]))
        expression = as_object(call.get("expressions")).get(steps[1])
        if expression is None:
            declared = as_object(as_object(self._plan.block(names).get("variables")).get(steps[1]))
            return _constant(declared, "default", steps), names
        return expression, names[:-1]

    def _output(self, steps: list[Any], names: Modules) -> tuple[Any, Modules]:
        output = as_object(self.outputs(steps, names).get(output_of(steps) or ""))
        return output.get("expression"), (*names, str(steps[1]))

    def outputs(self, steps: list[Any], names: Modules) -> Json:
        """Those of the module that is named, by their names."""
        return as_object(self._plan.block((*names, str(steps[1]))).get("outputs"))

    def _expression(self, expression: Any, names: Modules, depth: int) -> list[Any] | None:
        raw = as_object(expression)
        if "constant_value" in raw:
            return _whole([raw["constant_value"]])
        found: list[Any] = []
        for one in longest(references_in(raw)):
            told = self._one(one, names, None, depth + 1)
            if told is None:
                return None
            found += told
        return found or None

    def named(self, steps: list[Any], names: Modules, module: str | None) -> Iterator[End]:
        """What these steps name in a module of all indices, or in one: with the steps to what is
        read of it."""
        mode = "data" if steps[:1] == ["data"] else "managed"
        named = steps[1:] if mode == "data" else steps
        if len(named) < 2 or named[0] in _NO_RESOURCES:
            return
        found = self._found.get((names, mode, str(named[0]), str(named[1])), [])
        near = [one for one in found if one.module == module] or found
        rest = named[2:]
        if rest and isinstance(rest[0], Key | int) and any(one.index == rest[0] for one in near):
            near, rest = [one for one in near if one.index == rest[0]], rest[1:]
        for one in near:
            yield one, rest


def output_of(steps: list[Any]) -> str | None:
    """Which output of a module is read: a plan does not tell of `module.m[local.k].x`."""
    named = [one for one in steps[2:4] if isinstance(one, str) and not isinstance(one, Key)]
    return named[0] if named else None


def _constant(given: Json, key: str, steps: list[Any]) -> Json:
    """What a variable is known to be, null too."""
    return {"constant_value": value_at_path(given[key], steps[2:])} if key in given else {}


def _attribute(one: Planned, steps: list[Any], target: Target) -> Any:
    """What is known of it, else what follows from what it is."""
    known = value_at_path(one.values, steps)
    if known is not None and not is_unresolved(known):
        return known
    name = str(steps[0]) if steps else ""
    tell = looked_up if one.mode == "data" else own_value
    told = tell(one.type, one.address, name, one.values, place_of(target, one.account))
    return value_at_path(foreign(told, one.account), steps[1:])


def longest(references: list[str]) -> list[str]:
    """Without those that another one goes on from: a plan lists `a.b` beside `a.b.c`."""
    longer = {one: (f"{one}.", f"{one}[") for one in dict.fromkeys(references)}
    return [one for one, more in longer.items()
            if not any(other.startswith(more) for other in references)]  # fmt: skip


def parts(reference: str) -> list[Any]:
    """`a.b["c"].d[0]` → its steps, numbers as numbers."""
    told = ((name, index) for name, index in _PART.findall(reference))
    return [
        name or (Key(json.loads(index)) if index[0] == '"' else int(index)) for name, index in told
    ]


def value_at_path(value: Any, steps: list[Any]) -> Any:
    for step in steps:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def _whole(values: list[Any]) -> list[Any] | None:
    return None if any(one is None or is_unresolved(one) for one in values) else values
