"""What the pods of a cluster run, into a snapshot that says that nobody looked at them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from checker.collect.aws.code.uses import CONTAINER
from checker.collect.kubernetes.pods import SOURCE, Cluster, Pods
from checker.errors import InputError
from checker.snapshot.code_uses import CodeUse
from checker.snapshot.files import CODE_USES
from checker.snapshot.pods import pods_of
from checker.snapshot.read import Snapshot
from checker.snapshot.records import Manifest
from checker.snapshot.write import encode_record, write_sorted


def add_pods(snapshot: Snapshot, output: Path, pods: Pods) -> Manifest:
    """The snapshot with them in it, written whole; what it knew of this cluster's pods goes.

    Raises InputError where it is of another partition or other accounts, or nobody looked for
    images in it.
    """
    old, cluster = snapshot.manifest, pods.cluster
    _check(old, cluster)
    about = pods_of(cluster.arn())
    here = cluster.account, cluster.region, pods.call
    gone = {gap for gap in old.gaps if (gap.account, gap.region, gap.call) == here}
    manifest = msgspec.structs.replace(
        old,
        gaps=(*(gap for gap in old.gaps if gap not in gone), *pods.gaps),
        notes=(*(note for note in old.notes if not note.startswith(about)), f"{about}{pods.said}"),
        sources=tuple(sorted({*old.sources, SOURCE})),
        inputs=(*(old.inputs or ()), *pods.inputs),
        files={},
    )
    return write_sorted(output, manifest, _files(snapshot, pods))


def _check(manifest: Manifest, cluster: Cluster) -> None:
    account, partition = cluster.account, cluster.partition
    if partition != manifest.partition:
        said = f"the snapshot is of the partition {manifest.partition}, the cluster of {partition}"
        raise InputError(said, hint="choose another folder with -o")
    if CONTAINER not in (manifest.code_kinds or ()):
        raise InputError(
            "nobody looked for container images in this snapshot",
            hint="collect it with --code, which is the default, or choose another folder with -o",
        )
    if account not in {one.id for one in manifest.accounts if one.collected}:
        hint = "collect that account, too, or choose another folder with -o"
        raise InputError(f"the snapshot is not of account {account}", hint=hint)


def _files(snapshot: Snapshot, pods: Pods) -> Iterator[tuple[str, Iterable[bytes]]]:
    decode = msgspec.json.Decoder(CodeUse).decode
    for name in snapshot.manifest.files:
        if name != CODE_USES:
            yield name, snapshot.lines(name)
            continue
        kept = [line for line in snapshot.lines(name) if line
                and not decode(line).resource.startswith(f"{pods.cluster.arn()}/")]  # fmt: skip
        yield name, sorted([*kept, *map(encode_record, pods.uses)])
