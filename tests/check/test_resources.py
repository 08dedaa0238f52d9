"""Resources through the gate: who is let in by their own policies, and what that is called."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from checker.check import engine
from checker.check.rules import PolicyOverrides, Rules
from checker.policy.load import load_policies
from checker.resource_trust.glance import Glance
from checker.resource_trust.sieve import Sieve
from checker.snapshot.read import Snapshot
from checker.subjects.item import Item
from checker.subjects.resource_access import items
from checker.vetting.allowlist import Allowlist
from checker.yamlfile import parse_yaml
from tests.support.cli import Ran, vendorgate
from tests.support.gate import TODAY
from tests.support.snapshots import ALLOWLIST, OWN, OWN2, STRANGER, VENDOR, allow, write

BUCKET, QUEUE = "arn:aws:s3:::acme-data", f"arn:aws:sqs:us-east-1:{OWN2}:jobs"
KEY, ENTRY = f"arn:aws:kms:us-east-1:{OWN2}:key/1", f"arn:aws:eks:us-east-1:{OWN2}:access-entry/c/x"
TOPIC = f"arn:aws:sns:us-east-1:{OWN2}:alarms"
SNAPSHOT = f"arn:aws:ec2:us-east-1:{OWN2}:snapshot/snap-1"
API = "arn:aws:apigateway:us-east-1::/restapis/a1"
KINDS = {BUCKET: "AWS::S3::Bucket", QUEUE: "AWS::SQS::Queue", KEY: "AWS::KMS::Key",
         ENTRY: "AWS::EKS::AccessEntry", SNAPSHOT: "AWS::EC2::Snapshot", API: "AWS::ApiGateway::RestApi"}  # fmt: skip
SHUT = {"bpa": {"RestrictPublicBuckets": True, "IgnorePublicAcls": True}}
EVERYBODY = "http://acs.amazonaws.com/groups/global/AllUsers"


def resource(arn: str, kind: str | None = None, **more: Any) -> dict[str, Any]:
    made = {"account": OWN2, "region": "us-east-1", "arn": arn, "kind": kind or KINDS[arn]}
    return made | {"name": arn.rpartition(":")[2]} | more


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def opened(
    arn: str, principal: Any, action: str, kind: str | None = None, **more: Any
) -> dict[str, Any]:
    """A resource whose policy lets the principal do this."""
    condition = more.pop("condition", {})
    about = f"{arn}/*" if arn.startswith("arn:aws:s3:::") else arn
    statement = allow(principal, action, **condition) | {"Resource": about}
    return resource(arn, kind, document=policy(statement), **more)


def entry(arn: str, policy: str) -> dict[str, Any]:
    share = {"principalArn": f"arn:aws:iam::{STRANGER}:role/x", "groups": [],
             "policies": [f"arn:aws:eks::aws:cluster-access-policy/{policy}"]}  # fmt: skip
    return resource(arn, share=share)


def scoped(scope: str) -> str:
    return ALLOWLIST.replace("scope: {external_id: required}", f"scope: {{{scope}}}")


def made_by(account: str) -> dict[str, Any]:
    """A key with a grant for a role of ours."""
    grant = {"GranteePrincipal": f"arn:aws:iam::{OWN2}:role/x", "Operations": ["Decrypt"],
             "IssuingAccount": f"arn:aws:iam::{account}:root"}  # fmt: skip
    return resource(KEY, grants=[grant])


def trail_of(account: str) -> dict[str, Any]:
    arn = f"arn:aws:cloudtrail:*:{account}:trail/*"
    return {"StringLike": {"kms:EncryptionContext:aws:cloudtrail:arn": arn}}


READS = scoped("max_access: read")
S3, SEND = "s3:GetObject", "sqs:SendMessage"
ROWS: list[tuple[str, dict[str, Any], str, set[str]]] = [
    ("a stranger by a policy", opened(QUEUE, {"AWS": STRANGER}, SEND), READS, {"unvetted-resource-access"}),
    ("an own account", opened(QUEUE, {"AWS": OWN}, SEND), READS, set()),
    ("an expired vendor", opened(BUCKET, {"AWS": VENDOR}, S3), READS.replace("expires: 2027-05-01", "expires: 2026-06-01"), {"unvetted-resource-access", "expired-vetting"}),
    ("a vetted vendor who reads", opened(BUCKET, {"AWS": VENDOR}, S3), READS, set()),
    ("who writes, and was to read", opened(BUCKET, {"AWS": VENDOR}, "s3:PutObject"), READS, {"resource-over-privileged"}),
    ("an entry that says nothing of resources", opened(BUCKET, {"AWS": VENDOR}, S3), ALLOWLIST, {"resource-out-of-scope"}),
    ("another bucket", opened(BUCKET, {"AWS": VENDOR}, S3), scoped('resources: ["arn:aws:s3:::other-*"]'), {"resource-out-of-scope"}),
    ("the bucket that was meant", opened(BUCKET, {"AWS": VENDOR}, S3), scoped('resources: ["arn:aws:s3:::acme-*"]'), set()),
    ("another kind", opened(BUCKET, {"AWS": VENDOR}, S3), scoped("kinds: [AWS::KMS::Key]"), {"resource-out-of-scope"}),
    ("another account of ours", opened(BUCKET, {"AWS": VENDOR}, S3), scoped('kinds: [AWS::S3::Bucket], in_accounts: ["111111111111"]'), {"resource-out-of-scope"}),
    ("all of the vendor, where one role was meant", opened(BUCKET, {"AWS": VENDOR}, S3), scoped(f'kinds: [AWS::S3::Bucket], principals: ["arn:aws:iam::{VENDOR}:role/c"]'), {"resource-out-of-scope"}),
    ("everybody", opened(BUCKET, "*", S3), READS, {"public-resource"}),
    ("everybody from a network", opened(BUCKET, "*", S3, condition={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}), READS, {"unvetted-resource-access"}),
    ("everybody, but for Block Public Access", opened(BUCKET, "*", S3, settings=SHUT), READS, {"latent-resource-access"}),
    ("everybody by an ACL", resource(BUCKET, acl=[["Group", EVERYBODY, "READ"]], settings={"ownership": "ObjectWriter"}), READS, {"public-resource", "unread-object-acls"}),
    ("an API, whose authorizers are not read", opened(API, "*", "execute-api:Invoke") | {"document": policy(allow("*", "execute-api:Invoke") | {"Resource": "execute-api:/*"})}, READS, {"public-by-nature"}),
    ("a stranger's organization", opened(QUEUE, "*", SEND, condition={"StringEquals": {"aws:PrincipalOrgID": "o-stranger1234"}}), READS, {"unvetted-organization-access"}),
    ("our own", opened(QUEUE, "*", SEND, condition={"StringEquals": {"aws:PrincipalOrgID": "o-own1234567"}}), READS, set()),
    ("a canonical id that nobody knows", resource(BUCKET, acl=[["CanonicalUser", "c" * 64, "READ"]], settings={"ownership": "ObjectWriter"}), READS, {"unvetted-resource-access", "unread-object-acls"}),
    ("our own canonical id", resource(BUCKET, acl=[["CanonicalUser", "c" * 64, "READ"]], settings={"ownership": "BucketOwnerEnforced", "canonical": {"c" * 64: OWN}}), READS, set()),
    ("whose objects may have ACLs", resource(BUCKET, acl=[["CanonicalUser", "c" * 64, "READ"]], settings={"ownership": "ObjectWriter", "canonical": {"c" * 64: OWN}}), READS, {"unread-object-acls"}),
    ("of public ones that are ignored", resource(BUCKET, settings=SHUT | {"ownership": "ObjectWriter"}), READS, set()),
    ("a bucket of which no more is known", resource(BUCKET, settings={"ownership": "BucketOwnerPreferred"}), READS, {"unread-object-acls"}),
    ("who owns its objects, nobody understands", resource(BUCKET, settings={"ownership": "Whoever"}), READS, {"unread-object-acls"}),
    ("a bucket for ourselves alone", opened(BUCKET, {"AWS": OWN}, S3, settings={"ownership": "ObjectWriter"}), READS, {"unread-object-acls"}),
    ("a service for a stranger", opened(QUEUE, {"Service": "sns.amazonaws.com"}, SEND, condition={"StringEquals": {"aws:SourceAccount": STRANGER}}), READS, {"foreign-service-source"}),
    ("a service for us", opened(QUEUE, {"Service": "sns.amazonaws.com"}, SEND, condition={"StringEquals": {"aws:SourceAccount": OWN}}), READS, set()),
    ("CloudFront for anybody", opened(BUCKET, {"Service": "cloudfront.amazonaws.com"}, S3), READS, {"open-deputy"}),
    ("a service of which no such use is known", opened(BUCKET, {"Service": "fsx.amazonaws.com"}, S3), READS, {"service-without-source"}),
    ("a snapshot", resource(SNAPSHOT, share=[{"UserId": STRANGER}]), READS, {"shared-snapshot"}),
    ("one for everybody", resource(SNAPSHOT, share=[{"Group": "all"}]), READS, {"public-resource"}),
    ("one for a vendor", resource(SNAPSHOT, share=[{"UserId": VENDOR}]), READS, set()),
    ("an administrator of a cluster", entry(ENTRY, "AmazonEKSClusterAdminPolicy"), READS, {"unvetted-cluster-admin"}),
    ("who looks on", entry(ENTRY, "AmazonEKSViewPolicy"), READS, {"unvetted-resource-access"}),
    ("a share in a form that nobody knows", resource(SNAPSHOT, share={"UserId": STRANGER}), READS, {"unreadable-resource-policy"}),
    ("an ACL that is none", resource(BUCKET, acl="private"), READS, {"unreadable-resource-policy"}),
    ("settings that are none", resource(BUCKET, settings=[1], acl=[]), READS, {"unreadable-resource-policy"}),
    ("a policy that is no JSON", resource(KEY, document="{"), READS, {"unreadable-resource-policy"}),
    ("an ARN of another account, without a policy", resource(f"arn:aws:sqs:us-east-1:{OWN}:jobs", "AWS::SQS::Queue"), READS, {"unreadable-resource-policy"}),
    ("no ARN at all", resource("", "AWS::SQS::Queue", document=policy()), READS, {"unreadable-resource-policy"}),
    ("a grant of a key for a deleted role", resource(KEY, grants=[{"GranteePrincipal": "AROAEXAMPLEAAAAAAAAAA", "Operations": ["Decrypt"]}]), READS, {"dangling-resource-principal"}),
    ("a grant that a stranger has made", made_by(STRANGER), READS, {"unvetted-resource-access"}),
    ("one that we have made", made_by(OWN), READS, set()),
    ("one that a vetted vendor has made", made_by(VENDOR), scoped("max_access: admin"), set()),
    ("a vendor's, who was to write, and is let in to", made_by(VENDOR) | {"document": policy(allow({"AWS": VENDOR}, "kms:Encrypt") | {"Resource": "*"})}, scoped("max_access: write"), set()),
    ("a trail of a stranger's", opened(KEY, {"Service": "cloudtrail.amazonaws.com"}, "kms:GenerateDataKey*", condition=trail_of(STRANGER)), READS, {"foreign-service-source"}),
    ("our own trail", opened(KEY, {"Service": "cloudtrail.amazonaws.com"}, "kms:GenerateDataKey*", condition=trail_of(OWN)), READS, set()),
    ("what only services can be", opened(QUEUE, "*", SEND, condition={"Null": {"aws:userid": "true"}}), READS, {"service-without-source"}),
    ("a policy given as text", resource(QUEUE, document=json.dumps(policy(allow({"AWS": STRANGER}, SEND) | {"Resource": QUEUE}))), READS, {"unvetted-resource-access"}),
    ("a key told twice, of which AWS and we read another one", resource(QUEUE, document='{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "888888888888"}, "Principal": {"AWS": "111111111111"}, "Action": "sqs:*", "Resource": "*"}]}'), READS, {"unreadable-resource-policy"}),
    ("AWS's own", opened(BUCKET, {"AWS": "127311923021"}, "s3:PutObject"), READS, set()),
    ("no policy", resource(BUCKET), READS, set()),
    ("a stranger, at another bucket", resource(BUCKET, document=policy(allow({"AWS": STRANGER}, S3) | {"Resource": "arn:aws:s3:::other/*"})), READS, {"inert-resource-statement"}),
    ("a stranger, at another key", resource(KEY, document=policy(allow({"AWS": STRANGER}, "kms:Decrypt") | {"Resource": f"{KEY}x"})), READS, {"inert-resource-statement"}),
    ("a stranger, by another service's actions", opened(QUEUE, {"AWS": STRANGER}, "s3:*", "AWS::SQS::Queue"), READS, {"inert-resource-statement"}),
    ("a stranger, by what works from here alone", opened(KEY, {"AWS": STRANGER}, "kms:PutKeyPolicy", "AWS::KMS::Key"), READS, {"inert-resource-statement"}),
    ("who is let in by one statement, and not by another", resource(BUCKET, document=policy(allow({"AWS": VENDOR}, S3) | {"Resource": f"{BUCKET}/*"}, allow({"AWS": VENDOR}, S3) | {"Resource": "arn:aws:s3:::other/*"})), READS, {"inert-resource-statement"}),
    ("ourselves, at another bucket", resource(BUCKET, document=policy(allow("*", S3) | {"Resource": "arn:aws:s3:::other/*", "Condition": {"StringEquals": {"aws:PrincipalAccount": OWN2}}})), READS, set()),
    ("what SNS writes", resource(TOPIC, "AWS::SNS::Topic", document=policy(allow({"AWS": "*"}, "SNS:Publish") | {"Resource": TOPIC, "Condition": {"StringEquals": {"AWS:SourceOwner": OWN2}}})), READS, set()),
    ("what KMS writes", resource(KEY, document=policy(allow({"AWS": "*"}, "kms:Decrypt") | {"Resource": "*", "Condition": {"StringEquals": {"kms:CallerAccount": OWN2, "kms:ViaService": "s3.us-east-1.amazonaws.com"}}})), READS, set()),
]  # fmt: skip


def check(folder: Path, *records: Any, allowlist: str = READS, **more: Any) -> Ran:
    kinds = {"roles": [], "image_uses": [], "resources": list(records)} | more
    write(folder / "snapshot", **kinds)
    (folder / "allowlist.yaml").write_text(allowlist)
    return vendorgate("check", "--today", TODAY, "-f", "json", cwd=folder)


def found(ran: Ran) -> set[str]:
    return {f["policy"] for f in json.loads(ran.out)["findings"]} - {"unobserved-vendor"}


@pytest.mark.parametrize(("why", "record", "allowlist", "expected"), ROWS)
def test_one_fault_is_one_finding(
    tmp_path: Path, why: str, record: Any, allowlist: str, expected: set[str]
) -> None:
    """Catches a door that nobody names, and one that two policies name."""
    ran = check(tmp_path, record, allowlist=allowlist)
    assert found(ran) == expected, why
    assert json.loads(ran.out)["summary"]["errors"] == 0


def test_who_is_gone_is_named(tmp_path: Path) -> None:
    """Catches a grant of somebody deleted, of whom nobody can find the line."""
    gone = [f"AROAEXAMPLEAAAAAAAA{n}" for n in "AB"]
    key = resource(
        KEY, grants=[{"GranteePrincipal": one, "Operations": ["Decrypt"]} for one in gone]
    )
    told = json.loads(check(tmp_path, key, allowlist=READS).out)["findings"]
    assert [[one in f["message"] + str(f["facts"]) for one in gone] for f in told
            if f["policy"] == "dangling-resource-principal"] == [[True, True]]  # fmt: skip


def placed(record: dict[str, Any], account: str, name: str) -> dict[str, Any]:
    """The same under another name, in another account."""
    text = json.dumps(record).replace(OWN2, account)
    return json.loads(text.replace("jobs", name).replace("acme-data", name))  # type: ignore[no-any-return]


RULED = """
id: ruled
title: a policy that reads {0}
severity: high
applies_to: resource_access
assert: "!contains(to_string({0}), 'second')"
message: "{{resource}}"
rationale: r
remediation: r
tests:
  - {{name: one, expect: pass, facts: {{}}}}
