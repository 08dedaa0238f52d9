"""Whom a resource lets in: a table with reasons, kind by kind."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from checker.access import Access, Ours, Resource, analyze_resource
from checker.cli.analyze_resources import records
from checker.cli.main import main
from checker.errors import InputError
from tests.access.support import (
    ANYONE,
    BUCKET,
    CANONICAL,
    FUNCTION,
    KEY,
    KMS,
    OFF,
    OPEN_READ,
    OURS,
    QUEUE,
    S3,
    SNS,
    SQS,
    STRANGER,
    TOPIC,
    VENDOR,
    allow,
    asked,
    name,
    policy,
    shut,
    told,
)
from tests.support.rows import rows
from tests.trust.support import COGNITO, EXT, OWN, TODAY, M, N, V, W, role, root

TOO_MANY = [
    allow(VENDOR, "s3:GetObject", [*(f"{BUCKET}/p{at}/*" for at in range(70)), f"{BUCKET}/q*"]),
    {"Effect": "Deny", "Principal": "*", "Action": "*", "NotResource": f"{BUCKET}/qa/*"},
]
EXPRESS = "AWS::S3Express::DirectoryBucket"
SESSIONS = f"arn:aws:s3express:eu-west-1:{M}:bucket/fast--x-s3"
POLICIES = [
    # kind, arn, statements, who, why
    (S3, BUCKET, [allow(VENDOR, "s3:GetObject", f"{BUCKET}/*")], [f"{V} read"], "objects"),
    (S3, BUCKET, [allow(VENDOR, "s3:GetObject", BUCKET)], [], "the bucket has no objects' actions"),
    (S3, BUCKET, [allow(VENDOR, "s3:ListBucket", f"{BUCKET}/*")], [], "nor objects the bucket's"),
    (S3, BUCKET, [allow(VENDOR, "s3:GetObject", "arn:aws:s3:::other/*")], [], "another bucket"),
    (S3, BUCKET, [allow(VENDOR, "s3:*", f"{BUCKET}*")], [f"{V} admin"], "the worst is told"),
    (S3, BUCKET, [allow(VENDOR, "s3:PutBucketPolicy", BUCKET)], [], "AWS refuses it from outside"),
    (S3, BUCKET, [allow(VENDOR, "s3:*", "*"),
                  {"Effect": "Deny", "Principal": "*", "Action": "s3:Put*", "Resource": "*"},
                  {"Effect": "Deny", "Principal": "*", "NotAction": "s3:Get*", "Resource": "*"}],
     [f"{V} read"], "only reading is left"),
    (S3, BUCKET, [allow(VENDOR, "s3:GetObject", f"{BUCKET}/*"),
                  {"Effect": "Deny", "Principal": "*", "Action": "*",
                   "NotResource": f"{BUCKET}/pub/*"}], [f"{V} read"], "what a Deny leaves out"),
    (S3, BUCKET, [allow(VENDOR, "s3:GetObject", f"{BUCKET}/in/*"),
                  {"Effect": "Deny", "Principal": "*", "Action": "*",
                   "NotResource": f"{BUCKET}/pub/*"}], [], "nothing is left"),
    (S3, BUCKET, [{**allow(VENDOR, "s3:GetObject"), "NotResource": f"{BUCKET}/*"}], [],
     "all but the objects"),
    (S3, BUCKET, [allow("*", "s3:GetObject", f"{BUCKET}/*",
                        Condition={"StringEquals": {"aws:PrincipalOrgID": EXT}})], [f"{EXT} read"],
     "a foreign organization"),
    (S3, BUCKET, [allow("*", "s3:GetObject", f"{BUCKET}/*"),
                  {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": f"{BUCKET}/*",
                   "Condition": {"StringNotEquals": {"aws:PrincipalAccount": [M, N]}}}], [],
     "an unsigned request has the word `anonymous`, which is no own account"),
    (S3, BUCKET, [allow("*", "s3:GetObject", f"{BUCKET}/*"),
                  {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": f"{BUCKET}/*",
                   "Condition": {"Null": {"aws:PrincipalArn": "false"}}}], ["anyone read"],
     "a Deny of all who sign leaves those who do not"),
    ("AWS::ECR::Repository", f"arn:aws:ecr:eu-west-1:{M}:repository/app",
     [allow("*", "ecr:BatchGetImage"),
      {"Effect": "Deny", "Principal": "*", "Action": "*",
       "Condition": {"Null": {"aws:PrincipalArn": "false"}}}], [], "ECR takes no unsigned request"),
    (S3, BUCKET, [allow({"CanonicalUser": STRANGER}, "s3:GetObject", f"{BUCKET}/*")],
     [f"{STRANGER} read"], "whose id it is nobody knows"),
    (S3, BUCKET, [allow({"CanonicalUser": CANONICAL}, "s3:GetObject", f"{BUCKET}/*")], [],
     "our own canonical id"),
    (S3, BUCKET, [allow({"Service": "cloudfront.amazonaws.com"}, "s3:GetObject", f"{BUCKET}/*",
                        Condition={"ArnLike": {"aws:SourceArn":
                                               f"arn:aws:cloudfront::{V}:distribution/*"}})],
     [f"cloudfront.amazonaws.com@{V} read"], "a vendor's distribution"),
    (KMS, KEY, [allow(VENDOR, "kms:*", "*")], [f"{V} admin"], "it may make grants"),
    (KMS, KEY, [allow(VENDOR, ["kms:PutKeyPolicy", "kms:ListKeys"], "*")], [],
     "neither works from outside"),
    (KMS, KEY, [allow(VENDOR, "kms:Decrypt", KEY.replace("1111", "3333"))], [], "another key"),
    (KMS, KEY, [allow("*", "kms:Decrypt", "*", Condition={"StringEquals": {
        "kms:CallerAccount": M}})], [], "the caller's account is ours"),
    (KMS, KEY, [allow("*", "kms:Decrypt", "*", Condition={"StringEquals": {
        "kms:CallerAccount": V, "kms:ViaService": "s3.eu-west-1.amazonaws.com"}})], [f"{V} read"],
     "a vendor's bucket goes via S3, too"),
    (KMS, KEY, [allow("*", "kms:Decrypt", "*", Condition={
        "StringEquals": {"kms:CallerAccount": V},
        "StringLike": {"aws:PrincipalAccount": M}})], [], "nobody is of both accounts"),
    (SQS, QUEUE, [allow(VENDOR, "sqs:*", QUEUE)], [f"{V} write"], "no policy can be set from there"),
    (SQS, QUEUE, [allow(VENDOR, "SQS:sendmessage", "arn:aws:sqs:*:*:jobs")], [f"{V} write"],
     "no case counts"),
    (SQS, QUEUE, [allow(VENDOR, "sqs:SendMessage", QUEUE, Condition={"StringEquals": {
        "sts:ExternalId": "x"}})], [], "no request to a queue has an external id"),
    (SQS, QUEUE, [allow("*", "sqs:SendMessage", QUEUE, Condition={"StringEquals": {
        "kms:CallerAccount": M}})], [], "nor a key of KMS"),
    (SQS, QUEUE, [allow("*", "sqs:SendMessage", QUEUE, Condition={"ArnEquals": {
        "aws:SourceArn": f"arn:aws:sns:eu-west-1:{V}:t"}})], [f"sns.amazonaws.com@{V} write"], "a vendor's topic"),
    (SNS, TOPIC, [allow(ANYONE, ["SNS:Publish", "SNS:Subscribe"], TOPIC, Condition={
        "StringEquals": {"AWS:SourceOwner": M}})], [], "what SNS itself writes"),
    (SNS, TOPIC, [allow(ANYONE, "SNS:Subscribe", TOPIC, Condition={
        "StringEquals": {"AWS:SourceOwner": V}})], [f"*@{V} read", f"{V} read"], "of a vendor"),
    (SNS, TOPIC, [allow(VENDOR, ["sns:Subscribe", "sns:Receive"], TOPIC)], [f"{V} read"],
     "who subscribes reads"),
    ("AWS::EFS::FileSystem", f"arn:aws:elasticfilesystem:eu-west-1:{M}:file-system/fs-1",
     [allow(ANYONE, "elasticfilesystem:ClientMount", Condition={
         "Bool": {"elasticfilesystem:AccessedViaMountTarget": "true"}})], [],
     "as without a policy: the network decides"),
    ("AWS::DynamoDB::Table", f"arn:aws:dynamodb:eu-west-1:{M}:table/t",
     [allow(VENDOR, "dynamodb:Query", f"arn:aws:dynamodb:eu-west-1:{M}:table/t/index/*")],
     [f"{V} read"], "an index stands behind the table"),
    ("AWS::Events::EventBus", f"arn:aws:events:eu-west-1:{M}:event-bus/central",
     [allow(VENDOR, "events:PutRule", f"arn:aws:events:eu-west-1:{M}:rule/central/*")],
     [f"{V} admin"], "who makes rules forwards our events"),
    ("AWS::ECR::RegistryPolicy", f"arn:aws:ecr:eu-west-1:{M}:registry",
     [allow(VENDOR, "ecr:*", f"arn:aws:ecr:eu-west-1:{M}:repository/*")], [f"{V} write"],
     "a registry's policy lets in replication alone"),
    ("AWS::New::Thing", f"arn:aws:newthing:eu-west-1:{M}:thing/x",
     [allow(VENDOR, "newthing:Do", "*")], [f"{V} write"], "an unknown kind may do anything"),
    ("AWS::New::Thing", f"arn:aws:newthing:eu-west-1:{M}:thing/x",
     [allow(VENDOR, "*", "*")], [f"{V} admin"], "all of it, too"),
    (SQS, QUEUE, [allow(VENDOR, "sqs:NewAction", QUEUE)], [f"{V} write"], "an unknown action"),
    (SQS, QUEUE, [allow(VENDOR, "sqs:NewAct*", QUEUE)], [f"{V} write"], "or a pattern of such"),
    ("AWS::New::Thing", f"arn:aws:newthing:eu-west-1:{M}:thing/x",
     [allow(VENDOR, "newthing:Do*", "*")], [f"{V} write"], "a pattern, where no action is known"),
    ("AWS::New::Thing", f"arn:aws:newthing:eu-west-1:{M}:thing/x",
     [{"Effect": "Allow", "Principal": VENDOR, "NotAction": "newthing:X", "Resource": "*"}],
     [f"{V} admin"], "all but one of them"),
    (S3, BUCKET, TOO_MANY, [f"{V} read"],
     "too many to combine with what a Deny leaves out, which then does not help"),
    (S3, BUCKET, [allow({"Federated": COGNITO}, "s3:GetObject", f"{BUCKET}/*")],
     [f"{COGNITO} read"], "whose sessions pass is open, so it is told"),
    (KMS, KEY, [allow(VENDOR, "kms:CreateGrant", "*", Condition={
        "Bool": {"kms:GrantIsForAWSResource": "true"}})], [f"{V} write"],
     "for a service: nobody hands it on"),
    (KMS, KEY, [allow(VENDOR, "kms:CreateGrant", "*", Condition={
        "BoolIfExists": {"kms:GrantIsForAWSResource": "false"}})], [f"{V} admin"], "for anybody"),
    (EXPRESS, SESSIONS, [allow(VENDOR, "s3express:CreateSession", "*")], [f"{V} write"], "any"),
    (EXPRESS, SESSIONS, [allow(VENDOR, "s3express:CreateSession", "*", Condition={
        "StringEquals": {"s3express:SessionMode": "ReadOnly"}})], [f"{V} read"], "reading alone"),
    ("AWS::ApiGateway::RestApi", "arn:aws:apigateway:eu-west-1::/restapis/abc",
     [allow(VENDOR, "execute-api:Invoke", "execute-api:/prod/*")], [f"{V} write"], "its short form"),
    ("AWS::ApiGateway::RestApi", "arn:aws:apigateway:eu-west-1::/restapis/abc",
     [allow(VENDOR, "execute-api:Invoke", f"arn:aws:execute-api:eu-west-1:{M}:other/*")], [],
     "another API"),
]  # fmt: skip


@rows("kind, arn, statements, who, why", POLICIES)
def test_a_policy(
    kind: str, arn: str, statements: list[dict[str, Any]], who: list[str], why: str
) -> None:
    """Each row is a door that a plainer reading would miss, or an alarm that it would raise."""
    settings = {"canonical": {CANONICAL: M}}
    found = asked(kind, arn, document=policy(*statements), settings=settings)
    assert told(found) == who, why
    assert all(
        one.witness or one.principal.kind in ("unresolved", "federated") for one in found.grants
    )


ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"
RESTRICT = {**OFF, "RestrictPublicBuckets": True}
OPEN = policy({"Effect": "Allow", **OPEN_READ})


def fixed(operator: str, key: str, value: Any) -> dict[str, Any]:
    return policy({"Effect": "Allow", **OPEN_READ, "Condition": {operator: {key: value}}})


BOTH = policy(allow(VENDOR, "s3:PutObject", f"{BUCKET}/*"), {"Effect": "Allow", **OPEN_READ})
BUCKETS = [
    # record, who, guardrails, why
    ({"document": OPEN}, ["anyone read"], [], "open"),
    ({"document": OPEN, "settings": {"account_bpa": RESTRICT}}, [], ["RestrictPublicBuckets"],
     "the account's switch"),
    ({"document": OPEN, "settings": {"bpa": {**OFF, "BlockPublicPolicy": True}}}, ["anyone read"],
     [], "it refuses new policies alone"),
    ({"document": OPEN, "settings": {"organization_s3_policy": "all"}}, [],
     ["RestrictPublicBuckets"], "the organization's policy is the account's"),
    ({"document": OPEN, "settings": {"account_bpa": RESTRICT, "organization_s3_policy": "none"}},
     ["anyone read"], [], "which it replaces"),
    ({"document": BOTH, "settings": {"bpa": RESTRICT}}, [], ["RestrictPublicBuckets"] * 2,
     "a public policy lets in nobody, the vendor neither"),
    ({"document": fixed("StringEquals", "aws:SourceVpce", "vpce-1"), "settings": {"bpa": RESTRICT}},
     ["anyone read"], [], "a fixed endpoint is not public"),
    ({"document": fixed("StringLike", "aws:SourceVpce", "vpce-*"), "settings": {"bpa": RESTRICT}},
     [], ["RestrictPublicBuckets"], "a pattern fixes nothing"),
    ({"document": fixed("IpAddress", "aws:SourceIp", "0.0.0.0/1"), "settings": {"bpa": RESTRICT}},
     [], ["RestrictPublicBuckets"], "half the world"),
    ({"document": fixed("IpAddress", "aws:SourceIp", "203.0.113.0/24"),
      "settings": {"bpa": RESTRICT}}, ["anyone read"], [], "a small network"),
    ({"document": fixed("StringEqualsIfExists", "aws:SourceVpce", "vpce-*"),
      "settings": {"bpa": RESTRICT}}, ["anyone read"], [], "in doubt it is not shut"),
    ({"document": OPEN, "settings": {"bpa": RESTRICT, "policy_status": False}}, ["anyone read"], [],
     "what AWS itself answers counts"),
    ({"acl": [["Group", ALL_USERS, "READ"]]}, ["anyone read"], [], "an open ACL"),
    ({"acl": [["Group", ALL_USERS, "WRITE_ACP"]]}, ["anyone admin"], [], "who may change it"),
    ({"acl": [["Group", ALL_USERS, "READ"]], "settings": {"bpa": {**OFF, "IgnorePublicAcls": True}}},
     [], ["IgnorePublicAcls"], "ignored"),
    ({"acl": [["CanonicalUser", STRANGER, "READ"]],
      "settings": {"bpa": {**OFF, "IgnorePublicAcls": True}}}, [f"{STRANGER} read"], [],
     "of public grants alone"),
    ({"acl": [["CanonicalUser", STRANGER, "READ"]],
      "settings": {"ownership": "BucketOwnerEnforced"}}, [], ["BucketOwnerEnforced"], "ACLs are off"),
    ({"acl": [["CanonicalUser", CANONICAL, "FULL_CONTROL"]],
      "settings": {"canonical": {CANONICAL: M}}}, [], [], "ourselves"),
]  # fmt: skip


@rows("record, who, guardrails, why", BUCKETS)
def test_a_bucket(record: dict[str, Any], who: list[str], guardrails: list[str], why: str) -> None:
    """A switch that counts where it does not, or not where it does, hides or invents a door."""
    found = asked(S3, BUCKET, **record)
    assert (told(found), shut(found)) == (who, guardrails), why


def points(*statements: dict[str, Any], origin: str = "Internet") -> dict[str, Any]:
    arn = f"arn:aws:s3:eu-west-1:{M}:accesspoint/share"
    document = policy(*(one | {"Resource": f"{arn}/object/*"} for one in statements))
    return {"access_points": [{"arn": arn, "policy": document, "origin": origin}]}


def delegated(key: str, value: str, action: str = "*") -> dict[str, Any]:
    condition = {"StringEquals": {key: value}}
    return policy(allow("*", action, [BUCKET, f"{BUCKET}/*"], Condition=condition))


AP = "s3:DataAccessPointAccount"


def with_org(document: dict[str, Any], organization: str = OWN) -> dict[str, Any]:
    document["Statement"][0]["Condition"]["StringEquals"]["aws:PrincipalOrgID"] = organization
    return document


def with_deny(document: dict[str, Any]) -> dict[str, Any]:
    denied = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": f"{BUCKET}/*"}
    return policy(*document["Statement"], denied)


POINTS = [
    (delegated(AP, M), points(allow(VENDOR, "s3:GetObject")), [f"{V} read"], "both let in"),
    (delegated(AP, M), {"access_points": []}, [], "no access point"),
    (delegated(AP, M, "s3:ListBucket"), points(allow(VENDOR, "s3:GetObject")), [],
     "of what the bucket leaves to them"),
    (policy(), points(allow(VENDOR, "s3:GetObject")), [], "the bucket leaves nothing to them"),
    (delegated(AP, V, "s3:GetObject"), {}, ["anyone read"], "whom the stranger likes"),
    (delegated(AP, V, "s3:GetObject"), {"bpa": RESTRICT}, [f"{V} read"], "the stranger alone"),
    (delegated(AP, "*", "s3:GetObject"), {}, ["anyone read"], "no account: no delegation"),
    (delegated(AP, M), points(allow("*", "s3:GetObject")), ["anyone read"], "both for everybody"),
    (with_org(delegated(AP, M)), points(allow(VENDOR, "s3:GetObject")), [],
     "what else the bucket asks for counts"),
    (with_org(delegated(AP, M), EXT), points(allow("*", "s3:GetObject")), [f"{EXT} read"],
     "the narrower of both"),
    (with_org(delegated(AP, M), EXT), points(allow(VENDOR, "s3:GetObject")), [f"{V} read"],
     "whether the vendor is of it is open"),
    (with_deny(delegated(AP, M)), points(allow(VENDOR, "s3:GetObject")), [],
     "the bucket's Denies hold for who comes through one"),
]  # fmt: skip


@rows("document, settings, who, why", POINTS)
def test_access_points(
    document: dict[str, Any], settings: dict[str, Any], who: list[str], why: str
) -> None:
    """An access point lets in where its policy and the bucket's both do."""
    assert told(asked(S3, BUCKET, document=document, settings=settings)) == who, why


