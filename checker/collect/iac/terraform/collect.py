"""Terraform plans, states and folders → a snapshot of what would be there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from checker.collect.aws.saml import entity_id
from checker.collect.iac.records import Found, Target
from checker.collect.iac.terraform.folder import Folders
from checker.collect.iac.terraform.images import BEANSTALK, USES, PlannedImages
from checker.collect.iac.terraform.made import OIDC, SAML, issuer_of, own_value, text_of
from checker.collect.iac.terraform.planned import Plan, Planned, gap
from checker.collect.iac.terraform.read import read_file
from checker.collect.iac.terraform.settle import settle
from checker.collect.iac.terraform.sources import Sources
from checker.collect.iac.terraform.stacks import APPLICATIONS, INSTANCES, STACKS, PlannedStacks
from checker.collect.iac.terraform.trust import PlannedTrust
from checker.collect.iac.trust_document import trust_document
from checker.collect.iac.unknown import shown
from checker.errors import InputError
from checker.snapshot.records import ProviderRecord, Role

ROLES = {
    "aws_iam_role": ("assume_role_policy", "name", "path"),
    "awscc_iam_role": ("assume_role_policy_document", "role_name", "path"),
}
"""Type → the attributes with its trust policy, name and path."""


def collect_plans(
    paths: Iterable[Path],
    target: Target,
    source_folder: Path | None = None,
    *,
    changes_only: bool = False,
    var_files: Iterable[Path] = (),
) -> Found:
    """Of plans, states and folders. Raises InputError where nothing could be read; one bad file
    among others is a gap."""
    found = Found()
    folders = Folders(target, var_files)
    for plan in _plans(list(paths), folders, target, found):
        reader = _Reader(plan, target, found, Sources(plan, target, source_folder, folders))
        reader.read(changes_only)
    return found


def _plans(paths: list[Path], folders: Folders, target: Target, found: Found) -> Iterator[Plan]:
    files = [path for path in paths if not (path.is_dir() or path.suffix in _SOURCE)]
    errors: list[InputError] = []
    plans: list[Plan] = []
    for path in files:
        try:
            plans.append(read_file(path))
        except InputError as error:
            errors.append(error)
    try:
        roots = folders.roots(path for path in paths if path not in files)
        plans += [folders.plan(root, _wanted) for root in roots]
    except InputError as error:
        errors.append(error)
    if errors and not plans:
        raise errors[0]
    for bad in errors:
        place = target.location(Path(bad.path or ""), bad.line or 1)
        found.gaps.append(gap(f"{place.file}:{place.line}", "unreadable", bad.message,
                              target.account, target.region))  # fmt: skip
    yield from plans


class _Reader:
    def __init__(self, plan: Plan, target: Target, found: Found, sources: Sources) -> None:
        settle(plan, target)
        self._plan, self._target, self._found, self._sources = plan, target, found, sources
        self._images = PlannedImages(plan, target, found, sources)
        self._stacks = PlannedStacks(plan, target, found, sources, self._gap)
        self._trust = PlannedTrust(plan, target, sources)
        self._readers = {
            **dict.fromkeys(ROLES, self._role),
            **dict.fromkeys((*USES, *BEANSTALK), self._images.uses),
            **dict.fromkeys(STACKS, self._stacks.stack),
            **dict.fromkeys(INSTANCES, self._stacks.orphan),
            **dict.fromkeys(APPLICATIONS, self._stacks.application),
            **dict.fromkeys(OIDC, self._oidc),
            **dict.fromkeys(SAML, self._saml),
            "aws_ami_launch_permission": self._images.permission,
        }

    def read(self, changes_only: bool) -> None:
        for one in self._plan.gaps:
            self._gap(*one)
        for data in self._plan.data:
            self._images.data(data)
        for planned in self._plan.resources:
            if planned.changes or not changes_only:
                self._resource(planned)

    def _resource(self, planned: Planned) -> None:
        reader = self._readers.get(planned.type)
        if reader:
            reader(planned)
        if planned.type.startswith("aws_ami") and planned.type in _IMAGES:
            self._images.image(planned)

    def _role(self, planned: Planned) -> None:
        policy, name_in, path_in = ROLES[planned.type]
        name = text_of(planned.values.get(name_in)) or planned.address
        path = text_of(planned.values.get(path_in)) or "/"
        value, said = self._trust.value(planned, policy)
        trust = trust_document(value)
        self._found.roles.append(
            Role(
                account=self._target.account,
                arn=self._target.arn("iam", f"role{path}{name}"),
                name=name,
                path=path,
                trust_policy=trust.policy,
                location=self._sources.place(planned),
                unresolved=(*trust.unresolved, *said) or None,
            )
        )

    def _oidc(self, planned: Planned) -> None:
        self._provider(planned, "oidc", issuer_of(planned.values))

    def _saml(self, planned: Planned) -> None:
        metadata = text_of(planned.values.get("saml_metadata_document"))
        self._provider(planned, "saml", entity_id(metadata) if metadata else None)

    def _provider(self, planned: Planned, kind: Any, issuer: str | None) -> None:
        values = planned.values
        arn = text_of(values.get("arn")) or shown(
            own_value(planned.type, planned.address, "arn", values, self._target)
        )
        record = ProviderRecord(account=self._target.account, arn=arn, kind=kind, issuer=issuer)
        self._found.providers.append(record)

    def _gap(self, address: str, code: str, message: str) -> None:
        self._found.gaps.append(
            gap(address, code, message, self._target.account, self._target.region)
        )


def _wanted(mode: str, kind: str) -> bool:
    """Whether anything here reads the values of such a resource."""
    return kind.startswith(("aws_", "awscc_")) and (mode != "data" or kind == "aws_ami")


_SOURCE = (".tf", ".tofu")
_IMAGES = ("aws_ami", "aws_ami_copy", "aws_ami_from_instance")
