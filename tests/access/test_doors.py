"""Doors that were missed, and alarms that were false, kind by kind: found by attacking the analysis."""

from __future__ import annotations

from typing import Any

import msgspec

from checker.access import UNREAD, OwnThings, Resource, analyze_resource
from checker.access.limits import with_keys
from checker.access.merge import merged
from checker.access.model import AccessGrant, AccessPoint
from checker.trust.model import Principal
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
    asked,
    name,
    policy,
    shut,
    told,
)
from tests.support.rows import rows
from tests.trust.support import EXT, OWN, TODAY, M, N, V, W, role, root

OBJECTS = f"{BUCKET}/*"
LAMBDA, SECRET = "AWS::Lambda::Function", "AWS::SecretsManager::Secret"
SECRET_ARN = f"arn:aws:secretsmanager:eu-west-1:{M}:secret:db-AbCdEf"
RESTRICT = {**OFF, "RestrictPublicBuckets": True}


def at(service: str, rest: str, account: str = M) -> str:
    return f"arn:aws:{service}:eu-west-1:{account}:{rest}"


def deny(action: Any, resource: Any, **more: Any) -> dict[str, Any]:
    return {**allow("*", action, resource, **more), "Effect": "Deny"}


def refuse(principal: Any, action: Any, resource: Any = None) -> dict[str, Any]:
    return {**allow(principal, action, resource), "Effect": "Deny"}


def when(operator: str, key: str, value: Any) -> dict[str, Any]:
    return {"Condition": {operator: {key: value}}}


def service(name: str) -> dict[str, str]:
    return {"Service": f"{name}.amazonaws.com"}