URL = {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}
BY_URL = policy(allow("*", "lambda:InvokeFunctionUrl", FUNCTION, Condition=URL))
FUNCTIONS = [
    (BY_URL, {"urls": [{"AuthType": "NONE"}]}, ["anyone write"], [], "an open URL"),
    (BY_URL, {"urls": [{"AuthType": "AWS_IAM"}]}, [], ["no URL with AuthType NONE"], "another"),
    (BY_URL, {"urls": []}, [], ["no URL with AuthType NONE"], "none: it waits for one"),
    (BY_URL, {}, ["anyone write"], [], "nobody told of URLs: not known to be shut"),
    (policy(allow(VENDOR, "lambda:InvokeFunction", FUNCTION + ":prod")), {}, [f"{V} write"], [],
     "an alias"),
    (policy(allow(VENDOR, "lambda:UpdateFunctionCode", FUNCTION)), {}, [f"{V} admin"], [],
     "its code under our role"),
    (policy(allow("*", "lambda:InvokeFunction", FUNCTION, Condition={
        "Bool": {"lambda:InvokedViaFunctionUrl": "true"}})), {"urls": [{"AuthType": "NONE"}]}, [],
     [], "only through a URL, and the URL lets in nobody"),
]  # fmt: skip


@rows("document, settings, who, guardrails, why", FUNCTIONS)
def test_a_function(
    document: dict[str, Any],
    settings: dict[str, Any],
    who: list[str],
    guardrails: list[str],
    why: str,
) -> None:
    """A URL is a door where its type is the statement's."""
    found = asked("AWS::Lambda::Function", FUNCTION, document=document, settings=settings)
    assert (told(found), shut(found)) == (who, guardrails), why


