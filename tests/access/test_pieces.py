"""The pieces of which an answer is made, each asked directly: names, patterns, callers, merging."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from checker.access import Access, OwnThings, Resource, analyze_resource
from checker.access.actions import actions, unknown, works
from checker.access.buckets import is_log_delivery, switches
from checker.access.forms import as_policy
from checker.access.guardrails import _as_policy, _is_of, _part, _shut, under_guardrails
from checker.access.keys import Spelling
from checker.access.kinds import KINDS, Kind, kind_of
from checker.access.limits import _key_arn, parted, with_keys
from checker.access.merge import merged
from checker.access.milder import graded_access
from checker.access.model import AccessGrant, AccessPoint, AccessWitness, Settings
from checker.access.overlap import apart, within
from checker.access.parties import party
from checker.access.points import _account, _accounts, _met, known_points
from checker.access.policies import FRESH, Only, _Reading
from checker.access.public import _open, is_public
from checker.access.resources import behind, matches, meet, samples
from checker.access.shares import _rights, is_aws
from checker.access.squares import _MOST, squares
from checker.access.statements import Document, Statement, decoded, elsewhere, read, twice
from checker.access.unusual import ANONYMOUS, Caller, root_user, tells_root
from checker.trust.document.principals import Element, Who
from checker.trust.model import Grant, Principal, Problem, Witness
from checker.trust.texts.globs import literal
from tests.access.support import BUCKET, KEY, KMS, OFF, OURS, QUEUE, S3, SQS, allow, policy
from tests.support.rows import rows
from tests.trust.support import EXT, OWN, TODAY, M, N, V, W, role, root

OAI = "AWS::CloudFront::CloudFrontOriginAccessIdentity"
POINT = "AWS::S3::AccessPoint"


def who(kind: Any, **fields: Any) -> Principal:
    return Principal(kind=kind, **fields)


ACCOUNT, ANYONE = who("account", account=V, partition="aws"), who("anyone")
ROLE = who("principal", account=V, partition="aws", arn=role(V))
SERVICE = who("service", service="sns.amazonaws.com", source="*")


def grant(principal: Principal = ACCOUNT, **more: Any) -> AccessGrant:
    given: dict[str, Any] = {"actions": ("s3:GetObject",), "access": "read", "via": "policy"}
    return AccessGrant(principal=principal, **given | more)


JOINED: list[tuple[str, list[AccessGrant], list[AccessGrant]]] = [
    ("nothing", [], []), ("the same twice", [grant(), grant()], [grant()]), ("actions", [grant(actions=("b", "a")), grant(actions=("c", "a"))], [grant(actions=("a", "b", "c"))]), ("statements", [grant(statements=(8,)), grant(statements=(0, 3))], [grant(statements=(0, 3, 8))]),
    ("the gravest first", [grant(access="write"), grant()], [grant(access="write")]), ("the gravest last", [grant(), grant(access="admin", witness=AccessWitness("x", "y", "z"))], [grant(access="admin", witness=AccessWitness("x", "y", "z"))]),
    ("equally grave", [grant(witness=AccessWitness("x", "y", "z")), grant()], [grant(witness=AccessWitness("x", "y", "z"))]), ("a network for both", [grant(network_limited=True), grant(network_limited=True)], [grant(network_limited=True)]), ("a network for one", [grant(network_limited=True), grant()], [grant()]),
    ("another way", [grant(), grant(via="acl")], [grant(), grant(via="acl")]), ("one shut", [grant(), grant(effective=False)], [grant(), grant(effective=False)]), ("by another guardrail", [grant(effective=False, guardrail="a"), grant(effective=False, guardrail="b")], [grant(effective=False, guardrail="a"), grant(effective=False, guardrail="b")]),
    ("one that another covers", [grant(), grant(ANYONE)], [grant(ANYONE)]), ("that comes first", [grant(ANYONE), grant()], [grant(ANYONE)]), ("with more actions", [grant(actions=("a", "b")), grant(ANYONE, actions=("a",))], [grant(actions=("a", "b")), grant(ANYONE, actions=("a",))]), ("with fewer", [grant(actions=("a",)), grant(ANYONE, actions=("a", "b"))], [grant(ANYONE, actions=("a", "b"))]),
    ("of a share", [grant(via="share"), grant(ANYONE, via="share")], [grant(via="share"), grant(ANYONE, via="share")]), ("of an ACL", [grant(via="acl"), grant(ANYONE, via="acl")], [grant(via="acl"), grant(ANYONE, via="acl")]), ("of access points", [grant(via="access-point"), grant(ANYONE, via="access-point")], [grant(ANYONE, via="access-point")]),
    ("everybody of a network", [grant(), grant(ANYONE, network_limited=True)], [grant(), grant(ANYONE, network_limited=True)]), ("both of one", [grant(network_limited=True), grant(ANYONE, network_limited=True)], [grant(ANYONE, network_limited=True)]), ("of one alone", [grant(network_limited=True), grant(ANYONE)], [grant(ANYONE)]),
    ("a role of an account", [grant(ROLE), grant()], [grant()]), ("everybody, but shut", [grant(), grant(ANYONE, effective=False)], [grant(), grant(ANYONE, effective=False)]), ("each covers none", [grant(ROLE), grant(who("account", account=W, partition="aws"))], [grant(ROLE), grant(who("account", account=W, partition="aws"))]),
]  # fmt: skip


@rows("why, found, expected", JOINED)
def test_many_grants_are_one_for_each(why: str, found: Any, expected: Any) -> None:
    """Catches somebody who is let in further than is told, or told twice."""
    assert merged(found) == expected, why


APART: list[tuple[Principal, Principal, bool]] = [
    (ACCOUNT, ACCOUNT, False), (ACCOUNT, who("account", account=W), True), (ACCOUNT, ANYONE, False), (ROLE, ACCOUNT, False), (who("organization", organization=EXT), who("organization", organization=OWN), True), (who("organization", organization=EXT), ACCOUNT, False),
    (who("organization", organization=EXT), who("organization", organization=EXT), False), (who("anyone", excepted=(V,)), ACCOUNT, True), (who("anyone", excepted=(W,)), ACCOUNT, False),
]  # fmt: skip


@rows("one, other, expected", APART)
def test_who_has_nobody_in_common(one: Principal, other: Principal, expected: bool) -> None:
    """Either way round."""
    assert apart(one, other) is apart(other, one) is expected


def test_who_is_within_whom() -> None:
    """Himself, and whoever is covered."""
    assert [within(*pair) for pair in ((SERVICE, SERVICE), (ROLE, ACCOUNT), (ACCOUNT, ROLE), (ACCOUNT, ANYONE))] == [True, True, False, True]  # fmt: skip


def test_what_a_control_policy_leaves_of_shares() -> None:
    """Catches one who is let in by a share and gets lost behind a guardrail that is of policies."""
    denied = policy(allow("*", "s3:*", "*") | {"Effect": "Deny"})
    given = [grant(via="share"), grant(), grant(via="acl")]
    found, said = under_guardrails(given, of(S3), [denied], OURS, lambda _: [])
    assert ([(one.via, one.effective) for one in found], said) == ([("share", True), ("policy", False), ("acl", False)], [])  # fmt: skip


def of(kind: str, arn: str = BUCKET, **fields: Any) -> Resource:
    return msgspec.convert({"arn": arn, "kind": kind, "account": M, **fields}, Resource)


def test_what_else_is_our_own() -> None:
    """As records tell it, beside what is known: and None is not "none"."""
    known = msgspec.structs.replace(OURS, canonical={"a": V, "b": M}, oais=frozenset({"o"}), buckets=frozenset({"x"}), points={"x": (AccessPoint("p0"),)})  # fmt: skip
    things = OwnThings()
    assert things.added_to(known) == known and things.added_to(OURS).points is None
    things.look(of(S3, settings={"canonical": {"b": N, "c": M}, "own_oais": ["e"]}))
    things.look(of(OAI, f"arn:aws:cloudfront::{M}:origin-access-identity/E1"))
    things.look(of(POINT, "arn:p", settings={"bucket": "acme-data", "origin": "VPC", "bpa": {"x": True}}, document="d"))  # fmt: skip
    things.look(of(POINT, "arn:q", settings={"bucket": "other", "account_bpa": {"y": True}}))
    things.look(of(POINT, "arn:r", settings={"bucket": "acme-data", "bpa": {}, "account_bpa": {"y": True}}))  # fmt: skip
    things.look(of(POINT, "arn:s"))
    things.look(of(SQS, QUEUE, settings={"bucket": "acme-data"}))
    things.bucket("arn:aws:s3:::y")
    first, second, third = AccessPoint("arn:p", "d", "VPC", {"x": True}), AccessPoint("arn:q", bpa={"y": True}), AccessPoint("arn:r", bpa={"y": True})  # fmt: skip
    found = things.added_to(known)
    assert found == msgspec.structs.replace(
        known, canonical={"a": V, "b": N, "c": M}, oais=frozenset({"o", "e", "E1"}), buckets=frozenset({"x", "acme-data", "y"}),
        points={"x": (AccessPoint("p0"),), "acme-data": (first, third), "other": (second,)})  # fmt: skip
    assert things.added_to(OURS).points == {"acme-data": (first, third), "other": (second,)}
    has = [things.has_points(*pair) for pair in ((S3, BUCKET), (S3, "arn:aws:s3:::y"), (S3, "arn:aws:s3:::other"), (POINT, BUCKET))]  # fmt: skip
    seen = [things.seen_through_bucket(*pair) for pair in ((POINT, "arn:p"), (POINT, "arn:q"), (POINT, "arn:s"), (S3, "arn:p"))]  # fmt: skip
    assert (has, seen) == ([True, False, True, False], [True, False, False, False])
    bucket, told, other = of(S3), of(S3, settings={"access_points": []}), of(SQS)
    assert things.with_points(bucket).settings == Settings(access_points=[first, third])
    assert [things.with_points(one) for one in (told, other, of(S3, "arn:aws:s3:::y"))] == [told, other, of(S3, "arn:aws:s3:::y")]  # fmt: skip
    assert (things.pointed, OwnThings().pointed) == ({"acme-data", "other"}, frozenset())
    assert OwnThings(points_told=True).added_to(OURS).points == {}
    assert [known_points(*pair) for pair in ((told, OURS), (bucket, OURS), (bucket, found), (of(S3, "arn:aws:s3:::y"), found))] == [(), None, (first, third), ()]  # fmt: skip


ORG_ARN = "arn:aws:organizations::{}:organization/{}"
NAMED: list[tuple[str, Principal | None]] = [
    ("*", ANYONE), ("all", ANYONE), (V, ACCOUNT), (M, None), (root(V), ACCOUNT), (root(M), None), (role(V), ROLE), (role(M), None), (f"arn:aws-cn:iam::{M}:root", who("account", account=M, partition="aws-cn")), (f"arn:aws-cn:iam::{M}:role/x", who("principal", account=M, partition="aws-cn", arn=f"arn:aws-cn:iam::{M}:role/x")),
    (ORG_ARN.format(V, EXT), who("organization", organization=EXT, partition="aws")), (ORG_ARN.format(V, OWN), None), (f"arn:aws:organizations::{V}:ou/{EXT}/ou-1", who("organization", organization=EXT, partition="aws")), (f"arn:aws:organizations::{V}:ou/x", who("unresolved", id=f"arn:aws:organizations::{V}:ou/x")),
    (ORG_ARN.format("1", EXT), who("unresolved", id=ORG_ARN.format("1", EXT))), ("sns.amazonaws.com", who("service", service="sns.amazonaws.com", source="*")), ("a.b.amazonaws.com.cn", who("service", service="a.b.amazonaws.com.cn", source="*")), ("x.aws", who("service", service="x.aws", source="*")),
    ("x.amazon.com", who("service", service="x.amazon.com", source="*")), ("x.example.com", who("unresolved", id="x.example.com")), (f"arn:aws:oam:eu-west-1:{V}:sink/x", who("account", account=V, partition="aws")), (f"arn:aws:oam:eu-west-1:{M}:sink/x", None), ("arn:aws:oam:eu-west-1:x:sink/x", who("unresolved", id="arn:aws:oam:eu-west-1:x:sink/x")),
    (f"arn:aws:oam:eu-west-1:{V}", who("unresolved", id=f"arn:aws:oam:eu-west-1:{V}")), ("", who("unresolved", id="")), ("AROAEXAMPLEAAAAAAAAAA", who("unresolved", id="AROAEXAMPLEAAAAAAAAAA")), ("arn:aws:iam::*:root", ANYONE),
]  # fmt: skip


@rows("text, expected", NAMED)
def test_whom_a_share_names(text: str, expected: Principal | None) -> None:
    """Catches a stranger taken for ourselves, or for nobody."""
    assert party(text, OURS) == expected


SPELLED: list[tuple[str, dict[str, str]]] = [
    ("s3", {"s3:prefix": "own:0", "s3:x-amz-acl": "own:0", "s3:resourceaccount": "aws:resourceaccount", "aws:sourceowner": "aws:sourceaccount", "kms:calleraccount": "athena:never", "sts:externalid": "athena:never", "sqs:x": "athena:never", "aws:principaltag/x": "aws:principaltag/x", "odd:x": "odd:x", "iam:x": "athena:never"}),
    ("sns", {"aws:sourceowner": "aws:principalaccount", "sns:endpoint": "own:0", "s3:resourceaccount": "athena:never", "aws:sourceaccount": "aws:sourceaccount"}), ("kms", {"kms:calleraccount": "aws:principalaccount", "kms:viaservice": "own:0", "aws:sourceowner": "aws:sourceaccount"}),
    ("es", {"es:x": "own:0", "opensearch:x": "own:0"}), ("kafka", {"kafka-cluster:x": "own:0", "kafka:x": "own:0"}), ("vpc-lattice-svcs", {"vpc-lattice:x": "own:0", "vpc-lattice-svcs:x": "own:0"}), ("cloudtrail", {"cloudtrail-data:x": "own:0", "cloudtrail:x": "own:0"}), ("sqs", {"kafka-cluster:x": "athena:never", "opensearch:x": "opensearch:x"}),
]  # fmt: skip


@rows("service, names", SPELLED)
def test_what_a_key_means_at_a_door(service: str, names: dict[str, str]) -> None:
    """A free key has a name of its own; another service's is in no request."""
    assert {key: Spelling(service, calls=True).renamed(key) for key in names} == names


