"""Roles, resources, images and guardrails of many kinds, of which all that a proof says is held
still. Each has a name that tells what it is."""

from __future__ import annotations

import json
from typing import Any

from tests.access.support import OFF
from tests.enforce.support import ACCOUNTS, CHIEF, MANIFEST, MORE, ROOT, UNIT, holder, vendor
from tests.enforce.test_resources import (
    ANY,
    GRANT,
    LOGS,
    OAI,
    OUR_OAI,
    B,
    K,
    Q,
    T,
    allow,
    record,
)
from tests.support.snapshots import image, use
from tests.trust.support import (
    COGNITO,
    EKS,
    EXT,
    GITHUB,
    OWN,
    SAML,
    M,
    N,
    V,
    W,
    deny,
    github,
    oidc,
    policy,
    root,
    statement,
    web,
)

SCOPED, LOST, EXPIRED = "666666666666", "555555555555", "777777777777"
POOL, GUESTS, THEIRS = (
    f"eu-west-1:{one * 8}-2222-3333-4444-555555555555" for one in ("1", "2", "a")
)
VENDORS = [
    vendor("V", accounts=[V]),
    vendor("Scoped", accounts=[SCOPED], scope={"in_accounts": [N]}),
    vendor("Gone", accounts=[EXPIRED], expires="2026-11-01"),
    vendor("G", federation=[{"issuer": GITHUB, "claims": {"sub": ["repo:acme/*"]}}]),
]
ORG = [*VENDORS, vendor("O", organizations=[EXT]), vendor("P", federation=[{"issuer": COGNITO, "claims": {"aud": [THEIRS]}}]),
       vendor("E", federation=[{"issuer": "idp.variable.example.com", "claims": {"sub": ["a${b}*"]}}])]  # fmt: skip
OTHERS = [vendor("W", accounts=[W]), vendor("O", organizations=["o-other12345"])]
MANIFEST_OF: dict[str, Any] = MANIFEST | {"accounts": [*ACCOUNTS, {"id": LOST}]}
POOLS = [
    {"account": M, "arn": f"arn:aws:cognito-identity:eu-west-1:{M}:identitypool/{pool}", "kind": "identity-pool", "issuer": pool, "logins": logins}
    for pool, logins in ((POOL, []), (GUESTS, ["unauthenticated"]), (POOL[:-1] + "9", ["idp.example.com"]))
]  # fmt: skip
SOURCE = f"arn:aws:sns:us-east-1:{W}:t"
SAML_IN = statement({"Federated": SAML}, Action="sts:AssumeRoleWithSAML")
SSO = statement({"Federated": f"arn:aws:iam::{M}:saml-provider/AWSSSO_1_DO_NOT_DELETE"}, Action="sts:AssumeRoleWithSAML")  # fmt: skip


def when(operator: str, key: str, value: Any) -> dict[str, Any]:
    return {operator: {key: value}}


def at_pool(pool: str, **amr: Any) -> Any:
    return policy(web(COGNITO, {"StringEquals": {f"{COGNITO}:aud": pool}, **amr}))