CLUSTER = at("kafka", "cluster/c/uuid-1")
API = "arn:aws:apigateway:eu-west-1::/restapis/abc"
ESCAPED = r'{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"%s\"},\"Action\":\"execute-api:Invoke\",\"Resource\":\"%s\"}]}' % (V, at("execute-api", r"abc\/*"))  # fmt: skip  # noqa: UP031
ROWS = [
    # kind, arn, document, who, deputies, why
    (KMS, KEY, [allow(VENDOR, "kms:Decapsulate", "*")], [f"{V} read"], [],
     "an operation that is younger than the page of what works from outside"),
    (KMS, KEY, [allow(VENDOR, "kms:NewOperation", "*")], [f"{V} write"], [],
     "one that no table has may work"),
    (KMS, KEY, [allow(VENDOR, "kms:Foo*", "*")], [f"{V} write"], [], "or a pattern of such"),
    (KMS, KEY, [allow(VENDOR, ["kms:Put*", "kms:Update*"], "*")], [], [], "known not to work"),
    ("AWS::MSK::Cluster", CLUSTER, [allow(VENDOR, "kafka-cluster:ReadData",
                                          at("kafka", "topic/c/uuid-1/*"))], [f"{V} read"], [],
     "topics stand behind a cluster's policy, under another prefix"),
    ("AWS::MSK::Cluster", CLUSTER, [allow(VENDOR, "kafka:GetBootstrapBrokers", CLUSTER)],
     [f"{V} read"], [], "an action for which the reference names no resource"),
    ("AWS::VpcLattice::Service", at("vpc-lattice", "service/svc-1"),
     [allow("*", "vpc-lattice-svcs:Invoke", "*")], ["anyone write"], [], "a prefix of its own"),
    ("AWS::CloudTrail::Channel", at("cloudtrail", "channel/1"),
     [allow(VENDOR, "cloudtrail-data:PutAuditEvents", "*")], [f"{V} write"], [], "likewise"),
    ("AWS::New::Thing", at("newthing", "thing/x"), [allow(VENDOR, "newthing-data:Do", "*")],
     [f"{V} write"], [], "of a kind that nobody knows any prefix may be its own"),
    ("AWS::Kinesis::NewThing", at("kinesis", "thing/x"), [allow(VENDOR, "kinesis:GetRecords", "*")],
     [f"{V} read"], [], "a kind that nobody knows, of a service that is known"),
    ("AWS::Kinesis::StreamConsumer", at("kinesis", "stream/s/consumer/c:1"),
     [allow(VENDOR, "kinesis:SubscribeToShard", "*")], [f"{V} read"], [], "a consumer"),
    ("AWS::ECR::PublicRepository", f"arn:aws:ecr-public::{M}:repository/app",
     [allow(VENDOR, "ecr-public:PutImage")], [f"{V} write"], [], "statements without a resource"),
    ("AWS::Backup::BackupVault", at("backup", "backup-vault:v"),
     [allow(VENDOR, "backup:StartRestoreJob", at("backup", "recovery-point:*"))], [f"{V} write"],
     [], "recovery points are what is in a vault"),
    ("AWS::CodeArtifact::Domain", at("codeartifact", "domain/d"),
     [allow(VENDOR, "codeartifact:CreateRepository", "*")], [f"{V} write"], [], "in its domain"),
    ("AWS::Logs::Destination", at("logs", "destination:d"),
     [allow(VENDOR, "logs:PutAccountPolicy", "*")], [f"{V} write"], [], "for a whole account"),
    (LAMBDA, FUNCTION, [allow(VENDOR, "lambda:UpdateFunctionConfiguration", FUNCTION)],
     [f"{V} write"], [], "AWS's list of what works from outside is old"),
    (LAMBDA, FUNCTION, [allow(VENDOR, ["lambda:AddPermission", "lambda:PutResourcePolicy"],
                              FUNCTION)], [], [], "but these do not"),
    (LAMBDA, FUNCTION, [allow("*", "lambda:InvokeFunction", FUNCTION, **when(
        "BoolIfExists", "lambda:InvokedViaFunctionUrl", "true"))], ["anyone write"], [],
     "a call without a URL may lack the key"),
    (LAMBDA, FUNCTION, [allow("*", "lambda:InvokeFunction", FUNCTION), deny(
        "lambda:*", FUNCTION, **when("Bool", "lambda:InvokedViaFunctionUrl", "false"))],
     ["anyone write"], [], "and a Deny on it then does not hold"),
    (LAMBDA, FUNCTION, [allow({"Service": "alexa-appkit.amazon.com"}, "lambda:InvokeFunction",
                              FUNCTION, **when("StringLike", "lambda:EventSourceToken", "*"))], [],
     ["alexa-appkit.amazon.com@*"], "a token that is any"),
    (SQS, QUEUE, [allow("*", "sqs:SendMessage", QUEUE, **when(
        "ArnLike", "aws:SourceArn", "arn:aws:s3:*:*:ours"))], [], [], "our bucket, with stars"),
    (SQS, QUEUE, [allow("*", "sqs:SendMessage", QUEUE, **when(
        "ArnLike", "aws:SourceArn", "arn:aws:s3:*:*:our*"))], [], ["s3.amazonaws.com@*"],
     "a pattern of buckets is nobody's"),
    (SQS, QUEUE, [allow("*", "sqs:SendMessage", QUEUE, **when(
        "ArnEquals", "aws:SourceArn", at("execute-api", "abc/*", V)))],
     [f"apigateway.amazonaws.com@{V} write"], [], "the service is named by its source"),
    (SNS, TOPIC, [allow(ANYONE, "SNS:Publish", TOPIC, **when(
        "StringLike", "AWS:SourceOwner", "*"))], ["anyone write"], [], "no source at all"),
    ("AWS::Glue::Catalog", at("glue", "catalog"), [allow(service("ram"), "glue:ShareResource",
                                                         at("glue", "table/*/*"))], [], [],
     "Lake Formation writes this itself"),
    ("AWS::Glue::Catalog", at("glue", "catalog"), [allow(service("ram"), "glue:*", "*")], [],
     ["ram.amazonaws.com@*"], "but not that"),
    ("AWS::ApiGateway::RestApi", API, ESCAPED, [f"{V} write"], [], "as AWS answers it"),
    ("AWS::ApiGateway::RestApi", API, [allow(VENDOR, "execute-api:Invoke", "execute-api:/*"), deny(
        "execute-api:Invoke", "execute-api:/*")], [], [], "the short form counts in a Deny, too"),
    ("AWS::Kinesis::Stream", at("kinesis", "stream/s"), "{}", [], [], "no policy"),
    ("AWS::EC2::VPCEndpoint", at("ec2", "vpc-endpoint/vpce-1"), [allow("*", "*", "*")], [], [],
     "it limits what goes out"),
    ("AWS::ServerlessRepo::Application", at("serverlessrepo", "applications/a"),
     {"Statements": [{"Principals": [V], "Actions": ["GetApplication"]}, {
         "Principals": ["*"], "PrincipalOrgIDs": [EXT], "Actions": ["Deploy"]}]},
     [f"{V} read", f"{EXT} write"], [], "a form of its own"),
    (S3, BUCKET, [allow("*", "s3:GetObject", OBJECTS, **when(
        "ArnEquals", "aws:PrincipalArn", root(V)))], [f"{V} read"], [],
     "a root user, who takes no role but opens buckets"),
    (S3, BUCKET, [allow("*", "s3:GetObject", OBJECTS, **when(
        "StringEquals", "aws:PrincipalType", "Account"))], ["anyone read"], [], "any account's"),
    (S3, BUCKET, [allow("*", "s3:GetObject", OBJECTS, Condition={"StringEquals": {
        "aws:PrincipalType": "Account", "aws:PrincipalOrgID": EXT}})], [f"{EXT} read"], [],
     "any of an organization"),
    (S3, BUCKET, [allow("*", "s3:GetObject", OBJECTS, Condition={"StringEquals": {
        "aws:PrincipalType": "Account", "aws:PrincipalOrgID": OWN}})], [], [], "of our own"),
    (SQS, QUEUE, [allow(VENDOR, "sqs:SendMessage", QUEUE), deny("sqs:*", QUEUE, **when(
        "ArnNotLike", "aws:PrincipalArn", root(V)))], [f"{V} write"], [], "a Deny of all but it"),
    (SQS, QUEUE, [allow("*", "sqs:SendMessage", QUEUE, **when(
        "StringEquals", "aws:userid", M))], [], [], "our own root user"),
    (S3, BUCKET, [allow(service("rolesanywhere"), "s3:GetObject", OBJECTS)], [],
     ["rolesanywhere.amazonaws.com@*"], "a service as any other: no role is taken here"),
    (S3, BUCKET, [allow(service("rolesanywhere"), "s3:GetObject", OBJECTS, **when(
        "ArnEquals", "aws:SourceArn", at("rolesanywhere", "trust-anchor/x")))], [], [], "for us"),
    ("AWS::S3Tables::TableBucket", at("s3tables", "bucket/b"),
     [allow(VENDOR, "s3tables:GetTableData", at("s3tables", "bucket/b/table/*"))], [f"{V} read"],
     [], "a table"),
]  # fmt: skip


@rows("kind, arn, document, who, deputies, why", ROWS)
def test_a_door_of_each_kind(
    kind: str, arn: str, document: Any, who: list[str], deputies: list[str], why: str
) -> None:
    """Each was a door that nobody saw, or an alarm that nobody could use."""
    ours = msgspec.structs.replace(OURS, buckets=frozenset({"ours"}))
    raw = policy(*document) if isinstance(document, list) else document
    found = analyze_resource(Resource(arn=arn, kind=kind, account=M, document=raw), ours, TODAY)
    assert (told(found), list(map(name, found.deputies))) == (who, deputies), why
    assert not any("not-json" in one.code for one in found.problems)