def test_free_keys_have_each_a_name() -> None:
    """And the same the next time; SourceOwner is for whom a service acts, where services call."""
    spelling = Spelling("s3", calls=True)
    assert [spelling.renamed(f"s3:{one}") for one in "abab"] == ["own:0", "own:1"] * 2
    assert Spelling("sns", calls=False).renamed("aws:sourceowner") == "aws:sourceaccount"


V_ROOT, TOLD_KEYS = root_user(V, "aws"), ["aws:principalarn", "aws:principalorgid", "aws:principalorgpaths", "aws:principaltag/x", "aws:sourceaccount", "aws:federatedprovider", "aws:useragent", "aws:principalisawsservice", "cognito-identity.amazonaws.com:sub", "s3:prefix"]  # fmt: skip


def test_what_tells_of_a_caller() -> None:
    """An organization of somebody's is free; who signs nothing has none."""
    assert [ANONYMOUS.told(key) for key in TOLD_KEYS] == [True, True, True, True, True, True, False, True, True, False]  # fmt: skip
    assert [V_ROOT.told(key) for key in TOLD_KEYS] == [True, False, False, True, True, True, False, True, True, False]  # fmt: skip
    assert V_ROOT.sent == {"aws:principalarn": root(V), "aws:principalaccount": V, "aws:principaltype": "Account", "aws:userid": V, "aws:principalisawsservice": "false"}  # fmt: skip
    assert V_ROOT.who == Who((Element("account", V, "", V),)) and ANONYMOUS.who.star()
    assert ANONYMOUS.sent == {"aws:principalaccount": "anonymous", "aws:principaltype": "Anonymous", "aws:userid": "anonymous", "aws:principalisawsservice": "false"}  # fmt: skip
    reads = ({"aws:principalarn"}, {"aws:principaltype", "x"}, {"aws:userid"}, {"aws:principalaccount"}, set())  # fmt: skip
    assert [tells_root(frozenset(one)) for one in reads] == [True, True, True, False, False]


