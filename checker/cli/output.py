"""Writes reports: to stdout, or to a file by renaming."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from checker.errors import InputError

if TYPE_CHECKING:
    from checker.report.model import Report

F = TypeVar("F", bound=Callable[..., Any])
Wanted = tuple[str, Path | None]


def format_option(default: str) -> Callable[[F], F]:
    """The repeatable -f/--format of every command that writes a report."""
    return click.option(
        "-f", "--format", "formats", multiple=True, metavar="FORMAT[=PATH]",
        help=f"Repeatable, as -f sarif=out.sarif -f text.  [default: {default}]",
    )  # fmt: skip


def parse_formats(given: tuple[str, ...], known: tuple[str, ...]) -> list[Wanted]:
    """`FORMAT[=PATH]` each. Raises InputError; at most one may go to stdout."""
    wanted = [_parse(text, known) for text in given]
    if sum(path is None for _, path in wanted) > 1:
        raise InputError("two formats cannot both go to stdout", hint="write -f FORMAT=PATH")
    return wanted


def write_reports(
    report: Report, wanted: list[Wanted], *, color: bool = False, suppressed: bool = False
) -> None:
    """Renders all of them, then writes. Raises InputError for a file that cannot be written."""
    from checker.report.formats import render

    for name, path in wanted:
        options: dict[str, bool] = {}
        if name == "sarif":
            options["include_suppressed"] = suppressed
        if name == "text":
            options["color"] = color and path is None
        write_text(render(report, name, **options), path)
    if any(name == "github" for name, _ in wanted):
        _job_summary(report)


def _job_summary(report: Report) -> None:
    """Appends to the file that GitHub names in a step: it shows it on the run's page."""
    named = os.environ.get("GITHUB_STEP_SUMMARY")
    if not named:
        return
    from checker.report.github import summary

    try:
        with Path(named).open("ab") as file:
            file.write(summary(report).encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", path=named) from None


def write_text(text: str, path: Path | None) -> None:
    """Bytes, as a terminal's or a pipe's own encoding may not have every character."""
    if path is None:
        click.echo(text.encode("utf-8", "backslashreplace"), nl=False)
        return
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        draft.write_bytes(text.encode("utf-8", "backslashreplace"))
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise InputError(f"cannot be written: {error.strerror}", path=path) from None


def color_wanted(no_color: bool) -> bool:
    """Colour only on a terminal, and never against the reader's wish (https://no-color.org)."""
    return sys.stdout.isatty() and not no_color and not os.environ.get("NO_COLOR")


def _parse(given: str, known: tuple[str, ...]) -> Wanted:
    name, equals, target = given.partition("=")
    if name not in known:
        raise InputError(f"unknown format {name!r}", hint=f"use one of {', '.join(known)}")
    if equals and not target:
        raise InputError(f"{given!r} names no file", hint=f"write {name}=PATH")
    return name, Path(target) if target else None
