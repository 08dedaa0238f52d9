"""`vendorgate enforce rcp`: who may take our roles, as a resource control policy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from checker.cli.enforce_options import Given, enforce_options, given, say, verdict, write_report
from checker.cli.main import PASS
from checker.cli.output import write_text

if TYPE_CHECKING:
    from checker.enforce.roles import Made
    from checker.snapshot.read import Snapshot

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
        code = _proven(read, done, read.snapshot, report, federation=federation)
    if code != 1:
        policies = named("vendorgate-rcp", "RESOURCE_CONTROL_POLICY", WHAT, done.plan.parts)
        write_text(rendered(form, policies, comment(head)), None)
    return code


def _proven(
    read: Given, done: Made, snapshot: Snapshot, report: Path | None, *, federation: bool
) -> int:
    from checker.cli.enforce_waived import waived
    from checker.enforce.roles import prove
    from checker.enforce.text import of_roles
    from checker.role_trust.scopes import scopes_of

    register = read.register(snapshot)
    proof = prove(
        read.found, done, snapshot, register, scopes_of(register, snapshot),
        waived(read.allowlist, read.today), every=federation,
    )  # fmt: skip
    say(of_roles(proof))
    write_report("rcp", read, proof, report)
    return verdict(cuts=bool(proof.cuts), doubts=bool(proof.doubts))
