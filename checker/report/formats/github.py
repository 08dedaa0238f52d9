"""Annotations of GitHub Actions, by workflow commands; and the text of a job summary.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.report import view
from checker.report.escape import command_data, command_property, shorten, terminal
from checker.report.formats import markdown
from checker.report.model import Finding, GapEntry, Place, Report

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
    lines = [_annotation(report, finding) for finding in view.open_findings(report)]
    lines += [_gap(gap) for gap in report.gaps if gap.location]
    rest = _rest(report, len(lines))
    return "\n".join([*lines[:SHOWN], *rest, terminal(view.verdict(report))]) + "\n"


def summary(report: Report) -> str:
    """What to append to the file that GITHUB_STEP_SUMMARY names."""
    return markdown.render(report, limit=SUMMARY)


def _annotation(report: Report, finding: Finding) -> str:
    file, line = view.place(report, finding)
    properties = {"file": file, "line": str(line), "title": f"{finding.severity}: {finding.policy}"}
    return _command(_COMMANDS[finding.severity], properties, finding.message)


def _gap(gap: GapEntry) -> str:
    """What could not be looked at, on the line where it is written."""
    place = gap.location or Place(file=view.ALLOWLIST, line=1)
    file, title = view.relative(place.file), f"gap: {gap.code}"
    properties = {"file": file, "line": str(place.line), "title": title}
    return _command("warning", properties, f"could not be looked at: {gap.message}")


def _command(level: str, properties: dict[str, str], message: str) -> str:
    listed = ",".join(f"{key}={command_property(v)}" for key, v in properties.items())
    return f"::{level} {listed}::{command_data(shorten(message, MESSAGE))}"


def _rest(report: Report, count: int) -> Iterator[str]:
    """Lines of the log: they would be annotations too many."""
    if count > SHOWN:
        what = "findings and gaps" if any(gap.location for gap in report.gaps) else "findings"
        yield f"and {count - SHOWN:,} more {what}: see the job summary or the JSON report"
    if report.summary.known:
        yield f"and {view.plural(report.summary.known, 'known finding')} of the baseline"
    unplaced = view.gap_lines(report, placed=False)
    for gap in unplaced[:SHOWN]:
        yield terminal(shorten(f"could not look at {gap}", MESSAGE))
    if len(unplaced) > SHOWN:
        yield f"and {view.plural(len(unplaced) - SHOWN, 'more gap')}"
    yield from (terminal(shorten(f"setting: {text}", MESSAGE)) for text in view.bends(report))
