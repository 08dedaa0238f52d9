"""JSON, the one format that holds all of a report; the others can be made from it."""

from __future__ import annotations

from checker.report.json_report import pretty
from checker.report.model import Report


def render(report: Report) -> str:
    """`checker.report.json_report.read` is the inverse."""
    return pretty(report)
