"""Names, shorthands for documents, and the compact notation of grants that the tests here share."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from checker.trust.model import Analysis, Principal, Provider, Scope

M, N = "111111111111", "222222222222"  # ours; M holds the role
V, W = "999999999999", "888888888888"  # outside
OWN, EXT = "o-own1234567", "o-ext1234567"
TODAY = date(2026, 11, 20)

GITHUB = "token.actions.githubusercontent.com"
GOOGLE = "accounts.google.com"
COGNITO = "cognito-identity.amazonaws.com"
EKS = "oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF"
BUILT_IN = (COGNITO, GOOGLE, "graph.facebook.com", "www.amazon.com")
SAML = f"arn:aws:iam::{M}:saml-provider/Okta"
SAML_ENTITY = "http://www.okta.com/exk1a2b3c"
RESOURCE = {"aws:ResourceAccount": M, "aws:ResourceOrgID": OWN}


def oidc(issuer: str, account: str = M) -> str:
    return f"arn:aws:iam::{account}:oidc-provider/{issuer}"


def root(account: str) -> str:
    return f"arn:aws:iam::{account}:root"


def role(account: str, name: str = "deploy") -> str:
    return f"arn:aws:iam::{account}:role/{name}"


SCOPE = Scope(
    account=M,
    today=TODAY,
    organizations=frozenset({OWN}),
    own=frozenset({M, N}),
    providers={
        oidc(GITHUB): Provider(arn=oidc(GITHUB), kind="oidc", issuer=GITHUB),
        oidc(EKS): Provider(arn=oidc(EKS), kind="oidc", issuer=EKS),
        SAML: Provider(arn=SAML, kind="saml", issuer=SAML_ENTITY),
    },
    all_providers=True,
)


def statement(
    principal: Any = "*", condition: Mapping[str, Any] | None = None, **fields: Any
) -> dict[str, Any]:
    """An Allow of sts:AssumeRole; a field given as None is left out."""
    found = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", **fields}
    if condition is not None:
        found["Condition"] = condition
    return {name: value for name, value in found.items() if value is not None}


def deny(
    principal: Any = "*", condition: Mapping[str, Any] | None = None, **fields: Any
) -> dict[str, Any]:
    return statement(principal, condition, **{"Effect": "Deny", **fields})


def policy(*statements: Any, version: str | None = "2012-10-17") -> dict[str, Any]:
    document = {"Version": version, "Statement": list(statements)}
    return {name: value for name, value in document.items() if value is not None}


def web(provider: str, condition: Mapping[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    action = "sts:AssumeRoleWithWebIdentity"
    return statement({"Federated": provider}, condition, **{"Action": action, **fields})


def github(operator: str, **claims: Any) -> dict[str, Any]:
    condition = {operator: {f"{GITHUB}:{claim}": value for claim, value in claims.items()}}
    return policy(web(oidc(GITHUB), condition))


def compact(principal: Principal) -> str:
    """`account:999999999999`, `anyone except …`, `federated:HOST {sub: repo:acme/*}`, …"""
    return f"{principal.kind}{_SHOWN[principal.kind](principal)}"


def _claims(principal: Principal) -> str:
    claims = dict(principal.claims or {})
    if principal.provider in (SAML_ENTITY, SAML):
        claims.pop("aud", None)  # saml:aud is the recipient: saying it or not is all the same
    shown = "; ".join(f"{name}: {', '.join(some)}" for name, some in sorted(claims.items()))
    return f" {{{shown}}}" if shown else ""


def _account(principal: Principal) -> str:
    foreign = principal.partition not in (None, "aws")
    return f":{principal.partition}:{principal.account}" if foreign else f":{principal.account}"


_SHOWN = {
    "anyone": lambda p: (
        (f" except {' '.join(p.excepted)}" if p.excepted else "")
        + (f" like {p.pattern}" if p.pattern else "")
    ),
    "organization": lambda p: f":{p.organization}",
    "account": _account,
    "principal": lambda p: f":{p.arn}",
    "federated": lambda p: f":{p.provider}{_claims(p)}",
    "service": lambda p: f":{p.service}" + (f" for {p.source}" if p.source else ""),
    "unresolved": lambda p: f":{p.id}",
}


def principals(analysis: Analysis) -> list[str]:
    return sorted(compact(grant.principal) for grant in analysis.grants)


def codes(analysis: Analysis) -> set[str]:
    return {problem.code for problem in analysis.problems}


def show(document: Any) -> str:
    return json.dumps(document, indent=1)
