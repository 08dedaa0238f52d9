"""EKS: the add-ons of clusters. What pods run stands in the cluster, where no API of AWS's shows
it: that is said, until `collect kubernetes` is given it.

https://docs.aws.amazon.com/eks/latest/APIReference/API_Addon.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Call, CamelShape
from checker.collect.aws.code.extensions import as_described
from checker.collect.aws.code.uses import ADDON, CONTAINER, code_use
from checker.collect.aws.eks import CLUSTERS, clusters
from checker.collect.aws.resources.kind import surviving
from checker.collect.aws.resources.reading import Reading, own_arn
from checker.collect.aws.unshown import NOT_SHOWN, pods_unseen
from checker.snapshot.code_uses import CodeUse

_GONE = frozenset({"ResourceNotFoundException"})
ADDONS = Call("eks", "ListAddons", "addons", when="cluster", gone=_GONE)
DESCRIBED = Call("eks", "DescribeAddon", "addon", when="add-on", gone=_GONE)


class Addon(CamelShape, frozen=True):
    addon_name: str
    addon_arn: str
    addon_version: str | None = None
    owner: str | None = None
    publisher: str | None = None


@dataclass(frozen=True)
class Pods:
    kinds: ClassVar = (CONTAINER,)
    calls: ClassVar = (CLUSTERS,)
    once: ClassVar = False

    def records(self, here: AccountRegion, wanted: frozenset[str]) -> Iterator[CodeUse]:
        for cluster in clusters(here) if CONTAINER in wanted else ():
            told = pods_unseen(own_arn(here, "eks", f"cluster/{cluster}"))
            here.gap(CLUSTERS.name, NOT_SHOWN, told)
        yield from ()


@dataclass(frozen=True)
class Addons:
    kinds: ClassVar = (ADDON,)
    calls: ClassVar = (CLUSTERS, ADDONS, DESCRIBED)
    once: ClassVar = False

    def records(self, here: AccountRegion, wanted: frozenset[str]) -> Iterator[CodeUse]:
        if ADDON not in wanted:
            return
        first = clusters(here)
        for found in surviving(here, lambda one: one.texts(CLUSTERS), _of_cluster, first):
            yield from found


def _of_cluster(here: AccountRegion, cluster: str) -> list[CodeUse]:
    def listed(here: AccountRegion) -> list[str]:
        return Reading(here).texts(ADDONS, clusterName=cluster) or []

    def read(here: AccountRegion, name: str) -> CodeUse | None:
        addon = Reading(here).get(DESCRIBED, Addon, clusterName=cluster, addonName=name)
        return _use(here, addon) if addon else None

    return [use for use in surviving(here, listed, read) if use]


def _use(here: AccountRegion, addon: Addon) -> CodeUse:
    told = {
        "addonName": addon.addon_name,
        "addonArn": addon.addon_arn,
        "owner": addon.owner,
        "publisher": addon.publisher,
    }
    via = f"version {addon.addon_version or 'unknown'}"
    return code_use(here, ADDON, addon.addon_arn, as_described(told), via)
