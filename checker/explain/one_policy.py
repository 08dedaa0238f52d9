"""A report as if one policy alone had been in force."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from checker.check.verdict import open_by_severity, verdict
from checker.report.model import GAP_POLICY, Report, Summary


def report_for_policy(report: Report, policy: str) -> Report:
    """What that policy found, and the gaps, in which it may have missed something."""
    kept = tuple(f for f in report.findings if f.policy in (policy, GAP_POLICY))
    errors = tuple(e for e in report.errors if e.policy == policy)
    rows = tuple(row for row in report.evaluated if row.policy == policy)
    summary = replace(
        report.summary,
        evaluations=sum(row.resources for row in rows),
        open=open_by_severity(kept),
        waived=sum(f.status == "waived" for f in kept),
        known=sum(f.baseline for f in kept),
        errors=len(errors),
    )
    return replace(
        report,
        verdict=verdict(kept, report.settings, bool(errors) or _empty(report.summary)),
        inputs=replace(report.inputs, policies=replace(report.inputs.policies, count=1)),
        summary=summary,
        evaluated=rows,
        findings=kept,
        errors=errors,
        policies=tuple(p for p in report.policies if p.id in (policy, GAP_POLICY)),
        notes=(f"Only the policy {policy} was tried.", *report.notes),
    )


def _empty(seen: Summary) -> bool:
    """Whether there was nothing to judge, as the gate has it."""
    judged = (seen.roles, seen.image_uses, seen.resource_policies, seen.code_uses)
    return not any(judged) and seen.resources is msgspec.UNSET