"""
LISTS = [
    READS, ALLOWLIST, scoped('resources: ["arn:aws:s3:::first*"]'),
    scoped(f'max_access: admin, in_accounts: ["{OWN}"]'),
    scoped('kinds: ["AWS::SQS::Queue"]'),
]  # fmt: skip
NAMED = ["resource", "target.tags", "grant.witness", "account.id", "@"]


def rules_that_read(path: str | None, folder: Path) -> Rules:
    if path is None:
        return Rules(load_policies(None), PolicyOverrides())
    folder.mkdir()
    (folder / "ruled.yaml").write_text(RULED.format(path))
    return Rules(load_policies(folder), PolicyOverrides())


@pytest.mark.parametrize(
    ("reads", "listed"), [(None, at) for at in range(len(LISTS))] + [(one, 0) for one in NAMED]
)
def test_told_together_is_told_of_each(tmp_path: Path, reads: str | None, listed: int) -> None:
    """Catches resources that are counted together though something tells them from one another."""
    records = [
        placed(record, account, name) | {"tags": {"name": name}}
        for _, record, *_ in ROWS[:: 3 if reads else 1]
        for account in (OWN, OWN2)
        for name in ("first", "second")
    ]
    path = write(tmp_path / "s", roles=[], image_uses=[], resources=records)
    allowlist = Allowlist(parse_yaml(LISTS[listed].encode(), "allowlist.yaml"))
    rules, seen = rules_that_read(reads, tmp_path / "p"), list[Item]()
    day = date.fromisoformat(TODAY)
    with (
        patch.object(Sieve, "_key", lambda *_: (object(), None)),
        patch.object(Glance, "plainly_own", lambda *_: False),
    ):
        each = engine.check(Snapshot(path), allowlist, rules, day, watch=seen.append)
    together = engine.check(Snapshot(path), allowlist, rules, day)
    with patch.object(items, "REMEMBERED", 1):
        forgetful = engine.check(Snapshot(path), allowlist, rules, day)
    assert together == each
    assert forgetful == each
    assert sum(one.subject == "resource_access" for one in seen) > 30


def test_resources_that_are_alike_are_told_together(tmp_path: Path) -> None:
    """Catches half a million resources that are each judged by itself."""
    queues = [placed(opened(QUEUE, {"AWS": VENDOR}, SEND), OWN2, f"q{n}") for n in range(50)]
    path = write(tmp_path, roles=[], image_uses=[], resources=queues)
    allowlist = Allowlist(parse_yaml(scoped("max_access: write").encode(), "allowlist.yaml"))
    rules = rules_that_read(None, tmp_path)
    gate = engine.gate_of(Snapshot(path), allowlist, rules, date.fromisoformat(TODAY))
    (told,) = items.items(gate.world)
    assert told.crowd == {OWN2: 50}


def test_of_whom_nothing_is_said_hides_nobody_else(tmp_path: Path) -> None:
    """Catches queues that are told together as their first grant is to somebody vetted."""
    one, other = (
        opened(QUEUE, who, action)
        for who, action in (({"AWS": VENDOR}, SEND), ("*", "sqs:ReceiveMessage"))
    )
    one["document"]["Statement"] += other["document"]["Statement"]
    names = [f"q{n}" for n in range(4)]
    path = write(
        tmp_path, roles=[], image_uses=[], resources=[placed(one, OWN2, name) for name in names]
    )
    allowlist = Allowlist(parse_yaml(scoped("max_access: write").encode(), "allowlist.yaml"))
    report = engine.check(
        Snapshot(path), allowlist, rules_that_read(None, tmp_path), date.fromisoformat(TODAY)
    )
    assert {
        one.resource.rpartition(":")[2] for one in report.findings if one.principal == "*"
    } == set(names)


def test_resources_alone_are_not_nothing(tmp_path: Path) -> None:
    """Catches a snapshot of buckets that counts as empty, and one of nothing that does not."""
    assert check(tmp_path, resource(BUCKET)).code == 0
    assert check(tmp_path).code == 3


def test_what_was_not_looked_at_is_said(tmp_path: Path) -> None:
    """Catches a snapshot without resources whose report reads as if there were none to look at."""
    manifest = {"resource_kinds": ["AWS::S3::Bucket"]}
    notes = json.loads(check(tmp_path, resource(BUCKET), manifest=manifest).out)["notes"]
    (left_out,) = [note for note in notes if note.startswith("Kinds of resources that were not")]
    assert "AWS::ACMPCA" in left_out and "AWS::S3::Bucket" not in left_out
    write(tmp_path / "snapshot", roles=[], image_uses=[])
    ran = vendorgate("check", "--today", TODAY, "-f", "json", cwd=tmp_path)
    assert any(
        note.startswith("No resource was looked at") for note in json.loads(ran.out)["notes"]
    )


def test_a_kind_that_is_not_known_is_said(tmp_path: Path) -> None:
    """A kind may have doors of its own: one without a policy is not told as shut."""
    text = "of which no more than a policy was understood: AWS::Foo::Bar."
    unknown = f"arn:aws:foo:us-east-1:{OWN2}:x"
    ran = check(tmp_path, resource(unknown, "AWS::Foo::Bar"), resource(BUCKET))
    assert [n for n in json.loads(ran.out)["notes"] if n.endswith(text)]
    ran = check(tmp_path, resource(BUCKET))
    assert not [n for n in json.loads(ran.out)["notes"] if "kinds that are not known" in n]


def test_aws_own_are_named(tmp_path: Path) -> None:
    """Catches an account of AWS's own that is passed in silence."""
    ran = check(tmp_path, opened(BUCKET, {"AWS": "127311923021"}, "s3:PutObject"))
    notes = json.loads(ran.out)["notes"]
    assert any("127311923021 (access logs of load balancers)" in note for note in notes)


