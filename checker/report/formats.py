"""The report formats, by name."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from checker.errors import InputError
from checker.report.model import Report

# Imported when asked for: a command pays only for the format that it writes.
FORMATS: dict[str, str] = {
    "text": "checker.report.text",
    "json": "checker.report.json_report",
    "junit": "checker.report.junit",
    "sarif": "checker.report.sarif",
    "markdown": "checker.report.markdown",
    "csv": "checker.report.csv_report",
    "github": "checker.report.github",
    "gitlab": "checker.report.gitlab",
    "html": "checker.report.html",
    "ocsf": "checker.report.ocsf",
    "asff": "checker.report.asff",
    "oscal": "checker.report.oscal",
    "slack": "checker.report.slack",
}


def render(report: Report, format: str, **options: Any) -> str:  # noqa: A002 (as users call it)
    """The report in one format; `options` are those of the format's own `render`."""
    if format not in FORMATS:
        raise InputError(f"unknown format {format!r}", hint=f"use one of {', '.join(FORMATS)}")
    text: str = import_module(FORMATS[format]).render(report, **options)
    return text