SNAPSHOT = f"arn:aws:ec2:eu-west-1:{M}:snapshot/snap-1"
EKS = "AWS::EKS::AccessEntry"
ADMIN = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"
VIEW = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"
PEERING = {"accepter": M, "requester": V}
SHARES = [
    ("AWS::EC2::Snapshot", [{"UserId": N}, {"UserId": V}], {}, [f"{V} read"], "a vendor"),
    ("AWS::EC2::Snapshot", [{"Group": "all"}], {}, ["anyone read"], "everybody"),
    ("AWS::EC2::Snapshot", [{"Group": "all"}, {"UserId": V}],
     {"snapshot_block": "block-all-sharing"}, [f"{V} read"], "only the public is shut out"),
    ("AWS::EC2::Snapshot", [{"Group": "all"}], {"snapshot_block": "block-new-sharing"},
     ["anyone read"], "what is shared stays so"),
    ("AWS::RDS::DBSnapshot", {"restore": ["all"]}, {}, ["anyone read"], "everybody"),
    ("AWS::SSM::Document", ["all"], {}, ["anyone read"], "everybody"),
    ("AWS::RAM::ResourceShare", {"principals": [
        f"arn:aws:organizations::{V}:organization/{EXT}", "vpc-lattice.amazonaws.com",
        f"arn:aws:organizations::{M}:ou/{OWN}/ou-ab12-11111111", W]}, {},
     [f"{W} write", f"{EXT} write"], "another organization, an account; not ours, not a service"),
    ("AWS::EC2::VPCPeeringConnection", {**PEERING, "status": "active"}, {}, [f"{V} write"], "open"),
    ("AWS::EC2::VPCPeeringConnection", {**PEERING, "status": "pending-acceptance"}, {}, [],
     "only asked for"),
    (EKS, {"principalArn": role(V), "policies": [ADMIN]}, {}, [f"{role(V)} admin"], "all of it"),
    (EKS, {"principalArn": role(V), "policies": [VIEW]}, {}, [f"{role(V)} read"], "it looks"),
    (EKS, {"principalArn": role(V), "policies": [], "groups": ["x"]}, {}, [f"{role(V)} write"],
     "whose rights are in the cluster"),
    (EKS, {"principalArn": role(M), "policies": [ADMIN]}, {}, [], "ourselves"),
]  # fmt: skip


