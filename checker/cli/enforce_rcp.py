"""`vendorgate enforce rcp`: who may take our roles, as a resource control policy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from checker.cli.enforce_options import Given, enforce_options, given, say, verdict
from checker.cli.main import PASS
from checker.cli.output import write_text

if TYPE_CHECKING:
    from checker.enforce.proof import Proof
    from checker.enforce.roles import Made

WHAT = "Resource control policy: who outside may take our roles"


@click.command("rcp")
@enforce_options
@click.option("--federation", is_flag=True,
              help="Refuse tokens of every OIDC issuer that the list does not name.")  # fmt: skip
def rcp(
    allowlist: Path | None, against: Path | None, form: Any, report: Path | None, today: Any,
    no_settings: bool, federation: bool,
) -> int:  # fmt: skip
    """The resource control policy that lets into our roles the accounts, organizations, and tenants
    of issuers that are vetted, our own, and AWS's services on their behalf.

    Several documents, each with its targets, where one does not fit.

    Exit codes: 0 · 1 it would cut trust that is vetted: nothing is written · 2 bad usage or input ·
    3 a part of the snapshot could not be judged
    """
    from checker.enforce.forms import named, rendered
    from checker.enforce.header import comment, header
    from checker.enforce.roles import made

    read = given(allowlist, against, today, no_settings=no_settings, report=report)
    done = made(read.found, read.snapshot, every=federation)
    head = header(read.found, WHAT, read.today, done.notes)
    say(head)
    code = PASS
    if read.snapshot is not None:
        code = _proven(read, done, report, federation=federation)
    if code != 1:
        policies = named("vendorgate-rcp", "RESOURCE_CONTROL_POLICY", WHAT, done.plan.parts)
        write_text(rendered(form, policies, comment(head)), None)
    return code


def _proven(read: Given, done: Made, report: Path | None, *, federation: bool) -> int:
    from checker.check.engine import register_of
    from checker.cli.enforce_waived import waived
    from checker.enforce.roles import prove
    from checker.enforce.text import lines
    from checker.role_trust.scopes import scopes_of

    assert read.snapshot is not None
    register = register_of(read.snapshot, read.allowlist.as_of(read.today), read.today)
    scopes = scopes_of(register, read.snapshot)
    proof = prove(
        read.found, done, read.snapshot, register, scopes,
        waived(read.allowlist, read.today), every=federation,
    )  # fmt: skip
    say(lines(proof))
    if report is not None:
        _write(read, proof, report)
    return verdict(cuts=bool(proof.cuts), doubts=bool(proof.doubts))


def _write(read: Given, proof: Proof, report: Path) -> None:
    from checker.enforce.document import as_report

    assert read.snapshot is not None
    write_text(as_report("rcp", read.found, read.snapshot, read.today, proof), report)
