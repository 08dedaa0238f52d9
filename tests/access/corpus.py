"""Resources of every kind and with every part, of which all that is said is held still.

Those of the tables, some made by chance, every kind wide open, and each part in every form that it
may have, those that nobody knows among them.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import msgspec

import tests.access.test_doors as doors
import tests.access.test_resources as tables
from checker.access import Ours, Resource
from checker.access.kinds import KINDS, NO_DOORS
from checker.access.model import AccessPoint
from checker.access.shares import SHARINGS
from tests.access.random_documents import random_document
from tests.access.support import (
    ANYONE,
    BUCKET,
    CANONICAL,
    FUNCTION,
    KEY,
    KMS,
    OFF,
    OURS,
    QUEUE,
    S3,
    SNS,
    SQS,
    STRANGER,
    TOPIC,
    VENDOR,
    allow,
    policy,
)
from tests.trust.support import COGNITO, EXT, OWN, M, N, V, W, role, root

Case = tuple[str, Resource, Ours]
BY_CHANCE = 60
BUCKETS = msgspec.structs.replace(OURS, buckets=frozenset({"ours"}))
OBJECTS, ALL = f"{BUCKET}/*", [BUCKET, f"{BUCKET}/*"]
LAMBDA, EKS, RAM = "AWS::Lambda::Function", "AWS::EKS::AccessEntry", "AWS::RAM::ResourceShare"
SNAPSHOT = f"arn:aws:ec2:eu-west-1:{M}:snapshot/snap-1"
ACCOUNT, ARN, ORIGIN = (
    "s3:DataAccessPointAccount",
    "s3:DataAccessPointArn",
    "s3:AccessPointNetworkOrigin",
)
RESTRICT = {**OFF, "RestrictPublicBuckets": True}


def record(kind: str, arn: str, **fields: Any) -> Resource:
    return msgspec.convert({"arn": arn, "kind": kind, "account": M, **fields}, Resource)


def deny(action: Any, resource: Any, condition: Any = None, **more: Any) -> dict[str, Any]:
    found = {**allow("*", action, resource, **more), "Effect": "Deny"}
    return found | ({"Condition": condition} if condition else {})


def of_tables() -> Iterator[tuple[str, Resource]]:
    for at, (kind, arn, statements, _, _) in enumerate(tables.POLICIES):
        settings = {"canonical": {CANONICAL: M}}
        yield f"policy {at}", record(kind, arn, document=policy(*statements), settings=settings)
    for at, (kind, arn, raw, *_) in enumerate(doors.ROWS):
        document = policy(*raw) if isinstance(raw, list) else raw
        yield f"door {at}", record(kind, arn, document=document)
    for at, (kind, share, settings, *_) in enumerate(tables.SHARES):
        yield f"share {at}", record(kind, SNAPSHOT, share=share, settings=settings)
    for at, (kind, share, *_) in enumerate((*doors.SHARES, *tables.UNKNOWN)):
        yield f"form {at}", record(kind, SNAPSHOT, share=share)
    for at, (kind, arn, fields, *_) in enumerate((*tables.UNREAD, *doors.SAID)):
        yield f"said {at}", record(kind, arn, **fields)
    for at, (kind, arn, statement, *_) in enumerate(tables.ASIDE):
        yield f"aside {at}", record(kind, arn, document=policy(statement))
    for at, (document, _) in enumerate(tables.BAD):
        yield f"bad {at}", record(SQS, QUEUE, document=document)


def of_tables_of_settings() -> Iterator[tuple[str, Resource]]:
    for at, row in enumerate(tables.BUCKETS):
        yield f"bucket {at}", record(S3, BUCKET, **row[0])
    for at, (document, settings, *_) in enumerate(tables.POINTS):
        yield f"points {at}", record(S3, BUCKET, document=document, settings=settings)
    for at, (statements, points, *_) in enumerate(doors.BEHIND):
        yield f"behind {at}", record(S3, BUCKET, document=policy(*statements), settings={"access_points": points})  # fmt: skip
    for at, (document, settings, *_) in enumerate(tables.FUNCTIONS):
        yield f"function {at}", record(LAMBDA, FUNCTION, document=document, settings=settings)
    for at, (statement, urls, *_) in enumerate(doors.URLS):
        yield f"url {at}", record(LAMBDA, FUNCTION, document=policy(statement), settings={"urls": urls})  # fmt: skip
    for at, (grant, *_) in enumerate(tables.GRANTS):
        yield f"grant {at}", record(KMS, KEY, grants=[grant])
    for at, (kind, arn, fields, controls, *_) in enumerate(doors.GUARDED):
        settings = {**fields.get("settings", {}), "guardrails": controls}
        yield f"guarded {at}", record(kind, arn, **{**fields, "settings": settings})


def by_chance() -> Iterator[tuple[str, Resource]]:
    for at in range(BY_CHANCE):
        world, document, _ = random_document(Random(f"golden {at}"))
        yield f"chance {at}", record(world.kind, world.arn, document=document)


def arn_of(kind: str) -> str:
    """One that the kind's pattern fits."""
    parts = KINDS[kind].arn.split(":")
    if len(parts) < 2 or parts[0] == "*":
        return "arn:aws:apigateway:eu-west-1::/restapis/abc" if kind.endswith("RestApi") else f"arn:aws:logs:eu-west-1:{M}:x"  # fmt: skip
    rest = ":".join(parts[2:]).replace("*", "x").lstrip(":") or "x/y"
    if kind.startswith("AWS::S3::Bucket"):
        return BUCKET
    region = "" if kind.endswith(("MultiRegionAccessPoint", "PublicRepository")) else "eu-west-1"
    tail = parts[1].removeprefix("*/") if parts[1].startswith("*/") else rest
    return f"arn:aws:{parts[0]}:{region}:{M}:{tail.replace('*', 'x')}"


def wide_open() -> Iterator[tuple[str, Resource]]:
    """What a vendor may do who may do all, and whether anybody may who signs nothing."""
    signed = deny("*", "*", {"Null": {"aws:PrincipalArn": "false"}})
    for kind in (*KINDS, *sorted(NO_DOORS)):
        arn = arn_of(kind) if kind in KINDS else f"arn:aws:ec2:eu-west-1:{M}:vpc-endpoint/x"
        yield f"open {kind}", record(kind, arn, document=policy(allow(VENDOR, "*", "*")))
        own = policy(allow(VENDOR, "*", arn), allow(ANYONE, "*", "*"), signed)
        yield f"unsigned {kind}", record(kind, arn, document=own)


