"""Resources of one template that may let others in, and that run others' code → records."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from checker.collect.iac.code.rows import RUNS
from checker.collect.iac.code.uses import uses
from checker.collect.iac.grants.build import parts, records
from checker.collect.iac.grants.model import Part
from checker.collect.iac.grants.rows import ROWS
from checker.collect.iac.records import Found, Target
from checker.collect.iac.stack import Stack
from checker.collect.iac.values import decoded
from checker.collect.iac.variant import Variant
from checker.snapshot.records import Location
from checker.trust.document.decode import as_list


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
        self._stack = stack
        self._parts: list[Part] = []

    def reads(self, kind: str) -> bool:
        return kind in ROWS

    def wanted(self, kind: str) -> set[str]:
        """The properties that are looked at."""
        return set(ROWS[kind].tops()) if kind in ROWS else set()

    def read(self, name: str, kind: str, variants: list[Variant]) -> None:
        place = self._place(name)
        self._parts += parts(ROWS[kind], name, variants, place, self._code)
        for said in dict.fromkeys(self._defaults(kind, variants)):
            self._found.defaults.append(f"{place.file}:{place.line}: {name}: {said}")

    def _defaults(self, kind: str, variants: list[Variant]) -> Iterator[str]:
        """Parameters whose default tells who is let in, and not only where."""
        parameters = self._stack.parameters
        for variant in variants:
            for key in ROWS[kind].opening():
                told = who_in(variant.properties.get(key))
                for name in sorted(variant.by_default.get(key, ())):
                    texts = [one for one in as_list(parameters.default(name)) if one]
                    if any(isinstance(one, str) and one in told for one in texts):
                        yield parameters.said(name)

    def finish(self) -> None:
        self._found.resources += records(self._parts, self._code)


def who_in(value: Any) -> str:
    """All text of a property that tells who is let in: of a policy its principals and conditions,
    of any other all of it."""
    document = decoded(value)
    raw = document.get("Statement") if isinstance(document, dict) else None
    if raw is None:
        return json.dumps(document, default=str)
    statements = [one for one in as_list(raw) if isinstance(one, dict)]
    keys = ("Effect", "Principal", "NotPrincipal", "Condition")
    return json.dumps([[one.get(key) for key in keys] for one in statements], default=str)
