"""AWS Security Hub findings (ASFF), within the limits of BatchImportFindings.

JSON Lines: each line is the input of one call, of at most 100 findings of one account in one
region, which is where it must go; the README has the loop.
https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format.html
"""

from __future__ import annotations

from typing import Any

from checker.frameworks import in_order, title
from checker.report import view
from checker.report.escape import json_text, prose, visible
from checker.report.json_report import encode
from checker.report.model import GAP_POLICY, Finding, PolicyInfo, Report
from checker.report.places import Places
from checker.report.stand_ins import SETTING, UNJUDGED, bent, unjudged
from checker.report.times import collected

BATCH = 100
TITLE, DESCRIPTION, ID, TEXT, REQUIREMENT, REQUIREMENTS = 256, 1024, 512, 512, 64, 32
_LABELS = {"info": "INFORMATIONAL"}
_TYPES = {"role": "AwsIamRole", "instance": "AwsEc2Instance"}


def render(report: Report) -> str:
    """Findings, evaluations that erred, settings that bend the verdict; no passes, as Security Hub
    bills for each, and refuses a call without any."""
    policies = {policy.id: policy for policy in report.policies}
    places = Places(report)
    calls: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for finding in (*report.findings, *unjudged(report), *bent(report)):
        where = places.account(finding.account), places.region(finding.region)
        made = _finding(report, finding, policies.get(finding.policy), places)
        calls.setdefault(where, []).append(made)
    batches = (of[at : at + BATCH] for _, of in sorted(calls.items()) for at in _starts(of))
    return "".join(json_text(encode({"Findings": batch}).decode()) + "\n" for batch in batches)


def _starts(findings: list[dict[str, Any]]) -> range:
    return range(0, len(findings), BATCH)


def _finding(
    report: Report, finding: Finding, policy: PolicyInfo | None, places: Places
) -> dict[str, Any]:
    account, region = places.account(finding.account), places.region(finding.region)
    partition = places.partition
    when = collected(report)
    return {
        "SchemaVersion": "2018-10-08",
        "Id": _cut(f"vendorgate/{finding.fingerprint}", ID),
        "ProductArn": f"arn:{partition}:securityhub:{region}:{account}:product/{account}/default",
        "GeneratorId": _cut(f"vendorgate/{finding.policy}", ID),
        "AwsAccountId": account,
        "Types": ["Software and Configuration Checks/AWS Security Best Practices"],
        "CreatedAt": when,
        "UpdatedAt": when,
        "Severity": {"Label": _LABELS.get(finding.severity, finding.severity.upper())},
        "Title": _cut(policy.title if policy else finding.policy, TITLE),
        "Description": _cut(finding.message, DESCRIPTION),
        "Remediation": {"Recommendation": {"Text": _cut(prose(finding.remediation), TEXT)}},
        "ProductFields": _fields(report, finding),
        "Resources": [_resource(finding, partition, region)],
        "Compliance": _compliance(finding, policy),
        "Workflow": {"Status": "SUPPRESSED" if finding.status == "waived" else "NEW"},
        "RecordState": "ACTIVE",
    }


def _fields(report: Report, finding: Finding) -> dict[str, str]:
    shown = {
        "vendorgate/Policy": finding.policy,
        "vendorgate/Principal": finding.principal,
        "vendorgate/Resource": finding.resource,
        "vendorgate/Version": report.tool.version,
        "vendorgate/Waiver": view.waiver(finding) if finding.waiver else None,
    }
    return {name: _cut(value, TEXT) for name, value in shown.items() if value}


def _resource(finding: Finding, partition: str, region: str) -> dict[str, str]:
    kind = finding.resource.split(":")[-1].partition("/")[0]
    return {
        "Type": _TYPES.get(kind, "Other") if finding.resource.startswith("arn:") else "Other",
        "Id": _cut(finding.resource, ID),
        "Partition": partition,
        "Region": region,
    }


def _compliance(finding: Finding, policy: PolicyInfo | None) -> dict[str, Any]:
    controls = policy.controls if policy else {}
    own = policy.frameworks if policy else {}
    named = [f"{title(key, own)} {c}" for key in in_order(controls) for c in controls[key]]
    unknown = finding.policy in (GAP_POLICY, SETTING, UNJUDGED)
    status = "NOT_AVAILABLE" if unknown else "FAILED"
    compliance: dict[str, Any] = {"Status": status}
    if named:
        related = [_cut(name, REQUIREMENT) for name in named[:REQUIREMENTS]]
        compliance["RelatedRequirements"] = related
    return compliance


def _cut(text: str, limit: int) -> str:
    """Printable, not empty, at most so long."""
    shown = visible(text).strip() or "-"
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"
