"""CloudTrail as a hint of which accounts have changed."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import botocore.session

from checker.collect.aws.carry import Told
from checker.collect.aws.permissions import member_calls
from checker.collect.cloudtrail.searches import of_everything
from checker.collect.cloudtrail.trail import Trail
from checker.usage import queries
from checker.usage.sql import Window


def event_sources() -> list[str]:
    """Of the services that the collector looks at; CloudTrail names them by their endpoints."""
    session = botocore.session.Session()
    services = sorted({call.service for call in member_calls()})
    prefixes = {session.get_service_model(name).endpoint_prefix for name in services}
    return [f"{prefix}.amazonaws.com" for prefix in sorted(prefixes)]


def told_by(trail: Trail, sources: Iterable[str]) -> dict[str, Told]:
    """What the trail tells of each account."""
    trail.look(of_everything())
    rows = list(trail.rows(partial(_ask, tuple(sources))))
    trail.settle(rows)
    return {
        row["account"]: Told(row["last_seen"], row["last_change"]) for row in rows if row["account"]
    }


def _ask(sources: tuple[str, ...], table: str, window: Window) -> str:
    return queries.changes(table, window, sources)


def why_not(trail: Trail) -> str | None:
    """What the trail itself could not tell, in words."""
    if trail.gaps:
        return f"{len(trail.gaps)} of its files could not be read"
    if trail.seen.holes:
        begin, end = trail.seen.holes[0]
        return f"it has no event from {begin} to {end}"
    return None