QUIET = [
    (SNS, TOPIC, [allow(ANYONE, ["SNS:Publish", "SNS:Subscribe"], TOPIC, **when(
        "StringEquals", "AWS:SourceOwner", M))]),
    (KMS, KEY, [allow("*", "kms:Decrypt", "*", Condition={"StringEquals": {
        "kms:CallerAccount": M, "kms:ViaService": "sqs.eu-west-1.amazonaws.com"}})]),
    (SQS, QUEUE, [allow({"AWS": root(M)}, "SQS:*", QUEUE)]),
]  # fmt: skip


@rows("kind, arn, statements", QUIET)
def test_what_aws_itself_writes_is_quiet(kind: str, arn: str, statements: list[Any]) -> None:
    """A problem of every topic there is would be read by nobody."""
    found = asked(kind, arn, document=policy(*statements))
    assert (found.grants, found.deputies, found.problems) == ((), (), ())


SAID = [
    (SQS, QUEUE, {"document": policy(allow(VENDOR, [], QUEUE))}, "inert", "an empty list"),
    (SQS, QUEUE, {"document": policy(allow(VENDOR, "sqs:*", None, Resource=[]))}, "inert", "an empty list"),
    (SQS, QUEUE, {"document": policy(allow(VENDOR, "sqs:*", f"{QUEUE}x"))}, "inert", "a slip"),
    (S3, QUEUE, {"document": policy(allow(VENDOR, "s3:*", "*"))}, "invalid-arn", "no bucket"),
    (S3, at("s3", "accesspoint/x"), {}, "invalid-arn", "nor is an access point"),
    (S3, BUCKET, {"settings": {"ownership": "Weird"}}, "unread-setting", "an ownership"),
    (S3, BUCKET, {"settings": {"organization_s3_policy": "some"}}, "unread-setting", "a policy"),
    (S3, BUCKET, {"settings": {"bpa": {"BlockEverything": True}}}, "unread-setting", "a switch"),
    (S3, BUCKET, {"acl": [], "settings": {"ownership": "ObjectWriter"}}, "object-acls", "objects"),
    (LAMBDA, FUNCTION, {"document": policy(allow("*", "lambda:InvokeFunctionUrl", FUNCTION)),
                        "settings": {"urls": [{"AuthType": "MAGIC"}]}}, "unread-setting", "a URL"),
    ("AWS::EC2::Snapshot", at("ec2", "snapshot/snap-1"),
     {"share": [], "settings": {"snapshot_block": "most"}}, "unread-setting", "a block"),
    (KMS, KEY, {"grants": [{"GranteePrincipal": root(V)}]}, "unknown-grant", "no operation"),
    ("AWS::RDS::DBSnapshot", at("rds", "snapshot:x"), {"share": {"restore": [], "copy": [V]}},
     "unknown-share", "an attribute"),
    (SQS, QUEUE, {"document": policy(allow("*", "sqs:*", QUEUE, **when(
        "Null", "aws:userid", "true")))}, "ambiguous", "services, which lack the key"),
    ("AWS::EC2::VPCPeeringConnection", at("ec2", "vpc-peering-connection/pcx-1"),
     {"share": {"accepter": M, "requester": V, "status": "Active"}}, "unknown-share", "a state"),
    ("AWS::EKS::AccessEntry", at("eks", "access-entry/c/x"), {}, "unknown-share", "nobody"),
    ("AWS::RAM::ResourceShare", at("ram", "resource-share/r"), {}, "unknown-share", "nobody"),
]  # fmt: skip


@rows("kind, arn, fields, code, why", SAID)
def test_what_nobody_understood_is_said(
    kind: str, arn: str, fields: dict[str, Any], code: str, why: str
) -> None:
    """Each was passed over without a word."""
    assert code in {one.code for one in asked(kind, arn, **fields).problems}, why


def test_how_long_a_policy_may_be_is_its_kind_s() -> None:
    """KMS takes 32 KB: a longer limit for all would miss, a shorter one would cry wolf."""
    long = {"document": policy(allow({"AWS": root(M)}, "kms:*", "*", Sid="x" * 25_000))}
    assert asked(KMS, KEY, **long).problems == ()
    own = {"document": policy(allow({"AWS": root(M)}, "sqs:*", QUEUE, Sid="x" * 25_000))}
    assert [one.code for one in asked(SQS, QUEUE, **own).problems] == ["too-long"]


def test_letters_that_are_none_break_nothing() -> None:
    """Half of a pair can stand in JSON, and not in UTF-8."""
    found = asked(SQS, QUEUE, document=policy(allow({"AWS": "\ud800"}, "sqs:*", QUEUE)))
    assert [one.code for one in found.problems] == ["invalid-principal"]


PUBLIC = [
    # document, who, guardrails, why
    ([allow(VENDOR, "s3:GetObject", OBJECTS), allow("*", "s3:GetObject", "arn:aws:s3:::other/*")],
     [f"{V} read"], [], "a statement about another bucket makes nothing public"),
    ([allow(VENDOR, "s3:PutObject", OBJECTS), allow("*", "s3:GetObject", OBJECTS), deny(
        "s3:*", [BUCKET, OBJECTS], **when("StringNotEquals", "aws:SourceVpce", "vpce-1"))],
     [f"{V} write", "anyone read"], [], "a Deny that fixes an endpoint: AWS may heed it"),
    ([allow("*", "s3:GetObject", OBJECTS), {"Effect": "Deny", "NotPrincipal": VENDOR, "Action": "s3:PutObject", "Resource": OBJECTS}],
     ["anyone read"], [], "a Deny by exception: AWS may heed it"),
    ([allow("*", "s3:GetObject", OBJECTS), deny(
        "s3:*", OBJECTS, **when("Bool", "aws:SecureTransport", "false"))], [],
     ["RestrictPublicBuckets"], "a Deny that fixes nobody"),
]  # fmt: skip


