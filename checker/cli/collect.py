"""`vendorgate collect`: the outside world → a snapshot."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from checker.cli.collect_iac import cloudformation, terraform
from checker.errors import InputError
from checker.snapshot.records import Manifest
from checker.snapshot.write import check_target, write_snapshot

if TYPE_CHECKING:  # boto3 takes a third of a second to import: only when something is collected
    from checker.collect.aws.collect import Request
    from checker.collect.aws.fanout import Progress

DEFAULT_ROLE = "vendorgate-collector"
INCOMPLETE = 3
_REGION = re.compile(r"[a-z]{2,}(-[a-z]+)+-\d+")
_ROLE_NAME = re.compile(r"[\w+=,.@/-]{1,512}", re.ASCII)
_EXTERNAL_ID = re.compile(r"[\w+=,.@:/-]{2,1224}", re.ASCII)


@click.group("collect")
def command() -> None:
    """Collect facts into a snapshot."""


command.add_command(cloudformation)
command.add_command(terraform)


@command.command("aws")
@click.option("--profile", help="Profile of the AWS configuration; default: the environment's.")
@click.option("--accounts", multiple=True, metavar="A,B", help="Each is entered by a role.")
@click.option("--organization", is_flag=True, help="Every account of the caller's organization.")
@click.option("--ou", "units", multiple=True, metavar="PATH", help="Only below, as Root/Prod.")
@click.option("--exclude-account", "excluded", multiple=True, metavar="A", help="Leave it out.")
@click.option("--role-name", metavar="NAME", help=f"Role to assume; default: {DEFAULT_ROLE}.")
@click.option("--external-id", metavar="ID", help="External id for assuming the role.")
@click.option("--regions", multiple=True, metavar="A,B", help="Default: all enabled regions.")
@click.option("--workers", type=click.IntRange(1, 256), default=16, show_default=True)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("snapshot"),
    metavar="DIR",
    help="Where the snapshot goes; default: snapshot.",
)
@click.option("-q", "--quiet", is_flag=True, help="No progress, no summary.")
def aws(
    profile: str | None,
    accounts: tuple[str, ...],
    organization: bool,
    units: tuple[str, ...],
    excluded: tuple[str, ...],
    role_name: str | None,
    external_id: str | None,
    regions: tuple[str, ...],
    workers: int,
    output: Path,
    quiet: bool,
) -> None:
    """Collect from AWS, with boto3's own configuration.

    Exit code 3 when something could not be looked at: the manifest lists these gaps.
    """
    from checker.collect.aws.collect import Request

    request = Request(
        profile=profile,
        accounts=_ids("--accounts", accounts),
        organization=organization,
        units=units,
        excluded=_ids("--exclude-account", excluded),
        role_name=role_name or DEFAULT_ROLE,
        external_id=external_id,
        regions=_listed(regions),
        workers=workers,
    )
    _validate(request, role_given=bool(role_name or external_id))
    manifest = collect_to(output, request, quiet=quiet)
    if manifest.gaps:
        click.get_current_context().exit(INCOMPLETE)


def collect_to(output: Path, request: Request, *, quiet: bool = False) -> Manifest:
    """Collect and write; says on stderr what came of it."""
    from checker.collect.aws.collect import collect

    check_target(output)  # before an hour's collection, not after it
    now = datetime.now(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
    with _progress(quiet) as progress:
        collected = collect(request, collected_at=now, progress=progress)
    manifest = write_snapshot(output, collected.manifest, collected.records)
    if not quiet:
        click.echo(_summary(output, manifest), err=True)
    return manifest


def _validate(request: Request, *, role_given: bool) -> None:
    members = request.accounts or request.organization
    if request.units and not request.organization:
        raise InputError("--ou goes with --organization")
    if role_given and not members:
        raise InputError("--role-name and --external-id go with --accounts or --organization")
    if not _ROLE_NAME.fullmatch(request.role_name):
        raise InputError(f"{request.role_name!r} is no role name", hint="give its name, no ARN")
    if request.external_id and not _EXTERNAL_ID.fullmatch(request.external_id):
        raise InputError("--external-id: AWS takes letters, digits and _+=,.@:/- (2 to 1224)")
    for region in request.regions:
        if not _REGION.fullmatch(region):
            raise InputError(f"--regions: {region!r} is no region", hint="such as eu-west-1")


def _ids(option: str, texts: tuple[str, ...]) -> tuple[str, ...]:
    ids = sorted(_listed(texts))
    for account in ids:
        if not re.fullmatch(r"[0-9]{12}", account):
            raise InputError(f"{option}: {account!r} is no account id", hint="12 digits")
    return tuple(ids)


def _listed(texts: tuple[str, ...]) -> tuple[str, ...]:
    """What an option names, with commas or by repeating it, each once."""
    parts = [part.strip() for text in texts for part in text.split(",")]
    return tuple(dict.fromkeys(part for part in parts if part))


@contextmanager
def _progress(quiet: bool) -> Iterator[Progress]:
    """One line that rewrites itself, on a terminal only."""
    from checker.collect.aws.fanout import silent

    if quiet or not sys.stderr.isatty():
        yield silent
        return
    try:
        yield _show
    finally:
        click.echo("\r\x1b[K", err=True, nl=False)


def _show(done: int, known: int) -> None:
    click.echo(f"\r\x1b[Kcollecting: {done} of {known} corners", err=True, nl=False)


def _summary(output: Path, manifest: Manifest) -> str:
    counts = {name.partition(".")[0]: entry.records for name, entry in manifest.files.items()}
    looked_at = sum(account.collected for account in manifest.accounts)
    parts = [
        f"accounts: {looked_at}",
        f"regions: {len(manifest.regions)}",
        *(f"{name.replace('_', ' ')}: {counts[name]}" for name in sorted(counts, reverse=True)),
        f"gaps: {len(manifest.gaps)}",
    ]
    gaps = Counter(f"{gap.call}: {gap.code}" for gap in manifest.gaps)
    lines = [f"  gap: {name} ({count}×)" for name, count in sorted(gaps.items())]
    return "\n".join([f"{output}: {', '.join(parts)}", *lines])