def element(text: str, form: Any = "account") -> Element:
    return Element(form, text, "aws", text if form == "account" else None)


MEANT: list[tuple[str, tuple[Element, ...], bool, bool, tuple[bool, bool]]] = [
    # why, elements, inverted, allow, whether the root user of V and who signs nothing are meant
    ("everybody", (element("*", "star"),), False, True, (True, True)), ("the account", (element(V),), False, True, (True, False)), ("another", (element(W),), False, True, (False, False)), ("of two", (element(W), element(V)), False, True, (True, False)), ("a service", (element("x", "service"),), False, True, (False, False)),
    ("all but it", (element(V),), True, True, (True, True)), ("all but another", (element(W),), True, True, (True, True)), ("denied all but it", (element(V),), True, False, (False, True)), ("denied all but another", (element(W),), True, False, (True, True)), ("denied it", (element(V),), False, False, (True, False)),
]  # fmt: skip


@rows("why, elements, inverted, allows, meant", MEANT)
def test_whom_principals_mean(why: str, elements: Any, inverted: bool, allows: bool, meant: Any) -> None:  # fmt: skip
    """Catches a root user that a Deny does not meet."""
    from checker.trust.document.parse import parse

    raw = policy(allow("*", "sts:AssumeRole") | {"Effect": "Allow" if allows else "Deny"})
    parsed = parse(raw, "aws", True, 0)
    (one,) = (*parsed.allows, *parsed.denies)
    one = msgspec.structs.replace(one, who=Who(elements, inverted=inverted))
    assert (V_ROOT.meant(one), ANONYMOUS.meant(one)) == meant, why


MEMBERS: list[tuple[Any, Caller, Principal]] = [
    (None, root_user(FRESH, "aws"), ANYONE), ({}, root_user(FRESH, "aws"), ANYONE), ({"aws:PrincipalOrgID": EXT}, root_user(FRESH, "aws"), who("organization", organization=EXT, partition="aws")),
    ({"aws:PrincipalOrgID": "o-wzqxjkvyhg"}, root_user(FRESH, "aws"), ANYONE), ({"aws:PrincipalOrgID": EXT}, V_ROOT, ACCOUNT), (None, V_ROOT, ACCOUNT), ({}, ANONYMOUS, ANYONE),
]  # fmt: skip


