"""Every case of section 8 of the trust semantics, in tables: who is let in, and why."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest

from checker.trust import BLOCKING, analyze, open_federation
from tests.support.rows import rows
from tests.trust.oracle import allows
from tests.trust.support import (
    BUILT_IN,
    COGNITO,
    EKS,
    EXT,
    GITHUB,
    GOOGLE,
    OWN,
    SAML,
    SAML_ENTITY,
    SCOPE,
    M,
    N,
    V,
    W,
    codes,
    deny,
    github,
    oidc,
    policy,
    principals,
    role,
    root,
    show,
    statement,
    web,
)

BLOCKS = "one of BLOCKING"  # a problem that says: not wholly understood
ANY = "anyone"
IN_V = f"account:{V}"
ROLE_ID, USER_ID = "AROAEXAMPLEEXAMPLE123", "AIDAEXAMPLEEXAMPLE123"
OWN_PATHS, ROOT, OU = f"{OWN}/*", "r-ab12", "ou-ab12-11112222"


@dataclass(frozen=True)
class Case:
    """One row. `problem` is a code, BLOCKS, or None where nothing may block."""

    id: str
    document: Any
    expected: tuple[str, ...]
    reason: str
    problem: str | None = None
    external: str = "none"
    network: bool = False
    statements: tuple[int, ...] = (0,)
    open: bool | None = None
    scope: dict[str, Any] = field(default_factory=dict)


def case(id: str, document: Any, *expected: str, reason: str, **more: Any) -> Case:  # noqa: A002
    return Case(id=id, document=document, expected=expected, reason=reason, **more)


def allow(principal: Any = "*", condition: Any = None, **fields: Any) -> dict[str, Any]:
    return policy(statement(principal, condition, **fields))


def aws(*principals: Any) -> dict[str, Any]:
    return {"AWS": list(principals) if len(principals) > 1 else principals[0]}


def pa(operator: str, value: Any) -> dict[str, Any]:
    return {operator: {"aws:PrincipalAccount": value}}


def org(operator: str, value: Any) -> dict[str, Any]:
    return {operator: {"aws:PrincipalOrgID": value}}


def paths(operator: str, value: Any) -> dict[str, Any]:
    return {operator: {"aws:PrincipalOrgPaths": value}}


def arn(operator: str, value: Any) -> dict[str, Any]:
    return {operator: {"aws:PrincipalArn": value}}


def external(operator: str, value: Any) -> dict[str, Any]:
    return {operator: {"sts:ExternalId": value}}


PRINCIPAL_AND_ACTION = [
    case("star", allow("*"), ANY, reason="a bare star is everybody"),
    case("aws-star", allow(aws("*")), ANY, reason="the star in a map is the same everybody"),
    case("bare-account", allow(aws(V)), IN_V, reason="a bare id is the whole account"),
    case("root", allow(aws(root(V))), IN_V, reason=":root in a Principal is the whole account"),
    case(
        "role",
        allow(aws(role(V))),
        f"principal:{role(V)}",
        reason="a role is named, so its account is not let in",
    ),
    case("own-and-vendor", allow(aws(M, N, V)), IN_V, reason="own accounts are not listed"),
    case(
        "own-account-not-said",
        allow(aws(M, N)),
        f"account:{N}",
        reason="the policy's own account is ours without saying, another must be said",
        scope={"own": frozenset()},
    ),
    case(
        "two-roles-of-one-account",
        allow(aws(role(V, "x"), role(V, "y"))),
        f"principal:{role(V, 'x')}",
        f"principal:{role(V, 'y')}",
        reason="each role is named; together they are not the account",
    ),
    case(
        "role-within-account",
        allow(aws(role(V, "x"), V)),
        IN_V,
        reason="a grant that another one covers is dropped",
    ),
    case(
        "role-session",
        allow(aws(f"arn:aws:sts::{V}:assumed-role/deploy/ci")),
        f"principal:arn:aws:sts::{V}:assumed-role/deploy/ci",
        reason="one session of a role is more precise than the role",
    ),
    case(
        "federated-user",
        allow(aws(f"arn:aws:sts::{V}:federated-user/bob")),
        f"principal:arn:aws:sts::{V}:federated-user/bob",
        reason="documents differ on whether such a session may call sts: keep the grant",
        problem="ambiguous",
    ),
    case(
        "deleted-live",
        allow(aws(ROLE_ID)),
        reason="a displayed unique id means that the role is gone, and nobody can be it again",
        problem="dangling-principal",
    ),
    case(
        "deleted-in-template",
        allow(aws(ROLE_ID)),
        f"unresolved:{ROLE_ID}",
        reason="in a template a unique id may be of a living role, of an unknown account",
        scope={"live": False},
    ),
    case(
        "other-partition",
        allow(aws(f"arn:aws-cn:iam::{V}:root")),
        f"account:aws-cn:{V}",
        reason="an account is (partition, id); IAM refuses a foreign partition, so it is said",
        problem="any",
    ),
    case(
        "root-of-star",
        allow(aws("arn:aws:iam::*:root")),
        ANY,
        reason="partial wildcards are invalid: assume the worst they could mean",
        problem="any",
    ),
    case(
        "partial-wildcard",
        allow(aws(f"arn:aws:iam::{V}:role/*")),
        IN_V,
        reason="an invalid wildcard inside one account can mean no more than the account",
        problem="any",
    ),
    case(
        "no-version-object-statement",
        {"Statement": statement(aws(V))},
        IN_V,
        reason="Version may be absent and Statement may be one object",
    ),
    case(
        "action-case",
        allow(aws(V), Action="STS:assumerole"),
        IN_V,
        reason="action names are not case-sensitive",
    ),
    case(
        "action-glob",
        allow(aws(V), Action="sts:?ssumeRol*"),
        IN_V,
        reason="both wildcards work in actions",
    ),
    case(
        "tag-session-only",
        allow(aws(V), Action="sts:TagSession"),
        reason="tagging a session lets nobody in",
    ),
    case(
        "side-actions-only",
        allow(aws(V), Action=["sts:TagSession", "sts:SetSourceIdentity", "sts:SetContext"]),
        reason="none of the three lets anybody in",
    ),
    case(
        "not-action-tag-session",
        allow(aws(V), Action=None, NotAction="sts:TagSession"),
        IN_V,
        reason="NotAction leaves AssumeRole allowed",
    ),
    case(
        "not-action-all",
        allow(aws(V), Action=None, NotAction="sts:*"),
        reason="NotAction leaves no action of sts",
    ),
    case(
        "empty-values",
        allow("*", pa("StringEquals", [])),
        reason="an empty list of values matches nothing",
    ),
    case(
        "key-twice-allow",
        allow("*", {"StringEquals": {"aws:PrincipalAccount": V, "AWS:principalaccount": W}}),
        IN_V,
        f"account:{W}",
        reason="which spelling wins is not documented: an Allow takes either",
        problem="any",
    ),
    case(
        "key-twice-across-operators",
        allow("*", {**pa("StringEquals", V), "StringLike": {"AWS:principalaccount": W}}),
        IN_V,
        f"account:{W}",
        reason="one key twice in different case counts across operators too",
        problem="any",
    ),
    case(
        "key-twice-deny",
        policy(
            statement(aws(V, W)),
            deny("*", {"StringEquals": {"aws:PrincipalAccount": V, "AWS:principalaccount": W}}),
        ),
        IN_V,
        f"account:{W}",
        reason="a Deny needs both spellings to hold, and one account cannot be two",
        problem="any",
    ),
]

CONDITIONS = [
    case(
        "account-equals",
        allow("*", pa("StringEquals", [V, N])),
        IN_V,
        reason="PrincipalAccount narrows everybody to the accounts named",
    ),
    case(
        "account-like",
        allow("*", pa("StringLike", "9999*")),
        "anyone like 9999*",
        reason="an account pattern is still anyone who gets such an id",
    ),
    case(
        "account-equals-star",
        allow("*", pa("StringEquals", "9999*")),
        reason="StringEquals takes the star literally, and no account has one",
    ),
    case(
        "own-org",
        allow("*", org("StringEquals", OWN)),
        reason="only members of the own organization pass",
    ),
    case(
        "other-org",
        allow("*", org("StringEquals", EXT)),
        f"organization:{EXT}",
        reason="every account of a foreign organization passes",
    ),
    case(
        "own-org-not-said",
        allow("*", org("StringEquals", OWN)),
        f"organization:{OWN}",
        reason="an organization that nobody called ours is foreign",
        scope={"organizations": frozenset()},
    ),
    case(
        "own-org-if-exists",
        allow("*", org("StringEqualsIfExists", OWN)),
        ANY,
        reason="an account without an organization lacks the key, and IfExists passes it",
    ),
    case(
        "own-org-for-all",
        allow("*", org("ForAllValues:StringEquals", OWN)),
        ANY,
        reason="ForAllValues is true of an absent key",
    ),
    case(
        "own-org-for-all-not-null",
        allow("*", {**org("ForAllValues:StringEquals", OWN), **org("Null", "false")}),
        reason="Null false closes the gap that ForAllValues leaves",
    ),
    case(
        "own-org-for-any",
        allow("*", org("ForAnyValue:StringEquals", OWN)),
        reason="ForAnyValue is false of an absent key",
    ),
    case(
        "not-other-org",
        allow("*", org("StringNotEquals", EXT)),
        ANY,
        reason="everybody outside that organization passes",
    ),
    case(
        "not-account",
        allow("*", pa("StringNotEquals", V)),
        f"anyone except {V}",
        reason="one account less is still everybody",
    ),
    case(
        "no-org",
        allow("*", org("Null", "true")),
        ANY,
        reason="anybody can have an account in no organization",
    ),
    case(
        "own-paths-for-any",
        allow("*", paths("ForAnyValue:StringLike", OWN_PATHS)),
        reason="each path of an own account begins with the own organization",
    ),
    case(
        "foreign-ou",
        allow("*", paths("ForAnyValue:StringLike", f"*/{ROOT}/{OU}/*")),
        ANY,
        reason="ids of OUs are unique within an organization only",
    ),
    case(
        "org-prefix",
        allow("*", paths("ForAnyValue:StringLike", f"{OWN}*")),
        ANY,
        reason="without the slash a foreign organization may begin with our id",
    ),
    case(
        "own-paths-plain",
        allow("*", paths("StringLike", OWN_PATHS)),
        reason="a multivalued key without a set operator is read as ForAnyValue in an Allow",
        problem="any",
    ),
    case(
        "own-paths-for-all",
        allow("*", paths("ForAllValues:StringLike", OWN_PATHS)),
        ANY,
        reason="ForAllValues is true of an account in no organization",
    ),
    case(
        "arn-like-role",
        allow("*", arn("ArnLike", f"arn:aws:iam::{V}:role/x*")),
        f"principal:arn:aws:iam::{V}:role/x*",
        reason="six components anchored: only those roles of V",
    ),
    case(
        "arn-equals-any-account",
        allow("*", arn("ArnEquals", "arn:aws:iam::*:role/x")),
        ANY,
        reason="ArnEquals has wildcards, and any account can have a role x",
    ),
    case(
        "arn-string-equals-star",
        allow("*", arn("StringEquals", f"arn:aws:iam::{V}:role/*")),
        reason="StringEquals takes the star literally, and no name has one",
    ),
    case(
        "arn-root",
        allow("*", arn("ArnEquals", root(V))),
        reason="in aws:PrincipalArn, :root is only the root user, who cannot call sts:AssumeRole",
    ),
    case(
        "arn-spoof",
        allow("*", arn("StringLike", f"*:{M}:*")),
        ANY,
        reason="colons are legal in IAM paths, so any account can contain our id in an ARN",
    ),
    case(
        "arn-own-account",
        allow("*", arn("ArnLike", f"arn:aws:*::{M}:*")),
        reason="ArnLike matches component by component: only our account",
    ),
    case(
        "external-id",
        allow("*", external("StringEquals", "abcdef")),
        ANY,
        reason="the caller chooses the external id: it narrows nobody",
        external="required",
    ),
    case(
        "vendor-external-id",
        allow(aws(V), external("StringEquals", "abcdef")),
        IN_V,
        reason="the vendor with its id",
        external="required",
    ),
    case(
        "vendor-no-external-id",
        allow(aws(V)),
        IN_V,
        reason="a vendor without an external id is open to the confused deputy",
    ),
    case(
        "vendor-external-id-star",
        allow(aws(V), external("StringLike", "*")),
        IN_V,
        reason="any external id will do, so it protects nothing",
        external="pattern",
    ),
    case(
        "principal-tag",
        allow("*", {"StringEquals": {"aws:PrincipalTag/team": "x"}}),
        ANY,
        reason="everybody tags his own principals",
    ),
    case(
        "userid-user",
        allow("*", {"StringEquals": {"aws:userid": USER_ID}}),
        f"unresolved:{USER_ID}",
        reason="one user, of an account that the id does not tell",
    ),
    case(
        "userid-role",
        allow("*", {"StringLike": {"aws:userid": f"{ROLE_ID}:*"}}),
        f"unresolved:{ROLE_ID}",
        reason="every session of one role, of an account that the id does not tell",
    ),
    case(
        "userid-account",
        allow("*", {"StringLike": {"aws:userid": f"{V}:*"}}),
        IN_V,
        reason="ACCOUNT:name is the user id of that account's federated users",
        problem="any",
    ),
    case(
        "source-ip",
        allow("*", {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}),
        ANY,
        reason="a network is no principal",
        network=True,
    ),
    case(
        "source-vpce",
        allow("*", {"StringEquals": {"aws:SourceVpce": "vpce-0123456789abcdef0"}}),
        ANY,
        reason="an endpoint is no principal",
        network=True,
    ),
    case(
        "source-account",
        allow("*", {"StringEquals": {"aws:SourceAccount": M}}),
        f"service:* for {M}",
        reason="only services send SourceAccount",
    ),
    case(
        "resource-org-variable",
        allow("*", {"StringEquals": {"aws:ResourceOrgID": "${aws:PrincipalOrgID}"}}),
        reason="the caller must be of the role's organization: ours",
    ),
    case(
        "resource-org-variable-2008",
        {
            **allow("*", {"StringEquals": {"aws:ResourceOrgID": "${aws:PrincipalOrgID}"}}),
            "Version": "2008-10-17",
        },
        reason="without the newer Version the variable is a text that no organization is called",
    ),
    case(
        "resource-account-variable",
        allow("*", pa("StringEquals", "${aws:ResourceAccount}")),
        reason="the caller must be of the role's account: ours",
    ),
    case(
        "tag-variable",
        allow("*", {"StringEquals": {"aws:PrincipalTag/a": "${aws:PrincipalAccount}"}}),
        ANY,
        reason="everybody can tag himself with his own account",
    ),
    case(
        "key-case",
        allow("*", {"StringEquals": {"AWS:principalaccount": V}}),
        IN_V,
        reason="condition keys are not case-sensitive",
    ),
    case(
        "account-in-and-out",
        allow("*", {**pa("StringEquals", [V, W]), **pa("StringNotEquals", W)}),
        IN_V,
        reason="two operators on one key must hold of one value",
    ),
    case(
        "vendor-own-org",
        allow(aws(V), org("StringEquals", OWN)),
        reason="the vendor is not in the own organization",
    ),
    case(
        "service-flag",
        allow("*", {"Bool": {"aws:PrincipalIsAWSService": "true"}}),
        "service:*",
        reason="any service, and nobody else",
    ),
    case(
        "expired",
        allow("*", {"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}),
        reason="an upper bound in the past lets nobody in",
    ),
    case(
        "unknown-operator",
        allow("*", {"StringSounds": {"aws:PrincipalAccount": M}}),
        ANY,
        reason="what is not understood never narrows an Allow",
        problem=BLOCKS,
    ),
]

NOT_OWN = org("StringNotEquals", OWN)
NOT_OWN_NOR_SERVICE = {**NOT_OWN, "Bool": {"aws:PrincipalIsAWSService": "false"}}
NOT_OWN_NOR_SERVICE_IF = {**NOT_OWN, "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}

DENY = [
    case(
        "all-but-vendor",
        policy(statement("*"), deny("*", pa("StringNotEquals", V))),
        IN_V,
        reason="the Deny leaves V alone; a service's account is never a customer's",
    ),
    case(
        "not-own-org-if-exists",
        policy(statement("*"), deny("*", org("StringNotEqualsIfExists", OWN))),
        reason="IfExists denies those without an organization, and services too",
    ),
    case(
        "not-own-org-nor-service",
        policy(statement("*"), deny("*", NOT_OWN_NOR_SERVICE)),
        "service:*",
        reason="only a service escapes the Deny",
    ),
    case(
        "google-survives",
        policy(web(GOOGLE), deny("*", NOT_OWN_NOR_SERVICE, Action="sts:*")),
        f"federated:{GOOGLE}",
        reason="a federated call lacks PrincipalIsAWSService, so Bool is false and it escapes",
        open=True,
    ),
    case(
        "google-denied-if-exists",
        policy(web(GOOGLE), deny("*", NOT_OWN_NOR_SERVICE_IF, Action="sts:*")),
        reason="BoolIfExists is true of a federated call",
    ),
    case(
        "one-account-denied",
        policy(statement(aws(V, W)), deny(aws(root(V)))),
        f"account:{W}",
        reason="a Deny of :root covers the account",
    ),
    case(
        "one-role-denied",
        policy(statement(aws(V)), deny(aws(role(V, "x")))),
        IN_V,
        reason="V has other roles",
    ),
    case(
        "role-in-denied-account",
        policy(statement(aws(role(V, "x"))), deny(aws(V))),
        reason="the Deny of the account covers its role",
    ),
    case(
        "other-action-denied",
        policy(statement(aws(V)), deny(aws(V), Action="sts:TagSession")),
        IN_V,
        reason="a Deny of tagging does not stop the session",
    ),
    case(
        "external-id-by-deny",
        policy(statement(aws(V)), deny("*", external("StringNotEquals", "abcdef"))),
        IN_V,
        reason="a negated operator denies an absent id too, so the id is required",
        external="required",
    ),
    case(
        "network-by-deny",
        policy(statement(aws(V)), deny("*", {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}})),
        IN_V,
        reason="the Deny leaves one network",
        network=True,
    ),
    case(
        "paths-not-own",
        policy(statement("*"), deny("*", paths("ForAnyValue:StringNotLike", OWN_PATHS))),
        ANY,
        reason="an account in no organization has no paths, and ForAnyValue is false of it",
    ),
    case(
        "tag-denied",
        policy(statement(aws(V)), deny("*", {"StringEquals": {"aws:PrincipalTag/a": "x"}})),
        IN_V,
        reason="the caller leaves the tag off",
    ),
    case(
        "service-and-aws-star",
        policy(statement({"Service": "ec2.amazonaws.com"}), deny(aws("*"))),
        "service:ec2.amazonaws.com",
        reason="documents differ on whether the star of AWS means services: no credit",
        problem="ambiguous",
    ),
    case(
        "empty-values-negated",
        policy(statement("*"), deny("*", pa("StringNotEquals", []))),
        reason="an empty list under a negated operator always matches",
    ),
]

ROLE_OF_TEAM = "${aws:PrincipalTag/team}"
SAME_AS_B = {"aws:PrincipalTag/a": "${aws:PrincipalTag/b, 'x'}"}
DENY += [
    case(
        "user-with-a-path",
        allow(
            aws(V),
            {
                **arn("ArnNotEquals", f"arn:aws:iam::{V}:user/${{aws:username}}"),
                "StringEquals": {"aws:PrincipalType": "User"},
            },
        ),
        IN_V,
        reason="aws:username is the last part of user/team/bob, so such a user passes",
    ),
    case(
        "role-named-as-its-tag",
        policy(
            statement(aws(role(V, "x")), {"StringEquals": {"aws:PrincipalTag/team": "x"}}),
            deny("*", arn("StringLike", role("${aws:PrincipalAccount}", ROLE_OF_TEAM))),
        ),
        reason="of a Deny's two variables the caller decides one alone: both are asked together",
    ),
    case(
        "tag-is-account-not-b",
        policy(
            statement(aws(V), {"StringEquals": {"aws:PrincipalTag/a": "${aws:PrincipalAccount}"}}),
            deny("*", {"StringEqualsIfExists": SAME_AS_B}),
        ),
        IN_V,
        reason="tag a may be the account while tag b is something else",
    ),
    case(
        "tag-is-account-or-b",
        policy(
            statement(
                aws(role(V)),
                {
                    "StringEqualsIgnoreCase": {
                        "aws:PrincipalTag/a": [*SAME_AS_B.values(), "${aws:PrincipalAccount}"]
                    }
                },
            ),
            deny("*", {"StringEqualsIgnoreCaseIfExists": SAME_AS_B}),
        ),
        f"principal:{role(V)}",
        reason="the second of the values remains, with tag b something else",
    ),
]

ON_GITHUB = f"federated:{GITHUB}"

FEDERATION = [
    case(
        "github-aud-only",
        github("StringEquals", aud="sts.amazonaws.com"),
        f"{ON_GITHUB} {{aud: sts.amazonaws.com}}",
        reason="every repository of GitHub can ask for that audience",
        open=True,
    ),
    case(
        "github-owner",
        github("StringLike", sub="repo:acme/*"),
        f"{ON_GITHUB} {{sub: repo:acme/*}}",
        reason="the owner is anchored by the slash",
        open=False,
    ),
    case(
        "github-owner-unanchored",
        github("StringLike", sub="repo:acme*"),
        f"{ON_GITHUB} {{sub: repo:acme*}}",
        reason="anybody can register acme-evil",
        open=True,
    ),
    case(
        "github-any-owner",
        github("StringLike", sub="repo:*/app:*"),
        f"{ON_GITHUB} {{sub: repo:*/app:*}}",
        reason="anybody can have a repository called app",
        open=True,
    ),
    case(
        "github-equals-star",
        github("StringEquals", sub="repo:acme/*"),
        reason="StringEquals takes the star literally, and no subject has one",
    ),
    case(
        "github-environment-if-exists",
        github("StringEqualsIfExists", environment="prod"),
        ON_GITHUB,
        reason="a token without an environment passes",
        open=True,
    ),
    case(
        "github-owner-id",
        github("StringEquals", repository_owner_id="12345"),
        f"{ON_GITHUB} {{repository_owner_id: 12345}}",
        reason="the id of one owner narrows as well as the subject does",
        open=False,
    ),
    case(
        "github-two-owners",
        github("StringLike", sub=["repo:evil/*", "repo:acme/*"]),
        f"{ON_GITHUB} {{sub: repo:acme/*, repo:evil/*}}",
        reason="both owners are let in",
        open=False,
    ),
    case(
        "mutual-cover",
        policy(
            web(oidc(GITHUB), {"StringLike": {f"{GITHUB}:environment": "p*"}}),
            web(oidc(GITHUB), {"StringLike": {f"{GITHUB}:environment": ["prod", "p*"]}}),
        ),
        f"{ON_GITHUB} {{environment: p*}}",
        reason="of two grants that cover each other one stays",
        statements=(0, 1),
    ),
    case(
        "federated-assume-role",
        policy(statement({"Federated": oidc(GITHUB)})),
        reason="a federated caller cannot call AssumeRole",
    ),
    case(
        "cognito-any-pool",
        policy(web(COGNITO)),
        f"federated:{COGNITO}",
        reason="without aud any identity pool of any account will do",
        open=True,
    ),
    case(
        "cognito-pool",
        policy(web(COGNITO, {"StringEquals": {f"{COGNITO}:aud": "eu-west-1:1-2-3"}})),
        f"federated:{COGNITO} {{aud: eu-west-1:1-2-3}}",
        reason="aud is the identity pool",
        open=False,
    ),
    case(
        "google-any-app",
        policy(web(GOOGLE)),
        f"federated:{GOOGLE}",
        reason="without aud any application of Google will do",
        open=True,
    ),
    case(
        "star-web-identity",
        allow("*", Action="sts:AssumeRoleWithWebIdentity"),
        *(f"federated:{host}" for host in (*BUILT_IN, EKS, GITHUB)),
        reason="the star takes in the built-in providers and each OIDC provider of the account",
    ),
    case(
        "star-saml",
        allow("*", Action="sts:AssumeRoleWithSAML"),
        f"federated:{SAML_ENTITY}",
        reason="the star takes in each SAML provider of the account",
    ),
    case(
        "eks-unknown",
        policy(web(oidc(EKS), {"StringEquals": {f"{EKS}:sub": "system:serviceaccount:a:b"}})),
        f"federated:{EKS} {{sub: system:serviceaccount:a:b}}",
        reason="whose cluster it is the analysis cannot know: the issuer is reported",
        open=False,
    ),
    case(
        "saml",
        policy(
            statement(
                {"Federated": SAML},
                {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}},
                Action="sts:AssumeRoleWithSAML",
            )
        ),
        f"federated:{SAML_ENTITY}",
        reason="saml:aud is the recipient, and the record names the identity provider",
    ),
    case(
        "saml-elsewhere",
        policy(
            statement(
                {"Federated": f"arn:aws:iam::{V}:saml-provider/Okta"},
                Action="sts:AssumeRoleWithSAML",
            )
        ),
        f"federated:arn:aws:iam::{V}:saml-provider/Okta",
        reason="likely inert, but it names somebody else's provider",
        problem="any",
    ),
]

BROKEN = [
    case("short-account", allow(aws(99999999999)), reason="eleven digits are no account"),
    case("effect-case", allow(aws(V), Effect="allow"), reason="Effect is case-sensitive"),
    case(
        "effect-twice",
        '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Effect": "Deny", '
        f'"Principal": {{"AWS": "{V}"}}, "Action": "sts:AssumeRole"}}]}}',
        reason="duplicate keys are invalid, and a decoder hides the first",
    ),
    case(
        "not-principal",
        allow(None, NotPrincipal=aws(M)),
        reason="NotPrincipal is not allowed in a trust policy: assume everybody",
    ),
    case("no-principal", allow(None), reason="a trust policy must say whom"),
    case("service-star", allow({"Service": "*"}), reason="a star for services is forbidden"),
    case(
        "canonical-user",
        allow(
            {"CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"}
        ),
        reason="canonical users are of S3 alone",
    ),
    case("resource", allow(aws(V), Resource="*"), reason="a trust policy has no Resource"),
    case("no-effect", allow(aws(V), Effect=None), reason="a statement must have an Effect"),
    case("no-action", allow(aws(V), Action=None), reason="a statement must have an Action"),
    case(
        "short-arn",
        allow("*", arn("ArnLike", f"arn:aws:iam::{V}")),
        reason="an Arn pattern of fewer than six parts may match",
    ),
]

WELL_FORMED = PRINCIPAL_AND_ACTION + CONDITIONS + DENY + FEDERATION


def cases(table: list[Case]) -> Any:
    return rows("row", table, ids=lambda row: row.id)


def answer(row: Case) -> Any:
    return analyze(row.document, msgspec.structs.replace(SCOPE, **row.scope))


@cases(WELL_FORMED)
def test_exactly_these_are_let_in(row: Case) -> None:
    """Catches an outsider who is missed, one who is invented, and one named too broadly."""
    assert principals(answer(row)) == sorted(row.expected), f"{row.reason}\n{show(row.document)}"


@cases(WELL_FORMED)
def test_details_of_each_grant(row: Case) -> None:
    """Catches a wrong external id, network, statement or openness of a grant."""
    for grant in answer(row).grants:
        assert grant.external_id == row.external, row.reason
        assert grant.network_limited is row.network, row.reason
        assert grant.statements == row.statements, row.reason
        if row.open is not None:
            assert open_federation(grant.principal) is row.open, row.reason


@cases(WELL_FORMED)
def test_problems_are_said_and_not_invented(row: Case) -> None:
    """Catches silence on a document that AWS refuses or leaves open, and a false alarm."""
    found = codes(answer(row))
    if row.problem == BLOCKS:
        assert found & BLOCKING
    elif row.problem == "any":
        assert found
    else:
        assert not found & BLOCKING
        assert row.problem is None or row.problem in found


@cases(WELL_FORMED)
def test_each_witness_is_allowed(row: Case) -> None:
    """Catches a grant whose proof does not replay."""
    for grant in answer(row).grants:
        assert grant.witness is not None
        assert allows(row.document, grant.witness), f"{grant.witness}\n{show(row.document)}"


@cases(BROKEN)
def test_what_is_not_understood_blocks(row: Case) -> None:
    """Catches a broken statement that passes in silence."""
    assert codes(answer(row)) & BLOCKING, row.reason


@pytest.mark.parametrize(
    ("document", "expected", "reason"),
    [
        (allow(None, NotPrincipal=aws(M)), [ANY], "Allow with NotPrincipal is everybody"),
        (allow(aws(V), Resource="*"), [IN_V], "Resource is refused, and yet analysed"),
        (allow("*", arn("ArnLike", f"arn:aws:iam::{V}")), [ANY], "a short pattern may match"),
        (
            policy(statement("*"), deny("*", arn("ArnLike", "arn:aws:iam::*"))),
            [ANY],
            "a short pattern earns a Deny no credit",
        ),
        (
            policy(statement(aws(V), Effect="allow"), statement(aws(W))),
            [f"account:{W}"],
            "the rest",
        ),
    ],
    ids=["not-principal", "resource", "short-arn", "short-arn-deny", "bad-effect-beside"],
)
def test_broken_documents_are_still_analysed(
    document: Any, expected: list[str], reason: str
) -> None:
    """Catches an engine that gives up on the whole document, and so hides who is let in."""
    analysis = analyze(document, SCOPE)
    assert set(expected) <= set(principals(analysis)), reason


@cases(WELL_FORMED)
def test_text_and_value_are_the_same(row: Case) -> None:
    """Catches a reading of JSON text that differs from that of the decoded value."""
    text = json.dumps(row.document)
    scope = msgspec.structs.replace(SCOPE, **row.scope)
    assert analyze(text, scope) == analyze(text.encode(), scope) == analyze(row.document, scope)


def test_an_issuer_of_ones_own_is_not_open() -> None:
    """Catches an issuer that serves one customer only taken for a shared one."""
    found = analyze(policy(web(oidc("login.acme.example"))), SCOPE).grants
    assert [open_federation(grant.principal) for grant in found] == [False]


@pytest.mark.parametrize("bound", [False, True])
def test_roles_anywhere_lets_in_holders_of_certificates(bound: bool) -> None:
    """Catches certificates of an unknown authority reported as a harmless service."""
    anchor = f"arn:aws:rolesanywhere:eu-west-1:{M}:trust-anchor/0a1b2c3d"
    condition = {"ArnEquals": {"aws:SourceArn": anchor}} if bound else None
    document = allow({"Service": "rolesanywhere.amazonaws.com"}, condition)
    (grant,) = analyze(document, SCOPE).grants
    assert grant.principal.kind == "federated"
    assert open_federation(grant.principal) is not bound
    assert grant.witness is not None
    assert allows(document, grant.witness)


def test_both_external_ids_count() -> None:
    """Catches the strongest external id being reported: an attacker uses the weakest."""
    document = policy(
        statement(aws(V), external("StringEquals", "abcdef")),
        statement(aws(V), external("StringLike", "abc*")),
        statement(aws(W), external("StringEquals", "abcdef")),
    )
    found = {
        g.principal.account: (g.external_id, g.statements) for g in analyze(document, SCOPE).grants
    }
    assert found == {V: ("pattern", (0, 1)), W: ("required", (2,))}


def test_ours_in_another_partition_is_not_ours() -> None:
    """Catches the partition being ignored when own accounts are left out."""
    analysis = analyze(allow(aws(f"arn:aws-cn:iam::{M}:root")), SCOPE)
    assert principals(analysis) == [f"account:aws-cn:{M}"]
