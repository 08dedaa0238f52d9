"""CloudTrail as a hint of which accounts have changed."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import botocore.session

from checker.collect.aws.carry import Hint, Told
from checker.collect.aws.permissions import member_calls
from checker.collect.cloudtrail.searches import of_everything
from checker.collect.cloudtrail.seen import Seen
from checker.collect.cloudtrail.trail import Trail
from checker.usage import queries
from checker.usage.sql import Window


def event_sources() -> list[str]:
    """Of the services that the collector looks at; CloudTrail names them by their endpoints."""
    session = botocore.session.Session()
    services = sorted({call.service for call in member_calls()})
    prefixes = {session.get_service_model(name).endpoint_prefix for name in services}
    return [f"{prefix}.amazonaws.com" for prefix in sorted(prefixes)]


def hint_of(trail: Trail, sources: Iterable[str]) -> Hint:
    """What the trail tells of each account, and what it could not tell."""
    trail.look(of_everything())
    rows = list(trail.rows(partial(_ask, tuple(sources))))
    trail.settle(rows)
    days = [row for row in rows if row["day"]]
    return Hint(
        accounts={
            r["account"]: Told(r["last_seen"], r["last_change"]) for r in rows if r["account"]
        },
        begin=min((row["first_seen"] for row in days), default=None),
        end=max((row["last_seen"] for row in days), default=None),
        why_not=_why_not(trail, {row["day"] for row in days}),
    )


def _ask(sources: tuple[str, ...], table: str, window: Window) -> str:
    return queries.changes(table, window, sources)


def _why_not(trail: Trail, days: set[str]) -> str | None:
    if trail.gaps:
        return f"{len(trail.gaps)} of the hint's files could not be read"
    for begin, end in Seen(days=days).holes:
        return f"the hint has no event from {begin} to {end}"
    return None
