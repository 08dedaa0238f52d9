"""Whether a grant of an analysis covers a request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from checker.trust.model import Analysis, Grant, Principal
from tests.trust.oracle import Request, account_of, arn_like, glob, like
from tests.trust.random_policies import (
    BY_SAML,
    WEB,
)
from tests.trust.support import (
    SCOPE,
)


def covered_by(request: Request, analysis: Analysis) -> bool:
    """Whether some grant covers the request's principal."""
    return any(covers(grant, request) for grant in analysis.grants)


def covers(grant: Grant, request: Request) -> bool:
    principal, context = grant.principal, {k.lower(): v for k, v in request.context.items()}
    if request.action in (WEB, BY_SAML):
        return principal.kind == "federated" and _covers_federated(principal, request, context)
    if request.principal == "anonymous":
        return principal.kind == "anyone"
    if "aws:principalservicename" in context:
        return principal.kind == "anyone" or (
            principal.kind == "service" and _covers_service(principal, request, context)
        )
    return _COVERS.get(principal.kind, lambda *_: False)(principal, request, context)


def _anyone(principal: Principal, request: Request, context: Mapping[str, Any]) -> bool:
    account = account_of(request.principal)[1]
    fits = principal.pattern is None or like(glob(principal.pattern), account)
    return fits and account not in principal.excepted


def _account(principal: Principal, request: Request, context: Mapping[str, Any]) -> bool:
    return (principal.partition or "aws", principal.account) == account_of(request.principal)


def _arn(principal: Principal, request: Request, context: Mapping[str, Any]) -> bool:
    pattern = glob(principal.arn or "")
    names = {request.principal, context.get("aws:principalarn", "")}
    return any(like(pattern, name) or arn_like(pattern, name, False) for name in names)


def _unresolved(principal: Principal, request: Request, context: Mapping[str, Any]) -> bool:
    return (
        context.get("aws:userid", "-").partition(":")[0] == (principal.id or "").partition(":")[0]
    )


_COVERS = {
    "anyone": _anyone,
    "organization": lambda p, _, c: c.get("aws:principalorgid") == p.organization,
    "account": _account,
    "principal": _arn,
    "unresolved": _unresolved,
}


def _covers_service(principal: Principal, request: Request, context: Mapping[str, Any]) -> bool:
    sources = {
        None,
        context.get("aws:sourceaccount"),
        context.get("aws:sourceorgid"),
        context.get("aws:sourcearn", ":::::").split(":")[4] or None,
    }
    acting = principal.source in sources or (principal.source == "*" and bool(sources - {None}))
    return principal.service in ("*", request.principal) and acting


def _covers_federated(principal: Principal, request: Request, context: Mapping[str, Any]) -> bool:
    record = SCOPE.providers.get(request.principal)
    known = {
        request.principal,
        request.principal.partition(":oidc-provider/")[2],
        record and record.issuer,
    }
    if principal.provider not in known:
        return False
    claims = {name.rpartition(":")[2]: v for name, v in context.items()}
    return all(
        name.lower() in claims
        and _claim_fits(patterns, claims[name.lower()], caseless=name in principal.caseless)
        for name, patterns in (principal.claims or {}).items()
    )


def _claim_fits(patterns: tuple[str, ...], value: Any, *, caseless: bool) -> bool:
    """One pattern fits; of a claim that is a list, one of its values."""
    values = [value] if isinstance(value, str) else value
    pairs = [(pattern, one) for pattern in patterns for one in values]
    if caseless:
        pairs = [(pattern.lower(), one.lower()) for pattern, one in pairs]
    return any(like(glob(pattern), one) for pattern, one in pairs)
