"""IAM: roles with their trust policies, and identity providers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from msgspec import field

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Call, Shape, Tag
from checker.collect.aws.named import Known, follow
from checker.collect.aws.privilege import Judged, judge
from checker.collect.aws.saml import entity_id
from checker.snapshot.records import ProviderRecord, Role
from checker.snapshot.write import encode_document

ROLES = Call(
    "iam",
    "GetAccountAuthorizationDetails",
    "RoleDetailList",
    # without the policies' filters no managed policy's document would come along
    {"Filter": ["Role", "LocalManagedPolicy", "AWSManagedPolicy"], "MaxItems": 1000},
)
OIDC_PROVIDERS = Call("iam", "ListOpenIDConnectProviders", "OpenIDConnectProviderList")
SAML_PROVIDERS = Call("iam", "ListSAMLProviders", "SAMLProviderList")
SAML_PROVIDER = Call("iam", "GetSAMLProvider", when="SAML provider", has="SAMLMetadataDocument")


class LastUsed(Shape, frozen=True):
    last_used_date: datetime | None = None


class InlinePolicy(Shape, frozen=True):
    policy_document: Any = None


class AttachedPolicy(Shape, frozen=True):
    policy_arn: str


class Boundary(Shape, frozen=True):
    permissions_boundary_arn: str | None = None


class PolicyVersion(Shape, frozen=True):
    document: Any = None
    is_default_version: bool = False


class ManagedPolicy(Shape, frozen=True):
    arn: str
    policy_version_list: tuple[PolicyVersion, ...] = ()


class RoleDetail(Shape, frozen=True):
    arn: str
    role_name: str
    path: str = "/"
    assume_role_policy_document: Any = None
    tags: tuple[Tag, ...] = ()
    role_last_used: LastUsed = LastUsed()
    role_policy_list: tuple[InlinePolicy, ...] = ()
    attached_managed_policies: tuple[AttachedPolicy, ...] = ()
    permissions_boundary: Boundary = Boundary()


class AuthorizationPage(Shape, frozen=True):
    role_detail_list: tuple[RoleDetail, ...] = ()
    policies: tuple[ManagedPolicy, ...] = ()


class ProviderEntry(Shape, frozen=True):
    arn: str


class SamlProvider(Shape, frozen=True):
    metadata: str = field(name="SAMLMetadataDocument", default="")


def roles(account_region: AccountRegion) -> Iterator[Role]:
    """One call a page of roles, not one a role.

    Roles wait for the last page, as any may hold a policy that an earlier one's role has; of the
    policies only what they let the role do is kept.
    """
    details: list[RoleDetail] = []
    documents: dict[str, Any] = {}
    for page in account_region.pages(ROLES, AuthorizationPage):
        details += page.role_detail_list
        documents |= {policy.arn: _document(policy) for policy in page.policies}
    judged = follow([_known(role, documents, account_region.account) for role in details])
    for role in details:
        yield Role(
            account=account_region.account,
            arn=role.arn,
            name=role.role_name,
            path=role.path,
            trust_policy=encode_document(role.assume_role_policy_document),
            tags={tag.key: tag.value for tag in role.tags},
            last_used=_time(role.role_last_used.last_used_date),
            privilege=judged[role.arn].privilege,
            reads_data=judged[role.arn].reads_data,
            reads_secrets=judged[role.arn].reads_secrets,
        )


def _document(policy: ManagedPolicy) -> Any:
    versions = policy.policy_version_list
    return next((version.document for version in versions if version.is_default_version), None)


def _known(role: RoleDetail, documents: dict[str, Any], account: str) -> Known:
    judged = _judged(role, documents, account)
    return Known(role.arn, role.assume_role_policy_document, judged)


def _judged(role: RoleDetail, documents: dict[str, Any], account: str) -> Judged:
    arns = [policy.policy_arn for policy in role.attached_managed_policies]
    limit = role.permissions_boundary.permissions_boundary_arn
    return judge(
        {arn: documents.get(arn) for arn in arns},
        [policy.policy_document for policy in role.role_policy_list],
        (limit, documents.get(limit)) if limit else None,
        account,
    )


def oidc_providers(account_region: AccountRegion) -> Iterator[ProviderRecord]:
    """The issuer stands in the ARN, so no provider needs a call of its own."""
    for provider in account_region.items(OIDC_PROVIDERS, ProviderEntry):
        issuer = provider.arn.partition(":oidc-provider/")[2]
        yield ProviderRecord(
            account=account_region.account, arn=provider.arn, kind="oidc", issuer=issuer or None
        )


def saml_providers(account_region: AccountRegion) -> Iterator[ProviderRecord]:
    """The ARN holds a name that was chosen here; who is trusted stands in the metadata."""
    for provider in account_region.items(SAML_PROVIDERS, ProviderEntry):
        answer = account_region.get(SAML_PROVIDER, SamlProvider, SAMLProviderArn=provider.arn)
        issuer = entity_id(answer.metadata) if answer else None
        yield ProviderRecord(
            account=account_region.account, arn=provider.arn, kind="saml", issuer=issuer
        )


def _time(moment: datetime | None) -> str | None:
    return (
        moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        if moment
        else None
    )
