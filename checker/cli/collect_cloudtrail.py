"""`vendorgate collect cloudtrail`: how third parties used their roles, into the snapshot."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from checker.cli.inputs import say_unnamed
from checker.cli.main import INCOMPLETE, PASS
from checker.cli.trail_options import opened, say_gaps, trail_options

if TYPE_CHECKING:
    from checker.collect.cloudtrail.collect import Use
    from checker.collect.cloudtrail.trail import Trail
    from checker.snapshot.usage import UsageWindow


@click.command("cloudtrail")
@click.argument("source")
@click.option("-o", "--output", type=click.Path(path_type=Path), default=Path("snapshot"),
              metavar="DIR", help="The snapshot to add to; default: snapshot.")  # fmt: skip
@trail_options
@click.option("-q", "--quiet", is_flag=True, help="No summary.")
def cloudtrail(source: str, output: Path, quiet: bool, **given: Any) -> int:
    """Read from SOURCE how outsiders used roles, and add it to a snapshot.

    SOURCE: a file or folder of CloudTrail logs or of Security Lake's Parquet, s3://BUCKET/PREFIX,
    or athena://WORKGROUP/DATABASE.TABLE (a table as `vendorgate usage athena-ddl` makes it, one of
    Security Lake's, or one whose columns --columns names).
    Exit code 3 when a file could not be read whole: the manifest lists these gaps.
    """
    from checker.collect.cloudtrail.collect import add_use, read_use
    from checker.role_trust.outside import trusted_from_outside
    from checker.snapshot.read import Snapshot

    snapshot = Snapshot(output)
    own = frozenset(account.id for account in snapshot.manifest.accounts)
    trail = opened(source, own=own, quiet=quiet, **given)
    roles = trusted_from_outside(snapshot, datetime.now(UTC).date())
    before = snapshot.manifest.usage
    use = read_use(trail, roles, own, frozenset(before.followed if before else ()))
    covered = _covered(source, trail, len(roles), use.followed)
    add_use(snapshot, output, use, trail, covered)
    say_unnamed(snapshot)
    say_gaps(trail, quiet)
    if not quiet:
        click.echo(_summary(output, use, len(roles)), err=True)
    return INCOMPLETE if trail.gaps else PASS


def _covered(source: str, trail: Trail, roles: int, followed: frozenset[str]) -> UsageWindow:
    """What was seen of what was asked for, and no more."""
    from checker.collect.cloudtrail.collect import NOTES
    from checker.snapshot.usage import UsageWindow

    return UsageWindow(
        source=source,
        begin=trail.seen.first,
        end=trail.seen.last,
        holes=trail.seen.holes,
        passed=dict(sorted(trail.passed.items())),
        files=trail.files,
        events=trail.seen.events,
        roles=roles,
        followed=tuple(sorted(followed)),
        notes=NOTES,
    )


def _summary(output: Path, use: Use, roles: int) -> str:
    from checker.report.escape import terminal

    calls = sum(one.calls for one in use.usage)
    return terminal(
        f"{output}: {calls:,} calls through {roles:,} roles that outsiders are trusted with, "
        f"{len(use.assumptions):,} who came in from outside"
    )
