"""Resources of one template that may let others in, and that run others' code → records."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from checker.collect.iac.code.rows import RUNS
from checker.collect.iac.code.uses import uses
from checker.collect.iac.grants.build import parts, records
from checker.collect.iac.grants.model import Part
from checker.collect.iac.grants.rows import ROWS
from checker.collect.iac.records import Found, Target
from checker.collect.iac.stack import Stack
from checker.collect.iac.variant import Variant
from checker.snapshot.records import Location


class TemplateCode:
    """A template, as `grants` asks of it."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    @property
    def target(self) -> Target:
        return self._stack.target

    def maker(self, mark: str) -> tuple[str, str] | None:
        name, _, attribute = mark.partition(".")
        return (name, attribute) if name in self._stack.resources else None

    def type_of(self, name: str) -> str:
        return self._stack.kind(name) or ""

    def properties(self, name: str) -> Any:
        row = ROWS.get(self.type_of(name))
        path = row.keys.get("named") if row else None
        return {path: self._stack.property_of(name, path)} if path else {}


class TemplateUses:
    """Code that they would run → records."""

    def __init__(self, stack: Stack, found: Found, place: Callable[[str], Location]) -> None:
        self._code, self._found, self._place = TemplateCode(stack), found, place

    def reads(self, kind: str) -> bool:
        return kind in RUNS

    def wanted(self, kind: str) -> set[str]:
        """The properties that are looked at."""
        return {*RUNS[kind].tops(), RUNS[kind].named} - {""}

    def read(self, name: str, kind: str, variants: list[Variant]) -> None:
        self._found.code_uses += uses(kind, name, variants, self._place(name), self._code)


class TemplateGrants:
    """Reads them one by one; `finish` makes the records, as they tell of each other."""

    def __init__(self, stack: Stack, found: Found, place: Callable[[str], Location]) -> None:
        self._code, self._found, self._place = TemplateCode(stack), found, place
        self._parts: list[Part] = []

    def reads(self, kind: str) -> bool:
        return kind in ROWS

    def wanted(self, kind: str) -> set[str]:
        """The properties that are looked at."""
        return set(ROWS[kind].tops()) if kind in ROWS else set()

    def read(self, name: str, kind: str, variants: list[Variant]) -> None:
        self._parts += parts(ROWS[kind], name, variants, self._place(name), self._code)

    def finish(self) -> None:
        self._found.resources += records(self._parts, self._code)