SNS = {"Service": "sns.amazonaws.com"}
TRUSTS: dict[str, Any] = {
    "nobody": policy(), "ourselves": policy(statement({"AWS": N})), "a vendor": policy(statement({"AWS": V})), "a stranger": policy(statement({"AWS": W})),
    "a stranger with an id": policy(statement({"AWS": W}, when("StringEquals", "sts:ExternalId", "id-1234"))), "a stranger with another id": policy(statement({"AWS": W}, when("StringEquals", "sts:ExternalId", "id-5678"))),
    "a vendor with an id": policy(statement({"AWS": V}, when("StringEquals", "sts:ExternalId", "id-1234"))),
    "a vendor and a stranger": policy(statement({"AWS": [V, W]})), "a stranger's role": policy(statement({"AWS": f"arn:aws:iam::{W}:role/x"})), "a stranger's user": policy(statement({"AWS": f"arn:aws:iam::{W}:user/x"})),
    "a vendor for another account": policy(statement({"AWS": SCOPED})), "one whose vetting ended": policy(statement({"AWS": EXPIRED})), "anybody": policy(statement("*")),
    "anybody of our organization": policy(statement("*", when("StringEquals", "aws:PrincipalOrgID", OWN))), "of a vendor's": policy(statement("*", when("StringEquals", "aws:PrincipalOrgID", EXT))),
    "a member of a vendor's": policy(statement({"AWS": W}, when("StringEquals", "aws:PrincipalOrgID", EXT))), "of a stranger's": policy(statement("*", when("StringEquals", "aws:PrincipalOrgID", "o-stranger123"))), "of its account": policy(statement("*", when("StringEquals", "aws:PrincipalAccount", [V, W]))),
    "anybody but a vendor": policy(statement("*"), deny({"AWS": V})), "a vendor but for one role": policy(statement({"AWS": V}), deny({"AWS": f"arn:aws:iam::{V}:role/x"})),
    "a service": policy(statement({"Service": "ec2.amazonaws.com"})), "a service for us": policy(statement(SNS, when("StringEquals", "aws:SourceAccount", M))),
    "a service for a vendor": policy(statement(SNS, when("StringEquals", "aws:SourceAccount", V))), "a service for a stranger": policy(statement(SNS, when("StringEquals", "aws:SourceAccount", W))),
    "a service by its source": policy(statement(SNS, when("ArnEquals", "aws:SourceArn", SOURCE))), "a service for an organization": policy(statement(SNS, when("StringEquals", "aws:SourceOrgID", EXT))),
    "a service for a member": policy(statement(SNS, when("StringEquals", "aws:SourceAccount", N))), "a service for anybody": policy(statement(SNS, when("StringLike", "aws:SourceAccount", "*"))),
    "certificates": policy(statement({"Service": "rolesanywhere.amazonaws.com"})), "by SAML": policy(SAML_IN), "an issuer": policy(web(oidc(EKS))),
    "a pipeline": github("StringLike", sub="repo:acme/app:*"), "a stranger's pipeline": github("StringLike", sub="repo:evil/*"), "any pipeline": policy(web(oidc(GITHUB))),
    "a pipeline in any case": github("StringEqualsIgnoreCase", sub="repo:ACME/app:x"), "two pipelines": github("StringLike", sub=["repo:acme/*", "repo:evil/*"]), "any tenant with an audience": github("StringEquals", aud="sts.amazonaws.com"),
    "an own pool": at_pool(POOL), "an own pool with guests": at_pool(GUESTS), "its users": at_pool(GUESTS, **{"ForAnyValue:StringLike": {f"{COGNITO}:amr": "authenticated"}}),
    "a vendor's pool": at_pool(THEIRS), "a stranger's pool": at_pool(THEIRS[:-1] + "9"), "another partition": policy(statement({"AWS": f"arn:aws-cn:iam::{V}:root"})),
    "a deleted principal": policy(statement({"AWS": "AROAEXAMPLEAAAAAAAAAA"})), "two deleted ones and a stranger": policy(statement({"AWS": ["AROAEXAMPLEAAAAAAAAAA", "AIDAEXAMPLEAAAAAAAAAA", W]})),
    "not understood": policy(statement({"AWS": V}, Effect="allow")), "not understood twice": policy(statement({"AWS": W}, Effect="allow"), statement({"AWS": "x"}), statement({"AWS": "y"}), statement({"AWS": "x"})),
    "none": "x", "a list": [], "without a statement": {"Version": "2012-10-17"}, "one statement alone": {"Version": "2012-10-17", "Statement": statement({"AWS": W})},
    "of the older language": policy(statement({"AWS": W}), version="2008-10-17"), "with a variable there": policy(statement({"AWS": W}, when("StringEquals", "aws:PrincipalTag/x", "${aws:username}")), version="2008-10-17"),
    "an issuer with a variable": policy(web(oidc(EKS), when("StringEquals", f"{EKS}:sub", "${aws:username}")), version="2008-10-17"), "an issuer of the older language": policy(web(oidc(EKS), when("StringLike", f"{EKS}:sub", "a*")), version="2008-10-17"),
    "of no version": policy(statement({"AWS": V}), version=None), "with tags too": policy(statement({"AWS": W}, Action=["sts:AssumeRole", "sts:TagSession"])), "a session name alone": policy(statement({"AWS": W}, Action="sts:SetSourceIdentity")),
    "a pipeline and a stranger": policy(statement({"AWS": W}), *github("StringLike", sub="repo:acme/*")["Statement"]), "a stranger in a session": policy(statement({"AWS": f"arn:aws:sts::{W}:assumed-role/x/y"})),
}  # fmt: skip
PLACES = [(N, "a vendor for another account"), (CHIEF, "a stranger"), (CHIEF, "a vendor and a stranger"), (LOST, "a stranger"), (LOST, "a vendor"), (MORE, "a stranger")]  # fmt: skip


