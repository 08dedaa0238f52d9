"""Where on the page a finding and a third party stand, for links from one to the other."""

from __future__ import annotations

from collections.abc import Iterable

from checker.report import view
from checker.report.escape import short
from checker.report.model import Finding, Report

PAGE = 10_000  # findings, most severe first; beyond, only their number


def listed(report: Report) -> list[Finding]:
    """Open findings in the page's order, without those that find no room on it."""
    found = view.open_findings(report)
    return sorted(found, key=lambda f: (view.RANK[f.severity], f.policy))[:PAGE]


def of_finding(finding: Finding) -> str:
    return f"finding-{short(finding.fingerprint)}"


def of_party(row: int) -> str:
    """By number: an id that an outsider chose may be as long as he likes."""
    return f"party-{row}"


def rows(report: Report) -> dict[str, int]:
    """Third party → its row."""
    return {party.id: row for row, party in enumerate(report.third_parties)}


def firsts(found: Iterable[Finding]) -> dict[str | None, str]:
    """Third party → the most severe of its findings that are on the page."""
    first: dict[str | None, str] = {}
    for finding in found:
        first.setdefault(finding.principal, of_finding(finding))
    return first
