"""Reports for tests: a small one that has something of everything, and large ones."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import product
from typing import Any

from msgspec.structs import replace

from checker.report.cross_check import CrossCheck, KindRow, Told
from checker.report.model import (
    SCHEMA,
    SEVERITIES,
    Access,
    DisabledPolicy,
    Evaluated,
    EvaluationError,
    FileInput,
    Filters,
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
    Use,
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


def rich() -> Report:
    """More of everything than is shown at once, and each of what a reader is told to mind: parties
    of every kind and status, with and without use, resources and code; every setting that bends."""
    found = tuple(_many_findings())
    gaps = tuple(
        GapEntry(account=f"{300000000000 + n}" if n % 5 else None, region="eu-west-1" if n % 3 else None,
                 call=f"ec2:Call{n:02}", code="AccessDenied", message="no",
                 **({"location": Place(file="a.yaml", line=n)} if n == 7 else {}))
        for n in range(23)
    )  # fmt: skip
    errors = tuple(
        EvaluationError(policy="dangling-principal", account=OWN, resource=f"{ROLE}{n}",
                        principal=None, message="to_number() of null")
        for n in range(3)
    )  # fmt: skip
    names = {
        "anyone-trust": {"severity": "critical", "title": "A role trusts anyone", "references": ()},
        "collection-gap": {"title": "Something could not be looked at", "controls": {}},
        "public-resource": {"severity": "low", "applies_to": "resource_access",
                            "reasons": {"nist_800_53": {"SA-9": "why"}},
                            "controls": {"own": ("A-1",), "nist_800_53": ("SA-9",)},
                            "frameworks": {"own": "Our own rules"}},
        "unvetted-account-trust": {},
    }  # fmt: skip
    settings = Settings(
        fail_on="medium", allow_gaps=True, builtin_policies=False,
        severity=(SeverityOverride(policy="public-resource", severity="low", was="critical", reason="a pilot"),),
        disabled=(DisabledPolicy(policy="shared-image", reason="images are built elsewhere"),),
        replaced=("anyone-trust",), max_age=30, rules_from="main", no_settings=True,
        filters=Filters(policies=("anyone-trust",), accounts=(OWN,), severities=("high",),
                        left_out={"critical": 2, "low": 1}, gaps=3),
    )  # fmt: skip
    rows = [
        evaluated(name, f"{500000000000 + n}", result, account=f"{200000000000 + n % 9}", resources=n + 1)
        for n, (name, result) in enumerate(product(names, ("pass", "fail", "error")))
    ]  # fmt: skip
    inputs = report().inputs
    return report(
        *found, gaps=gaps, errors=errors, evaluated=tuple(rows), settings=settings,
        third_parties=tuple(_many_parties()), verdict="fail",
        policies=tuple(policy(name, **given) for name, given in names.items()),
        inputs=replace(inputs, baseline=FileInput(path="known.json", sha256="1" * 64),
                       catalogue=FileInput(path="names.json", sha256="2" * 64)),
        notes=tuple(f"A note of the number {n}." for n in range(22)),
        summary=summary(found, errors=3, resources=4, resource_policies=5, code_uses=6,
                        known=sum(one.baseline for one in found)),
        cross_check=_crossed(),
    )  # fmt: skip


def _crossed() -> CrossCheck:
    told = {"account": OWN, "region": "us-east-1", "kind": "AWS::S3::Bucket", "principal": STRANGER}
    missed, stopped, ours = (Told(resource=f"arn:aws:s3:::{name}", why=name, **told)
                             for name in ("missed", "stopped", "ours"))  # fmt: skip
    rows = (KindRow(kind="AWS::S3::Bucket", analyzer=True, looked=True, theirs=3, ours=4, both=2),
            KindRow(kind="AWS::SQS::Queue", analyzer=True, looked=False, theirs=1, ours=0, both=0),
            KindRow(kind="AWS::Oam::Sink", analyzer=False, looked=True, theirs=0, ours=1, both=0))  # fmt: skip
    return CrossCheck(
        path="analyzer", sha256="3" * 64, collected_at="2026-11-19T06:00:00Z", analyzers=("a", "b"),
        agreed=2, own=3, archived=4, resolved=5, elsewhere=6, missed=(missed,), stopped=(stopped,),
        only_ours=(ours, ours), unreadable=("arn:aws:s3:::odd",), uncovered={"no analyzer": 2},
        kinds=rows,
    )  # fmt: skip


def _many_findings() -> Iterator[Finding]:
    yield finding(
        policy="anyone-trust", severity="critical", principal="*", remediation="", facts={}
    )
    yield finding(policy="anyone-trust", severity="critical", principal="**",
                  facts={"grant": {"witness": {"principal": ROLE}}, "long": "x" * 6_500})  # fmt: skip
    yield finding(policy="anyone-trust", severity="critical", principal=None, region="eu-west-1",
                  account=None, account_name=None, location=Place(file="b.tf", line=3))  # fmt: skip
    for n in range(30):
        yield finding(
            resource=f"{ROLE}{n:02}", account=f"{200000000000 + n % 9}", principal=f"{500000000000 + n % 7}",
            entry_line=n or None, baseline=n % 10 == 3, account_name=None if n % 2 else "prod",
            **({"entry_file": "parts/a.yaml"} if n == 4 else {}),
        )  # fmt: skip
    waiver = Waiver(owner="sec@example.com", reason="leaving", expires="2026-12-01")
    later = Waiver(owner="ops@example.com", reason="a long way off", expires="2027-10-01")
    for n in range(24):
        yield finding(policy="public-resource", severity="low", resource=f"arn:aws:s3:::bucket-{n:02}",
                      status="waived" if n < 22 else "open", waiver=(waiver, later, None)[(n > 9) + (n > 21)],
                      region="us-east-1", principal="*")  # fmt: skip


def _many_parties() -> Iterator[ThirdParty]:
    kinds = ("account", "organization", "federated", "anyone", "image-alias", "registry", "service")
    statuses = ("vetted", "expired", "out-of-scope", "unlisted")
    grades = (None, "read", "write", "admin")
    for n in range(20):
        access = tuple(
            Access(account=f"{200000000000 + m}", roles=n % 3, images=m % 2, privilege=grades[(n + m) % 4],
                   reads_data=(None, True, False)[(n + m) % 3], reads_secrets=(False, None, True)[m % 3],
                   **({"resources": m, "access": grades[m % 4]} if n % 2 else {}),
                   **({"code": m + 1} if n % 5 == 0 else {}))
            for m in range((1, 2, 5, 11)[n % 4])
        )  # fmt: skip
        use = Use(calls=1000 * n, last_seen="2026-11-01T10:00:00Z" if n % 4 else None,
                  roles_used=n % 3, roles_unused=(n + 1) % 3)  # fmt: skip
        yield party(
            f"{500000000000 + n}", kind=kinds[n % 7], status=statuses[n % 4], name=f"Vendor {n}" if n % 3 else None,
            named_by=(None, "allowlist", "catalogue")[n % 3], roles=n % 5, images=n % 2, access=access,
            **({"use": use} if n % 3 else {}), **({"resources": n} if n % 2 else {}),
            **({"code": n + 1} if n % 5 == 0 else {}),
        )  # fmt: skip
