"""The gate through the real command: what fails, what passes, what is incomplete."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from checker.policy.load import load_policies
from checker.subjects.registry import model
from tests.support.cli import Ran, vendorgate
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
    write,
)

TODAY = "2026-11-20"
SUBJECT_OF = {policy.id: policy.applies_to for policy in load_policies(None).policies}
GITHUB = "token.actions.githubusercontent.com"


def check(folder: Path, *options: str, allowlist: str = ALLOWLIST, today: str = TODAY, **kinds: Any) -> Ran:  # fmt: skip
    write(folder / "snapshot", **kinds)
    (folder / "allowlist.yaml").write_text(allowlist)
    age = ("--max-age", "400") if today > "2026-11-27" else ()
    return vendorgate("check", "--today", today, *age, *(options or ("-f", "json")), cwd=folder)


def findings(ran: Ran) -> set[tuple[str, str, str | None]]:
    """Policy, last part of the resource, principal; entries that nobody needs are left aside.

    The facts of each are held against what is published of them.
    """
    for finding in json.loads(ran.out)["findings"]:
        subjects = SUBJECT_OF.get(finding["policy"], ())
        if len(subjects) == 1:
            model(subjects[0]).model_validate(finding["facts"])
    found = [f for f in json.loads(ran.out)["findings"] if f["policy"] != "unobserved-vendor"]
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


AMI = "ami-0123456789abcdef0"
IMAGES = [
    ("an own image", {"owner": OWN}, set(), 0),
    ("a vetted vendor's", {"owner": VENDOR}, set(), 0),
    ("a stranger's", {"owner": STRANGER, "name": "ubuntu-22.04"},
     {("unvetted-image-owner", "i-1", STRANGER)}, 1),
    ("by an accepted alias", {"owner": "137112412989", "alias": "amazon"}, set(), 0),
    ("by an alias that nobody accepted", {"owner": None, "alias": "aws-backup-vault"},
     {("unvetted-image-owner", "i-1", "aws-backup-vault")}, 1),
    ("a vetted product", {"owner": "679593333241", "alias": "aws-marketplace",
     "product_codes": ["productcode1"]}, set(), 0),
    ("another product", {"owner": "679593333241", "alias": "aws-marketplace",
     "product_codes": ["other"]}, {("unvetted-marketplace-image", "i-1", "679593333241")}, 1),
    ("a vetted product beside another", {"owner": "679593333241", "alias": "aws-marketplace",
     "product_codes": ["productcode1", "x"]}, {("unvetted-marketplace-image", "i-1", "679593333241")}, 1),
    ("one that nothing knows", {"owner": None}, {("unknown-image-owner", "i-1", None)}, 1),
    ("one without a record", None, {("unknown-image-owner", "i-1", None)}, 1),
]  # fmt: skip


@pytest.mark.parametrize(("why", "record", "expected", "code"), IMAGES, ids=[i[0] for i in IMAGES])
def test_images(tmp_path: Path, why: str, record: Any, expected: Any, code: int) -> None:
    """Each kind of publisher gets exactly the finding it deserves."""
    images = [image(AMI, **record)] if record else []
    ran = check(tmp_path, image_uses=[use("i-1", AMI)], images=images)
    assert findings(ran) == expected
    assert ran.code == code, ran.err


DELISTED = [
    ("of a vetted product", ["productcode1"], None, set(), 0),
    ("of another", ["x"], None, {("unvetted-marketplace-image", "i-1", "aws-marketplace")}, 1),
    ("of which metadata alone tell", ["x"], {"owner": "679593333241", "alias": "aws-marketplace",
     "product_codes": None}, {("unvetted-marketplace-image", "i-1", "679593333241")}, 1),
    ("of an own copy", ["x"], {"owner": OWN2}, {("unsure-own-image", "i-1", OWN2)}, 0),
]  # fmt: skip


@pytest.mark.parametrize(("why", "codes", "record", "expected", "code"), DELISTED, ids=[d[0] for d in DELISTED])  # fmt: skip
def test_an_instance_keeps_its_product_codes(
    tmp_path: Path, why: str, codes: Any, record: Any, expected: Any, code: int
) -> None:
    """A marketplace image that is no longer sold has no description; the machine has its code."""
    images = [image(AMI, **record)] if record else []
    ran = check(tmp_path, image_uses=[use("i-1", AMI, product_codes=codes)], images=images)
    assert (findings(ran), ran.code) == (expected, code)


def copy_of(*owners: str | None, **more: Any) -> dict[str, Any]:
    """An own image that was made from images of these owners, the nearest first."""
    chain = [
        {"image_id": f"ami-{n}", "region": "eu-west-1", "owner": o} for n, o in enumerate(owners)
    ]
    return {"owner": OWN2, "ancestry": chain, "ancestry_complete": True} | more


COPIES = [
    ("made from nothing", copy_of(), set()),
    ("of which nobody looked where it is from", {"owner": OWN2}, set()),
    ("a copy of a stranger's", copy_of(STRANGER), {("laundered-image", "i-1", STRANGER)}),
    ("a copy of a copy of a stranger's", copy_of(OWN2, OWN, STRANGER),
     {("laundered-image", "i-1", STRANGER)}),
    ("a copy of a vetted vendor's", copy_of(OWN, VENDOR), set()),
    ("what the vetted vendor built upon is its own business", copy_of(VENDOR, STRANGER), set()),
    ("a stranger's in between", copy_of(STRANGER, VENDOR), {("laundered-image", "i-1", STRANGER)}),
    ("a stranger's behind one that is unknown", copy_of(None, STRANGER),
     {("laundered-image", "i-1", STRANGER)}),
    ("an ancestor that cannot be told", copy_of(OWN2, None), {("unsure-own-image", "i-1", OWN2)}),
    ("a chain that ends without a root", copy_of(OWN2, ancestry_complete=False),
     {("unsure-own-image", "i-1", OWN2)}),
    ("a vetted vendor's behind one that is unknown", copy_of(None, VENDOR),
     {("unsure-own-image", "i-1", VENDOR)}),
    ("a copy that has kept an unvetted product's code", {"owner": OWN2, "product_codes": ["x"]},
     {("unsure-own-image", "i-1", OWN2)}),
    ("a copy that has kept a vetted product's", {"owner": OWN2, "product_codes": ["productcode1"]},
     set()),
    ("a copy of an image by an accepted alias",
     {"owner": OWN, "ancestry": [{"image_id": "ami-1", "alias": "amazon"}]}, set()),
    ("a copy of an unvetted product",
     {"owner": OWN, "ancestry": [{"image_id": "ami-1", "owner": "679593333241",
      "alias": "aws-marketplace", "product_codes": ["x"]}]},
     {("laundered-image", "i-1", "679593333241")}),
    ("a stranger's copy of a vetted image is a stranger's", copy_of(VENDOR, owner=STRANGER),
     {("unvetted-image-owner", "i-1", STRANGER)}),
]  # fmt: skip


@pytest.mark.parametrize(("why", "record", "expected"), COPIES, ids=[c[0] for c in COPIES])
def test_copies(tmp_path: Path, why: str, record: Any, expected: Any) -> None:
    """A copy of a third party's image is that third party's image, until vetted."""
    ran = check(tmp_path, image_uses=[use("i-1", AMI)], images=[image(AMI, **record)])
    assert findings(ran) == expected
    parties = json.loads(ran.out)["third_parties"]  # a product goes by its code there
    assert {p for _, _, p in expected if p == STRANGER} <= {p["id"] for p in parties}


def test_an_ancestry_that_ends_unresolved_is_said(tmp_path: Path) -> None:
    """An ancestor that nobody can tell may be anybody's: it fails no build, and is not silent."""
    records = [image(AMI, **copy_of(OWN2, None))]
    ran = check(tmp_path, image_uses=[use("i-1", AMI)], images=records)
    assert ran.code == 0
    assert f"1 ({AMI} in us-east-1)" in " ".join(json.loads(ran.out)["notes"])


