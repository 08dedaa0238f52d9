"""Output of `kubectl get pods -A -o json` → the images that pods run.

Read are names and images alone: environments, commands and annotations may hold secrets.
https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from checker.errors import InputError
from checker.snapshot.manifest import UNREADABLE, reason

_HOW = "give what `kubectl get pods -A -o json` prints"
_LISTS = frozenset({"List", "PodList"})
_OVER = frozenset({"Succeeded", "Failed"})
_OF_CRON = re.compile(r"-[0-9]{8,}$")


class _Shape(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    pass


class Owner(_Shape, frozen=True):
    kind: str
    name: str
    controller: bool = False


class Metadata(_Shape, frozen=True):
    name: str
    namespace: str = "default"
    labels: dict[str, str] | None = None
    owner_references: tuple[Owner, ...] = ()


class Container(_Shape, frozen=True):
    name: str
    image: str


class ImageVolume(_Shape, frozen=True):
    """https://kubernetes.io/docs/tasks/configure-pod-container/image-volumes/"""

    reference: str | None = None


class Volume(_Shape, frozen=True):
    name: str
    image: ImageVolume | None = None


class Spec(_Shape, frozen=True):
    containers: tuple[Container, ...]
    init_containers: tuple[Container, ...] = ()
    ephemeral_containers: tuple[Container, ...] = ()
    volumes: tuple[Volume, ...] = ()


class Ran(_Shape, frozen=True):
    name: str
    image_id: str = msgspec.field(default="", name="imageID")


class Status(_Shape, frozen=True):
    phase: str | None = None
    container_statuses: tuple[Ran, ...] = ()
    init_container_statuses: tuple[Ran, ...] = ()
    ephemeral_container_statuses: tuple[Ran, ...] = ()


class Pod(_Shape, frozen=True):
    metadata: Metadata
    spec: Spec
    kind: str = "Pod"  # which the items of a PodList leave out
    status: Status = Status()

    @property
    def workload(self) -> str:
        """What made it, whose name stays: a pod's own changes with each start."""
        owner = next((one for one in self.metadata.owner_references if one.controller), None)
        place = self.metadata.namespace
        if owner is None or owner.kind == "Node":
            return f"{place}/pod/{self.metadata.name}"
        kind, name = owner.kind, owner.name
        suffix = "-" + (self.metadata.labels or {}).get("pod-template-hash", "")
        if kind == "ReplicaSet" and name.endswith(suffix) and suffix != "-":
            kind, name = "Deployment", name.removesuffix(suffix)
        if kind == "Job" and _OF_CRON.search(name):
            kind, name = "CronJob", _OF_CRON.sub("", name)
        return f"{place}/{kind.lower()}/{name}"

    def images(self) -> Iterator[RunImage]:
        """Of all containers, those that start it and that look into it, too."""
        spec, status = self.spec, self.status
        statuses = (*status.container_statuses, *status.init_container_statuses,
                    *status.ephemeral_container_statuses)  # fmt: skip
        ran = {one.name: one.image_id.partition("@")[2] or None for one in statuses}
        for one in (*spec.containers, *spec.init_containers, *spec.ephemeral_containers):
            if one.image:
                yield RunImage(one.image, f"container {one.name}", ran.get(one.name))
        for volume in spec.volumes:
            if volume.image and volume.image.reference:
                yield RunImage(volume.image.reference, f"volume {volume.name}", None)


class RunImage(NamedTuple):
    """`via`: where it stands in the pod; `digest`: what ran by it."""

    image: str
    via: str
    digest: str | None


class _ListMetadata(_Shape, frozen=True):
    continue_: str = msgspec.field(default="", name="continue")


class _Kinds(_Shape, frozen=True):
    kind: str = ""
    items: tuple[_Kind, ...] = ()
    metadata: _ListMetadata | None = None


class _Kind(_Shape, frozen=True):
    kind: str = "Pod"


class _Pods(_Shape, frozen=True):
    items: tuple[Pod, ...]


def pods_of(text: bytes, path: object) -> list[Pod]:
    """Those that run, or wait to. Raises InputError for what is no such output, or a part of it."""
    try:
        listed = msgspec.json.decode(text, type=_Kinds)
        others = sorted({one.kind for one in listed.items} - {"Pod"})
        if listed.kind not in _LISTS or others:
            what = others[0] if listed.kind in _LISTS else listed.kind or "something else"
            raise InputError(f"is no list of pods: it holds {what!r}", path=path, hint=_HOW)
        pods = msgspec.json.decode(text, type=_Pods).items
    except UNREADABLE as error:
        raise InputError(f"is no list of pods ({reason(error)})", path=path, hint=_HOW) from None
    if listed.metadata and listed.metadata.continue_:
        raise InputError("is the first part of a list", path=path, hint=_HOW)
    return [one for one in pods if one.status.phase not in _OVER]
