"""Puts what the pods of a cluster run into a snapshot, in the place of the gap that it was."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from checker.collect.aws.code.addons import PODS, hidden
from checker.collect.aws.code.uses import CONTAINER
from checker.collect.kubernetes.pods import Pod
from checker.errors import InputError
from checker.plurals import plural
from checker.snapshot.code_uses import CodeUse
from checker.snapshot.files import CODE_USES
from checker.snapshot.read import Snapshot
from checker.snapshot.records import Gap, Manifest
from checker.snapshot.write import encode_record, write_sorted

_CLUSTER = re.compile(
    r"arn:(?P<partition>aws[a-z-]*):eks:(?P<region>[a-z0-9-]+):(?P<account>[0-9]{12})"
    r":cluster/(?P<name>[0-9A-Za-z][0-9A-Za-z_-]*)"
)
_SOURCE = "kubernetes"


@dataclass(frozen=True)
class Cluster:
    arn: str
    account: str
    region: str
    name: str

    @classmethod
    def of(cls, arn: str) -> Cluster:
        found = _CLUSTER.fullmatch(arn)
        if not found:
            hint = "it looks like arn:aws:eks:eu-west-1:111122223333:cluster/prod"
            raise InputError(f"--cluster: {arn!r} is not the ARN of an EKS cluster", hint=hint)
        return cls(arn, found["account"], found["region"], found["name"])

    def is_gap(self, gap: Gap) -> bool:
        place = (gap.account, gap.region, gap.call, gap.message)
        return place == (self.account, self.region, PODS, hidden(self.name))

    @property
    def said(self) -> str:
        """How the note of it begins."""
        return f"Pods of {self.arn}: "


def uses_of(cluster: Cluster, pods: Iterable[Pod]) -> list[CodeUse]:
    """Each image of a workload once; the digest only where all that run by it have the same."""
    found: dict[tuple[str, str], tuple[str, set[str]]] = {}
    for pod in pods:
        for image, via, digest in pod.images():
            _, digests = found.setdefault((pod.workload, image), (via, set()))
            digests |= {digest} if digest else set()
    return [
        CodeUse(
            account=cluster.account, region=cluster.region, resource=f"{cluster.arn}/{workload}",
            kind=CONTAINER, reference=image, via=via,
            digest=next(iter(digests)) if len(digests) == 1 else None,
        )
        for (workload, image), (via, digests) in found.items()
    ]  # fmt: skip


def add_pods(snapshot: Snapshot, output: Path, cluster: Cluster, pods: Sequence[Pod]) -> Manifest:
    """The snapshot with them in it, written whole; what it knew of this cluster's pods goes.

    Raises InputError where it is of other accounts, or nobody looked for images in it.
    """
    old = snapshot.manifest
    _check(old, cluster)
    spaces = len({pod.metadata.namespace for pod in pods})
    told = f"{cluster.said}{len(pods):,} in {plural(spaces, 'namespace')}, as kubectl listed them."
    manifest = msgspec.structs.replace(
        old,
        gaps=tuple(gap for gap in old.gaps if not cluster.is_gap(gap)),
        notes=(*(note for note in old.notes if not note.startswith(cluster.said)), told),
        sources=tuple(sorted({*old.sources, _SOURCE})),
        files={},
    )
    return write_sorted(output, manifest, _files(snapshot, cluster, uses_of(cluster, pods)))


def _check(manifest: Manifest, cluster: Cluster) -> None:
    if CONTAINER not in (manifest.code_kinds or ()):
        raise InputError(
            "nobody looked for container images in this snapshot",
            hint="collect it with --code, which is the default",
        )
    if cluster.account not in {one.id for one in manifest.accounts if one.collected}:
        hint = "collect that account, too"
        raise InputError(f"the snapshot is not of account {cluster.account}", hint=hint)


def _files(
    snapshot: Snapshot, cluster: Cluster, uses: list[CodeUse]
) -> Iterator[tuple[str, Iterable[bytes]]]:
    decode = msgspec.json.Decoder(CodeUse).decode
    for name in sorted(snapshot.manifest.files):
        if name != CODE_USES:
            yield name, snapshot.lines(name)
            continue
        kept = [line for line in snapshot.lines(name)
                if not decode(line).resource.startswith(f"{cluster.arn}/")]  # fmt: skip
        yield name, sorted([*kept, *map(encode_record, uses)])
