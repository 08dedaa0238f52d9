"""`vendorgate enforce block-public-access`: nothing of ours is for everybody."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from checker.cli.enforce_options import Given, enforce_options, given, say, verdict, write_report
from checker.cli.main import FINDINGS, PASS
from checker.cli.output import write_text

if TYPE_CHECKING:
    from checker.snapshot.read import Snapshot

WHAT = "Block Public Access: nothing of ours is for everybody"


@click.command("block-public-access")
@enforce_options
def block_public_access(
    allowlist: Path | None, against: Path | None, form: Any, report: Path | None, today: Any,
    no_settings: bool, redact: bool,
) -> int:  # fmt: skip
    """The organization's S3 policy and declarative policy of EC2 by which no bucket, image or
    snapshot is public; as JSON a list of both, each with its type.

    Exit codes: 0 · 1 it would cut what is vetted: nothing is written · 2 bad usage or input · 3 a
    part of the snapshot could not be judged
    """
    from checker.enforce.forms import rendered
    from checker.enforce.header import comment, header
    from checker.enforce.public import notes, policies

    read = given(allowlist, against, today, no_settings=no_settings, report=report, redact=redact)
    head = header(read.found, WHAT, read.today, notes(read.snapshot))
    say(head)
    code = PASS if read.snapshot is None else _proven(read, read.snapshot, report)
    if code == FINDINGS:
        return code
    made = policies(read.snapshot)
    if form == "json":
        rows = [{"type": one.type, "document": one.placed.document} for one in made]
        write_text(json.dumps(rows, indent=2) + "\n", None)
    else:
        write_text(rendered(form, made, comment(head)), None)
    return code


def _proven(read: Given, snapshot: Snapshot, report: Path | None) -> int:
    from checker.enforce.guarded import resources_of
    from checker.enforce.ours import ours
    from checker.enforce.public_proof import prove_public
    from checker.enforce.text import of_public

    ours(read.found, snapshot)
    register = read.register(snapshot)
    bench, kept = resources_of(snapshot, register)
    proof = prove_public(snapshot, register, bench, kept, snapshot.images())
    say(of_public(proof))
    write_report("block-public-access", read, proof, report)
    return verdict(cuts=bool(proof.cuts), doubts=bool(proof.doubts))
