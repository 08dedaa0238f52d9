"""Documents that associations run, extensions of CloudFormation, applications of the serverless
repository, add-ons of EKS, and volumes that were made of others' snapshots."""

from __future__ import annotations

from collections.abc import Iterator

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Call, CamelShape, Shape, Tag
from checker.collect.aws.code.source import Source, described, use
from checker.collect.aws.eks import CLUSTERS
from checker.collect.aws.resources.reading import Reading, own_arn
from checker.snapshot.code_uses import CodeUse

ASSOCIATIONS = Call("ssm", "ListAssociations", "Associations", {"MaxResults": 50})


class Association(Shape, frozen=True):
    association_id: str
    name: str | None = None


def _associations(here: AccountRegion) -> list[Association]:
    return list(here.items(ASSOCIATIONS, Association))


def _of_association(here: AccountRegion, one: Association) -> Iterator[CodeUse]:
    arn = own_arn(here, "ssm", f"association/{one.association_id}")
    yield use(here, arn, "ssm-document", one.name, "Name")


DOCUMENTS = Source(
    kinds=("ssm-document",), calls=(ASSOCIATIONS,), items=_associations, read=_of_association
)
RESOURCES, MODULES, HOOKS = (
    Call("cloudformation", "ListTypes", "TypeSummaries",
         {"Type": type_, "Filters": {"Category": "ACTIVATED"}, "MaxResults": 100})
    for type_ in ("RESOURCE", "MODULE", "HOOK")
)  # fmt: skip


class Extension(Shape, frozen=True):
    type_arn: str
    type_name: str | None = None
    publisher_id: str | None = None
    publisher_identity: str | None = None
    publisher_name: str | None = None


def _extensions(here: AccountRegion) -> list[Extension]:
    return [one for call in (RESOURCES, MODULES, HOOKS) for one in here.items(call, Extension)]


def _of_extension(here: AccountRegion, one: Extension) -> Iterator[CodeUse]:
    reference = described(
        TypeArn=one.type_arn, TypeName=one.type_name, PublisherId=one.publisher_id,
        PublisherIdentity=one.publisher_identity, PublisherName=one.publisher_name,
    )  # fmt: skip
    yield use(here, one.type_arn, "cloudformation-type", reference, "activated type")


EXTENSIONS = Source(
    kinds=("cloudformation-type",), calls=(RESOURCES, MODULES, HOOKS), items=_extensions,
    read=_of_extension,
)  # fmt: skip
STACKS = Call("cloudformation", "DescribeStacks", "Stacks")
_APPLICATION = "serverlessrepo:applicationId"


class Stack(Shape, frozen=True):
    """Its parameters and outputs, which may hold anything, are not read."""

    stack_id: str
    tags: tuple[Tag, ...] = ()


def _stacks(here: AccountRegion) -> list[Stack]:
    return list(here.items(STACKS, Stack))


def _of_stack(here: AccountRegion, one: Stack) -> Iterator[CodeUse]:
    for tag in one.tags:
        if tag.key == _APPLICATION:
            yield use(here, one.stack_id, "serverless-application", tag.value, _APPLICATION)


APPLICATIONS = Source(
    kinds=("serverless-application",), calls=(STACKS,), items=_stacks, read=_of_stack
)
_GONE = frozenset({"ResourceNotFoundException"})
ADDONS = Call("eks", "ListAddons", "addons", when="cluster", gone=_GONE)
ADDON = Call("eks", "DescribeAddon", "addon", when="EKS add-on", gone=_GONE)


class Addon(CamelShape, frozen=True):
    addon_arn: str
    addon_name: str | None = None
    owner: str | None = None
    publisher: str | None = None


def _clusters(here: AccountRegion) -> list[str]:
    return here.texts(CLUSTERS)


def _of_cluster(here: AccountRegion, cluster: str) -> Iterator[CodeUse]:
    for name in Reading(here).texts(ADDONS, clusterName=cluster) or ():
        one = Reading(here).get(ADDON, Addon, clusterName=cluster, addonName=name)
        if one:
            reference = described(addonName=one.addon_name, addonArn=one.addon_arn,
                                  owner=one.owner, publisher=one.publisher)  # fmt: skip
            yield use(here, one.addon_arn, "eks-addon", reference, f"cluster {cluster}")


ADD_ONS = Source(
    kinds=("eks-addon",), calls=(CLUSTERS, ADDONS, ADDON), items=_clusters, read=_of_cluster
)
VOLUMES = Call("ec2", "DescribeVolumes", "Volumes", {"MaxResults": 500})
SNAPSHOTS = Call(
    "ec2", "DescribeSnapshots", "Snapshots", when="200 snapshots of which volumes were made"
)
_AT_ONCE = 200


class Volume(Shape, frozen=True):
    volume_id: str
    snapshot_id: str | None = None


class Snapshot(Shape, frozen=True):
    snapshot_id: str
    owner_id: str | None = None
    owner_alias: str | None = None


def _volumes(here: AccountRegion) -> list[tuple[Volume, Snapshot | None]]:
    """Each with its snapshot, where that is still there and may be seen. By a filter, as asking by
    ids is refused as a whole where one of them is gone."""
    volumes = [one for one in here.items(VOLUMES, Volume) if one.snapshot_id]
    ids = sorted({one.snapshot_id or "" for one in volumes})
    found: dict[str, Snapshot] = {}
    for start in range(0, len(ids), _AT_ONCE):
        wanted = [{"Name": "snapshot-id", "Values": ids[start : start + _AT_ONCE]}]
        found |= {one.snapshot_id: one for one in here.items(SNAPSHOTS, Snapshot, Filters=wanted)}
    return [(one, found.get(one.snapshot_id or "")) for one in volumes]


def _of_volume(here: AccountRegion, pair: tuple[Volume, Snapshot | None]) -> Iterator[CodeUse]:
    """One of an own snapshot holds nobody else's code."""
    volume, snapshot = pair
    if snapshot is None or snapshot.owner_id != here.account:
        reference = described(
            SnapshotId=volume.snapshot_id, OwnerId=snapshot.owner_id if snapshot else None,
            OwnerAlias=snapshot.owner_alias if snapshot else None,
        )  # fmt: skip
        arn = own_arn(here, "ec2", f"volume/{volume.volume_id}")
        yield use(here, arn, "snapshot", reference, "SnapshotId")


SNAPSHOT_VOLUMES = Source(
    kinds=("snapshot",), calls=(VOLUMES, SNAPSHOTS), items=_volumes, read=_of_volume
)
