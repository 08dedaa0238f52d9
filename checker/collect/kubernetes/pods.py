"""Containers of an EKS cluster, which AWS's API does not show: `kubectl get pods -A -o json`.

https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from checker import __version__
from checker.collect.files.text import values
from checker.collect.kubernetes.workloads import is_over, name_of, workload
from checker.errors import InputError
from checker.snapshot.code_uses import CodeUse
from checker.snapshot.files import CODE_USES
from checker.snapshot.pods import pods_of
from checker.snapshot.records import SCHEMA, Account, Gap, Input, Manifest, Tool
from checker.trust.document.decode import as_list

SOURCE = "kubernetes"
_LISTS = ("containers", "initContainers", "ephemeralContainers")
_STATUSES = {"initContainers": "initContainerStatuses", "containers": "containerStatuses",
             "ephemeralContainers": "ephemeralContainerStatuses"}  # fmt: skip
_TEMPLATES = {
    "Pod": (),
    **dict.fromkeys(
        ("Deployment", "DaemonSet", "StatefulSet", "ReplicaSet", "ReplicationController", "Job"),
        ("spec", "template"),
    ),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    "PodTemplate": ("template",),
}
"""Kind → where its pod stands."""
_DRIVERS = ("csi-image.warm-metal.tech", "container-image.csi.k8s.io", "image.csi.k8s.io")
"""Which mount an image: https://github.com/warm-metal/container-image-csi-driver (both names),
https://github.com/kubernetes-csi/csi-driver-image-populator"""
_LISTED = re.compile(r"(?:[A-Z]\w*)?List")
_DIGEST = re.compile(r"@(sha256:[0-9a-f]{64})$")
_HINT = "make it: kubectl get pods -A -o json > pods.json"


@dataclass(frozen=True)
class Cluster:
    """Where the pods run."""

    account: str
    region: str
    name: str
    partition: str = "aws"

    def arn(self, *parts: str) -> str:
        """Of the cluster, with what runs in it behind."""
        head = f"arn:{self.partition}:eks:{self.region}:{self.account}:cluster/{self.name}"
        return "/".join((head, *parts))