def test_who_reaches_what(tmp_path: Path) -> None:
    """A third party is listed with its resources, once each, and the gravest that they let it do."""
    ran = check(
        tmp_path,
        opened(BUCKET, {"AWS": VENDOR}, S3),
        opened(QUEUE, {"AWS": VENDOR}, SEND),
        opened("arn:aws:s3:::acme-shut", "*", S3, kind="AWS::S3::Bucket", settings=SHUT),
    )
    (vendor,) = json.loads(ran.out)["third_parties"]  # nobody gets in where a switch is shut
    assert (vendor["id"], vendor["resources"]) == (VENDOR, 2)
    (access,) = vendor["access"]
    assert (access["resources"], access["access"], access["roles"]) == (2, "write", 0)


def test_equal_resources_are_told_apart(tmp_path: Path) -> None:
    """Catches an answer that is shared between equal policies and names the other's ARN."""
    records = [opened(f"arn:aws:s3:::acme-{n}", {"AWS": STRANGER}, S3, kind="AWS::S3::Bucket")
               for n in range(3)]  # fmt: skip
    for record, name in zip(records, ("acme-0", "acme-1", "acme-2"), strict=True):
        record["document"]["Statement"][0]["Resource"] = f"arn:aws:s3:::{name}/*"
    told = json.loads(check(tmp_path, *records).out)["findings"]
    seen = {
        f["resource"]: f["facts"]["grant"]["witness"]["resource"]
        for f in told
        if f["principal"] == STRANGER
    }
    assert len(seen) == 3 and all(witness.startswith(f"{arn}/") for arn, witness in seen.items())


