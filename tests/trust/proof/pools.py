"""Values for random policies: few for each key, so that conditions meet.

All are such as AWS could send, or patterns of such: near the edges of a key's domain (too short to
be an external id, an account id's beginning), beside wildcards, and with policy variables.
"""

from __future__ import annotations

from random import Random

from tests.trust.proof.world import KEYS, key_of

M, N = "111111111111", "222222222222"  # ours; M holds the role
V, W = "999999999999", "888888888888"  # outside
OWN, EXT = "o-own1234567", "o-ext1234567"
GITHUB = "token.actions.githubusercontent.com"
ENTRA = "sts.windows.net/11111111-2222-3333-4444-555555555555/"
COGNITO, GOOGLE, FACEBOOK, AMAZON = (
    "cognito-identity.amazonaws.com",
    "accounts.google.com",
    "graph.facebook.com",
    "www.amazon.com",
)


def oidc(issuer: str) -> str:
    return f"arn:aws:iam::{M}:oidc-provider/{issuer}"


def saml(name: str) -> str:
    return f"arn:aws:iam::{M}:saml-provider/{name}"


SENTINEL = "sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/"
OIDC_PROVIDERS = (oidc(GITHUB), oidc(ENTRA), oidc(SENTINEL), COGNITO, GOOGLE, FACEBOOK, AMAZON)
SAML_PROVIDERS = (saml("okta"), saml("adfs"))
SERVICES = ("ec2.amazonaws.com", "sns.amazonaws.com", "delivery.logs.amazonaws.com",
            "logs.amazonaws.com", "lambda.amazonaws.com", "s3.amazonaws.com")  # fmt: skip
ARNS = (
    f"arn:aws:iam::{V}:role/app",
    f"arn:aws:iam::{V}:role/team/app",
    f"arn:aws:iam::{V}:user/bob",
    f"arn:aws:iam::{W}:role/app",
    f"arn:aws:iam::{M}:role/app",
)
SESSION_ARN = f"arn:aws:sts::{V}:assumed-role/app/session1"
UNIQUE = "AROA12345678901234567"

CLAIMS = {
    GITHUB: ("sub", "aud", "repository_owner", "environment", "actor", "job_workflow_ref"),
    ENTRA: ("sub", "aud"),
    COGNITO: ("sub", "aud", "amr"),
    GOOGLE: ("sub", "aud", "oaud", "email"),
    FACEBOOK: ("app_id", "id"),
    AMAZON: ("app_id", "user_id"),
}
CLAIM_KEYS = tuple(f"{issuer}:{claim}" for issuer, claims in CLAIMS.items() for claim in claims)

