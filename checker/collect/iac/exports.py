"""What one template tells others of the same account and region (`Fn::ImportValue`).

A value is told as far as no default tells it, or its name: whoever deploys may give another one.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from checker.collect.iac.target import Target
from checker.collect.iac.unknown import handed, is_unresolved, told_by
from checker.errors import InputError


class Exporting(Protocol):
    """A stack, as others import from it."""

    @property
    def target(self) -> Target: ...

    @property
    def outputs(self) -> dict[str, dict[str, Any]]: ...

    def surely(self, raw: Any) -> Any: ...


class Exports:
    """Those of all templates that are read. Nobody knows them before all are: whoever asks is read
    again (`asked`). A name that two of them tell is nobody's."""

    def __init__(self) -> None:
        self.asked = False
        self._found: dict[tuple[Target, str], list[tuple[Exporting, str, Any]]] = {}
        self._busy: set[str] = set()

    def learn(self, stacks: Iterable[tuple[str, Exporting]]) -> bool:
        """Takes in what the stacks at these places tell; whether that is anything."""
        for where, stack in stacks:
            for name, raw in _named(stack):
                self._found.setdefault((stack.target, name), []).append((stack, where, raw))
        return bool(self._found)

    def value(self, name: str, target: Target) -> Any:
        """None where nobody tells it, or nobody surely."""
        self.asked = True
        found = self._found.get((target, name), [])
        if len(found) != 1 or name in self._busy:
            return None
        ((stack, where, raw),) = found
        self._busy.add(name)
        try:
            value = stack.surely(raw)
        except InputError:
            return None
        finally:
            self._busy.discard(name)
        return handed(told_by(value, f"ImportValue {name}"), where)


def _named(stack: Exporting) -> Iterator[tuple[str, Any]]:
    for one in stack.outputs.values():
        export = one.get("Export")
        with contextlib.suppress(InputError):
            name = stack.surely(export.get("Name")) if isinstance(export, dict) else None
            if isinstance(name, str) and not is_unresolved(name):
                yield name, one.get("Value")