def test_a_pattern_may_fit_one_name_and_not_another(tmp_path: Path) -> None:
    """Catches an answer that is shared where the name decides."""
    prod, dev = "arn:aws:s3:::prod-1", "arn:aws:s3:::dev-1"
    statement = allow({"AWS": STRANGER}, S3) | {"Resource": "arn:aws:s3:::prod-*"}
    for order in ([prod, dev], [dev, prod]):
        ran = check(
            tmp_path,
            *(resource(arn, "AWS::S3::Bucket", document=policy(statement)) for arn in order),
        )
        told = {
            f["resource"] for f in json.loads(ran.out)["findings"] if f["principal"] == STRANGER
        }
        assert told == {prod}, order


def test_an_access_point_is_judged_by_its_bucket(tmp_path: Path) -> None:
    """Both policies must let in: an access point alone is no door, and a bucket that leaves it to
    its access points is as open as these."""
    arn = f"arn:aws:s3:us-east-1:{OWN2}:accesspoint/p"
    inner = policy(allow({"AWS": STRANGER}, S3) | {"Resource": f"{arn}/object/*"})
    point = resource(arn, "AWS::S3::AccessPoint", document=inner, settings={"bucket": "acme-data"})
    assert found(check(tmp_path, resource(BUCKET), point)) == set()
    condition = {"StringEquals": {"s3:DataAccessPointAccount": OWN2}}
    ran = check(tmp_path, point, opened(BUCKET, "*", S3, condition=condition))
    assert found(ran) == {"unvetted-resource-access"}