@rows("statements, who, guardrails, why", PUBLIC)
def test_public_is_what_is_so_for_certain(
    statements: list[Any], who: list[str], guardrails: list[str], why: str
) -> None:
    """Being public shuts the door for all, so in doubt nothing is."""
    found = asked(S3, BUCKET, document=policy(*statements), settings={"bpa": RESTRICT})
    assert (told(found), shut(found)) == (who, guardrails), why


def test_a_directory_bucket_is_never_public() -> None:
    """Its Block Public Access cannot be turned off; a vendor by name gets in none the less."""
    arn = at("s3express", "bucket/fast--x-s3")
    for who, kept in (("*", []), (VENDOR, [f"{V} write"])):
        document = policy(allow(who, "s3express:CreateSession", "*"))
        found = asked("AWS::S3Express::DirectoryBucket", arn, document=document)
        assert (told(found), len(found.grants)) == (kept, 1)


ACLS = [
    ({"canonical": {STRANGER: V}}, STRANGER, [f"{V} read"], "a canonical id of somebody known"),
    ({"canonical": {CANONICAL: N}}, CANONICAL, [], "of our own"),
    ({"own_oais": [STRANGER]}, STRANGER, [], "the canonical id of our own OAI"),
]  # fmt: skip


@rows("settings, grantee, who, why", ACLS)
def test_whose_a_canonical_id_is(
    settings: dict[str, Any], grantee: str, who: list[str], why: str
) -> None:
    """That a name is known does not make it ours."""
    acl = [["CanonicalUser", grantee, "READ"]]
    assert told(asked(S3, BUCKET, acl=acl, settings=settings)) == who, why
    named = policy(allow({"CanonicalUser": grantee}, "s3:GetObject", OBJECTS))
    assert told(asked(S3, BUCKET, document=named, settings=settings)) == who, why


def point(*statements: dict[str, Any], account: str = M, **more: Any) -> dict[str, Any]:
    arn = at("s3", "accesspoint/share", account)
    document = policy(*(one | {"Resource": [arn, f"{arn}/object/*"]} for one in statements))
    return {"arn": arn, "policy": document, "origin": "Internet", **more}


ACCOUNT, ARN = "s3:DataAccessPointAccount", "s3:DataAccessPointArn"
READS = point(allow(VENDOR, "s3:GetObject"))
WRITES = point(allow(VENDOR, "s3:PutObject"), arn=at("s3", "accesspoint/other"))
WRITES["policy"]["Statement"][0]["Resource"] = f"{WRITES['arn']}/object/*"
ALL = [BUCKET, OBJECTS]
A_ROLE = {"AWS": role(V)}
ANYBODY = allow("*", "*", ALL, **when("StringEquals", ACCOUNT, M))
BEHIND = [
    # statements, access points, who, why
    ([allow("*", "*", ALL, **when("StringEquals", ACCOUNT, M))], None, [],
     "whose access points nobody knows: said below"),
    ([allow(VENDOR, "s3:*", ALL, **when("StringEquals", ACCOUNT, M))], [], [],
     "a vendor that must come through one, and there is none"),
    ([allow(VENDOR, "s3:*", ALL, **when("StringEquals", ACCOUNT, M))], [READS], [f"{V} read"],
     "and there is one"),
    ([allow(VENDOR, "s3:*", ALL), deny("s3:*", ALL, **when("StringNotEquals", ACCOUNT, M))], [],
     [], "the same by a Deny"),
    ([allow("*", "s3:Get*", ALL), deny("s3:*", ALL, **when("StringNotEquals", ACCOUNT, M))],
     [READS], [f"{V} read"], "with an access point"),
    ([allow("*", "*", ALL, **when("StringEqualsIfExists", ACCOUNT, M))], [], ["anyone admin"],
     "who comes without one has no such key"),
    ([allow("*", "*", ALL, **when("StringNotEquals", ACCOUNT, V))], [], ["anyone admin"],
     "nor is it another"),
    ([allow("*", "s3:GetObject", ALL, **when("StringEquals", ACCOUNT, [M, V]))], [],
     ["anyone read"], "of two, one is a stranger's"),
    ([allow("*", "s3:GetObject", ALL, **when("ArnEquals", ARN, at("s3", "accesspoint/x", V)))],
     [], ["anyone read"], "by its ARN"),
    ([allow("*", "s3:GetObject", ALL, **when("ArnLike", ARN, at("s3", "accesspoint/other*")))],
     [READS], [], "of ours, another one"),
    ([allow("*", "*", ALL, **when("StringEquals", ACCOUNT, M))], [READS, WRITES], [f"{V} write"],
     "through two of them"),
    ([allow("*", "s3:GetObject", OBJECTS, **when(
        "StringEquals", "s3:AccessPointNetworkOrigin", "VPC"))], [], ["anyone read"],
     "a stranger's access point within the stranger's network"),
    ([allow("*", "s3:GetObject", OBJECTS, Condition={"StringEquals": {
        "s3:AccessPointNetworkOrigin": "VPC", ACCOUNT: M}})], [READS], [], "ours is not in one"),
    ([allow(VENDOR, "*", ALL, **when("StringEquals", ACCOUNT, M))],
     [point(allow({"AWS": root(W)}, "s3:GetObject"))], [], "the one lets in another than the other"),
    ([allow("*", "*", ALL, **when("StringEquals", ACCOUNT, M))], [{"arn": READS["arn"]}], [],
     "one without a policy lets in nobody, and nothing is amiss"),
    ([ANYBODY, refuse(VENDOR, "s3:*", ALL)], [READS], [], "the bucket refuses whom the other names"),
    ([ANYBODY, deny("s3:*", ALL, **when("StringEquals", "aws:PrincipalAccount", V))], [READS], [],
     "by a condition"),
    ([ANYBODY, deny("s3:*", ALL, **when("StringEquals", "aws:PrincipalOrgID", EXT))],
     [point(allow("*", "s3:*", **when("StringEquals", "aws:PrincipalOrgID", EXT)))], [],
     "a whole organization"),
    ([ANYBODY, refuse(A_ROLE, "s3:*", ALL)], [READS], [f"{V} read"], "of the vendor one role"),
    ([ANYBODY, refuse(A_ROLE, "s3:*", ALL)], [point(allow(A_ROLE, "s3:GetObject"))], [],
     "which is the very one"),
    ([ANYBODY, refuse(VENDOR, "s3:*", BUCKET)], [READS], [f"{V} read"], "not at the objects"),
    ([ANYBODY, refuse(VENDOR, "s3:Put*", ALL)], [point(allow(VENDOR, "s3:*Object"))], [f"{V} write"],
     "of what it may do, one action"),
    ([ANYBODY, refuse({"AWS": root(W)}, "s3:*", ALL)], [READS], [f"{V} read"], "another vendor"),
    ([allow(VENDOR, "s3:*", ALL)],
     [point(allow("*", "s3:*"), refuse(VENDOR, "s3:*"))], [f"{V} admin"], "directly, by the bucket's"),
    ([allow(VENDOR, "s3:*", ALL, **when("StringEquals", ACCOUNT, M))],
     [point(allow("*", "s3:*"), refuse(VENDOR, "s3:*"))], [], "the other refuses whom it names"),
    ([allow(service("x"), "s3:*", ALL, **when("StringEquals", ACCOUNT, M))], [READS], [],
     "a service that the bucket lets in is not the vendor"),
]  # fmt: skip


