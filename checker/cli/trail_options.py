"""The options of every command that reads a trail, and what they mean."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from checker.cli.collect_progress import reading
from checker.errors import InputError

if TYPE_CHECKING:
    from checker.collect.cloudtrail.trail import Trail
    from checker.usage.sql import Window

F = TypeVar("F", bound=Callable[..., Any])


class _Moment(click.ParamType):  # type: ignore[type-arg]  # no generic before click 8.4
    """A day, or a time as events have it: with an offset, or UTC; as text like CloudTrail's."""

    name = "time"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from checker.usage.times import canonical

        found = canonical(f"{value}T00:00:00Z" if len(value) == len("2026-11-01") else value)
        return found or self.fail(
            f"{value!r} is no time; write 2026-11-01 or 2026-11-01T10:00:00Z", param, ctx
        )


_MOMENT = _Moment()
_ACCOUNT = re.compile(r"[0-9]{12}\Z")
_REGION = re.compile(r"[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}\Z")
_NEEDED = ("arro3", "duckdb", "sqlglot")
INSTALL = "pip install 'vendorgate[cloudtrail]'"

_OPTIONS = [
    click.option("--from", "begin", type=_MOMENT, metavar="TIME",
                 help="From this day or time (UTC) on.  [default: all; remote: 30 days]"),
    click.option("--to", "end", type=_MOMENT, metavar="TIME", help="Up to, but without, it."),
    click.option("--account", "accounts", multiple=True, metavar="ID",
                 help="Events of this account alone; repeatable."),
    click.option("--region", "regions", multiple=True, metavar="NAME",
                 help="Events of this region alone; repeatable."),
    click.option("--profile", metavar="NAME", help="AWS profile, for s3:// and athena://."),
    click.option("--max-scan", type=click.IntRange(1), metavar="GB", default=100,
                 show_default=True, help="Stop Athena beyond so many gigabytes."),
    click.option("--columns", type=click.Path(path_type=Path), metavar="FILE",
                 help="YAML: what a table calls CloudTrail's columns."),
]  # fmt: skip


def trail_options(command: F) -> F:
    """Adds them; the command hands them to `opened` as they are."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def opened(
    source: str, *, begin: str | None, end: str | None, accounts: tuple[str, ...],
    regions: tuple[str, ...], profile: str | None, max_scan: int, columns: Path | None = None,
    own: frozenset[str] = frozenset(), quiet: bool = False,
) -> Trail:  # fmt: skip
    """`own`: accounts that are known to be ours. Raises InputError for a source, a time or a place
    that is none."""
    check_installed()
    from checker.collect.cloudtrail.naming import read_columns
    from checker.collect.cloudtrail.opening import Opening, open_trail

    window = _window(begin, end, accounts, regions)
    named = None if columns is None else read_columns(columns)
    say = (lambda _: None) if quiet else _say
    opening = Opening(source, window, profile, max_scan * 10**9, None, named, own, say)
    trail = open_trail(opening)
    trail.watch = reading(quiet)
    return trail


def _say(text: str) -> None:
    from checker.report.escape import terminal

    click.echo(terminal(text), err=True)


def check_installed() -> None:
    """The engine is an extra, as most never read a trail."""
    if missing := [name for name in _NEEDED if importlib.util.find_spec(name) is None]:
        raise InputError(f"reading CloudTrail needs {', '.join(missing)}", hint=INSTALL)


def _window(
    begin: str | None,
    end: str | None,
    accounts: tuple[str, ...],
    regions: tuple[str, ...],
) -> Window:
    from checker.usage.sql import Window

    if begin and end and begin >= end:
        raise InputError("--from is not before --to")
    _all_match(_ACCOUNT, accounts, "an account has 12 digits")
    _all_match(_REGION, regions, "a region is written like us-east-1")
    return Window(begin, end, accounts, regions)


def _all_match(form: re.Pattern[str], values: tuple[str, ...], hint: str) -> None:
    for value in values:
        if not form.match(value):
            raise InputError(f"{value!r} is none", hint=hint)


def say_gaps(trail: Trail, quiet: bool = False) -> None:
    """On stderr: what was read, and what could not be."""
    from checker.report.escape import terminal

    if not quiet:
        click.echo(terminal(trail.said), err=True)
    for gap in trail.gaps:
        click.echo(f"gap: {terminal(gap.call)}: {gap.code}: {terminal(gap.message)}", err=True)
