"""Resources of one template that may let others in, and that run others' code → records."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from checker.collect.iac.code.rows import DOCUMENTS, RUNS
from checker.collect.iac.code.uses import rests, uses
from checker.collect.iac.grants.build import parts
from checker.collect.iac.grants.build import rests as rest_of
from checker.collect.iac.grants.model import Hangs
from checker.collect.iac.grants.rows import ROWS
from checker.collect.iac.records import Found
from checker.collect.iac.stack import Resource, Stack
from checker.collect.iac.target import Target
from checker.collect.iac.values import decoded
from checker.collect.iac.variant import Variant
from checker.snapshot.records import Location
from checker.trust.document.decode import as_list


class TemplateCode:
    """A template, as `grants` asks of it. `where`: which stack it is, by the names of those around
    it and its own; `stacks`: all that come of one file, by these."""

    def __init__(self, stack: Stack, where: str, stacks: Stacks) -> None:
        self.stack, self._where, self._stacks = stack, where, stacks
        self._documents: frozenset[str] | None = None
        stacks.setdefault(where, self)

    @property
    def target(self) -> Target:
        return self.stack.target

    @property
    def account(self) -> str:
        return self.target.account

    @property
    def form(self) -> str:
        return "template"

    @property
    def together(self) -> object:
        return id(self._stacks)

    @property
    def scope(self) -> object:
        return id(self._stacks), self._where

    def scope_of(self, name: str) -> object:
        there = self._of(name)
        return there.scope if there else (id(self._stacks), name.rpartition("/")[0])

    def target_of(self, _name: str) -> Target:
        return self.target

    def maker(self, mark: str) -> tuple[str, str] | None:
        where, slash, rest = mark.rpartition("/")
        name, _, attribute = rest.partition(".")
        there = self._of(mark)
        known = there is not None and name in there.stack.resources
        return (f"{where}{slash}{name}", attribute) if known else None

    def type_of(self, name: str) -> str:
        there = self._of(name)
        return (there.stack.kind(name.rpartition("/")[2]) if there else None) or ""

    def properties(self, name: str) -> Any:
        row, there = ROWS.get(self.type_of(name)), self._of(name)
        path = row.keys.get("named") if row else None
        return {path: there.stack.property_of(_last(name), path)} if path and there else {}

    def surely(self, name: str) -> Any:
        there = self._of(name)
        return there.stack.strictly(lambda: self.properties(name)) if there else {}

    def documents(self) -> frozenset[str]:
        if self._documents is None:
            made = (one for one in self.stack.resources if self.stack.kind(one) == DOCUMENTS[0])
            named = (self.stack.property_of(one, "Name") for one in made)
            self._documents = frozenset(one for one in named if isinstance(one, str))
        return self._documents

    def hangs(self, raw: Resource) -> Hangs:
        """On what hangs whether a resource is there."""
        condition = raw.get("Condition")
        if condition is None and self.stack.around is None:
            return None
        return self.scope, str(condition or "")

    def _of(self, name: str) -> TemplateCode | None:
        """The stack that makes it."""
        where, slash, _ = name.rpartition("/")
        return self._stacks.at(where) if slash else self


class Stacks(dict[str, TemplateCode]):
    """Those of one file, by where they stand: `/Network`, empty for the outermost. `label`: how
    other files call it, `/#2`; `every`: all files by that."""

    def __init__(self, label: str = "", every: dict[str, Stacks] | None = None) -> None:
        super().__init__()
        self._every = {} if every is None else every
        self._every[label] = self

    def at(self, where: str) -> TemplateCode | None:
        """One of its own, or of another file."""
        label, slash, inner = where.removeprefix("/").partition("/")
        there = self._every.get(f"/{label}") if label.startswith("#") else None
        return self.get(where) if there is None else there.get(f"{slash}{inner}")


def _last(name: str) -> str:
    return name.rpartition("/")[2]


class TemplateUses:
    """Code that they would run → records."""

    def __init__(self, code: TemplateCode, found: Found, place: Callable[[str], Location]) -> None:
        self._code, self._found, self._place = code, found, place

    def reads(self, kind: str) -> bool:
        return kind in RUNS

    def wanted(self, kind: str) -> set[str]:
        """The properties that are looked at."""
        return {*RUNS[kind].tops(), RUNS[kind].named} - {""}

    def read(self, name: str, kind: str, variants: list[Variant]) -> None:
        place = self._place(name)
        self._found.code_uses += uses(kind, name, variants, place, self._code)
        for said in dict.fromkeys(self._defaults(kind, variants)):
            self._found.defaults.append(f"{place.file}:{place.line}: {name}: {said}")

    def _defaults(self, kind: str, variants: list[Variant]) -> Iterator[str]:
        """Parameters whose default tells whose code is run."""
        parameters = self._code.stack.parameters
        for one in variants:
            for key, sure in one.surely.items():
                if rests(kind, {key: one.properties.get(key)}, {key: sure}, self._code):
                    yield from map(parameters.said, sorted(one.by_default.get(key, ())))


class TemplateGrants:
    """Reads them one by one, into parts of what becomes records when all is read."""

    def __init__(self, code: TemplateCode, found: Found, place: Callable[[str], Location]) -> None:
        self._code, self._found, self._place = code, found, place

    def reads(self, kind: str) -> bool:
        return kind in ROWS

    def wanted(self, kind: str) -> set[str]:
        """The properties that are looked at."""
        return set(ROWS[kind].tops()) if kind in ROWS else set()

    def settling(self, kind: str) -> frozenset[str]:
        """Those that a default must not tell."""
        return frozenset(ROWS[kind].settling())

    def read(self, name: str, kind: str, raw: Resource, variants: list[Variant]) -> None:
        place, hangs = self._place(name), self._code.hangs(raw)
        found = [*parts(ROWS[kind], name, variants, place, self._code, hangs=hangs)]
        self._found.parts += found
        self._found.notes += rest_of(found, place)
        for said in dict.fromkeys(self._defaults(kind, variants)):
            self._found.defaults.append(f"{place.file}:{place.line}: {name}: {said}")

    def _defaults(self, kind: str, variants: list[Variant]) -> Iterator[str]:
        """Parameters whose default tells who is let in, and not only where."""
        parameters = self._code.stack.parameters
        for variant in variants:
            for key in ROWS[kind].opening():
                told = who_in(variant.properties.get(key))
                for name in sorted(variant.by_default.get(key, ())):
                    texts = [one for one in as_list(parameters.default(name)) if one]
                    if any(isinstance(one, str) and one in told for one in texts):
                        yield parameters.said(name)


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
