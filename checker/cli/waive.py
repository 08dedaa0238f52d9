"""`vendorgate waive`: writes an exception for a finding into the allowlist."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from checker.cli.clock import DAY
from checker.cli.inputs import Inputs, evaluate, evaluation_options, inputs_of
from checker.errors import InputError

if TYPE_CHECKING:
    from checker.report.model import Finding, Report
    from checker.vetting.entries import ExceptionEntry


@click.command("waive")
@click.argument("fingerprint")
@click.option("--reason", required=True, metavar="TEXT", help="Why it may stay for a while.")
@click.option("--owner", required=True, metavar="WHO", help="Who answers for it.")
@click.option("--expires", required=True, type=DAY, metavar="YYYY-MM-DD",
              help="The last day on which it holds.")  # fmt: skip
@evaluation_options
def command(fingerprint: str, reason: str, owner: str, expires: Any, **given: Any) -> None:
    """Write an exception for the finding with this FINGERPRINT (or that begins so) into the
    allowlist, as its last one; where the finding is about a vendor whose entry stands in a file
    that the allowlist includes, into that one. Nothing else of it is changed, comments neither.

    It covers the finding's policy, principal and resource: whatever else it waives is told. Commit
    it for review; `review` judges it like any other change.
    """
    inputs = inputs_of(**given)
    report = evaluate(inputs)
    finding = _chosen(fingerprint, report)
    entry = _entry(finding, reason, owner, expires.date(), inputs)
    path, waived = _write(inputs, entry, finding, report)
    _say(path, entry, waived)


def _chosen(name: str, report: Report) -> Finding:
    """The open finding that is meant. Raises InputError for none, for several, and for one that no
    exception can waive."""
    from checker.cli.explain import finding_of
    from checker.policy.load import ENGINE_POLICIES

    found = finding_of(name, report)
    if found is None:
        hint = "give the fingerprint of a finding, or at least 4 characters of it"
        raise InputError(f"{name!r} is no finding here", hint=hint)
    if found.policy in ENGINE_POLICIES:
        hint = "accept it under gaps: in the allowlist"
        raise InputError(f"{found.policy} cannot be waived", hint=hint)
    if found.status != "open":
        raise InputError(f"{name!r} is waived already", hint="change that exception's expires")
    return found


def _entry(
    finding: Finding, reason: str, owner: str, expires: date, inputs: Inputs
) -> ExceptionEntry:
    from checker.vetting.entries import ExceptionEntry

    if expires < inputs.today:
        hint = f"name a day from {inputs.today} on"
        raise InputError(f"--expires {expires} is over: it would waive nothing", hint=hint)
    if not (reason.strip() and owner.strip()):
        raise InputError("--reason and --owner must say something")
    if set(finding.resource) & {"*", "?"}:
        told = f"{finding.resource} holds a wildcard, so the exception would waive others too"
        raise InputError(told, hint="write it by hand")
    return ExceptionEntry(
        policy=finding.policy, principal=finding.principal or "*", resource=finding.resource,
        reason=" ".join(reason.split()), owner=" ".join(owner.split()), expires=expires,
    )  # fmt: skip


def _write(
    inputs: Inputs, entry: ExceptionEntry, finding: Finding, report: Report
) -> tuple[Path, list[Finding]]:
    """Writes it once it is shown to waive the finding; answers with the file, and all that it
    waives."""
    from checker.bounded import read_bytes
    from checker.cli.output import write_text
    from checker.vetting.read import read_allowlist
    from checker.vetting.waive import with_exception

    path = Path(finding.entry_file or inputs.allowlist)
    try:
        text = read_bytes(path).decode()
    except UnicodeDecodeError:
        raise InputError("is not UTF-8", path=path, hint="write it by hand") from None
    _same_stands(read_allowlist(inputs.allowlist), entry)
    new = with_exception(text, entry, str(path))
    name = path.relative_to(inputs.allowlist.parent).as_posix()
    whole = read_allowlist(inputs.allowlist, {name: new.encode()})
    after = evaluate(inputs, allowlist=whole)
    before = {f.fingerprint for f in report.findings if f.status == "open"}
    waived = [f for f in after.findings if f.status == "waived" and f.fingerprint in before]
    if finding.fingerprint not in {f.fingerprint for f in waived}:
        raise InputError("no exception waives this finding", hint="mend it, or vet the third party")
    write_text(new, path)
    return path, waived


def _same_stands(allowlist: Any, entry: ExceptionEntry) -> None:
    """An expired exception of the same is to be thought about anew, where it stands."""
    for index, old in enumerate(allowlist.file.exceptions):
        same = (old.policy, old.principal, old.resource)
        if same == (entry.policy, entry.principal, entry.resource):
            told = f"an exception of the same expired on {old.expires}"
            raise allowlist.document.error(("exceptions", index), told, "change its expires")


def _say(path: Path, entry: ExceptionEntry, waived: list[Finding]) -> None:
    from checker.report.escape import short, terminal

    click.echo(terminal(f"{path}: an exception of {entry.policy} until {entry.expires} waives"))
    for finding in waived:
        click.echo("  • " + terminal(f"{short(finding.fingerprint)} {finding.message}"))
    if entry.principal == "*":
        click.echo(terminal(f"It covers every principal on {entry.resource}."), err=True)
