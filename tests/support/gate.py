"""The gate through the real command, on a snapshot that is made for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from checker.policy.load import load_policies
from checker.subjects.registry import model
from tests.support.cli import Ran, vendorgate
from tests.support.snapshots import (
    ALLOWLIST,
    OWN,
    OWN2,
    allow,
    role,
    write,
)

TODAY = "2026-11-20"
SUBJECT_OF = {policy.id: policy.applies_to for policy in load_policies(None).policies}
GITHUB = "token.actions.githubusercontent.com"
AMI = "ami-0123456789abcdef0"
GAP = {"account": OWN2, "region": "us-east-1", "call": "ec2:DescribeInstances", "code": "AccessDenied", "message": "no"}  # fmt: skip
WAIVER = """exceptions:
  - {policy: unvetted-account-trust, principal: "888888888888", reason: leaving, owner: sec@example.com,
     resource: "arn:aws:iam::222222222222:role/S*", expires: 2026-12-31}
"""


def check(folder: Path, *options: str, allowlist: str = ALLOWLIST, today: str = TODAY, **kinds: Any) -> Ran:  # fmt: skip
    write(folder / "snapshot", **kinds)
    (folder / "allowlist.yaml").write_text(allowlist)
    age = ("--max-age", "400") if today > "2026-11-27" else ()
    return vendorgate("check", "--today", today, *age, *(options or ("-f", "json")), cwd=folder)


def findings(ran: Ran) -> set[tuple[str, str, str | None]]:
    """Policy, last part of the resource, principal; entries that nobody needs are left aside.

    The facts of each are held against what is published of them.
    """
    told = json.loads(ran.out)["findings"]
    for finding in told:
        subjects = SUBJECT_OF.get(finding["policy"], ())
        if len(subjects) == 1:
            model(subjects[0]).model_validate(finding["facts"])
    found = [f for f in told if f["policy"] != "unobserved-vendor"]
    return {(f["policy"], f["resource"].rsplit("/", 1)[-1], f["principal"]) for f in found}


def at_home(record: dict[str, Any]) -> dict[str, Any]:
    """A role of the management account."""
    return record | {"arn": record["arn"].replace(OWN2, OWN), "account": OWN}


def pipeline(sub: str, **more: Any) -> dict[str, Any]:
    provider = f"arn:aws:iam::{OWN2}:oidc-provider/{GITHUB}"
    condition = {
        "StringLike": {f"{GITHUB}:sub": sub},
        "StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"},
    }
    return role("Pipeline", allow({"Federated": provider}, "sts:AssumeRoleWithWebIdentity", **condition), **more)  # fmt: skip


def rcp(condition: Any = None, target: str = "r-root", **more: Any) -> dict[str, Any]:
    """A guardrail that refuses sts:AssumeRole, where the condition holds."""
    everything = {} if "NotResource" in more else {"Resource": "*"}
    statement = {"Effect": "Deny", "Principal": "*", "Action": "sts:*"} | everything | more
    if condition:
        statement["Condition"] = condition
    document = {"Version": "2012-10-17", "Statement": [statement]}
    return {"id": "p-1", "name": "x", "document": document, "targets": [target]}
