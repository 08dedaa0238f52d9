"""Reports for tests: a small one that has something of everything, and large ones."""

from __future__ import annotations

import hashlib
from typing import Any

from checker.report.model import (
    SCHEMA,
    SEVERITIES,
    Access,
    DisabledPolicy,
    Evaluated,
    EvaluationError,
    FileInput,
    Finding,
    GapEntry,
    Inputs,
    Place,
    PoliciesInput,
    PolicyInfo,
    Report,
    Settings,
    SeverityOverride,
    SnapshotInput,
    Summary,
    ThirdParty,
    Tool,
    Waiver,
)

OWN, STRANGER, VENDOR = "222222222222", "999999999999", "316881668097"
ROLE = f"arn:aws:iam::{OWN}:role/MonitoringRole"


def fingerprint(*parts: object) -> str:
    return hashlib.sha256("\0".join(map(repr, parts)).encode()).hexdigest()[:32]


def finding(**given: Any) -> Finding:
    values: dict[str, Any] = {
        "policy": "unvetted-account-trust",
        "severity": "high",
        "status": "open",
        "account": OWN,
        "account_name": "prod",
        "region": None,
        "resource": ROLE,
        "principal": STRANGER,
        "remediation": "Vet the account and list it,\nor remove it from the role's trust policy.\n",
        "location": None,
        "facts": {"role": {"arn": ROLE}, "principal": {"kind": "account", "account": STRANGER}},
    } | given
    values.setdefault("message", f"{values['resource']} can be assumed by {values['principal']}")
    key = values["policy"], values["resource"], values["principal"], values["location"]
    values.setdefault("fingerprint", fingerprint(*key))
    return Finding(**values)


def policy(name: str, **given: Any) -> PolicyInfo:
    values: dict[str, Any] = {
        "title": "A role trusts an AWS account that nobody vetted",
        "severity": "high",
        "applies_to": "role_trust",
        "rationale": "Whoever can assume a role is inside.\nSomebody should have looked.\n",
        "remediation": "Vet the account and list it,\nor remove it from the role's trust policy.\n",
        "controls": {"nist_800_53": ("SA-9", "SR-6"), "pci_dss": ("12.8.1",)},
        "references": ("https://docs.aws.amazon.com/IAM/latest/UserGuide/",),
    } | given
    return PolicyInfo(id=name, **values)


def party(id_: str, **given: Any) -> ThirdParty:
    values: dict[str, Any] = {
        "kind": "account",
        "name": None,
        "named_by": None,
        "status": "unlisted",
        "roles": 1,
        "images": 0,
        "access": (Access(account=OWN, roles=1, images=0, privilege="read"),),
    } | given
    return ThirdParty(id=id_, **values)


def evaluated(name: str, principal: str | None, result: str, **given: Any) -> Evaluated:
    values: dict[str, Any] = {"account": OWN, "resources": 1} | given
    return Evaluated(policy=name, principal=principal, result=result, **values)  # type: ignore[arg-type]


def summary(findings: tuple[Finding, ...], **given: Any) -> Summary:
    open_ = [found.severity for found in findings if found.status == "open"]
    values: dict[str, Any] = {
        "roles": 3,
        "image_uses": 1,
        "third_parties": 2,
        "evaluations": 9,
        "open": {severity: open_.count(severity) for severity in SEVERITIES},
        "waived": len(findings) - len(open_),
    } | given
    return Summary(**values)


def report(*findings: Finding, **given: Any) -> Report:
    digest = "0" * 64
    values: dict[str, Any] = {
        "tool": Tool(name="vendorgate", version="0.1.0"),
        "evaluated_on": "2026-11-20",
        "inputs": Inputs(
            snapshot=SnapshotInput(
                path="snapshot", sha256=digest, collected_at="2026-11-20T06:00:00Z"
            ),
            allowlist=FileInput(path="allowlist.yaml", sha256=digest),
            policies=PoliciesInput(path="policies", sha256=digest, count=2),
        ),
        "verdict": "fail" if findings else "pass",
        "settings": Settings(),
        "third_parties": (
            party(STRANGER, name="Steampipe", named_by="catalogue"),
            party(VENDOR, name="Example Monitoring", named_by="allowlist", status="vetted"),
        ),
        "evaluated": (
            evaluated("unvetted-account-trust", VENDOR, "pass", resources=6),
            evaluated("unvetted-account-trust", STRANGER, "fail"),
        ),
        "gaps": (),
        "policies": (policy("unvetted-account-trust"),),
    } | given
    counts = {
        "third_parties": len(values["third_parties"]),
        "errors": len(values.get("errors", ())),
        "known": sum(found.baseline for found in findings),
    }
    values.setdefault("summary", summary(findings, **counts))
    return Report(schema=SCHEMA, findings=findings, **values)


