"""Values of a plan's resources as their own account sees them, with what their sources tell."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from checker.collect.iac.kinds import kinds
from checker.collect.iac.target import Target
from checker.collect.iac.terraform.block_locator import BlockLocator
from checker.collect.iac.terraform.elsewhere import home
from checker.collect.iac.terraform.planned import Json, Plan, Planned
from checker.collect.iac.terraform.trust import PlannedTrust
from checker.collect.iac.unknown import is_unresolved


class Sourced:
    """Those of one plan."""

    def __init__(
        self, plan: Plan, target: Target, locator: BlockLocator, trust: PlannedTrust
    ) -> None:
        self._plan, self._target, self._locator, self._trust = plan, target, locator, trust
        self._policies, self._bodies = _documents("policy"), _documents("body")

    def values(self, planned: Planned) -> tuple[Json, tuple[str, ...]]:
        """Its values as its own account sees them, with what its policies' sources tell; and what
        to say of these."""
        values, notes = self._plan.written(planned), list[str]()
        for key in self._policies.get(planned.type, ()):
            if is_unresolved(values.get(key)):
                values[key], said = self._trust.value(planned, key)
                notes += said
        self.fill(planned, values, self._bodies.get(planned.type, ()))
        values = self._trust.recognized.marked(values)
        found: Json = home(values, planned.account, self._target)
        return found, tuple(notes)

    def fill(self, planned: Planned, values: Json, keys: Iterable[str]) -> None:
        """What a plan does not show of these is told by its sources, where they are here."""
        for key in keys if not planned.written else ():
            if is_unresolved(values.get(key)):
                written = self._locator.written(planned, key)
                values[key] = values[key] if written is None else written

    def recognized(self, planned: Planned) -> Planned:
        """With what is made here marked as that."""
        values = self._trust.recognized.marked(planned.values)
        others = tuple(map(self.recognized, planned.others))
        return dataclasses.replace(planned, values=values, others=others)


def _documents(sort: str) -> dict[str, list[str]]:
    """Attributes that are a document of such a sort, by type."""
    return {
        kind: [path[0] for one, path in doors if one == sort and len(path) == 1]
        for kind, doors in kinds("terraform").doors.items()
    }
