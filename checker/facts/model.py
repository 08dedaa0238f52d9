"""The published facts, one model for each subject that a policy may apply to.

An expression in a policy may name these keys and no others. Every field has a default, so that
the tests inside a policy need only say what matters. The JSON Schema of these models is what
`vendorgate schema policy` prints.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

PrincipalKind = Literal[
    "anyone", "organization", "account", "principal", "federated", "service", "unresolved"
]
Status = Literal["own", "vetted", "expired", "unlisted"]
Grade = Literal["none", "read", "write", "admin", "unknown"]


class Facts(BaseModel):
    # built when first used: a check reads the shapes alone, and a thousand checks a day start up
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, defer_build=True)


class AccountFacts(Facts):
    """The own account that holds the role or uses the image."""

    id: str = "111111111111"
    name: str | None = None
    path: str | None = Field(None, description="organizational units from the root")


class RoleFacts(Facts):
    arn: str = "arn:aws:iam::111111111111:role/example"
    name: str = "example"
    path: str = "/"
    tags: dict[str, str] = Field(default_factory=dict)
    last_used: str | None = None
    privilege: Grade = Field("unknown", description="unknown where nobody could grade it")


class PrincipalFacts(Facts):
    """Who is trusted, as `vendorgate analyze` tells it, and what is known of the name."""

    kind: PrincipalKind = "account"
    id: str = Field("999999999999", description="account, organization, issuer, service or *")
    name: str | None = Field(None, description="from the allowlist, else from the catalogue")
    named_by: Literal["allowlist", "catalogue"] | None = None
    partition: str | None = "aws"
    account: str | None = None
    arn: str | None = None
    organization: str | None = None
    provider: str | None = None
    claims: dict[str, list[str]] = Field(default_factory=dict)
    service: str | None = None
    source: str | None = None
    excepted: list[str] = Field(default_factory=list, alias="except")
    pattern: str | None = None


class GrantFacts(Facts):
    actions: list[str] = Field(default_factory=lambda: ["sts:AssumeRole"])
    external_id: Literal["required", "pattern", "none"] = "none"
    network_limited: bool = False
    statements: list[int] = Field(default_factory=lambda: [0])
    open_federation: bool = Field(
        False, description="a shared issuer without a claim that names a tenant"
    )
    effective: bool | None = Field(
        None,
        description="false: a resource control policy refuses it; null where nobody could look",
    )
    witness: dict[str, Any] | None = None


class VettingFacts(Facts):
    """What the allowlist says of the third party; dates are ISO, days_left counts from today."""

    status: Status = "unlisted"
    vendor: str | None = None
    owner: str | None = None
    reference: str | None = None
    reviewed: str | None = None
    expires: str | None = None
    days_left: int | None = None
    external_id: Literal["required", "optional"] | None = None
    max_privilege: Literal["read", "write", "admin"] | None = None
    over_privileged: bool | None = Field(
        None, description="null where no limit was vetted; true too where the role is not graded"
    )
    out_of_scope: list[str] = Field(
        default_factory=list, description="in words, what goes beyond what was vetted"
    )


class ProblemFacts(Facts):
    code: str = ""
    statement: int | None = None
    message: str = ""
    blocking: bool = Field(False, description="it kept part of the policy from being understood")


class Subject(Facts):
    """What every subject has."""

    resource: str = Field("", description="as the finding names it: an ARN, or the list's entry")


class RoleTrust(Subject):
    """One third party that one role trusts."""

    account: AccountFacts = Field(default_factory=AccountFacts)
    role: RoleFacts = Field(default_factory=RoleFacts)
    principal: PrincipalFacts = Field(default_factory=PrincipalFacts)
    grant: GrantFacts = Field(default_factory=GrantFacts)
    vetting: VettingFacts = Field(default_factory=VettingFacts)


class TrustPolicy(Subject):
    """A trust policy that something was wrong with."""

    account: AccountFacts = Field(default_factory=AccountFacts)
    role: RoleFacts = Field(default_factory=RoleFacts)
    readable: bool = Field(True, description="false where part of it was not understood")
    problems: list[ProblemFacts] = Field(default_factory=list)


class UseFacts(Facts):
    resource: str = "arn:aws:ec2:us-east-1:111111111111:instance/i-0123456789abcdef0"
    kind: str = "instance"
    name: str | None = None
    state: str | None = None
    via: str | None = None
    via_account: str | None = Field(None, description="whose parameter names the image")
    lookup_owners: list[str] | None = Field(
        None, description="whose images a look-up considers; empty: anybody's, null: no look-up"
    )
    image_id: str | None = "ami-0123456789abcdef0"


class AncestorFacts(Facts):
    """An image that another was made from; owner null: it could not be told."""

    image_id: str = "ami-0fedcba9876543210"
    region: str | None = None
    owner: str | None = None
    alias: str | None = None
    name: str | None = None


class ImageFacts(Facts):
    id: str | None = "ami-0123456789abcdef0"
    owner: str | None = None
    alias: str | None = None
    name: str | None = None
    public: bool | None = None
    state: str | None = None
    product_codes: list[str] = Field(default_factory=list)
    ancestry: list[AncestorFacts] = Field(
        default_factory=list, description="what it was made from, the nearest first"
    )
    ancestry_complete: bool | None = Field(
        None, description="whether that ends at a root; null where nobody could look"
    )
    launch_permissions: list[str] = Field(default_factory=list)
    allowed_images: str | None = Field(
        None,
        description="Allowed AMIs where the image is used: enabled hides images from the collector",
    )


class PublisherFacts(Facts):
    """Who published an image. `kind`: `account`; `alias` where only the owner alias is known;
    `marketplace`; `unknown`."""

    kind: Literal["account", "alias", "marketplace", "unknown"] = "account"
    id: str | None = None
    name: str | None = None
    named_by: Literal["allowlist", "catalogue"] | None = None
    account: str | None = None
    alias: str | None = None


class OriginFacts(Facts):
    """The third party whose image an own image was made from: the nearest one of its ancestry.
    `unresolved`: an ancestor in between, or beyond the last that is known, could not be told."""

    kind: Literal["none", "account", "alias", "marketplace"] = "none"
    id: str | None = None
    name: str | None = None
    named_by: Literal["allowlist", "catalogue"] | None = None
    image_id: str | None = None
    image_name: str | None = None
    region: str | None = None
    status: Status | None = Field(None, description="what the allowlist says; null without origin")
    vendor: str | None = None
    out_of_scope: list[str] = Field(default_factory=list)
    unresolved: bool = False


class ImageVettingFacts(VettingFacts):
    by: Literal["own", "account", "alias", "product"] | None = Field(
        None, description="what of the image the allowlist vets"
    )


class ImageUseSubject(Subject):
    """One use of one image."""

    account: AccountFacts = Field(default_factory=AccountFacts)
    region: str | None = "us-east-1"
    use: UseFacts = Field(default_factory=UseFacts)
    image: ImageFacts = Field(default_factory=ImageFacts)
    publisher: PublisherFacts = Field(default_factory=PublisherFacts)
    vetting: ImageVettingFacts = Field(default_factory=ImageVettingFacts)
    origin: OriginFacts = Field(default_factory=OriginFacts)


class GranteeFacts(Facts):
    """Who may launch an own image. `kind`: `anyone`; `account`; `organization`, whole or a unit
    of it (`unit`); `unknown`."""

    kind: Literal["anyone", "account", "organization", "unknown"] = "account"
    id: str = "999999999999"
    name: str | None = None
    named_by: Literal["allowlist", "catalogue"] | None = None
    unit: str | None = None


class ImageSubject(Subject):
    """One own image and one outsider who may launch it."""

    account: AccountFacts = Field(default_factory=AccountFacts)
    region: str | None = "us-east-1"
    image: ImageFacts = Field(default_factory=ImageFacts)
    grantee: GranteeFacts = Field(default_factory=GranteeFacts)
    vetting: VettingFacts = Field(default_factory=VettingFacts)


class ParameterOwnerFacts(Facts):
    account: str = "999999999999"
    name: str | None = None
    named_by: Literal["allowlist", "catalogue"] | None = None


class ImageParameter(Subject):
    """One use of an image that another account's parameter names."""

    account: AccountFacts = Field(default_factory=AccountFacts)
    region: str | None = "us-east-1"
    use: UseFacts = Field(default_factory=UseFacts)
    owner: ParameterOwnerFacts = Field(default_factory=ParameterOwnerFacts)
    vetting: VettingFacts = Field(default_factory=VettingFacts)


