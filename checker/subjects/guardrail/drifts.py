"""What the guardrails of a snapshot say against the list of today."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from checker.enforce.drift import Drift
from checker.enforce.listed import vetted_on
from checker.enforce.live import attached
from checker.enforce.live_images import publishers, settings
from checker.enforce.ours import seen
from checker.snapshot.records import ImageSettings
from checker.subjects.world import World


def drifts(
    world: World, on: Sequence[ImageSettings]
) -> Iterator[tuple[Drift, str | None, str | None]]:
    """Each with its account and region, where it is of one. `on`: where Allowed AMIs are."""
    snapshot, register = world.snapshot, world.register
    found = vetted_on(register.allowlist, register.today)
    if snapshot.manifest.guardrails:
        us = seen(found, snapshot)
        for one in attached(snapshot.manifest, found, us):
            yield one, None, None
    own = frozenset(register.own_accounts)
    some = publishers(snapshot.images(), own) if on else frozenset()
    for one in settings(on, found, some, own):
        account, _, region = one.id.partition("/")
        yield one, account, region