def test_the_owner_knows_the_ancestry(tmp_path: Path) -> None:
    """An image that another own account shares: that one can tell what it was made from."""
    seen = [image(AMI, owner=OWN), image(AMI, account=OWN, **copy_of(STRANGER, owner=OWN))]
    ran = check(tmp_path, image_uses=[use("i-1", AMI)], images=seen)
    assert findings(ran) == {("laundered-image", "i-1", STRANGER)}


ORG_ARN = "arn:aws:organizations::888888888888:{}"
SHARES = [
    ("nobody", [], set()),
    ("an own account", [OWN], set()),
    ("the own organization", [ORG_ARN.format("organization/o-own1234567")], set()),
    ("a unit of it", [ORG_ARN.format("ou/o-own1234567/ou-abcd-12345678")], set()),
    ("a vetted vendor", [VENDOR], set()),
    ("a stranger", [STRANGER], {("shared-image", AMI, STRANGER)}),
    ("a stranger's organization", [ORG_ARN.format("organization/o-stranger123")],
     {("shared-image", AMI, "o-stranger123")}),
    ("a unit of it, and a stranger", [STRANGER, ORG_ARN.format("ou/o-stranger123/ou-abcd-12345678")],
     {("shared-image", AMI, "o-stranger123"), ("shared-image", AMI, STRANGER)}),
    ("everybody", ["all"], {("public-image", AMI, "*")}),
    ("somebody in words unknown", ["martians"], {("shared-image", AMI, "martians")}),
]  # fmt: skip