@rows("sent, caller, expected", MEMBERS)
def test_for_whom_a_root_user_stands(sent: Any, caller: Caller, expected: Principal) -> None:
    """Everybody, where no request was found or it names an organization of which nobody spoke."""
    raw = policy(allow("*", "s3:*", Condition={"StringLike": {"aws:PrincipalOrgID": [EXT, "o-*"]}}))
    reading = _Reading(read(raw, KINDS[S3]), KINDS[S3], of(S3), OURS, TODAY, "policy", Only())
    witness = None if sent is None else Witness("x", "sts:AssumeRole", sent)
    given = Grant(principal=ANYONE, actions=(), statements=(0,), witness=witness)
    assert reading._meant(given, caller) == expected


def test_root_users_are_asked_about_in_order() -> None:
    """Catches a report that differs from one run to the next; our own are not asked about."""
    named = [f"{number:012}" for number in range(20)]
    raw = policy(allow({"AWS": [root(one) for one in (*named[::-1], M, FRESH)]}, "s3:*"))
    reading = _Reading(read(raw, KINDS[S3]), KINDS[S3], of(S3), OURS, TODAY, "policy", Only())
    assert reading._foreign() == [*named, FRESH]


OBJECTS = f"{BUCKET}/*"
MEETS: list[tuple[str, str, list[str]]] = [
    ("*", OBJECTS, [OBJECTS]), (OBJECTS, OBJECTS, [OBJECTS]), (BUCKET, OBJECTS, []), (f"{BUCKET}/a/*", OBJECTS, [f"{BUCKET}/a/*"]), ("arn:aws:s3:::*", BUCKET, [BUCKET]), ("arn:*:s3:::acme-data", BUCKET, [BUCKET]), ("arn:aws-cn:s3:::acme-data", BUCKET, []), ("arn:aws:s3:eu-west-1::acme-data", BUCKET, []),
    ("arn:aws:s3:*:*:acme-data", BUCKET, [BUCKET]), (f"{BUCKET}/${{aws:username}}", OBJECTS, [OBJECTS]), ("arn*", BUCKET, [BUCKET]), ("arn:aws:s3", BUCKET, []), ("execute-api:/prod/*", "arn:aws:execute-api:eu-west-1:1:abc/*", ["arn:aws:execute-api:eu-west-1:1:abc/prod/*"]),
    (f"arn:aws:sqs:*:{M}:j?bs", QUEUE, [QUEUE]), (f"arn:aws:sqs:*:{V}:jobs", QUEUE, []), (f"arn:aws:sqs:*:{M[:-1]}?:jobs", QUEUE, [QUEUE]), ("arn:aws:sqs:*:jobs", QUEUE, [QUEUE]),
]  # fmt: skip


@rows("pattern, target, expected", MEETS)
def test_where_patterns_meet(pattern: str, target: str, expected: list[str]) -> None:
    """Part by part: a star crosses no colon but in the last."""
    assert meet(pattern, target) == expected


SURELY: list[tuple[str, str, bool, bool]] = [
    ("*", BUCKET, True, True), (BUCKET, BUCKET, True, True), (f"{BUCKET}/x", BUCKET, False, False), (f"{BUCKET}/${{aws:username}}", f"{BUCKET}/bob", True, False), ("arn:aws:s3*", BUCKET, True, False), ("execute-api:/x", "arn:aws:execute-api:r:1:a/x", True, True), ("*data", BUCKET, True, False), ("arn:aws:s3:::*", BUCKET, True, True),
]  # fmt: skip


@rows("pattern, arn, perhaps, surely", SURELY)
def test_whether_an_arn_fits(pattern: str, arn: str, perhaps: bool, surely: bool) -> None:
    """What is no whole pattern gets no credit where it refuses."""
    assert (matches(pattern, arn, surely=False), matches(pattern, arn, surely=True)) == (perhaps, surely)  # fmt: skip


def test_arns_that_fit_no_more_than_they_must() -> None:
    """Filled with a letter that no pattern has, and more often than any has `?`."""
    assert list(samples(["a*", "b?", "a*", "c"], ["a*", "b?", "zz*", "q???"])) == ["axxxx", "bx", "c"]  # fmt: skip
    assert list(samples(["a*"], ["zqxjkvwy0123456789"])) == ["aж"]
    assert list(samples(["a*"], ["zqxjkvwy"])) == ["a0"]
    assert list(samples([], [])) == []


BEHIND: list[tuple[str, str, str | None, dict[str, str]]] = [
    (S3, BUCKET, None, {"": BUCKET, "/*": OBJECTS}), ("AWS::ECR::RegistryPolicy", f"arn:aws:ecr:eu-west-1:{M}:registry", None, {"arn:{partition}:ecr:{region}:{account}:repository/*": f"arn:aws:ecr:eu-west-1:{M}:repository/*"}),
    ("AWS::ApiGateway::RestApi", "arn:aws:apigateway:::/restapis/abc", "eu-central-1", {"arn:{partition}:execute-api:{region}:{account}:{last}/*": f"arn:aws:execute-api:eu-central-1:{M}:abc/*"}),
    ("AWS::ApiGateway::RestApi", "x/y", None, {"arn:{partition}:execute-api:{region}:{account}:{last}/*": f"arn:aws:execute-api:us-east-1:{M}:y/*"}),
    ("AWS::CodeArtifact::Repository", f"arn:aws-cn:codeartifact:cn-north-1:{V}:repository/d/r", None, {"": f"arn:aws-cn:codeartifact:cn-north-1:{V}:repository/d/r", "arn:{partition}:codeartifact:{region}:{account}:package/{name}/*": f"arn:aws-cn:codeartifact:cn-north-1:{V}:package/d/r/*"}),
    ("AWS::Logs::ResourcePolicy", "x", None, {"arn:{partition}:logs:{region}:{account}:log-group:*": f"arn:aws:logs:us-east-1:{M}:log-group:*"}), (SQS, "arn:aws:sqs:r:1:a*b?", None, {"": literal("arn:aws:sqs:r:1:a*b?")}),
]  # fmt: skip


@rows("kind, arn, region, expected", BEHIND)
def test_what_stands_behind_a_resource(kind: str, arn: str, region: str | None, expected: dict[str, str]) -> None:  # fmt: skip
    """With the names of the resource, or of its record."""
    found = behind(KINDS[kind], Resource(arn=arn, kind=kind, account=M, region=region))
    assert found == expected


