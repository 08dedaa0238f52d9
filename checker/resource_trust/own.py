"""What is our own: as the list and the snapshot's accounts say, and as its resources tell."""

from __future__ import annotations

import msgspec

from checker.access import Ours, OwnThings
from checker.access.own_things import BUCKET, POINT
from checker.resource_trust.records import resource_of
from checker.snapshot.read import Snapshot
from checker.vetting.register import Register


def own_things(snapshot: Snapshot) -> OwnThings:
    """What the resources of a snapshot tell, each part as far as it can be read."""
    kinds = snapshot.manifest.resource_kinds
    things = OwnThings(points_told=kinds is not msgspec.UNSET and POINT in kinds)
    for record, more in snapshot.tells_of_own():
        if record.kind == BUCKET and not more:
            things.bucket(record.arn)
        else:
            things.look(resource_of(record)[0])
    return things


def ours(register: Register, things: OwnThings) -> Ours:
    return things.added_to(
        Ours(
            accounts=frozenset(register.own_accounts),
            organizations=frozenset(register.organizations),
            partition=register.partition,
        )
    )
