"""What AWS Config records of a resource → records. It spells things in its own ways."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeAlias
from urllib.parse import unquote

import msgspec

from checker.collect.aws.calls import CamelShape, Shape
from checker.collect.aws.corner import Corner
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


def role(item: Item, _corner: Corner) -> Role:
    found = msgspec.convert(item.configuration, RoleConfiguration)
    return Role(
        account=item.account_id,
        arn=item.arn,
        name=found.role_name,
        path=found.path,
        trust_policy=encode_document(_document(found.assume_role_policy_document)),
        tags={tag.key: tag.value or "" for tag in item.tags},
    )


def instance(item: Item, corner: Corner) -> ImageUse | None:
    found = msgspec.convert(item.configuration, InstanceConfiguration)
    if found.state.name == "terminated":
        return None
    name = next((tag.value for tag in item.tags if tag.key == "Name"), None)
    return _use(item, corner, "instance", name, found.image_id, found.state.name)


def launch_template(item: Item, corner: Corner) -> ImageUse:
    found = msgspec.convert(item.configuration, TemplateConfiguration)
    name = found.launch_template_name or item.resource_name
    image = found.launch_template_data.image_id
    return _use(item, corner, "launch-template", name, image, None)


def oidc_provider(item: Item, _corner: Corner) -> ProviderRecord:
    issuer = item.arn.partition(":oidc-provider/")[2]
    return ProviderRecord(account=item.account_id, arn=item.arn, kind="oidc", issuer=issuer or None)


Convert: TypeAlias = Callable[[Item, Corner], msgspec.Struct | None]
KINDS: dict[str, Convert] = {
    "AWS::IAM::Role": role,
    "AWS::IAM::OIDCProvider": oidc_provider,
    "AWS::EC2::Instance": instance,
    "AWS::EC2::LaunchTemplate": launch_template,
}
"""Types of resources that are read, each with how."""


def _use(
    item: Item, corner: Corner, kind: str, name: str | None, image: str | None, state: str | None
) -> ImageUse:
    place = f"arn:{corner.partition}:ec2:{item.aws_region}:{item.account_id}"
    return ImageUse(
        resource=item.arn or f"{place}:{kind}/{item.resource_id}",
        kind=kind,
        name=name,
        state=state or None,
        account=item.account_id,
        region=item.aws_region,
        image_id=image or None,
    )


def _document(value: Any) -> Any:
    """JSON that is encoded as in a URL; what cannot be read stays the text that it is, which no
    policy can be read from."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(unquote(value))
    except (ValueError, RecursionError):
        return value