@pytest.mark.parametrize(("why", "permissions", "expected"), SHARES, ids=[s[0] for s in SHARES])
def test_shared_images(tmp_path: Path, why: str, permissions: Any, expected: Any) -> None:
    """Whoever may launch an own image has all that is on it."""
    shared = image(AMI, owner=OWN2, launch_permissions=permissions)
    ran = check(tmp_path, roles=[vendor_role()], images=[shared])
    assert findings(ran) == expected


def test_another_account_s_parameter_must_be_vetted(tmp_path: Path) -> None:
    """Its owner decides which image runs; the image itself is judged besides."""
    named = [use("lt-1", AMI, via="resolve:ssm:x", via_account=STRANGER),
             use("lt-2", AMI, via="resolve:ssm:y", via_account=VENDOR)]  # fmt: skip
    ran = check(tmp_path, image_uses=named, images=[image(AMI, owner=OWN2)])
    assert findings(ran) == {("unvetted-image-parameter", "lt-1", STRANGER)}
    assert {p["id"] for p in json.loads(ran.out)["third_parties"]} == {STRANGER, VENDOR}


def test_allowed_images_hide_what_is_not_allowed(tmp_path: Path) -> None:
    """Where EC2 hides images, that none was described says nothing of the owner: so it is said."""
    settings = [{"account": OWN2, "region": "us-east-1", "allowed_images": "enabled"}]
    ran = check(tmp_path, image_uses=[use("i-1", AMI)], images=[], image_settings=settings)
    assert "Allowed AMIs is enabled" in json.loads(ran.out)["findings"][0]["message"]


def test_an_image_known_to_another_account_is_known(tmp_path: Path) -> None:
    """Image ids are unique in a region: what one account sees of the owner holds for all."""
    seen = [image(AMI, owner=None), image(AMI, account=OWN, owner=VENDOR)]
    assert findings(check(tmp_path, image_uses=[use("i-1", AMI)], images=seen)) == set()


def test_a_terminated_instance_does_not_count(tmp_path: Path) -> None:
    """A finding about a machine that is gone is a false alarm."""
    ran = check(tmp_path, image_uses=[use("i-1", AMI, state="terminated")], roles=[vendor_role()])
    assert (findings(ran), ran.code) == (set(), 0)


def test_expired_vetting_no_longer_vets(tmp_path: Path) -> None:
    """The day after expiry the entry fails, and so does what it vetted; on the day it holds."""
    assert check(tmp_path, roles=[vendor_role()], today="2027-05-01").code == 0
    ran = check(tmp_path, roles=[vendor_role()], today="2027-05-02")
    assert findings(ran) == {
        ("expired-vetting", "allowlist.yaml#Example Monitoring", VENDOR),
        ("unvetted-account-trust", "Monitoring", VENDOR),
    }
    assert ran.code == 1


GAP = {"account": OWN2, "region": "us-east-1", "call": "ec2:DescribeInstances", "code": "AccessDenied", "message": "no"}  # fmt: skip


def test_a_gap_is_never_a_pass(tmp_path: Path) -> None:
    """What could not be looked at: exit 3, a finding; exit 1 wins; --allow-gaps accepts it."""
    ran = check(tmp_path, roles=[vendor_role()], gaps=[GAP])
    assert findings(ran) == {("collection-gap", "ec2:DescribeInstances", None)}
    assert (
        json.loads(ran.out)["findings"][0]["resource"] == f"{OWN2}/us-east-1/ec2:DescribeInstances"
    )
    assert ran.code == 3
    assert check(tmp_path, "-q", "--allow-gaps", roles=[vendor_role()], gaps=[GAP]).code == 0
    assert check(tmp_path, "-q", roles=[vendor_role("S", STRANGER)], gaps=[GAP]).code == 1


def test_an_empty_snapshot_is_incomplete(tmp_path: Path) -> None:
    """A collector that saw nothing must not read as a clean organization."""
    assert check(tmp_path, "-q", roles=[]).code == 3
    assert (
        check(tmp_path, "-q", roles=[role("Service", allow({"Service": "ec2.amazonaws.com"}))]).code
        == 0
    )