@rows("kind, share, settings, who, why", SHARES)
def test_a_share(kind: str, share: Any, settings: dict[str, Any], who: list[str], why: str) -> None:
    """What is shared by name lets in whoever is named, and whom nobody could read is said."""
    assert told(asked(kind, SNAPSHOT, share=share, settings=settings)) == who, why


UNKNOWN = [
    ("AWS::EC2::Snapshot", {"UserId": V}), ("AWS::EC2::Snapshot", [{"OrganizationArn": "x"}]),
    ("AWS::EC2::Snapshot", [3]), ("AWS::RDS::DBSnapshot", [V]), ("AWS::RDS::DBSnapshot", {}),
    ("AWS::EC2::VPCPeeringConnection", {"accepter": M}), (EKS, []), (EKS, {"principalArn": None}),
    ("AWS::New::Thing", [V]), ("AWS::RAM::ResourceShare", {"principals": [None]}),
]  # fmt: skip


@rows("kind, share", UNKNOWN)
def test_a_share_in_an_unknown_form_is_a_problem(kind: str, share: Any) -> None:
    """Silence there would be a share that nobody sees."""
    assert [one.code for one in asked(kind, SNAPSHOT, share=share).problems] == ["unknown-share"]


GRANTS = [
    ({"GranteePrincipal": root(V), "Operations": ["Decrypt"]}, [f"{V} read"], "a vendor reads"),
    ({"GranteePrincipal": root(V), "Operations": ["Decrypt", "CreateGrant"]}, [f"{V} admin"],
     "and hands it on"),
    ({"GranteePrincipal": role(M), "RetiringPrincipal": role(V), "Operations": ["Decrypt"]},
     [f"{role(V)} admin"], "who may end it, as in a policy"),
    ({"GranteePrincipal": "dynamodb.eu-west-1.amazonaws.com", "Operations": ["Decrypt"]}, [],
     "a service, for us"),
    ({"GranteePrincipal": f"arn:aws:iam::{M}:role/aws-service-role/a.amazonaws.com/A",
      "Operations": ["Decrypt"]}, [], "our service-linked role"),
    ({"GranteePrincipal": f"arn:aws:iam::{V}:role/aws-service-role/a.amazonaws.com/A",
      "Operations": ["Decrypt"]},
     [f"arn:aws:iam::{V}:role/aws-service-role/a.amazonaws.com/A read"], "theirs"),
]  # fmt: skip


