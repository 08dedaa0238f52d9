"""EKS: node groups whose launch template names an image of their own.

Where none does, EKS chooses an image of AWS's; what it launches is among the instances and, as
EKS makes a launch template for the group, among the launch templates. EKS has no call that
describes more than one node group.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Call, CamelShape
from checker.collect.aws.references import Reference, template_ref

CLUSTERS = Call("eks", "ListClusters", "clusters")
NODE_GROUPS = Call("eks", "ListNodegroups", "nodegroups", when="cluster")
NODE_GROUP = Call("eks", "DescribeNodegroup", "nodegroup", when="node group")


class TemplateName(CamelShape, frozen=True):
    id: str | None = None
    name: str | None = None
    version: str | None = None


class NodeGroup(CamelShape, frozen=True):
    nodegroup_name: str
    nodegroup_arn: str
    status: str | None = None
    launch_template: TemplateName = TemplateName()


def clusters(account_region: AccountRegion) -> list[str]:
    """Their names; asked once, for all that want to know."""
    key = CLUSTERS.name, account_region.region
    return account_region.memo.get(key, lambda: account_region.texts(CLUSTERS))


def node_groups(account_region: AccountRegion) -> Iterator[Reference]:
    """A call for each cluster, and one for each node group."""
    for cluster in clusters(account_region):
        for name in account_region.texts(NODE_GROUPS, clusterName=cluster):
            group = account_region.get(
                NODE_GROUP, NodeGroup, clusterName=cluster, nodegroupName=name
            )
            if group is not None:
                yield _reference(group)


def _reference(group: NodeGroup) -> Reference:
    template = group.launch_template
    return Reference(
        resource=group.nodegroup_arn,
        kind="eks-node-group",
        name=group.nodegroup_name,
        state=group.status,
        template=template_ref(template.id, template.name, template.version),
    )