SHAPES: list[Any] = [
    None, "", "x", V, 3, True, [], {}, [[]], [{}], [V], [M], ["", V], [V, 3], [V, V], ["*"], ["all"],
    [{"UserId": V}], [{"UserId": V, "Group": "all"}], [{"Group": 3}], [{"AccountId": V}], [{"AccountId": 3, "AccountAlias": "x"}],
    [{"AccountAlias": "amazon-redshift-support"}], [{"sharedAccountId": V}], [{"Principal": "*"}], [{"Principal": root(V)}],
    {"restore": [V]}, {"restore": [V], "more": []}, {"restore": V}, {"restore": []},
    {"ResourceOwnerId": V}, {"ResourceOwnerId": M}, [{"ResourceOwnerId": V}, {"ResourceOwnerId": W}], {"SinkArn": f"arn:aws:oam:eu-west-1:{V}:sink/x"},
    {"Grantee": V}, [{"Grantee": V}, {"Grantee": N}], {"ConsumerIdentifier": V}, {"PrincipalId": V}, {"PrincipalId": EXT},
    {"status": "active", "accepter": V, "requester": M}, {"status": "active", "accepter": M, "requester": V}, {"status": "active", "accepter": V},
    {"status": "active", "accepter": V, "requester": 3}, {"status": "deleted", "accepter": V, "requester": M}, {"status": "x", "accepter": V, "requester": M},
    {"status": "pending-acceptance", "accepter": V}, {"accepter": V, "requester": M},
    {"principals": [V], "resources": ["arn:x"]}, {"principals": [V], "more": 1}, {"principals": [{"id": V}]}, {"principals": {"id": V}},
    {"principals": [{"id": V, "status": "ASSOCIATED"}, {"id": V, "status": "ASSOCIATING"}]}, {"principals": [{"id": V, "status": "ASSOCIATING"}, {"id": W, "status": "ASSOCIATED"}]},
    {"principals": [{"id": V, "status": "FAILED"}, W]}, {"principals": [{"id": V, "status": "SUSPENDED"}, {"id": W, "status": "ODD"}]},
    {"principals": [f"arn:aws:organizations::{V}:organization/{EXT}", f"arn:aws:organizations::{M}:organization/{OWN}", "sns.amazonaws.com", COGNITO]},
    {"principalArn": role(V)}, {"principalArn": role(V), "policies": []}, {"principalArn": role(V), "policies": ["x/AmazonEKSEditPolicy"]},
    {"principalArn": role(V), "policies": ["x/AmazonEKSViewPolicy"], "groups": ["g"]}, {"principalArn": role(V), "policies": ["x/AmazonEKSViewPolicy", "x/AmazonEKSAdminPolicy"]},
    {"principalArn": role(V), "policies": ["x/AmazonEKSAdminViewPolicy", "x/AmazonEKSViewPolicy"]}, {"principalArn": role(V), "policies": ["x/AmazonEKSViewPolicy", "x/Other"]},
    {"principalArn": role(V), "policies": [], "groups": 3}, {"principalArn": role(V), "policies": [{"policyArn": 3}]}, {"principalArn": role(V), "groups": ["system:masters"], "policies": []},
    {"principalArn": role(M), "policies": []}, {"principalArn": 3, "policies": []},
]  # fmt: skip


def shares() -> Iterator[tuple[str, Resource]]:
    for kind in (*SHARINGS, EKS, "AWS::New::Thing"):
        for at, share in enumerate(SHAPES):
            yield f"shape {kind} {at}", record(kind, SNAPSHOT, share=share)
    for block in ("unblocked", "block-all-sharing", "block-new-sharing", "odd"):
        share = [{"Group": "all"}, {"UserId": V}]
        yield f"block {block}", record("AWS::EC2::Snapshot", SNAPSHOT, share=share, settings={"snapshot_block": block})  # fmt: skip


PARTIES = [
    "*", "all", V, M, root(V), root(M), role(V), role(M), EXT, "", "x", "AROAEXAMPLEAAAAAAAAAA", "sns.amazonaws.com", "a.b.amazonaws.com.cn", "x.amazon.com", "x.aws",
    f"arn:aws-cn:iam::{M}:root", f"arn:aws-cn:iam::{V}:role/x", f"arn:aws:organizations::{V}:organization/{EXT}", f"arn:aws:organizations::{V}:organization/{OWN}",
    f"arn:aws:organizations::{V}:ou/{EXT}/ou-ab12-11111111", f"arn:aws:organizations::{V}:ou/x", f"arn:aws:oam:eu-west-1:{V}:sink/x", f"arn:aws:oam:eu-west-1:{M}:sink/x",
    f"arn:aws:iam::{V}:role/aws-service-role/a.amazonaws.com/A", f"arn:aws:iam::{M}:role/aws-service-role/a.amazonaws.com/A", "arn:aws:iam::x:root",
]  # fmt: skip
OPERATIONS = [[], ["Decrypt"], ["CreateGrant", "Decrypt"], ["NewOne"], ["GenerateDataKeyPair", "GetPublicKey", "RetireGrant"], ["GetPublicKey", "GetPublicKey"]]  # fmt: skip


def grants() -> Iterator[tuple[str, Resource]]:
    """Who holds one, ends one, has made one; and what it lets do."""
    for at, who in enumerate(PARTIES):
        parts = {"GranteePrincipal": who, "Operations": ["Decrypt"]}
        yield f"grantee {at}", record(KMS, KEY, grants=[parts])
        more = {"RetiringPrincipal": who, "IssuingAccount": who, "Operations": ["Decrypt"]}
        yield f"issuer {at}", record(KMS, KEY, grants=[more | {"GranteePrincipal": root(M)}])
        yield f"shared with {at}", record("AWS::SSM::Document", SNAPSHOT, share=[who, W])
    for at, operations in enumerate(OPERATIONS):
        one = {"GranteePrincipal": root(V), "RetiringPrincipal": root(W), "Operations": operations}
        yield f"operations {at}", record(KMS, KEY, grants=[one])
    service = {"GranteeServicePrincipal": "x.amazonaws.com", "Operations": ["Decrypt"]}
    yield "a service's grant", record(KMS, KEY, grants=[service, {"Operations": ["Decrypt"]}])


GROUPS = "http://acs.amazonaws.com/groups/"
DELIVERY = "c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0"
GRANTEES = [("Group", f"{GROUPS}global/AllUsers"), ("Group", f"{GROUPS}global/AuthenticatedUsers"), ("Group", f"{GROUPS}s3/LogDelivery"), ("Group", f"{GROUPS}odd"),
            ("CanonicalUser", STRANGER), ("CanonicalUser", CANONICAL), ("CanonicalUser", "d" * 64), ("CanonicalUser", DELIVERY), ("CanonicalUser", "E1OAI"),
            ("AmazonCustomerByEmail", CANONICAL), ("Odd", "E1OAI")]  # fmt: skip
PERMISSIONS = [["READ"], ["READ_ACP"], ["WRITE"], ["WRITE_ACP"], ["FULL_CONTROL"], ["ODD"], ["READ", "WRITE"], ["WRITE", "READ_ACP"], ["READ_ACP", "READ"]]  # fmt: skip
SETTINGS: list[dict[str, Any]] = [
    {}, {"ownership": "ObjectWriter"}, {"ownership": "BucketOwnerPreferred"}, {"ownership": "BucketOwnerEnforced"}, {"ownership": "Odd"}, {"bpa": OFF}, {"bpa": {"IgnorePublicAcls": True}},
    {"account_bpa": {"IgnorePublicAcls": True}}, {"organization_s3_policy": "all", "bpa": OFF}, {"organization_s3_policy": "none", "account_bpa": {"IgnorePublicAcls": True}},
    {"organization_s3_policy": "odd", "account_bpa": {"IgnorePublicAcls": True}}, {"bpa": {"Odd": True}}, {"account_bpa": {"Odd": True, "Aodd": False}}, {"policy_status": True}, {"policy_status": False},
    {"policy_status": True, "bpa": RESTRICT}, {"ownership": "ObjectWriter", "bpa": {"IgnorePublicAcls": True}}, {"ownership": "BucketOwnerPreferred", "account_bpa": {"IgnorePublicAcls": True}},
]  # fmt: skip


