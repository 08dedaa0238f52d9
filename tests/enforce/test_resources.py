"""`enforce rcp --services`: resources, judged by the plain reading of their policies."""

from __future__ import annotations

import json
import os
from pathlib import Path
from random import Random
from typing import Any

import pytest

from checker.check.engine import register_of
from checker.enforce.found import Proof
from checker.enforce.guarded import prove_resources, resources_of
from checker.enforce.listed import listed
from checker.enforce.perimeter import Asked
from checker.enforce.resource_proof import aws_of
from checker.enforce.roles import Made, made
from checker.enforce.services import COVERED
from checker.snapshot.read import Snapshot
from checker.vetting.allowlist import Allowlist
from tests.access.oracle import at
from tests.access.random_documents import random_document
from tests.enforce.support import (
    CHIEF,
    MANIFEST,
    TODAY,
    allowlist,
    random_list,
    refuses,
    vendor,
    vetted,
)
from tests.support.cli import Ran, vendorgate
from tests.support.snapshots import write
from tests.trust.oracle import Request
from tests.trust.random_requests import requests_for
from tests.trust.support import EXT, OWN, M, N, V, W

COUNT = int(os.environ.get("VENDORGATE_RANDOM", "24"))
CHUNKS = 4
LOGS = "127311923021"
"""The account by which load balancers of us-east-1 write their logs."""
B, Q = "arn:aws:s3:::acme-data", f"arn:aws:sqs:eu-west-1:{M}:jobs"
K, T = f"arn:aws:kms:eu-west-1:{M}:key/1111-2222", f"arn:aws:sns:eu-west-1:{M}:t"
ANY = {"max_access": "admin"}


def record(kind: str, arn: str, account: str = M, **parts: Any) -> dict[str, Any]:
    return {"account": account, "region": "eu-west-1", "arn": arn, "kind": kind, **parts}


