"""`vendorgate collect steampipe`: an inventory of Steampipe's → a snapshot."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from checker.cli.code import options
from checker.cli.collect_options import listed_regions
from checker.cli.ids import check_account
from checker.cli.recorded import OUTPUT, REGIONS, write

_WHERE = [
    click.option("--connection", "connections", multiple=True, metavar="NAME",
                 help="Ask these of Steampipe's connections; default: all of AWS that are no "
                 "aggregators."),
    click.option("--account", metavar="ID", help="Whose rows are without account_id."),
    REGIONS,
]  # fmt: skip


@click.command("steampipe")
@click.argument("sources", nargs=-1, required=True, metavar="URL-or-FILE...")
@options(_WHERE, OUTPUT)
def steampipe(
    sources: tuple[str, ...],
    connections: tuple[str, ...],
    account: str | None,
    regions: tuple[str, ...],
    redact: bool,
    output: Path,
    quiet: bool,
) -> None:
    """Collect from Steampipe's tables of AWS.

    URL is its endpoint, postgres://steampipe@127.0.0.1:9193/steampipe; the password is best given
    in PGPASSWORD or ~/.pgpass. FILE is the output of `steampipe query --output json` (or csv) of
    one table, best called as it: aws_iam_role.json. What no table holds is a gap: exit code 3.
    """
    from checker.collect.files.read import Where
    from checker.collect.steampipe.collect import recording_of

    if account is not None:
        check_account(account)
    now = datetime.now(UTC).replace(microsecond=0)
    recording = recording_of(sources, connections, Where(account), listed_regions(regions), now)
    write(recording, output, redact=redact, quiet=quiet)
