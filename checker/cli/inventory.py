"""`vendorgate inventory`: who is trusted."""

from __future__ import annotations

from typing import Any

import click

from checker.cli.inputs import evaluate, evaluation_options, inputs_of
from checker.cli.main import INCOMPLETE, PASS
from checker.cli.output import columns, format_option, parse_formats, write_text
from checker.cli.targets import check_not_read


@click.command("inventory")
@evaluation_options
@format_option("text")
def command(formats: tuple[str, ...], **given: Any) -> int:
    """List each third party that a SNAPSHOT (default: snapshot/) shows to be trusted, once.

    Exit codes: 0 · 2 bad usage or input · 3 the snapshot has gaps, so the list may be short.
    """
    from checker.inventory.formats import FORMATS, render

    wanted = parse_formats(formats or ("text",), FORMATS)
    inputs = inputs_of(**given)
    check_not_read(wanted, [*inputs.files, inputs.baseline])
    report = evaluate(inputs)
    for name, path in wanted:
        write_text(render(report, name, width=columns(path)), path)
    return INCOMPLETE if report.gaps else PASS
