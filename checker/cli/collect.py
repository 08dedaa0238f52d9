"""`vendorgate collect`: the outside world → a snapshot."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from checker.cli.clock import timestamp
from checker.cli.collect_analyzer import access_analyzer
from checker.cli.collect_cloudtrail import cloudtrail
from checker.cli.collect_files import files
from checker.cli.collect_iac import cloudformation, terraform
from checker.cli.collect_kubernetes import kubernetes
from checker.cli.collect_options import aws_options, request_of
from checker.cli.collect_progress import summary, watching
from checker.cli.collect_since import base_of
from checker.cli.collect_steampipe import steampipe
from checker.cli.main import INCOMPLETE
from checker.cli.stored import KMS_KEY, shown_as, write_object
from checker.cli.stored import output as stored
from checker.errors import InputError
from checker.snapshot.records import Manifest
from checker.snapshot.write import check_target

if TYPE_CHECKING:  # boto3 takes a third of a second to import: only when something is collected
    from checker.collect.aws.carry import Base
    from checker.collect.aws.survey import Request

PERMISSIONS = ("central", "member", "aggregator", "stackset", "all")


@click.group("collect")
def command() -> None:
    """Collect facts into a snapshot."""


command.add_command(access_analyzer)
command.add_command(cloudformation)
command.add_command(cloudtrail)
command.add_command(kubernetes)
command.add_command(files)
command.add_command(kubernetes)
command.add_command(steampipe)
command.add_command(terraform)


@command.command("aws")
@aws_options
@click.option("--plan", is_flag=True, help="Print the calls that it would make; make none.")
@click.option(
    "--permissions",
    type=click.Choice(PERMISSIONS),
    is_flag=False,
    flag_value="all",
    help="Print the least-privilege policies, or a StackSet template; default: all.",
)
@click.option(
    "--image-parameter",
    "parameters",
    multiple=True,
    metavar="NAME",
    help="With --permissions: may be read, as it names an image; * fits several.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("snapshot"),
    metavar="DIR",
    help="Where the snapshot goes: a folder, or s3://BUCKET/PREFIX; default: snapshot.",
)
@KMS_KEY
@click.option(
    "--write-listing",
    "listing_to",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the organization's listing there, for --listing; collect nothing.",
)
@click.option(
    "--since",
    type=click.Path(path_type=Path),
    metavar="SNAPSHOT",
    help="Look only at accounts that may have changed since; carry the others over.",
)
@click.option(
    "--hint",
    metavar="SOURCE",
    help="With --since: what tells which changed: CloudTrail, as for collect cloudtrail, or "
    "aggregator:NAME of AWS Config.",
)
@click.option(
    "--max-age",
    type=click.IntRange(min=0),
    metavar="DAYS",
    help="With --since: an account that was looked at longer ago is not carried.  [default: 7]",
)
@click.option("--resume", is_flag=True, help="Go on with a collection that was cut.")
@click.option("-q", "--quiet", is_flag=True, help="No progress, no summary.")
def aws(
    plan: bool,
    permissions: str | None,
    parameters: tuple[str, ...],
    output: Path,
    kms_key: str | None,
    listing_to: Path | None,
    since: Path | None,
    hint: str | None,
    max_age: int | None,
    resume: bool,
    quiet: bool,
    **given: Any,
) -> None:
    """Collect from AWS, with boto3's own configuration.

    Exit code 3 when something could not be looked at: the manifest lists these gaps.
    """
    request = request_of(**given)
    if request.aggregator and resume:
        raise InputError("an aggregator is read at once", hint="leave --resume out")
    if parameters and not permissions:
        raise InputError("--image-parameter goes with --permissions")
    if not all(map(str.strip, parameters)):
        raise InputError("--image-parameter has no name", hint="write one, as in /images/web*")
    if permissions:
        _print_permissions(permissions, request, parameters)
        return
    if plan:
        _print_plan(request)
        return
    if listing_to:
        _write_listing(request, listing_to, kms_key)
        return
    if request.aggregator and since:
        raise InputError("an aggregator is read at once", hint="leave --since out")
    base = base_of(since, hint, max_age, request, timestamp())
    if collect_to(output, request, quiet=quiet, resume=resume, key=kms_key, base=base).gaps:
        click.get_current_context().exit(INCOMPLETE)


def _print_permissions(kind: str, request: Request, parameters: tuple[str, ...]) -> None:
    import json

    from checker.collect.aws.permissions import documents

    found = documents(request.role_name, parameters, request.kinds)
    click.echo(json.dumps(found if kind == "all" else found[kind], indent=2))


def _print_plan(request: Request) -> None:
    from checker.collect.aws.plan import plan

    click.echo(plan(request))


def _write_listing(request: Request, target: Path, key: str | None) -> None:
    from checker.collect.aws.listing import encode_listing
    from checker.collect.aws.session import connect
    from checker.collect.aws.survey import listing_of

    if not request.organization:
        raise InputError("--write-listing goes with --organization")
    listing = listing_of(connect(request.profile, request.workers), timestamp())
    write_object(encode_listing(listing), target, key)
    counts = f"accounts: {len(listing.accounts):,}, gaps: {len(listing.gaps)}"
    click.echo(f"{shown_as(target)}: {counts}", err=True)
    if listing.gaps:
        click.get_current_context().exit(INCOMPLETE)


def collect_to(
    output: Path,
    request: Request,
    *,
    quiet: bool = False,
    resume: bool = False,
    key: str | None = None,
    base: Base | None = None,
) -> Manifest:
    """Collect and write; says on stderr what came of it."""
    from checker.collect.aws.collect import collect

    now = timestamp()
    begun = time.monotonic()
    with stored(output, key, request.profile) as folder:
        check_target(folder)  # before an hour's collection, not after it
        with watching(quiet) as watch:
            collected = collect(request, folder, now=now, resume=resume, watch=watch, base=base)
    if not quiet:
        click.echo(summary(shown_as(output), collected, time.monotonic() - begun), err=True)
    return collected.manifest