def test_a_policy_that_errs_is_incomplete(tmp_path: Path) -> None:
    """An evaluation that could not be done counts as incomplete, never as a pass."""
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies/house.yaml").write_text(
        "{id: house, title: t, severity: low, applies_to: role_trust, assert: 'length(principal.arn) > `0`',"
        " message: m, rationale: r, remediation: r, tests: []}"
    )
    ran = check(tmp_path, roles=[vendor_role()])
    assert ran.code == 3
    assert json.loads(ran.out)["errors"][0]["policy"] == "house"


def test_the_threshold(tmp_path: Path) -> None:
    """--fail-on moves what fails the build, not what is shown."""
    records = [vendor_role(external_id=None)]
    assert check(tmp_path, "-q", "--fail-on", "medium", roles=records).code == 1
    assert check(tmp_path, "-q", "--fail-on", "high", roles=records).code == 0


WAIVER = """exceptions:
  - {policy: unvetted-account-trust, principal: "888888888888", reason: leaving, owner: sec@example.com,
     resource: "arn:aws:iam::222222222222:role/S*", expires: 2026-12-31}
"""


def test_waivers(tmp_path: Path) -> None:
    """An exception covers its policy, principal and resources, until its day, and stays visible."""
    listed = ALLOWLIST + WAIVER
    ran = check(tmp_path, roles=[vendor_role("S", STRANGER)], allowlist=listed)
    report = json.loads(ran.out)
    assert ran.code == 0
    assert (report["summary"]["waived"], report["findings"][0]["status"]) == (1, "waived")
    assert report["findings"][0]["waiver"]["expires"] == "2026-12-31"
    for roles, today in [
        ([vendor_role("T", STRANGER)], TODAY),
        ([vendor_role("S", "777777777777")], TODAY),
        (
            [at_home(vendor_role("S", STRANGER))],
            TODAY,
        ),
        ([vendor_role("S", STRANGER)], "2027-01-01"),
    ]:
        assert check(tmp_path, "-q", roles=roles, allowlist=listed, today=today).code == 1


def test_a_gap_cannot_be_waived(tmp_path: Path) -> None:
    """A waiver is a judgement about something seen."""
    bad = ALLOWLIST + WAIVER.replace("unvetted-account-trust", "collection-gap")
    ran = check(tmp_path, "-q", roles=[], allowlist=bad)
    assert (ran.code, "collection-gap cannot be waived" in ran.err) == (2, True)


def test_settings_bend_the_verdict_and_every_report_says_so(tmp_path: Path) -> None:
    """A disabled policy that no reader could see would be a hole."""
    (tmp_path / "vendorgate.toml").write_text(
        '[severity]\nunvetted-account-trust = {level = "low", reason = "pilot"}\n'
        '[disabled]\nmissing-external-id = "not yet"\n'
    )
    roles = [vendor_role("S", STRANGER), vendor_role(external_id=None)]
    ran = check(tmp_path, roles=roles)
    assert (ran.code, findings(ran)) == (0, {("unvetted-account-trust", "S", STRANGER)})
    settings = json.loads(ran.out)["settings"]
    assert settings["severity"][0] == {
        "policy": "unvetted-account-trust", "severity": "low", "was": "high", "reason": "pilot",
    }  # fmt: skip
    assert settings["disabled"] == [{"policy": "missing-external-id", "reason": "not yet"}]
    for shown_as in ("text", "junit", "sarif"):
        shown = vendorgate("check", "--today", TODAY, "-f", shown_as, cwd=tmp_path).out
        assert "pilot" in shown and "not yet" in shown, shown_as


BAD_SETTINGS = [
    ("an unknown key", 'alowlist = "x"', "unknown key 'alowlist'; did you mean 'allowlist'?"),
    ("no reason", '[disabled]\nanyone-trust = ""', "anyone-trust needs a reason"),
    (
        "a severity without a reason",
        '[severity]\nanyone-trust = "low"',
        "needs a level and a reason",
    ),
    ("an unknown policy", '[disabled]\nanyone-trsut = "x"', "did you mean 'anyone-trust'?"),
    ("the engine's own", '[disabled]\ncollection-gap = "x"', "cannot be disabled"),
    ("no TOML", "[", "not valid TOML"),
]


@pytest.mark.parametrize(("why", "text", "message"), BAD_SETTINGS, ids=[b[0] for b in BAD_SETTINGS])
def test_bad_settings(tmp_path: Path, why: str, text: str, message: str) -> None:
    """A setting that does not do what its author meant must be refused."""
    (tmp_path / "vendorgate.toml").write_text(text)
    ran = check(tmp_path, "-q", roles=[])
    assert (ran.code, message in ran.err) == (2, True), ran.err


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


