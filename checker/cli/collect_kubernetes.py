"""`vendorgate collect kubernetes`: what the pods of a cluster run, into the snapshot."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from checker.cli.inputs import say_unnamed


@click.command("kubernetes")
@click.argument("paths", nargs=-1, required=True, metavar="FILE...",
                type=click.Path(exists=True, dir_okay=False, allow_dash=True))  # fmt: skip
@click.option("--cluster", required=True, metavar="ARN", help="Of which EKS cluster.")
@click.option("-o", "--output", type=click.Path(path_type=Path), default=Path("snapshot"),
              metavar="DIR", help="The snapshot to add to; default: snapshot.")  # fmt: skip
@click.option("-q", "--quiet", is_flag=True, help="No summary.")
def kubernetes(paths: tuple[str, ...], cluster: str, output: Path, quiet: bool) -> None:
    """Read which images the pods of an EKS cluster run, and add them to a snapshot.

    FILE is what `kubectl get pods -A -o json` prints, or - for standard input; of several, all are
    of the one cluster. AWS's API does not show pods: until they are added, each cluster is a gap.
    """
    from checker.collect.kubernetes.add import Cluster, add_pods
    from checker.collect.kubernetes.pods import Pod, pods_of
    from checker.snapshot.read import Snapshot

    named, snapshot = Cluster.of(cluster), Snapshot(output)
    pods: list[Pod] = []
    for path in paths:
        pods += pods_of(_text(path), path)
    manifest = add_pods(snapshot, output, named, pods)
    say_unnamed(snapshot)
    if not quiet:
        from checker.report.escape import terminal

        (note,) = (one for one in manifest.notes if one.startswith(named.said))
        click.echo(terminal(f"{output}: {note}"), err=True)


def _text(path: str) -> bytes:
    from checker.bounded import WRITTEN, read_bytes

    if path != "-":
        return read_bytes(Path(path), WRITTEN)
    return sys.stdin.buffer.read(WRITTEN + 1)