def test_what_stands_behind_is_in_order() -> None:
    """Else a request would be shown on another ARN from run to run."""
    for name, kind in KINDS.items():
        found = list(behind(kind, Resource(arn="arn:aws:x:r:1:y", kind=name)))
        assert found == sorted(found), name


WORKS: list[tuple[str, str, str, bool]] = [
    ("sqs", "SendMessage", SQS, True), ("sqs", "setqueueattributes", SQS, False), ("kms", "Decrypt", KMS, True), ("kms", "PutKeyPolicy", KMS, False), ("kms", "NewOne", KMS, True), ("kms", "GenerateDataKeyPair", KMS, True), ("dynamodb", "PartiQLSelect", "AWS::DynamoDB::Table", False), ("dynamodb", "Query", "AWS::DynamoDB::Table", True),
    ("lambda", "CreateFunction", "AWS::Lambda::Function", True), ("lambda", "CreateFunction", "AWS::Lambda::LayerVersion", False), ("lambda", "AddPermission", "AWS::Lambda::Function", False), ("ecr", "ReplicateImage", "AWS::ECR::RegistryPolicy", True), ("ecr", "PutImage", "AWS::ECR::RegistryPolicy", False), ("ecr", "PutImage", "AWS::ECR::Repository", True),
    ("ecr", "GetAuthorizationToken", "AWS::ECR::Repository", False), ("odd", "Do", "x", True),
]  # fmt: skip


@rows("service, action, kind, expected", WORKS)
def test_what_works_from_outside(service: str, action: str, kind: str, expected: bool) -> None:
    """As AWS's pages say, whatever the case; what nobody knows may."""
    assert works(service, action, kind) is expected


NEW = "AWS::New::Thing"
UNKNOWN: list[tuple[str, list[str], list[tuple[str, str]]]] = [
    (SQS, ["sqs:SendMessage"], []), (SQS, ["sqs:NewOne", "sqs:NewOne", "SQS:Other"], [("sqs:NewOne", "write"), ("SQS:Other", "write")]), (SQS, ["sqs:New*"], [("sqs:new", "write")]), (SQS, ["sqs:New?x"], [("sqs:newxx", "write")]), (SQS, ["newthing:Do"], []), (SQS, ["*"], []), (SQS, ["sqs", "sqs:", ":x"], []),
    (SQS, ["s?s:NewOne"], [("sqs:newone", "write")]), (SQS, ["sqs:addPermission*"], []), (NEW, ["*"], [("newthing:*", "admin")]), (NEW, ["newthing:*"], [("newthing:*", "admin")]), (NEW, ["newthing:??"], [("newthing:*", "admin")]), (NEW, ["newthing:Do"], [("newthing:Do", "write")]), (NEW, ["newthing:D*"], [("newthing:d", "write")]),
    (NEW, ["other:Do"], [("other:Do", "write")]), (NEW, ["oth*:Do"], []), (NEW, ["s3:GetObject"], []), (NEW, ["s3:NewOne"], [("s3:NewOne", "write")]), (KMS, ["kms:createGrant2", "kms:PutKey*"], [("kms:createGrant2", "write")]), ("AWS::MSK::Cluster", ["*:NewOne"], [("kafka:newone", "write"), ("kafka-cluster:newone", "write")]),
]  # fmt: skip


@rows("name, patterns, expected", UNKNOWN)
def test_actions_that_no_table_has(name: str, patterns: list[str], expected: Any) -> None:
    """They may work, and may write."""
    kind = kind_of(name, f"arn:aws:newthing:eu-west-1:{M}:x")
    found = list(unknown(kind, iter(patterns), name))
    assert [(one.name, one.grade) for one in found] == expected
    assert all(one.suffixes == tuple(dict.fromkeys(x for some in kind.behind.values() for x in some)) and one.listed for one in found)  # fmt: skip


def test_a_kind_that_nobody_knows() -> None:
    """All of its ARN's service, as far as it has one."""
    assert kind_of("x", "arn:aws:new:r:1:x") == Kind("new", {"*": ("", "/*")})
    assert [kind_of("x", one).service for one in ("x", "a:b", "a:b:c")] == ["", "", "c"]
    assert kind_of(SQS, "x") is KINDS[SQS]
    assert {one.grade for one in actions(kind_of("x", "arn:aws:sqs:r:1:x"), "x")} >= {"read", "write"}  # fmt: skip


def left(principal: Principal = ACCOUNT, **more: Any) -> AccessGrant:
    return grant(principal, **more)


LEFT: list[tuple[str, AccessGrant, AccessGrant, bool]] = [
    ("the same", left(), grant(), True), ("narrower", left(ROLE), grant(), True), ("wider", left(ANYONE), grant(), False), ("another way", left(via="access-point"), grant(), False), ("another action", left(actions=("s3:PutObject",)), grant(), False), ("one of them", left(actions=("a", "b")), grant(actions=("b", "c")), True),
    ("shut", left(effective=False), grant(), False), ("shut before", left(effective=False), grant(effective=False), True), ("perhaps", left(effective=None), grant(), True), ("a service for ourselves", left(who("service", service="x", source=M)), grant(who("service", service="x")), False),
    ("that was so before", left(who("service", service="x", source=M)), grant(who("service", service="x", source=M)), True), ("for our organization", left(who("service", service="x", source=OWN)), grant(who("service", service="x")), False), ("a service of everybody", left(SERVICE), grant(ANYONE), False), ("for somebody", left(who("service", service="x", source=V)), grant(who("service", service="x")), True),
]  # fmt: skip


@rows("why, after, before, expected", LEFT)
def test_what_is_left_of_a_grant(why: str, after: AccessGrant, before: AccessGrant, expected: bool) -> None:  # fmt: skip
    """Catches a grant taken for open as something else is left."""
    assert _is_of(after, before, OURS) is expected, why


