"""Where on the page a finding and a third party stand, for links from one to the other."""

from __future__ import annotations

from collections.abc import Container, Iterable

from checker.report import view
from checker.report.escape import short
from checker.report.model import Finding, Report

PAGE = 10_000  # findings, most severe first; beyond, only their number


def listed(report: Report) -> list[Finding]:
    """Open findings in the page's order, without those that find no room on it."""
    findings = view.open_findings(report)
    return sorted(findings, key=lambda f: (view.RANK[f.severity], f.policy))[:PAGE]


def of_finding(finding: Finding) -> str:
    return f"finding-{short(finding.fingerprint)}"


def of_party(row: int) -> str:
    """By number: an id that an outsider chose may be as long as he likes."""
    return f"party-{row}"


def rows(report: Report) -> dict[str, int]:
    """Third party → its row."""
    return {party.id: row for row, party in enumerate(report.third_parties)}


def party_of(finding: Finding, rows: Container[str]) -> str | None:
    """The third party in whose row a finding counts. Of a marketplace image that is the product:
    the account that publishes it is AWS's, for all of them."""
    publisher, image = (finding.facts.get(key) for key in ("publisher", "image"))
    if isinstance(publisher, dict) and isinstance(image, dict):
        codes = image.get("product_codes") if publisher.get("kind") == "marketplace" else None
        return next((code for code in codes or () if code in rows), finding.principal)
    return finding.principal


def firsts(findings: Iterable[Finding], rows: Container[str]) -> dict[str | None, str]:
    """Third party → the most severe of its findings that are on the page."""
    first: dict[str | None, str] = {}
    for finding in findings:
        first.setdefault(party_of(finding, rows), of_finding(finding))
    return first
