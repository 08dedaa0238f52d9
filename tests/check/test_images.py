"""Images through the real command: whose they are, whose they were made from, who may launch ours."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.gate import AMI, check, findings
from tests.support.snapshots import (
    OWN,
    OWN2,
    STRANGER,
    VENDOR,
    image,
    use,
    vendor_role,
)

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


OTHER_SIGHTS = [
    ("sees that there is one before it", {"ancestry": [{"image_id": "ami-0"}], "ancestry_complete": False}),
    ("takes it for one that was made from nothing", {"ancestry": [], "ancestry_complete": True}),
    ("does not look", {}),
    ("is told no owner", {"owner": None}),
]  # fmt: skip


@pytest.mark.parametrize(("owner", "account"), [(OWN, OWN2), (OWN2, OWN)])
@pytest.mark.parametrize(("why", "sight"), OTHER_SIGHTS, ids=[one[0] for one in OTHER_SIGHTS])
def test_nobody_who_sees_less_speaks_for_all(
    tmp_path: Path, owner: str, account: str, why: str, sight: Any
) -> None:
    """Catches an image of which the first account of the file decides what it was made from: who
    shares it knows, and who runs it has no record."""
    knows = image(AMI, account=owner, **copy_of(STRANGER, owner=owner))
    other = image(AMI, account=account, **{"owner": owner} | sight)
    several = sorted([knows, other], key=lambda one: one["account"])
    ran = check(
        tmp_path, image_uses=[use("i-1", AMI), use("i-2", AMI, account=account)], images=several
    )
    found = {one for one in findings(ran) if one[0] in ("laundered-image", "unsure-own-image")}
    assert found == {("laundered-image", "i-1", STRANGER), ("laundered-image", "i-2", STRANGER)}


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
