"""Whether a stored report says one thing: its verdict and its counts are those of its findings."""

from __future__ import annotations

from collections import Counter

from checker.report.model import GAP_POLICY, Finding, Report
from checker.report.view import gates, unaccepted


def contradiction(report: Report) -> str | None:
    """What contradicts what, in words; of a report that `check` made, nothing."""
    summary, findings = report.summary, report.findings
    opened = Counter(f.severity for f in findings if f.status == "open")
    pairs = {
        "open findings": (Counter({k: n for k, n in summary.open.items() if n}), opened),
        "waived findings": (summary.waived, sum(f.status == "waived" for f in findings)),
        "known findings": (summary.known, sum(f.baseline for f in findings)),
        "errors": (summary.errors, len(report.errors)),
        "third parties": (summary.third_parties, len(report.third_parties)),
    }
    for what, (counted, listed) in pairs.items():
        if counted != listed:
            return f"its summary counts other {what} than it lists"
    return (
        None if _follows(report) else f"the verdict {report.verdict!r} is not that of its findings"
    )


def _follows(report: Report) -> bool:
    """Incomplete is also what is too old or empty, of which no finding tells."""
    opened = [f for f in report.findings if f.status == "open" and not f.baseline]
    if any(_fails(report, finding) for finding in opened):
        return report.verdict == "fail"
    gaps = any(f.policy == GAP_POLICY for f in opened)
    gaps = (gaps and not report.settings.allow_gaps) or bool(unaccepted(report))
    return report.verdict == "incomplete" or (
        report.verdict == "pass" and not (report.errors or gaps)
    )


def _fails(report: Report, finding: Finding) -> bool:
    return finding.policy != GAP_POLICY and gates(report, finding)
