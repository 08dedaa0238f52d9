"""One plan, state or folder: each resource is accounted for."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from checker.aws_accounts import aws_accounts
from checker.collect.iac.accounting import Accounting
from checker.collect.iac.becoming import is_read
from checker.collect.iac.code.rows import RUNS
from checker.collect.iac.grants.rows import TELLING
from checker.collect.iac.kinds import kinds
from checker.collect.iac.records import Found
from checker.collect.iac.target import Target
from checker.collect.iac.terraform.block_locator import BlockLocator
from checker.collect.iac.terraform.cloud_control import PREFIX, read_cloud_control
from checker.collect.iac.terraform.elsewhere import home, recorded
from checker.collect.iac.terraform.granting import PlanGrants
from checker.collect.iac.terraform.hidden import Hidden
from checker.collect.iac.terraform.image_uses import BEANSTALK, MAKERS, USES
from checker.collect.iac.terraform.images import PlannedImages
from checker.collect.iac.terraform.kubernetes import counted, unread_workloads
from checker.collect.iac.terraform.made import OIDC, SAML
from checker.collect.iac.terraform.planned import Json, Plan, Planned, tells_changes
from checker.collect.iac.terraform.roles import PlannedRoles
from checker.collect.iac.terraform.sourced import Sourced
from checker.collect.iac.terraform.stack_types import APPLICATIONS, INSTANCES, STACKS
from checker.collect.iac.terraform.stacks import PlannedStacks
from checker.collect.iac.terraform.trust import PlannedTrust
from checker.collect.iac.terraform.turning import (
    Turned,
    is_of_another,
    laid_open,
    row_of,
    turns,
)
from checker.collect.iac.unknown import shown
from checker.collect.iac.variant import Variant
from checker.snapshot.records import Location

_NOTHING = Turned()
_AWS = "aws_"
_FROM_INSTANCE = "aws_ami_from_instance"
_EACH = (_FROM_INSTANCE, *STACKS, *OIDC, *SAML, "aws_ami_launch_permission")
"""What is read in each outcome."""


class Reader:
    """`strict`: a resource of an unknown type is a gap; `turned`: what all plans change."""

    def __init__(
        self,
        plan: Plan,
        target: Target,
        found: Found,
        locator: BlockLocator,
        *,
        strict: bool = False,
        turned: Turned = _NOTHING,
    ) -> None:
        self._turned = turned
        self._plan, self._target, self._found, self._locator = plan, target, found, locator
        self._strict = strict
        self._accountings: dict[str, Accounting] = {}
        self._images = PlannedImages(plan, target, found, locator, strict=strict)
        self._stacks = PlannedStacks(plan, target, found, locator, self._gap)
        trust = PlannedTrust(plan, target, locator)
        doubt = self._gap if strict else None
        self._roles = PlannedRoles(target, found, locator, trust, doubt)
        hidden = Hidden(plan, target, locator, self._taken)
        self._grants, self._doubt = PlanGrants(plan, target, found, hidden), doubt
        self._sourced = Sourced(plan, target, locator, trust)
        self._readers: dict[str, Callable[[Planned], bool | None]] = {
            "aws_iam_role": self._roles.role,
            **dict.fromkeys(MAKERS, lambda _: None),
            **dict.fromkeys((*USES, *BEANSTALK), self._images.uses),
            **dict.fromkeys(STACKS, self._stacks.stack),
            **dict.fromkeys(INSTANCES, self._stacks.instance),
            **dict.fromkeys(APPLICATIONS, self._stacks.application),
            **dict.fromkeys(OIDC, self._roles.oidc),
            **dict.fromkeys(SAML, self._roles.saml),
            "aws_ami_launch_permission": self._images.permission,
            _FROM_INSTANCE: self._from_instance,
        }

    def read(self, changes_only: bool) -> list[Planned]:
        """Answers what was judged for itself."""
        for where, code, message in self._plan.gaps:
            self._found.gap(self._target, self._written(where), code, message)
        self._found.notes += [*self._plan.notes, *_elsewhere(self._plan)]
        for data in self._plan.data:
            for one in data.outcomes():
                self._images.data(one)
            if data.by_default:
                self._rests(data)
        wanted = self._wanted(changes_only)
        for planned in wanted:
            self._resource(planned)
        self._found.notes += unread_workloads(self._plan.path.name, wanted)
        if changes_only:
            read = {one.address for one in wanted}
            self._aside([one for one in self._plan.resources if one.address not in read])
        if left_out := len(self._plan.resources) - len(wanted):
            if tells_changes(self._plan):
                self._found.left_out += left_out
            said = f"resources that it does not change, left out on request: {left_out}."
            self._found.notes.append(f"{self._plan.path.name}: {said}")
        for accounting in self._accountings.values():
            self._found.tally = self._found.tally + accounting.tally
            self._found.notes += accounting.told
        return wanted

    def _wanted(self, changes_only: bool) -> list[Planned]:
        """The resources that are judged for themselves."""
        own = self._target.own | {self._target.account}
        why = laid_open(self._plan, self._turned, own) if changes_only else lambda _: None
        found = []
        for one in self._plan.resources:
            opened = None if one.changes else why(one)
            if opened is not None:
                place = self._locator.place(one)
                said = f"{place.file}:{place.line}: {one.address}: {opened}"
                self._found.notes.append(said)
            if one.changes or not changes_only or opened:
                found.append(one)
        return found

    def _at(self, planned: Planned) -> Target:
        """Where it stands, as records have it."""
        return recorded(self._target, planned.account)

    def _own(self, at: Target) -> frozenset[str]:
        mine = self._target
        return mine.own | {mine.account, at.account, at.organization or at.account}

    def _accounting(self, planned: Planned) -> Accounting:
        """That of the account it stands in."""
        at = self._at(planned)
        if at.account not in self._accountings:
            own = self._own(at)
            self._accountings[at.account] = Accounting(
                kinds("terraform"), own, strict=self._strict, aws=aws_accounts(), is_read=is_read
            )
        return self._accountings[at.account]

    def _written(self, where: Any) -> Location:
        if isinstance(where, str):
            return self._target.location(self._plan.path, self._plan.line(where))
        return self._target.location(*where)

    def _resource(self, planned: Planned) -> None:
        if planned.type.startswith(PREFIX):
            self._found.add(self._cloud_control(planned))
        elif planned.type.startswith(_AWS):
            self._of_aws(planned)
        else:
            self._found.tally = self._found.tally + counted(planned.type)

    def _cloud_control(self, planned: Planned, *, aside: bool = False, gone: bool = False) -> Found:
        """What one of the awscc provider's comes to; `aside`, `gone`: see `PlanGrants.read`."""
        found = Found()
        planned = self._grants.with_names(self._sourced.recognized(planned))
        place, code = self._locator.place(planned), self._grants.code(planned)
        read_cloud_control(planned, self._at(planned), found, place, code, strict=self._strict)
        turned = turns(planned, gone=gone)
        found.parts = [dataclasses.replace(one, aside=aside, gone=gone, turns=turned)
                       for one in found.parts]  # fmt: skip
        return found

    def _of_aws(self, planned: Planned) -> None:
        reader = self._readers.get(planned.type)
        told = [self._sourced.values(one) for one in planned.outcomes()]
        values = [one for one, _ in told]
        if planned.type in RUNS:
            self._running(planned, values)
        if reader and any(reader(one) is False for one in self._looked_at(planned)):
            self._accounting(planned).not_read()
            return
        if planned.type in MAKERS and planned.type != _FROM_INSTANCE:
            self._images.image(planned)
        if grants := self._grants.reads(planned.type):
            self._granting(planned, told)
        read = reader is not None or grants or planned.type in RUNS
        said = self._accounting(planned).add(planned.type, *values, read=read)
        bare = self._accounting(planned).documents(planned.type, *values)
        untold = self._accounting(planned).untold(planned.type, *values)
        if bare or untold:
            place, name = self._locator.place(planned), planned.address
            self._found.bare_documents(place, bare)
            self._found.untold_code(self._target, place, name, untold, strict=self._strict)
        if said:
            self._gap(planned, planned.type, "; ".join(said))
        elif planned.by_default and (planned.type in TELLING or self._would_open(planned)):
            self._rests(planned)

    def _would_open(self, planned: Planned) -> bool:
        """Whether it may let somebody in, or run anybody's image, where a default is replaced."""
        if planned.type in (*USES, *BEANSTALK) or self._grants.rests(planned):
            return True
        at = self._at(planned)
        own = self._own(at)
        aside = Accounting(kinds("terraform"), own, aws=aws_accounts())
        values = home({**planned.values, **planned.sure}, planned.account, self._target)
        if planned.type in self._readers:
            return False
        words = [path for sort, path in aside.doors(planned.type) if sort in ("setting", "choice")]
        if any(path[0] in planned.sure for path in words):
            return True
        return bool(aside.add(planned.type, values))

    def _rests(self, planned: Planned) -> None:
        place, names = self._locator.place(planned), ", ".join(planned.by_default)
        said = f"{place.file}:{place.line}: {planned.address}: the default of {names}"
        self._found.defaults.append(said)

    def _looked_at(self, planned: Planned) -> tuple[Planned, ...]:
        """What a reader is given: a role and an image tell of all outcomes at once."""
        return planned.outcomes() if planned.type in _EACH else (planned,)

    def _granting(self, planned: Planned, told: list[tuple[Json, tuple[str, ...]]]) -> None:
        """What of it lets others in; `told`: its values in each outcome, and what to say."""
        notes = tuple(dict.fromkeys(note for _, said in told for note in said))
        outcomes = zip(told, planned.outcomes(), strict=True)
        surely = home(planned.surely, planned.account, self._target)
        variants = [Variant(values, one.when, surely=surely) for (values, _), one in outcomes]
        place = self._locator.place(planned)
        self._grants.read(planned, variants, place, notes)
        at = f"{place.file}:{place.line}: {planned.address}"
        self._found.notes += [f"{at}: {one}" for one in notes]
        if notes and self._doubt:
            self._doubt(planned, "sources", notes[0])

    def _aside(self, left_out: list[Planned]) -> None:
        """What is there already: it shuts what changes, or is laid open by that; and own images."""
        for planned in left_out:
            if planned.type in MAKERS:
                self._images.image(planned)
            if row_of(planned.type):
                self._read_aside(planned)
        before = [dataclasses.replace(one, values=one.before) for one in self._plan.resources
                  if one.before is not None and is_of_another(one)]  # fmt: skip
        for planned in (*self._plan.gone, *before):
            row = row_of(planned.type)
            if row is not None and any(row.shutting()):
                self._read_aside(planned, gone=True)

    def _read_aside(self, planned: Planned, *, gone: bool = False) -> None:
        if planned.type.startswith(PREFIX):
            self._found.parts += self._cloud_control(planned, aside=True, gone=gone).parts
            return
        values, _ = self._sourced.values(planned)
        place = self._locator.place(planned)
        self._grants.read(planned, [Variant(values)], place, aside=True, gone=gone)

    def _running(self, planned: Planned, told: list[Json]) -> None:
        """Code that it would run, as the sources say it where the plan does not."""
        for values in told:
            self._sourced.fill(planned, values, RUNS[planned.type].tops())
        outcomes = zip(told, planned.outcomes(), strict=True)
        variants = [Variant(values, one.when) for values, one in outcomes]
        place = self._locator.place(planned)
        self._grants.uses(planned, variants, place)

    def _taken(self, planned: Planned, said: str) -> None:
        """What was taken for granted of a value that a plan does not show."""
        if planned.type in TELLING:
            place = self._locator.place(planned)
            self._found.notes.append(f"{place.file}:{place.line}: {planned.address}: {said}")
            if self._doubt:
                self._doubt(planned, "sources", said)

    def _from_instance(self, planned: Planned) -> bool:
        """Answers whether anything tells what the image is made from."""
        self._images.image(planned)
        told = self._images.from_instance(planned)
        if not told:
            source = shown(planned.values.get("source_instance_id")) or "an instance"
            self._gap(planned, _FROM_INSTANCE, f"made from {source}, whose image is not known")
        return told

    def _gap(self, planned: Planned, code: str, message: str) -> None:
        place = self._locator.place(planned)
        self._found.gap(self._target, place, code, f"{planned.address}: {message}")


def _elsewhere(plan: Plan) -> Iterator[str]:
    """What is said of resources that do not stand in the own account, in sentences."""
    counts = Counter(str(shown(one.account)) for one in plan.resources if one.account)
    for account, count in sorted(counts.items()):
        if account.isdigit():
            taken = "judged as resources of that account"
        else:
            taken = "which nobody can tell: judged as if that were the own account"
        yield f"{plan.path.name}: resources that would stand in {account}, {taken}: {count}."
