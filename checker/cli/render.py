"""`vendorgate render`: a stored JSON report in another format."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from checker.errors import InputError
from checker.report.formats import FORMATS, render
from checker.report.json_report import read


@click.command("render")
@click.argument("path", metavar="REPORT.json", type=click.Path(path_type=Path))
@click.option(
    "-f",
    "--format",
    "formats",
    multiple=True,
    metavar="FORMAT[=PATH]",
    help=f"Repeatable; one of {', '.join(FORMATS)}. To stdout without a path.",
)
@click.option("--sarif-include-suppressed", is_flag=True, help="Waived findings in SARIF as well.")
@click.option("--no-color", is_flag=True, envvar="NO_COLOR", help="No colours in text.")
def command(
    path: Path, formats: tuple[str, ...], sarif_include_suppressed: bool, no_color: bool
) -> None:
    """Show a report that `check -f json` stored in another format."""
    wanted = [_parse(given) for given in formats or ("text",)]
    report = read(_load(path), path=path)
    for name, target in wanted:
        options: dict[str, bool] = {}
        if name == "sarif":
            options["include_suppressed"] = sarif_include_suppressed
        if name == "text":
            options["color"] = target is None and not no_color and sys.stdout.isatty()
        _write(render(report, name, **options), target)


def _parse(given: str) -> tuple[str, Path | None]:
    name, equals, target = given.partition("=")
    if name not in FORMATS:
        raise click.BadParameter(f"unknown format {name!r}; use one of {', '.join(FORMATS)}")
    if equals and not target:
        raise click.BadParameter(f"{given!r} names no file; write {name}=PATH")
    return name, Path(target) if target else None


def _load(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=path) from None


def _write(text: str, target: Path | None) -> None:
    """To the file by renaming: a run that is cut leaves no half report."""
    if target is None:
        # Bytes: a terminal's or a pipe's own encoding may not have every character.
        click.echo(text.encode(), nl=False)
        return
    draft = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        draft.write_bytes(text.encode())
        draft.replace(target)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise InputError(f"cannot be written: {error.strerror}", path=target) from None
