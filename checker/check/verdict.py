"""The verdict on findings."""

from __future__ import annotations

from checker.report.model import GAP_POLICY, SEVERITIES, Finding, Settings, Verdict, failing


def open_by_severity(findings: tuple[Finding, ...]) -> dict[str, int]:
    counts: dict[str, int] = dict.fromkeys(SEVERITIES, 0)
    for finding in findings:
        counts[finding.severity] += finding.status == "open"
    return counts


def verdict(findings: tuple[Finding, ...], settings: Settings, unsure: bool) -> Verdict:
    """A new finding at or above the threshold fails; else whatever was not judged is incomplete."""
    fatal = failing(settings.fail_on)
    opened = [f for f in findings if f.status == "open" and not f.baseline]
    if any(f.severity in fatal and f.policy != GAP_POLICY for f in opened):
        return "fail"
    gaps = any(f.policy == GAP_POLICY for f in opened)
    return "incomplete" if unsure or (gaps and not settings.allow_gaps) else "pass"
