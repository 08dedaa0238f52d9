"""Resources of plans, states and folders that may let others in → records."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from checker.collect.iac.code.uses import uses
from checker.collect.iac.grants.build import parts, records
from checker.collect.iac.grants.model import Part
from checker.collect.iac.grants.rows import ROWS
from checker.collect.iac.records import Found, Target
from checker.collect.iac.terraform.planned import Json, Plan, Planned
from checker.collect.iac.terraform.references import References, longest
from checker.collect.iac.unknown import is_made, made, wholly
from checker.collect.iac.variant import Variant
from checker.snapshot.records import Location

_INDEX = re.compile(r'\[(?:\d+|"(?:[^"\\]|\\.)*")\]$')


class PlanCode:
    """A plan in one account, as `grants` asks of it."""

    def __init__(self, target: Target, resources: dict[str, Planned]) -> None:
        self._target, self._resources = target, resources

    @property
    def target(self) -> Target:
        return self._target

    def maker(self, mark: str) -> tuple[str, str] | None:
        if mark in self._resources:
            return mark, ""
        address, _, attribute = mark.rpartition(".")
        return (address, attribute) if address in self._resources else None

    def type_of(self, name: str) -> str:
        found = self._resources.get(name)
        return found.type if found else ""

    def properties(self, name: str) -> Any:
        return self._resources[name].values


class PlanGrants:
    """Reads them one by one; `finish` makes the records, as they tell of each other."""

    def __init__(self, plan: Plan, target: Target, found: Found) -> None:
        self._plan, self._found = plan, found
        self._references = References(plan, target)
        self._resources: dict[str, Planned] = {}
        for one in plan.resources:
            self._resources[one.address] = one
            self._resources.setdefault(_INDEX.sub("", one.address), one)
        self._parts: dict[Target, list[Part]] = {}

    def reads(self, kind: str) -> bool:
        return kind in ROWS

    def read(
        self, planned: Planned, variants: Iterable[Variant], place: Location, at: Target,
        notes: tuple[str, ...],
    ) -> None:  # fmt: skip
        """`at`: where it stands; `notes`: what of its policy could not be told."""
        row = ROWS[planned.type]
        told = [Variant(self._told(planned, one.properties), one.when) for one in variants]
        found = parts(row, planned.address, told, place, PlanCode(at, self._resources), notes)
        self._parts.setdefault(at, []).extend(found)

    def uses(
        self, planned: Planned, variants: Iterable[Variant], place: Location, at: Target
    ) -> None:
        """Code that it would run."""
        code = PlanCode(at, self._resources)
        self._found.code_uses += uses(planned.type, planned.address, variants, place, code)

    def _told(self, planned: Planned, values: Json) -> Json:
        """With what the plan's expressions refer to, where it shows no more of a value."""
        keys = ROWS[planned.type].tops()
        more = {key: self._named(planned, key, values[key]) for key in keys if key in values}
        return {**values, **more}

    def _named(self, planned: Planned, key: str, value: Any) -> Any:
        references = longest(self._plan.references(planned, key))
        if wholly(value) is None or is_made(value) or not references:
            return value
        found = self._references.values(references, planned.module, planned.index)
        if found is not None and len(found) == 1:
            return found[0]
        named = self._references.planned(references[0], planned.module)
        if len(references) == len(named) == 1 and named[0].mode == "managed":
            return made(f"{named[0].address}.{references[0].rpartition('.')[2]}")
        return value

    def finish(self) -> None:
        for target, several in self._parts.items():
            self._found.resources += records(several, PlanCode(target, self._resources))
