"""What AWS Config records of a resource → records. It spells things in its own ways."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

import msgspec

from checker.collect.aws import configured_launches as launches
from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import CamelShape, Shape
from checker.collect.aws.configured_launches import Place, Templates
from checker.collect.aws.references import Reference, to_uses
from checker.collect.aws.saml import entity_id
from checker.snapshot.records import ImageUse, ProviderRecord, Role
from checker.snapshot.write import encode_document


class ItemTag(CamelShape, frozen=True):
    key: str
    value: str | None = None


class Item(CamelShape, frozen=True):
    """A row of a query."""

    account_id: str
    arn: str
    aws_region: str = "global"
    resource_id: str = ""
    resource_name: str | None = None
    tags: tuple[ItemTag, ...] = ()
    configuration: Any = None
    configuration_item_capture_time: datetime | None = None

    @property
    def captured(self) -> datetime:
        """When it was recorded; where that is not told, before everything else."""
        time = self.configuration_item_capture_time or datetime.min
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time

    @property
    def regional(self) -> bool:
        return self.aws_region != "global" and ":iam::" not in self.arn


class RoleConfiguration(CamelShape, frozen=True):
    role_name: str
    path: str = "/"
    assume_role_policy_document: Any = None


class State(CamelShape, frozen=True):
    name: str = ""


class InstanceConfiguration(CamelShape, frozen=True):
    image_id: str | None = None
    state: State = State()


class TemplateData(Shape, frozen=True):
    image_id: str | None = None


class TemplateConfiguration(Shape, frozen=True):
    launch_template_name: str | None = None
    launch_template_data: TemplateData = TemplateData()
    default_version_number: str | int | None = None
    latest_version_number: str | int | None = None

    @property
    def versions(self) -> tuple[str, str]:
        """The default and the latest; where neither is told, there is but one."""
        first = self.default_version_number or 1
        return str(first), str(self.latest_version_number or first)


class SamlConfiguration(Shape, frozen=True):
    saml_metadata_document: str = ""


class Reader:
    """Converts items; templates are to come before what names them."""

    def __init__(self, account_region: AccountRegion) -> None:
        self._account_region, self.templates = account_region, Templates()

    def records(self, kind: str, item: Item) -> list[msgspec.Struct]:
        """All of an item. Raises msgspec.ValidationError where its configuration is none such."""
        if kind in _LAUNCHES:
            return self._launches(_LAUNCHES[kind](item.arn, item.configuration), item)
        record = _RECORDS[kind](item, self)
        return [] if record is None else [record]

    def _launches(self, references: Iterator[Reference], item: Item) -> list[msgspec.Struct]:
        place = Place(item.account_id, item.aws_region)
        followed = (self.templates.followed(place, one) for one in references)
        where = replace(self._account_region, account=item.account_id, region=item.aws_region)
        return list(dict.fromkeys(to_uses(where, followed)))

    def use(
        self, item: Item, kind: str, name: str | None, image: str | None, state: str | None
    ) -> ImageUse:
        place = f"arn:{self._account_region.partition}:ec2:{item.aws_region}:{item.account_id}"
        return ImageUse(
            resource=item.arn or f"{place}:{kind}/{item.resource_id}",
            kind=kind,
            name=name,
            state=state or None,
            account=item.account_id,
            region=item.aws_region,
            image_id=image or None,
        )


def role(item: Item, _reader: Reader) -> Role:
    found = msgspec.convert(item.configuration, RoleConfiguration)
    return Role(
        account=item.account_id,
        arn=item.arn,
        name=found.role_name,
        path=found.path,
        trust_policy=encode_document(plain_document(found.assume_role_policy_document)),
        tags={tag.key: tag.value or "" for tag in item.tags},
    )


def instance(item: Item, reader: Reader) -> ImageUse | None:
    found = msgspec.convert(item.configuration, InstanceConfiguration)
    if found.state.name == "terminated":
        return None
    name = next((tag.value for tag in item.tags if tag.key == "Name"), None)
    return reader.use(item, "instance", name, found.image_id, found.state.name)


def launch_template(item: Item, reader: Reader) -> ImageUse | None:
    found = msgspec.convert(item.configuration, TemplateConfiguration)
    name = found.launch_template_name or item.resource_name
    image = found.launch_template_data.image_id
    place, keys = Place(item.account_id, item.aws_region), [item.resource_id, name]
    reader.templates.template(place, keys, image, found.versions)
    return reader.use(item, "launch-template", name, image, None) if image else None


def oidc_provider(item: Item, _reader: Reader) -> ProviderRecord:
    issuer = item.arn.partition(":oidc-provider/")[2]
    return ProviderRecord(account=item.account_id, arn=item.arn, kind="oidc", issuer=issuer or None)


def saml_provider(item: Item, _reader: Reader) -> ProviderRecord:
    """Config need not have the metadata: who is trusted is then told by the provider's ARN."""
    found = msgspec.convert(item.configuration, SamlConfiguration)
    issuer = entity_id(found.saml_metadata_document) if found.saml_metadata_document else None
    return ProviderRecord(account=item.account_id, arn=item.arn, kind="saml", issuer=issuer)


_RECORDS: dict[str, Callable[[Item, Reader], msgspec.Struct | None]] = {
    "AWS::IAM::Role": role,
    "AWS::IAM::OIDCProvider": oidc_provider,
    "AWS::IAM::SAMLProvider": saml_provider,
    "AWS::EC2::Instance": instance,
    "AWS::EC2::LaunchTemplate": launch_template,
}
_LAUNCHES: dict[str, Callable[[str, Any], Iterator[Reference]]] = {
    "AWS::AutoScaling::LaunchConfiguration": launches.launch_configuration,
    "AWS::AutoScaling::AutoScalingGroup": launches.auto_scaling_group,
    "AWS::EC2::EC2Fleet": launches.ec2_fleet,
    "AWS::EC2::SpotFleet": launches.spot_fleet,
    "AWS::Batch::ComputeEnvironment": launches.compute_environment,
}
KINDS = (*_RECORDS, *_LAUNCHES)
"""Types of resources that are read, in their order."""


def plain_document(value: Any) -> Any:
    """JSON that is encoded as in a URL; what cannot be read stays the text that it is, which no
    policy can be read from."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(unquote(value))
    except (ValueError, RecursionError):
        return value
