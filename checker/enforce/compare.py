"""All guardrails of a snapshot against the list."""

from __future__ import annotations

from typing import Any

import msgspec

from checker.enforce.drift import Drift
from checker.enforce.listed import Listed
from checker.enforce.live import attached, others, unbound
from checker.enforce.live_images import publishers, settings, unknown
from checker.enforce.ours import ours
from checker.snapshot.read import Snapshot


class Comparison(msgspec.Struct, frozen=True):
    """`told`: whether the snapshot tells of RCPs. `unbound`: own accounts that none of ours binds;
    `off`: ACCOUNT/REGION where Allowed AMIs are disabled; `others`: RCPs that are not ours;
    `unknown`: ACCOUNT/REGION of which the snapshot lacks what Allowed AMIs allow."""

    told: bool
    guardrails: tuple[Drift, ...]
    unbound: tuple[str, ...]
    off: tuple[str, ...]
    others: tuple[str, ...]
    unknown: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether all could be compared."""
        return self.told and not self.unknown

    @property
    def differs(self) -> bool:
        return any(one.drifted for one in self.guardrails) or bool(self.unbound)

    def plain(self) -> Any:
        return {"schema": "vendorgate/enforce-diff/v1", **msgspec.to_builtins(self)}


def compared(snapshot: Snapshot, found: Listed, own: frozenset[str]) -> Comparison:
    """Raises InputError where the snapshot is of another organization."""
    manifest, us = snapshot.manifest, ours(found, snapshot)
    every = list(snapshot.image_settings())
    some = publishers(snapshot.images(), own)
    told = manifest.guardrails is not None
    return Comparison(
        told=told,
        guardrails=(*attached(manifest, found, us), *settings(every, found, some, own)),
        unbound=unbound(manifest) if told else (),
        off=tuple(f"{x.account}/{x.region}" for x in every if x.allowed_images == "disabled"),
        others=others(manifest),
        unknown=unknown(every),
    )
