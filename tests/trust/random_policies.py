"""Policies by chance, whose statements share keys so that Allows and Denies interact."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

from tests.trust.oracle import as_list
from tests.trust.support import (
    BUILT_IN,
    COGNITO,
    EKS,
    EXT,
    GITHUB,
    GOOGLE,
    OWN,
    SAML,
    M,
    N,
    V,
    W,
    oidc,
    role,
    root,
)

ASSUME, WEB = "sts:AssumeRole", "sts:AssumeRoleWithWebIdentity"
BY_SAML = "sts:AssumeRoleWithSAML"
EXT2, FRESH_ORG, FRESH = "o-two7654321", "o-zfresh99999", "770000000077"
SERVICE_OWN = "310000000013"  # the account from which AWS's services call
OURS = frozenset({M, N})
ROLE_ID, USER_ID = "AROAEXAMPLEEXAMPLE123", "AIDAEXAMPLEEXAMPLE123"
EC2, LAMBDA = "ec2.amazonaws.com", "lambda.amazonaws.com"
PATH, EXT_PATH = f"{OWN}/r-ab12/", f"{EXT}/r-cd34/ou-cd34-11112222/"
USER, SESSION = f"arn:aws:iam::{V}:user/bob", f"arn:aws:sts::{V}:assumed-role/x/ci"


STRINGS = ("StringEquals", "StringEquals", "StringLike", "StringNotEquals", "StringNotLike",
           "StringEqualsIgnoreCase")  # fmt: skip
ARNS = ("ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike", "StringLike", "StringEquals")
ACCOUNT_VALUES = (V, W, M, N, V, W, "9999*", "8888888888??", "*", "${aws:ResourceAccount}")
ORG_VALUES = (OWN, OWN, EXT, EXT2, "o-ext*", "o-own*", "${aws:ResourceOrgID}")
ARN_VALUES = (
    role(V, "x"), role(V, "x*"), role(V, "team/*"), role(W, "?"), role(M), "arn:aws:iam::*:role/x",
    f"*:{M}:*", f"arn:aws:*::{M}:*", f"arn:aws:iam::{V}:*", USER, root(V), root(M), "*",
    f"arn:aws:iam::{V}:user/${{aws:username}}", f"arn:*:iam::{W}:role/*",
    f"*:*:*:*:{M}:*", f"arn:aws:iam::*:role/a:{M}:*", "arn:aws:iam::9*:role/*",
)  # fmt: skip
TAG_VALUES = ("x", "y", "x*", "${aws:PrincipalAccount}", "${aws:PrincipalTag/b, 'x'}",
              "X", "${sts:ExternalId, 'y'}")  # fmt: skip
ID_VALUES = (
    "abcdef",
    "abcxyz",
    "abc*",
    "??cdef",
    "*",
    "${aws:PrincipalTag/a}",
    "${sts:RoleSessionName}",
)
SOURCE_ARNS = (f"arn:aws:ec2:*:{M}:*", f"arn:aws:ec2:*:{V}:instance/*", "arn:aws:s3:::ours", "*")
DATES = ("2020-01-01T00:00:00Z", "2026-12-31T00:00:00Z", "2030-01-01T00:00:00Z")
TIMES = ("DateLessThan", "DateGreaterThan", "DateLessThanEquals", "DateGreaterThanEquals")
SIMPLE = ("StringEquals", "StringLike", "StringNotEquals")
IPS = ("IpAddress", "IpAddress", "NotIpAddress")

# key: (operators, values)
KEYS: dict[str, tuple[tuple[str, ...], tuple[Any, ...]]] = {
    "aws:PrincipalAccount": (STRINGS, ACCOUNT_VALUES),
    "aws:PrincipalOrgID": (STRINGS, ORG_VALUES),
    "aws:PrincipalOrgPaths": (STRINGS, (f"{OWN}/*", f"{EXT}/*", PATH, EXT_PATH, f"{OWN}*",
                                         "*/r-cd34/*")),
    "aws:PrincipalArn": (ARNS, ARN_VALUES),
    "aws:userid": (SIMPLE, (f"{ROLE_ID}:*", USER_ID, f"{V}:*", f"{ROLE_ID}:ci")),
    "aws:username": (SIMPLE, ("bob", "b*", "${aws:PrincipalTag/a}")),
    "aws:PrincipalType": (SIMPLE, ("AssumedRole", "User", "Account")),
    "aws:PrincipalIsAWSService": (("Bool",), ("true", "false", True, False)),
    "aws:PrincipalServiceName": (SIMPLE, (EC2, LAMBDA, "*.amazonaws.com")),
    "aws:SourceAccount": (STRINGS, (M, V, N, "9999*", "${aws:ResourceAccount}")),
    "aws:SourceArn": (ARNS, SOURCE_ARNS),
    "aws:SourceOrgID": (STRINGS, ORG_VALUES),
    "sts:ExternalId": (STRINGS, ID_VALUES),
    "sts:RoleSessionName": (SIMPLE, ("ci", "ci-*", "${aws:username}")),
    "aws:PrincipalTag/a": (STRINGS, TAG_VALUES),
    "aws:PrincipalTag/b": (STRINGS, TAG_VALUES),
    "aws:TagKeys": (("StringEquals", "StringLike", "StringNotEquals"), ("a", "b", "c*")),
    "aws:SourceIp": (IPS, ("203.0.113.0/24", "203.0.113.128/25", "198.51.100.7/32",
                            "0.0.0.0/0", "2001:db8::/32")),
    "aws:SourceVpce": (SIMPLE, ("vpce-0123456789abcdef0", "vpce-*")),
    "aws:SourceVpc": (SIMPLE, ("vpc-0123456789abcdef0", "vpc-0*")),
    "aws:MultiFactorAuthPresent": (("Bool",), ("true", "false")),
    "aws:MultiFactorAuthAge": (("NumericLessThan", "NumericGreaterThan"), ("3600", 60)),
    "aws:CurrentTime": (TIMES, DATES),
    "aws:UserAgent": (SIMPLE, ("*terraform*", "x")),
    "aws:ResourceAccount": (SIMPLE, (M, V)),
    "aws:ResourceOrgID": (SIMPLE, (OWN, EXT, "${aws:PrincipalOrgID}")),
}  # fmt: skip
GITHUB_KEYS: dict[str, tuple[tuple[str, ...], tuple[Any, ...]]] = {
    "sub": (STRINGS, ("repo:acme/*", "repo:acme/app:ref:refs/heads/main", "repo:acme*",
                      "repo:*/app:*", "*")),
    "aud": (SIMPLE, ("sts.amazonaws.com", "x*")),
    "repository_owner_id": (SIMPLE, ("12345", "67890")),
    "environment": (SIMPLE, ("prod", "dev", "p*")),
}  # fmt: skip
ACTIONS: tuple[Any, ...] = (
    ASSUME, ASSUME, [ASSUME, "sts:TagSession"], "STS:assumerole", "sts:*", "sts:?ssumeRole",
    "sts:TagSession",
)  # fmt: skip
HOSTS = (GITHUB, GITHUB, GOOGLE, COGNITO, EKS)
WEIGHTS = {
    "aws:PrincipalArn": 5,
    "aws:PrincipalAccount": 3,
    "aws:PrincipalOrgID": 3,
    "aws:PrincipalOrgPaths": 3,
    "sts:ExternalId": 3,
    "aws:PrincipalTag/a": 2,
    "aws:SourceArn": 2,
}
MULTI = ("aws:PrincipalOrgPaths", "aws:TagKeys")


def random_policy(rng: Random) -> dict[str, Any]:
    """One to four statements about a few shared keys."""
    federated = rng.random() < 0.2
    host = rng.choice(HOSTS)
    keys = _federated_keys(host) if federated else KEYS
    shared = _shared(rng, keys)
    allows = [_statement(rng, "Allow", keys, shared, host, federated) for _ in range(_few(rng))]
    denies = [
        _statement(rng, "Deny", keys, shared, host, federated)
        for _ in range(rng.choice((0, 1, 1, 2, 2, 3)))
    ]
    statements: list[Any] = allows + denies
    rng.shuffle(statements)
    document: dict[str, Any] = {"Statement": statements}
    if len(statements) == 1 and rng.random() < 0.5:
        document["Statement"] = statements[0]
    if rng.random() < 0.9:
        document["Version"] = "2012-10-17" if rng.random() < 0.9 else "2008-10-17"
    return document


def large_policy(rng: Random) -> dict[str, Any]:
    """The statements of several random policies in one: up to some 10,000 characters."""
    some = [random_policy(rng)["Statement"] for _ in range(rng.choice((2, 3, 4, 8, 16)))]
    return {"Version": "2012-10-17", "Statement": [one for each in some for one in as_list(each)]}


def _shared(rng: Random, keys: Mapping[str, Any]) -> list[str]:
    """One to four keys, preferably those that say who."""
    weights = [WEIGHTS.get(key, 1) for key in keys]
    return list(dict.fromkeys(rng.choices(list(keys), weights, k=rng.choice((1, 2, 2, 3, 3, 4)))))


def _few(rng: Random) -> int:
    return rng.choice((1, 1, 1, 2))


def _federated_keys(host: str) -> dict[str, Any]:
    claims = GITHUB_KEYS if host == GITHUB else {n: GITHUB_KEYS[n] for n in ("sub", "aud")}
    others = (
        "aws:PrincipalIsAWSService",
        "aws:SourceIp",
        "sts:RoleSessionName",
        "aws:PrincipalOrgID",
    )
    return {**{f"{host}:{n}": k for n, k in claims.items()}, **{n: KEYS[n] for n in others}}


def _statement(
    rng: Random, effect: str, keys: Mapping[str, Any], shared: list[str], host: str, federated: bool
) -> dict[str, Any]:
    principal = _federation(rng, host) if federated else _principal(rng)
    if effect == "Deny" and rng.random() < 0.6:
        principal = "*"
    found = {"Effect": effect, "Principal": principal, **_actions(rng, effect, federated)}
    chosen = [key for key in shared if rng.random() < 0.65]
    if effect == "Deny" and not chosen and principal == "*":
        chosen = shared[:1]
    if condition := _condition(rng, effect, keys, chosen):
        found["Condition"] = condition
    return found


def _principal(rng: Random) -> Any:
    if rng.random() < 0.35:
        return rng.choice(("*", "*", {"AWS": "*"}))
    if rng.random() < 0.2:
        service = {"Service": _some(rng, (EC2, LAMBDA, "s3.amazonaws.com"))}
        return {**service, "AWS": V} if rng.random() < 0.3 else service
    named = (
        V,
        W,
        N,
        M,
        root(V),
        role(V, "x"),
        role(V, "team/y"),
        role(W, "z"),
        role(M),
        USER,
        SESSION,
    )
    return {"AWS": _some(rng, named)}


def _federation(rng: Random, host: str) -> Any:
    if host == EKS and rng.random() < 0.4:
        return {"Federated": SAML}
    if rng.random() < 0.15:
        return "*"
    provider = host if host in BUILT_IN else oidc(host)
    return {"Federated": [provider, GOOGLE] if rng.random() < 0.2 else provider}


def _actions(rng: Random, effect: str, federated: bool) -> dict[str, Any]:
    if rng.random() < 0.06:
        return {"NotAction": _some(rng, ("sts:TagSession", "sts:*Identity", "iam:*", ASSUME))}
    if effect == "Deny" and rng.random() < 0.4:
        return {"Action": rng.choice(("sts:*", "*", "sts:AssumeRole*"))}
    if federated:
        return {"Action": rng.choice((WEB, WEB, [WEB, BY_SAML], "sts:AssumeRoleWith*"))}
    return {"Action": rng.choice(ACTIONS)}


def _condition(
    rng: Random, effect: str, keys: Mapping[str, Any], chosen: list[str]
) -> dict[str, Any]:
    block: dict[str, Any] = {}
    for key in chosen:
        for _ in range(2 if rng.random() < 0.1 else 1):
            operator, values = _one_condition(rng, key, keys[key])
            block.setdefault(operator, {})[_spelled(rng, key, block)] = values
    return block


def _spelled(rng: Random, key: str, block: Mapping[str, Any]) -> str:
    if rng.random() < 0.9:
        return key
    if rng.random() < 0.7 and any(key in some for some in block.values()):
        return key.upper().replace("AWS:", "aws:")  # one key twice, in different case
    return key.lower() if not any(key in some for some in block.values()) else key


def _one_condition(rng: Random, key: str, kind: tuple[Any, Any]) -> tuple[str, Any]:
    operators, values = kind
    if rng.random() < 0.07:
        return "Null", rng.choice(("true", "false", False))
    operator = rng.choice(operators)
    wanted = [value for value in values if _sensible(operator, value)]
    if rng.random() < 0.2:
        operator += "IfExists"
    if rng.random() < (0.75 if key in MULTI else 0.08):
        operator = rng.choice(("ForAllValues:", "ForAnyValue:")) + operator
    return operator, _some(rng, wanted)


def _sensible(operator: str, value: Any) -> bool:
    """Leaves out Arn patterns of fewer than six parts, which every engine calls a mistake."""
    return not operator.startswith("Arn") or str(value).count(":") > 4


def _some(rng: Random, values: Any) -> Any:
    chosen = rng.sample(list(values), min(len(values), rng.choice((1, 1, 1, 2, 3))))
    return chosen[0] if len(chosen) == 1 and rng.random() < 0.7 else chosen