@rows("statements, points, who, why", BEHIND)
def test_a_bucket_and_its_access_points(
    statements: list[Any], points: list[Any] | None, who: list[str], why: str
) -> None:
    """Its policy is asked for those who come through one, and for those who do not."""
    found = asked(S3, BUCKET, document=policy(*statements), settings={"access_points": points})
    assert told(found) == who, why
    assert len(found.grants) == len({one.principal for one in map(_plain, found.grants)}), why
    assert [one.code for one in found.problems] == ["unread-points"] * (points is None), why


def test_through_both_goes_what_neither_refuses() -> None:
    """Catches an action that the bucket refuses of the very caller, beside others."""
    for refused in (refuse(VENDOR, "s3:Put*", ALL), deny("s3:Put*", ALL)):
        points = [point(allow(VENDOR, ["s3:GetObject", "s3:PutObject"]))]
        document = policy(ANYBODY, refused)
        (found,) = asked(S3, BUCKET, document=document, settings={"access_points": points}).grants
        assert (found.actions, found.access) == (("s3:GetObject",), "read")


def test_a_bucket_has_no_access_points_where_they_were_looked_for() -> None:
    """Silence of a snapshot that looked is an answer; of one that did not, none."""
    statement = allow("*", "*", ALL, **when("StringEquals", ACCOUNT, M))
    record = Resource(arn=BUCKET, kind=S3, account=M, document=policy(statement))
    for looked in (True, False):
        ours = OwnThings(points_told=looked).added_to(OURS)
        found = analyze_resource(record, ours, TODAY).problems
        assert [one.code for one in found] == ([] if looked else ["unread-points"])
        assert {one.code for one in found} <= UNREAD


def _plain(one: AccessGrant) -> Any:
    class Hashed:
        principal = msgspec.json.encode(one.principal)

    return Hashed


def test_the_request_of_an_access_point_is_one_that_both_let_in() -> None:
    """An action that the bucket does not leave to it would be refused."""
    document = policy(allow("*", "s3:GetObject", ALL, **when("StringEquals", ACCOUNT, M)))
    settings = {"access_points": [point(allow(VENDOR, "s3:*"))]}
    (found,) = asked(S3, BUCKET, document=document, settings=settings).grants
    assert found.witness is not None
    assert (found.actions, found.witness.action) == (("s3:GetObject",), "s3:GetObject")
    assert found.witness.context["s3:dataaccesspointaccount"] == M
    assert found.via == "access-point"


OWN_POINT = at("s3", "accesspoint/share")
RECORDS = [
    ({}, None, [f"{V} None"], "its bucket's policy, which nobody knows here, must let in too"),
    ({"bucket_account": V}, None, [], "on a stranger's bucket: the stranger's door"),
    ({"bucket": "acme-data"}, {"acme-data": (AccessPoint(OWN_POINT),)}, [], "told at its bucket"),
    ({"bucket": "acme-data"}, {}, [f"{V} None"], "which does not know it"),
    ({"bucket": "b"}, {"b": (AccessPoint(OWN_POINT),)}, [f"{V} None"], "nobody looked at that one"),
]  # fmt: skip


@rows("settings, points, who, why", RECORDS)
def test_an_access_point_by_itself(
    settings: dict[str, Any], points: Any, who: list[str], why: str
) -> None:
    """It alone lets in nobody: the bucket must, as well."""
    document = policy(allow(VENDOR, "s3:GetObject", f"{OWN_POINT}/object/*"))
    fields = {"arn": OWN_POINT, "kind": "AWS::S3::AccessPoint", "account": M,
              "document": document, "settings": settings}  # fmt: skip
    ours = msgspec.structs.replace(OURS, points=points, buckets=frozenset({"acme-data"}))
    found = analyze_resource(msgspec.convert(fields, Resource), ours, TODAY)
    assert [f"{name(one.principal)} {one.effective}" for one in found.grants] == who, why


