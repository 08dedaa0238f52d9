"""EKS: who gets into a cluster by an access entry.

An entry of type STANDARD may name a principal of another account. Who gets in by the older config
map stands in the cluster, where no API of AWS's shows it.
https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Call, CamelShape
from checker.collect.aws.eks import CLUSTERS, clusters
from checker.collect.aws.resources.kind import surviving
from checker.collect.aws.resources.reading import Reading, own_arn
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
    tags: Mapping[str, str] = MappingProxyType({})


class AccessPolicy(CamelShape, frozen=True):
    policy_arn: str


@dataclass(frozen=True)
class AccessEntries:
    """Of principals outside of the account: its own need not be told."""

    kinds = (KIND,)
    calls = (CLUSTERS, CLUSTER, ENTRIES, ENTRY, POLICIES)
    once = False

    def records(self, here: AccountRegion, wanted: frozenset[str]) -> Iterator[ResourceRecord]:
        if KIND not in wanted:
            return
        listed = surviving(here, lambda one: one.texts(CLUSTERS), _entries, clusters(here))
        for cluster, found in listed:
            yield from _of_cluster(here, cluster, found)


def _of_cluster(here: AccountRegion, cluster: str, listed: list[str]) -> Iterator[ResourceRecord]:
    """One that is deleted meanwhile goes with its entries, or alone."""
    yield from surviving(
        here,
        lambda one: one.texts(ENTRIES, clusterName=cluster),
        lambda one, principal: _entry(one, cluster, principal),
        listed,
    )


def _entries(here: AccountRegion, name: str) -> tuple[str, list[str]]:
    reading = Reading(here)
    cluster = reading.get(CLUSTER, Cluster, name=name)
    if cluster and _MAP in cluster.mode:
        text = f"cluster {name}: whom its config map aws-auth lets in, no API of AWS's tells"
        here.gap(ENTRIES.name, "ConfigMap", text)
        if cluster.mode == _MAP:
            return name, []
    listed = reading.texts(ENTRIES, clusterName=name) or []
    return name, [arn for arn in listed if arn.split(":")[4:5] != [here.account]]


def _entry(here: AccountRegion, cluster: str, principal: str) -> ResourceRecord:
    reading = Reading(here)
    asked = {"clusterName": cluster, "principalArn": principal}
    entry = reading.get(ENTRY, Entry, **asked)
    policies = reading.items(POLICIES, AccessPolicy, **asked)
    share: dict[str, object] = {"principalArn": principal}
    if entry:
        share |= {"type": entry.type, "groups": sorted(entry.kubernetes_groups)}
    if policies is not None:
        share["policies"] = sorted(one.policy_arn for one in policies)
    arn = own_arn(here, "eks", f"access-entry/{cluster}/{principal.rpartition(':')[2]}")
    return reading.record(
        KIND, entry.access_entry_arn if entry else arn, cluster,
        tags=entry.tags if entry else None, share=share,
    )  # fmt: skip
