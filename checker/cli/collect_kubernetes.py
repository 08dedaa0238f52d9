"""`vendorgate collect kubernetes`: whose containers run in an EKS cluster → a snapshot."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from checker.cli.clock import timestamp
from checker.cli.code import options
from checker.cli.ids import check_account, check_region
from checker.cli.main import INCOMPLETE
from checker.errors import InputError
from checker.snapshot.write import check_target, write_snapshot

if TYPE_CHECKING:
    from checker.collect.kubernetes import Cluster, Pods

_NAME = r"[0-9A-Za-z][A-Za-z0-9_-]{0,99}"
_CLUSTER = re.compile(_NAME)
_ARN = re.compile(rf"arn:(aws[a-z-]*):eks:([a-z0-9-]+):([0-9]{{12}}):cluster/({_NAME})")
_WHERE = [
    click.option("--cluster", required=True, metavar="ARN",
                 help="The cluster; its name with --account and --region."),
    click.option("--account", metavar="ID", help="The cluster's account."),
    click.option("--region", metavar="NAME", help="Its region."),
    click.option("--partition", default="aws", show_default=True, metavar="NAME"),
    click.option("-o", "--output", type=click.Path(path_type=Path), default=Path("snapshot"),
                 metavar="DIR", help="The snapshot: one that is there is added to; "
                                     "default: snapshot."),
    click.option("-q", "--quiet", is_flag=True, help="No summary."),
]  # fmt: skip


@click.command("kubernetes")
@click.argument("paths", nargs=-1, required=True, metavar="FILE...")
@options(_WHERE)
def kubernetes(
    paths: tuple[str, ...], cluster: str, account: str | None, region: str | None, partition: str,
    output: Path, quiet: bool,
) -> None:  # fmt: skip
    """Collect whose containers run in an EKS cluster.

    FILE is what `kubectl get pods -A -o json` prints (plain or gzip), or - for standard input.
    AWS's API does not show pods. What of it cannot be read is a gap: exit code 3.
    """
    from checker.collect.kubernetes import Pods

    where = _named(cluster, account, region, partition)
    check_target(output)
    found = Pods(where)
    for path in dict.fromkeys(paths):
        found.add(Path(path), _text(path))
    _write(output, found)
    if not quiet:
        for line in _said(output, found):
            click.echo(line, err=True)
    if found.gaps:
        click.get_current_context().exit(INCOMPLETE)


def _text(path: str) -> bytes:
    from checker.bounded import read_input, read_open
    from checker.collect.files.text import LARGEST

    if path == "-":
        return read_open(sys.stdin.buffer, "standard input", LARGEST)
    return read_input(Path(path), LARGEST)


def _named(cluster: str, account: str | None, region: str | None, partition: str) -> Cluster:
    from checker.collect.kubernetes import Cluster

    if found := _ARN.fullmatch(cluster):
        return Cluster(found[3], found[2], found[4], found[1])
    if not _CLUSTER.fullmatch(cluster):
        hint = "such as arn:aws:eks:eu-west-1:111122223333:cluster/prod"
        raise InputError(f"--cluster: {cluster!r} is not the ARN of an EKS cluster", hint=hint)
    if account is None or region is None:
        hint = "give its ARN, or --account and --region with its name"
        raise InputError(f"--cluster: where {cluster!r} is was not said", hint=hint)
    check_account(account)
    check_region(region)
    return Cluster(account, region, cluster, partition)


def _write(output: Path, found: Pods) -> None:
    """Into the snapshot that is there, or one of its own."""
    from checker.collect.kubernetes import add_pods
    from checker.snapshot.files import MANIFEST
    from checker.snapshot.read import Snapshot

    if (output / MANIFEST).exists():
        add_pods(Snapshot(output), output, found)
        return
    now = timestamp()
    write_snapshot(output, *found.snapshot(now))


def _said(output: Path, found: Pods) -> list[str]:
    from checker.report.escape import terminal

    images = len({one.reference for one in found.uses})
    over = f"ended, and left out: {found.over:,}, " if found.over else ""
    told = (f"{output}: pods and their makers: {found.looked_at:,}, {over}images: {images:,}, "
            f"gaps: {len(found.gaps)}")  # fmt: skip
    return [terminal(told), *(terminal(f"  gap: {one.message}") for one in found.gaps)]
