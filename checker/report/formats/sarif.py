"""SARIF 2.1.0, for code scanning.

GitHub's rules: https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
It refuses a run of more than 25,000 results or rules, and shows the 5,000 most severe results.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from checker.report import view
from checker.report.escape import json_text, sarif, shorten, visible
from checker.report.formats.sarif_rules import LEVELS, rules
from checker.report.json_report import encode
from checker.report.model import Finding, Report

SCHEMA_URI = "https://json.schemastore.org/sarif-2.1.0.json"
MAX_RESULTS = 25_000
SHOWN_RESULTS = 5_000
MESSAGE = 4_000  # characters; 25,000 messages of them still compress to less than 10 MB
_KINDS = {
    "gap": "What could not be looked at",
    "evaluation": "A policy that could not be evaluated",
    "setting": "A setting that bends the verdict",
    "note": "What a reader should know",
}
"""The kinds of notifications, each with the description that code scanning shows."""
Json = dict[str, Any]


def render(report: Report, *, include_suppressed: bool = False) -> str:
    findings = _chosen(report, include_suppressed)
    kept = findings[:MAX_RESULTS]
    driver_rules = rules(report, kept)
    index = {rule["id"]: position for position, rule in enumerate(driver_rules)}
    names = view.names(report)
    run = {
        "tool": {"driver": _driver(report, driver_rules)},
        "invocations": [_invocation(report, len(findings))],
        "columnKind": "unicodeCodePoints",
        "results": [_result(report, finding, index[finding.policy], names) for finding in kept],
        "properties": _properties(report, len(findings), len(kept)),
    }
    log = {"$schema": SCHEMA_URI, "version": "2.1.0", "runs": [run]}
    return json_text(encode(log).decode()) + "\n"


def _chosen(report: Report, include_suppressed: bool) -> list[Finding]:
    """Most severe first, so that what is cut or not shown is the least; known and waived last."""
    findings = [f for f in report.findings if include_suppressed or f.status == "open"]
    return sorted(findings, key=lambda f: (f.status != "open", f.baseline, view.RANK[f.severity]))


def _driver(report: Report, driver_rules: list[Json]) -> Json:
    return {
        "name": report.tool.name,
        "semanticVersion": report.tool.version,
        "rules": driver_rules,
        "notifications": [
            {"id": kind, "shortDescription": {"text": text}} for kind, text in _KINDS.items()
        ],
    }


def _result(report: Report, finding: Finding, rule_index: int, names: dict[str, str]) -> Json:
    result = {
        "ruleId": finding.policy,
        "ruleIndex": rule_index,
        "level": LEVELS[finding.severity],
        "message": {"text": sarif(shorten(finding.message, MESSAGE)) or finding.policy},
        "locations": [_location(report, finding)],
        "partialFingerprints": {"primaryLocationLineHash": finding.fingerprint},
        "properties": _details(finding, names),
    }
    if report.inputs.baseline:
        result["baselineState"] = "unchanged" if finding.baseline else "new"
    if finding.status == "waived":
        result["suppressions"] = [_suppression(finding)]
    return result


def _location(report: Report, finding: Finding) -> Json:
    """A file for the viewer to open; the resource itself, an ARN, is a logical location."""
    file, line = view.place(report, finding)
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(visible(file)), "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": line},
        },
        "logicalLocations": [{"fullyQualifiedName": visible(finding.resource), "kind": "resource"}],
    }


def _details(finding: Finding, names: dict[str, str]) -> Json:
    values = {
        "severity": finding.severity,
        "account": finding.account,
        "accountName": finding.account_name,
        "region": finding.region,
        "principal": finding.principal,
        "principalName": names.get(finding.principal or ""),
    }
    return {key: visible(value) for key, value in values.items() if value}


def _suppression(finding: Finding) -> Json:
    justification = visible(view.waiver(finding))
    return {"kind": "external", "status": "accepted", "justification": justification}


def _invocation(report: Report, results: int) -> Json:
    """What was not looked at, or cannot be shown, is said; an incomplete run is no success."""
    accepted = report.settings.allow_gaps and not view.unaccepted(report)
    level = "warning" if accepted else "error"
    notifications = [_notification(level, "gap", text) for text in view.gap_lines(report)]
    notifications += [
        _notification("error", "evaluation", f"{e.policy} on {e.resource}: {e.message}")
        for e in report.errors
    ]
    configured = [_notification("note", "setting", text) for text in view.bends(report)]
    notifications += [
        _notification("note", "note", text) for text in (*_cuts(results), *report.notes)
    ]
    return {
        "executionSuccessful": not (report.gaps or report.errors),
        "toolExecutionNotifications": notifications,
        "toolConfigurationNotifications": configured,
    }


def _notification(level: str, kind: str, text: str) -> Json:
    return {
        "descriptor": {"id": kind},
        "level": level,
        "message": {"text": sarif(shorten(text, MESSAGE))},
    }


def _cuts(results: int) -> list[str]:
    if results > MAX_RESULTS:
        return [
            f"{results - MAX_RESULTS:,} of {results:,} findings, the least severe, are left out: "
            f"code scanning refuses more than {MAX_RESULTS:,}, and shows {SHOWN_RESULTS:,}. "
            "The JSON report has all"
        ]
    if results > SHOWN_RESULTS:
        return [f"GitHub shows the {SHOWN_RESULTS:,} most severe of these {results:,} results"]
    return []


def _properties(report: Report, results: int, kept: int) -> Json:
    inputs = report.inputs
    return {
        "verdict": report.verdict,
        "summary": view.verdict(report),
        "evaluatedOn": report.evaluated_on,
        "failOn": report.settings.fail_on,
        "waived": report.summary.waived,
        "known": report.summary.known,
        "findings": results,
        "findingsLeftOut": results - kept,
        "snapshot": visible(f"{inputs.snapshot.path} sha256:{inputs.snapshot.sha256}"),
        "allowlist": visible(f"{inputs.allowlist.path} sha256:{inputs.allowlist.sha256}"),
    }