BY_NONE = when("StringEquals", "lambda:FunctionUrlAuthType", "NONE")
URLS = [
    (allow(VENDOR, "lambda:InvokeFunctionUrl", FUNCTION, **BY_NONE), [{"AuthType": "NONE"}], [], [],
     "nobody is asked who they are, so only what is for all lets in"),
    (allow("*", "lambda:InvokeFunctionUrl", FUNCTION, **BY_NONE),
     [{"AuthType": "NONE", "qualifier": "prod"}], [], ["no URL with AuthType NONE"],
     "the URL of another qualifier"),
    (allow("*", "lambda:InvokeFunctionUrl", FUNCTION), [{"AuthType": "AWS_IAM"}], ["anyone write"],
     [], "one of two types is enough, and is told once"),
    (allow("*", "lambda:InvokeFunctionUrl", FUNCTION), [], [],
     ["no URL with AuthType NONE or AWS_IAM"], "none at all, told once"),
    (allow("*", "lambda:InvokeFunctionUrl", FUNCTION), [{"AuthType": "MAGIC"}], ["anyone write"],
     [], "a type that nobody knows shuts nothing"),
]  # fmt: skip


@rows("statement, urls, who, guardrails, why", URLS)
def test_a_url(
    statement: dict[str, Any], urls: list[Any], who: list[str], guardrails: list[str], why: str
) -> None:
    """A URL lets in where its type and its qualifier are the statement's."""
    found = asked(LAMBDA, FUNCTION, document=policy(statement), settings={"urls": urls})
    assert (told(found), shut(found)) == (who, guardrails), why


SNAPSHOT = at("ec2", "snapshot/snap-1")
RAM, EKS = "AWS::RAM::ResourceShare", "AWS::EKS::AccessEntry"
ADMIN = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"
SECRETS = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSSecretReaderPolicy"
SHARES = [
    # kind, share, who, whether it was understood, why
    ("AWS::EC2::Snapshot", [{"UserId": V}, 3], [f"{V} read"], False, "what is read is told"),
    ("AWS::EC2::Snapshot", [{"UserId": V}, {"Group": "all"}], [f"{V} read", "anyone read"], True,
     "who is named stays named when all are"),
    ("AWS::Redshift::ClusterSnapshot", [{"AccountId": V, "AccountAlias": "vendor"}],
     [f"{V} read", "vendor read"], True, "both names"),
    ("AWS::Redshift::ClusterSnapshot",
     [{"AccountId": V, "AccountAlias": "amazon-redshift-support"}], [], True, "AWS's support"),
    (RAM, {"principals": [f"arn:aws:organizations::{V}:organization/*"]},
     [f"arn:aws:organizations::{V}:organization/* write"], True, "no organization's ARN"),
    (RAM, {"principals": [{"id": V, "status": "ASSOCIATED"}]}, [f"{V} write"], True, "as AWS lists"),
    (RAM, {"principals": [{"id": V, "status": "ASSOCIATING"}]}, [], True, "only invited"),
    (RAM, {"principals": [{"id": V, "status": "DISASSOCIATED"}]}, [], True, "no more"),
    (RAM, {"principals": [{"id": V, "status": "ODD"}]}, [], False, "a state that nobody knows"),
    (EKS, {"principalArn": role(V), "policies": [{"policyArn": ADMIN}], "groups": []},
     [f"{role(V)} admin"], True, "as AWS lists policies"),
    (EKS, {"principalArn": role(V), "policies": [SECRETS], "groups": []}, [f"{role(V)} read"], True,
     "secrets are read"),
    (EKS, {"principalArn": role(V), "policies": [], "groups": ["system:masters"]},
     [f"{role(V)} admin"], True, "a built-in group that may all"),
    (EKS, {"principalArn": role(V), "policies": 3}, [f"{role(V)} admin"], False,
     "rights in a form that nobody knows may be all"),
    (EKS, {"principalArn": role(V)}, [f"{role(V)} admin"], True, "rights that were not read, too"),
    ("AWS::EC2::TransitGatewayAttachment", {"ResourceOwnerId": V}, [f"{V} write"], True, "a network"),
    ("AWS::Oam::Link", {"SinkArn": at("oam", "sink/1", V)}, [f"{V} read"], True, "our telemetry"),
    ("AWS::Oam::Link", {"SinkArn": at("oam", "sink/1", N)}, [], True, "within our own"),
    ("AWS::Redshift::DataShare", [f"DataCatalog/{V}"], [f"{V} read"], True, "managed by a vendor's Lake Formation"),
    ("AWS::Redshift::DataShare", [f"DataCatalog/{N}"], [], True, "by our own"),
]  # fmt: skip


@rows("kind, share, who, whole, why", SHARES)
def test_a_share_is_told_as_far_as_it_is_read(
    kind: str, share: Any, who: list[str], whole: bool, why: str
) -> None:
    """One entry that nobody knows took all others with it."""
    found = asked(kind, SNAPSHOT, share=share)
    assert told(found) == sorted(who), why
    assert (not any(one.code == "unknown-share" for one in found.problems)) == whole, why


def test_one_way_in_is_one_grant() -> None:
    """Two grants of a key, two statements, two URLs: a finding each would have the same name."""
    grants = [{"GranteePrincipal": root(V), "Operations": [one]} for one in ("Decrypt", "Encrypt")]
    (found,) = asked(KMS, KEY, grants=grants).grants
    assert found.actions == ("kms:Decrypt", "kms:Encrypt")
    whole = Principal(kind="account", partition="aws", account=V)
    same = [AccessGrant(principal=whole, actions=("a",), access="read", via="policy", effective=one)
            for one in (True, False, True)]  # fmt: skip
    assert [one.effective for one in merged(same)] == [True, False]


