"""GitLab Code Quality.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

from typing import Any

import msgspec

from checker.report import view
from checker.report.escape import json_text, shorten, visible
from checker.report.json_report import encode
from checker.report.model import Finding, Report
from checker.report.stand_ins import bent, unjudged

MESSAGE = 1_000
_SEVERITIES = {
    "critical": "blocker",
    "high": "critical",
    "medium": "major",
    "low": "minor",
    "info": "info",
}


def render(report: Report) -> str:
    """Gaps are issues too, and evaluations that erred, and settings that bend the verdict: nothing
    else of this format could tell of them."""
    opened = [finding for finding in report.findings if finding.status == "open"]
    every = (*opened, *unjudged(report), *bent(report))
    issues = encode([_issue(report, finding) for finding in every])
    return json_text(msgspec.json.format(issues, indent=2).decode()) + "\n"


def _issue(report: Report, finding: Finding) -> dict[str, Any]:
    file, line = view.place(report, finding)
    return {
        "description": ("Known: " if finding.baseline else "")
        + visible(shorten(finding.message, MESSAGE)),
        "check_name": finding.policy,
        "fingerprint": finding.fingerprint,
        "severity": _SEVERITIES[finding.severity],
        "location": {"path": visible(file), "lines": {"begin": line}},
    }
