"""The control map: framework → control → policies that support it → what they said."""

from __future__ import annotations

from collections import Counter
from typing import Any

from checker.report.model import PolicyInfo, Report

SCHEMA = "vendorgate/control-map/v1"
NOTE = (
    "A policy supports a control. No control is met by these results alone: whether it is, the "
    "auditor judges, from this and from whatever else the control asks for."
)
TITLES = {
    "nist_800_53": "NIST SP 800-53",
    "iso_27001": "ISO/IEC 27001",
    "soc2": "SOC 2",
    "pci_dss": "PCI DSS",
}


def control_map(report: Report) -> dict[str, Any]:
    """`results` count rows of `evaluated`: one for each policy, account and third party, with the
    worst result. Resources are counted beside."""
    said = _results(report)
    frameworks: dict[str, dict[str, list[Any]]] = {}
    for policy in report.policies:
        for framework, controls in policy.controls.items():
            for control in controls:
                listed = frameworks.setdefault(framework, {}).setdefault(control, [])
                listed.append(_entry(policy, said[policy.id]))
    ordered = {
        name: {control: {"supported_by": frameworks[name][control]} for control in sorted(controls)}
        for name, controls in sorted(frameworks.items())
    }
    return {"schema": SCHEMA, "note": NOTE, "frameworks": ordered}


def _entry(policy: PolicyInfo, said: Counter[str]) -> dict[str, Any]:
    kinds = ("pass", "fail", "waived", "error")
    return {
        "policy": policy.id,
        "title": policy.title,
        "severity": policy.severity,
        "relation": "supports",
        "results": {kind: said[kind] for kind in kinds},
        "resources": said["resources"],
        "findings": {"open": said["open finding"], "waived": said["waived finding"]},
    }


def _results(report: Report) -> dict[str, Counter[str]]:
    said: dict[str, Counter[str]] = {policy.id: Counter() for policy in report.policies}
    for row in report.evaluated:
        said[row.policy].update({row.result: 1, "resources": row.resources})
    for finding in report.findings:
        said[finding.policy].update({f"{finding.status} finding": 1})
    return said