def acls() -> Iterator[tuple[str, Resource]]:
    known = {"canonical": {CANONICAL: M, "d" * 64: V}, "own_oais": ["E1OAI"]}
    for at, (form, name) in enumerate(GRANTEES):
        acl = [[form, name, "READ"]]
        yield f"grantee of an ACL {at}", record(S3, BUCKET, acl=acl, settings=known)
        yield f"one in a policy {at}", record(S3, BUCKET, settings=known, document=policy(allow({form: name}, "s3:GetObject", OBJECTS)))  # fmt: skip
    oai = "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E{}OAI"
    for number in (1, 2):
        yield f"an identity {number}", record(S3, BUCKET, settings=known, document=policy(allow({"AWS": oai.format(number)}, "s3:GetObject", OBJECTS), deny("s3:*", ALL) | {"Principal": {"AWS": oai.format(number)}}))  # fmt: skip
        yield f"an identity alone {number}", record(S3, BUCKET, settings=known, document=policy(allow({"AWS": [oai.format(number), root(V)]}, "s3:GetObject", OBJECTS)))  # fmt: skip
    for at, permissions in enumerate(PERMISSIONS):
        acl = [["CanonicalUser", STRANGER, one] for one in permissions]
        yield f"permissions {at}", record(S3, BUCKET, acl=acl)
    mixed = [["CanonicalUser", CANONICAL, "READ"], ["CanonicalUser", STRANGER, "WRITE"], ["CanonicalUser", CANONICAL, "WRITE"], ["CanonicalUser", "d" * 64, "READ"], ["Group", GRANTEES[0][1], "READ_ACP"]]  # fmt: skip
    yield "ours among others", record(S3, BUCKET, acl=mixed, settings=known)
    acl = [["Group", GRANTEES[0][1], "READ"], ["CanonicalUser", STRANGER, "READ"]]
    for at, settings in enumerate(SETTINGS):
        both = policy(allow("*", "s3:GetObject", OBJECTS), allow({"Service": "sns.amazonaws.com"}, "s3:PutObject", OBJECTS), allow(VENDOR, "s3:PutObject", OBJECTS))  # fmt: skip
        yield f"settings {at}", record(S3, BUCKET, acl=acl, document=both, settings=settings)
        yield f"settings without {at}", record(S3, BUCKET, settings=settings)


FIXED: list[Any] = [
    None, "x", {}, {"StringEquals": "x"}, *({operator: {"aws:SourceVpce": "vpce-*"}} for operator in ("StringEquals", "StringLike", "StringEqualsIgnoreCase", "ArnEquals", "ArnLike", "IpAddress",
                                                                                                 "StringNotLike", "StringLikeIfExists", "ForAllValues:StringLike")),
    *({"StringLike": {key: "x*"}} for key in ("aws:SourceIp", "aws:SourceArn", "aws:SourceVpc", "aws:sourceowner", "aws:SourceAccount", "aws:userid", "aws:PrincipalOrgID", "aws:PrincipalAccount",
                                              "aws:PrincipalArn", "aws:PrincipalOrgPaths", "aws:UserAgent", "s3:x-amz-server-side-encryption-aws-kms-key-id", "s3:prefix")),
    *({"StringLike": {"aws:SourceArn": value}} for value in ("arn:aws:sns:*:*:x", f"arn:aws:sns:*:{V}:*", "arn:*", "*", "a?", "x", "${aws:x}", ["*", "x"], ["*", "a*"], [], 3)),
    *({"IpAddress": {"aws:SourceIp": value}} for value in ("0.0.0.0/0", "0.0.0.0/7", "8.0.0.0/8", "10.0.0.0/8", "10.0.0.0/7", "172.16.0.0/12", "192.168.0.0/16", "::/31", "::/32", "::/0", "x", ["0.0.0.0/1", "192.0.2.0/24"])),
]  # fmt: skip
NARROWING: list[Any] = [
    deny("s3:*", ALL), deny("s3:*", ALL, {"StringNotEquals": {"aws:PrincipalOrgID": OWN}}), deny("s3:*", ALL, {"Bool": {"aws:SecureTransport": "false"}}),
    {"Effect": "Deny", "NotPrincipal": {"AWS": root(V)}, "Action": "s3:*", "Resource": ALL}, deny("s3:*", ALL, "x"), deny("s3:*", ALL, {"StringLike": {"aws:UserAgent": "*"}}),
    deny("s3:PutObject", ALL, {"StringLike": {"aws:SourceVpce": "vpce-*"}}), "x", {"Effect": "allow", "Principal": "*", "Action": "s3:*", "Resource": ALL},
    allow(VENDOR, "s3:GetObject", OBJECTS), allow({"AWS": ["*", root(V)]}, "s3:GetObject", OBJECTS), allow(None, "s3:GetObject", OBJECTS),
]  # fmt: skip


def public() -> Iterator[tuple[str, Resource]]:
    """What Block Public Access takes for public."""
    on = {"bpa": RESTRICT, "ownership": "BucketOwnerEnforced"}
    everybody = allow("*", "s3:GetObject", OBJECTS)
    for at, condition in enumerate(FIXED):
        one = everybody | ({} if condition is None else {"Condition": condition})
        yield f"fixed {at}", record(S3, BUCKET, document=policy(one), settings=on)
        both = policy(everybody, deny("s3:*", ALL, condition))
        yield f"fixed in a Deny {at}", record(S3, BUCKET, document=both, settings=on)
    for at, one in enumerate(NARROWING):
        yield f"beside {at}", record(S3, BUCKET, document=policy(everybody, one), settings=on)
    for at, who in enumerate(("*", {"AWS": "*"}, {"AWS": ["*"]}, {"AWS": [V]}, {"AWS": V}, {"AWS": []}, {"Service": "*"}, {"Federated": COGNITO}, {"CanonicalUser": STRANGER})):  # fmt: skip
        one = allow(who, "s3:GetObject", OBJECTS)
        yield f"everybody as {at}", record(S3, BUCKET, document=policy(one), settings=on)
    alone = {"Version": "2012-10-17", "Statement": everybody}
    yield "a statement alone", record(S3, BUCKET, document=alone, settings=on)
    express = f"arn:aws:s3express:eu-west-1:{M}:bucket/fast--x-s3"
    for at, who in enumerate(("*", VENDOR, {"Service": "sns.amazonaws.com"})):
        document = policy(
            allow("*", "s3express:CreateSession", "*"), allow(who, "s3express:*", "*")
        )
        yield f"a directory bucket {at}", record("AWS::S3Express::DirectoryBucket", express, document=document)  # fmt: skip


def ap(name: str, *statements: Any, account: str = M, **more: Any) -> dict[str, Any]:
    arn = f"arn:aws:s3:eu-west-1:{account}:accesspoint/{name}"
    document = policy(*(one | {"Resource": [arn, f"{arn}/object/*"]} for one in statements))
    return {"arn": arn, "policy": document, **more}


ANYBODY = allow("*", "s3:*")
THROUGH: list[Any] = [
    {"StringEquals": {ACCOUNT: M}}, {"StringEquals": {ACCOUNT: V}}, {"StringEquals": {ACCOUNT: [V, W]}}, {"StringLike": {ACCOUNT: f"{V[:5]}*"}}, {"StringNotEquals": {ACCOUNT: M}},
    {"ArnLike": {ARN: f"arn:aws:s3:eu-west-1:{M}:accesspoint/*"}}, {"ArnLike": {ARN: f"arn:aws:s3:eu-west-1:{V}:accesspoint/*"}}, {"ArnLike": {ARN: "arn:aws:s3:*:*:accesspoint/a"}},
    {"StringEquals": {ORIGIN: "VPC"}}, {"StringEquals": {ORIGIN: "Internet"}}, {"StringEquals": {ORIGIN: "VPC", ACCOUNT: M}}, {"StringEquals": {ORIGIN: "Internet", ACCOUNT: V}},
    {"Null": {ACCOUNT: "true"}}, {"Null": {ARN: "false"}}, {"StringEqualsIfExists": {ACCOUNT: M}}, {"StringEquals": {ACCOUNT: "123"}}, {"StringEquals": {ACCOUNT: N}}, "x",
]  # fmt: skip
BEHIND: list[Any] = [
    None, [], [ap("a", ANYBODY)], [ap("a", allow(VENDOR, "s3:*"), origin="VPC")], [ap("a", ANYBODY, origin="Internet", bpa=RESTRICT)], [ap("a", ANYBODY, origin="VPC", bpa=RESTRICT)],
    [ap("a", ANYBODY, account=V)], [{"arn": f"arn:aws:s3:eu-west-1:{M}:accesspoint/a"}], [{"arn": "x", "policy": "{"}],
    [ap("a", allow(VENDOR, "s3:GetObject")), ap("b", allow({"AWS": root(W)}, "s3:PutObject"), allow({"Service": "sns.amazonaws.com"}, "s3:PutObject"))],
]  # fmt: skip