def test_what_no_control_policy_binds() -> None:
    """Ending a grant: told apart, each with its own grade and request."""
    one = grant(actions=("kms:Decrypt", "kms:RetireGrant"), access="admin", via="grant", witness=AccessWitness("x", "kms:RetireGrant", KEY))  # fmt: skip
    free, shut = _shut(one, of(KMS, KEY))
    assert (free.actions, free.access, free.effective, free.witness) == (("kms:RetireGrant",), "admin", True, AccessWitness("x", "kms:RetireGrant", KEY))  # fmt: skip
    assert (shut.actions, shut.access, shut.effective, shut.guardrail, shut.witness) == (("kms:Decrypt",), "read", False, "resource control policy", AccessWitness("x", "kms:Decrypt", KEY))  # fmt: skip
    assert _part(one, ("kms:Decrypt", "kms:Odd"), of(KMS, KEY)).access == "write"
    assert _part(grant(actions=("a", "b")), ("a",), of(KMS, KEY)).witness is None
    already = grant(effective=False, guardrail="x")
    assert list(_shut(already, of(S3))) == [already]
    (closed,) = _shut(grant(), of(S3))
    assert closed == grant(effective=False, guardrail="resource control policy")


AS_POLICY = [(who("principal", arn="x"), {"AWS": "x"}), (ACCOUNT, {"AWS": V}), (ROLE, {"AWS": role(V)}), (SERVICE, {"Service": "sns.amazonaws.com"}), (ANYONE, "*"), (who("unresolved", id="x"), "*")]  # fmt: skip


@rows("principal, expected", AS_POLICY)
def test_an_acl_as_a_policy(principal: Principal, expected: Any) -> None:
    """Whose id nobody knows may be anybody's."""
    (one,) = _as_policy(grant(principal), of(S3))["Statement"]
    assert one == {"Effect": "Allow", "Principal": expected, "Action": ["s3:GetObject"], "Resource": [BUCKET, OBJECTS]}  # fmt: skip


SWITCHED: list[tuple[dict[str, Any], list[str]]] = [
    ({}, []), ({"bpa": {"IgnorePublicAcls": True}}, ["IgnorePublicAcls"]), ({"account_bpa": {"IgnorePublicAcls": True}}, ["IgnorePublicAcls"]), ({"bpa": OFF, "account_bpa": {"BlockPublicAcls": True}}, ["BlockPublicAcls"]), ({"organization_s3_policy": "all"}, list(OFF)), ({"organization_s3_policy": "none", "account_bpa": {"IgnorePublicAcls": True}}, []),
    ({"organization_s3_policy": "odd", "bpa": {"RestrictPublicBuckets": True}, "account_bpa": {"IgnorePublicAcls": True}}, ["RestrictPublicBuckets"]), ({"bpa": {"Odd": True}}, []),
]  # fmt: skip


@rows("settings, on", SWITCHED)
def test_which_switches_are_on(settings: Any, on: list[str]) -> None:
    """Of the bucket or the account; the organization's replaces the account's."""
    found = switches(msgspec.convert(settings, Settings))
    assert [name for name, value in found.items() if value] == on and list(found) == list(OFF)


def test_s3_s_own_log_delivery() -> None:
    """By its group and its canonical ids."""
    ids = ["http://acs.amazonaws.com/groups/s3/LogDelivery", "c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0", "a52cb28745c0c06e84ec548334e44bfa7fc2a85c54af20cd59e4969344b7af56", "x", None]  # fmt: skip
    assert [is_log_delivery(who("unresolved", id=one)) for one in ids] == [True, True, True, False, False]  # fmt: skip
    assert [is_aws(who("unresolved", id=one)) for one in ("amazon-redshift-support", "x")] == [True, False]  # fmt: skip


KEYS = [("alias/x", "alias/x"), (KEY, KEY), ("1111-2222", KEY)]


@rows("told, expected", KEYS)
def test_which_key_is_meant(told: str, expected: str) -> None:
    """One that is named by its id alone is of the account, in the region of the resource."""
    assert _key_arn(told, of(SQS, QUEUE)) == expected
    assert _key_arn("x", of(S3, BUCKET, region="eu-central-1")) == f"arn:aws:kms:eu-central-1:{M}:key/x"  # fmt: skip
    assert (
        _key_arn("x", Resource(arn="arn:aws:s3", kind=S3, account=M)) == f"arn:aws:kms::{M}:key/x"
    )


def test_which_keys_are_read() -> None:
    """Those alone under which something is; none of which not all was understood."""
    lets = policy(allow({"AWS": root(V)}, "kms:Decrypt", "*"))
    key, other, bare = of(KMS, KEY, document=lets), of(KMS, f"{KEY}x", document=lets), of(KMS, f"{KEY}y", grants=[{"GranteePrincipal": root(V), "Operations": ["Decrypt"]}])  # fmt: skip
    under = [of(SQS, QUEUE, settings={"kms_key": one}) for one in (KEY, f"{KEY}y", None)]
    found = with_keys([key, other, bare, *under, of(SQS, QUEUE)], msgspec.structs.replace(OURS, keys={"k": ()}), TODAY)  # fmt: skip
    assert {arn: [one.principal.account for one in grants] for arn, grants in found.keys.items()} == {"k": [], KEY: [V]}  # fmt: skip


def test_a_key_of_several_records_lets_in_by_each() -> None:
    """As code tells it, a grant apart from the policy; one that was not understood leaves all open."""
    lets = of(KMS, KEY, document=policy(allow({"AWS": root(V)}, "kms:Decrypt", "*")))
    hands = of(KMS, KEY, grants=[{"GranteePrincipal": root(W), "Operations": ["Decrypt"]}])
    unread = of(KMS, KEY, document=policy(allow({"x": V}, "kms:*", "*")))
    under = of(SQS, QUEUE, settings={"kms_key": KEY})
    for pair in ([lets, hands], [hands, lets], [lets, unread], [unread, lets]):
        found = with_keys([*pair, under], OURS, TODAY).keys
        told = {arn: {one.principal.account for one in grants} for arn, grants in found.items()}
        assert told == ({} if unread in pair else {KEY: {V, W}})


def test_what_is_wrong_under_a_milder_condition_is_said() -> None:
    """A `*` that services may fulfil, where a grant is for AWS's own resources alone."""
    mild = {"Bool": {"kms:GrantIsForAWSResource": "true"}, "Null": {"aws:PrincipalArn": "true"}}
    found = graded_access(of(KMS, KEY, document=policy(allow("*", "kms:CreateGrant", "*", Condition=mild))), OURS, TODAY)  # fmt: skip
    assert [one.code for one in found.problems] == ["ambiguous"]