@rows("grant, who, why", GRANTS)
def test_a_grant(grant: dict[str, Any], who: list[str], why: str) -> None:
    """Grants let in beside a policy that names nobody."""
    document = policy(allow({"AWS": root(M)}, "kms:*", "*"))
    assert told(asked(KMS, KEY, document=document, grants=[grant])) == who, why


UNREAD = [
    (SQS, QUEUE, {"acl": [["Group", ALL_USERS, "READ"]]}, "unread-part"),
    (SQS, QUEUE, {"grants": [{"GranteePrincipal": root(V), "Operations": ["X"]}]}, "unread-part"),
    (KMS, KEY, {"grants": [{"Operations": ["Decrypt"]}]}, "unknown-grant"),
    (S3, BUCKET, {"document": '{"Statement": [], "Statement": []}'}, "duplicate-key"),
    (S3, BUCKET, {"document": delegated(AP, M), "settings": {"access_points": [
        {"arn": f"arn:aws:s3:eu-west-1:{M}:accesspoint/x", "policy": "{"}]}}, "not-json"),
    (EKS, SNAPSHOT, {"share": {"principalArn": role(V), "policies": 3}}, "unknown-share"),
    (S3, BUCKET, {"document": policy(*TOO_MANY)}, "too-complex"),
]  # fmt: skip


@rows("kind, arn, fields, code", UNREAD)
def test_what_is_not_read_is_said(kind: str, arn: str, fields: dict[str, Any], code: str) -> None:
    """A part of a record that nobody looks at would be a door that nobody sees."""
    assert code in {one.code for one in asked(kind, arn, **fields).problems}


def of_organization(action: str) -> dict[str, Any]:
    return allow("*", action, "*", Condition={"StringEquals": {"aws:PrincipalOrgID": EXT}})


VENDORS = allow({"AWS": role(V)}, "kms:DescribeKey", "*")
ISSUERS = [
    # who made a grant for W, the key's policy, who, why
    (root(V), policy(), [f"{W} read", f"{V} admin"], "who may end it, whatever the policy says"),
    (root(V), policy(VENDORS), [f"{role(V)} read", f"{W} read"], "named already"),
    (root(V), policy(VENDORS, VENDORS | {"Effect": "Deny"}), [f"{W} read", f"{V} admin"], "but for a Deny"),
    (root(V), policy(of_organization("kms:CreateGrant")), [f"{W} read", f"{EXT} admin"],
     "it may be of the organization that is let make grants"),
    (root(V), policy(of_organization("kms:Decrypt")), [f"{W} read", f"{EXT} read", f"{V} admin"],
     "which is let do something else"),
    ("AROAEXAMPLEAAAAAAAAAA", policy(of_organization("kms:CreateGrant")), [f"{W} read", f"{EXT} admin", "AROAEXAMPLEAAAAAAAAAA admin"],
     "and who has no account is of none"),
    (root(M), policy(), [f"{W} read"], "ourselves"),
    (None, policy(), [f"{W} read"], "nobody tells"),
    ("kms.amazonaws.com", policy(), [f"{W} read"], "a service"),
    ("arn:aws:iam::127311923021:root", policy(), [f"{W} read"], "AWS's own"),
]  # fmt: skip


@rows("issuer, document, who, why", ISSUERS)
def test_who_makes_grants_from_outside(
    issuer: str | None, document: Any, who: list[str], why: str
) -> None:
    """The issuer held CreateGrant when it made one, and may retire it."""
    grant = {"GranteePrincipal": root(W), "IssuingAccount": issuer, "Operations": ["Decrypt"]}
    found = asked(KMS, KEY, document=document, grants=[grant])
    assert sorted(told(found)) == sorted(who), why


def test_that_a_grant_was_made_from_outside_is_said() -> None:
    """Catches an issuer that is named for what it may do now alone, and not for what it did."""
    for issuer, shown in ((root(V), V), ("x.amazon.com", "x.amazon.com")):
        grant = {"GranteePrincipal": root(W), "IssuingAccount": issuer, "Operations": ["Decrypt"]}
        (one,) = asked(KMS, KEY, grants=[grant]).problems
        assert one.code == "foreign-issuer"
        assert shown in one.message