def points() -> Iterator[tuple[str, Resource]]:
    """Buckets that leave it to access points, in every way, with access points of every kind."""
    for at, condition in enumerate(THROUGH):
        for number, several in enumerate(BEHIND):
            for who, settings in (("*", {}), (VENDOR, {"bpa": RESTRICT})):
                if (settings and number not in (1, 2, 4)) or (at + number) % 2:
                    continue
                document = policy(allow(who, ["s3:GetObject", "s3:PutObject", "s3:ListBucket"], ALL, Condition=condition))  # fmt: skip
                yield f"through {at} {number} {who}", record(S3, BUCKET, document=document, settings={"access_points": several, **settings})  # fmt: skip
    for at, condition in enumerate(THROUGH[:7]):
        document = policy(allow("*", "s3:GetObject", ALL, Condition=condition))
        yield f"a stranger's {at}", record(S3, BUCKET, document=document, settings={"access_points": [], "bpa": RESTRICT})  # fmt: skip
        two = policy(
            allow(VENDOR, "s3:*", ALL), allow("*", "s3:GetObject", ALL, Condition=condition)
        )
        yield f"beside a vendor {at}", record(S3, BUCKET, document=two, settings={"access_points": [ap("a", ANYBODY)]})  # fmt: skip


OWN_POINT = f"arn:aws:s3:eu-west-1:{M}:accesspoint/a"


def own_points() -> Iterator[Case]:
    """Access points by themselves."""
    found = {"b": (AccessPoint(OWN_POINT),), "c": (AccessPoint("x"),)}
    here = msgspec.structs.replace(OURS, buckets=frozenset({"b", "c", "d"}), points=found)
    settings: list[dict[str, Any]] = [
        {}, {"bucket": "b"}, {"bucket": "c"}, {"bucket": "d"}, {"bucket": "e"}, {"bucket_account": V}, {"bucket_account": M}, {"bpa": RESTRICT}, {"account_bpa": RESTRICT},
        {"origin": "VPC"}, {"origin": "VPC", "bpa": RESTRICT}, {"origin": "Internet", "bpa": RESTRICT}, {"bucket": "b", "bucket_account": V},
    ]  # fmt: skip
    for at, one in enumerate(settings):
        for who in ("*", VENDOR, {"Service": "sns.amazonaws.com"}):
            document = policy(allow(who, "s3:GetObject", f"{OWN_POINT}/object/*"))
            resource = record("AWS::S3::AccessPoint", OWN_POINT, document=document, settings=one)
            yield f"own point {at} {who}", resource, here
    document = policy(allow(VENDOR, "s3:GetObject", f"{OWN_POINT}/object/*"))
    resource = record("AWS::S3::AccessPoint", OWN_POINT, document=document, settings={"bucket": "b"})  # fmt: skip
    yield "nobody looked", resource, msgspec.structs.replace(here, points=None)
    document = policy(allow("*", "s3:GetObject", ALL, Condition={"StringEquals": {ACCOUNT: M}}))
    yield "points of ours", record(S3, BUCKET, document=document), msgspec.structs.replace(OURS, points={"acme-data": (msgspec.convert(ap("a", allow(VENDOR, "s3:*")), AccessPoint),)})  # fmt: skip
    yield "no points of ours", record(S3, BUCKET, document=document), msgspec.structs.replace(OURS, points={})  # fmt: skip


KEYS = [
    "kms:CallerAccount", "aws:SourceOwner", "aws:SourceAccount", "s3:ResourceAccount", "aws:ResourceAccount", "sts:ExternalId", "aws:PrincipalTag/x", "aws:RequestedRegion", "saml:aud", "s3:prefix",
    "sqs:x", "sns:Endpoint", "kms:ViaService", "es:x", "opensearch:x", "kafka:x", "kafka-cluster:x", "vpc-lattice-svcs:x", "vpc-lattice:x", "cloudtrail:x", "cloudtrail-data:x", "iam:x",
    "lambda:EventSourceToken", "lambda:FunctionUrlAuthType", "elasticfilesystem:AccessedViaMountTarget", "aws:PrincipalType", "aws:userid", "aws:PrincipalArn", "aws:odd", "odd:x",
]  # fmt: skip
AT = [(S3, BUCKET, "s3:PutObject", OBJECTS), (SQS, QUEUE, "sqs:SendMessage", QUEUE), (SNS, TOPIC, "sns:Publish", TOPIC), (KMS, KEY, "kms:Decrypt", "*"),
      (LAMBDA, FUNCTION, "lambda:InvokeFunction", FUNCTION), ("AWS::OpenSearchService::Domain", f"arn:aws:es:eu-west-1:{M}:domain/d", "es:ESHttpGet", "*"),
      ("AWS::MSK::Cluster", f"arn:aws:kafka:eu-west-1:{M}:cluster/c/1", "kafka-cluster:*", "*"), ("AWS::CloudTrail::Channel", f"arn:aws:cloudtrail:eu-west-1:{M}:channel/1", "*", "*"),
      ("AWS::VpcLattice::Service", f"arn:aws:vpc-lattice:eu-west-1:{M}:service/s", "*", "*"),
      ("AWS::EFS::FileSystem", f"arn:aws:elasticfilesystem:eu-west-1:{M}:file-system/f", "elasticfilesystem:ClientMount", None)]  # fmt: skip


def keys() -> Iterator[tuple[str, Resource]]:
    """Each key at each service's door: what is there, what is free, what never comes."""
    for at, key in enumerate(KEYS):
        for place, (kind, arn, action, about) in enumerate(AT):
            operator = ("StringEquals", "StringLike", "StringNotEquals", "Null")[(at + place) % 4]
            value = "false" if operator == "Null" else (V, f"{M[:-1]}*", "true")[(at + place) % 3]
            one = allow(("*", VENDOR)[place % 2], action, about, Condition={operator: {key: value}})
            yield f"key {key} {place}", record(kind, arn, document=policy(one))
    for place, (kind, arn, action, about) in enumerate(AT[:4]):
        for at, text in enumerate(("${kms:CallerAccount}", "${aws:PrincipalAccount}", "${s3:prefix, 'x'}", "${aws:SourceOwner}", "a${aws:userid}")):  # fmt: skip
            for key in ("aws:PrincipalTag/x", "kms:CallerAccount"):
                one = allow("*", action, about, Condition={"StringEquals": {key: text}})
                yield f"variable {place} {at} {key}", record(kind, arn, document=policy(one))