def test_a_waiver_covers_one_resource(tmp_path: Path) -> None:
    """Catches an exception that reaches beyond the resource it names."""
    waiver = (
        f"exceptions:\n  - {{policy: unvetted-resource-access, principal: '{STRANGER}', resource: "
        f"'{QUEUE}', reason: r, owner: o, expires: 2027-01-01}}\n"
    )
    other = opened(
        f"arn:aws:sqs:us-east-1:{OWN2}:other", {"AWS": STRANGER}, SEND, kind="AWS::SQS::Queue"
    )
    ran = check(tmp_path, opened(QUEUE, {"AWS": STRANGER}, SEND), other, allowlist=READS + waiver)
    status = {f["resource"].rpartition(":")[2]: f["status"] for f in json.loads(ran.out)["findings"]
              if f["principal"] == STRANGER}  # fmt: skip
    assert status == {"jobs": "waived", "other": "open"}


def test_a_resource_control_policy_shuts_a_door(tmp_path: Path) -> None:
    """Catches a door that is told as open where the organization keeps it shut, and one that counts
    as shut in the management account, over which no such policy holds."""
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*",
            "Condition": {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-own1234567"}}}  # fmt: skip
    rcp = {"id": "p-1", "name": "p", "targets": ["r-root"], "document": policy(deny)}
    accounts = [{"id": one, "units": ["r-root"]} for one in (OWN, OWN2)]
    at_home = opened("arn:aws:s3:::acme-root", {"AWS": STRANGER}, S3, "AWS::S3::Bucket") | {
        "account": OWN
    }
    ran = check(tmp_path, at_home, opened(BUCKET, {"AWS": STRANGER}, S3),
                manifest={"guardrails": [rcp], "accounts": accounts})  # fmt: skip
    told = {
        f["resource"]: f["policy"]
        for f in json.loads(ran.out)["findings"]
        if f["principal"] == STRANGER
    }
    assert told == {
        "arn:aws:s3:::acme-root": "unvetted-resource-access",
        BUCKET: "latent-resource-access",
    }


def test_a_control_policy_means_one_account(tmp_path: Path) -> None:
    """Catches an answer for one account that is given for another which a control policy names."""
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*",
            "Condition": {"StringNotEquals": {"aws:PrincipalAccount": [OWN, OWN2, "777777777777"]}}}  # fmt: skip
    rcp = {"id": "p-1", "name": "p", "targets": ["r-root"], "document": policy(deny)}
    accounts = [{"id": one, "units": ["r-root"]} for one in (OWN, OWN2)]
    names = {"arn:aws:s3:::acme-1": "777777777777", "arn:aws:s3:::acme-2": STRANGER}
    records = [opened(arn, {"AWS": who}, S3, "AWS::S3::Bucket") for arn, who in names.items()]
    ran = check(tmp_path, *records, manifest={"guardrails": [rcp], "accounts": accounts})
    told = {
        f["principal"]: f["policy"]
        for f in json.loads(ran.out)["findings"]
        if f["resource"] in names
    }
    assert told == {"777777777777": "unvetted-resource-access", STRANGER: "latent-resource-access"}