ANY_TOPIC, ANY_SOURCE = "arn:aws:sns:*:*:*", {"Null": {"aws:SourceArn": "false"}}
SOURCES = [
    # conditions of a `*`, who, why
    ({"ArnLike": {"aws:SourceArn": "arn:*:sns:*:*:*"}}, "sns.amazonaws.com@*", "part by part"),
    ({"StringLike": {"aws:SourceArn": ANY_TOPIC}}, "sns.amazonaws.com@*", "it begins so"),
    ({"StringLike": {"aws:SourceArn": "arn:*:sns:*"}}, "*@*", "`sns` may stand anywhere"),
    ({"ArnLike": {"aws:SourceArn": [ANY_TOPIC, "arn:aws:*:*:*:x"]}}, "*@*", "or of any service"),
    ({"ArnLike": {"aws:SourceArn": [ANY_TOPIC, "arn:aws:s3:*:*:*"]}}, "*@*", "of two services"),
    ({**ANY_SOURCE, "ArnNotLike": {"aws:SourceArn": ANY_TOPIC}}, "*@*", "of all but topics"),
    ({**ANY_SOURCE, "StringNotEquals": {"aws:UserAgent": "arn:aws:sns:x"}}, "*@*", "no source"),
    ({"StringEquals": {"aws:PrincipalServiceName": "glue.amazonaws.com"},
      "ArnLike": {"aws:SourceArn": ANY_TOPIC}}, "glue.amazonaws.com@*", "the service itself is told"),
    ({"StringNotEquals": {"aws:PrincipalServiceName": "sns.amazonaws.com"},
      "ArnLike": {"aws:SourceArn": ANY_TOPIC}}, "*@*", "or all but one"),
]  # fmt: skip
ASIDE = [
    (S3, BUCKET, allow({"AWS": root("127311923021")}, "s3:PutObject", f"{BUCKET}/*"),
     ["127311923021"], [], "AWS's own account is listed apart"),
    (S3, BUCKET, allow({"Service": "cloudtrail.amazonaws.com"}, "s3:PutObject", f"{BUCKET}/*"),
     [], ["cloudtrail.amazonaws.com@*"], "a service for whoever asks it"),
    (SQS, QUEUE, allow("*", "sqs:SendMessage", QUEUE, Condition={
        "ArnLike": {"aws:SourceArn": "arn:aws:sns:*:*:*"}}), [], ["sns.amazonaws.com@*"],
     "any topic is no source"),
    (SQS, QUEUE, allow({"Service": "s3.amazonaws.com"}, "sqs:SendMessage", QUEUE, Condition={
        "ArnLike": {"aws:SourceArn": "arn:aws:s3:::ours"}}), [], [], "our bucket by name"),
    (SQS, QUEUE, allow({"Service": "s3.amazonaws.com"}, "sqs:SendMessage", QUEUE, Condition={
        "ArnLike": {"aws:SourceArn": "arn:aws:s3:::theirs"}}), [], ["s3.amazonaws.com@*"],
     "a bucket whose account nobody knows"),
    *((SQS, QUEUE, allow("*", "sqs:SendMessage", QUEUE, Condition=asked_for), [], [who], why)
      for asked_for, who, why in SOURCES),
]  # fmt: skip


@rows("kind, arn, statement, aws, deputies, why", ASIDE)
def test_who_is_told_apart(
    kind: str, arn: str, statement: dict[str, Any], aws: list[str], deputies: list[str], why: str
) -> None:
    """Neither a stranger nor unsaid."""
    record = Resource(arn=arn, kind=kind, account=M, document=policy(statement))
    ours = Ours(accounts=OURS.accounts, organizations=OURS.organizations,
                buckets=frozenset({"ours"}))  # fmt: skip
    found = analyze_resource(record, ours, TODAY)
    shown = (list(map(name, found.aws)), list(map(name, found.deputies)), told(found))
    assert shown == (aws, deputies, []), why


def of(service: str, account: str, rest: str) -> str:
    return f"arn:aws:{service}:{account}:{rest}"


ALARM, BUCKET_OF_ANY = of("sns:eu-west-1", V, "alarm"), "arn:aws:s3:::elsewhere"
LAMBDA, LOGS = of("lambda:*", V, "function:*"), of("logs:*", V, "*")
SOURCED = [
    # services, operator, sources, for whom, for anybody, why
    (["s3", "sns"], "ArnLike", [BUCKET_OF_ANY, ALARM], [f"sns@{V}"], ["s3"],
     "only a bucket's ARN has no account, and only a topic's is of SNS"),
    (["s3", "sns"], "ArnLike", ["arn:aws:s3:::ours", ALARM], [f"sns@{V}"], [], "an own bucket"),
    (["s3", "sns"], "ArnLike", ["arn:aws:s3:::ours", of("sns:*", M, "*")], [], [], "all are ours"),
    (["other"], "ArnLike", [BUCKET_OF_ANY, ALARM], [f"other@{V}"], ["other"],
     "whose sources nobody knows, may have any"),
    (["s3"], "ArnLike", [ALARM], [], [], "S3 has no topics"),
    (["lambda"], "ArnLike", [LAMBDA], [f"lambda@{V}"], [], "a vendor's functions"),
    (["lambda"], "StringLike", [LAMBDA], [f"lambda@{V}"], [],
     "a star crosses colons, but no function's ARN of others fits"),
    (["lambda"], "StringLike", [of("lambda:*", M, "function:*")], [], [], "ours, in any region"),
    (["lambda"], "StringLike", [of("lambda:*", V, "*")], [f"lambda@{V}"], ["lambda"],
     "an alias of anybody's function that has the account's number for its name"),
    (["lambda"], "StringLike", [f"arn:*:lambda:*:{M}:function:x"], [], [], "any partition"),
    (["lambda"], "StringLike", [f"arn:*:lambda:eu-west-1:{V}:function:x"], [f"lambda@{V}"], [],
     "too much for one who walks all texts"),
    (["other"], "StringLike", [f"arn:*:lambda:*:{V}:function:x"], [f"other@{V}"], ["other"],
     "what its ARNs look like, nobody knows"),
    (["logs.eu-west-1"], "StringLike", [LOGS], [f"logs.eu-west-1@{V}"], ["logs.eu-west-1"],
     "anybody's log group that is called so"),
    (["logs"], "StringLike", [of("logs:*", V, "log-group:*")], [f"logs@{V}"], [],
     "no log group's ARN has another behind its name"),
    (["logs"], "ArnLike", [LOGS], [f"logs@{V}"], [], "part by part, only the vendor's"),
    (["sns"], "StringLike", [of("sns:*", V, "*")], [f"sns@{V}"], [], "topics have no colons"),
    (["sns"], "StringLike", [f"arn:aws:sns:*:{V}*"], [f"sns@{V}"], ["sns"],
     "anybody's topic whose name begins so"),
    (["sns"], "StringLike", [f"arn:aws:sns:*{V}:alarm"], [f"sns@{V}"], [],
     "without a colon of its own, the account is told as well"),
    (["sns"], "StringLike", [f"*:{V}:*"], [f"sns@{V}"], [], "so here"),
    (["apigateway"], "StringLike", [of("execute-api:*", V, "*")], [f"apigateway@{V}"],
     ["apigateway"], "paths of an API may have colons"),
    (["s3"], "StringLike", [of("s3:*", V, "*")], [f"s3@{V}"], [], "access points"),
    *((["lambda"], operator, [of("lambda:*", f"8888888888{at}", "function:*") for at in range(10, 40)],
       [f"lambda@8888888888{at}" for at in range(10, 40)], [], "thirty of them")
      for operator in ("ArnLike", "StringLike")),
    (["cloudfront"], "ArnNotLike", [of("cloudfront:", V, "*")], [], ["cloudfront"], "all but one"),
]  # fmt: skip


