"""`vendorgate render`: a stored JSON report in another format."""

from __future__ import annotations

from pathlib import Path

import click

from checker.bounded import MADE, read_input
from checker.cli.output import (
    color_wanted,
    format_option,
    parse_formats,
    redact_option,
    write_reports,
)
from checker.cli.targets import check_not_read


@click.command("render")
@click.argument("path", metavar="REPORT.json", type=click.Path(path_type=Path))
@format_option("text")
@click.option("--sarif-include-suppressed", is_flag=True, help="Waived findings in SARIF too.")
@redact_option
@click.option("--no-color", is_flag=True, help="No colours (as NO_COLOR).")
def command(
    path: Path, formats: tuple[str, ...], sarif_include_suppressed: bool, redact: bool,
    no_color: bool,
) -> int:  # fmt: skip
    """Show a report that `check -f json` stored in another format.

    Exits 0 when it was written, whatever its verdict: `check` is the gate.
    """
    from checker.report.formats import FORMATS
    from checker.report.json_report import read

    wanted = parse_formats(formats or ("text",), FORMATS)
    check_not_read(wanted, [path])
    report = read(read_input(path, MADE), path=path)
    color = color_wanted(no_color)
    write_reports(report, wanted, color=color, suppressed=sarif_include_suppressed, redact=redact)
    return 0