USED = {"account": OWN2, "caller": {"account": VENDOR}, "via": "direct", "role": None, "calls": 3,
        "event_source": "kms.amazonaws.com", "event_name": "Decrypt", "action": "kms:Decrypt"}  # fmt: skip
WINDOW = {"source": "s3://logs", "begin": "2026-07-01T00:00:00Z", "end": "2026-11-19T23:00:00Z"}
SHORT = WINDOW | {"begin": "2026-11-01T00:00:00Z"}
USES: list[tuple[str, str, dict[str, Any], list[Any], dict[str, Any], set[str]]] = [
    ("no call in 141 days", VENDOR, {}, [], WINDOW, {"unused-resource-grant"}),
    ("a call", VENDOR, {}, [USED], WINDOW, set()),
    ("a call of another account", VENDOR, {}, [USED | {"caller": {"account": STRANGER}}], WINDOW, {"unused-resource-grant", "unvetted-role-use"}),
    ("a call in another account of ours", VENDOR, {}, [USED | {"account": OWN}], WINDOW, {"unused-resource-grant"}),
    ("a trail of too few days", VENDOR, {}, [], SHORT, set()),
    ("a stranger", STRANGER, {}, [], WINDOW, {"unvetted-resource-access"}),
    ("who may end a grant, when all is over", VENDOR, {"document": None, "grants": [{"GranteePrincipal": f"arn:aws:iam::{OWN2}:role/x", "Operations": ["Decrypt"], "RetiringPrincipal": f"arn:aws:iam::{VENDOR}:root"}]}, [], WINDOW, {"resource-over-privileged"}),
]  # fmt: skip


