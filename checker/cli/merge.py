"""`vendorgate merge`: several snapshots as one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from checker.cli.main import INCOMPLETE, PASS
from checker.cli.stored import KMS_KEY, each, opened, output, read_object, shown_as
from checker.errors import BadInputsError, InputError

if TYPE_CHECKING:
    from checker.snapshot.merge import Source
    from checker.snapshot.records import Gap, Manifest


@click.command("merge")
@click.argument("snapshots", nargs=-1, required=True, metavar="SNAPSHOT...",
                type=click.Path(path_type=Path))  # fmt: skip
@click.option("-o", "--output", "target", type=click.Path(path_type=Path), required=True,
              metavar="DIR",
              help="Where the merged snapshot goes: a folder, or s3://BUCKET/PREFIX.")  # fmt: skip
@click.option("--listing", metavar="FILE",
              help="The organization as --write-listing wrote it just now: accounts that are in no "
              "SNAPSHOT are gaps.")  # fmt: skip
@KMS_KEY
@click.option("-q", "--quiet", is_flag=True, help="No summary.")
def command(
    snapshots: tuple[Path, ...],
    target: Path,
    listing: str | None,
    kms_key: str | None,
    quiet: bool,
) -> int:
    """Make one snapshot of several: the shards of a collection, other organizations, other days.

    A SNAPSHOT is a folder, s3://BUCKET/PREFIX, or s3://BUCKET/PREFIX/* for all right below.
    Each account is taken whole from the newest SNAPSHOT that looked at it, with its time. A shard
    that is missing, and an account that is in none, are gaps. Of several partitions, DIR gets a
    snapshot for each: DIR/aws, DIR/aws-cn.

    Exit codes: 0 · 2 bad usage or input · 3 something was not looked at.
    """
    sources, lacking = _sources(snapshots)
    if listing:
        sources.append(_listing(listing))
    gaps = 0
    for place, some in _by_partition(sources, target).items():
        made = _merge(some, lacking, place, kms_key)
        gaps += len(made.gaps)
        if not quiet:
            click.echo(_summary(shown_as(place), made), err=True)
    return INCOMPLETE if gaps else PASS


def _by_partition(sources: list[Source], target: Path) -> dict[Path, list[Source]]:
    """An account id of another partition is another account, so each gets a snapshot of its own."""
    found: dict[str, list[Source]] = {}
    for source in sources:
        found.setdefault(source.manifest.partition, []).append(source)
    if len(found) == 1:
        return {target: sources}
    if (target / "manifest.json").exists():
        said = f"holds a snapshot, and these are of {', '.join(sorted(found))}"
        raise InputError(said, path=target, hint="choose a new folder: each partition gets its own")
    return {target / partition: found[partition] for partition in sorted(found)}


def _sources(paths: tuple[Path, ...]) -> tuple[list[Source], list[Gap]]:
    """Each once, and a gap for each folder below `PREFIX/*` whose snapshot never was whole. Raises
    InputError, of all that cannot be read."""
    from checker.collect.store.read import NoSnapshotError
    from checker.snapshot.merge import Source, check_sources

    found: dict[str, Source] = {}
    errors: list[InputError] = []
    gaps: list[Gap] = []
    for given in paths:
        for path in each(given):
            try:
                snapshot = opened(path)
            except InputError as error:
                if path != given and isinstance(error, NoSnapshotError):
                    gaps.append(_cut(shown_as(path)))
                else:
                    errors.append(error)
            else:
                found[snapshot.sha256] = Source(snapshot.manifest, snapshot)
    if errors:
        raise BadInputsError(errors)
    if not found:
        raise InputError("there is no snapshot to merge", hint="did all shards fail?")
    check_sources(list(found.values()))
    return list(found.values()), gaps


def _cut(place: str) -> Gap:
    from checker.snapshot.records import Gap

    text = f"{place} holds no whole snapshot: whoever wrote it was cut; collect it anew"
    return Gap(call=f"merge:{place}", code="NoSnapshot", message=text)


def _listing(place: str) -> Source:
    from checker.bounded import WRITTEN
    from checker.collect.aws.listing import as_manifest, read_listing
    from checker.snapshot.merge import Source

    return Source(as_manifest(read_listing(read_object(place, WRITTEN), place)))


def _merge(sources: list[Source], gaps: list[Gap], target: Path, key: str | None) -> Manifest:
    from checker import __version__
    from checker.snapshot.manifest import covered
    from checker.snapshot.merge import merged_lines, winners
    from checker.snapshot.merged import merged_manifest
    from checker.snapshot.records import Tool
    from checker.snapshot.write import write_sorted

    chosen = winners(sources)
    tool = Tool(name="vendorgate", version=__version__)
    manifest = merged_manifest(sources, chosen, tool, gaps)
    with output(target, key) as folder:
        return covered(write_sorted(folder, manifest, merged_lines(sources, chosen)))


def _summary(target: str, made: Manifest) -> str:
    from checker.report.escape import terminal

    seen = sum(account.collected for account in made.accounts)
    counts = [f"{name.partition('.')[0]}: {e.records:,}" for name, e in sorted(made.files.items())]
    parts = [f"accounts: {seen:,} of {len(made.accounts):,}", *counts, f"gaps: {len(made.gaps):,}"]
    told = ("shard:", "merge")
    missing = [f"  gap: {gap.message}" for gap in made.gaps if gap.call.startswith(told)]
    return "\n".join(map(terminal, [f"{target}: {', '.join(parts)}", *missing]))
