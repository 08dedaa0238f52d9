"""EKS: who gets into a cluster by an access entry.

An entry of type STANDARD may name a principal of another account. Who gets in by the older config
map stands in the cluster, where no API of AWS's shows it.
https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from checker.collect.aws.calls import Call, CamelShape
from checker.collect.aws.corner import Corner
from checker.collect.aws.eks import CLUSTERS
from checker.collect.aws.resources.kind import surviving
from checker.collect.aws.resources.reading import Reading
from checker.snapshot.resources import ResourceRecord

KIND = "AWS::EKS::AccessEntry"
_GONE = frozenset({"ResourceNotFoundException"})
CLUSTER = Call("eks", "DescribeCluster", "cluster", when="cluster", gone=_GONE)
ENTRIES = Call("eks", "ListAccessEntries", "accessEntries", when="cluster", gone=_GONE)
ENTRY = Call(
    "eks", "DescribeAccessEntry", "accessEntry", gone=_GONE,
    when="access entry of another account's principal",
)  # fmt: skip
POLICIES = Call(
    "eks", "ListAssociatedAccessPolicies", "associatedAccessPolicies", gone=_GONE,
    when="access entry of another account's principal",
)  # fmt: skip
_MAP = "CONFIG_MAP"


class Access(CamelShape, frozen=True):
    authentication_mode: str | None = None


class Cluster(CamelShape, frozen=True):
    """One without a mode is older than access entries are."""

    name: str
    access_config: Access = Access()

    @property
    def mode(self) -> str:
        return self.access_config.authentication_mode or _MAP


class Entry(CamelShape, frozen=True):
    principal_arn: str
    access_entry_arn: str
    type: str | None = None
    kubernetes_groups: tuple[str, ...] = ()
    tags: dict[str, str] = {}


class AccessPolicy(CamelShape, frozen=True):
    policy_arn: str


@dataclass(frozen=True)
class AccessEntries:
    """Of principals outside of the account: its own need not be told."""

    kinds = (KIND,)
    calls = (CLUSTERS, CLUSTER, ENTRIES, ENTRY, POLICIES)
    once = False

    def records(self, corner: Corner, wanted: frozenset[str]) -> Iterator[ResourceRecord]:
        if KIND in wanted:
            clusters = surviving(corner, lambda here: here.texts(CLUSTERS), _entries)
            for cluster, found in clusters:
                yield from surviving(
                    corner, lambda _, found=found: found, lambda here, arn, cluster=cluster:
                    _entry(here, cluster, arn))  # fmt: skip


def _entries(corner: Corner, name: str) -> tuple[str, list[str]]:
    reading = Reading(corner)
    cluster = reading.get(CLUSTER, Cluster, name=name)
    if cluster and _MAP in cluster.mode:
        text = f"cluster {name}: whom its config map aws-auth lets in, no API of AWS's tells"
        corner.gap(ENTRIES.name, "ConfigMap", text)
        if cluster.mode == _MAP:
            return name, []
    listed = reading.texts(ENTRIES, clusterName=name) or []
    return name, [arn for arn in listed if arn.split(":")[4:5] != [corner.account]]


def _entry(corner: Corner, cluster: str, principal: str) -> ResourceRecord:
    reading = Reading(corner)
    asked = {"clusterName": cluster, "principalArn": principal}
    entry = reading.get(ENTRY, Entry, **asked)
    policies = reading.items(POLICIES, AccessPolicy, **asked)
    share: dict[str, object] = {"principalArn": principal}
    if entry:
        share |= {"type": entry.type, "groups": sorted(entry.kubernetes_groups)}
    if policies is not None:
        share["policies"] = sorted(one.policy_arn for one in policies)
    place = f"{corner.partition}:eks:{corner.region}:{corner.account}"
    arn = f"arn:{place}:access-entry/{cluster}/{principal.rpartition(':')[2]}"
    return reading.record(
        KIND, entry.access_entry_arn if entry else arn, cluster,
        tags=entry.tags if entry else None, share=share,
    )  # fmt: skip