def roles() -> list[dict[str, Any]]:
    found = [holder(name.replace(" ", "-").replace("'", ""), one) for name, one in TRUSTS.items()]
    found += [holder(f"at-{n}", TRUSTS[name], account) for n, (account, name) in enumerate(PLACES)]
    linked = holder("linked", TRUSTS["a vendor and a stranger"])
    signs_in = holder("AWSReservedSSO_x", policy(SSO))
    both = holder("AWSReservedSSO_y", policy(SSO, statement({"AWS": W})))
    reserved = {"path": "/aws-reserved/sso.amazonaws.com/"}
    found += [linked | {"path": "/aws-service-role/x.amazonaws.com/"}, signs_in | reserved, both | reserved]  # fmt: skip
    return [*found, holder("AWSReservedSSO_z", policy(SSO)), holder("nowhere", TRUSTS["a stranger"]) | {"path": None}]  # fmt: skip


def bucket(name: str, principal: Any, condition: Any = None, **parts: Any) -> dict[str, Any]:
    arn = f"arn:aws:s3:::{name}"
    document = allow(principal, "s3:GetObject", f"{arn}/*", condition)
    return record("AWS::S3::Bucket", arn, **{"document": document, **parts})


def queue(name: str, principal: Any, condition: Any = None, account: str = M) -> dict[str, Any]:
    arn = f"arn:aws:sqs:eu-west-1:{account}:{name}"
    return record("AWS::SQS::Queue", arn, account, document=allow(principal, "sqs:SendMessage", arn, condition))  # fmt: skip


def key(name: str, account: str = M, **parts: Any) -> dict[str, Any]:
    return record("AWS::KMS::Key", f"arn:aws:kms:eu-west-1:{account}:key/{name}", account, **parts)


def held(*who: str, **more: Any) -> dict[str, Any]:
    return {"grants": [GRANT | {"GranteePrincipal": one} | more for one in who]}


def point(name: str, principal: Any, **parts: Any) -> dict[str, Any]:
    arn = f"arn:aws:s3:eu-west-1:{M}:accesspoint/{name}"
    document = allow(principal, "s3:GetObject", f"{arn}/object/*")
    return record("AWS::S3::AccessPoint", arn, **{"settings": {"bucket": name, "origin": "Internet"}, "document": document, **parts})  # fmt: skip


