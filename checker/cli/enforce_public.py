"""`vendorgate enforce block-public-access`: nothing of ours is for everybody."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from checker.cli.enforce_options import enforce_options, given, say, verdict, write_report
from checker.cli.main import PASS
from checker.cli.output import write_text

WHAT = "Block Public Access: nothing of ours is for everybody"


@click.command("block-public-access")
@enforce_options
def block_public_access(
    allowlist: Path | None, against: Path | None, form: Any, report: Path | None, today: Any,
    no_settings: bool,
) -> int:  # fmt: skip
    """The organization's S3 policy and declarative policy of EC2 by which no bucket, image or
    snapshot is public; as JSON a list of both, each with its type.

    Exit codes: 0 · 1 it would cut what is vetted: nothing is written · 2 bad usage or input · 3 a
    part of the snapshot could not be judged
    """
    from checker.enforce.forms import rendered
    from checker.enforce.header import comment, header
    from checker.enforce.public import policies, prove_public
    from checker.enforce.text import of_public

    read = given(allowlist, against, today, no_settings=no_settings, report=report)
    head = header(read.found, WHAT, read.today, ())
    say(head)
    code = PASS
    if read.snapshot is not None:
        proof = prove_public(read.snapshot, read.register(read.snapshot), read.snapshot.images())
        say(of_public(proof))
        write_report("block-public-access", read, proof, report)
        code = verdict(cuts=bool(proof.cuts), doubts=bool(proof.doubts))
    made = policies(read.snapshot)
    if form == "json":
        rows = [{"type": one.type, "document": one.placed.document} for one in made]
        write_text(json.dumps(rows, indent=2) + "\n", None)
    else:
        write_text(rendered(form, made, comment(head)), None)
    return code
