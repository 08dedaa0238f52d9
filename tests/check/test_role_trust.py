"""Roles through the real command: which trust is found, and which is not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.cli import vendorgate
from tests.support.gate import AMI, GITHUB, TODAY, at_home, check, findings, pipeline, rcp
from tests.support.snapshots import (
    ALLOWLIST,
    OWN,
    OWN2,
    STRANGER,
    VENDOR,
    allow,
    image,
    role,
    use,
    vendor_role,
)

ROLES = [
    ("a vetted vendor with its external id", vendor_role(), set(), 0),
    ("a vetted vendor without", vendor_role(external_id=None),
     {("missing-external-id", "Monitoring", VENDOR)}, 0),
    ("a stranger", vendor_role("S", STRANGER), {("unvetted-account-trust", "S", STRANGER)}, 1),
    ("one role of a stranger", role("S", allow({"AWS": f"arn:aws:iam::{STRANGER}:role/x"})),
     {("unvetted-account-trust", "S", STRANGER)}, 1),
    ("a bare account id", role("S", allow({"AWS": STRANGER})),
     {("unvetted-account-trust", "S", STRANGER)}, 1),
    ("anyone", role("Open", allow("*")), {("anyone-trust", "Open", "*")}, 1),
    ("anyone of an own organization", role("Org", allow("*", StringEquals={"aws:PrincipalOrgID": "o-own1234567"})),
     set(), 0),
    ("anyone of a vetted organization",
     role("Org", allow("*", StringEquals={"aws:PrincipalOrgID": "o-vendor12345"})),
     {("missing-external-id", "Org", "o-vendor12345")}, 0),
    ("anyone of a stranger's organization",
     role("Org", allow("*", StringEquals={"aws:PrincipalOrgID": "o-stranger123"})),
     {("unvetted-organization-trust", "Org", "o-stranger123")}, 1),
    ("an own account", role("Internal", allow({"AWS": f"arn:aws:iam::{OWN}:root"})), set(), 0),
    ("a service", role("Service", allow({"Service": "ec2.amazonaws.com"})), set(), 0),
    ("a vetted pipeline", pipeline("repo:acme/app:*"), set(), 0),
    ("a pipeline that is wider than what was vetted", pipeline("repo:ac*"),
     {("unvetted-federation", "Pipeline", GITHUB), ("open-federation", "Pipeline", GITHUB)}, 1),
    ("somebody else's pipeline", pipeline("repo:evil/app:*"),
     {("unvetted-federation", "Pipeline", GITHUB)}, 1),
    ("Identity Center's own role",
     role("AWSReservedSSO_Admin_0123456789abcdef", allow(
         {"Federated": f"arn:aws:iam::{OWN2}:saml-provider/AWSSSO_0123456789abcdef_DO_NOT_DELETE"},
         ["sts:AssumeRoleWithSAML", "sts:TagSession"],
         StringEquals={"SAML:aud": "https://signin.aws.amazon.com/saml"}),
         path="/aws-reserved/sso.amazonaws.com/eu-west-1/"), set(), 0),
    ("a look-alike of it outside the reserved path",
     role("AWSReservedSSO_Fake", allow(
         {"Federated": f"arn:aws:iam::{OWN2}:saml-provider/AWSSSO_x"}, "sts:AssumeRoleWithSAML")),
     {("unvetted-federation", "AWSReservedSSO_Fake",
       f"arn:aws:iam::{OWN2}:saml-provider/AWSSSO_x")}, 1),
    ("a policy that is null", role("Null", []) | {"trust_policy": None},
     {("unreadable-trust-policy", "Null", None)}, 1),
    ("a policy that is text", role("Text", []) | {"trust_policy": "hello"},
     {("unreadable-trust-policy", "Text", None)}, 1),
    ("a policy that is a number", role("Number", []) | {"trust_policy": 12},
     {("unreadable-trust-policy", "Number", None)}, 1),
]  # fmt: skip


@pytest.mark.parametrize(("why", "record", "expected", "code"), ROLES, ids=[r[0] for r in ROLES])
def test_roles(tmp_path: Path, why: str, record: Any, expected: Any, code: int) -> None:
    """Each kind of trust gets exactly the finding it deserves: neither a miss nor a false alarm."""
    ran = check(tmp_path, roles=[record])
    assert findings(ran) == expected
    assert ran.code == code, ran.err


def test_scope(tmp_path: Path) -> None:
    """A vetted vendor beyond what was vetted is named, with what goes beyond."""
    scope = 'scope: {roles: ["Mon*"], in_accounts: ["222222222222"], max_privilege: read, images: ["agent-*"]}'
    listed = ALLOWLIST.replace("scope: {external_id: required}", scope)
    roles = [
        vendor_role("Mon1", privilege="read"),
        vendor_role("Other", privilege="read"),
        vendor_role("Mon2", privilege="admin"),
        vendor_role("Mon3"),
        at_home(vendor_role("Mon4", privilege="read")),
    ]
    uses = [use("i-1", AMI), use("i-2", "ami-2")]
    images = [image(AMI, owner=VENDOR, name="agent-1"), image("ami-2", owner=VENDOR, name="x")]
    ran = check(tmp_path, roles=roles, image_uses=uses, images=images, allowlist=listed)
    assert findings(ran) == {
        ("vendor-out-of-scope", "Other", VENDOR),
        ("vendor-out-of-scope", "Mon4", VENDOR),
        ("vendor-out-of-scope", "i-2", VENDOR),
        ("vendor-over-privileged", "Mon2", VENDOR),
        ("vendor-over-privileged", "Mon3", VENDOR),
    }
    (party,) = json.loads(ran.out)["third_parties"]
    assert (party["status"], party["roles"], party["images"]) == ("out-of-scope", 5, 2)


OUTSIDERS = {
    "StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-own1234567"},
    "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
}
VETTED = {"StringNotEqualsIfExists": {"aws:PrincipalAccount": [OWN, OWN2, VENDOR]}}
BUCKETS = {"Action": "s3:*"}
OTHER_ROLE = {"Resource": "arn:aws:iam::*:role/Other*"}
ALL_BUT_S = {"NotResource": "arn:aws:iam::*:role/S"}
ALL_BUT_T = {"NotResource": "arn:aws:iam::*:role/T"}
STRANGERS = vendor_role("S", STRANGER)
GUARDED: list[tuple[str, Any, Any, bool | None]] = [
    ("nobody could look", None, STRANGERS, None),
    ("there is none", [], STRANGERS, True),
    ("everything is refused", [rcp()], STRANGERS, False),
    ("all outsiders are refused", [rcp(OUTSIDERS)], STRANGERS, False),
    ("all but the vetted are refused", [rcp(VETTED)], STRANGERS, False),
    ("a vetted one beside them", [rcp(VETTED)], vendor_role("S", external_id=None), True),
    ("anyone, narrowed to the vetted", [rcp(VETTED)], role("S", allow("*")), True),
    ("anyone, when all outsiders are refused", [rcp(OUTSIDERS)], role("S", allow("*")), False),
    ("another service's", [rcp(**BUCKETS)], STRANGERS, True),
    ("another role's", [rcp(**OTHER_ROLE)], STRANGERS, True),
    ("all roles but this one", [rcp(**ALL_BUT_S)], STRANGERS, True),
    ("all roles but another", [rcp(**ALL_BUT_T)], STRANGERS, False),
    ("a unit's", [rcp(target="ou-prod")], STRANGERS, False),
    ("the account's", [rcp(target=OWN2)], STRANGERS, False),
    ("another unit's", [rcp(target="ou-other")], STRANGERS, True),
    ("one that Allows", [rcp(Effect="Allow")], STRANGERS, True),
    ("the management account's role", [rcp()], role("S", allow({"AWS": STRANGER}), account=OWN), True),
    ("a service-linked role", [rcp()], vendor_role("S", STRANGER, path="/aws-service-role/x/"), True),
]  # fmt: skip


@pytest.mark.parametrize(
    ("why", "rcps", "record", "expected"), GUARDED, ids=[g[0] for g in GUARDED]
)
def test_resource_control_policies(
    tmp_path: Path, why: str, rcps: Any, record: Any, expected: bool | None
) -> None:
    """Raw trust is judged as ever; whether a guardrail refuses it for now is told besides."""
    accounts = [{"id": OWN, "units": ["r-root"]}, {"id": OWN2, "units": ["r-root", "ou-prod"]}]
    ran = check(tmp_path, roles=[record], manifest={"guardrails": rcps, "accounts": accounts})
    report = json.loads(ran.out)
    (found,) = [f for f in report["findings"] if f["policy"] != "unobserved-vendor"]
    assert found["facts"]["grant"]["effective"] is expected
    assert ("refuses it for now" in found["message"]) == (expected is False)
    assert any("were not looked at" in note for note in report["notes"]) == (rcps is None)


ANYWHERE = "rolesanywhere.amazonaws.com"


def test_an_open_issuer_is_found_though_it_is_own(tmp_path: Path) -> None:
    """Catches an issuer that counts as own, and lets in whoever has a token of it."""
    own = ALLOWLIST.replace("{issuer: idp.example.com}", f"{{issuer: {ANYWHERE}}}")
    trusting = role("Devices", allow({"Service": ANYWHERE}))
    ran = check(tmp_path, allowlist=own, roles=[trusting])
    assert findings(ran) == {("open-federation", "Devices", ANYWHERE)}
    assert json.loads(ran.out)["third_parties"] == []
    told = vendorgate("explain", ANYWHERE, "--today", TODAY, "-f", "json", cwd=tmp_path)
    assert json.loads(told.out)["findings"]
    assert json.loads(told.out)["proposal"] is None  # nobody vets what is own


def test_an_own_issuer_of_our_claims_passes(tmp_path: Path) -> None:
    """Catches an alarm over our own pipelines, and silence over a neighbour's on the same issuer."""
    claims = f'{{issuer: {GITHUB}, claims: {{sub: ["repo:ours/*"]}}}}'
    own = ALLOWLIST.replace("{issuer: idp.example.com}", claims)
    assert findings(check(tmp_path, allowlist=own, roles=[pipeline("repo:ours/app:*")])) == set()
    assert findings(check(tmp_path, allowlist=own, roles=[pipeline("repo:evil/app:*")])) == {
        ("unvetted-federation", "Pipeline", GITHUB)
    }


@pytest.mark.parametrize(
    "principal",
    [
        "999999999999",
        {"AWS": "9999-9999-9999"},
        {"AWS": "arn:aws:iam::1234567890:root"},
        {"aws": "x"},
    ],
)
def test_a_principal_that_cannot_be_read_is_one_finding(tmp_path: Path, principal: Any) -> None:
    """Catches a mistyped account id that is a dozen findings, or none."""
    ran = check(tmp_path, roles=[role("Typo", allow(principal, "sts:*"))])
    assert findings(ran) == {("unreadable-trust-policy", "Typo", None)}
    assert ran.code == 1


def test_a_unique_id_beside_it_is_still_found(tmp_path: Path) -> None:
    """Catches a deleted user's id that hides behind a mistyped one."""
    principal = {"AWS": ["9999-9999-9999", "AIDAEXAMPLEEXAMPLE12"]}
    manifest = {"sources": ["terraform"]}
    ran = check(tmp_path, roles=[role("Typo", allow(principal))], manifest=manifest)
    assert ("unresolved-trust", "Typo", "AIDAEXAMPLEEXAMPLE12") in findings(ran)