def test_a_grant_of_which_a_part_is_shut() -> None:
    """The rest is told by itself; a grant that is shut whole, or not, stays one."""
    record = of(SQS, QUEUE, document=policy(allow({"AWS": root(V)}, ["sqs:ReceiveMessage", "sqs:PurgeQueue"], QUEUE)))  # fmt: skip
    one = grant(actions=("sqs:PurgeQueue", "sqs:ReceiveMessage"), access="write", witness=AccessWitness("x", "sqs:PurgeQueue", QUEUE))  # fmt: skip
    told = [[(x.actions, x.access, x.witness.action if x.witness else None, shut) for x, shut in parted(one, record, OURS, TODAY, names)] for names in (["sqs:ReceiveMessage"], one.actions, [])]  # fmt: skip
    assert told == [
        [(("sqs:ReceiveMessage",), "read", "sqs:ReceiveMessage", True), (("sqs:PurgeQueue",), "write", "sqs:PurgeQueue", False)], [(one.actions, "write", "sqs:PurgeQueue", True)], [(one.actions, "write", "sqs:PurgeQueue", False)],
    ]  # fmt: skip
    (shut, _), _ = parted(msgspec.structs.replace(one, via="acl"), record, OURS, TODAY, ["sqs:ReceiveMessage"])  # fmt: skip
    assert shut.witness is None


def statement(allow: bool = True, actions: Any = ("s3:Get*",), resources: Any = (OBJECTS,), *, but: str = "") -> Statement:  # fmt: skip
    return Statement(0, allow, actions, resources, "actions" in but, "resources" in but)


def test_what_a_statement_is_about() -> None:
    """Its actions whatever the case; in doubt an Allow is, and a Deny is not."""
    assert [statement().does(one) for one in ("S3:GETOBJECT", "s3:PutObject")] == [True, False]
    assert [statement(but="actions").does(one) for one in ("S3:GETOBJECT", "s3:PutObject")] == [False, True]  # fmt: skip
    doubtful = f"{BUCKET}/${{aws:username}}"
    for allows, but, whole, doubt in ((True, "", True, True), (False, "", True, False), (True, "resources", False, True), (False, "resources", False, False)):  # fmt: skip
        told = [statement(allows, resources=(one,), but=but).on(f"{BUCKET}/x") for one in (OBJECTS, doubtful)]  # fmt: skip
        assert told == [whole, doubt], (allows, but)
    assert statement(resources=(BUCKET, OBJECTS)).among(OBJECTS) == [OBJECTS]
    assert statement(but="resources").among(BUCKET) == [BUCKET]
    problems = elsewhere(Document((statement(), statement(resources=("arn:aws:s3:::other",)), statement(False, resources=("x",)), statement(resources=()))), [BUCKET, OBJECTS])  # fmt: skip
    assert list(problems) == [Problem("inert", 0, "'arn:aws:s3:::other' is not behind this policy")]


def test_what_is_given_twice() -> None:
    """In text alone, as far as it can be read."""
    assert twice('{"a": 1, "a": {"b": 1, "b": 2}}') == [Problem("duplicate-key", None, f"'{one}' is given twice") for one in "ba"]  # fmt: skip
    assert twice({"a": 1}) == twice("{") == twice("[" * 5000) == []
    assert [decoded(one) for one in ('{"a": 1}', b"[]", "{", {"a": 1}, "[" * 5000)] == [{"a": 1}, [], "{", {"a": 1}, "[" * 5000]  # fmt: skip


def test_denies_that_are_too_many_to_combine() -> None:
    """They get no credit, and that is said: at the edge."""
    for number, complete in ((_MOST, True), (_MOST + 1, False)):
        wide = Statement(0, True, ("s3:GetObject",), tuple(f"{BUCKET}/p{at}/*" for at in range(number)), False, False)  # fmt: skip
        but = Statement(1, False, ("*",), (f"{BUCKET}/p1/*",), False, True)
        plain = Statement(2, False, ("*",), (f"{BUCKET}/p2/*",), False, False)
        found = squares(Document((wide, but, plain)), [one for one in actions(KINDS[S3], S3) if one.name == "s3:GetObject"], {"/*": OBJECTS})  # fmt: skip
        told = {(tuple(sorted(one.allows)), tuple(sorted(one.denies))) for one in found.found}
        assert found.complete is complete
        assert told == ({((0,), (1,)), ((0,), ()), ((0,), (1, 2))} if complete else {((0,), ()), ((0,), (2,))})  # fmt: skip


ACCOUNTS: list[tuple[Any, set[str]]] = [
    ({"StringEquals": {"s3:DataAccessPointAccount": V}}, {V}), ({"StringEquals": {"s3:dataaccesspointaccount": [V, W]}}, {V, W}), ({"ArnLike": {"s3:DataAccessPointArn": f"arn:aws:s3:*:{V}:accesspoint/*"}}, {V}), ({"StringEquals": {"s3:DataAccessPointAccount": "9*"}}, set()), ({"ArnLike": {"s3:DataAccessPointArn": "arn:*"}}, set()),
    ({"StringEquals": {"s3:DataAccessPointAccount": V}, "ArnLike": {"s3:DataAccessPointArn": "arn:aws:s3:*:*:accesspoint/x"}}, set()), ({"StringEquals": {"s3:DataAccessPointAccount": "123"}}, set()), ({"StringEquals": {"aws:x": V}}, set()), (None, set()), ("x", set()), ({"StringEquals": "x"}, set()), ({"StringEquals": {"s3:DataAccessPointAccount": "abcdefghijkl"}}, set()),
]  # fmt: skip


@rows("condition, expected", ACCOUNTS)
def test_whose_access_points_a_statement_names(condition: Any, expected: set[str]) -> None:
    """None where one of them is a pattern."""
    document = {"Statement": [{"Condition": {"StringEquals": {"s3:DataAccessPointAccount": N}}}, {"Condition": condition}]}  # fmt: skip
    assert _accounts(document, (1,)) == expected
    assert (_account("arn:aws:s3:r:1:a"), _account("a:b:c:d:e"), _account(V)) == ("1", "a:b:c:d:e", V)  # fmt: skip