LEFT_TO = {"StringEquals": {"s3:DataAccessPointAccount": M}}
USERS, DELIVERY = "http://acs.amazonaws.com/groups/global/AllUsers", "http://acs.amazonaws.com/groups/s3/LogDelivery"  # fmt: skip
LIVE, SHUT = {"ownership": "ObjectWriter"}, {"bpa": {**OFF, "RestrictPublicBuckets": True, "IgnorePublicAcls": True}}  # fmt: skip
ODD = {"Statement": [{"Effect": "allow", "Principal": {"AWS": W}, "Action": "s3:GetObject", "Resource": "*"}]}  # fmt: skip
GROUP = ["Group", USERS, "READ"]
OLD = allow({"AWS": [W]}, "sqs:SendMessage", "*", when("StringEquals", "aws:PrincipalTag/x", "${aws:username}")) | {"Version": "2008-10-17"}  # fmt: skip
RESOURCES: list[dict[str, Any]] = [
    bucket("vendor", {"AWS": V}), bucket("stranger", {"AWS": W}), bucket("both", {"AWS": [V, W]}), bucket("anybody", "*"), bucket("list", {"AWS": ["*", V]}), bucket("scoped", {"AWS": SCOPED}),
    bucket("expired", {"AWS": EXPIRED}), bucket("role", {"AWS": f"arn:aws:iam::{W}:role/x"}), bucket("org", "*", when("StringEquals", "aws:PrincipalOrgID", EXT)), bucket("member", {"AWS": [W]}, when("StringEquals", "aws:PrincipalOrgID", EXT)), bucket("other-org", "*", when("StringEquals", "aws:PrincipalOrgID", "o-other12345")),
    bucket("tagged", "*", when("StringEquals", "aws:PrincipalAccount", [V, W])), bucket("logs", {"AWS": [LOGS, W]}), bucket("oai", {"AWS": OAI}), bucket("oais", {"AWS": [OAI, OAI[:-1] + "9"]}), bucket("canonical", {"CanonicalUser": "c" * 64}),
    bucket("federated", {"Federated": COGNITO}), bucket("service", {"Service": "sns.amazonaws.com"}), bucket("for-a-stranger", {"Service": "sns.amazonaws.com"}, when("StringEquals", "aws:SourceAccount", W)),
    bucket("for-a-vendor", {"Service": "sns.amazonaws.com"}, when("StringEquals", "aws:SourceAccount", V)), bucket("by-source", {"Service": "sns.amazonaws.com"}, when("ArnEquals", "aws:SourceArn", SOURCE)),
    bucket("shut", "*", settings=SHUT), bucket("shut-both", {"AWS": ["*", V]}, settings=SHUT), bucket("told-public", {"AWS": V}, settings={"policy_status": True}), bucket("told-not", "*", settings={"policy_status": False}),
    bucket("deny", "*", document={"Statement": [*allow("*", "s3:GetObject", "arn:aws:s3:::deny/*")["Statement"], deny({"AWS": W}, Action="s3:*", Resource="*")]}),
    bucket("odd", "*", document=ODD), bucket("odd-acl", "*", document="{", acl=[GROUP], settings=LIVE), bucket("text", "*", document=json.dumps(allow({"AWS": [W]}, "s3:GetObject", "*"))), bucket("number", "*", document=3, acl=[GROUP], settings=LIVE),
    bucket("acl", "*", document=None, acl=[GROUP, ["CanonicalUser", "c" * 64, "READ"], ["CanonicalUser", "d" * 64, "READ"], ["Group", DELIVERY, "WRITE"]], settings={**LIVE, "canonical": {"d" * 64: W}}),
    bucket("acl-off", "*", document=None, acl=[GROUP, ["Group", DELIVERY, "WRITE"]], settings={"ownership": "BucketOwnerEnforced"}), bucket("acl-and-vendor", {"AWS": [V]}, acl=[GROUP], settings=LIVE), bucket("acl-vendor", "*", document=None, acl=[["CanonicalUser", "e" * 64, "READ"]], settings={**LIVE, "canonical": {"e" * 64: V}}),
    bucket("points", {"AWS": "*"}, LEFT_TO), point("points", {"AWS": [W, V]}), bucket("bad-point", {"AWS": "*"}, LEFT_TO), point("bad-point", "*", document="{"), bucket("odd-point", {"AWS": [V, W]}, LEFT_TO), point("odd-point", "*", document={"Statement": 3}),
    bucket("bare-point", {"AWS": [V]}, LEFT_TO), point("bare-point", "*", document=None), point("lone", {"AWS": [W]}),
    queue("vendor", {"AWS": V}), queue("stranger", {"AWS": W}), queue("sns", {"Service": "sns.amazonaws.com"}, when("StringEquals", "aws:SourceAccount", W)), queue("ours", {"Service": "sns.amazonaws.com"}, when("StringEquals", "aws:SourceAccount", N)),
    queue("chief", {"AWS": [W, V]}, account=CHIEF), queue("lost", {"AWS": [W, V]}, account=LOST), queue("more", {"AWS": [SCOPED, W]}, account=MORE), queue("there", {"AWS": [SCOPED]}, account=N), record("AWS::SQS::Queue", Q, document=OLD),
    queue("several", {"AWS": [W, f"arn:aws:iam::{W}:role/x", "444455556666"]}), queue("but-one", "*", when("StringNotEquals", "aws:PrincipalAccount", W)), queue("tag", "*", when("StringEquals", "aws:PrincipalTag/x", "y")),
    key("vendor", **held(root(V))), key("stranger", **held(root(W), f"arn:aws:iam::{W}:role/x")), key("roles-alone", **held(root("444455556666"))), key("deleted", **held("AROAEXAMPLEAAAAAAAAAA")), key("scoped", **held(root(SCOPED))), key("lost", LOST, **held(root(W), root(V))), key("chief", CHIEF, **held(root(W))),
    key("both", document=allow({"AWS": [V, W]}, "kms:Decrypt", "*"), **held(root(V), root(W))), key("retired", **held(root(M), RetiringPrincipal=root(W))),
    record("AWS::ECR::Repository", f"arn:aws:ecr:eu-west-1:{M}:repository/app", document={"Statement": [statement({"AWS": [V, W]}, Action="ecr:BatchGetImage")]}),
    record("AWS::SecretsManager::Secret", f"arn:aws:secretsmanager:eu-west-1:{M}:secret:s", document=allow({"AWS": [V, W]}, "secretsmanager:*", "*")),
    record("AWS::SNS::Topic", T, document=allow({"AWS": [W]}, "sns:Publish", T)), record("AWS::SNS::Topic", f"{T}v", document=allow({"AWS": [V]}, "sns:Publish", "*")), record("AWS::EC2::Snapshot", f"arn:aws:ec2:eu-west-1:{M}:snapshot/s", share=[{"UserId": W}]),
    record("AWS::EC2::Snapshot", f"arn:aws:ec2:eu-west-1:{M}:snapshot/all", share=[{"Group": "all"}, {"UserId": V}]), record("AWS::EC2::Snapshot", f"arn:aws:ec2:eu-west-1:{M}:snapshot/shut", share=[{"Group": "all"}], settings={"snapshot_block": "block-all-sharing"}),
    record("AWS::S3::Bucket", B, share=[W]), record("AWS::KMS::Key", K, grants=3, document=allow({"AWS": [W]}, "kms:Decrypt", "*")), OUR_OAI,
]  # fmt: skip
RESOURCE_VENDORS = [vendor("V", accounts=[V], scope=ANY), vendor("Scoped", accounts=[SCOPED], scope=ANY | {"in_accounts": [N]}), vendor("Gone", accounts=[EXPIRED], scope=ANY, expires="2026-11-01"),
                    vendor("R", accounts=["444455556666"])]  # fmt: skip