class EvidenceFacts(Facts):
    """A document that the vetting relies on; one without `expires` never expires."""

    kind: str = "SOC 2 Type II"
    url: str | None = None
    expires: str | None = None
    days_left: int | None = None
    expired: bool = False


class VendorSubject(Subject):
    """One entry of the allowlist."""

    name: str = "Example"
    accounts: list[str] = Field(default_factory=list)
    organizations: list[str] = Field(default_factory=list)
    issuers: list[str] = Field(default_factory=list)
    marketplace_products: list[str] = Field(default_factory=list)
    observed: bool = Field(True, description="whether the snapshot has any trust or image of it")
    evidence: list[EvidenceFacts] = Field(default_factory=list)
    mismatches: list[str] = Field(
        default_factory=list, description="in words, where the public catalogue says another name"
    )
    vetting: VettingFacts = Field(default_factory=VettingFacts)


class ExceptionSubject(Subject):
    """One exception of the allowlist."""

    policy: str = "missing-external-id"
    principal: str = "999999999999"
    pattern: str = Field("*", description="the resources that it covers")
    reason: str = ""
    owner: str = ""
    expires: str = "2027-01-31"
    days_left: int = 90
    status: Literal["in-force", "expired"] = "in-force"
    matched: int = Field(1, description="findings that it waives; an expired one waives none")


class ChangeSubject(Facts):
    """One change of the allowlist, as `vendorgate review` judges it."""

    kind: str = Field("vendor-added", description="as in the review's JSON")
    vendor: str | None = None
    detail: str = ""
    line: int | None = None
    widens: bool = Field(True, description="it accepts more than before")
    identity: str | None = Field(None, description="account, organization, issuer or product")
    known_as: str | None = Field(None, description="the public catalogue's name for the account")
    name_matches: bool | None = Field(None, description="whether that may be the vendor's name")
    expires_in_days: int | None = None
    evidence: int | None = Field(None, description="how many documents the entry names")
    evidence_expired: int | None = None
    unbounded: bool = Field(False, description="nothing of the scope is left")
    policy: str | None = Field(None, description="what an exception waives")
    policy_severity: Literal["critical", "high", "medium", "low", "info"] | None = None
    principal: str | None = None
    resource: str | None = None


SUBJECTS: dict[str, type[Facts]] = {
    "role_trust": RoleTrust,
    "trust_policy": TrustPolicy,
    "image_use": ImageUseSubject,
    "image": ImageSubject,
    "image_parameter": ImageParameter,
    "vendor": VendorSubject,
    "exception": ExceptionSubject,
    "change": ChangeSubject,
}
