"""OSCAL assessment-results, 1.1.3 (https://pages.nist.gov/OSCAL-Reference/models/v1.1.3/).

Observations and risks only: an OSCAL `finding` would have to say that a control is satisfied or
not, and policies only support controls. Ids are uuid5 of what they name, so they stay the same.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any
from uuid import UUID, uuid5

from checker.frameworks import frameworks, in_order, title
from checker.report import view
from checker.report.escape import prose, visible
from checker.report.json_report import pretty
from checker.report.model import Finding, PolicyInfo, Report
from checker.report.times import collected

VERSION = "1.1.3"
NAMESPACE = UUID("6a5f2f5e-6c39-5d0e-9a3b-6f1d6a2c7c11")
PROPERTIES = "urn:vendorgate:oscal"
_STATUS = {"open": "open", "waived": "deviation-approved"}
_ENHANCEMENT = re.compile(r"\((\d+)\)")


def render(report: Report) -> str:
    return pretty(document(report))


def document(report: Report) -> dict[str, Any]:
    when, plan = collected(report), _id("plan", report.inputs.policies.sha256)
    return {
        "assessment-results": {
            "uuid": _id("results", *_inputs(report)),
            "metadata": {
                "title": "Third-party trust in AWS, as vendorgate found it",
                "last-modified": when,
                "version": visible(report.tool.version).strip() or "-",
                "oscal-version": VERSION,
            },
            "import-ap": {"href": f"#{plan}"},
            "results": [_result(report, when)],
            "back-matter": {"resources": [_plan(report, plan), *_frameworks(report)]},
        }
    }


def _inputs(report: Report) -> tuple[str, ...]:
    inputs = report.inputs
    shas = inputs.snapshot.sha256, inputs.allowlist.sha256, inputs.policies.sha256
    return (*shas, report.evaluated_on, repr(report.settings))


def _plan(report: Report, uuid: str) -> dict[str, Any]:
    return {
        "uuid": uuid,
        "title": f"The policies in force: {len(report.policies)}",
        "description": "Each is one YAML file: what it asserts, why, and its tests.",
        "props": [_prop("sha256", report.inputs.policies.sha256)],
    }


def _frameworks(report: Report) -> list[dict[str, Any]]:
    """What each framework is, in which version, and where its publisher has it."""
    named = {key: policy.frameworks for policy in report.policies for key in policy.controls}
    return [_framework(key, title(key, named[key])) for key in in_order(named)]


def _framework(key: str, called: str) -> dict[str, Any]:
    resource: dict[str, Any] = {
        "uuid": _id("framework", key, called),
        "title": visible(called),
        "props": [_prop("framework", key)],
    }
    if known := frameworks().get(key):
        resource["props"] += [_prop("version", known.version), _prop("publisher", known.publisher)]
        resource["rlinks"] = [{"href": known.source}]
    return resource


def _result(report: Report, when: str) -> dict[str, Any]:
    counts = Counter((row.policy, str(row.result)) for row in report.evaluated)
    observed = [_policy(report, policy, counts, when) for policy in report.policies]
    observed += [_observation(finding, when) for finding in report.findings]
    risks = [_risk(finding) for finding in report.findings]
    result = {
        "uuid": _id("result", *_inputs(report)),
        "title": visible(view.verdict(report)),
        "description": f"Looked at: {view.looked_at(report)}. Evaluated on {report.evaluated_on}.",
        "start": when,
        "end": when,
        "props": [
            _prop("verdict", report.verdict),
            _prop("gaps", str(len(report.gaps))),
            *(_prop("setting", text) for text in view.bends(report)),
        ],
        "reviewed-controls": {"control-selections": [_selection(report)]},
        "observations": observed,
        "risks": risks,
        "remarks": "Policies support controls; that a control is met is not claimed.",
    }
    return {key: value for key, value in result.items() if value}


def _selection(report: Report) -> dict[str, Any]:
    """Controls of NIST SP 800-53, by the ids of its catalogue; others stand as properties."""
    named = {c for policy in report.policies for c in policy.controls.get("nist_800_53", ())}
    ids = sorted({_control(name) for name in named})
    chosen = [
        {"control-id": control} for control in ids if re.fullmatch(r"[a-z]+-[0-9.]+", control)
    ]
    which: dict[str, Any] = {"include-controls": chosen} if chosen else {"include-all": {}}
    description = f"Controls of {title('nist_800_53')} that the policies support."
    return {"description": description, **which}


def _control(name: str) -> str:
    """`RA-3(1)` is `ra-3.1` in the catalogue."""
    return _ENHANCEMENT.sub(r".\1", name).lower()


def _policy(
    report: Report, policy: PolicyInfo, counts: Counter[tuple[str, str]], when: str
) -> dict[str, Any]:
    results = [(kind, counts[policy.id, kind]) for kind in ("pass", "fail", "waived", "error")]
    supports = [(k, c) for k, controls in sorted(policy.controls.items()) for c in controls]
    return {
        "uuid": _id("policy", policy.id, *_inputs(report)),
        "title": visible(policy.title).strip() or policy.id,
        "description": prose(policy.rationale) or "-",
        "props": [
            _prop("policy", policy.id),
            *(_prop(kind, str(count)) for kind, count in results),
            *(_supports(policy, framework, control) for framework, control in supports),
        ],
        "methods": ["TEST"],
        "types": ["control-objective"],
        "collected": when,
    }


def _observation(finding: Finding, when: str) -> dict[str, Any]:
    where = {
        "policy": finding.policy,
        "account": finding.account,
        "region": finding.region,
        "resource": finding.resource,
        "principal": finding.principal,
        "fingerprint": finding.fingerprint,
    }
    return {
        "uuid": _id("observation", finding.fingerprint),
        "description": visible(finding.message) or "-",
        "props": [_prop(name, value) for name, value in where.items() if value],
        "methods": ["TEST"],
        "types": ["finding"],
        "collected": when,
    }


def _risk(finding: Finding) -> dict[str, Any]:
    waived = [_prop("waiver", view.waiver(finding))] if finding.waiver else []
    return {
        "uuid": _id("risk", finding.fingerprint),
        "title": visible(finding.policy),
        "description": visible(finding.message) or "-",
        "statement": prose(finding.remediation) or "-",
        "props": [_prop("severity", finding.severity), *waived],
        "status": _STATUS[finding.status],
        "related-observations": [{"observation-uuid": _id("observation", finding.fingerprint)}],
    }


def _supports(policy: PolicyInfo, framework: str, control: str) -> dict[str, str]:
    """The framework by its title, with its version; why, where the policy says so."""
    why = policy.reasons.get(framework, {}).get(control)
    remarks = f"{title(framework, policy.frameworks)} {control}{f': {why}' if why else ''}"
    return _prop(f"supports-{framework}", control) | {"remarks": visible(remarks)}


def _prop(name: str, value: str) -> dict[str, str]:
    return {"name": name, "ns": PROPERTIES, "value": visible(value).strip() or "-"}


def _id(*parts: str) -> str:
    return str(uuid5(NAMESPACE, "\0".join(parts).encode("utf-8", "backslashreplace").decode()))
