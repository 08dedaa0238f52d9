"""Resources of plans, states and folders that may let others in → records."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from checker.collect.iac.code.rows import RUNS
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
    """A plan in one account, as `grants` asks of it. `asker`: the address of the resource that is
    read, after which a plan calls what is not known of it: that is no name of its."""

    def __init__(self, target: Target, resources: dict[str, Planned], asker: str = "") -> None:
        self._target, self._resources, self._asker = target, resources, asker

    @property
    def target(self) -> Target:
        return self._target

    def maker(self, mark: str) -> tuple[str, str] | None:
        if mark in self._resources:
            return (mark, "") if mark != self._asker else None
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
        keys = [*row.tops()]
        told = [Variant(self._told(planned, one.properties, keys), one.when) for one in variants]
        found = parts(row, planned.address, told, place, PlanCode(at, self._resources), notes)
        self._parts.setdefault(at, []).extend(found)

    def uses(
        self, planned: Planned, variants: Iterable[Variant], place: Location, at: Target
    ) -> None:
        """Code that it would run."""
        code = PlanCode(at, self._resources, planned.address)
        keys = [*RUNS[planned.type].tops()]
        told = [Variant(self._told(planned, one.properties, keys), one.when) for one in variants]
        self._found.code_uses += uses(planned.type, planned.address, told, place, code)

    def _told(self, planned: Planned, values: Json, keys: list[str]) -> Json:
        """With what the plan's expressions refer to, where it shows no more of a value."""
        more = {key: self._named(planned, key, values[key]) for key in keys if key in values}
        return {**values, **more}

    def _named(self, planned: Planned, key: str, value: Any) -> Any:
        several = value if isinstance(value, list) else [value]
        unknown = [one for one in several if wholly(one) is not None and not is_made(one)]
        found = self._referred(planned, key) if unknown else []
        if not unknown or len(found) != len(unknown):
            return value
        filled = iter(found)
        whole = [next(filled) if one in unknown else one for one in several]
        return whole if isinstance(value, list) else whole[0]

    def _referred(self, planned: Planned, key: str) -> list[Any]:
        """What the references of an expression stand for; nothing where one cannot be told."""
        references = longest(self._plan.references(planned, key))
        told = self._references.values(references, planned.module, planned.index)
        if told is not None:
            return told
        named = [self._references.planned(one, planned.module) for one in references]
        if any(len(one) != 1 or one[0].mode != "managed" for one in named):
            return []
        return [made(f"{one[0].address}.{text.rpartition('.')[2]}")
                for one, text in zip(named, references, strict=True)]  # fmt: skip

    def finish(self) -> None:
        for target, several in self._parts.items():
            self._found.resources += records(several, PlanCode(target, self._resources))
