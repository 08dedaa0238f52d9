"""`vendorgate collect cloudformation` and `collect terraform`: what a pull request would create."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from checker.errors import InputError
from checker.snapshot.write import check_target, write_snapshot

if TYPE_CHECKING:
    from checker.collect.iac.records import Found, Target

INCOMPLETE = 3
F = TypeVar("F", bound=Callable[..., Any])
_FILE = click.Path(path_type=Path, dir_okay=False)
_PATH = click.Path(path_type=Path)
_FOLDER = click.Path(path_type=Path, file_okay=False)
_COMMON = [
    click.option("--account", required=True, metavar="ID", help="Where it would be deployed."),
    click.option("--partition", default="aws", show_default=True, metavar="NAME"),
    click.option("--region", metavar="R", help="What AWS::Region stands for."),
    click.option("--organization", metavar="ID", help="The own organization (o-…)."),
    click.option("--root", type=_FOLDER, default=Path(), metavar="DIR",
                 help="Reports name files below this folder.  [default: the current one]"),
    click.option("-o", "--output", type=click.Path(path_type=Path), default=Path("snapshot"),
                 metavar="DIR", help="Where the snapshot goes.  [default: snapshot]"),
    click.option("-q", "--quiet", is_flag=True, help="No summary."),
]  # fmt: skip


def _common(function: F) -> F:
    for option in reversed(_COMMON):
        function = option(function)
    return function


@click.command("cloudformation")
@click.argument("templates", nargs=-1, required=True, type=_FILE, metavar="TEMPLATE...")
@click.option("--parameters", type=_FILE, metavar="FILE", help="Values of parameters.")
@_common
def cloudformation(
    templates: tuple[Path, ...], parameters: Path | None, output: Path, quiet: bool, **where: Any
) -> None:
    """Collect what CloudFormation and SAM templates would create.

    What cannot be told from a template is reported as trust that cannot be told, never passed
    over. Exit code 3 when something could not be looked at: the manifest lists these gaps.
    """
    from checker.collect.iac.cloudformation import collect_templates
    from checker.collect.iac.parameters import read_parameters

    target = _target(**where)
    check_target(output)
    given = read_parameters(parameters) if parameters else {}
    found = collect_templates(templates, target, given, parameters)
    _finish("cloudformation", output, quiet, found, target)


@click.command("terraform")
@click.argument("plans", nargs=-1, required=True, type=_PATH, metavar="PLAN.json|DIR...")
@click.option(
    "--source-dir",
    "folder",
    type=_FOLDER,
    metavar="DIR",
    help="The .tf files of the root module.  [default: beside the plan]",
)
@click.option(
    "--var-file",
    "var_files",
    type=_FILE,
    multiple=True,
    metavar="FILE",
    help="Values of variables, for folders.",
)
@click.option("--changes-only", is_flag=True, help="Only what the plans create or change.")
@_common
def terraform(
    plans: tuple[Path, ...], folder: Path | None, var_files: tuple[Path, ...], changes_only: bool,
    output: Path, quiet: bool, **where: Any,
) -> None:  # fmt: skip
    """Collect what plans (`terraform show -json PLAN`) would leave behind, what states hold, or
    what folders of .tf files say themselves.

    Whatever their providers say, all is taken to be in --account. What is known only after apply
    is reported as trust that cannot be told. Exit code 3 when something could not be looked at.
    """
    from checker.collect.iac.terraform.collect import collect_plans

    target = _target(**where)
    check_target(output)
    found = collect_plans(plans, target, folder, changes_only=changes_only, var_files=var_files)
    _finish("terraform", output, quiet, found, target)


def _target(
    *, account: str, partition: str, region: str | None, organization: str | None, root: Path
) -> Target:
    from checker.collect.iac.records import Target

    if not re.fullmatch(r"[0-9]{12}", account):
        raise InputError(f"--account: {account!r} is no account id", hint="12 digits")
    if organization and not re.fullmatch(r"o-[a-z0-9]{10,32}", organization):
        raise InputError(f"--organization: {organization!r} is no organization id", hint="o-…")
    if not re.fullmatch(r"aws(-[a-z]+)*", partition):
        raise InputError(f"--partition: {partition!r} is no partition", hint="such as aws-us-gov")
    if region and not re.fullmatch(r"[a-z]{2,}(-[a-z]+)+-\d+", region):
        raise InputError(f"--region: {region!r} is no region", hint="such as eu-west-1")
    return Target(account=account, partition=partition, region=region,
                  organization=organization, root=root)  # fmt: skip


def _finish(source: str, output: Path, quiet: bool, found: Found, target: Target) -> None:
    now = datetime.now(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
    manifest = write_snapshot(output, found.manifest(source, target, now), found.records())
    if not quiet:
        for line in _said(output, found):
            click.echo(line, err=True)
    if manifest.gaps:
        click.get_current_context().exit(INCOMPLETE)


def _said(output: Path, found: Found) -> list[str]:
    """What came of it, and what of it could not be told."""
    from checker.report.escape import terminal

    counts = f"roles: {len(found.roles)}, image uses: {len(found.image_uses)}"
    lines = [f"{output}: {counts}, gaps: {len(found.gaps)}"]
    for role in found.roles:
        place = f"{role.location.file}:{role.location.line}" if role.location else ""
        told = Counter(role.unresolved or ())
        lines += [terminal(f"  {place}: {role.name}: {note}") for note in told]
    return lines + [terminal(f"  gap: {gap.call}: {gap.message}") for gap in found.gaps]
