"""EBS: volumes made from a snapshot, and whose that is.

One that is gone, or no longer shared with us, is not told of: whose it was is then unknown, as it
is of most, and no gap. A filter leaves such ones out, where ids would have AWS refuse all of them.
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshots.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Call, Shape
from checker.collect.aws.code.extensions import as_described
from checker.collect.aws.code.uses import SNAPSHOT, code_use
from checker.collect.aws.resources.reading import own_arn
from checker.snapshot.code_uses import CodeUse

VOLUMES = Call(
    "ec2", "DescribeVolumes", "Volumes", {"MaxResults": 1000, "IncludeManagedResources": True}
)
SNAPSHOTS = Call(
    "ec2", "DescribeSnapshots", "Snapshots", {"MaxResults": 1000},
    when="200 snapshots that volumes were made from",
)  # fmt: skip
_AT_ONCE = 200


class Volume(Shape, frozen=True):
    volume_id: str
    snapshot_id: str | None = None


class Snapshot(Shape, frozen=True):
    snapshot_id: str
    owner_id: str
    owner_alias: str | None = None


@dataclass(frozen=True)
class Volumes:
    kinds: ClassVar = (SNAPSHOT,)
    calls: ClassVar = (VOLUMES, SNAPSHOTS)
    once: ClassVar = False

    def records(self, here: AccountRegion, wanted: frozenset[str]) -> Iterator[CodeUse]:
        if SNAPSHOT not in wanted:
            return
        made = [(one.volume_id, one.snapshot_id) for one in here.items(VOLUMES, Volume)]
        known = _snapshots(here, sorted({one for _, one in made if one}))
        for volume, snapshot in made:
            if snapshot:
                resource = own_arn(here, "ec2", f"volume/{volume}")
                told = known.get(snapshot)
                named = _described(told) if told else snapshot
                yield code_use(here, SNAPSHOT, resource, named, "made from")


def _snapshots(here: AccountRegion, ids: list[str]) -> dict[str, Snapshot]:
    found: dict[str, Snapshot] = {}
    for at in range(0, len(ids), _AT_ONCE):
        wanted = [{"Name": "snapshot-id", "Values": ids[at : at + _AT_ONCE]}]
        found |= {one.snapshot_id: one for one in here.items(SNAPSHOTS, Snapshot, Filters=wanted)}
    return found


def _described(one: Snapshot) -> str:
    told = {
        "SnapshotId": one.snapshot_id, "OwnerId": one.owner_id, "OwnerAlias": one.owner_alias,
    }  # fmt: skip
    return as_described(told)
