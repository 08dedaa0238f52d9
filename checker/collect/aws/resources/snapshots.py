"""Snapshots that can be shared: of EBS volumes, of RDS instances and clusters.

What is encrypted under the service's own key cannot be shared with anybody, so nobody is asked.
https://docs.aws.amazon.com/ebs/latest/userguide/ebs-modifying-snapshot-permissions.html
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ShareSnapshot.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from msgspec import field

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Call, Shape, Tag
from checker.collect.aws.resources.keys import ALIASES, aliases, is_service_key
from checker.collect.aws.resources.kind import surviving
from checker.collect.aws.resources.reading import Reading, own_arn, plain, tags
from checker.snapshot.resources import ResourceRecord

VOLUME = "AWS::EC2::Snapshot"
OWN = Call("ec2", "DescribeSnapshots", "Snapshots", {"OwnerIds": ["self"], "MaxResults": 1000})
PUBLIC = Call(
    "ec2", "DescribeSnapshots", "Snapshots",
    {"OwnerIds": ["self"], "RestorableByUserIds": ["all"], "MaxResults": 1000},
    when="region with a snapshot",
)  # fmt: skip
SHARED = Call(
    "ec2", "DescribeSnapshotAttribute", "CreateVolumePermissions",
    {"Attribute": "createVolumePermission"}, gone=frozenset({"InvalidSnapshot.NotFound"}),
    when="snapshot that may be shared",
)  # fmt: skip
BLOCK = Call(
    "ec2", "GetSnapshotBlockPublicAccessState", has="State", when="region with a public snapshot"
)
_ALL = "all"


class Snapshot(Shape, frozen=True):
    snapshot_id: str
    kms_key_id: str | None = None
    tags: tuple[Tag, ...] = ()


class Permission(Shape, frozen=True):
    user_id: str | None = None
    group: str | None = None


class BlockState(Shape, frozen=True):
    state: str


@dataclass(frozen=True)
class Snapshots:
    """Public ones are a call for all; with whom others are shared, a call for each."""

    kinds = (VOLUME,)
    calls = (OWN, PUBLIC, SHARED, BLOCK, ALIASES)
    once = False

    def records(self, here: AccountRegion, wanted: frozenset[str]) -> Iterator[ResourceRecord]:
        if VOLUME in wanted:
            yield from surviving(here, _own, _snapshot)


def _own(here: AccountRegion) -> list[Snapshot]:
    return list(here.items(OWN, Snapshot))


def _public(here: AccountRegion) -> frozenset[str]:
    """Asked once, and before the dear calls, which may be refused."""
    return here.memo.get(
        ("public", here.region),
        lambda: frozenset(one.snapshot_id for one in here.items(PUBLIC, Snapshot)),
    )


def _snapshot(here: AccountRegion, one: Snapshot) -> ResourceRecord:
    reading, public = Reading(here), one.snapshot_id in _public(here)
    found: list[Permission] | None = []
    if not is_service_key(aliases(here), one.kms_key_id):
        found = reading.items(SHARED, Permission, SnapshotId=one.snapshot_id)
    share: list[Any] | None = None if found is None else [dict(plain(each)) for each in found]
    if public and {"Group": _ALL} not in (share or ()):
        share = [*(share or ()), {"Group": _ALL}]
    blocked = _block(here) if {"Group": _ALL} in (share or ()) else None
    settings = {"snapshot_block": blocked} if blocked else {}
    return reading.record(
        VOLUME, own_arn(here, "ec2", f"snapshot/{one.snapshot_id}"), one.snapshot_id,
        tags=tags(one.tags), share=share, settings=settings | _key(one.kms_key_id, share),
    )  # fmt: skip


def _key(name: str | None, shared: Sequence[Any] | None) -> dict[str, str]:
    """Under which key it stands, which whoever it is shared with needs, too.
    https://docs.aws.amazon.com/ebs/latest/userguide/ebs-modifying-snapshot-permissions.html"""
    return {"kms_key": name} if name and shared else {}


def _block(here: AccountRegion) -> str | None:
    """Asked once, and only where something is public: nothing else depends on it."""
    found = here.memo.get((BLOCK.name, here.region), lambda: Reading(here).get(BLOCK, BlockState))
    return found.state if found else None


class Instance(Shape, frozen=True):
    id: str = field(name="DBSnapshotIdentifier")
    arn: str = field(name="DBSnapshotArn")
    kms_key_id: str | None = None
    tag_list: tuple[Tag, ...] = ()


class Cluster(Shape, frozen=True):
    id: str = field(name="DBClusterSnapshotIdentifier")
    arn: str = field(name="DBClusterSnapshotArn")
    kms_key_id: str | None = None
    tag_list: tuple[Tag, ...] = ()


class Attribute(Shape, frozen=True):
    attribute_name: str
    attribute_values: tuple[str, ...] = ()


class OfInstance(Shape, frozen=True):
    attributes: tuple[Attribute, ...] = field(name="DBSnapshotAttributes")


class OfCluster(Shape, frozen=True):
    attributes: tuple[Attribute, ...] = field(name="DBClusterSnapshotAttributes")


@dataclass(frozen=True)
class Databases:
    """Snapshots that somebody made: automatic ones cannot be shared. `shape` and `answer` are of a
    listing's item, and of what is told of it when asked by `named`."""

    kinds: tuple[str]
    listing: Call
    reading: Call
    shape: type[Instance] | type[Cluster]
    answer: type[OfInstance] | type[OfCluster]
    named: str
    once: bool = False

    @property
    def calls(self) -> tuple[Call, ...]:
        return (self.listing, self.reading, ALIASES)

    def records(self, here: AccountRegion, wanted: frozenset[str]) -> Iterator[ResourceRecord]:
        if self.kinds[0] in wanted:
            yield from surviving(
                here, lambda here: here.items(self.listing, self.shape), self._record
            )

    def _record(self, here: AccountRegion, one: Instance | Cluster) -> ResourceRecord:
        reading = Reading(here)
        restore: list[str] | None = []
        if not is_service_key(aliases(here), one.kms_key_id):
            found = reading.get(self.reading, self.answer, **{self.named: one.id})
            restore = _restore(found.attributes) if found else None
        share = None if restore is None else {"restore": restore}
        return reading.record(
            self.kinds[0], one.arn, one.id, tags=tags(one.tag_list), share=share,
            settings=_key(one.kms_key_id, restore),
        )  # fmt: skip


def _restore(found: tuple[Attribute, ...]) -> list[str]:
    return [
        value for one in found if one.attribute_name == "restore" for value in one.attribute_values
    ]


INSTANCES = Databases(
    ("AWS::RDS::DBSnapshot",),
    Call("rds", "DescribeDBSnapshots", "DBSnapshots", {"SnapshotType": "manual"}),
    Call("rds", "DescribeDBSnapshotAttributes", "DBSnapshotAttributesResult",
         when="manual database snapshot", gone=frozenset({"DBSnapshotNotFound"})),
    Instance, OfInstance, "DBSnapshotIdentifier",
)  # fmt: skip
CLUSTERS = Databases(
    ("AWS::RDS::DBClusterSnapshot",),
    Call("rds", "DescribeDBClusterSnapshots", "DBClusterSnapshots", {"SnapshotType": "manual"}),
    Call("rds", "DescribeDBClusterSnapshotAttributes", "DBClusterSnapshotAttributesResult",
         when="manual cluster snapshot", gone=frozenset({"DBClusterSnapshotNotFoundFault"})),
    Cluster, OfCluster, "DBClusterSnapshotIdentifier",
)  # fmt: skip