_ORG = (
    [OWN, EXT, EXT.upper(), "o-short"],
    [
        "o-own*",
        "o-ext*",
        "o-ext123456?",
        f"{EXT}*",
        "o-*",
        "*",
        "o-??????????",
        "o-?????????",
        "o-*z",
    ],
)
_PATHS = (
    [f"{OWN}/r-ab12/", f"{EXT}/r-ab12/ou-ab12-11111111/"],
    [
        "o-*/r-ab12/*",
        "*/",
        "o-ext1234567/r-????/",
        f"{OWN}/",
        "*/r-ab12/ou-ab12-*",
        f"{OWN}/*",
        f"{EXT}/*",
        f"{OWN}*",
        f"{EXT}/r-ab12/*",
        "*/ou-ab12-11111111/*",
        "*",
    ],
)
_ACCOUNT = (
    [V, W, M, N],
    [
        "9999*",
        "*9",
        "1111*",
        "*",
        "?99999999999",
        "88888888888?",
        "?" * 12,
        "?" * 11,
        "9*9",
        "99999999999",
        "1*",
        "*1111",
    ],
)
_SERVICE = (
    ["ec2.amazonaws.com", "logs.amazonaws.com"],
    ["*.amazonaws.com", "ec2*", "*", "*.com", "*ec2*", "?c2.amazonaws.com"],
)
_SESSION = (
    ["ab", "alice", "alice@example.com"],
    ["a*", "*e", "?", "??", "alice@*", "*@example.com", "*"],
)
_VPC = (["vpc-0a1b2c3d", "vpc-0123456789abcdef0"], ["vpc-0a*", "vpc-*", "*"])
_ARN = (
    [f"arn:aws:ssm:us-east-1:{V}:thing/x", f"arn:aws:ssm:us-east-1:{M}:thing/x"],
    [f"arn:aws:ssm:*:{V}:*", "arn:aws:*:*:*:thing/*", "arn:*:ssm:us-east-?:*:*"],
)
_NAMES = (
    ["alpha", "beta", "alpine", "q"],
    ["al*", "*a", "?lpha", "*l*", "?", "*", "b*a", "a*p*", "??", "*a*a*", "al?ha", "?*", "*?q"],
)
_SUB = (
    ["repo:acme/app:ref:refs/heads/main", "repo:evil/app:environment:prod", "environment:prod"],
    ["repo:acme/*", "repo:*/app:*", "repo:acme*", "*:environment:prod", "repo:acme/app:*"],
)
_POOLS = {
    "aws:principalaccount": _ACCOUNT,
    "kms:calleraccount": _ACCOUNT,
    "aws:sourceaccount": _ACCOUNT,
    "aws:resourceaccount": _ACCOUNT,
    "aws:vpceaccount": _ACCOUNT,
    "aws:principalarn": (
        list(ARNS),
        [
            f"arn:aws:iam::{V}:role/*",
            f"arn:aws:iam::{V}:*",
            "arn:aws:iam::*:role/app",
            "arn:aws:iam::9999*:role/a*",
            f"arn:aws:iam::{M}:*",
            "arn:*:iam::*:user/*",
            "arn:aws:iam::*:role/team/?pp",
            "arn:aws:iam::99*99:role/*",
            "arn:aws:sts::*:federated-user/*",
            "arn:*",
            f"*:{V}:*",
            f"*{M}*",
            "arn:aws:iam::*:root",
            f"arn:aws:sts::{V}:assumed-role/app/*",
            "*/app",
            "arn:aws:iam::????????????:role/a?p",
        ],
    ),
    "aws:principaltype": (["AssumedRole", "User", "FederatedUser"], ["*User", "Assumed*", "User"]),
    "aws:userid": (
        [f"{UNIQUE}:session1", "AIDA12345678901234567", f"{V}:bob"],
        [
            f"{UNIQUE}:*",
            f"{V}:*",
            "AIDA*",
            "*:session1",
            "AROA*",
            "*:*",
            "*bob",
            f"{V}",
            "A???" + "?" * 17,
            "*:?",
        ],
    ),
    "aws:username": (["bob", "ann"], ["b*", "?nn", "*"]),
    "aws:principalservicename": _SERVICE,
    "aws:principalservicenameslist": _SERVICE,
    "aws:calledvia": _SERVICE,
    "aws:calledviafirst": _SERVICE,
    "aws:calledvialast": _SERVICE,
    "aws:calledviaawsmcp": _SERVICE,
    "sts:awsservicename": _SERVICE,
    "aws:sourcearn": (
        [
            f"arn:aws:sns:us-east-1:{V}:topic",
            "arn:aws:s3:::bucket",
            f"arn:aws:sns:us-east-1:{M}:topic",
        ],
        [
            f"arn:aws:lambda:*:{V}:function:*",
            f"arn:aws:logs:*:{V}:*",
            f"arn:aws:sns:*:{V}:*",
            "arn:aws:s3:::*",
            f"arn:aws:*:*:{M}:*",
            "arn:aws:sns:us-*:9999*:t*",
        ],
    ),
    "aws:sourcevpc": _VPC,
    "aws:ec2instancesourcevpc": _VPC,
    "aws:sourcevpce": (["vpce-0a1b2c3d", "vpce-0123456789abcdef0"], ["vpce-0a*", "vpce-*", "*"]),
    "aws:sourcevpcarn": (
        [f"arn:aws:ec2:us-east-1:{V}:vpc/vpc-0a1b2c3d"],
        [
            f"arn:aws:ec2:*:{V}:vpc/*",
            f"arn:aws:ec2:us-east-1:{M}:vpc/*",
            "arn:aws:ec2:*:*:vpc/vpc-0a*",
        ],
    ),
    "aws:federatedprovider": (
        [GOOGLE, oidc(GITHUB), COGNITO],
        ["*google*", f"arn:aws:iam::{M}:oidc-provider/*", "*"],
    ),
    "sts:externalid": (
        ["ab", "abc-123", "tenant/7"],
        ["a*", "?", "??", "*-123", "tenant/*", "*", "a?c*"],
    ),
    "aws:requestedregion": (["us-east-1", "eu-west-1"], ["us-*", "eu-west-?", "*"]),
    "ec2:roledelivery": (["1.0", "2.0"], ["1*", "?.0", "*"]),
    "sts:requestcontextproviders": (
        ["arn:aws:iam::aws:contextProvider/IdentityCenter"],
        ["arn:aws:iam::aws:contextProvider/X*", "arn:aws:iam::*:contextProvider/*"],
    ),
    f"{GITHUB}:sub": _SUB,
}
_BOOLS = {name for name, key in KEYS.items() if key.kind == "bool"}


