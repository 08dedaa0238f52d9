"""OCSF Compliance Finding (class 2003), JSON Lines: https://schema.ocsf.io/1.3.0/classes/compliance_finding

Findings fail, those that a waiver covers are suppressed; what could not be evaluated is a warning,
as is a setting that bends the verdict; whatever passed is one event for each policy, account and
third party. They stand in order of account and region.
"""

from __future__ import annotations

import hashlib
from typing import Any

from checker.frameworks import title
from checker.report import view
from checker.report.escape import json_text, prose, visible
from checker.report.json_report import encode
from checker.report.model import Evaluated, Finding, PolicyInfo, Report
from checker.report.places import Places
from checker.report.stand_ins import UNJUDGED, unjudged
from checker.report.times import moment

VERSION = "1.3.0"
_SEVERITIES = {"info": 1, "low": 2, "medium": 3, "high": 4, "critical": 5}
_LABELS = ("", "Informational", "Low", "Medium", "High", "Critical")
_NEW, _SUPPRESSED, _RESOLVED = (1, "New"), (3, "Suppressed"), (4, "Resolved")
_PASS, _WARNING, _FAIL = (1, "Pass"), (2, "Warning"), (3, "Fail")
Named = tuple[int, str]


def render(report: Report) -> str:
    policies = {policy.id: policy for policy in report.policies}
    places = Places(report)
    found = (*report.findings, *unjudged(report))
    events = [_finding(report, f, policies.get(f.policy), places) for f in found]
    passed = [row for row in report.evaluated if row.result == "pass"]
    events += [_passed(report, row, policies.get(row.policy), places) for row in passed]
    events += [_setting(report, text, places) for text in view.bends(report)]
    events.sort(key=_place)
    return "".join(json_text(encode(event).decode()) + "\n" for event in events)


def _place(event: dict[str, Any]) -> tuple[str, str]:
    cloud = event["cloud"]
    return cloud.get("account", {}).get("uid", ""), cloud["region"]


def _finding(
    report: Report, finding: Finding, policy: PolicyInfo | None, places: Places
) -> dict[str, Any]:
    state = _SUPPRESSED if finding.status == "waived" else _NEW
    outcome = _WARNING if finding.policy == UNJUDGED else _FAIL
    event = _event(report, finding.policy, policy, state, outcome)
    event |= _severity(finding.severity)
    event["message"] = visible(finding.message)
    event["finding_info"] |= {"uid": finding.fingerprint, "desc": visible(finding.message)}
    event["remediation"] = {"desc": prose(finding.remediation) or "-"}
    event["resources"] = [_resource(finding, places)]
    if finding.waiver:
        event["status_detail"] = visible(view.waiver(finding))
    shown = {"principal": finding.principal, "resource": finding.resource}
    event["unmapped"] = _known(shown)
    return event | _cloud(finding.account, finding.account_name, places.region(finding.region))


def _passed(
    report: Report, row: Evaluated, policy: PolicyInfo | None, places: Places
) -> dict[str, Any]:
    event = _event(report, row.policy, policy, _RESOLVED, _PASS) | _severity("info")
    key = "\0".join((row.policy, row.account or "", row.principal or ""))
    uid = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    event["finding_info"]["uid"] = uid
    event["unmapped"] = _known({"principal": row.principal, "resources": str(row.resources)})
    return event | _cloud(row.account, None, places.region(None))


def _setting(report: Report, text: str, places: Places) -> dict[str, Any]:
    """A setting that bends the verdict: a warning of the report itself."""
    event = _event(report, "setting", None, _NEW, _WARNING) | _severity("info")
    uid = hashlib.sha256(f"setting\0{text}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
    event["message"] = visible(text)
    title = "A setting bends the verdict"
    event["finding_info"] |= {"uid": uid, "title": title, "desc": visible(text)}
    return event | _cloud(None, None, places.region(None))


def _event(
    report: Report, name: str, policy: PolicyInfo | None, state: Named, outcome: Named
) -> dict[str, Any]:
    return {
        "activity_id": 1,
        "category_uid": 2,
        "class_uid": 2003,
        "type_uid": 200301,
        "time": int(moment(report).timestamp() * 1000),
        "status_id": state[0],
        "status": state[1],
        "metadata": _metadata(report),
        "compliance": _compliance(name, policy, outcome),
        "finding_info": {
            "title": visible(policy.title if policy else name),
            "types": ["Third-party trust"],
        },
    }


def _metadata(report: Report) -> dict[str, Any]:
    product = {
        "name": visible(report.tool.name),
        "vendor_name": "vendorgate",
        "version": visible(report.tool.version),
    }
    return {"version": VERSION, "product": product, "profiles": ["cloud"]}


def _compliance(name: str, policy: PolicyInfo | None, outcome: Named) -> dict[str, Any]:
    """`requirements` are controls that the policy supports; `control` is the policy itself."""
    controls = policy.controls if policy else {}
    titled = {key: visible(title(key, policy.frameworks)) for key in controls} if policy else {}
    return {
        "control": visible(name),
        "standards": [titled[framework] for framework in sorted(controls)],
        "requirements": [
            f"{titled[framework]} {visible(control)}"
            for framework in sorted(controls)
            for control in controls[framework]
        ],
        "status_id": outcome[0],
        "status": outcome[1],
    }


def _severity(name: str) -> dict[str, Any]:
    number = _SEVERITIES[name]
    return {"severity_id": number, "severity": _LABELS[number]}


def _resource(finding: Finding, places: Places) -> dict[str, Any]:
    shown = {"uid": finding.resource or "-", "region": finding.region}
    return _known(shown) | {"cloud_partition": places.partition}


def _cloud(account: str | None, name: str | None, region: str) -> dict[str, Any]:
    whose = _known({"uid": account, "name": name})
    cloud: dict[str, Any] = {"provider": "AWS"} | _known({"region": region})
    if whose:
        cloud["account"] = whose | {"type_id": 10, "type": "AWS Account"}
    return {"cloud": cloud}


def _known(values: dict[str, str | None]) -> dict[str, Any]:
    return {name: visible(value) for name, value in values.items() if value}
