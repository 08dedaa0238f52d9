"""`vendorgate collect kubernetes`: whose containers run in an EKS cluster → a snapshot."""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from checker.cli.code import options
from checker.cli.ids import check_account
from checker.errors import InputError
from checker.snapshot.write import check_target, write_snapshot

if TYPE_CHECKING:
    from checker.collect.kubernetes import Pods

INCOMPLETE = 3
_CLUSTER = re.compile(r"[0-9A-Za-z][A-Za-z0-9_-]{0,99}")
_WHERE = [
    click.option("--account", required=True, metavar="ID", help="The cluster's account."),
    click.option("--region", required=True, metavar="NAME", help="Its region."),
    click.option("--cluster", required=True, metavar="NAME", help="Its name."),
    click.option("--partition", default="aws", show_default=True, metavar="NAME"),
    click.option("-o", "--output", type=click.Path(path_type=Path), default=Path("snapshot"),
                 metavar="DIR", help="Where the snapshot goes; default: snapshot."),
    click.option("-q", "--quiet", is_flag=True, help="No summary."),
]  # fmt: skip


@click.command("kubernetes")
@click.argument("paths", nargs=-1, required=True, metavar="FILE...")
@options(_WHERE)
def kubernetes(
    paths: tuple[str, ...], account: str, region: str, cluster: str, partition: str, output: Path,
    quiet: bool,
) -> None:  # fmt: skip
    """Collect whose containers run in an EKS cluster.

    FILE is what `kubectl get pods -A -o json` prints (plain or gzip), or - for standard input.
    AWS's API does not show pods. What of it cannot be read is a gap: exit code 3.
    """
    from checker.collect.kubernetes import Cluster, Pods, read

    check_account(account)
    if not re.fullmatch(r"[a-z]{2,}(-[a-z]+)+-\d+", region):
        raise InputError(f"--region: {region!r} is no region", hint="such as eu-west-1")
    if not _CLUSTER.fullmatch(cluster):
        raise InputError(f"--cluster: {cluster!r} is no name of a cluster", hint="such as prod")
    check_target(output)
    found = Pods(Cluster(account, region, cluster, partition))
    for path in dict.fromkeys(paths):
        stream = sys.stdin.buffer if path == "-" else None
        found.add(Path(path), read(Path(path), stream))
    now = datetime.now(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
    manifest = write_snapshot(output, *found.snapshot(now))
    if not quiet:
        for line in _said(output, found):
            click.echo(line, err=True)
    if manifest.gaps:
        click.get_current_context().exit(INCOMPLETE)


def _said(output: Path, found: Pods) -> list[str]:
    from checker.report.escape import terminal

    images = len({one.reference for one in found.uses})
    told = (f"{output}: pods and their makers: {found.looked_at:,}, images: {images:,}, "
            f"gaps: {len(found.gaps)}")  # fmt: skip
    return [terminal(told), *(terminal(f"  gap: {one.message}") for one in found.gaps)]
