"""`vendorgate collect cloudformation` and `collect terraform`: what a pull request would create."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from checker.cli.clock import timestamp
from checker.cli.code import PARAMETERS, PLACE, PLANS, Code, options
from checker.cli.main import INCOMPLETE
from checker.snapshot.redact import redacted, redacted_manifest
from checker.snapshot.write import check_target, write_snapshot

if TYPE_CHECKING:
    from checker.collect.iac.records import Found

_OUTPUT = [
    click.option("--redact-external-ids", "redact", is_flag=True,
                 help="Stand-ins for external ids; whom they let in stays the same."),
    click.option("-o", "--output", type=click.Path(path_type=Path), metavar="DIR",
                 help="Where the snapshot goes.  [default: snapshot, unless AWS's is there]"),
    click.option("-q", "--quiet", is_flag=True, help="No summary."),
]  # fmt: skip


@click.command("cloudformation")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@options(PARAMETERS, PLACE, _OUTPUT)
def cloudformation(
    paths: tuple[str, ...], redact: bool, output: Path | None, quiet: bool, **given: Any
) -> None:
    """Collect what CloudFormation and SAM templates would create.

    PATH is a template, a folder of them, a glob, or - for standard input. What cannot be told
    from a template is reported as trust that cannot be told, never passed over. Exit code 3 when
    something could not be looked at: the manifest lists these gaps.
    """
    _collect(Code.of("cloudformation", paths, **given), redact, output, quiet)


@click.command("terraform")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@options(PLANS, PLACE, _OUTPUT)
def terraform(
    paths: tuple[str, ...], redact: bool, output: Path | None, quiet: bool, **given: Any
) -> None:
    """Collect what plans (`terraform show -json PLAN`) would leave behind, what states hold, and
    what .tf files say without a plan.

    PATH is a plan or state in JSON, a folder of modules, a glob, or - for standard input.
    Whatever their providers say, all is taken to be in --account. What is known only after apply
    is reported as trust that cannot be told. Exit code 3 when something could not be looked at.
    """
    _collect(Code.of("terraform", paths, **given), redact, output, quiet)


def _collect(code: Code, redact: bool, output: Path | None, quiet: bool) -> None:
    target = output or _free(Path("snapshot"))
    check_target(target)
    found = code.collect()
    now = timestamp()
    manifest, records = code.manifest(found, now), found.records()
    if redact:
        manifest = redacted_manifest(manifest)
        records = {name: list(map(redacted, each)) for name, each in records.items()}
    manifest = write_snapshot(target, manifest, records)
    if not quiet:
        for line in _said(target, found):
            click.echo(line, err=True)
    if manifest.gaps:
        click.get_current_context().exit(INCOMPLETE)


def _free(path: Path) -> Path:
    """Where nobody said where to, what was collected from an account stays as it is."""
    from checker.errors import InputError
    from checker.snapshot.read import Snapshot

    if not (path / "manifest.json").is_file():
        return path
    hint = "choose another folder with -o, or check at once: vendorgate check --cloudformation"
    try:
        sources = set(Snapshot(path).manifest.sources)
    except InputError as error:
        told = f"a snapshot that cannot be read is here ({error.message})"
        raise InputError(told, path=path, hint=hint) from None
    if sources - {"cloudformation", "terraform"}:
        raise InputError("a snapshot of an account is here", path=path, hint=hint)
    return path


def _said(output: Path, found: Found) -> list[str]:
    """What came of it, and what of it could not be told."""
    from checker.report.escape import terminal

    told: dict[str, list[Any]] = {
        "roles": found.roles, "image uses": found.image_uses, "resources": found.resources,
        "uses of code": found.code_uses, "gaps": found.gaps,
    }  # fmt: skip
    counts = ", ".join(f"{name}: {len(several)}" for name, several in told.items())
    lines = [terminal(f"{output}: {counts}")]
    named = [
        *((one.location, one.name, one.unresolved) for one in found.roles),
        *((one.location, one.name, one.unresolved) for one in found.resources),
        *((one.location, one.via, one.unresolved) for one in found.code_uses),
    ]
    for location, name, notes in named:
        place = f"{location.file}:{location.line}" if location else ""
        lines += [terminal(f"  {place}: {name}: {note}") for note in dict.fromkeys(notes or ())]
    lines += [terminal(f"  {note}") for note in found.told()]
    return lines + [terminal(f"  gap: {gap.call}: {gap.message}") for gap in found.gaps]
