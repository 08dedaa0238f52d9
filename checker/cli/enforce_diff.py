"""`vendorgate enforce diff`: the guardrails that are attached against what the list says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from checker.cli.clock import DAY
from checker.cli.enforce_options import Given, given
from checker.cli.inputs import NO_SETTINGS
from checker.cli.main import FINDINGS, INCOMPLETE, PASS
from checker.cli.output import write_text

if TYPE_CHECKING:
    from checker.enforce.compare import Comparison
    from checker.snapshot.read import Snapshot


@click.command("diff")
@click.argument("live", type=click.Path(path_type=Path), metavar="SNAPSHOT")
@click.argument("list_", required=False, type=click.Path(path_type=Path), metavar="[ALLOWLIST]")
@click.option("-a", "--allowlist", type=click.Path(path_type=Path), metavar="FILE",
              help="Who is vetted.  [default: allowlist.yaml]")  # fmt: skip
@click.option("-f", "--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("--today", type=DAY, metavar="YYYY-MM-DD",
              help="Who is vetted on this day.  [default: today, in UTC]")  # fmt: skip
@NO_SETTINGS
def diff(
    live: Path, list_: Path | None, allowlist: Path | None, form: str, today: Any,
    no_settings: bool,
) -> int:  # fmt: skip
    """What the guardrails in a SNAPSHOT say that the ALLOWLIST does not, and what they lack: RCPs
    that enforce rcp made, and Allowed AMIs where they are on.

    Exit codes: 0 they say the same · 1 one differs, or own accounts have none · 2 bad usage or
    input · 3 the snapshot does not tell of all
    guardrails
    """
    if list_ is not None and allowlist is not None:
        raise click.UsageError("give the allowlist once")
    read = given(list_ or allowlist, live, today, no_settings=no_settings)
    if read.snapshot is None:
        raise click.UsageError("give a snapshot")
    found = _compared(read, read.snapshot)
    whole = json.dumps(found.plain(), indent=2) + "\n"
    write_text(whole if form == "json" else _text(found), None)
    if found.differs:
        return FINDINGS
    return PASS if found.whole else INCOMPLETE


def _compared(read: Given, snapshot: Snapshot) -> Comparison:
    from checker.enforce.compare import compared

    own = frozenset(read.register(snapshot).own_accounts)
    return compared(snapshot, read.found, own)


def _text(found: Comparison) -> str:
    from checker.report.escape import terminal

    return "".join(f"{terminal(line)}\n" for line in _lines(found))


def _lines(found: Comparison) -> Iterator[str]:
    if not found.told:
        yield "the snapshot tells of no RCPs: nobody could look whether there are any"
    for one in found.guardrails:
        where = f" on {', '.join(one.targets)}" if one.targets else ""
        state = f" ({one.state})" if one.state else ""
        yield f"{one.kind} {one.id}{where}{state}: {'differs' if one.drifted else 'as the list'}"
        yield from (f"  lacks {who}" for who in one.lacks)
        yield from (f"  still lets in {who}" for who in one.holds)
        yield from (f"  {what}" for what in one.changed)
    if found.unbound:
        yield f"no RCP of ours binds {', '.join(found.unbound)}"
    if found.off:
        yield f"Allowed AMIs are disabled in {', '.join(found.off)}"
    if found.unknown:
        where = ", ".join(found.unknown)
        yield f"what Allowed AMIs allow is not known, collect with this version: {where}"
    if found.others:
        yield f"not compared, as others made them: {', '.join(found.others)}"
