"""Roles, and resources, that are alike but for one thing are told apart where a rule reads it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.support.gate import check, findings, rcp
from tests.support.rows import rows
from tests.support.snapshots import ALLOWLIST, OWN2, VENDOR, allow, role

MEMBER = "444444444444"
"""Neither of the accounts is the management account, of which other policies speak."""
ACCOUNTS = [
    {"id": one, "name": one, "path": "Root", "state": "ACTIVE", "units": ["r-root"]}
    for one in (OWN2, MEMBER)
]
SERVICE = "rolesanywhere.amazonaws.com"
DEVICES = allow({"Service": SERVICE}, ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"])
VETTED = allow({"AWS": f"arn:aws:iam::{VENDOR}:root"}, StringEquals={"sts:ExternalId": "abc"})


def scoped(scope: str) -> str:
    return ALLOWLIST.replace("{external_id: required}", f"{{{scope}}}")


def vendors(name: str, account: str = OWN2, *, secrets: bool = False) -> dict[str, Any]:
    return role(name, VETTED, account=account, privilege="read", reads_secrets=secrets)


def many(*last: dict[str, Any]) -> list[dict[str, Any]]:
    """Three roles that are alike, then others."""
    return [*(vendors(f"R{at}") for at in range(3)), *last]


def queue(account: str, name: str) -> dict[str, Any]:
    arn = f"arn:aws:sqs:us-east-1:{account}:{name}"
    statement = allow({"AWS": VENDOR}, "sqs:ReceiveMessage") | {"Resource": arn}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    return {"account": account, "region": "us-east-1", "arn": arn, "kind": "AWS::SQS::Queue",
            "name": name, "tags": {}, "document": document}  # fmt: skip


BOTH = role("Both", [VETTED, DEVICES], privilege="read")
OURS = ALLOWLIST.replace("idp.example.com", SERVICE)
HERE = f"in_accounts: ['{OWN2}']"
ROWS: list[tuple[str, dict[str, Any], str, set[tuple[str, str]]]] = [
    ("a vendor, and an own issuer that takes whoever comes", {"roles": [BOTH]}, OURS, {("open-federation", "Both")}),
    ("behind others that have the vendor alone", {"roles": many(BOTH)}, OURS, {("open-federation", "Both")}),
    ("the own issuer alone", {"roles": [role("Own", DEVICES)]}, OURS, {("open-federation", "Own")}),
    ("in another account than the vendor's scope", {"roles": many(vendors("There", MEMBER))},
     scoped(f"{HERE}, external_id: required"), {("vendor-out-of-scope", "There")}),
    ("of another name than that", {"roles": many(vendors("There"))}, scoped("roles: ['R*'], external_id: required"),
     {("vendor-out-of-scope", "There")}),
    ("reading secrets, where that is not vetted", {"roles": many(vendors("Secret", secrets=True))},
     scoped("external_id: required, reads_secrets: false"), {("vendor-reads-secrets", "Secret")}),
    ("a queue in another account", {"resources": [queue(OWN2, "a"), queue(OWN2, "b"), queue(MEMBER, "There")]},
     scoped(f"{HERE}, max_access: read"), {("resource-out-of-scope", "There")}),
    ("a queue of another name", {"resources": [queue(OWN2, "a"), queue(OWN2, "b"), queue(OWN2, "There")]},
     scoped("resources: ['arn:aws:sqs:*:*:a', 'arn:aws:sqs:*:*:b'], max_access: read"), {("resource-out-of-scope", "There")}),
]  # fmt: skip


@rows("why, kinds, allowlist, expected", ROWS)
def test_one_that_differs_from_many(
    tmp_path: Path, why: str, kinds: Any, allowlist: str, expected: set[tuple[str, str]]
) -> None:
    """Catches one that is counted among those with which nothing is wrong."""
    ran = check(tmp_path, allowlist=allowlist, manifest={"accounts": ACCOUNTS}, **kinds)
    assert {(policy, at.split(":")[-1]) for policy, at, _ in findings(ran)} == expected, why


UNGUARDED = """id: no-unguarded
title: t
severity: high
applies_to: role_trust
assert: "grant.effective == `false`"
message: "m {resource}"
rationale: r
remediation: r
tests:
  - {name: a, expect: pass, facts: {grant: {effective: false}}}
  - {name: b, expect: fail, facts: {grant: {effective: true}}}
"""


def test_one_that_no_guardrail_covers(tmp_path: Path) -> None:
    """Catches a role counted among those that a guardrail of their account covers."""
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "no-unguarded.yaml").write_text(UNGUARDED)
    guarded = rcp({"StringEquals": {"aws:PrincipalAccount": VENDOR}}, OWN2)
    roles = many(vendors("There", MEMBER))
    ran = check(tmp_path, roles=roles, manifest={"guardrails": [guarded], "accounts": ACCOUNTS})
    told = [(one["policy"], one["resource"]) for one in json.loads(ran.out)["findings"]]
    assert ("no-unguarded", f"arn:aws:iam::{MEMBER}:role/There") in told
    assert len([policy for policy, _ in told if policy == "no-unguarded"]) == 1
