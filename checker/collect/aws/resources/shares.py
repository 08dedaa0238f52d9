"""What is shared by naming others: RAM's shares, SSM documents, endpoint services.

Who is outside is told by the principal itself: what RAM calls `external` its page and its name
explain in opposite ways.
https://docs.aws.amazon.com/ram/latest/APIReference/API_Principal.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Call, CamelShape, Shape, Tag
from checker.collect.aws.resources.kind import Kind, Read
from checker.collect.aws.resources.reading import Reading, own_arn, plain, tags
from checker.snapshot.resources import ResourceRecord

SHARE = "AWS::RAM::ResourceShare"
_OURS = {"resourceOwner": "SELF", "maxResults": 500}
PRINCIPALS = Call("ram", "ListPrincipals", "principals", _OURS)
SHARES = Call("ram", "GetResourceShares", "resourceShares", _OURS, when="region with a share")
RESOURCES = Call("ram", "ListResources", "resources", _OURS, when="region with a share")
_OVER = ("DELETED", "DELETING", "FAILED")


class Principal(CamelShape, frozen=True):
    id: str
    resource_share_arn: str


class ShareTag(CamelShape, frozen=True):
    key: str
    value: str = ""


class Share(CamelShape, frozen=True):
    resource_share_arn: str
    name: str | None = None
    status: str = "ACTIVE"
    tags: tuple[ShareTag, ...] = ()


class Resource(CamelShape, frozen=True):
    arn: str
    resource_share_arn: str


@dataclass(frozen=True)
class Shares:
    """One that names nobody shares with nobody: more is asked where some principal is named."""

    kinds = (SHARE,)
    calls = (PRINCIPALS, SHARES, RESOURCES)
    once = False

    def records(self, here: AccountRegion, wanted: frozenset[str]) -> Iterator[ResourceRecord]:
        if SHARE not in wanted:
            return
        found: dict[str, list[str]] = {}
        for one in here.items(PRINCIPALS, Principal):
            found.setdefault(one.resource_share_arn, []).append(one.id)
        if found:
            yield from _shares(here, found)


def _shares(here: AccountRegion, principals: dict[str, list[str]]) -> Iterator[ResourceRecord]:
    """Of what could not be listed whole, each record says so, and is there all the same."""
    reading = Reading(here)
    shares = {one.resource_share_arn: one for one in reading.items(SHARES, Share) or ()}
    resources = reading.items(RESOURCES, Resource) or []
    for arn, named in principals.items():
        share = shares.get(arn, Share(resource_share_arn=arn))
        if share.status in _OVER:
            continue
        mine = sorted(one.arn for one in resources if one.resource_share_arn == arn)
        yield reading.record(
            SHARE, arn, share.name, tags={tag.key: tag.value for tag in share.tags},
            share={"principals": sorted(set(named)), "resources": mine},
        )  # fmt: skip


class Document(Shape, frozen=True):
    name: str
    tags: tuple[Tag, ...] = ()


DOCUMENTS = Kind(
    kind="AWS::SSM::Document",
    listing=Call("ssm", "ListDocuments", "DocumentIdentifiers",
                 {"Filters": [{"Key": "Owner", "Values": ["Self"]}], "MaxResults": 50}),
    item=Document,
    arn=lambda here, one: own_arn(here, "ssm", f"document/{one.name}"),
    name=lambda one: one.name,
    tell=lambda one: {"tags": tags(one.tags)},
    reads=(
        Read(
            Call("ssm", "DescribeDocumentPermission", "AccountIds",
                 {"PermissionType": "Share", "MaxResults": 200}, when="own document",
                 gone=frozenset({"InvalidDocument"})),
            str, lambda one: {"Name": one.name}, lambda found: {"share": sorted(found)}, each=True,
        ),
    ),
)  # fmt: skip


class Service(Shape, frozen=True):
    service_id: str
    service_name: str | None = None
    acceptance_required: bool | None = None
    tags: tuple[Tag, ...] = ()


class Allowed(Shape, frozen=True):
    principal: str
    principal_type: str | None = None


ENDPOINT_SERVICES = Kind(
    kind="AWS::EC2::VPCEndpointService",
    listing=Call("ec2", "DescribeVpcEndpointServiceConfigurations", "ServiceConfigurations",
                 {"MaxResults": 1000}),
    item=Service,
    arn=lambda here, one: own_arn(here, "ec2", f"vpc-endpoint-service/{one.service_id}"),
    name=lambda one: one.service_name or one.service_id,
    tell=lambda one: {
        "tags": tags(one.tags), "settings": {"acceptance_required": one.acceptance_required},
    },
    reads=(
        Read(
            Call("ec2", "DescribeVpcEndpointServicePermissions", "AllowedPrincipals",
                 {"MaxResults": 1000}, when="endpoint service",
                 gone=frozenset({"InvalidVpcEndpointServiceId.NotFound"})),
            Allowed, lambda one: {"ServiceId": one.service_id},
            lambda found: {"share": [dict(plain(one)) for one in found]}, each=True,
        ),
    ),
)  # fmt: skip