def test_third_parties_are_listed_once_with_where(tmp_path: Path) -> None:
    """The inventory is the list that nobody keeps: a double or missing row makes it useless."""
    roles = [vendor_role(), vendor_role("B"), at_home(vendor_role("C")),
             vendor_role("D", "464622532012"), role("Open", allow("*"))]  # fmt: skip
    ran = check(tmp_path, roles=roles, image_uses=[use("i-1", AMI), use("i-2", AMI)],
                images=[image(AMI, owner=VENDOR)])  # fmt: skip
    parties = {p["id"]: p for p in json.loads(ran.out)["third_parties"]}
    assert set(parties) == {VENDOR, "464622532012", "*"}
    vendor = parties[VENDOR]
    assert (vendor["name"], vendor["named_by"], vendor["status"]) == (
        "Example Monitoring", "allowlist", "vetted",
    )  # fmt: skip
    assert [(a["account"], a["roles"], a["images"]) for a in vendor["access"]] == [(OWN, 1, 0), (OWN2, 2, 1)]  # fmt: skip
    datadog = parties["464622532012"]
    assert (datadog["name"], datadog["named_by"], datadog["status"]) == ("Datadog", "catalogue", "unlisted")  # fmt: skip


def test_fingerprints_stay_when_unrelated_things_change(tmp_path: Path) -> None:
    """A baseline or a code-scanning alert that moves with every change is noise."""
    one = json.loads(check(tmp_path, roles=[vendor_role("S", STRANGER)]).out)
    more = [vendor_role("A", "777777777777"), vendor_role("S", STRANGER, tags={"a": "b"}), role("O", allow("*"))]  # fmt: skip
    many = json.loads(check(tmp_path, roles=more, today="2026-11-21").out)
    ours = one["findings"][0]["fingerprint"]
    prints = [f["fingerprint"] for f in many["findings"]]
    assert ours in prints and len(set(prints)) == len(prints) == 4


def test_output_is_identical_under_two_hash_seeds(tmp_path: Path) -> None:
    """A report that differs from run to run cannot be evidence."""
    roles = [vendor_role(f"R{n}", f"{n:012d}") for n in range(40)] + [role("O", allow("*"))]
    options = ("-f", "json=j", "-f", "sarif=s", "-f", "junit=x", "-f", "text=t")
    check(tmp_path, *options, roles=roles)
    seen = []
    for seed in ("1", "2"):
        vendorgate("check", "--today", TODAY, *options, cwd=tmp_path, PYTHONHASHSEED=seed)
        seen.append([(tmp_path / name).read_bytes() for name in "jsxt"])
    assert seen[0] == seen[1]


def test_order_of_records_changes_nothing_but_the_digest(tmp_path: Path) -> None:
    """The same organization, listed in another order, is the same report."""
    roles = [vendor_role(f"R{n}", f"{n:012d}") for n in range(5)]
    one = json.loads(check(tmp_path, roles=roles).out)
    other = json.loads(check(tmp_path, roles=roles[::-1]).out)
    one.pop("inputs"), other.pop("inputs")
    assert one == other


def rcp(condition: Any = None, target: str = "r-root", **more: Any) -> dict[str, Any]:
    """A guardrail that refuses sts:AssumeRole, where the condition holds."""
    everything = {} if "NotResource" in more else {"Resource": "*"}
    statement = {"Effect": "Deny", "Principal": "*", "Action": "sts:*"} | everything | more
    if condition:
        statement["Condition"] = condition
    document = {"Version": "2012-10-17", "Statement": [statement]}
    return {"id": "p-1", "name": "x", "document": document, "targets": [target]}


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


@pytest.mark.parametrize(
    ("principal", "waived"),
    [
        (GITHUB, True),
        (f"https://{GITHUB}/", True),
        ("gitlab.com", False),
        (f"arn:aws:iam::{OWN2}:oidc-provider/{GITHUB}", False),
    ],
)
def test_an_exception_for_an_issuer_may_spell_it_as_a_url(
    tmp_path: Path, principal: str, waived: bool
) -> None:
    """Catches an exception for an issuer that ends in a slash, which waives nothing."""
    exception = (
        f"exceptions:\n  - {{policy: unvetted-federation, principal: '{principal}', "
        "resource: '*', reason: r, owner: o, expires: 2027-01-31}\n"
    )
    ran = check(tmp_path, allowlist=ALLOWLIST + exception, roles=[pipeline("repo:evil/*")])
    status = [f["status"] for f in json.loads(ran.out)["findings"] if f["principal"] == GITHUB]
    assert status == ["waived" if waived else "open"]