def allow(principal: Any, action: str, arn: str, condition: Any = None) -> dict[str, Any]:
    one = {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": arn}
    made = {"Version": "2012-10-17", "Statement": [one]}
    if condition:
        one["Condition"] = condition
    return made


def bucket(principal: Any, condition: Any = None, **parts: Any) -> dict[str, Any]:
    document = allow(principal, "s3:GetObject", f"{B}/*", condition)
    return record("AWS::S3::Bucket", B, document=document, **parts)


def queue(principal: Any, condition: Any = None, account: str = M) -> dict[str, Any]:
    arn = Q.replace(M, account)
    return record("AWS::SQS::Queue", arn, account,
                  document=allow(principal, "sqs:SendMessage", arn, condition))  # fmt: skip


def snapshot(folder: Path, *records: Any) -> Snapshot:
    return Snapshot(write(folder, manifest=MANIFEST, roles=[], resources=list(records)))


def proven(
    whole: Allowlist, there: Snapshot, services: tuple[str, ...] = COVERED
) -> tuple[Proof, Made]:
    register, found = register_of(there, whole, TODAY), listed(whole, TODAY)
    bench, kept = resources_of(there, register)
    done = made(found, there, Asked(False, services, aws_of(kept)))
    proof = Proof()
    prove_resources(found, done, there, register, bench, kept, proof)
    return proof, done


def refused(document: Any, action: str, arn: str, request: Any) -> bool:
    part = at(document, action, arn)
    if not part["Statement"]:
        return False
    return refuses(part, Request(request.principal, "sts:AssumeRole", request.context))


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_laws_of_resources(tmp_path: Path, chunk: int) -> None:
    """No vetted request is refused, each unvetted one within reach is, and the proof says so."""
    decided = [0, 0]
    for seed in range(chunk, COUNT, CHUNKS):
        rng = Random(f"resources {seed}")
        world, document, plain = random_document(rng)
        entries = random_list(rng)
        for one in entries:
            one["scope"] = one.get("scope", {}) | ANY
        whole = allowlist(*entries)
        if not listed(whole, TODAY).entries:
            continue
        proof, done = proven(
            whole, snapshot(tmp_path / str(seed), record(world.kind, world.arn, document=document))
        )
        rcp = done.plan.parts[0].document
        covered = world.works[0][0].partition(":")[0] in COVERED
        for action, arn in world.works if covered else ():
            part = at(plain, action, arn)
            merged = {"Statement": [*part["Statement"], *at(rcp, action, arn)["Statement"]]}
            for request in requests_for(merged, rng, 40) if part["Statement"] else ():
                right = vetted(entries, M, request)
                if right is not None and request.action == "sts:AssumeRole":
                    decided[right] += 1
                    assert refused(rcp, action, arn, request) is not right, (seed, request)
        assert not proof.cuts, (seed, proof.cuts)
        assert covered or not (proof.closes or proof.left)
        for one, goes in [*((x, True) for x in proof.closes), *((x, False) for x in proof.left)]:
            witness: Any = one.witness
            if witness is not None:
                assert refused(rcp, witness.action, witness.resource, witness) is goes, (seed, one)
    assert not COUNT or all(decided), decided


S3V = vendor("V", accounts=[V], scope=ANY)
GRANT = {"Operations": ["Decrypt"], "GranteePrincipal": f"arn:aws:iam::{V}:root"}
OAI = "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1A2B3C4D5E6F7"
OUR_OAI = record("AWS::CloudFront::CloudFrontOriginAccessIdentity", f"arn:aws:cloudfront::{M}:"
                 "origin-access-identity/E1A2B3C4D5E6F7", settings={"own_oais": ["E1A2B3C4D5E6F7"]})  # fmt: skip
POINT = record("AWS::S3::AccessPoint", f"arn:aws:s3:eu-west-1:{M}:accesspoint/ap", settings={
    "bucket": "acme-data", "origin": "Internet"}, document=allow(
        {"AWS": f"arn:aws:iam::{W}:root"}, "s3:GetObject",
        f"arn:aws:s3:eu-west-1:{M}:accesspoint/ap/object/*"))  # fmt: skip
DELEGATED = bucket({"AWS": "*"}, {"StringEquals": {"s3:DataAccessPointAccount": M}})
TOLD: list[tuple[str, list[Any], str, str]] = [
    ("a vendor", [bucket({"AWS": V})], "kept", ""),
    ("a stranger", [bucket({"AWS": W})], "closes", ""),
    ("everybody, a vendor of roles among them", [bucket("*")], "closes left", ""),
    ("a vendor in a queue", [queue({"AWS": V})], "kept", ""),
    ("a stranger by an access point", [DELEGATED, POINT], "closes", ""),
    ("a vendor by a grant", [record("AWS::KMS::Key", K, grants=[GRANT])], "kept", ""),
    ("a stranger by a grant", [record("AWS::KMS::Key", K, grants=[
        GRANT | {"GranteePrincipal": f"arn:aws:iam::{W}:root"}])], "closes", ""),
    ("everybody by an ACL", [record("AWS::S3::Bucket", B, acl=[
        ["Group", "http://acs.amazonaws.com/groups/global/AllUsers", "READ"]])], "closes", ""),
    ("nobody knows whom an ACL names", [record("AWS::S3::Bucket", B, acl=[
        ["CanonicalUser", "c" * 64, "READ"]])], "doubts", "nobody can tell whose cccc"),
    ("an identity of CloudFront's", [bucket({"AWS": OAI})], "doubts", "nobody can tell whose arn"),
    ("an identity of CloudFront's that is ours", [bucket({"AWS": OAI}), OUR_OAI], "doubts",
     "our own"),
    ("log delivery by an ACL", [record("AWS::S3::Bucket", B, acl=[
        ["Group", "http://acs.amazonaws.com/groups/s3/LogDelivery", "WRITE"]])], "doubts", "log delivery"),
    ("log delivery by an ACL that is off", [record("AWS::S3::Bucket", B, settings={
        "ownership": "BucketOwnerEnforced"}, acl=[
        ["Group", "http://acs.amazonaws.com/groups/s3/LogDelivery", "WRITE"]])], "nothing", ""),
    ("a service for a stranger", [queue({"Service": "sns.amazonaws.com"},
                                        {"StringEquals": {"aws:SourceAccount": W}})], "closes", ""),
    ("a service for us", [queue({"Service": "sns.amazonaws.com"},
                                {"StringEquals": {"aws:SourceAccount": N}})], "nothing", ""),
    ("log delivery of AWS's own", [bucket({"AWS": LOGS})], "nothing", ""),
    ("the management account", [queue({"AWS": W}, account=CHIEF)], "left", "management account"),
    ("a vendor that was vetted for roles alone", [bucket({"AWS": "666666666666"})], "left", "for less"),
    ("a topic, which no RCP guards", [record("AWS::SNS::Topic", T, document=allow(
        {"AWS": W}, "sns:Publish", T))], "nothing", ""),
    ("a policy that is no JSON, beside an ACL", [record("AWS::S3::Bucket", B, document="{", acl=[
        ["Group", "http://acs.amazonaws.com/groups/global/AllUsers", "READ"]])], "closes doubts", ""),
    ("a policy that is not understood", [bucket({"AWS": V}) | {"document": {"Statement": [
        {"Effect": "allow", "Principal": {"AWS": V}, "Action": "s3:GetObject", "Resource": f"{B}/*"}]}}],
     "doubts", "not wholly understood"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "records", "kind", "said"), TOLD, ids=[r[0] for r in TOLD])
def test_what_it_does_to_each_is_told(
    tmp_path: Path, why: str, records: Any, kind: str, said: str
) -> None:
    """A bucket that a guardrail cuts off is an outage as much as a role."""
    roles_alone = vendor("R", accounts=["666666666666"])
    proof, _ = proven(allowlist(S3V, roles_alone), snapshot(tmp_path, *records))
    found = [n for n in ("cuts", "closes", "left", "doubts") if getattr(proof, n)]
    assert found == ([] if kind in ("kept", "nothing") else kind.split()), (why, proof)
    assert all(one.reason is None for one in proof.closes) or kind == "closes left"
    assert proof.kept == (kind == "kept" or said == "not wholly understood")
    for one in getattr(proof, kind.split()[0], ()) if kind != "kept" else ():
        assert said in (one.reason or ""), one


def test_a_member_of_a_vetted_organization_may_hold_a_grant(tmp_path: Path) -> None:
    """A grant is no closed door while its holder may be in an organization that gets in."""
    key = record(
        "AWS::KMS::Key", K, grants=[GRANT | {"GranteePrincipal": f"arn:aws:iam::{W}:root"}]
    )
    proof, _ = proven(allowlist(vendor("E", organizations=[EXT])), snapshot(tmp_path, key))
    assert [one.reason for one in proof.closes] == [
        f"unless it is a member of {EXT}, which is vetted"
    ]


def test_a_document_without_aws_s_own_accounts_cuts_them(tmp_path: Path) -> None:
    """Logs that stop being written are missed on the day that they are needed."""
    whole, there = allowlist(S3V), snapshot(tmp_path, bucket({"AWS": LOGS}))
    register, found = register_of(there, whole, TODAY), listed(whole, TODAY)
    bench, kept = resources_of(there, register)
    done = made(found, there, Asked(False, ("s3",)))
    right = Made(done.plan, done.us, Asked(False, ("s3",), (LOGS,)))
    proof = Proof()
    prove_resources(found, right, there, register, bench, kept, proof)
    assert [(one.id, one.status) for one in proof.cuts] == [(LOGS, "aws")]


def test_an_account_that_stands_nowhere(tmp_path: Path) -> None:
    """Whether a document binds its keys nobody can tell."""
    grant = GRANT | {"GranteePrincipal": f"arn:aws:iam::{W}:root"}
    lost = "555555555555"
    key = record("AWS::KMS::Key", K.replace(M, lost), lost, grants=[grant])
    manifest = MANIFEST | {"accounts": [*MANIFEST["accounts"], {"id": lost}]}
    there = Snapshot(write(tmp_path, manifest=manifest, roles=[], resources=[key]))
    proof, _ = proven(allowlist(S3V), there)
    assert not proof.closes and "where its account stands" in (proof.left[0].reason or "")


def run(tmp_path: Path, *records: Any, options: Any = (), vendors: Any = (S3V,)) -> Ran:
    (tmp_path / "allowlist.yaml").write_text(json.dumps({"version": 1, "vendors": vendors}))
    write(tmp_path / "snap", manifest=MANIFEST, roles=[], resources=list(records))
    fixed = ("--against", "snap", "--today", "2026-11-20", "--no-settings")
    return vendorgate("enforce", "rcp", *fixed, *options, cwd=tmp_path)


def test_the_document_guards_what_was_asked_for(tmp_path: Path) -> None:
    """Of a service that nobody asked for it must say nothing; AWS's own that write logs get in."""
    strange = record("AWS::SNS::Topic", T, document=allow({"AWS": W}, "sns:Publish", T))
    ran = run(tmp_path, bucket({"AWS": [V, LOGS]}), queue({"AWS": W}), strange,
              options=["--services", "s3"])  # fmt: skip
    found = {one["Sid"]: one for one in json.loads(ran.out)["Statement"]}
    assert found["VettedCallers"]["Action"] == found["VettedDeputies"]["Action"] == ["s3:*"]
    named = found["VettedCallers"]["Condition"]["StringNotEqualsIfExists"]
    assert named == {"aws:PrincipalOrgID": [OWN], "aws:PrincipalAccount": [LOGS, V]}
    roles = found["VettedAccounts"]["Condition"]["StringNotEqualsIfExists"]["aws:PrincipalAccount"]
    assert roles == [V] and ran.code == 0
    assert "the document guards no resources of sqs; see --services: 1 let a stranger in" in ran.err
    assert "no RCP guards the resources of sns: 1 let a stranger in" in ran.err


@pytest.mark.parametrize(("given", "code", "said"), [
    ("", 2, "names none"), (" ,", 2, "names none"), ("sqs,", 0, ""), ("S3", 0, ""),
    ("s3,sns", 2, "no RCP guards the resources of 'sns'"), ("sqs, s3", 0, ""), ("all", 0, ""),
])  # fmt: skip
def test_services_are_named(tmp_path: Path, given: str, code: int, said: str) -> None:
    """A service with a typing error would be left open."""
    ran = run(tmp_path, bucket({"AWS": V}), options=["--services", given])
    assert ran.code == code and said in ran.err


def test_without_resources_nothing_was_looked_at(tmp_path: Path) -> None:
    """A snapshot of roles alone proves nothing of buckets."""
    write(tmp_path / "snap", manifest=MANIFEST, roles=[])
    (tmp_path / "allowlist.yaml").write_text(json.dumps({"version": 1, "vendors": [S3V]}))
    fixed = ("--against", "snap", "--today", "2026-11-20", "--no-settings", "--services", "s3")
    ran = vendorgate("enforce", "rcp", *fixed, cwd=tmp_path)
    assert ran.code == 3 and "no resource was looked at" in ran.err


def test_kinds_that_nobody_looked_for_are_said(tmp_path: Path) -> None:
    """A collection of buckets alone tells nothing of queues."""
    (tmp_path / "allowlist.yaml").write_text(json.dumps({"version": 1, "vendors": [S3V]}))
    manifest = MANIFEST | {"resource_kinds": ["AWS::S3::Bucket"]}
    write(tmp_path / "snap", manifest=manifest, roles=[], resources=[bucket({"AWS": V})])
    fixed = ("--against", "snap", "--today", "2026-11-20", "--no-settings", "--services")
    ran = vendorgate("enforce", "rcp", *fixed, "sqs", cwd=tmp_path)
    assert ran.code == 3 and "no AWS::SQS::Queue was looked for" in ran.err


def test_a_document_that_guards_resources_is_compared_too(tmp_path: Path) -> None:
    """AWS's own accounts in it are no drift, a vendor that is missing is."""
    proof, done = proven(allowlist(S3V), snapshot(tmp_path / "a", bucket({"AWS": LOGS})))
    assert not proof.cuts
    guardrail = {"id": "p-1", "targets": ["r-root"], "document": done.plan.parts[0].document}
    live = write(tmp_path / "live", manifest=MANIFEST | {"guardrails": [guardrail]}, roles=[])
    for vendors, lacks in (([S3V], None), ([S3V, vendor("W", accounts=[W])], [W])):
        (tmp_path / "list.yaml").write_text(json.dumps({"version": 1, "vendors": vendors}))
        fixed = ("--today", "2026-11-20", "--no-settings", "-f", "json")
        ran = vendorgate("enforce", "diff", live, tmp_path / "list.yaml", *fixed)
        (one,) = json.loads(ran.out)["guardrails"]
        assert one.get("lacks") == lacks and "holds" not in one and "changed" not in one