def test_who_comes_through_both() -> None:
    """The narrower of the two, limited to a network where one is, with what both ask for."""
    mine = grant(witness=AccessWitness("arn:account", "a", "bucket", {"x": "1", "y": "1"}), statements=(3,), network_limited=True)  # fmt: skip
    theirs = grant(ROLE, witness=AccessWitness("arn:role", "b", "point", {"y": "2"}), statements=(5,), actions=("b",))  # fmt: skip
    met = _met(mine, theirs)
    assert met == grant(ROLE, actions=("b",), statements=(3,), network_limited=True, witness=AccessWitness("arn:role", "b", "point", {"x": "1", "y": "2"}))  # fmt: skip
    turned = _met(msgspec.structs.replace(theirs, network_limited=True), mine)
    assert turned == grant(ROLE, statements=(5,), network_limited=True, witness=AccessWitness("arn:role", "a", "bucket", {"x": "1", "y": "2"}))  # fmt: skip
    assert _met(mine, grant(who("account", account=W))) is None
    for one, other in ((mine, grant(ROLE)), (grant(), theirs)):
        unseen = _met(one, other)
        assert unseen is not None and unseen.witness is None


PUBLIC: list[tuple[Any, list[AccessGrant], bool]] = [
    (policy(allow("*", "s3:*", "*")), [grant(ANYONE, statements=(0,))], True), (policy(allow("*", "s3:*", "*")), [grant(ANYONE, statements=(1,))], False), (policy(allow("*", "s3:*", "*")), [grant(statements=(0,))], False), (policy(allow({"AWS": V}, "s3:*", "*")), [grant(ANYONE, statements=(0,))], False),
    (policy(allow("*", "s3:*", "*", Condition={"StringLike": {"aws:SourceVpce": "x*"}})), [grant(ANYONE, statements=(0,))], True), (policy(allow("*", "s3:*", "*", Condition={"StringLike": {"AWS:UserId": "x*"}})), [grant(ANYONE, statements=(0,))], False),
    ("x", [grant(ANYONE, statements=(0,))], False), (policy(allow({"AWS": ["x", "*"]}, "s3:*", "*")), [grant(ANYONE, statements=(0,))], True), (policy(allow({"AWS": {"*": 1}}, "s3:*", "*")), [grant(ANYONE, statements=(0,))], False), (policy("x", allow("*", "s3:*", "*")), [grant(ANYONE, statements=(1,))], False),  # type: ignore[arg-type]
]  # fmt: skip


@rows("document, grants, expected", PUBLIC)
def test_what_is_public_for_certain(document: Any, grants: list[AccessGrant], expected: bool) -> None:  # fmt: skip
    """A statement that is for everybody, and lets everybody in."""
    assert is_public(document, grants) is expected


OPEN: list[tuple[Any, bool]] = [
    ("*", True), ("a?", True), ("${aws:x}", True), ("x", False), (3, False), ("arn:aws:sns:*:*:x", True), (f"arn:aws:sns:*:{V}:*", False), ("arn:*", False), ("arn:aws:s3:::a*", False), ("0.0.0.0/0", True), ("0.0.0.0/7", True), ("8.0.0.0/8", False), ("10.0.0.0/8", False), ("10.0.0.0/7", True), ("172.16.0.0/12", False), ("192.0.2.1", False),
    ("::/0", True), ("2001::/31", True), ("2001::/32", False), ("8.1.2.3/7", True),
]  # fmt: skip


@rows("value, expected", OPEN)
def test_what_fixes_nobody(value: Any, expected: bool) -> None:
    """A pattern, a variable, a wide network: of an ARN its account decides."""
    assert _open(value) is expected


def test_rights_in_a_cluster() -> None:
    """What is not read, or not understood, may be all."""

    def rights(**more: Any) -> str:
        return _rights({"principalArn": role(V), **more})

    told = [rights(), rights(policies=[]), rights(policies=["x/AmazonEKSViewPolicy"]), rights(policies=["x/AmazonEKSViewPolicy"], groups=["g"]), rights(policies=[], groups=["system:masters"]), rights(policies=["AmazonEKSAdminPolicy"]), rights(policies=["x/Odd"]), rights(policies=3)]  # fmt: skip
    assert told == ["admin", "read", "read", "write", "admin", "admin", "write", "admin"]
    assert [_rights(one) for one in (None, [], {"policies": []})] == ["admin"] * 3


def test_a_form_of_its_own_is_read_once() -> None:
    """What is written as all others are stays the very one."""
    for kind, document in ((SQS, policy()), ("AWS::ApiGateway::RestApi", '{"Statement": []}'), ("AWS::Serverless::Application", policy()), ("AWS::Serverless::Application", "{")):  # fmt: skip
        one = of(kind, document=document)
        assert as_policy(one) is one


def test_how_long_a_policy_may_be() -> None:
    """To the byte, as text and decoded."""
    for kind, longest in ((SQS, 20_480), (KMS, 32_768), ("AWS::SNS::Topic", 30_720)):
        for more, said in ((0, []), (1, ["too-long"])):
            bare = policy(allow({"AWS": root(M)}, "*", "*", Sid=""))
            size = len(msgspec.json.encode(bare)) - 2
            rest = longest + more - size - 2
            plain, wide = (policy(allow({"AWS": root(M)}, "*", "*", Sid=sid)) for sid in ("x" * rest, "é" + "x" * (rest - 2)))  # fmt: skip
            arn = f"arn:aws:{kind.split('::')[1].lower()}:eu-west-1:{M}:key/x"
            for one in (plain, *(msgspec.json.encode(x).decode() for x in (plain, wide))):
                found = analyze_resource(of(kind, arn, document=one), OURS, TODAY).problems
                assert [x.code for x in found if x.code == "too-long"] == said, kind


def test_no_account_is_told_by_the_arn() -> None:
    """As far as it has one."""
    document = policy(allow({"AWS": root(M)}, "sqs:*", "*"))
    for arn, account, expected in ((QUEUE, None, 0), (QUEUE, M, 0), ("arn:aws:sqs", None, 1)):
        ours = msgspec.structs.replace(OURS, accounts=frozenset())
        found: Access = analyze_resource(Resource(arn=arn, kind=SQS, account=account, document=document), ours, date(2026, 11, 20))  # fmt: skip
        assert len(found.grants) == expected, arn
