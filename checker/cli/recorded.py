"""What `collect files` and `collect steampipe` share: options, writing, and what is said of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from checker.cli.main import INCOMPLETE
from checker.snapshot.files import IMAGE_USES, ROLES
from checker.snapshot.redact import redacted, redacted_manifest
from checker.snapshot.write import check_target, write_snapshot

if TYPE_CHECKING:
    from checker.collect.recorded.collect import Recording
    from checker.snapshot.records import Manifest

REGIONS = click.option(
    "--regions", multiple=True, metavar="A,B", help="Only these matter; default: all enabled ones."
)
OUTPUT = [
    click.option("--redact-external-ids", "redact", is_flag=True,
                 help="Stand-ins for external ids; whom they let in stays the same."),
    click.option("-o", "--output", type=click.Path(path_type=Path), default=Path("snapshot"),
                 metavar="DIR", help="Where the snapshot goes; default: snapshot."),
    click.option("-q", "--quiet", is_flag=True, help="No summary."),
]  # fmt: skip


def write(recording: Recording, output: Path, *, redact: bool, quiet: bool) -> None:
    """Ends with exit code 3 where something is missing. Raises InputError."""
    from checker.collect.recorded.collect import snapshot_of

    check_target(output)
    manifest, records = snapshot_of(recording)
    if redact:
        manifest = redacted_manifest(manifest)
        records = {name: list(map(redacted, each)) for name, each in records.items()}
    manifest = write_snapshot(output, manifest, records)
    if not quiet:
        for line in _said(output, manifest):
            click.echo(line, err=True)
    if manifest.gaps:
        click.get_current_context().exit(INCOMPLETE)


def _said(output: Path, manifest: Manifest) -> list[str]:
    from checker.report.escape import terminal

    counts = {name: entry.records for name, entry in manifest.files.items()}
    accounts = sum(account.collected for account in manifest.accounts)
    told = (
        f"{output}: accounts: {accounts:,}, regions: {len(manifest.regions)}, "
        f"roles: {counts[ROLES]:,}, image uses: {counts[IMAGE_USES]:,}, "
        f"gaps: {len(manifest.gaps)}"
    )
    lines = [told, *(f"  {note}" for note in manifest.notes)]
    for gap in manifest.gaps:
        place = "/".join(filter(None, (gap.account, gap.region, gap.call)))
        lines.append(f"  gap: {place}: {gap.code}: {gap.message}")
    return [terminal(line) for line in lines]
