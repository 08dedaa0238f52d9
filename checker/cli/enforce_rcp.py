"""`vendorgate enforce rcp`: who may take our roles, as a resource control policy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec.structs import replace

from checker.cli.enforce_options import Given, enforce_options, given, say, verdict, write_report
from checker.cli.main import FINDINGS, PASS
from checker.cli.output import write_text

if TYPE_CHECKING:
    from checker.enforce.found import Proof
    from checker.enforce.perimeter import Asked
    from checker.enforce.roles import Made
    from checker.vetting.register import Register

WHAT = "Resource control policy: who outside may take our roles"


@click.command("rcp")
@enforce_options
@click.option(
    "--federation",
    is_flag=True,
    help="Refuse tokens of every OIDC issuer that the list does not name.",
)
@click.option("--services", "guarded", metavar="LIST",
              help="Guard the resources of these services, too: s3,kms,sqs,…, or all.")  # fmt: skip
def rcp(
    allowlist: Path | None, against: Path | None, form: Any, report: Path | None, today: Any,
    no_settings: bool, redact: bool, federation: bool, guarded: str | None,
) -> int:  # fmt: skip
    """The resource control policy that lets into our roles the accounts, organizations, and tenants
    of issuers that are vetted, our own, and AWS's services on their behalf; with --services into
    resources, too.

    Several documents, each with its targets, where one does not fit.

    Exit codes: 0 · 1 it would cut trust that is vetted: nothing is written · 2 bad usage or input ·
    3 a part of the snapshot could not be judged
    """
    from checker.enforce.forms import named, rendered
    from checker.enforce.header import comment, header
    from checker.enforce.perimeter import Asked
    from checker.enforce.services import services

    asked = Asked(federation, services(guarded))
    read = given(allowlist, against, today, no_settings=no_settings, report=report, redact=redact)
    code, done = _made(read, asked, report)
    head = header(read.found, WHAT, read.today, done.notes)
    if code != FINDINGS:
        policies = named("vendorgate-rcp", "RESOURCE_CONTROL_POLICY", WHAT, done.plan.parts)
        write_text(rendered(form, policies, comment(head)), None)
    return code


def _made(read: Given, asked: Asked, report: Path | None) -> tuple[int, Made]:
    """Proven, where there is a snapshot."""
    from checker.enforce.guarded import prove_resources, resources_of
    from checker.enforce.header import header
    from checker.enforce.resource_proof import aws_of
    from checker.enforce.roles import made

    if read.snapshot is None:
        done = made(read.found, None, asked)
        say(header(read.found, WHAT, read.today, done.notes))
        return PASS, done
    snapshot, register = read.snapshot, read.register(read.snapshot)
    made(read.found, snapshot, asked)  # what is refused is refused before any work
    if not asked.services:
        done = made(read.found, snapshot, asked)
        return _told(read, done, _proven(read, done, register), report), done
    bench, kept = resources_of(snapshot, register)
    done = made(read.found, snapshot, replace(asked, aws=aws_of(kept)))
    proof = _proven(read, done, register)
    beside = prove_resources(read.found, done, snapshot, register, bench, kept, proof)
    return _told(read, replace(done, notes=(*done.notes, *beside)), proof, report), done


def _proven(read: Given, done: Made, register: Register) -> Proof:
    from checker.cli.enforce_waived import waived
    from checker.enforce.roles import prove
    from checker.role_trust.scopes import scopes_of

    assert read.snapshot is not None  # noqa: S101
    scopes = scopes_of(register, read.snapshot)
    accepted = waived(read.allowlist, read.today)
    return prove(read.found, done, read.snapshot, register, scopes, accepted)


def _told(read: Given, done: Made, proof: Proof, report: Path | None) -> int:
    from checker.enforce.header import header
    from checker.enforce.text import of_roles

    say(header(read.found, WHAT, read.today, done.notes))
    say(of_roles(proof))
    write_report("rcp", read, proof, report)
    return verdict(cuts=bool(proof.cuts), doubts=bool(proof.doubts))
