"""The snapshots and lists that sessions in `transcripts/` begin with, by the session's name."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.support.snapshots import (
    ALLOWLIST,
    OWN,
    OWN2,
    STRANGER,
    allow,
    image,
    role,
    use,
    vendor_role,
    write,
)

EXCEPTION = """exceptions:
  - {policy: missing-external-id, principal: "999999999999", resource: "arn:aws:iam::222222222222:role/Old",
     reason: leaving, owner: sec@example.com, expires: 2026-12-31}
"""
LOOK_ALIKE = "ami-0123456789abcdef0"
MARKET, AMAZON = "ami-0a1a2a3a4a5a6a7a8", "ami-0b1b2b3b4b5b6b7b8"
GAP = {"account": OWN2, "region": "us-east-1", "call": "ec2:DescribeImages", "code": "Throttling",
       "message": "slow"}  # fmt: skip
LISTED: dict[str, list[Any]] = {"image_settings": [], "providers": []}
POLICY = """id: own
title: Roles of our own
severity: low
applies_to: role_trust
assert: principal.kind != 'anyone'
message: "{role.arn} is open"
rationale: Whoever gets in may do what it may.
remediation: Close it.
tests:
  - {name: open, facts: {principal: {kind: anyone}}, expect: fail}
  - {name: shut, facts: {principal: {kind: account}}, expect: pass}
"""
QUEUE = f"arn:aws:sqs:us-east-1:{OWN2}:jobs"


def estate(folder: Path) -> None:
    """Of each kind one: vetted and not, waived, nobody's, and a resource; before that, a day on
    which there was less, and one that could not look at all."""
    before = [role("Deploy", allow({"Service": "lambda.amazonaws.com"})), vendor_role()]
    more = [
        vendor_role("Old", external_id=None), vendor_role("Stranger", STRANGER),
        role("Open", allow("*")), role("Gone", allow({"AWS": "AIDACKCEVSQ6C2EXAMPLE"})),
    ]  # fmt: skip
    roles = sorted([*before, *more], key=lambda one: str(one["arn"]))
    queue = {
        "account": OWN2, "region": "us-east-1", "arn": QUEUE, "kind": "AWS::SQS::Queue",
        "name": "jobs", "document": {"Version": "2012-10-17", "Statement": [
            allow({"AWS": STRANGER}, "sqs:SendMessage") | {"Resource": QUEUE}]},
    }  # fmt: skip
    uses = [use("i-1", LOOK_ALIKE), use("i-2", None), use("i-3", MARKET), use("i-4", AMAZON)]
    images = [
        image(LOOK_ALIKE, owner=STRANGER, name="web"), image(AMAZON, alias="amazon"),
        image(MARKET, owner="679593333241", alias="aws-marketplace", product_codes=["another"]),
    ]  # fmt: skip
    resources = {"resource_kinds": ["AWS::SQS::Queue"], "code_kinds": ["layer", "container-image"]}
    write(folder / "snapshot", roles=roles, resources=[queue], image_uses=uses, images=sorted(images, key=json.dumps),
          code_uses=sorted(_code_uses(), key=json.dumps),
          **LISTED, manifest=resources)  # fmt: skip
    earlier = {"collected_at": "2026-11-01T06:00:00Z"}
    write(folder / "before", roles=before, resources=[], image_uses=[], images=[],
          code_uses=[], **LISTED, manifest=resources | earlier)  # fmt: skip
    reverse = {"image_uses": uses[::-1], "images": images, "roles": roles[::-1]}
    write(folder / "unsorted", resources=[queue], manifest=resources, code_uses=_code_uses()[::-1],
          **LISTED, **reverse)  # fmt: skip
    write(folder / "things", roles=[], resources=[queue], image_uses=[], images=[], **LISTED,
          manifest=resources)  # fmt: skip
    write(folder / "nothing", roles=[], image_uses=[], images=[])
    write(folder / "gaps", roles=[vendor_role()], image_uses=[], images=[], gaps=[GAP], **LISTED)
    write(folder / "vetted", roles=[vendor_role()])
    (folder / "allowlist.yaml").write_text(ALLOWLIST + EXCEPTION)
    (folder / "nobody.yaml").write_text("version: 1\n")


def _code_uses() -> list[Any]:
    """A stranger's layer twice, our own, somebody's image by two versions, one that nobody knows."""
    layer = "arn:aws:lambda:us-east-1:{}:layer:agent:3"
    of = {
        "a": [("layer", layer.format(STRANGER)), ("layer", layer.format(OWN2))],
        "b": [("layer", layer.format(STRANGER)), ("container-image", None)],
        "c": [("container-image", "docker.io/acme/web:1"), ("container-image", "docker.io/acme/web:2")],
    }  # fmt: skip
    return [
        {"account": OWN2, "region": "us-east-1", "kind": kind, "reference": reference,
         "resource": f"arn:aws:lambda:us-east-1:{OWN2}:function:{name}"}
        for name, several in of.items() for kind, reference in several
    ]  # fmt: skip


def guarded(folder: Path) -> None:
    """An estate whose organization tells of its guardrails."""
    estate(folder)
    told = {"guardrails": [], "organization": {"id": "o-own1234567", "management_account": OWN}}
    accounts = [{"id": OWN, "units": ["r-root"], "state": "ACTIVE"},
                {"id": OWN2, "units": ["r-root", "ou-root-aaaa1111"], "state": "ACTIVE"}]  # fmt: skip
    for name, roles in (("clean", [vendor_role()]), ("cut", [role("Open", allow("*"))])):
        write(folder / name, roles=roles, image_uses=[], images=[], resources=[],
              manifest=told | {"accounts": accounts}, **LISTED)  # fmt: skip
    doubtful = [role("Odd", [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": 7}])]
    write(folder / "doubtful", roles=doubtful, image_uses=[use("i-1", None)], images=[],
          manifest=told | {"accounts": accounts}, **LISTED)  # fmt: skip


def committed(folder: Path) -> None:
    """A repository whose first commit is `base`; what the session writes is the pull request."""
    estate(folder)
    (folder / "policies").mkdir()
    (folder / "policies/a.yaml").write_text(POLICY)
    (folder / "known.json").write_text('{"schema": "vendorgate/baseline/v1", "findings": []}')
    (folder / "vendorgate.toml").write_text('baseline = "known.json"\n')
    (folder / "run.sh").write_text("vendorgate check\n")
    (folder / "docs.md").write_text("# Of ours\n")
    who = ("-c", "user.name=x", "-c", "user.email=x@x.example")
    for step in (("init", "-q"), ("add", "-A"), (*who, "commit", "-qm", "x"), ("tag", "base")):
        subprocess.run(["git", *step], cwd=folder, check=True)
    for link, end in (
        ("link.yaml", "nobody.yaml"),
        ("rules", "policies"),
        ("base.json", "known.json"),
    ):
        (folder / link).symlink_to(end)
    write(folder / "brought", roles=[vendor_role()])
    subprocess.run(["git", "add", "brought"], cwd=folder, check=True)


WORLDS: dict[str, Callable[[Path], None]] = {
    "check": estate, "settings": estate, "explain": estate, "diff": estate, "policy": estate,
    "waive": estate, "lists": estate, "usage": estate,
    "enforce": guarded, "evidence": estate, "review": committed,
}  # fmt: skip
