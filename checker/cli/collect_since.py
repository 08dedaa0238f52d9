"""`collect aws --since`: what of a snapshot of before need not be looked at anew."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from checker.cli.stored import opened, shown_as
from checker.errors import InputError
from checker.partitions import HOME_REGION

if TYPE_CHECKING:
    from checker.collect.aws.carry import Base, Hint
    from checker.collect.aws.survey import Request
    from checker.snapshot.records import Manifest

DEFAULT = 7
_AGGREGATOR = "aggregator:"


def base_of(
    since: Path | None, hint: str | None, max_age: int | None, request: Request, now: str
) -> Base | None:
    """None where everything is collected. Raises InputError for options that make no sense."""
    if since is None:
        if hint or max_age is not None:
            raise InputError("--hint and --max-age go with --since")
        return None
    if hint is None:
        said = "--since needs a hint of which accounts have changed"
        raise InputError(said, hint="--hint SOURCE, as for collect cloudtrail, or aggregator:NAME")
    if hint.startswith(_AGGREGATOR) and request.kinds:
        raise InputError(
            "--hint: AWS Config does not record who is let in by resources, nor all code that runs",
            hint="give CloudTrail's events, or collect with --no-resources and --no-code",
        )
    from checker.collect.aws.carry import Base
    from checker.snapshot.merge import Source, check_sources

    snapshot = opened(since)
    source = Source(snapshot.manifest, snapshot)
    check_sources([source], usage=True)
    limit = DEFAULT if max_age is None else max_age
    base = Base(source, _hint(hint, snapshot.manifest, limit, request, now), now, limit)
    if base.reason:
        click.echo(
            f"--since {shown_as(since)}: {base.reason}: every account is collected", err=True
        )
    return base


def _hint(source: str, manifest: Manifest, max_age: int, request: Request, now: str) -> Hint:
    """From the oldest time on of which anything could be carried."""
    profile = request.profile
    if source.startswith(_AGGREGATOR):
        return _config(source.removeprefix(_AGGREGATOR), manifest, max_age, profile, now)
    from checker.cli.trail_options import opened as trail_of
    from checker.cli.trail_options import say_gaps
    from checker.collect.aws.carry import begin_of
    from checker.collect.cloudtrail.changed import event_sources, hint_of
    from checker.usage.times import canonical

    begin = canonical(begin_of(manifest, max_age, now))
    trail = trail_of(
        source, begin=begin, end=None, accounts=(), regions=(), profile=profile, max_scan=100,
        own=frozenset(one.id for one in manifest.accounts),
    )  # fmt: skip
    told = hint_of(trail, event_sources(request), HOME_REGION.get(manifest.partition))
    say_gaps(trail)
    return told


def _config(name: str, manifest: Manifest, max_age: int, profile: str | None, now: str) -> Hint:
    from checker.collect.aws.carry import begin_of
    from checker.collect.aws.config_hint import hint_of
    from checker.collect.aws.session import connect
    from checker.collect.aws.survey import account_region_of

    account_region = account_region_of(connect(profile), None)
    return hint_of(account_region, name, begin_of(manifest, max_age, now), now)
