"""IAM: roles with their trust policies, and identity providers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from msgspec import field

from checker.collect.aws.calls import Call, Corner, Shape, Tag
from checker.collect.aws.saml import entity_id
from checker.snapshot.records import ProviderRecord, Role
from checker.snapshot.write import encode_document

ROLES = Call(
    "iam",
    "GetAccountAuthorizationDetails",
    "RoleDetailList",
    {"Filter": ["Role"], "MaxItems": 1000},
)
OIDC_PROVIDERS = Call("iam", "ListOpenIDConnectProviders", "OpenIDConnectProviderList")
SAML_PROVIDERS = Call("iam", "ListSAMLProviders", "SAMLProviderList")
SAML_PROVIDER = Call("iam", "GetSAMLProvider", when="SAML provider")


class LastUsed(Shape, frozen=True):
    last_used_date: datetime | None = None


class RoleDetail(Shape, frozen=True):
    arn: str
    role_name: str
    path: str = "/"
    assume_role_policy_document: Any = None
    tags: tuple[Tag, ...] = ()
    role_last_used: LastUsed = LastUsed()


class ProviderEntry(Shape, frozen=True):
    arn: str


class SamlProvider(Shape, frozen=True):
    metadata: str = field(name="SAMLMetadataDocument", default="")


def roles(corner: Corner) -> Iterator[Role]:
    """One call a page of roles, not one a role."""
    for role in corner.items(ROLES, RoleDetail):
        yield Role(
            account=corner.account,
            arn=role.arn,
            name=role.role_name,
            path=role.path,
            trust_policy=encode_document(role.assume_role_policy_document),
            tags={tag.key: tag.value for tag in role.tags},
            last_used=_time(role.role_last_used.last_used_date),
        )


def oidc_providers(corner: Corner) -> Iterator[ProviderRecord]:
    """The issuer stands in the ARN, so no provider needs a call of its own."""
    for provider in corner.items(OIDC_PROVIDERS, ProviderEntry):
        issuer = provider.arn.partition(":oidc-provider/")[2]
        yield ProviderRecord(
            account=corner.account, arn=provider.arn, kind="oidc", issuer=issuer or None
        )


def saml_providers(corner: Corner) -> Iterator[ProviderRecord]:
    """The ARN holds a name that was chosen here; who is trusted stands in the metadata."""
    for provider in corner.items(SAML_PROVIDERS, ProviderEntry):
        answer = corner.get(SAML_PROVIDER, SamlProvider, SAMLProviderArn=provider.arn)
        issuer = entity_id(answer.metadata) if answer else None
        yield ProviderRecord(account=corner.account, arn=provider.arn, kind="saml", issuer=issuer)


def _time(moment: datetime | None) -> str | None:
    return (
        moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        if moment
        else None
    )