RESOURCE_ORG = [*RESOURCE_VENDORS, vendor("O", organizations=[EXT], scope=ANY)]


MARKET, CODE = {"owner": "679593333241", "alias": "aws-marketplace"}, "code1"
IMAGES: list[dict[str, Any]] = [
    {"owner": V, "name": "x"}, {"owner": W, "name": "x"}, {"owner": W, "name": "agent-1"}, {"owner": W, "name": "agent-1", "product_codes": [CODE]}, {"owner": SCOPED, "name": "x"}, {"owner": SCOPED}, {"owner": EXPIRED}, {},
    {"owner": W}, {"owner": N, "name": "own"}, {"owner": M, "name": "own"}, {"owner": LOST}, {"owner": "137112412989", "alias": "amazon"}, {"owner": "137112412989", "alias": "aws-backup-vault"}, MARKET | {"product_codes": [CODE]},
    MARKET | {"product_codes": ["code2"]}, MARKET | {"product_codes": [CODE, "code2"]}, MARKET | {"product_codes": None}, MARKET | {"product_codes": []}, {"alias": "amazon"}, {"owner": "123412341234", "product_codes": None}, {"owner": EXPIRED, "product_codes": [CODE]},
    {"owner": "222233334444", "name": "in-1"}, {"owner": "222233334444", "name": "out-1"}, {"owner": "222233334444"}, {"owner": "121212121212", "name": "ami-0123456789abcdef0"},
]  # fmt: skip
IMAGE_VENDORS = [
    vendor("V", accounts=[V]), vendor("W", accounts=[W], scope={"images": ["agent-*"]}), vendor("Scoped", accounts=[SCOPED], scope={"in_accounts": [M]}), vendor("Gone", accounts=[EXPIRED], expires="2026-11-01"),
    vendor("P", marketplace_products=[CODE]), vendor("In", accounts=["222233334444"], marketplace_products=["code3"], scope={"images": ["in-*", "b?*"], "in_accounts": [N]}), vendor("Org", organizations=[EXT]),
    vendor("Ids", accounts=["121212121212"], scope={"images": ["ami-0123456789abcdef0"]}),
]  # fmt: skip


