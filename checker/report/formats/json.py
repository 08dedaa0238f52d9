"""JSON, the one format that holds all of a report; the others can be made from it."""

from __future__ import annotations

from collections.abc import Iterator

from checker.report.json_report import report_parts
from checker.report.model import Report


def render(report: Report) -> str:
    """`checker.report.json_report.read` is the inverse."""
    return "".join(report_parts(report))


def parts(report: Report) -> Iterator[str]:
    """The same, by and by."""
    return report_parts(report)
