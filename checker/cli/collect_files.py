"""`vendorgate collect files`: output of AWS that somebody has → a snapshot."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from checker.cli.code import options
from checker.cli.collect_options import listed_regions
from checker.cli.ids import check_account
from checker.cli.recorded import OUTPUT, REGIONS, write
from checker.errors import InputError

_WHERE = [
    click.option("--account", metavar="ID", help="Whose files are that don't tell it."),
    click.option("--region", metavar="NAME", help="Of which region files are that don't tell it."),
    REGIONS,
    click.option("--collected-at", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"]),
                 help="When they were made, in UTC.  [default: when the oldest was written]"),
]  # fmt: skip


@click.command("files")
@click.argument("paths", nargs=-1, metavar="FILE...")
@click.option(
    "--commands",
    is_flag=True,
    help="Print the commands that make such files, as a shell script; collect nothing.",
)
@options(_WHERE, OUTPUT)
def files(
    paths: tuple[str, ...],
    commands: bool,
    account: str | None,
    region: str | None,
    regions: tuple[str, ...],
    collected_at: datetime | None,
    redact: bool,
    output: Path,
    quiet: bool,
) -> None:
    """Collect from output of the AWS command line, or a store of iam-collect.

    FILE is what `aws iam get-account-authorization-details`, `aws ec2 describe-instances` and
    the like print as JSON (plain, gzip, UTF-16), a folder of such files, a glob, or - for standard
    input. Account and region are told by what a file holds, else by its path, as in
    222222222222/eu-west-1/instances.json, else by --account and --region. What no file holds is a
    gap: exit code 3.
    """
    from checker.collect.files.collect import recording_of
    from checker.collect.files.commands import script
    from checker.collect.files.read import Where

    if commands:
        click.echo(script(), nl=False)
        return
    if not paths:
        raise InputError("no file is given", hint="--commands prints what makes some")
    if account is not None:
        check_account(account)
    wanted = listed_regions((region,) if region else (), "--region")
    where = Where(account, wanted[0] if wanted else None)
    now = (collected_at or datetime.now(UTC)).replace(tzinfo=UTC, microsecond=0)
    recording = recording_of(paths, where, listed_regions(regions), now, dated=bool(collected_at))
    write(recording, output, redact=redact, quiet=quiet)