def images() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Each as one account of ours sees it, and as another, with a use in each."""
    told = [image(f"ami-{n}", account=account, **facts) for n, facts in enumerate(IMAGES) for account in (M, N)]  # fmt: skip
    uses = [use(f"i-{n}", f"ami-{n}", account=account) for n, _ in enumerate(IMAGES) for account in (M, N)]  # fmt: skip
    lost = [use("i-lost", "ami-0", account=LOST), use("i-none", None, account=M), use("i-unseen", "ami-999", account=M)]  # fmt: skip
    return told, [
        *uses,
        *lost,
        use("i-elsewhere", "ami-0", account="123123123123"),
        use("i-chief", "ami-10", account=CHIEF),
    ]


GAPS = [
    {"account": N, "call": "iam:GetAccountAuthorizationDetails", "code": "AccessDenied", "message": "no"}, {"account": N, "region": "eu-west-1", "call": "sqs:ListQueues", "code": "X", "message": "y"},
    {"account": M, "region": "eu-west-1", "call": "ec2:DescribeInstances", "code": "X", "message": "z"}, {"call": "organizations:ListAccounts", "code": "X", "message": "w"}, {"region": "eu-west-1", "call": "s3control:ListAccessPoints", "code": "X", "message": "v"},
    {"account": M, "call": "s3:GetBucketPolicy", "code": "X", "message": "u"}, *({"account": M, "call": f"{one}:Any", "code": "X", "message": "y"} for one in (
        "autoscaling", "batch", "eks", "elasticmapreduce", "emr", "imagebuilder", "ssm", "apigateway", "backup", "codeartifact", "dynamodb", "ecr", "ecr-public", "efs", "es", "events", "elasticfilesystem", "glue", "kafka", "kms",
        "lambda", "logs", "opensearch", "ram", "rds", "redshift", "secretsmanager", "ses", "sns", "cognito-identity", "cognito-idp", "rolesanywhere", "sts", "odd")),
]  # fmt: skip
LEFT_OUT = {"accounts": [*ACCOUNTS[:2], ACCOUNTS[2] | {"collected": False}, ACCOUNTS[3] | {"collected": False, "shard": "2/4"}]}  # fmt: skip
TARGETS = (ROOT, UNIT)
