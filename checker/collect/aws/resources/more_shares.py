"""More that is shared by naming accounts, all of it told by the listing itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from msgspec import field

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Call, CamelShape, Shape, Tag
from checker.collect.aws.resources.kind import Kind
from checker.collect.aws.resources.reading import Reading, document, own_arn, tags
from checker.snapshot.resources import ResourceRecord

_SUPPORT = "amazon-redshift-support"


class Restorer(Shape, frozen=True):
    account_id: str | None = None
    account_alias: str | None = None

    @property
    def told(self) -> dict[str, str]:
        """AWS's own support goes by its name.
        https://docs.aws.amazon.com/redshift/latest/APIReference/API_AccountWithRestoreAccess.html
        """
        if self.account_alias == _SUPPORT or not self.account_id:
            return {"AccountAlias": self.account_alias or ""}
        return {"AccountId": self.account_id}


class ClusterSnapshot(Shape, frozen=True):
    snapshot_arn: str
    snapshot_identifier: str | None = None
    accounts_with_restore_access: tuple[Restorer, ...] = ()
    tags: tuple[Tag, ...] = ()


CLUSTER_SNAPSHOTS = Kind(
    kind="AWS::Redshift::ClusterSnapshot",
    listing=Call("redshift", "DescribeClusterSnapshots", "Snapshots", {"SnapshotType": "manual"}),
    item=ClusterSnapshot,
    arn=lambda _, one: one.snapshot_arn,
    name=lambda one: one.snapshot_identifier,
    tell=lambda one: {
        "share": [each.told for each in one.accounts_with_restore_access], "tags": tags(one.tags)
    },
)  # fmt: skip


class ServerlessSnapshot(CamelShape, frozen=True):
    snapshot_arn: str
    snapshot_name: str | None = None
    accounts_with_restore_access: tuple[str, ...] = ()
    accounts_with_provisioned_restore_access: tuple[str, ...] = ()

    @property
    def accounts(self) -> list[str]:
        return sorted({
            *self.accounts_with_restore_access, *self.accounts_with_provisioned_restore_access,
        })  # fmt: skip


SERVERLESS_SNAPSHOTS = Kind(
    kind="AWS::RedshiftServerless::Snapshot",
    listing=Call("redshift-serverless", "ListSnapshots", "snapshots", sparse=True),
    item=ServerlessSnapshot,
    arn=lambda _, one: one.snapshot_arn,
    name=lambda one: one.snapshot_name,
    tell=lambda one: {"share": one.accounts},
)


class Authorization(Shape, frozen=True):
    grantee: str
    cluster_identifier: str | None = None


ENDPOINT_AUTHORIZATIONS = Kind(
    kind="AWS::Redshift::EndpointAuthorization",
    listing=Call("redshift", "DescribeEndpointAuthorization", "EndpointAuthorizationList"),
    item=Authorization,
    arn=lambda here, one: own_arn(
        here, "redshift", f"endpointauthorization:{one.grantee}/{one.cluster_identifier}"
    ),
    name=lambda one: one.cluster_identifier,
    tell=lambda one: {"share": [one.grantee]},
)


class Consumer(Shape, frozen=True):
    consumer_identifier: str | None = None
    status: str | None = None


_NOT_SHARED = frozenset({"PENDING_AUTHORIZATION", "DEAUTHORIZED", "REJECTED"})


class DataShare(Shape, frozen=True):
    data_share_arn: str
    data_share_associations: tuple[Consumer, ...] = ()

    @property
    def consumers(self) -> list[str]:
        """A consumer is an account, or a namespace of one; in a state that nobody knows, too."""
        named = {one.consumer_identifier or "" for one in self.data_share_associations
                 if one.status not in _NOT_SHARED}  # fmt: skip
        return sorted(_account(name) for name in named if name)


def _account(consumer: str) -> str:
    return consumer.split(":")[4] if consumer.count(":") >= 5 else consumer


DATA_SHARES = Kind(
    kind="AWS::Redshift::DataShare",
    listing=Call("redshift", "DescribeDataSharesForProducer", "DataShares"),
    item=DataShare,
    arn=lambda _, one: one.data_share_arn,
    name=lambda one: one.data_share_arn.rpartition("/")[2],
    tell=lambda one: {"share": one.consumers},
)


class Side(Shape, frozen=True):
    owner_id: str | None = None


class Status(Shape, frozen=True):
    code: str = "?"


class Peering(Shape, frozen=True):
    vpc_peering_connection_id: str
    accepter_vpc_info: Side = Side()
    requester_vpc_info: Side = Side()
    status: Status = Status()
    tags: tuple[Tag, ...] = ()

    @property
    def told(self) -> dict[str, Any]:
        share = {
            "accepter": self.accepter_vpc_info.owner_id,
            "requester": self.requester_vpc_info.owner_id, "status": self.status.code,
        }  # fmt: skip
        return {"share": share, "tags": tags(self.tags)}


PEERINGS = Kind(
    kind="AWS::EC2::VPCPeeringConnection",
    listing=Call("ec2", "DescribeVpcPeeringConnections", "VpcPeeringConnections",
                 {"MaxResults": 1000}),
    item=Peering,
    arn=lambda here, one: own_arn(
        here, "ec2", f"vpc-peering-connection/{one.vpc_peering_connection_id}"
    ),
    name=lambda one: one.vpc_peering_connection_id,
    tell=lambda one: one.told,
    keep=lambda one: one.status.code not in ("deleted", "rejected", "expired", "failed"),
)  # fmt: skip


class Attachment(Shape, frozen=True):
    transit_gateway_attachment_id: str
    transit_gateway_owner_id: str | None = None
    resource_owner_id: str | None = None
    state: str | None = None
    tags: tuple[Tag, ...] = ()

    @property
    def owners(self) -> list[str]:
        return sorted({self.transit_gateway_owner_id or "", self.resource_owner_id or ""} - {""})


ATTACHMENTS = Kind(
    kind="AWS::EC2::TransitGatewayAttachment",
    listing=Call("ec2", "DescribeTransitGatewayAttachments", "TransitGatewayAttachments",
                 {"MaxResults": 1000}),
    item=Attachment,
    arn=lambda here, one: own_arn(
        here, "ec2", f"transit-gateway-attachment/{one.transit_gateway_attachment_id}"
    ),
    name=lambda one: one.transit_gateway_attachment_id,
    tell=lambda one: {"share": one.owners, "tags": tags(one.tags)},
    keep=lambda one: one.state not in ("deleted", "deleting", "failed", "rejected"),
)  # fmt: skip


class Link(Shape, frozen=True):
    arn: str
    sink_arn: str
    label: str | None = None


LINKS = Kind(
    kind="AWS::Oam::Link",
    listing=Call("oam", "ListLinks", "Items", sparse=True),
    item=Link,
    arn=lambda _, one: one.arn,
    name=lambda one: one.label,
    tell=lambda one: {"share": [_account(one.sink_arn)]},
)


class CatalogPolicy(Shape, frozen=True):
    text: str | None = field(name="PolicyInJson", default=None)


CATALOG = "AWS::Glue::Catalog"
CATALOG_POLICIES = Call("glue", "GetResourcePolicies", "GetResourcePoliciesResponseList")


@dataclass(frozen=True)
class Catalogs:
    """Glue's policy of a region, and those that RAM wrote beside it, which have no names."""

    kinds = (CATALOG,)
    calls = (CATALOG_POLICIES,)
    once = False

    def records(self, here: AccountRegion, wanted: frozenset[str]) -> Iterator[ResourceRecord]:
        found = here.items(CATALOG_POLICIES, CatalogPolicy) if CATALOG in wanted else ()
        for at, one in enumerate(found):
            arn = own_arn(here, "glue", f"catalog/policy-{at}" if at else "catalog")
            yield Reading(here).record(CATALOG, arn, None, document=document(one.text))


MORE_SHARES = (
    CLUSTER_SNAPSHOTS, SERVERLESS_SNAPSHOTS, ENDPOINT_AUTHORIZATIONS, DATA_SHARES, PEERINGS,
    ATTACHMENTS, LINKS, Catalogs(),
)  # fmt: skip