@rows("services, operator, sources, whom, anybody, why", SOURCED)
def test_for_whom_a_service_acts(
    services: list[str], operator: str, sources: list[str], whom: list[str], anybody: list[str],
    why: str,
) -> None:  # fmt: skip
    """Catches a named account that goes as “any account”, and any account where only one is."""
    statement = allow({"Service": [f"{one}.amazonaws.com" for one in services]}, "sqs:SendMessage",
                      QUEUE, Condition={operator: {"aws:SourceArn": sources}})  # fmt: skip
    record = Resource(arn=QUEUE, kind=SQS, account=M, document=policy(statement))
    ours = msgspec.structs.replace(OURS, buckets=frozenset({"ours"}))
    found = analyze_resource(record, ours, TODAY)
    shown = [sorted(name(one).replace(".amazonaws.com", "") for one in some)
             for some in ([one.principal for one in found.grants], found.deputies)]  # fmt: skip
    assert shown == [whom, [f"{one}@*" for one in anybody]], why
    assert found.problems == (), why


THERE = allow(VENDOR, "s3:GetObject", f"{BUCKET}/*")
IDLE = [
    # kind, arn, statements, which do nothing, why
    (S3, BUCKET, [THERE, allow(VENDOR, "s3:GetObject", "arn:aws:s3:::other/*")], [1], "one of two"),
    (S3, BUCKET, [allow({"AWS": root(M)}, "s3:GetObject", "arn:aws:s3:::other/*")], [], "ourselves"),
    (S3, BUCKET, [allow("*", "s3:GetObject", BUCKET)], [0], "a bucket's ARN, an object's action"),
    (S3, BUCKET, [allow({"Federated": COGNITO}, "s3:GetObject", BUCKET)], [0], "a provider"),
    (S3, BUCKET, [{"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": "*"}], [],
     "a Deny that refuses nothing"),
    (S3, BUCKET, [allow({"Service": "s3.amazonaws.com"}, "sqs:SendMessage", "*", Condition={
        "StringEquals": {"aws:SourceAccount": M}})], [], "a service for ourselves"),
    (SQS, QUEUE, [allow({"Service": "s3.amazonaws.com"}, "s3:PutObject", QUEUE)], [0], "for any"),
    (SQS, QUEUE, [allow(VENDOR, "sqs:*", "queue")], [], "of which no more was understood"),
    ("AWS::Lambda::Function", FUNCTION, [
        allow("*", "lambda:InvokeFunctionUrl", FUNCTION, Condition={
            "StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}),
        allow("*", "lambda:InvokeFunction", FUNCTION, Condition={
            "Bool": {"lambda:InvokedViaFunctionUrl": "true"}})], [], "each for some requests"),
    ("AWS::Lambda::Function", FUNCTION, [allow(VENDOR, "lambda:AddPermission", FUNCTION)], [0],
     "which works from here alone"),
]  # fmt: skip


@rows("kind, arn, statements, nothing, why", IDLE)
def test_a_statement_that_does_nothing_is_said(
    kind: str, arn: str, statements: list[dict[str, Any]], nothing: list[int], why: str
) -> None:
    """Catches a slip that nobody hears of, and an alarm for what works or is for ourselves."""
    found = asked(kind, arn, document=policy(*statements))
    assert [one.statement for one in found.problems if one.code == "inert"] == nothing, why


NAMED = [
    # conditions, for whom, for anybody, why
    ({"StringLike": {"aws:SourceAccount": [V, "7*"]}}, [V], True, "one named, others by a pattern"),
    ({"StringEqualsIfExists": {"aws:SourceAccount": V}}, [V], True, "or who tells of nobody"),
    ({"StringEqualsIfExists": {"aws:SourceOrgID": EXT}}, [EXT], True, "an organization"),
    ({"StringEqualsIfExists": {"aws:SourceAccount": M}}, [], True, "ours need no name"),
    ({"StringEquals": {"aws:SourceAccount": V}}, [V], False, "that one alone"),
    ({"StringNotEquals": {"aws:SourceAccount": V}}, [], True, "all but one"),
    ({}, [], True, "which another statement names"),
]  # fmt: skip


@rows("condition, whom, anybody, why", NAMED)
def test_who_is_named_beside_anybody(
    condition: dict[str, Any], whom: list[str], anybody: bool, why: str
) -> None:
    """Catches a vendor whom “any account” hides; and one that stands elsewhere in the policy."""
    service = {"Service": "s3.amazonaws.com"}
    other = allow({"Service": "sns.amazonaws.com"}, "sqs:SendMessage", QUEUE,
                  Condition={"StringEquals": {"aws:SourceAccount": W}})  # fmt: skip
    mine = allow(service, "sqs:SendMessage", QUEUE, Condition=condition)
    found = asked(SQS, QUEUE, document=policy(mine, other))
    told = [f"s3.amazonaws.com@{one}" for one in whom] + [f"sns.amazonaws.com@{W}"]
    assert sorted(name(one.principal) for one in found.grants) == told, why
    assert list(map(name, found.deputies)) == ["s3.amazonaws.com@*"] * anybody, why


def test_a_service_that_is_named_names_no_other() -> None:
    """Catches a `*` that is taken for the one service which another statement names."""
    named = allow({"Service": "sns.amazonaws.com"}, "sqs:SendMessage", QUEUE)
    any_ = allow("*", "sqs:SendMessage", QUEUE, Condition={
        "StringLike": {"aws:SourceArn": "arn:aws:*:*:*:x"},
        "StringNotLike": {"aws:SourceArn": "arn:aws:sns:*:*:other"}})  # fmt: skip
    found = asked(SQS, QUEUE, document=policy(named, any_))
    assert list(map(name, found.deputies)) == ["*@*"]


BAD = [
    ("{", "not-json"), ("[]", "invalid-document"), ('{"Statement": 3}', "invalid-statement"),
    (policy({"Effect": "Allow", "Principal": "*", "Action": "sqs:*"}), "invalid-resource"),
    (policy(allow("*", 3, QUEUE)), "invalid-action"),
    (policy(allow("*", "sqs:*", "jobs")), "invalid-resource"),
    (policy(allow("*", "sqs:*", QUEUE, NotAction="x:y")), "invalid-action"),
    (policy(allow({"Account": V}, "sqs:*", QUEUE)), "invalid-principal"),
    (policy(allow("*", "sqs:*", QUEUE, Conditions={})), "unknown-element"),
    (policy(allow("*", "sqs:*", QUEUE, Sid="x" * 21_000)), "too-long"),
]  # fmt: skip


@rows("document, code", BAD)
def test_what_is_not_understood_is_a_problem(document: Any, code: str) -> None:
    """An Allow that cannot be read is widened, and said; no document is passed over."""
    found = asked(SQS, QUEUE, document=document)
    assert code in {one.code for one in found.problems}


def test_an_empty_text_is_no_policy_where_aws_answers_so() -> None:
    """OpenSearch has an empty text where others have none; elsewhere it is no policy."""
    domain = ("AWS::OpenSearchService::Domain", f"arn:aws:es:eu-west-1:{M}:domain/logs")
    assert asked(*domain, document="") == Access()
    assert [one.code for one in asked(SQS, QUEUE, document="").problems] == ["not-json"]


def test_an_allow_that_is_not_understood_lets_in_and_a_deny_does_not_help() -> None:
    """The sound side of each."""
    open_ = policy(allow("*", "sqs:*", "jobs"))
    denied = {"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": "jobs"}
    both = policy(allow("*", "sqs:*", QUEUE), denied)
    for document in (open_, both):
        assert told(asked(SQS, QUEUE, document=document)) == ["anyone write"]


def _run(*args: str, stdin: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["analyze", *args], input=stdin)
    return done.exit_code, done.output + str(done.exception or "")


def test_the_command_answers_each_record_and_learns_from_the_others() -> None:
    """A bucket's access points and an own bucket's name stand in other lines."""
    point = f"arn:aws:s3:eu-west-1:{M}:accesspoint/share"
    lines = [
        {"arn": BUCKET, "kind": S3, "account": M, "document": delegated(AP, M)},
        {"arn": point, "kind": "AWS::S3::AccessPoint", "account": M,
         "settings": {"bucket": "acme-data", "origin": "Internet"},
         "document": policy(allow(VENDOR, "s3:GetObject", f"{point}/object/*"))},
        {"arn": QUEUE, "kind": SQS, "account": M, "document": policy(
            allow({"Service": "s3.amazonaws.com"}, "sqs:SendMessage", QUEUE, Condition={
                "ArnLike": {"aws:SourceArn": BUCKET}}))},
    ]  # fmt: skip
    text = "\n".join(map(json.dumps, lines))
    code, out = _run("-", "--resources", "--organization", OWN, "--fail", stdin=text)
    bucket, _, queue = map(json.loads, out.splitlines()[:3])
    assert code == 1
    assert bucket["schema"] == "vendorgate/analysis/v1"
    assert [one["principal"]["account"] for one in bucket["grants"]] == [V]
    assert bucket["grants"][0].keys() >= {"actions", "access", "via", "effective", "guardrail",
                                          "statements", "witness"}  # fmt: skip
    assert (queue["grants"], queue["deputies"]) == ([], [])


def test_one_policy_by_its_kind() -> None:
    """`--kind` and `--arn` say what the document is of."""
    text = json.dumps(policy(allow(VENDOR, "sqs:SendMessage", QUEUE)))
    given = ("-", "--kind", SQS, "--arn", QUEUE, "--account", M)
    assert _run(*given, stdin=text) == (
        0, f"account {V}: write by its policy, such as sqs:SendMessage on {QUEUE}\n")  # fmt: skip
    assert json.loads(_run(*given, "-f", "json", stdin=text)[1])["grants"][0]["access"] == "write"


@rows("kind, said", [
    ("AWS::SQS::Queu", "did you mean 'AWS::SQS::Queue'?"), ("Quu", "as AWS::S3::Bucket"), (SQS, ""),
])  # fmt: skip
def test_a_kind_that_nobody_knows_is_said(kind: str, said: str) -> None:
    """Catches a misspelt kind whose policy is judged by rules that are not its own, in silence."""
    document = policy(allow(VENDOR, "sqs:SendMessage", QUEUE))
    one = {"arn": QUEUE, "kind": kind, "account": M, "document": document}
    for given, stdin in (
        (("--kind", kind, "--arn", QUEUE, "--account", M), document), (("--resources",), one),
    ):  # fmt: skip
        ran = CliRunner().invoke(main, ["analyze", "-", *given], input=json.dumps(stdin))
        assert said in ran.stderr and bool(ran.stderr) is bool(said)


MISUSED = [
    (("-", "--resources"), '{"arn": 3}\n\nx', "-:1: is no resource"),
    (("-", "--resources"), '{"arn": "a", "kind": "b", "polcy": {}}', "polcy"),
    (("-", "--resources"), '{"arn": "a", "kind": "b", "settings": {"urls": 3}}', "settings.urls"),
    (("-", "--kind", SQS, "--arn", QUEUE, "--account", M), "{", "not JSON"),
    (("-", "--kind", SQS, "--account", M), "{}", "--kind and --arn"),
    (("-", "--kind", SQS, "--arn", QUEUE, "--resources"), "{}", "not both"),
    (("-", "--kind", SQS, "--arn", QUEUE), "{}", "--account"),
    (("-", "--resources", "--who", V), "{}", "trust policies"),
]


def test_all_lines_that_are_no_resources_are_named_at_once() -> None:
    """One a run would take as many runs."""
    with pytest.raises(InputError) as caught:
        records('{"arn": 3}\n\nx', "r.jsonl", None)
    assert [one.line for one in (caught.value, *caught.value.others)] == [1, 3]


def test_a_file_without_a_record_is_said() -> None:
    """Catches a filter that let nothing through, and a gate that reads it as nobody let in."""
    code, out = _run("-", "--resources", "--fail", stdin="\n")
    assert (code, "nothing was looked at" in out) == (0, True)


@rows("args, stdin, said", MISUSED)
def test_what_is_misused_is_said(args: tuple[str, ...], stdin: str, said: str) -> None:
    """All lines that are none at once; a member that nobody knows could be what matters."""
    code, out = _run(*args, stdin=stdin)
    assert code != 0
    assert said in out
