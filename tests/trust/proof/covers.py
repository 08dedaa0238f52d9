"""Does a reported grant cover a request, and is its caller an outsider? In plain Python.

What a grant means: `anyone` is everybody, services too, but for the accounts in `except`, and
narrowed to a `pattern` of account ids; `organization`, `account` and `principal` are callers of
AWS accounts; `service` (a name, or a pattern of names) acts for `source` (an account or an organization; absent: for anybody);
`federated` is the bearer of a token of `provider` whose claims fit; `unresolved` is one unique id.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from checker.trust import Grant, Scope
from tests.trust.proof.evaluate import Request
from tests.trust.proof.read import like
from tests.trust.proof.world import (
    AWS,
    OIDC,
    ROLES_ANYWHERE,
    SAML,
    SERVICE,
    canonical,
    own_accounts,
)


@dataclass(frozen=True)
class Judge:
    """Who is an outsider, and who a provider is, in one scope.

    `by_source`: a service that no statement names is told by the ARN of its source: that is of a
    resource of the service that calls.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourcearn
    """

    scope: Scope
    by_source: bool = False

    def outsider(self, request: Request) -> bool:
        if request.caller == SERVICE:
            return request.principal == ROLES_ANYWHERE or not self.own_source(request)
        if request.caller != AWS:
            return True
        ours = request.one("aws:principalaccount") in own_accounts(self.scope)
        partition = request.one("aws:principalarn").split(":")[1]
        organization = request.one("aws:principalorgid")
        return not (ours and partition == self.scope.partition) and (
            organization not in self.scope.organizations
        )

    def own_source(self, request: Request) -> bool:
        accounts, organizations = sources(request)
        return bool(accounts & own_accounts(self.scope)) or bool(
            organizations & self.scope.organizations
        )

    def covers(self, grant: Grant, request: Request) -> bool:
        return request.action in grant.actions and self._who(grant, request)

    def _who(self, grant: Grant, request: Request) -> bool:
        p, account = grant.principal, request.one("aws:principalaccount")
        if request.caller in (OIDC, SAML):
            return p.kind == "federated" and self._federated(grant, request)
        if p.kind == "anyone":
            fits = p.pattern is None or re.fullmatch(like(p.pattern), account) is not None
            return fits and (request.caller == SERVICE or account not in p.excepted)
        if p.kind == "federated" and request.principal == ROLES_ANYWHERE:
            return _anchor(grant, request)
        if p.kind == "service":
            return request.caller == SERVICE and self._service(grant, request)
        if request.caller != AWS:
            return False
        if p.kind == "organization":
            return request.one("aws:principalorgid") == p.organization
        if p.kind == "unresolved":
            return p.id in (request.one("aws:userid"), request.one("aws:userid").split(":")[0])
        if account != p.account or request.one("aws:principalarn").split(":")[1] != p.partition:
            return False
        arns = (request.principal, request.one("aws:principalarn"))
        return p.kind == "account" or any(re.fullmatch(like(p.arn or ""), arn) for arn in arns)

    def _service(self, grant: Grant, request: Request) -> bool:
        accounts, organizations = sources(request)
        service = grant.principal.service or ""
        source = request.one("aws:sourcearn").split(":")
        named = re.fullmatch(like(service), request.principal) or (
            self.by_source and len(source) > 5 and source[2] == source_of(service)
        )
        if grant.principal.source == "*":  # outsiders alone
            return bool(named and accounts | organizations)
        return bool(named) and grant.principal.source in (None, *accounts, *organizations)

    def names_of(self, provider: str) -> set[str]:
        """All that a grant may call a provider: its ARN, and its issuer or entity id."""
        record = self.scope.providers.get(provider)
        issuer = provider.partition(":oidc-provider/")[2]
        known = {provider, issuer, (record.issuer or "") if record else ""} - {""}
        return known | {name.rstrip("/") for name in known}

    def is_provider(self, wanted: str, provider: str) -> bool:
        return any(re.fullmatch(like(wanted), name) for name in self.names_of(provider))

    def _federated(self, grant: Grant, request: Request) -> bool:
        if not self.is_provider(grant.principal.provider or "", request.principal):
            return False
        claims = grant.principal.claims or {}
        return all(_claim(grant, request, name, patterns) for name, patterns in claims.items())


def _anchor(grant: Grant, request: Request) -> bool:
    """Roles Anywhere is told as federated: the provider is the trust anchor in aws:SourceArn."""
    provider = grant.principal.provider or ""
    named = provider == ROLES_ANYWHERE or re.fullmatch(like(provider), request.one("aws:sourcearn"))
    return bool(named) and all(
        any(re.fullmatch(like(p), request.one(canonical(name))) for p in patterns)
        for name, patterns in (grant.principal.claims or {}).items()
    )


def _claim(grant: Grant, request: Request, name: str, patterns: tuple[str, ...]) -> bool:
    flags = re.IGNORECASE if name in grant.principal.caseless else 0
    values = request.context.get(claim_key(request.caller, request.principal, name), ())
    return any(re.fullmatch(like(p), v, flags) for p in patterns for v in values)


def claim_key(caller: str, provider: str, name: str) -> str:
    """The condition key of a claim. Where another key names the tenant, it stands in full."""
    if name.startswith(("aws:", "sts:")):
        return canonical(name)
    issuer = provider.partition(":oidc-provider/")[2] or provider
    return canonical(f"saml:{name}" if caller == SAML else f"{issuer}:{name}")


def sources(request: Request) -> tuple[set[str], set[str]]:
    """The accounts and the organizations that a service says it acts for."""
    arn = request.one("aws:sourcearn").split(":")
    accounts = {request.one("aws:sourceaccount"), arn[4] if len(arn) > 5 else ""}
    paths = request.context.get("aws:sourceorgpaths", ())
    return accounts - {""}, {request.one("aws:sourceorgid"), *(p.split("/")[0] for p in paths)} - {
        ""
    }


def source_of(service: str) -> str:
    """What ARNs call a service: API Gateway's are of its methods."""
    name = service.partition(".")[0]
    return "execute-api" if name == "apigateway" else name
