"""The control map: framework → control → policies that support it → what they said."""

from __future__ import annotations

from collections import Counter
from typing import Any

from checker.frameworks import asks, title
from checker.frameworks import frameworks as known_frameworks
from checker.report.model import PolicyInfo, Report

SCHEMA = "vendorgate/control-map/v1"
NOTE = (
    "A policy supports a control. No control is met by these results alone: whether it is, the "
    "auditor judges, from this and from whatever else the control asks for."
)


def control_map(report: Report) -> dict[str, Any]:
    """`results` count rows of `evaluated`: one for each policy, account and third party, with the
    worst result. Resources are counted beside."""
    said = _results(report)
    frameworks: dict[str, dict[str, list[Any]]] = {}
    for policy in report.policies:
        for framework, controls in policy.controls.items():
            for control in controls:
                listed = frameworks.setdefault(framework, {}).setdefault(control, [])
                why = policy.reasons.get(framework, {}).get(control, "")
                listed.append(_entry(policy, said[policy.id]) | {"reason": why})
    ordered = {
        name: {control: _control(name, control, controls[control]) for control in sorted(controls)}
        for name, controls in sorted(frameworks.items())
    }
    return {
        "schema": SCHEMA,
        "note": NOTE,
        "titles": _titles(report, sorted(frameworks)),
        "frameworks": ordered,
    }


def _control(framework: str, control: str, supported_by: list[Any]) -> dict[str, Any]:
    return {"asks": asks(framework, control), "supported_by": supported_by}


def _titles(report: Report, named: list[str]) -> dict[str, dict[str, str | None]]:
    """Which text, in which version, each framework is; versions of the reader's own stand in their
    titles."""
    own = {key: called for policy in report.policies for key, called in policy.frameworks.items()}
    return {key: _title(key, own) for key in named}


def _title(key: str, own: dict[str, str]) -> dict[str, str | None]:
    known = known_frameworks().get(key)
    return {
        "title": title(key, own),
        "version": known.version if known else None,
        "published": known.published if known else None,
        "source": known.source if known else None,
    }


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