@pytest.mark.parametrize(("why", "who", "more", "usage", "window", "expected"), USES)
def test_a_grant_that_nobody_uses(
    tmp_path: Path, why: str, who: str, more: Any, usage: Any, window: Any, expected: set[str]
) -> None:
    """Catches a door that is told as unused by a trail that could not tell, and one that is used."""
    record = opened(KEY, {"AWS": who}, "kms:Decrypt") | more
    ran = check(tmp_path, record, usage=usage, manifest={"usage": window})
    assert found(ran) - {"unexpected-vendor-action", "dormant-vendor-role"} == expected, why


def test_of_data_a_trail_does_not_tell(tmp_path: Path) -> None:
    """Catches a bucket that counts as unused, as no trail of management events shows its use."""
    ran = check(tmp_path, opened(BUCKET, {"AWS": VENDOR}, S3), usage=[], manifest={"usage": WINDOW})
    assert found(ran) == set()


HOSTILE = [
    ("a text that begins like JSON", resource(SNAPSHOT, share=["{x"])),
    ("a lone surrogate", resource(QUEUE, document='{"Statement": "\\ud800"}')),
    ("a policy as deep as it gets", resource(QUEUE, document="[" * 5_000)),
    ("no object at all", resource(QUEUE, document=[1, None])),
    ("numbers for names", resource(BUCKET, acl=[[1, 2, 3]], settings={"ownership": 7})),
    ("control signs", resource(f"{QUEUE}\u0001\u0002", "AWS::SQS::Queue", document=policy(allow({"AWS": STRANGER}, SEND)))),
    ("a kind that nobody knows", resource("arn:aws:new:us-east-1:222222222222:thing/x", "AWS::New::Thing", share={"a": 1})),
    ("a policy of 30 KB", resource(QUEUE, document=policy(*[allow({"AWS": OWN}, SEND) | {"Resource": QUEUE}] * 300))),
]  # fmt: skip