def pool(name: str) -> tuple[list[str], list[str]]:
    """Exact values of a (lower-case) key, and patterns."""
    if name in _BOOLS:
        return ["true", "false"], ["t*", "*"]
    if name.endswith("orgid"):
        return _ORG
    if name.endswith("orgpaths"):
        return _PATHS
    if name.endswith(("rolesessionname", "sourceidentity")):
        return _SESSION
    found = _POOLS.get(name)
    if found is None:
        found = _ARN if key_of(name).domain.startswith("arn:") else _NAMES
    return found


VARIABLES = {
    "aws:PrincipalTag/team": "alpha",
    "aws:RequestTag/team": "alpha",
    "aws:PrincipalAccount": V,
    "aws:ResourceAccount": M,
    "aws:PrincipalOrgID": EXT,
    "aws:SourceAccount": V,
    "sts:RoleSessionName": "alice",
    "sts:ExternalId": "abc-123",
    "aws:username": "bob",
    "aws:userid": f"{V}:bob",
    "saml:sub": "alpha",
    f"{GITHUB}:actor": "alpha",
}
_SHAPES = (
    "{v}",
    "{v}",
    "*{v}",
    "{v}*",
    "*{v}*",
    "x-{v}",
    "{v}-x",
    "?{v}",
    "{v}?",
    "*-{v}",
    "*-{v}-*",
    "a?{v}*",
)


def with_variable(name: str, like: bool, random: Random) -> str:
    """A value with a policy variable, wildcards beside it where they work."""
    key, default = random.choice(sorted(VARIABLES.items()))
    variable = f"${{{key}}}" if random.random() < 0.75 else f"${{{key}, '{default}'}}"
    if random.random() < 0.08:
        variable = random.choice(["${*}", "${?}", "${$}"])
    fits = {"aws:principalorgid": "aws:PrincipalOrgID", "aws:resourceorgid": "aws:PrincipalOrgID"}
    if name in fits or name.endswith("orgid"):
        return "${aws:PrincipalOrgID}"
    if key_of(name).domain == key_of("aws:principalaccount").domain:
        return random.choice(
            ["${aws:PrincipalAccount}", "${aws:ResourceAccount}", "${aws:SourceAccount}"]
        )
    shapes = _SHAPES if like else [s for s in _SHAPES if "*" not in s and "?" not in s]
    return random.choice(shapes).replace("{v}", variable)


def arn_with_variable(name: str, random: Random) -> str:
    account = random.choice(["${aws:PrincipalAccount}", "${aws:ResourceAccount}", V, "*"])
    ending = random.choice(
        ["${aws:PrincipalTag/team}", "*${aws:PrincipalTag/team}", "app", "${aws:username}", "a*"]
    )
    if name == "aws:sourcearn":
        return f"arn:aws:sns:*:{account}:{ending}"
    return f"arn:aws:iam::{account}:{random.choice(['role', 'user'])}/{ending}"
