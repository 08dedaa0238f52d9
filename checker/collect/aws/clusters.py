"""Clusters that launch images of one's own: SageMaker HyperPod, Parallel Computing Service."""

from __future__ import annotations

from collections.abc import Iterator

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Call, CamelShape, Shape
from checker.collect.aws.references import Reference, template_ref

HYPERPODS = Call("sagemaker", "ListClusters", "ClusterSummaries", {"MaxResults": 100}, sparse=True)
HYPERPOD = Call(
    "sagemaker", "DescribeCluster", when="HyperPod cluster", has="ClusterArn", sparse=True
)
COMPUTING = Call("pcs", "ListClusters", "clusters", sparse=True)
NODE_GROUPS = Call(
    "pcs", "ListComputeNodeGroups", "computeNodeGroups", when="PCS cluster", sparse=True
)
NODE_GROUP = Call(
    "pcs", "GetComputeNodeGroup", "computeNodeGroup", when="PCS node group", sparse=True
)
_OVER = frozenset(("DELETING", "DELETED", "CREATE_FAILED"))


class Summary(Shape, frozen=True):
    cluster_name: str


class InstanceGroup(Shape, frozen=True):
    """A release version is of an image of HyperPod's own."""

    instance_group_name: str
    current_image_id: str | None = None
    desired_image_id: str | None = None
    current_image_release_version: str | None = None
    desired_image_release_version: str | None = None


class HyperPod(Shape, frozen=True):
    cluster_arn: str
    cluster_name: str
    cluster_status: str | None = None
    instance_groups: tuple[InstanceGroup, ...] = ()


class Named(CamelShape, frozen=True):
    id: str


class Template(CamelShape, frozen=True):
    id: str | None = None
    version: str | None = None


class NodeGroup(CamelShape, frozen=True):
    arn: str
    name: str | None = None
    status: str | None = None
    ami_id: str | None = None
    custom_launch_template: Template = Template()


def hyperpods(account_region: AccountRegion) -> Iterator[Reference]:
    """A call for each cluster."""
    for one in account_region.items(HYPERPODS, Summary):
        cluster = account_region.get(HYPERPOD, HyperPod, ClusterName=one.cluster_name)
        if cluster is not None:
            yield from _of_hyperpod(cluster)


def _of_hyperpod(cluster: HyperPod) -> Iterator[Reference]:
    for group in cluster.instance_groups:
        for image in dict.fromkeys(_images(group)):
            yield Reference(
                resource=cluster.cluster_arn,
                kind="hyperpod-cluster",
                name=cluster.cluster_name,
                state=cluster.cluster_status,
                image=image,
                via=f"instance group {group.instance_group_name}",
            )


def _images(group: InstanceGroup) -> Iterator[str]:
    if group.current_image_id and not group.current_image_release_version:
        yield group.current_image_id
    if group.desired_image_id and not group.desired_image_release_version:
        yield group.desired_image_id


def compute_node_groups(account_region: AccountRegion) -> Iterator[Reference]:
    """A call for each cluster, and one for each node group; its image goes before its template's.
    https://docs.aws.amazon.com/pcs/latest/APIReference/API_ComputeNodeGroup.html"""
    for cluster in account_region.items(COMPUTING, Named):
        for one in account_region.items(NODE_GROUPS, Named, clusterIdentifier=cluster.id):
            group = account_region.get(
                NODE_GROUP,
                NodeGroup,
                clusterIdentifier=cluster.id,
                computeNodeGroupIdentifier=one.id,
            )
            if group is not None and group.status not in _OVER:
                yield _reference(group)


def _reference(group: NodeGroup) -> Reference:
    template = group.custom_launch_template
    return Reference(
        resource=group.arn,
        kind="pcs-node-group",
        name=group.name,
        state=group.status,
        image=group.ami_id,
        template=None if group.ami_id else template_ref(template.id, None, template.version),
    )