@pytest.mark.parametrize(("why", "record"), HOSTILE)
def test_bad_input_is_said(tmp_path: Path, why: str, record: Any) -> None:
    """Catches a record that ends the check with a traceback, or that nobody is told of."""
    ran = check(tmp_path, record)
    told = {"unreadable-resource-policy", "unvetted-resource-access", "shared-snapshot"}
    assert found(ran) & told, why


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    """Catches a line whose bytes are no UTF-8, which is refused or told, and never a traceback."""
    line = json.dumps(resource(QUEUE, document="x"), separators=(",", ":")).encode()
    write(tmp_path / "snapshot", roles=[], resources=[line.replace(b'"x"', b'{"a":"\xff"}')])
    (tmp_path / "allowlist.yaml").write_text(READS)
    ran = vendorgate("check", "--today", TODAY, "-f", "json", cwd=tmp_path)
    assert ran.code == 2 or "unreadable-resource-policy" in ran.out


@pytest.mark.parametrize(
    ("why", "lets", "expected"),
    [
        ("a key for us alone", OWN2, {"latent-resource-access"}),
        ("a key for the same stranger", STRANGER, {"unvetted-resource-access"}),
        ("a key that nobody looked at", None, {"unvetted-resource-access"}),
    ],
)
def test_who_needs_a_key(tmp_path: Path, why: str, lets: str | None, expected: set[str]) -> None:
    """Catches a secret that counts as open though its key is shut, and the reverse."""
    arn = f"arn:aws:secretsmanager:us-east-1:{OWN2}:secret:s-AbCdEf"
    kind, settings = "AWS::SecretsManager::Secret", {"kms_key": KEY}
    secret = opened(
        arn, {"AWS": STRANGER}, "secretsmanager:GetSecretValue", kind, settings=settings
    )
    keys = [opened(KEY, {"AWS": lets}, "kms:Decrypt")] if lets else []
    ran = check(tmp_path, *keys, secret)
    told = {f["policy"] for f in json.loads(ran.out)["findings"] if f["resource"] == arn}
    assert told == expected, why
