"""`vendorgate usage`: the audit questions over CloudTrail."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from checker.cli import stored
from checker.cli.clock import DAY
from checker.cli.main import INCOMPLETE, PASS
from checker.cli.output import (
    columns,
    format_option,
    parse_formats,
    redact_option,
    write_parts,
    write_text,
)
from checker.cli.targets import check_not_read
from checker.cli.trail_options import opened, say_gaps, trail_options
from checker.errors import InputError

if TYPE_CHECKING:
    from checker.collect.cloudtrail.trail import Trail

Rows = Iterable[dict[str, Any]]
Question = Callable[[Any, "Trail"], Rows]
"""Of the module of questions, which is imported late, and a trail."""
FORMATS = ("text", "json", "csv")
_ROLE = re.compile(r"arn:aws[a-z-]*:iam::[0-9]{12}:role/[\x21-\x7e]+\Z")
_ACTION = re.compile(r"([a-z0-9-]+:)?[A-Za-z0-9_]+\Z")


def _say_tables(context: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        from checker.usage.published import origin

        click.echo(origin())
        context.exit()


@click.group("usage")
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_say_tables,
              help="Of when the table of IAM actions is, and exit.")  # fmt: skip
def command() -> None:
    """Ask CloudTrail how roles were used: logs at hand, s3:// or athena://.

    Exit codes: 0 · 2 bad usage or input · 3 a file could not be read whole, so rows may be missing.
    """


@command.command("calls")
@click.argument("source")
@click.option("--role", required=True, metavar="ARN", help="The role that was used.")
@format_option("text")
@redact_option
@trail_options
def calls(source: str, role: str, formats: tuple[str, ...], redact: bool, **given: Any) -> int:
    """All calls through a role in SOURCE, and who is behind each."""
    if not _ROLE.match(role):
        hint = "write arn:aws:iam::ACCOUNT:role/NAME"
        raise InputError(f"{role!r} is no role's ARN", hint=hint)
    return _ask(source, formats, given, lambda ask, trail: ask.calls(trail, role), redact=redact)


@command.command("callers")
@click.argument("source")
@click.option("--action", required=True, metavar="NAME",
              help="An IAM action (iam:GenerateCredentialReport) or an event's name.")  # fmt: skip
@format_option("text")
@redact_option
@trail_options
def callers(source: str, action: str, formats: tuple[str, ...], redact: bool, **given: Any) -> int:
    """All identities in SOURCE that attempted a call, failed attempts too."""
    if not _ACTION.match(action):
        hint = "write SERVICE:Action, or an event's name"
        raise InputError(f"{action!r} is no action", hint=hint)

    return _ask(
        source, formats, given, lambda ask, trail: ask.callers(trail, action), redact=redact,
        nothing=lambda: _say_hint(action),
    )  # fmt: skip


def _say_hint(action: str) -> None:
    from checker.collect.cloudtrail.hints import hint
    from checker.report.escape import terminal

    click.echo(terminal(f"hint: {hint(action)}"), err=True)


@command.command("assume-role")
@click.argument("source")
@click.option("--own", multiple=True, metavar="ID",
              help="An own account; default: those of --snapshot.")  # fmt: skip
@click.option("--snapshot", type=click.Path(path_type=Path), default=Path("snapshot"),
              show_default=True, help="Whose accounts are own, where it is there.")  # fmt: skip
@format_option("text")
@trail_options
def assume_role(
    source: str, own: tuple[str, ...], snapshot: Path, formats: tuple[str, ...], **given: Any
) -> int:
    """Who assumes which role in SOURCE, how often; third parties told from the rest."""
    from checker.usage.listing import assumption_rows

    known = _own(own, snapshot)

    def rows(ask: Any, trail: Trail) -> Rows:
        return assumption_rows(ask.assumptions(trail), known)

    return _ask(source, formats, given | {"own": known}, rows)


def _own(given: tuple[str, ...], snapshot: Path) -> frozenset[str]:

    if given or not (snapshot / "manifest.json").exists():
        return frozenset(given)
    return frozenset(account.id for account in stored.opened(snapshot).manifest.accounts)


@command.command("sql")
@click.argument("query")
@click.argument("source")
@format_option("text")
@trail_options
def sql(query: str, source: str, formats: tuple[str, ...], **given: Any) -> int:
    """Ask SOURCE one SELECT over the table `events`.

    Columns: event_time, event_source, event_name, account, region, source_ip, error_code,
    request_id, event_id, request_parameters, role (whose session called), caller, caller_account,
    caller_arn, caller_service, caller_issuer. The dialect is Athena's, wherever it runs.
    """
    return _ask(source, formats, given, lambda ask, trail: ask.answer(trail, query))


@command.command("athena-ddl")
@click.option("--bucket", required=True, metavar="s3://BUCKET/PREFIX",
              help="Where the trail delivers, without AWSLogs.")  # fmt: skip
@click.option("--account", "accounts", multiple=True, metavar="ID", help="Repeatable.")
@click.option("--inject-accounts", is_flag=True,
              help="No list of accounts: each question names those to read.")  # fmt: skip
@click.option("--region", "regions", multiple=True, required=True, metavar="NAME",
              help="Repeatable.")  # fmt: skip
@click.option("--organization", metavar="ID", help="Of an organization's trail: o-…")
@click.option("--table", default="cloudtrail", show_default=True)
@click.option("--from", "begin", type=DAY, metavar="YYYY-MM-DD",
              help="The first day that the table shows.  [default: a year ago]")  # fmt: skip
def athena_ddl(
    bucket: str, accounts: tuple[str, ...], inject_accounts: bool, regions: tuple[str, ...],
    organization: str | None, table: str, begin: Any,
) -> None:  # fmt: skip
    """Print the table that athena:// reads, with partition projection: nothing to load by hand."""
    from checker.collect.cloudtrail.ddl import table_ddl

    if inject_accounts == bool(accounts):
        raise InputError("give either --account, once for each, or --inject-accounts")
    start = begin.date() if begin else date.today() - timedelta(days=365)
    text = table_ddl(
        bucket=bucket, table=table, organization=organization, regions=regions, start=start,
        accounts=None if inject_accounts else accounts,
    )  # fmt: skip
    write_text(text.rstrip() + "\n", None)


def _ask(
    source: str, formats: tuple[str, ...], given: dict[str, Any], question: Question, *,
    redact: bool = False, nothing: Callable[[], None] = lambda: None,
) -> int:  # fmt: skip
    """Opens the source, which says what is missing, before the engine is imported. `nothing`: what
    is said where there is no row."""
    wanted = parse_formats(formats or ("text",), FORMATS)
    check_not_read(wanted, [source])
    trail = opened(source, **given)
    from checker.collect.cloudtrail import ask
    from checker.report import rows as shown
    from checker.report.redact import redacted
    from checker.spool import Spool

    found = question(ask, trail)
    if redact:
        found = ({name: redacted(value) for name, value in row.items()} for row in found)
    with Spool(found) as rows:
        for name, path in wanted:
            wide = {"width": max(shown.WIDTH, columns(path))} if name == "text" else {}
            write_parts(getattr(shown, f"render_{name}")(rows, **wide), path)
        if not rows.count:
            nothing()
    say_gaps(trail)
    return INCOMPLETE if trail.gaps else PASS
