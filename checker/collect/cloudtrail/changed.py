"""CloudTrail as a hint of which accounts have changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

import botocore.session

from checker.collect.aws.carry import Hint, Told
from checker.collect.aws.permissions import member_calls
from checker.collect.aws.resources.registry import calls_of
from checker.collect.aws.survey import Request
from checker.collect.cloudtrail.searches import of_everything
from checker.collect.cloudtrail.seen import Seen
from checker.collect.cloudtrail.trail import Row, Trail
from checker.usage import queries
from checker.usage.sql import Window


def event_sources(request: Request) -> list[str]:
    """Of the services that a collection looks at. CloudTrail names them by their endpoints, or
    as requests are signed for them: it is `sagemaker.amazonaws.com`, and `api.sagemaker` answers.
    """
    session = botocore.session.Session()
    services = {call.service for call in (*member_calls(), *calls_of(request.kinds))}
    models = [session.get_service_model(name) for name in services]
    names = {name for model in models for name in (model.endpoint_prefix, model.signing_name)}
    return [f"{name}.amazonaws.com" for name in sorted(names)]


def hint_of(trail: Trail, sources: Iterable[str], home: str | None) -> Hint:
    """What the trail tells of each account, and what it could not tell. `home`: the region in which
    IAM's events are; an account is heard of by those alone."""
    trail.look(of_everything())
    rows = list(trail.rows(partial(_ask, tuple(sources), home)))
    trail.settle(rows)
    days = [row for row in rows if row["day"]]
    return Hint(
        accounts={
            r["account"]: Told(r["last_home"], r["last_change"])
            for r in rows
            if r["account"] and r["last_home"]
        },
        begin=min((row["first_seen"] for row in days), default=None),
        end=max((row["last_seen"] for row in days), default=None),
        why_not=_why_not(trail, days),
        regions=frozenset(row["place"] for row in rows if row["place"]),
    )


def _ask(sources: tuple[str, ...], home: str | None, table: str, window: Window) -> str:
    return queries.changes(table, window, sources, home)


def _why_not(trail: Trail, days: Sequence[Row]) -> str | None:
    if trail.gaps:
        return f"{len(trail.gaps)} of the hint's files could not be read"
    for begin, end in Seen(days={row["day"] for row in days}).holes:
        return f"the hint has no event from {begin} to {end}"
    if not any(row["last_write"] for row in days):
        return "the hint has no event that changes anything, as if it recorded reading alone"
    return None