@dataclass
class Pods:
    """`looked_at`: pods, and what makes them; `over`: those of them that have ended."""

    cluster: Cluster
    uses: list[CodeUse] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    inputs: list[Input] = field(default_factory=list)
    looked_at: int = 0
    over: int = 0

    @property
    def said(self) -> str:
        """Of what was looked at, for a note."""
        over = f" Left out, as nothing of them runs any more: {self.over:,}." if self.over else ""
        return f"{self.looked_at:,} and their makers, as kubectl listed them.{over}"

    @property
    def call(self) -> str:
        """As which its gaps are told."""
        return f"kubernetes:{self.cluster.name}"

    def add(self, path: Path, data: bytes) -> None:
        """One file. Raises InputError for what is no output of kubectl."""
        for value in values(data, path):
            for item in _items(value, path):
                self._item(item, path)
            if _is_cut(value):
                self._gap(path, "Truncated", "the list goes on: make it with --chunk-size=0")
        digest = hashlib.sha256(data).hexdigest()
        self.inputs.append(Input(name=path.name, kind="pods", sha256=digest))

    def _item(self, item: Any, path: Path) -> None:
        if is_over(item):
            self.over += 1
            return
        try:
            self.uses += self._containers(item)
            self.looked_at += 1
        except _UnreadError as error:
            self._gap(path, "Unread", f"{name_of(item)}: {error}")

    def _containers(self, item: Any) -> Iterator[CodeUse]:
        at = _TEMPLATES.get(str(item.get("kind"))) if isinstance(item, dict) else None
        if at is None:
            raise _UnreadError("neither a pod nor what makes pods")
        pod: Any = item
        for key in at:
            pod = pod.get(key) if isinstance(pod, dict) else None
        spec = pod.get("spec") if isinstance(pod, dict) else None
        if not isinstance(spec, dict) or not isinstance(spec.get("containers"), list):
            raise _UnreadError("has no containers")
        digests = _digests(item.get("status"))
        resource = self.cluster.arn(*workload(item))
        for key in _LISTS:
            for one in as_list(spec.get(key) or []):
                yield self._use(resource, key, one, digests)
        for raw in filter(None, map(_mounted, as_list(spec.get("volumes")))):
            yield self._use(resource, "volumes", raw, {})

    def _use(
        self, resource: str, key: str, raw: Any, digests: dict[tuple[str, str], str]
    ) -> CodeUse:
        image = raw.get("image") if isinstance(raw, dict) else None
        name = str(raw.get("name")) if isinstance(raw, dict) else "?"
        known = image if isinstance(image, str) and image else None
        return CodeUse(
            account=self.cluster.account,
            region=self.cluster.region,
            resource=resource,
            kind="container-image",
            reference=known,
            digest=digests.get((key, name)),
            via=f"{key}.{name}",
        )

    def _gap(self, path: Path, code: str, message: str) -> None:
        cluster = self.cluster
        gap = Gap(account=cluster.account, region=cluster.region, call=self.call, code=code,
                  message=f"{path.name}: {message}")  # fmt: skip
        self.gaps.append(gap)

    def snapshot(self, collected_at: str) -> tuple[Manifest, dict[str, list[Any]]]:
        """The manifest and the records of all files."""
        manifest = Manifest(
            schema=SCHEMA,
            tool=Tool(name="vendorgate", version=__version__),
            collected_at=collected_at,
            partition=self.cluster.partition,
            accounts=(Account(id=self.cluster.account),),
            regions=(self.cluster.region,),
            sources=(SOURCE,),
            gaps=tuple(dict.fromkeys(self.gaps)),
            code_kinds=("container-image",),
            notes=(f"{pods_of(self.cluster.arn())}{self.said}",),
            inputs=tuple(self.inputs),
        )
        return manifest, {CODE_USES: self.uses}


class _UnreadError(ValueError):
    """An item that tells of no containers, and why, in words."""


def _items(value: Any, path: Path) -> list[Any]:
    """What a list holds, or the thing itself."""
    kind = value.get("kind") if isinstance(value, dict) else None
    if isinstance(kind, str) and isinstance(value.get("apiVersion"), str):
        if not _LISTED.fullmatch(kind):
            return [value]
        if isinstance(value.get("items"), list):
            listed: list[Any] = value["items"]
            return [_typed(one, kind) for one in listed]
    raise InputError("is no output of kubectl in JSON", path=path, hint=_HINT)


def _typed(item: Any, kind: str) -> Any:
    """The API leaves out the kind of what a `PodList` holds."""
    told = kind.removesuffix("List")
    return {"kind": told, **item} if isinstance(item, dict) and told else item


def _mounted(volume: Any) -> dict[str, Any] | None:
    """A volume that is an image's content, as if it were a container."""
    if not isinstance(volume, dict):
        return None
    csi = volume.get("csi")
    if "image" in volume:
        told, key = volume["image"], "reference"
    elif isinstance(csi, dict) and csi.get("driver") in _DRIVERS:
        told, key = csi.get("volumeAttributes"), "image"
    else:
        return None
    return {"name": volume.get("name"), "image": told.get(key) if isinstance(told, dict) else None}


def _is_cut(value: dict[str, Any]) -> bool:
    metadata = value.get("metadata")
    return isinstance(metadata, dict) and bool(metadata.get("continue"))


def _digests(status: Any) -> dict[tuple[str, str], str]:
    """What runs, as the nodes tell: an id without a registry's digest tells nothing."""
    found: dict[tuple[str, str], str] = {}
    for key, name in _STATUSES.items():
        listed = status.get(name) if isinstance(status, dict) else None
        for one in listed if isinstance(listed, list) else []:
            told = _DIGEST.search(str(one.get("imageID"))) if isinstance(one, dict) else None
            if told:
                found[key, str(one.get("name"))] = told[1]
    return found
