"""Annotations of GitHub Actions, by workflow commands; and the text of a job summary.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.report import markdown, view
from checker.report.escape import command_data, command_property, shorten, terminal
from checker.report.model import Finding, Report

SHOWN = 10  # annotations that GitHub keeps of one step, by kind
SUMMARY = 1024 * 1024  # bytes; GitHub drops a larger summary whole
MESSAGE = 1_000
_COMMANDS = {
    "critical": "error",
    "high": "error",
    "medium": "warning",
    "low": "notice",
    "info": "notice",
}


def render(report: Report) -> str:
    found = view.open_findings(report)
    lines = [_annotation(report, finding) for finding in found[:SHOWN]]
    return "\n".join([*lines, *_rest(report, len(found)), terminal(view.verdict(report))]) + "\n"


def summary(report: Report) -> str:
    """What to append to the file that GITHUB_STEP_SUMMARY names."""
    return markdown.render(report, limit=SUMMARY)


def _annotation(report: Report, finding: Finding) -> str:
    file, line = view.place(report, finding)
    properties = {"file": file, "line": str(line), "title": f"{finding.severity}: {finding.policy}"}
    given = ",".join(f"{key}={command_property(v)}" for key, v in properties.items())
    message = command_data(shorten(finding.message, MESSAGE))
    return f"::{_COMMANDS[finding.severity]} {given}::{message}"


def _rest(report: Report, found: int) -> Iterator[str]:
    """Lines of the log: they would be annotations too many."""
    if found > SHOWN:
        yield f"and {found - SHOWN:,} more findings: see the job summary or the JSON report"
    if report.summary.known:
        yield f"and {view.plural(report.summary.known, 'known finding')} of the baseline"
    for gap in view.gap_lines(report)[:SHOWN]:
        yield terminal(shorten(f"could not look at {gap}", MESSAGE))
    if len(report.gaps) > SHOWN:
        yield f"and {len(report.gaps) - SHOWN:,} more gaps"
    yield from (terminal(shorten(f"setting: {text}", MESSAGE)) for text in view.bends(report))
