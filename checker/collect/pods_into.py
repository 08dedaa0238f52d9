"""Puts what the pods of a cluster run into a snapshot, in the place of the gap that it was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from checker.collect.aws.code.addons import PODS, hidden
from checker.collect.aws.code.uses import CONTAINER
from checker.collect.kubernetes import Pods
from checker.errors import InputError
from checker.snapshot.code_uses import CodeUse
from checker.snapshot.files import CODE_USES
from checker.snapshot.read import Snapshot
from checker.snapshot.records import Gap, Manifest
from checker.snapshot.write import encode_record, write_sorted


def put_into(snapshot: Snapshot, output: Path, found: Pods) -> Manifest:
    """The snapshot with them in it, written whole; what it knew of this cluster's pods goes.

    The cluster's gap stays where not all pods were read. Raises InputError where the snapshot is of
    other accounts, or nobody looked for images in it.
    """
    old = snapshot.manifest
    _check(old, found)
    closed = found.lists_pods and not found.gaps
    kept = (gap for gap in old.gaps if not (closed and _is_of(found, gap)))
    said = f"Pods of {found.cluster.arn()}: "
    manifest = msgspec.structs.replace(
        old,
        gaps=tuple(dict.fromkeys([*kept, *found.gaps])),
        notes=(
            *(note for note in old.notes if not note.startswith(said)),
            f"{said}{found.looked_at:,}, as kubectl listed them.",
        ),
        sources=tuple(sorted({*old.sources, "kubernetes"})),
        files={},
    )
    return write_sorted(output, manifest, _files(snapshot, found))


def _is_of(found: Pods, gap: Gap) -> bool:
    cluster = found.cluster
    place = (gap.account, gap.region, gap.call, gap.message)
    return place == (cluster.account, cluster.region, PODS, hidden(cluster.name))


def _check(manifest: Manifest, found: Pods) -> None:
    if CONTAINER not in (manifest.code_kinds or ()):
        raise InputError(
            "nobody looked for container images in this snapshot",
            hint="collect it with --code, which is the default",
        )
    account = found.cluster.account
    if account not in {one.id for one in manifest.accounts if one.collected}:
        raise InputError(f"the snapshot is not of account {account}", hint="collect that, too")


def _files(snapshot: Snapshot, found: Pods) -> Iterator[tuple[str, Iterable[bytes]]]:
    decode, theirs = msgspec.json.Decoder(CodeUse).decode, f"{found.cluster.arn()}/"
    for name in sorted(snapshot.manifest.files):
        if name != CODE_USES:
            yield name, snapshot.lines(name)
            continue
        kept = [one for one in snapshot.lines(name) if not decode(one).resource.startswith(theirs)]
        yield name, sorted([*kept, *map(encode_record, found.uses)])
