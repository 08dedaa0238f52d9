"""What the commands of `enforce` share: their options, their inputs, what they say."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from checker.cli.clock import DAY
from checker.cli.inputs import NO_SETTINGS
from checker.cli.main import FINDINGS, INCOMPLETE, PASS
from checker.cli.output import redact_option

if TYPE_CHECKING:
    from checker.enforce.listed import Listed
    from checker.snapshot.read import Snapshot
    from checker.vetting.allowlist import Allowlist
    from checker.vetting.register import Register

F = TypeVar("F", bound=Callable[..., Any])
_OPTIONS = [
    click.option("-a", "--allowlist", type=click.Path(path_type=Path), metavar="FILE",
                 help="Who is vetted.  [default: allowlist.yaml]"),
    click.option("--against", type=click.Path(path_type=Path), metavar="SNAPSHOT",
                 help="Prove what it would do there; who is ours is known from it, too."),
    click.option("-f", "--format", "form", default="json", show_default=True,
                 type=click.Choice(["json", "terraform", "cloudformation"]),
                 help="The document as AWS takes it, or code that makes it."),
    click.option("--report", type=click.Path(path_type=Path), metavar="FILE",
                 help="With --against: all that it would do, as JSON."),
    redact_option,
    click.option("--today", type=DAY, metavar="YYYY-MM-DD",
                 help="Who is vetted on this day.  [default: today, in UTC]"),
    NO_SETTINGS,
]  # fmt: skip


def enforce_options(command: F) -> F:
    """Adds the options that each command has."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@dataclass(frozen=True)
class Given:
    """What was given, read."""

    allowlist: Allowlist
    found: Listed
    snapshot: Snapshot | None
    today: date
    redact: bool

    def register(self, snapshot: Snapshot) -> Register:
        """Who is own and who is vetted, of the snapshot."""
        from checker.check.engine import register_of

        return register_of(snapshot, self.allowlist.as_of(self.today), self.today)


def given(
    allowlist: Path | None, against: Path | None, today: Any, *, no_settings: bool,
    report: Path | None = None, redact: bool = False,
) -> Given:  # fmt: skip
    """Raises InputError."""
    from checker.cli.inputs import inputs_of, say_unnamed
    from checker.cli.stored import opened
    from checker.cli.targets import check_not_read
    from checker.enforce.listed import listed
    from checker.vetting.read import included, read_allowlist

    if report is not None and against is None:
        raise click.UsageError("--report goes with --against SNAPSHOT")
    inputs = inputs_of(
        snapshot=against, allowlist=allowlist, policies=None, no_builtin=False, today=today,
        no_settings=no_settings,
    )  # fmt: skip
    if report is not None:
        check_not_read([("json", report)], [inputs.allowlist, against, *included(inputs.allowlist)])
    whole = read_allowlist(inputs.allowlist)
    snapshot = opened(against) if against else None
    if snapshot is not None:
        say_unnamed(snapshot)
    return Given(whole, listed(whole, inputs.today), snapshot, inputs.today, redact)


def say(lines: Iterable[str]) -> None:
    """On stderr."""
    from checker.report.escape import terminal

    for line in lines:
        click.echo(terminal(line), err=True)


def write_report(guardrail: str, read: Given, proof: Any, path: Path | None) -> None:
    """`path`: None for none."""
    from checker.cli.output import write_text
    from checker.enforce.document import as_report

    if path is not None and read.snapshot is not None:
        text = as_report(
            guardrail, read.found, read.snapshot, read.today, proof, redact=read.redact
        )
        write_text(text, path)


def verdict(*, cuts: bool, doubts: bool) -> int:
    """1 wins: what is vetted would be cut."""
    return FINDINGS if cuts else INCOMPLETE if doubts else PASS