def test_a_service_of_aws_s_own_account_is_aws_s() -> None:
    """Its topic of address ranges is no stranger's."""
    source = "arn:aws:sns:us-east-1:806199016981:AmazonIpSpaceChanged"
    statement = allow("*", "sqs:SendMessage", QUEUE, **when("ArnEquals", "aws:SourceArn", source))
    found = asked(SQS, QUEUE, document=policy(statement))
    assert (found.grants, [name(one) for one in found.aws]) == (
        (), ["sns.amazonaws.com@806199016981"])  # fmt: skip


WITNESSES = [
    (KMS, KEY, when("StringEquals", "kms:CallerAccount", V),
     {"kms:CallerAccount": V, "aws:PrincipalAccount": V}),
    (KMS, KEY, when("StringEquals", "kms:ViaService", "s3.eu-west-1.amazonaws.com"),
     {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}),
    (SNS, TOPIC, when("StringEquals", "AWS:SourceOwner", V), {"aws:SourceOwner": V}),
]  # fmt: skip


@rows("kind, arn, condition, sent", WITNESSES)
def test_a_request_has_what_the_conditions_ask_for(
    kind: str, arn: str, condition: dict[str, Any], sent: dict[str, str]
) -> None:
    """In the policy's words, once each: another value beside it would be refused."""
    action = "kms:Decrypt" if kind == KMS else "sns:Publish"
    found = asked(kind, arn, document=policy(allow("*", action, "*", **condition)))
    for one in found.grants:
        assert one.witness is not None
        context = {key.lower(): value for key, value in one.witness.context.items()}
        assert len(context) == len(one.witness.context)
        asks = {key: value for key, value in sent.items() if key != "aws:PrincipalAccount"
                or one.principal.kind != "service"}  # fmt: skip
        assert {key: context.get(key.lower()) for key in asks} == asks


def test_a_request_is_on_an_arn_that_its_action_may_be_on() -> None:
    """Two actions may meet the same statements on different ARNs: one's is refused the other."""
    statements = (allow(VENDOR, "lambda:*", "*"), deny("lambda:*Function*", FUNCTION))
    (found, *_) = asked(LAMBDA, FUNCTION, document=policy(*statements)).grants
    assert found.witness is not None
    assert found.witness.action == "lambda:UpdateFunctionCode"
    assert found.witness.resource.startswith(f"{FUNCTION}:")


def test_nobody_can_show_a_name_that_names_nobody() -> None:
    """A request of an id that is unknown is no proof."""
    named = policy(allow({"CanonicalUser": STRANGER}, "s3:GetObject", OBJECTS))
    (found,) = asked(S3, BUCKET, document=named).grants
    assert found.witness is None


