"""`enforce block-public-access`: the documents, and what they would do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.enforce.support import MANIFEST, vendor
from tests.enforce.test_resources import ANY, B, allow, bucket, record
from tests.support.cli import Ran, vendorgate
from tests.support.snapshots import image, write
from tests.trust.support import M, V, W

ACL = [["Group", "http://acs.amazonaws.com/groups/global/AllUsers", "READ"]]
VOLUME = "arn:aws:ec2:eu-west-1:111111111111:snapshot/snap-1"
BOTH = allow("*", "s3:GetObject", f"{B}/*")
BOTH["Statement"].append(BOTH["Statement"][0] | {"Principal": {"AWS": V}})
FIXED = allow("*", "s3:GetObject", f"{B}/*", {"StringEquals": {"aws:PrincipalAccount": [V]}})


def run(tmp_path: Path, *records: Any, options: Any = (), **kinds: Any) -> Ran:
    vendors = [vendor("V", accounts=[V], scope=ANY), vendor("R", accounts=["666666666666"])]
    (tmp_path / "allowlist.yaml").write_text(json.dumps({"version": 1, "vendors": vendors}))
    there = {"roles": [], "image_uses": [], "resources": list(records), **kinds}
    write(tmp_path / "snap", manifest=MANIFEST, **there)
    fixed = ("--against", "snap", "--today", "2026-11-20", "--no-settings", "--report", "r.json")
    return vendorgate("enforce", "block-public-access", *fixed, *options, cwd=tmp_path)


def test_the_documents(tmp_path: Path) -> None:
    """S3's policy is a type of its own; both go to the root."""
    s3, ec2 = json.loads(run(tmp_path).out)
    assert s3 == {"type": "S3_POLICY", "document": {
        "s3_attributes": {"public_access_block_configuration": {"@@assign": "all"}}}}  # fmt: skip
    attributes = ec2["document"]["ec2_attributes"]
    assert attributes["image_block_public_access"]["state"] == {"@@assign": "block_new_sharing"}
    assert attributes["snapshot_block_public_access"]["state"] == {"@@assign": "block_all_sharing"}
    code = run(tmp_path, options=["-f", "terraform"]).out
    assert code.count('"r-root"') == 2  # of each its targets
    assert 'type        = "S3_POLICY"' in code and "DECLARATIVE_POLICY_EC2" in code


TOLD: list[tuple[str, list[Any], dict[str, Any], str]] = [
    ("everybody by a policy", [bucket("*")], {}, "closes"),
    ("everybody by an ACL", [record("AWS::S3::Bucket", B, acl=ACL)], {}, "closes"),
    ("a snapshot for everybody", [record("AWS::EC2::Snapshot", VOLUME, share=[{"Group": "all"}])], {},
     "closes"),
    ("a snapshot for a vendor", [record("AWS::EC2::Snapshot", VOLUME, share=[{"UserId": V}])], {}, ""),
    ("a vendor that is named", [bucket({"AWS": V})], {}, ""),
    ("a vendor beside everybody", [record("AWS::S3::Bucket", B, document=BOTH)], {}, "cuts closes"),
    ("a vendor of roles beside everybody", [record("AWS::S3::Bucket", B, document=json.loads(
        json.dumps(BOTH).replace(V, "666666666666")))], {}, "closes"),
    ("everybody, but for one", [record("AWS::S3::Bucket", B, document={"Statement": [
        *allow("*", "s3:GetObject", f"{B}/*")["Statement"],
        {"Effect": "Deny", "Principal": {"AWS": V}, "Action": "s3:*", "Resource": f"{B}/*"}]})], {},
     "closes"),
    ("a vendor in everybody's list", [bucket({"AWS": ["*", V]})], {}, "cuts closes"),
    ("a service in everybody's list", [bucket({"AWS": ["*"], "Service": "s3.amazonaws.com"})], {},
     "closes"),
    ("a vendor by a condition on a list", [record("AWS::S3::Bucket", B, document=json.loads(
        json.dumps(FIXED).replace('"*"', f'{{"AWS": ["*", "{V}"]}}')))], {}, "doubts"),
    ("all but one, which is not understood", [record("AWS::S3::Bucket", B, document=json.loads(
        json.dumps(allow({"AWS": V}, "s3:GetObject", f"{B}/*")).replace('"Principal"', '"NotPrincipal"')
    ))], {}, "doubts"),
    ("a stranger beside everybody", [record("AWS::S3::Bucket", B, document=json.loads(
        json.dumps(BOTH).replace(V, W)))], {}, "closes"),
    ("a vendor by a condition", [record("AWS::S3::Bucket", B, document=FIXED)], {}, "doubts"),
    ("one whose policy AWS told not to be public", [record(
        "AWS::S3::Bucket", B, document=FIXED, settings={"policy_status": False})], {}, ""),
    ("an image that is public", [], {"images": [image("ami-1", account=M, owner=M, public=True)]},
     "left"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "records", "kinds", "right"), TOLD, ids=[r[0] for r in TOLD])
def test_what_it_does_to_each_is_told(
    tmp_path: Path, why: str, records: Any, kinds: Any, right: str
) -> None:
    """Of a public policy the block refuses every other account, the vendor that is named too."""
    ran = run(tmp_path, *records, **kinds)
    report = json.loads((tmp_path / "r.json").read_text())
    found = [name for name in ("cuts", "closes", "left", "doubts") if report[name]]
    assert found == right.split(), (why, report)
    assert [(one["id"], one["name"]) for one in report["cuts"]] == [(V, "V")] * ("cuts" in right)
    assert ran.code == (1 if "cuts" in right else 3 if "doubts" in right else 0)
    assert bool(ran.out) is ("cuts" not in right)
    assert all(report["closes"].count(one) == 1 for one in report["closes"])


def test_without_buckets_nothing_was_looked_at(tmp_path: Path) -> None:
    """A snapshot of before buckets were collected proves nothing of them."""
    who = vendor("V", accounts=[V])
    (tmp_path / "allowlist.yaml").write_text(json.dumps({"version": 1, "vendors": [who]}))
    write(tmp_path / "snap", manifest=MANIFEST, roles=[], image_uses=[])
    fixed = ("--against", "snap", "--today", "2026-11-20", "--no-settings")
    ran = vendorgate("enforce", "block-public-access", *fixed, cwd=tmp_path)
    assert ran.code == 3 and "no resource was looked at" in ran.err
