"""The resource control policy of a perimeter, for roles and for resources.

An RCP only refuses. Each statement refuses what is not in the perimeter, and says nothing of
requests that it is not about: whoever logs in through a provider has no aws:PrincipalAccount, so
sts:AssumeRole stands alone, and services are told apart by aws:PrincipalIsAWSService.
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.enforce.limits import Document
from checker.enforce.perimeter import Claims, Perimeter, ways
from checker.trust.callers.federation import BUILT_IN

ASSUME, WEB = "sts:AssumeRole", "sts:AssumeRoleWithWebIdentity"
MULTIPLE = ("amr",)
"""Claims of which a token has several values."""
PROVIDER = "aws:FederatedProvider"
OURS = "VettedAccounts"
"""The Sid by which a document of ours is known."""
CALLERS = "VettedCallers"


def document(perimeter: Perimeter) -> Document:
    """As AWS takes it."""
    return {"Version": "2012-10-17", "Statement": list(statements(perimeter))}


def statements(perimeter: Perimeter) -> Iterator[Document]:
    yield _deny(OURS, ASSUME, _callers(perimeter))
    yield _deny("VettedSources", ASSUME, _sources(perimeter))
    if perimeter.services:
        actions = [f"{one}:*" for one in perimeter.services]
        yield _deny(CALLERS, actions, _callers(perimeter, perimeter.aws))
        yield _deny("VettedDeputies", actions, _sources(perimeter, perimeter.aws))
    if perimeter.every:
        named = [text for one in perimeter.issuers for text in providers(one, perimeter.partition)]
        # without a single issuer, a pattern that nobody's provider fits
        yield _deny("VettedIssuers", WEB, {"StringNotLike": {PROVIDER: named or ["none"]}})
    number = 0
    for issuer, sets in perimeter.issuers.items():
        for spelled in spellings(issuer) if sets else ():
            for lacking in ways(issuer, sets):
                number += 1
                condition = _tenants(spelled, lacking, perimeter.partition)
                yield _deny(f"VettedTenants{number}", WEB, condition)


def _deny(sid: str, action: str | list[str], condition: Document) -> Document:
    return {
        "Sid": sid,
        "Effect": "Deny",
        "Principal": "*",
        "Action": action,
        "Resource": "*",
        "Condition": condition,
    }


def _callers(perimeter: Perimeter, aws: tuple[str, ...] = ()) -> Document:
    """Callers of neither a vetted organization nor a vetted account, services aside."""
    return {
        "StringNotEqualsIfExists": _named("Principal", perimeter, aws),
        "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
    }


def _named(whose: str, perimeter: Perimeter, aws: tuple[str, ...]) -> Document:
    accounts = sorted({*perimeter.accounts, *aws})
    organizations = {f"aws:{whose}OrgID": list(perimeter.organizations)}
    return organizations | ({f"aws:{whose}Account": accounts} if accounts else {})


def _sources(perimeter: Perimeter, aws: tuple[str, ...] = ()) -> Document:
    """Services that act for somebody else's account. Only where they say whose: integrations that
    send no aws:SourceAccount would be refused for our own resources, too."""
    return {
        "StringNotEqualsIfExists": _named("Source", perimeter, aws),
        "Bool": {"aws:PrincipalIsAWSService": "true"},
        "Null": {"aws:SourceAccount": "false"},
    }


def _tenants(issuer: str, lacking: Claims, partition: str) -> Document:
    """Tokens of a listed issuer, but of a tenant that nobody vetted."""
    named = _providers(issuer, partition)
    condition: Document = {"StringLike": {PROVIDER: named}}
    for claim, patterns in lacking.items():
        several = claim in MULTIPLE
        operator = "ForAllValues:StringNotLike" if several else "StringNotLike"
        values = [literal(one) for one in patterns]
        condition.setdefault(operator, {})[f"{issuer}:{claim}"] = values
    return condition


def providers(issuer: str, partition: str) -> list[str]:
    """aws:FederatedProvider of an issuer, in each account that has it as a provider. An account is
    twelve characters: a `*` could reach into the name of a stranger's issuer."""
    return [text for one in spellings(issuer) for text in _providers(one, partition)]


def _providers(spelled: str, partition: str) -> list[str]:
    arn = f"arn:{partition}:iam::{'?' * 12}:oidc-provider/{literal(spelled)}"
    return [spelled, arn] if spelled in BUILT_IN else [arn]


def tells_tenants(document: Document, issuer: str | None) -> bool:
    """Whether a statement is about an issuer's tenants."""
    blocks = (one["Condition"].get("StringLike", {}) for one in document["Statement"])
    named = {text for block in blocks for text in block.get(PROVIDER, ())}
    return issuer is not None and any(f"/{one}".endswith(f"/{issuer}") for one in named)


def spellings(issuer: str) -> tuple[str, ...]:
    """Some providers with a path are spelled with a `/` at the end, and so are their keys."""
    return (issuer, f"{issuer}/") if "/" in issuer else (issuer,)


def literal(pattern: str) -> str:
    """A pattern of the list, whose `$` is no variable's."""
    return pattern.replace("${", "${$}{")
