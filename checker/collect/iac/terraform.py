"""Terraform plans → a snapshot of what would be there after they are applied."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from checker.collect.aws.saml import entity_id
from checker.collect.iac.cloudformation import collect_body
from checker.collect.iac.plan import Plan, Planned, as_object, as_objects, read_plan
from checker.collect.iac.planned_images import USES, PlannedImages
from checker.collect.iac.policy_data import trust_value
from checker.collect.iac.records import Found, Target
from checker.collect.iac.sources import Sources
from checker.collect.iac.trust_document import trust_document
from checker.collect.iac.unknown import is_unresolved
from checker.snapshot.records import Gap, ProviderRecord, Role

ROLES = {
    "aws_iam_role": ("assume_role_policy", "name", "path"),
    "awscc_iam_role": ("assume_role_policy_document", "role_name", "path"),
}
"""Type → the attributes with its trust policy, name and path."""
_STACKS = ("aws_cloudformation_stack", "aws_cloudformation_stack_set")


def collect_plans(
    paths: Iterable[Path],
    target: Target,
    source_folder: Path | None = None,
    *,
    changes_only: bool = False,
) -> Found:
    """Raises InputError for a file that is no plan."""
    found = Found()
    for plan in [read_plan(path) for path in paths]:
        reader = _Reader(plan, target, found, Sources(plan, target, source_folder))
        reader.read(changes_only)
    return found


class _Reader:
    def __init__(self, plan: Plan, target: Target, found: Found, sources: Sources) -> None:
        self._plan, self._target, self._found, self._sources = plan, target, found, sources
        self._images = PlannedImages(plan, target, found, sources)

    def read(self, changes_only: bool) -> None:
        self._whole()
        for data in self._plan.data:
            self._images.data(data)
        for planned in self._plan.resources:
            if planned.changes or not changes_only:
                self._resource(planned)

    def _whole(self) -> None:
        """A plan that says of itself that something is missing."""
        raw = self._plan.raw
        if raw.get("errored") is True or raw.get("complete") is False:
            self._gap(str(self._plan.path.name), "incomplete", "the plan is not complete")
        for one in as_objects(raw.get("deferred_changes")):
            address = str(as_object(one.get("resource_change")).get("address"))
            self._gap(address, "deferred", "planned only after other changes are applied")

    def _resource(self, planned: Planned) -> None:
        if planned.type in ROLES:
            self._role(planned)
        elif planned.type in USES:
            self._images.uses(planned)
        elif planned.type in _STACKS:
            self._stack(planned)
        elif planned.type == "aws_iam_openid_connect_provider":
            self._oidc(planned)
        elif planned.type == "aws_iam_saml_provider":
            self._saml(planned)
        elif planned.type.startswith("aws_ami"):
            self._images.image(planned)

    def _role(self, planned: Planned) -> None:
        policy, name_in, path_in = ROLES[planned.type]
        name = known_text(planned.values.get(name_in)) or planned.address
        path = known_text(planned.values.get(path_in)) or "/"
        trust = trust_document(trust_value(self._plan, planned, policy))
        self._found.roles.append(
            Role(
                account=self._target.account,
                arn=self._target.arn("iam", f"role{path}{name}"),
                name=name,
                path=path,
                trust_policy=trust.policy,
                location=self._sources.place(planned),
                unresolved=trust.unresolved or None,
            )
        )

    def _oidc(self, planned: Planned) -> None:
        issuer = (known_text(planned.values.get("url")) or "").removeprefix("https://")
        self._provider(f"oidc-provider/{issuer or planned.address}", "oidc", issuer or None)

    def _saml(self, planned: Planned) -> None:
        metadata = known_text(planned.values.get("saml_metadata_document"))
        name = known_text(planned.values.get("name")) or planned.address
        self._provider(f"saml-provider/{name}", "saml", entity_id(metadata) if metadata else None)

    def _provider(self, resource: str, kind: Any, issuer: str | None) -> None:
        arn = self._target.arn("iam", resource)
        record = ProviderRecord(account=self._target.account, arn=arn, kind=kind, issuer=issuer)
        self._found.providers.append(record)

    def _stack(self, planned: Planned) -> None:
        """CloudFormation within Terraform, as many vendors ship it."""
        body = known_text(planned.values.get("template_body"))
        if body is None:
            self._gap(planned.address, "nested", "the stack's template is not in the plan")
            return
        values = as_object(planned.values.get("parameters"))
        place = self._sources.place(planned)
        collect_body(body, values, self._plan.path, place, self._target, self._found)

    def _gap(self, address: str, code: str, message: str) -> None:
        self._found.gaps.append(
            Gap(
                account=self._target.account,
                region=self._target.region,
                call=address,
                code=code,
                message=message,
            )
        )


def known_text(value: Any) -> str | None:
    return value if isinstance(value, str) and value and not is_unresolved(value) else None
