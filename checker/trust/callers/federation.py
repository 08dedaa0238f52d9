"""Identity providers: who is behind one, and which shared ones need a tenancy claim.

The account in a provider's ARN is not who is trusted: the issuer is.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

import checker.trust.texts.globs as globs
import checker.trust.texts.keys as keys
from checker.trust.callers.callers import Caller
from checker.trust.callers.vocabulary import Vocabulary
from checker.trust.document.conditions import Value
from checker.trust.document.parse import SAML, WEB_IDENTITY, Statement
from checker.trust.document.principals import ROLES_ANYWHERE
from checker.trust.model import Principal, Provider, Scope
from checker.trust.tenancy import bare, names_tenant

BUILT_IN = (
    "accounts.google.com",
    "cognito-identity.amazonaws.com",
    "graph.facebook.com",
    "www.amazon.com",
)
FRESH = "w.example.com"


def open_federation(principal: Principal) -> bool:
    """Whether customers of a shared issuer are let in whom no claim narrows down."""
    if principal.provider is None:
        return False
    if principal.provider == ROLES_ANYWHERE:
        return True
    return not names_tenant(principal.provider, principal.claims or {}, principal.caseless)


class _Known(msgspec.Struct, frozen=True):
    """A provider: what a policy calls it, its name in reports, the prefix of its keys."""

    text: str
    name: str
    kind: Literal["oidc", "saml"]
    issuer: str


def federated_callers(allow: Statement, words: Vocabulary) -> Iterator[tuple[Caller, int]]:
    """The providers that the statement names, each with the action for its kind."""
    for provider in _providers(allow, words):
        action = SAML if provider.kind == "saml" else WEB_IDENTITY
        if allow.actions & action:
            for account in _principal_accounts(words):
                yield _caller(provider, account), action


def _principal_accounts(words: Vocabulary) -> list[str | None]:
    """aws:PrincipalAccount of such calls: AWS has it on all requests, but tells no value."""
    if "aws:principalaccount" not in words.reads:
        return [None]
    literal = [text for text in words.account_globs if keys.ACCOUNT.fullmatch(text)]
    return [None, *words.fresh, *literal, words.scope.account]


def _caller(provider: _Known, account: str | None) -> Caller:
    oidc = (
        provider.kind == "oidc"
    )  # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-federatedprovider
    context: dict[str, Value] = {"aws:federatedprovider": provider.text} if oidc else {}
    if account:
        context["aws:principalaccount"] = account
    grant = Principal(kind="federated", provider=provider.name)
    return Caller(
        "federated", provider.text, grant, context, issuer=provider.issuer, element=provider.text
    )


def _providers(allow: Statement, words: Vocabulary) -> Iterator[_Known]:
    elements = [one for one in allow.who.elements if one.form == "provider"]
    named = [one.text for one in elements if one.text != "*"]
    any_provider = allow.who.any_provider()
    if any_provider:
        named += [*BUILT_IN, *sorted(words.scope.providers)]
    if any_provider and not words.scope.all_providers:
        named += _read_issuers(words)
    for text in dict.fromkeys(named):
        yield known(text, words.scope)
    if any_provider and not words.scope.all_providers:
        yield from _unrecorded(words)


def _unrecorded(words: Vocabulary) -> Iterator[_Known]:
    """Providers of the account that no record tells of, shown by a pattern of their ARNs."""
    oidc, saml = own_issuer(words.scope), f"{_home(words.scope)}:saml-provider/"
    yield _Known(oidc + FRESH, oidc + "*", "oidc", FRESH)
    yield _Known(saml + "w", saml + "*", "saml", "saml")


def own_issuer(scope: Scope) -> str:
    """The ARN of an OIDC provider of the role's own account, up to its host."""
    return f"{_home(scope)}:oidc-provider/"


def _home(scope: Scope) -> str:
    return f"arn:{scope.partition}:iam::{scope.account}"


def _read_issuers(words: Vocabulary) -> Iterator[str]:
    """Providers that only conditions tell of, spelled as there."""
    prefix = own_issuer(words.scope)
    recorded = {known(text, words.scope).issuer for text in words.scope.providers}
    for key in sorted(words.reads):
        issuer = keys.issuer(key)
        if issuer and issuer not in BUILT_IN and issuer not in recorded:
            yield prefix + words.policy.spelling.get(key, key).rpartition(":")[0]
    for text in words.texts("aws:federatedprovider"):
        if globs.is_literal(text) and "-provider/" in text and not text.endswith("-provider/"):
            yield text


def known(text: str, scope: Scope) -> _Known:
    """What a policy calls a provider, told by the account's record of it where there is one."""
    record: Provider | None = scope.providers.get(text)
    resource = text.split(":", 5)[5] if text.startswith("arn:") and text.count(":") > 4 else ""
    if resource.startswith("saml-provider/") or (record and record.kind == "saml"):
        return _Known(text, (record and record.issuer) or text, "saml", "saml")
    host = resource.removeprefix("oidc-provider/") or text
    issuer = bare((record and record.issuer) or host)
    return _Known(text, issuer, "oidc", issuer.lower())
