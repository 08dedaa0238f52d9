"""Writes reports: to stdout, or to a file by renaming; to whatever is no plain file, through it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from checker.cli.targets import Wanted, at_end, check_apart
from checker.errors import InputError
from checker.patterns import pattern

if TYPE_CHECKING:
    from checker.report.model import Report

_STANDARD = {"stdin": 0, "stdout": 1, "stderr": 2}
_DESCRIPTOR = pattern(
    r"/dev/(?P<name>stdin|stdout|stderr)|(/dev/fd|/proc/(self|thread-self)/fd)/(?P<number>[0-9]{1,9})"
)
F = TypeVar("F", bound=Callable[..., Any])


def format_option(default: str) -> Callable[[F], F]:
    """The repeatable -f/--format of every command that writes a report."""
    return click.option(
        "-f", "--format", "formats", multiple=True, metavar="FORMAT[=PATH]",
        help=f"Repeatable, as -f sarif=out.sarif -f text.  [default: {default}]",
    )  # fmt: skip


def redact_option(command: F) -> F:
    """--redact-external-ids of every command whose output may hold some."""
    return click.option(
        "--redact-external-ids", "redact", is_flag=True, help="No external id in what is written."
    )(command)


def parse_formats(given: tuple[str, ...], known: tuple[str, ...]) -> list[Wanted]:
    """`FORMAT[=PATH]` each. Raises InputError; at most one may go to stdout."""
    wanted = [_parse(text, known) for text in given]
    if sum(path is None for _, path in wanted) > 1:
        raise InputError("two formats cannot both go to stdout", hint="write -f FORMAT=PATH")
    check_apart(wanted)
    return wanted


def write_reports(
    report: Report, wanted: list[Wanted], *, color: bool = False, suppressed: bool = False,
    redact: bool = False,
) -> None:  # fmt: skip
    """Raises InputError for a file that cannot be written."""
    from checker.report.formats import parts
    from checker.report.redact import without_external_ids

    report = without_external_ids(report) if redact else report
    for name, path in wanted:
        texts = parts(
            report, name, color=color and path is None, width=columns(path),
            include_suppressed=suppressed,
        )  # fmt: skip
        write_parts(texts, path)
    if any(name == "github" for name, _ in wanted):
        _job_summary(report)


def _job_summary(report: Report) -> None:
    """Appends to the file that GitHub names in a step: it shows it on the run's page."""
    named = os.environ.get("GITHUB_STEP_SUMMARY")
    if not named:
        return
    from checker.report.formats.github import summary

    try:
        with Path(named).open("ab") as file:
            file.write(summary(report).encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", path=named) from None


def write_text(text: str, path: Path | None) -> None:
    write_parts([text], path)


def write_parts(texts: Iterable[str | bytes], path: Path | None) -> None:
    """Bytes, as a terminal's or a pipe's own encoding may not have every character."""
    parts = (
        text if isinstance(text, bytes) else text.encode("utf-8", "backslashreplace")
        for text in texts
    )  # fmt: skip
    if path is None:
        for part in parts:
            click.echo(part, nl=False)
        return
    try:
        write_bytes(parts, path)
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", path=path) from None


def write_bytes(parts: Iterable[bytes], path: Path) -> None:
    """A regular file is replaced in one step, at the end of links that lead to it; whatever else
    has the name (a pipe, a device, a descriptor) is written to, as replacing would end it."""
    if (number := descriptor(path)) is not None:
        with os.fdopen(os.dup(number), "wb") as file:
            file.writelines(parts)
        return
    target = at_end(path)
    if target.exists() and not target.is_file():
        with target.open("wb") as file:
            file.writelines(parts)
        return
    draft = target.with_name(f".{target.name}.{os.urandom(4).hex()}.tmp")
    try:
        with draft.open("xb") as file:
            file.writelines(parts)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def descriptor(path: Path) -> int | None:
    """The open file that a path stands for, as /dev/stdout does: opened anew it would be cut."""
    found = _DESCRIPTOR.fullmatch(str(path.absolute()))
    if found is None:
        return None
    return _STANDARD[found["name"]] if found["name"] else int(found["number"])


def color_wanted(no_color: bool) -> bool:
    """Colour only on a terminal, and never against the reader's wish (https://no-color.org)."""
    return sys.stdout.isatty() and not no_color and not os.environ.get("NO_COLOR")


def columns(path: Path | None) -> int:
    """How wide the terminal is; 0 where it is none that is written to."""
    if path is not None or not sys.stdout.isatty():
        return 0
    import shutil

    return shutil.get_terminal_size((0, 0)).columns


def _parse(given: str, known: tuple[str, ...]) -> Wanted:
    name, equals, target = given.partition("=")
    if name not in known:
        raise InputError(f"unknown format {name!r}", hint=f"use one of {', '.join(known)}")
    if equals and not target:
        raise InputError(f"{given!r} names no file", hint=f"write {name}=PATH")
    path = Path(target) if target else None
    return name, None if path and descriptor(path) == 1 else path
