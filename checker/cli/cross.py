"""`check --cross-check`: what AWS's analyzer found, held against what we found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from checker.cli.inputs import Inputs, evaluate

if TYPE_CHECKING:
    from checker.check.filters import Filter
    from checker.report.model import Report

CROSS_CHECK = click.option(
    "--cross-check", type=click.Path(path_type=Path), metavar="DIR",
    help="What `collect access-analyzer` read: say what AWS found and we did not, each a gap "
    "that --allow-gaps does not accept, and the reverse.",
)  # fmt: skip


def crossed(inputs: Inputs, place: Path, chosen: Filter) -> Report:
    """The report on a snapshot, with the cross-check. Raises InputError."""
    from msgspec.structs import replace

    from checker.check.cross_check import CrossChecker
    from checker.check.engine import register_of
    from checker.cli.stored import opened
    from checker.snapshot.analyzer import read_findings
    from checker.vetting.read import read_allowlist

    found, snapshot = read_findings(place), opened(inputs.snapshot)
    allowlist = read_allowlist(inputs.allowlist)
    register = register_of(snapshot, allowlist.as_of(inputs.today), inputs.today)
    checker = CrossChecker(found, snapshot, register)
    report = evaluate(
        inputs, checker, snapshot, allowlist=allowlist, chosen=chosen, aging=True,
        doubts=checker.gaps(),
    )  # fmt: skip
    result = checker.result()
    return replace(report, cross_check=result, notes=(*report.notes, result.sentence))