CALLERS: list[Any] = [
    {"Null": {"aws:PrincipalArn": "true"}}, {"Null": {"aws:PrincipalAccount": "true"}}, {"Null": {"aws:PrincipalOrgID": "true"}}, {"StringEquals": {"aws:PrincipalType": "Anonymous"}},
    {"StringEquals": {"aws:PrincipalType": "Account"}}, {"StringEquals": {"aws:PrincipalType": ["Account", "User"]}}, {"StringEquals": {"aws:userid": V}}, {"StringEquals": {"aws:userid": "anonymous"}},
    {"ArnEquals": {"aws:PrincipalArn": root(V)}}, {"ArnNotEquals": {"aws:PrincipalArn": root(V)}}, {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:root"}}, {"Null": {"aws:PrincipalTag/x": "true"}},
    {"StringEquals": {"aws:PrincipalAccount": "anonymous"}}, {"StringNotEquals": {"aws:PrincipalAccount": V}}, {"Bool": {"aws:PrincipalIsAWSService": "false"}},
    {"StringEquals": {"aws:PrincipalTag/x": "${aws:userid}"}}, {"StringEquals": {"aws:UserAgent": "${aws:PrincipalArn}"}}, {"StringLike": {"aws:UserAgent": ["${aws:userid}", "${aws:PrincipalTag/y}", "x"]}},
    {"StringEquals": {"aws:UserAgent": "${aws:Referer}-${aws:userid}"}}, {"StringEquals": {"aws:PrincipalType": "Account", "aws:PrincipalOrgID": EXT}}, {"StringEquals": {"aws:FederatedProvider": "x"}},
    {"StringEquals": {"cognito-identity.amazonaws.com:sub": "x"}}, {"StringEquals": {"aws:PrincipalType": "Account", "aws:PrincipalAccount": [V, W]}},
    {"Null": {"aws:PrincipalArn": "true"}, "StringEquals": {"aws:UserAgent": ["${aws:PrincipalTag/y}", "x"]}}, {"Null": {"aws:PrincipalArn": "true"}, "StringEquals": {"aws:UserAgent": "${aws:PrincipalTag/y}"}},
    {"StringEquals": {"aws:UserAgent": "${aws:PrincipalTag/y, 'z'}"}, "ArnEquals": {"aws:PrincipalArn": root(V)}},
    *({"StringEquals": {"aws:PrincipalType": "Anonymous"}, operator: {"aws:SourceIp": "192.0.2.0/24"}} for operator in ("IpAddress", "IpAddressIfExists", "NotIpAddress")),
    *({"StringEquals": {"aws:PrincipalType": kind}, "StringEqualsIfExists": {key: "x"}} for kind in ("Anonymous", "Account") for key in ("aws:SourceVpc", "aws:ViaAWSService", "aws:CalledVia", "aws:PrincipalTag/Team", "Odd:Key")),
    *({"StringEquals": {"aws:PrincipalType": kind}, **more} for kind in ("Account", "Anonymous") for more in ({"Null": {"aws:PrincipalOrgID": "false"}}, {"StringNotEquals": {"aws:PrincipalOrgID": OWN}}, {"StringLike": {"aws:PrincipalOrgID": "o-e*"}}, {"StringEqualsIfExists": {"aws:PrincipalOrgID": EXT}})),
    {"StringEquals": {"aws:PrincipalTag/Team": "x", "AWS:PrincipalTag/OTHER": "y", "Odd:Key": "z", "odd:Tag/x": "w", "AWS:principaltype": "Anonymous"}}, {"StringEquals": {"aws:PrincipalTag/Team": "x", "Odd:Key": "z", "aws:RequestTag/Up": "w"}},
]  # fmt: skip


def callers() -> Iterator[tuple[str, Resource]]:
    """Who signs nothing, and root users."""
    for at, condition in enumerate(CALLERS):
        for name, who in (("all", "*"), ("vendor", VENDOR), ("role", {"AWS": role(V)})):
            one = allow(who, "s3:GetObject", OBJECTS, Condition=condition)
            yield f"caller {at} {name}", record(S3, BUCKET, document=policy(one))
        region = deny("s3:*", ALL, {"StringEquals": {"aws:RequestedRegion": "x"}})
        beside = policy(allow("*", "s3:GetObject", OBJECTS, Condition=condition), region)
        yield f"caller beside {at}", record(S3, BUCKET, document=beside)
        both = policy(allow("*", "sqs:SendMessage", QUEUE), deny("sqs:*", QUEUE, condition))
        yield f"caller denied {at}", record(SQS, QUEUE, document=both)
        only = {"Effect": "Deny", "NotPrincipal": {"AWS": root(V)}, "Action": "s3:*", "Resource": ALL, "Condition": condition}  # fmt: skip
        yield f"caller spared {at}", record(S3, BUCKET, document=policy(allow("*", "s3:GetObject", OBJECTS), only))  # fmt: skip
        rest = {"Effect": "Allow", "NotPrincipal": {"AWS": root(V)}, "Action": "s3:GetObject", "Resource": OBJECTS, "Condition": condition}  # fmt: skip
        yield f"caller of the rest {at}", record(S3, BUCKET, document=policy(rest))


ACTIONS: list[Any] = [
    "*", "*:*", "s3:*", "S3:GET*", "s3:GetObject", "s3:Nothing", "s3:Nothing*", "s3:Get?bject", "sqs:*", "x", ":", "s3:", "?3:GetObject", "s*:PutObject", [], ["s3:GetObject", 3], None, {"a": 1},
    ["s3:GetObject", "s3:ListBucket"], ["s3:BypassGovernanceRetention", "s3:GetObject"], "s3:DeleteBucketPolicy", "s3:Put*Policy", 3,
]  # fmt: skip
ABOUT: list[Any] = [
    "*", BUCKET, OBJECTS, ALL, f"{BUCKET}*", f"{BUCKET}/a/*", "arn:aws:s3:::*", "arn:aws:s3:::acme-?ata/*", "arn:*:s3:::acme-data/*", "arn:aws:s3:eu-west-1::acme-data/*", "acme-data", "", 3, [],
    ["*", 3], f"{BUCKET}/${{aws:username}}/*", "arn:aws:s3:::other", ["arn:aws:s3:::other", OBJECTS], "?", "arn:aws:s3", {"a": 1}, "arn:aws:s3:::acme-data/a:b/*",
]  # fmt: skip


def statements() -> Iterator[tuple[str, Resource]]:
    """What a statement is about, and what is none."""
    for name, several in (("Action", ACTIONS), ("Resource", ABOUT)):
        for at, value in enumerate(several):
            plain = {"Effect": "Allow", "Principal": VENDOR, "Action": "s3:*", "Resource": ALL}
            rest = {key: one for key, one in plain.items() if key != name}
            other = allow(VENDOR, "s3:*", ALL)
            for word in (name, "Not" + name):
                one = rest | {word: value}
                yield f"{word} {at}", record(S3, BUCKET, document=policy(one))
                both = policy(other, one | {"Effect": "Deny", "Principal": "*"})
                yield f"{word} denied {at}", record(S3, BUCKET, document=both)
    bare = {"Effect": "Allow", "Principal": VENDOR}
    for at, more in enumerate(({}, {"Action": "s3:*"}, {"Resource": ALL}, {"Action": "s3:*", "NotAction": "s3:x", "Resource": ALL}, {"Action": "s3:*", "Resource": ALL, "NotResource": "*"})):  # fmt: skip
        yield f"lacking {at}", record(S3, BUCKET, document=policy(bare | more))
        yield f"lacking, denied {at}", record(S3, BUCKET, document=policy(allow(VENDOR, "s3:*", ALL), bare | more | {"Effect": "Deny"}))  # fmt: skip
        ecr = f"arn:aws:ecr:eu-west-1:{M}:repository/app"
        yield f"implicit {at}", record("AWS::ECR::Repository", ecr, document=policy(bare | {key: "ecr:*" if key == "Action" else value for key, value in more.items()}))  # fmt: skip
    for at, raw in enumerate(("", "{", "[]", "3", "null", '{"Statement": 3}', '{"Statement": [3]}', '{"a": 1, "a": 2}', "[" * 2000, 3, [], {}, {"Statement": {}}, {"Statement": None})):  # fmt: skip
        yield f"raw {at}", record(SQS, QUEUE, document=raw)
    arns = ("x", "arn:aws:sqs", f"arn:aws:sqs:eu-west-1:{V}:jobs", "arn:aws:sqs:eu-west-1::jobs", f"urn:aws:sqs:eu-west-1:{M}:jobs", f"arn:aws:sns:eu-west-1:{M}:jobs", f"arn:aws-cn:sqs:cn-north-1:{M}:jobs")  # fmt: skip
    for at, arn in enumerate(arns):
        for account in (M, None):
            yield f"arn {at} {account}", record(SQS, arn, account=account, document=policy(allow(VENDOR, "sqs:*", "*")))  # fmt: skip


UNKNOWN = ("newthing:Do", "newthing:*", "newthing:Do?", "*", "x:*", "s3:GetObject", "newthing-data:Do", "x*:Do", "newthing", ["newthing:Do", "newthing:Do"])  # fmt: skip


def unknown() -> Iterator[tuple[str, Resource]]:
    """Kinds and actions that no table has."""
    arn = f"arn:aws:newthing:eu-west-1:{M}:thing/x"
    for at, action in enumerate(UNKNOWN):
        for effect in ("Action", "NotAction"):
            one = {"Effect": "Allow", "Principal": VENDOR, effect: action, "Resource": "*"}
            yield f"unknown {effect} {at}", record("AWS::New::Thing", arn, document=policy(one))
    services = {KMS: (KEY, "kms"), SQS: (QUEUE, "sqs"), LAMBDA: (FUNCTION, "lambda"), SNS: (TOPIC, "sns"), "AWS::DynamoDB::Table": (f"arn:aws:dynamodb:eu-west-1:{M}:table/t", "dynamodb"),
                "AWS::ECR::RegistryPolicy": (f"arn:aws:ecr:eu-west-1:{M}:registry", "ecr"), "AWS::ECR::Repository": (f"arn:aws:ecr:eu-west-1:{M}:repository/a", "ecr"),
                "AWS::Lambda::LayerVersion": (f"arn:aws:lambda:eu-west-1:{M}:layer:x:3", "lambda")}  # fmt: skip
    for kind, (arn, prefix) in services.items():
        for action in ("NewOne", "New*", "*", "addPermission", "ListKeys", "putKeyPolicy", "invokeFunction", "KinesisStreamingDestination", "CreateRepository"):  # fmt: skip
            about = None if kind == "AWS::ECR::Repository" else "*"
            yield f"new {kind} {action}", record(kind, arn, document=policy(allow(VENDOR, f"{prefix}:{action}", about)))  # fmt: skip


SOURCED: list[Any] = [
    {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::ours"}}, {"ArnLike": {"aws:SourceArn": ["arn:aws:s3:::ours", "arn:aws:s3:::theirs"]}}, {"ArnLike": {"aws:SourceArn": "arn:aws:s3:*:*:ours"}}, {"ArnLike": {"aws:SourceArn": "arn:aws:s3:*::ours"}},
    {"ArnLike": {"aws:SourceArn": "arn:aws:s3:eu-west-1::ours"}}, {"ArnLike": {"aws:SourceArn": "arn:aws-cn:s3:::ours"}}, {"ArnLikeIfExists": {"aws:SourceArn": "arn:aws:s3:::ours"}},
    {"ArnNotLike": {"aws:SourceArn": "arn:aws:s3:::ours"}}, {"ArnLike": {"aws:SourceArn": []}}, {"ArnLike": {"aws:SourceArn": "arn:aws:s3"}}, {"StringEquals": {"aws:SourceAccount": M}},
    {"StringEquals": {"aws:SourceAccount": V}}, {"StringEquals": {"aws:SourceOrgID": OWN}}, {"StringEquals": {"aws:SourceOrgID": EXT}}, {"ArnLike": {"aws:SourceArn": f"arn:aws:sns:*:{V}:*"}},
    {"ArnLike": {"aws:SourceArn": "arn:aws:sns:us-east-1:806199016981:x"}}, {"StringEquals": {"lambda:EventSourceToken": "x"}}, {"StringLike": {"lambda:EventSourceToken": "x*"}},
    {"StringLike": {"lambda:EventSourceToken": ["x", "y*"]}}, {"StringLike": {"lambda:EventSourceToken": ["x", "${aws:userid}"]}}, {"StringNotEquals": {"lambda:EventSourceToken": "x"}}, {"StringEqualsIfExists": {"lambda:EventSourceToken": "x"}}, {"StringEquals": {"lambda:EventSourceToken": []}},
    {"Bool": {"elasticfilesystem:AccessedViaMountTarget": ["true", "false"]}}, {"BoolIfExists": {"elasticfilesystem:AccessedViaMountTarget": "true"}}, {"ArnLike": {"aws:SourceArn": ["arn:aws:s3:::ours", "${aws:userid}"]}},
    {"Bool": {"elasticfilesystem:AccessedViaMountTarget": "true"}}, {"Bool": {"elasticfilesystem:AccessedViaMountTarget": "false"}}, {"StringEquals": {"aws:PrincipalServiceName": "sns.amazonaws.com"}},
    {"StringEquals": {"aws:UserAgent": "arn:aws:s3:::ours"}},
]  # fmt: skip


def sourced() -> Iterator[tuple[str, Resource]]:
    """Services: for whom they act."""
    whos: tuple[Any, ...] = ("*", {"Service": "s3.amazonaws.com"}, {"Service": ["s3.amazonaws.com", "sns.amazonaws.com"], "AWS": root(V)}, VENDOR)  # fmt: skip
    for at, condition in enumerate(SOURCED):
        for number, who in enumerate(whos):
            for kind, arn, action, about in (AT[1], AT[4], AT[9]):
                one = allow(who, action, about, Condition=condition)
                yield f"sourced {at} {number} {kind}", record(kind, arn, document=policy(one))
    for who in ("ram.amazonaws.com", "sns.amazonaws.com"):
        for action in ("glue:ShareResource", ["glue:ShareResource", "glue:GetTable"]):
            for condition in (None, {"StringEquals": {"aws:SourceAccount": V}}, {"StringEquals": {"aws:SourceAccount": M}}):  # fmt: skip
                one = allow({"Service": who}, action, "*", **({"Condition": condition} if condition else {}))  # fmt: skip
                yield f"catalog {who} {action} {condition}", record("AWS::Glue::Catalog", f"arn:aws:glue:eu-west-1:{M}:catalog", document=policy(one))  # fmt: skip


def milder() -> Iterator[tuple[str, Resource]]:
    """Conditions under which an action does less."""
    mild = [(KMS, KEY, "kms", "CreateGrant", "kms:GrantIsForAWSResource", ("true", "false")),
            ("AWS::S3Express::DirectoryBucket", f"arn:aws:s3express:eu-west-1:{M}:bucket/b", "s3express", "CreateSession", "s3express:SessionMode", ("ReadOnly", "ReadWrite"))]  # fmt: skip
    for kind, arn, service, action, key, values in mild:
        for value in values:
            for operator in ("StringEquals", "StringNotEquals", "StringEqualsIfExists"):
                for effect in ("Allow", "Deny"):
                    one = allow(
                        VENDOR, f"{service}:{action}", "*", Condition={operator: {key: value}}
                    )
                    more = [] if effect == "Allow" else [allow(VENDOR, f"{service}:*", "*")]
                    yield f"milder {kind} {value} {operator} {effect}", record(kind, arn, document=policy(*more, one | {"Effect": effect}))  # fmt: skip


URLS: list[Any] = [None, [], [{"AuthType": "NONE"}], [{"AuthType": "AWS_IAM"}], [{"AuthType": "ODD"}], [{"AuthType": "NONE", "qualifier": "prod"}], [{"AuthType": "NONE", "qualifier": None}], [{"AuthType": "AWS_IAM", "qualifier": "$LATEST"}, {"AuthType": "NONE"}]]  # fmt: skip


def functions() -> Iterator[tuple[str, Resource]]:
    by_type = {"StringEquals": {"lambda:FunctionUrlAuthType": "AWS_IAM"}}
    for at, urls in enumerate(URLS):
        for name, arn in (("", FUNCTION), ("prod", f"{FUNCTION}:prod")):
            document = policy(allow("*", "lambda:InvokeFunctionUrl", "*"), allow(VENDOR, "lambda:*", "*"), allow({"AWS": root(W)}, "lambda:InvokeFunctionUrl", "*", Condition=by_type))  # fmt: skip
            settings = {} if urls is None else {"urls": urls}
            yield f"urls {at} {name}", record(LAMBDA, arn, document=document, settings=settings)
            only = policy(allow(VENDOR, "lambda:InvokeFunctionUrl", "*", Condition=by_type))
            yield f"urls of one type {at} {name}", record(LAMBDA, arn, document=only, settings=settings)  # fmt: skip
    for operator in ("Bool", "BoolIfExists", "Null"):
        for value in ("true", "false"):
            condition = {operator: {"lambda:InvokedViaFunctionUrl": value}}
            yield f"via {operator} {value}", record(LAMBDA, FUNCTION, document=policy(allow(VENDOR, "lambda:InvokeFunction", "*", Condition=condition)))  # fmt: skip


CONTROLS: list[Any] = [
    3, '"Statement"', policy(deny("*", "*")), policy(deny("*", "*", {"StringNotEquals": {"aws:PrincipalOrgID": [OWN, EXT]}})), policy(deny("s3:GetObject", "*")), policy(deny("*", "*", {"Bool": {"aws:PrincipalIsAWSService": "true"}})),
    policy(deny("*", "*", {"StringNotEqualsIfExists": {"aws:SourceAccount": M}, "Bool": {"aws:PrincipalIsAWSService": "true"}})), policy(deny("kms:Decrypt", "*")), "{", {}, policy(allow("*", "*", "*")), policy(),
    policy(deny("*", "*", {"StringNotEquals": {"aws:PrincipalAccount": [M, V]}})), policy(deny("*", "arn:aws:s3:::acme-data/*")), policy(deny("*", "*", {"StringEquals": {"s3:DataAccessPointAccount": M}})),
]  # fmt: skip


def controlled() -> Iterator[tuple[str, Resource]]:
    """Control policies over every way in."""
    ways: list[tuple[str, str, dict[str, Any]]] = [
        (S3, BUCKET, {"document": policy(allow("*", ["s3:GetObject", "s3:PutObject"], OBJECTS)), "acl": [["Group", GRANTEES[0][1], "READ"], ["CanonicalUser", STRANGER, "WRITE"]], "settings": {"ownership": "ObjectWriter"}}),
        (S3, BUCKET, {"document": policy(allow(VENDOR, "s3:*", ALL, Condition={"StringEquals": {ACCOUNT: M}})), "settings": {"access_points": [ap("a", allow(VENDOR, "s3:GetObject"))]}}),
        (S3, BUCKET, {"document": policy(allow({"Service": "sns.amazonaws.com"}, "s3:PutObject", OBJECTS), allow({"CanonicalUser": STRANGER}, "s3:GetObject", OBJECTS))}),
        (S3, BUCKET, {"document": policy(allow("*", "s3:GetObject", OBJECTS)), "settings": {"bpa": RESTRICT}}),
        (KMS, KEY, {"grants": [{"GranteePrincipal": role(V), "RetiringPrincipal": root(W), "Operations": ["Decrypt", "CreateGrant"]}, {"GranteePrincipal": "AROAEXAMPLEAAAAAAAAAA", "Operations": ["RetireGrant", "Decrypt"]}]}),
        (S3, BUCKET, {"document": policy(allow(VENDOR, "s3:GetObject", OBJECTS)), "settings": {"bpa": RESTRICT}}), (SNS, TOPIC, {"document": policy(allow("*", "sns:Publish", TOPIC))}), ("AWS::SSM::Document", SNAPSHOT, {"share": ["all"]}),
        ("AWS::ECR::Repository", f"arn:aws:ecr:eu-west-1:{M}:repository/a", {"document": policy(allow({"AWS": [root(V), root(W)]}, "ecr:*"))}),
    ]  # fmt: skip
    for at, control in enumerate(CONTROLS):
        for number, (kind, arn, fields) in enumerate(ways):
            settings = {**fields.get("settings", {}), "guardrails": [control]}
            yield f"controlled {at} {number}", record(kind, arn, **{**fields, "settings": settings})
    for at, told in enumerate((True, False, None)):
        for number, switch in enumerate((OFF, RESTRICT)):
            for place, one in enumerate((allow("*", "s3:GetObject", OBJECTS), allow(VENDOR, "s3:GetObject", OBJECTS))):  # fmt: skip
                settings = {"policy_status": told, "bpa": switch, "guardrails": [CONTROLS[12]]}
                yield f"told to be public {at} {number} {place}", record(S3, BUCKET, document=policy(one, allow({"Service": "sns.amazonaws.com"}, "s3:PutObject", OBJECTS)), settings=settings)  # fmt: skip
    both = {"guardrails": [CONTROLS[4], CONTROLS[12]]}
    yield "two of them", record(S3, BUCKET, document=policy(allow("*", "s3:*", ALL)), settings=both)


NEEDS = [("AWS::SecretsManager::Secret", f"arn:aws:secretsmanager:eu-west-1:{M}:secret:s", ["secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"]), (SQS, QUEUE, ["sqs:ReceiveMessage", "sqs:SendMessage", "sqs:PurgeQueue"]),
         (SNS, TOPIC, ["sns:Publish", "sns:Subscribe"]), (S3, BUCKET, ["s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket"])]  # fmt: skip
NAMED = [
    KEY,
    "1111-2222",
    "alias/x",
    "alias/aws/secretsmanager",
    None,
    f"arn:aws:kms:eu-west-1:{M}:key/other",
]
SHUTTING = policy(deny("kms:*", "*", {"StringNotEquals": {"aws:PrincipalOrgID": OWN}}))
KEY_POLICIES: list[Any] = [
    policy(allow({"AWS": root(M)}, "kms:*", "*")), policy(allow(VENDOR, "kms:Decrypt", "*")), policy(allow(VENDOR, "kms:GenerateDataKey", "*")), policy(allow("*", "kms:Decrypt", "*")), "{",
    policy(allow("*", "kms:*", "*", Condition={"StringEquals": {"aws:PrincipalOrgID": EXT}})), policy(allow(VENDOR, "kms:Encrypt", "*")),
]  # fmt: skip


def encrypted() -> Iterator[tuple[str, Resource, Resource]]:
    """What is under a key, and the key."""
    shares = {"AWS::EC2::Snapshot": [{"UserId": V}], "AWS::RDS::DBSnapshot": {"restore": [V, "all"]}, "AWS::RDS::DBClusterSnapshot": {"restore": [V]}}  # fmt: skip
    for at, document in enumerate(KEY_POLICIES):
        key = record(KMS, KEY, document=document, grants=[{"GranteePrincipal": root(W), "Operations": ["Decrypt"]}] if at == 0 else None)  # fmt: skip
        for number, (kind, arn, actions) in enumerate(NEEDS):
            for place, name in enumerate(NAMED if at < 2 else NAMED[:1]):
                who = {"AWS": [root(V), root(W)], "Service": "sns.amazonaws.com", "CanonicalUser": STRANGER}  # fmt: skip
                about = arn if kind != S3 else ALL
                made = record(kind, arn, region="eu-west-1", document=policy(allow(who, actions, about)), settings={"kms_key": name})  # fmt: skip
                yield f"under a key {at} {number} {place}", made, key
        both = policy(allow("*", ["s3:GetObject", "s3:ListBucket"], ALL))
        yield f"shut under a key {at}", record(S3, BUCKET, document=both, settings={"kms_key": KEY, "bpa": RESTRICT}), key  # fmt: skip
        for kind, share in shares.items():
            yield f"shared under a key {at} {kind}", record(kind, SNAPSHOT, share=share, settings={"kms_key": KEY}), key  # fmt: skip
    for at, document in enumerate(KEY_POLICIES[1:4]):
        key = record(KMS, KEY, document=document, settings={"guardrails": [SHUTTING]})
        for kind, arn, actions in NEEDS:
            made = record(kind, arn, region="eu-west-1", document=policy(allow(VENDOR, actions, arn if kind != S3 else ALL)), settings={"kms_key": KEY})  # fmt: skip
            yield f"under a key that is shut {at} {kind}", made, key
    key = record(KMS, KEY, document=KEY_POLICIES[0])
    secret, arn, actions = NEEDS[0]
    yield "a secret of which no key is told", record(secret, arn, document=policy(allow(VENDOR, actions, arn))), key  # fmt: skip


def doors_of_a_login() -> Iterator[tuple[str, Resource]]:
    domain = f"arn:aws:es:eu-west-1:{M}:domain/d"
    for at, settings in enumerate(({}, {"fgac": True}, {"vpc": {"VpcId": "x"}}, {"fgac": True, "vpc": {}}, {"fgac": False, "vpc": {"x": 1}})):  # fmt: skip
        document = policy(allow("*", "es:ESHttpGet", "*"), allow(VENDOR, "es:ESHttpPut", "*"))
        yield f"domain {at}", record("AWS::OpenSearchService::Domain", domain, document=document, settings=settings)  # fmt: skip
    api = "arn:aws:apigateway:eu-west-1::/restapis/abc"
    texts = ['{\\"Statement\\": []}', ' {\\"Statement\\": [{\\"Effect\\": \\"Allow\\"}]}', '{"Statement": []}', "{", 3]  # fmt: skip
    for at, text in enumerate(texts):
        yield f"api {at}", record("AWS::ApiGateway::RestApi", api, document=text)
    for who in ("*", VENDOR):
        yield f"api of {who}", record("AWS::ApiGateway::RestApi", api, document=policy(allow(who, "execute-api:Invoke", "execute-api:/*")))  # fmt: skip
    applications: list[Any] = [
        {"Statements": [{"Principals": ["*"], "Actions": ["Deploy"]}]}, {"Statements": [{"Principals": [V], "Actions": "Deploy", "Odd": 1}]}, {"Statements": [3]}, {"Statements": 3}, {"Statements": [], "Statement": []},
        {"Statements": [{"Principals": [V], "Actions": ["Deploy", "GetApplication"], "PrincipalOrgIDs": [], "StatementId": "x"}]}, '{"Statements": [{"Principals": ["999999999999"], "Actions": ["Deploy"]}]}', "{", {"Statement": []},
    ]  # fmt: skip
    for at, document in enumerate(applications):
        for kind in ("AWS::Serverless::Application", "AWS::ServerlessRepo::Application"):
            yield f"application {kind} {at}", record(kind, f"arn:aws:serverlessrepo:eu-west-1:{M}:applications/a", document=document)  # fmt: skip
    for kind in ("AWS::OpenSearchService::Domain", "AWS::Kinesis::Stream", "AWS::Kinesis::StreamConsumer", SQS):  # fmt: skip
        for at, blank in enumerate(("", "{}", {}, "null")):
            yield f"blank {kind} {at}", record(kind, arn_of(kind), document=blank)


NETWORK = {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}
LOGIN = {"Federated": f"arn:aws:iam::{M}:saml-provider/x"}


def together() -> Iterator[tuple[str, Resource]]:
    """Statements of which each has its own: actions, people, networks, what is wrong with it."""
    several: list[tuple[Any, ...]] = [
        (allow(LOGIN, "s3:GetObject", OBJECTS), allow({"Federated": COGNITO}, "s3:PutObject", OBJECTS)), (allow(LOGIN, "s3:GetObject", OBJECTS), allow(VENDOR, "s3:PutObject", OBJECTS), allow({"Federated": f"arn:aws:rolesanywhere:eu-west-1:{M}:trust-anchor/1"}, "s3:PutObject", OBJECTS)),
        (allow({"AWS": f"arn:aws:sts::{V}:odd/x"}, "s3:GetObject", OBJECTS),), (allow({"AWS": "identity providers need"}, "s3:GetObject", OBJECTS), allow({"AWS": "sts:AssumeRole"}, "s3:GetObject", OBJECTS)),
        (allow(VENDOR, "s3:GetObject", OBJECTS, Condition=NETWORK), allow(VENDOR, "s3:PutObject", OBJECTS)), (allow("*", "s3:GetObject", OBJECTS, Condition=NETWORK), allow(VENDOR, "s3:GetObject", OBJECTS)),
        (allow("*", "s3:GetObject", OBJECTS), allow({"Service": "sns.amazonaws.com", "AWS": root(V)}, "s3:PutObject", OBJECTS, Condition=NETWORK)),
    ]  # fmt: skip
    for at, statements in enumerate(several):
        yield f"together {at}", record(S3, BUCKET, document=policy(*statements))
    owner = {"StringEquals": {"aws:SourceOwner": V}}
    for at, one in enumerate(({"Service": "s3.amazonaws.com", "AWS": root(V)}, {"AWS": "*"}, {"Service": "s3.amazonaws.com"}, "*")):  # fmt: skip
        for number, condition in enumerate((owner, {"StringNotEquals": {"aws:SourceOwner": M}}, {"StringEqualsIfExists": {"aws:SourceOwner": V}, "StringEquals": {"aws:SourceAccount": V}})):  # fmt: skip
            yield f"owned {at} {number}", record(SNS, TOPIC, document=policy(allow(one, "sns:Publish", TOPIC, Condition=condition)))  # fmt: skip
    for at, (mine, theirs) in enumerate(((NETWORK, {}), ({}, NETWORK), (NETWORK, NETWORK))):
        point = ap("a", allow(VENDOR, "s3:GetObject", **({"Condition": theirs} if theirs else {})))
        document = policy(allow(VENDOR, "s3:GetObject", OBJECTS, Condition={"StringEquals": {ACCOUNT: M}, **mine}))  # fmt: skip
        yield f"networks of both {at}", record(S3, BUCKET, document=document, settings={"access_points": [point]})  # fmt: skip
    oai = "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity"
    for at, text in enumerate(
        (f"{oai} E2", f"{oai} ", f"{oai} e2", f"x{oai} E2", "c" * 64, "c" * 63)
    ):
        for form in ("AWS", "CanonicalUser"):
            yield f"an id of {form} {at}", record(S3, BUCKET, document=policy(allow({form: text}, "s3:GetObject", OBJECTS)))  # fmt: skip


PLAIN = (of_tables, of_tables_of_settings, milder, by_chance, wide_open, shares, grants, acls, public, points, keys, callers, statements, unknown, sourced, functions, controlled, doors_of_a_login, together)  # fmt: skip
