"""Resources of plans, states and folders that may let others in → records."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from checker.collect.iac.code.rows import DOCUMENTS, RUNS
from checker.collect.iac.code.uses import rests as resting
from checker.collect.iac.code.uses import uses
from checker.collect.iac.grants.build import parts, rests
from checker.collect.iac.grants.model import Part
from checker.collect.iac.grants.rows import ACCOUNT_SWITCHES, ROWS
from checker.collect.iac.grants.switches import account_of, unnumbered
from checker.collect.iac.records import Found
from checker.collect.iac.target import Target
from checker.collect.iac.terraform.cloud_control import PREFIX, kind_of, properties_of, spelled
from checker.collect.iac.terraform.elsewhere import recorded
from checker.collect.iac.terraform.hidden import Hidden
from checker.collect.iac.terraform.planned import Json, Plan, Planned
from checker.collect.iac.terraform.snapshots import Snapshots
from checker.collect.iac.terraform.turning import row_of, turns
from checker.collect.iac.unknown import is_unresolved, unresolved
from checker.collect.iac.variant import Variant
from checker.snapshot.records import Location

_WHOSE = "whose public access it blocks is not known, so it was taken to shut nothing"
_IN_WHICH = (
    "in which account it blocks public access a default tells, so it was taken to shut nothing but "
    "what its provider makes"
)
_NEW_ACCOUNT, _ACCOUNT_ID = "aws_organizations_account", "account_id"


class PlanCode:
    """A plan in one account, as `grants` asks of it. `account`: marked text where nobody can tell
    it: its resources are recorded as those of the own one then; `acting`: marked text where a
    default alone tells it. `asker`: the address of the
    resource that is read, after which a plan calls what is not known of it: that is no name of
    its."""

    def __init__(
        self, target: Target, account: str | None, resources: dict[str, Planned], form: str,
        asker: str = "", acting: str | None = None,
    ) -> None:  # fmt: skip
        self._target, self._resources = recorded(target, account), resources
        self._own, self._at = target, account
        self._form, self._asker = form, asker
        self.account = acting or (target.account if account is None else account)

    @property
    def target(self) -> Target:
        return self._target

    @property
    def form(self) -> str:
        return self._form

    @property
    def together(self) -> object:
        return id(self._resources)

    @property
    def scope(self) -> object:
        return id(self._resources)

    def scope_of(self, _name: str) -> object:
        return self.scope

    def maker(self, mark: str) -> tuple[str, str] | None:
        if self._is_placed(mark):
            return (self._called(mark), "") if mark != self._asker else None
        address, _, attribute = mark.rpartition(".")
        address = self._called(address)
        if not self._is_placed(address):
            return None
        if not self._is_cloud_control(address):
            return address, attribute
        return address, "" if attribute == "id" else spelled(attribute)  # its id is its Ref

    def documents(self) -> frozenset[str]:
        """Those that stand in the same account."""
        made = (one for one in self._resources.values() if one.type in DOCUMENTS)
        named = (one.values.get("name") for one in made if one.account == self._at)
        return frozenset(one for one in named if isinstance(one, str))

    def _is_placed(self, address: str) -> bool:
        """Whether it is made in an account that is known: any other may be a stranger's."""
        found = self._resources.get(address)
        if found is None:
            return False
        return found.account == self._at or not is_unresolved(found.account)

    def target_of(self, name: str) -> Target:
        account = self._resources[name].account
        return self._target if account == self._at else recorded(self._own, account)

    def _called(self, address: str) -> str:
        """By its own address, what stands for all those of which nobody knows the index."""
        other = address.removesuffix("[count.index]").removesuffix("[each.key]")
        found = self._resources.get(other)
        return other if found and found.untold and found.address == other else address

    def type_of(self, name: str) -> str:
        """Of one of the awscc provider's CloudFormation's."""
        found = self._resources.get(name)
        return kind_of(found.type) if found else ""

    def properties(self, name: str) -> Any:
        values = self._resources[name].values
        return properties_of(values) if self._is_cloud_control(name) else values

    def surely(self, name: str) -> Any:
        found = self._resources[name]
        values = {**found.values, **found.surely}
        return properties_of(values) if self._is_cloud_control(name) else values

    def _is_cloud_control(self, name: str) -> bool:
        return self._resources[name].type.startswith(PREFIX)


