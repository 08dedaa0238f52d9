"""What a vendor was vetted for: each key of a scope by itself, one trust within and one beyond.

Through the real command, as a key that is read but asked of nobody would pass any test of its own.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.cli import vendorgate
from tests.support.gate import pipeline
from tests.support.snapshots import ALLOWLIST, OWN2, VENDOR, allow, image, role, use, write

IDS = {"StringEquals": {"sts:ExternalId": "abc"}}
AGENT, ADMIN = f"arn:aws:iam::{VENDOR}:role/agent", f"arn:aws:iam::{VENDOR}:role/admin"
BEYOND = "vendor-out-of-scope"


def trust(principal: str, name: str = "Monitoring", **more: Any) -> dict[str, Any]:
    return role(name, allow({"AWS": principal}, **IDS), **more)


def found(folder: Path, scope: str, **records: Any) -> set[str]:
    """The policies that say something of a vendor with this scope."""
    listed = ALLOWLIST.replace("scope: {external_id: required}", f"scope: {{{scope}}}")
    (folder / "allowlist.yaml").write_text(listed)
    write(folder / "snapshot", **records)
    ran = vendorgate("check", "--today", "2026-11-20", "-f", "json", cwd=folder)
    assert ran.code in (0, 1), ran.err
    told = {one["policy"] for one in json.loads(ran.out)["findings"]}
    return told - {"unobserved-vendor"}


ROOT = f"arn:aws:iam::{VENDOR}:root"
MEMBERS = role(
    "Monitoring",
    allow(
        "*",
        StringEquals={"aws:PrincipalOrgID": "o-vendor12345"},
        StringLike={"sts:ExternalId": "abc"},
    ),
)
PIPELINE = pipeline("repo:acme/app:*")
TRUSTS = [
    ("principals: the role that was vetted", f'principals: ["{AGENT}"]', trust(AGENT), set()),
    ("principals: another role of its account", f'principals: ["{AGENT}"]', trust(ADMIN), {BEYOND}),
    ("principals: its whole account", f'principals: ["{AGENT}"]', trust(ROOT), {BEYOND}),
    ("principals: a pattern that holds it", f'principals: ["arn:aws:iam::{VENDOR}:role/a*"]', trust(AGENT), set()),
    ("principals: a pattern in a trust beyond it", f'principals: ["{AGENT}"]',
     role("Monitoring", allow("*", ArnLike={"aws:PrincipalArn": f"arn:aws:iam::{VENDOR}:role/a*"}, **IDS)), {BEYOND}),
    ("principals: all of its account", f'principals: ["arn:aws:iam::{VENDOR}:*"]', trust(ROOT), set()),
    ("principals: the vendor's whole organization", f'principals: ["arn:aws:iam::{VENDOR}:*"]', MEMBERS, {BEYOND}),
    ("principals: of all accounts", 'principals: ["arn:aws:iam::*:*"]', MEMBERS, set()),
    ("principals: a pipeline has no ARN", f'principals: ["{AGENT}"]', PIPELINE, set()),
    ("roles: by name", 'roles: ["Mon*"]', trust(ROOT), set()),
    ("roles: another name", 'roles: ["Mon*"]', trust(ROOT, "Other"), {BEYOND}),
    ("roles: by ARN", f'roles: ["arn:aws:iam::{OWN2}:role/Mon*"]', trust(ROOT), set()),
    ("roles: the ARN of another account", 'roles: ["arn:aws:iam::111111111111:role/Mon*"]', trust(ROOT), {BEYOND}),
    ("in_accounts: there", f'in_accounts: ["{OWN2}"]', trust(ROOT), set()),
    ("in_accounts: elsewhere", 'in_accounts: ["111111111111"]', trust(ROOT), {BEYOND}),
    ("in_accounts: none at all", "in_accounts: []", trust(ROOT), {BEYOND}),
    ("external_id: required and there", "external_id: required", trust(ROOT), set()),
    ("external_id: required and not there", "external_id: required", role("Monitoring", allow({"AWS": ROOT})),
     {"missing-external-id"}),
    ("external_id: optional", "external_id: optional", role("Monitoring", allow({"AWS": ROOT})), set()),
    ("max_privilege: as vetted", "max_privilege: write", trust(ROOT, privilege="write"), set()),
    ("max_privilege: more", "max_privilege: write", trust(ROOT, privilege="admin"), {"vendor-over-privileged"}),
    ("max_privilege: nobody graded it", "max_privilege: admin", trust(ROOT, privilege="unknown"),
     {"vendor-over-privileged"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("reason", "scope", "record", "expected"), TRUSTS, ids=[row[0] for row in TRUSTS]
)
def test_each_key_of_a_scope_holds_a_trust(
    tmp_path: Path, reason: str, scope: str, record: Any, expected: set[str]
) -> None:
    """Catches a key that is turned round, or that holds only beside another one."""
    assert found(tmp_path, scope, roles=[record]) == expected, reason


IMAGES = [
    ("by name", 'images: ["agent-*"]', "agent-1", set()),
    ("another name", 'images: ["agent-*"]', "miner-1", {BEYOND}),
    ("by id", 'images: ["ami-0001"]', None, set()),
    ("in another account", 'in_accounts: ["111111111111"]', "agent-1", {BEYOND}),
    ("in this account", f'in_accounts: ["{OWN2}"]', "agent-1", set()),
]


@pytest.mark.parametrize(
    ("reason", "scope", "name", "expected"), IMAGES, ids=[row[0] for row in IMAGES]
)
def test_each_key_of_a_scope_holds_an_image(
    tmp_path: Path, reason: str, scope: str, name: str | None, expected: set[str]
) -> None:
    """Catches images of a vendor that run beyond what was vetted."""
    images = [image("ami-0001", owner=VENDOR, name=name)]
    told = found(tmp_path, scope, image_uses=[use("i-1", "ami-0001")], images=images)
    assert told == expected, reason