def organization(*services: str, **more: Any) -> dict[str, Any]:
    """The usual control policy: our organization, and AWS's services."""
    condition = {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": OWN},
                 "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}, **more}  # fmt: skip
    return policy(deny([f"{one}:*" for one in services], "*", Condition=condition))


OURS_ALONE = organization("s3", "sqs", "kms", "secretsmanager", "ecr", "sns")
ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"
RCP = "resource control policy"
LIVE = {"ownership": "ObjectWriter"}
GUARDED = [
    # kind, arn, fields, control policies, who, guardrails, why
    (S3, BUCKET, {"document": policy(allow(VENDOR, "s3:GetObject", OBJECTS))}, [OURS_ALONE], [],
     [RCP], "no vendor gets in"),
    (S3, BUCKET, {"document": policy(allow("*", "s3:GetObject", OBJECTS))}, [OURS_ALONE], [], [RCP],
     "nor anybody"),
    (S3, BUCKET, {"document": policy(allow("*", "s3:GetObject", OBJECTS))}, [policy(deny(
        "s3:*", "*", Condition={"StringNotEqualsIfExists": {
            "aws:PrincipalOrgID": OWN, "aws:PrincipalAccount": V}}))], [f"{V} read"], [],
     "but for a vendor"),
    (S3, BUCKET, {"document": policy(allow(VENDOR, ["s3:GetObject", "s3:PutObject"], OBJECTS))},
     [policy(deny("s3:Put*", "*"))], [f"{V} read"], [], "what is left of it"),
    (S3, BUCKET, {"document": policy(allow(VENDOR, "s3:GetObject", OBJECTS))},
     [policy(deny("s3:*", "*", **when("Bool", "aws:SecureTransport", "false")))], [f"{V} read"],
     [], "only with TLS"),
    (S3, BUCKET, {"document": policy(allow(VENDOR, "s3:GetObject", OBJECTS))},
     [policy(deny("s3:*", "arn:aws:s3:::other/*"))], [f"{V} read"], [], "of another bucket"),
    (S3, BUCKET, {"acl": [["Group", ALL_USERS, "READ"]], "settings": LIVE}, [OURS_ALONE], [], [RCP],
     "an ACL lets in no further"),
    (S3, BUCKET, {"acl": [["CanonicalUser", STRANGER, "READ"]], "settings": LIVE},
     [policy(deny("s3:Put*", "*"))], [f"{STRANGER} read"], [], "of what the ACL lets do"),
    (S3, BUCKET, {"document": policy(allow("*", "s3:GetObject", OBJECTS)),
                  "settings": {"bpa": RESTRICT}},
     [policy(deny("s3:*", "*", **when("StringNotEquals", "aws:SourceVpce", "vpce-1")))], [],
     ["RestrictPublicBuckets"], "whether the bucket is public, its own policy says"),
    (KMS, KEY, {"document": policy(allow({"AWS": root(M)}, "kms:*", "*")), "grants": [
        {"GranteePrincipal": root(V), "Operations": ["Decrypt", "RetireGrant"]}]}, [OURS_ALONE],
     [f"{V} admin"], [RCP], "a grant; but ending one is never bound"),
    (SNS, TOPIC, {"document": policy(allow(VENDOR, "sns:Publish", TOPIC))}, [OURS_ALONE],
     [f"{V} write"], [], "topics are not bound"),
    (SQS, QUEUE, {"document": policy(allow(VENDOR, "sqs:SendMessage", QUEUE))}, ["{"],
     [f"{V} write"], [], "one that cannot be read shuts nothing"),
    (SQS, QUEUE, {"document": policy(allow(VENDOR, "sqs:SendMessage", QUEUE))},
     [{"Version": "2008-10-17", "Statement": [deny("sqs:*", "*", **when(
         "StringNotEquals", "aws:PrincipalAccount", "${aws:ResourceAccount}"))]}],
     [f"{V} write"], [], "nor what another version reads otherwise"),
    ("AWS::ECR::Repository", at("ecr", "repository/app"),
     {"document": policy(allow(VENDOR, "ecr:*"))}, [OURS_ALONE], [], [RCP], "no Resource"),
]  # fmt: skip


@rows("kind, arn, fields, controls, who, guardrails, why", GUARDED)
def test_resource_control_policies(
    kind: str,
    arn: str,
    fields: dict[str, Any],
    controls: list[Any],
    who: list[str],
    guardrails: list[str],
    why: str,
) -> None:
    """What an organization denies, no policy, ACL or grant lets in."""
    record = msgspec.convert({"arn": arn, "kind": kind, "account": M, **fields}, Resource)
    found = analyze_resource(record, OURS, TODAY, controls)
    assert (told(found), shut(found)) == (who, guardrails), why
    assert all(one.witness for one in found.grants if one.principal.kind != "unresolved")
    settings = {**fields.get("settings", {}), "guardrails": controls}
    assert asked(kind, arn, **{**fields, "settings": settings}) == found
    unread = any(one.code == "unread-guardrail" for one in found.problems)
    assert unread == (controls == ["{"])


def test_a_service_that_a_control_policy_stops_serves_nobody() -> None:
    """The usual policy against deputies: who acts for nobody of ours is shut out, and is listed."""
    control = policy(deny("sqs:*", "*", Condition={
        "StringNotEqualsIfExists": {"aws:SourceAccount": M},
        "Bool": {"aws:PrincipalIsAWSService": "true"}}))  # fmt: skip
    statement = allow(service("s3"), "sqs:SendMessage", QUEUE)
    record = Resource(arn=QUEUE, kind=SQS, account=M, document=policy(statement))
    found = analyze_resource(record, OURS, TODAY, [control])
    assert (found.deputies, shut(found)) == ((), [RCP])


def test_a_law_of_control_policies() -> None:
    """They add nobody: not even where a policy cannot be read."""
    for document in (policy(allow("*", "s3:*", "*")), "{", policy(allow({"x": V}, "s3:*", "*"))):
        record = Resource(arn=BUCKET, kind=S3, account=M, document=document)
        plain = analyze_resource(record, OURS, TODAY)
        bound = analyze_resource(record, OURS, TODAY, [OURS_ALONE])
        assert set(told(bound)) <= set(told(plain))


ENCRYPTED = [
    # kind, arn, actions, shut, effective, why
    (SECRET, SECRET_ARN, ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"],
     ["secretsmanager:GetSecretValue"], False, "reading needs the key"),
    (SQS, QUEUE, ["sqs:ReceiveMessage", "sqs:PurgeQueue"], ["sqs:ReceiveMessage"], False, "so here"),
    (S3, BUCKET, ["s3:GetObject", "s3:ListBucket"], ["s3:GetObject"], None,
     "objects may be encrypted otherwise"),
]  # fmt: skip


@rows("kind, arn, actions, closed, effective, why", ENCRYPTED)
def test_a_key_that_does_not_let_in(
    kind: str, arn: str, actions: list[str], closed: list[str], effective: bool | None, why: str
) -> None:
    """What is encrypted is read by those alone whom the key lets decrypt."""
    key = Resource(arn=KEY, kind=KMS, account=M, document=policy(
        allow({"AWS": root(M)}, "kms:*", "*"), allow({"AWS": root(W)}, "kms:Decrypt", "*")))  # fmt: skip
    for who in (V, W):
        document = policy(allow({"AWS": root(who)}, actions, [arn, f"{arn}/*"]))
        fields = {"arn": arn, "kind": kind, "account": M, "document": document}
        record = msgspec.convert({**fields, "settings": {"kms_key": KEY}}, Resource)
        found = analyze_resource(record, with_keys([key, record], OURS, TODAY), TODAY)
        needs = [list(one.actions) for one in found.grants if one.guardrail]
        assert needs == ([closed] if who == V else []), why
        assert {one.effective for one in found.grants if one.guardrail} <= {effective}
        assert all(one.witness and one.witness.action in one.actions for one in found.grants)
        unknown = analyze_resource(record, OURS, TODAY)
        assert [one.effective for one in unknown.grants] == [True]


def test_a_key_of_which_not_all_was_understood_shuts_nothing() -> None:
    """It may let in anybody."""
    key = Resource(arn=KEY, kind=KMS, account=M, document=policy(allow({"x": V}, "kms:*", "*")))
    record = msgspec.convert({"arn": QUEUE, "kind": SQS, "account": M, "document": policy(
        allow(VENDOR, "sqs:SendMessage", QUEUE)), "settings": {"kms_key": KEY}}, Resource)  # fmt: skip
    assert with_keys([key, record], OURS, TODAY).keys == {}


def test_fine_grained_access_asks_for_a_login() -> None:
    """An open policy is normal there; a named account is none the less a trust."""
    domain = ("AWS::OpenSearchService::Domain", at("es", "domain/logs"))
    settings = {"fgac": True}
    for who, effective in ((ANYONE, None), (VENDOR, True)):
        document = policy(allow(who, "es:*", f"{domain[1]}/*"))
        (found,) = asked(*domain, document=document, settings=settings).grants
        assert found.effective is effective