def allowlist(path: str) -> Inputs:
    inputs = report().inputs
    return Inputs(
        snapshot=inputs.snapshot,
        allowlist=FileInput(path=path, sha256="0" * 64),
        policies=inputs.policies,
    )


def small() -> Report:
    """One of everything: severities, a template's place, an allowlist entry's line, a waiver, a
    gap with its finding, an evaluation error, an override, a disabled policy and a note."""
    gap = GapEntry(
        account="333333333333",
        region="eu-west-1",
        call="ec2:DescribeInstances",
        code="AccessDenied",
        message="not authorized",
    )
    found = (
        finding(policy="anyone-trust", severity="critical", principal="*"),
        finding(
            policy="collection-gap",
            account=gap.account,
            account_name=None,
            region=gap.region,
            resource="333333333333/eu-west-1/ec2:DescribeInstances",
            principal=None,
            message="ec2:DescribeInstances was refused: AccessDenied",
            remediation="Let the collector's role call it.",
        ),
        finding(),
        finding(
            resource="module.agent.aws_iam_role.this",
            location=Place(file="infra/main.tf", line=12),
            account_name=None,
        ),
        finding(
            policy="missing-external-id",
            severity="medium",
            principal=VENDOR,
            message=f"{ROLE} does not require an external id",
            remediation="Require sts:ExternalId.",
            entry_line=7,
        ),
        finding(
            policy="missing-external-id",
            severity="medium",
            status="waived",
            principal=VENDOR,
            resource=f"arn:aws:iam::{OWN}:role/LegacyMonitoring",
            remediation="Require sts:ExternalId.",
            entry_line=7,
            waiver=Waiver(
                owner="cloud-security@example.com",
                reason="vendor ships no external id until Q1",
                expires="2027-01-31",
            ),
        ),
    )
    names = {
        "anyone-trust": {"severity": "critical", "title": "A role trusts anyone"},
        "collection-gap": {"title": "Something could not be looked at", "controls": {}},
        "missing-external-id": {
            "severity": "medium",
            "title": "A vendor's role needs no external id",
        },
        "unvetted-account-trust": {},
    }
    return report(
        *found,
        gaps=(gap,),
        errors=(
            EvaluationError(
                policy="dangling-principal",
                account=OWN,
                resource=ROLE,
                principal=None,
                message="to_number() of null",
            ),
        ),
        evaluated=(
            evaluated("missing-external-id", VENDOR, "fail", resources=2),
            evaluated("missing-external-id", STRANGER, "pass"),
            evaluated("unvetted-account-trust", VENDOR, "pass", resources=6),
            evaluated("unvetted-account-trust", STRANGER, "fail", resources=2),
        ),
        policies=tuple(policy(name, **given) for name, given in names.items()),
        settings=Settings(
            severity=(
                SeverityOverride(
                    policy="missing-external-id", severity="medium", was="high", reason="phased in"
                ),
            ),
            disabled=(DisabledPolicy(policy="shared-image", reason="images are built elsewhere"),),
        ),
        summary=summary(found, errors=1),
        notes=("The snapshot is 14 days old.",),
    )


def large(findings: int, passes: int) -> Report:
    """Findings of all severities over many accounts, and passing rows beside them."""
    found = tuple(
        finding(
            severity=SEVERITIES[index * 5 // findings],
            account=f"{200000000000 + index % 300}",
            resource=f"arn:aws:iam::{200000000000 + index % 300}:role/svc/Vendor{index:06}",
            facts={
                "role": {
                    "arn": f"arn:aws:iam::{index:012}:role/x",
                    "name": "x",
                    "tags": {"a": "b"},
                },
                "principal": {"kind": "account", "account": STRANGER, "claims": None},
                "vetting": {"status": "unlisted", "vendor": None, "expires": None},
            },
        )
        for index in range(findings)
    )
    rows = tuple(
        evaluated(
            f"policy-{index % 27}", f"{index // 27:012}", "pass", account=f"{300000000000 + index}"
        )
        for index in range(passes)
    )
    return report(*found, evaluated=rows)