class PlanGrants:
    """Reads them one by one, into parts of what becomes records when all is read."""

    def __init__(self, plan: Plan, target: Target, found: Found, hidden: Hidden) -> None:
        self._plan, self._target, self._found = plan, target, found
        self._hidden, self._snapshots = hidden, Snapshots(plan, target)
        self._resources: dict[str, Planned] = {}
        for one in [*plan.resources, *plan.more]:
            self._resources[one.address] = one
            if not (one.beyond or one.untold):
                self._resources.setdefault(unnumbered(one.address), one)
        self._codes: dict[tuple[str | None, str | None], PlanCode] = {}

    def reads(self, kind: str) -> bool:
        return kind in ROWS

    def read(
        self, planned: Planned, variants: Iterable[Variant], place: Location,
        notes: tuple[str, ...] = (), *, aside: bool = False, gone: bool = False,
    ) -> None:  # fmt: skip
        """`notes`: what of its policy could not be told; `aside`: it tells of others alone;
        `gone`: it is taken away."""
        row = ROWS[planned.type]
        keys = [*row.tops()]
        told = [replace(one, properties=self._told(planned, one.properties, keys))
                for one in variants]  # fmt: skip
        if row.kind == ACCOUNT_SWITCHES and self._may_be_made(planned):
            told = [_of_some_account(one) for one in told]
        code, hangs = self.code(planned), planned.hangs
        found = [
            *parts(row, planned.address, told, place, code, notes, hangs,
                   aside=aside)
        ]  # fmt: skip
        turned = turns(planned, gone=gone)
        self._found.parts += [replace(one, turns=turned, gone=gone) for one in found]
        self._found.notes += rests(found, place)
        if row.kind == ACCOUNT_SWITCHES and (said := _unsure_whose(planned, found)):
            at = f"{place.file}:{place.line}: {planned.address}"
            self._found.notes.append(f"{at}: {said}")

    def uses(self, planned: Planned, variants: Iterable[Variant], place: Location) -> None:
        """Code that it would run."""
        account, form = planned.account, self._plan.form
        code = PlanCode(self._target, account, self._resources, form, planned.address)
        keys = [*RUNS[planned.type].tops()]
        told = [Variant(self._told(planned, one.properties, keys), one.when) for one in variants]
        self._found.code_uses += uses(planned.type, planned.address, told, place, code,
                                      partial(self._snapshots.owners, planned))  # fmt: skip

    def rests(self, planned: Planned) -> bool:
        """Whether a default alone tells whose code it would run: what others tell is judged."""
        sure = {key: one for key, one in planned.sure.items()
                if all(other.values.get(key) == planned.values.get(key)
                       for other in planned.others)}  # fmt: skip
        code = self.code(planned)
        return planned.type in RUNS and resting(planned.type, planned.values, sure, code)

    def _told(self, planned: Planned, values: Json, keys: list[str]) -> Json:
        """With what the plan does not show of a value, as far as anything tells it."""
        asked = {key: values[key] for key in keys if key in values}
        return values | self._hidden.told(planned, asked)

    def _may_be_made(self, planned: Planned) -> bool:
        """Whether it may be of an account that the code makes, which has no id yet."""
        given = planned.values.get(_ACCOUNT_ID)
        known = not planned.written and isinstance(given, str) and not is_unresolved(given)
        return not known and any(one.type == _NEW_ACCOUNT for one in self._resources.values())

    def with_names(self, planned: Planned) -> Planned:
        """One of the awscc provider's, with what names the resource that it is of."""
        row = row_of(planned.type)
        naming = set(row.naming()) if row else set()
        keys = [key for key in planned.values if spelled(key) in naming]
        return replace(planned, values=self._told(planned, planned.values, keys))

    def code(self, planned: Planned) -> PlanCode:
        """That of the account in which it stands."""
        account, acting = at = planned.account, planned.acting
        if at not in self._codes:
            form = self._plan.form
            code = PlanCode(self._target, account, self._resources, form, acting=acting)
            self._codes[at] = code
        return self._codes[at]


def _unsure_whose(planned: Planned, found: list[Part]) -> str | None:
    """What to say of the switches of an account that is not known for sure."""
    if not all(map(account_of, found)):
        return _WHOSE
    return _IN_WHICH if planned.acting and any(one.named is None for one in found) else None


def _of_some_account(one: Variant) -> Variant:
    """Whoever names its account may mean the new one."""
    if one.properties.get(_ACCOUNT_ID) is None:
        return one
    return replace(one, properties={**one.properties, _ACCOUNT_ID: unresolved(_ACCOUNT_ID)})
