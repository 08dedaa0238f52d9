"""JSON, the one format that holds all of a report; the others can be made from it."""

from __future__ import annotations

from collections.abc import Iterator

from checker.report.json_report import report_parts
from checker.report.model import Report


def render(report: Report) -> str:
    """`checker.report.json_report.read` is the inverse."""
    return b"".join(report_parts(report)).decode()


def parts(report: Report) -> Iterator[bytes]:
    """The same, by and by, in UTF-8."""
    return report_parts(report)
