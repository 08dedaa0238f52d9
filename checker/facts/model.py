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
    lookup_owners: list[str] | None = Field(
        None, description="whose images a look-up considers; empty: anybody's, null: no look-up"
    )
    image_id: str | None = "ami-0123456789abcdef0"


class ImageFacts(Facts):
    id: str | None = "ami-0123456789abcdef0"
    owner: str | None = None
    alias: str | None = None
    name: str | None = None
    public: bool | None = None
    state: str | None = None
    product_codes: list[str] = Field(default_factory=list)


class PublisherFacts(Facts):
    """Who published an image. `kind`: `account`; `alias` where only the owner alias is known;
    `marketplace`; `unknown`."""

    kind: Literal["account", "alias", "marketplace", "unknown"] = "account"
    id: str | None = None
    name: str | None = None
    named_by: Literal["allowlist", "catalogue"] | None = None
    account: str | None = None
    alias: str | None = None


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


class VendorSubject(Subject):
    """One entry of the allowlist."""

    name: str = "Example"
    accounts: list[str] = Field(default_factory=list)
    organizations: list[str] = Field(default_factory=list)
    issuers: list[str] = Field(default_factory=list)
    marketplace_products: list[str] = Field(default_factory=list)
    observed: bool = Field(True, description="whether the snapshot has any trust or image of it")
    vetting: VettingFacts = Field(default_factory=VettingFacts)


SUBJECTS: dict[str, type[Facts]] = {
    "role_trust": RoleTrust,
    "trust_policy": TrustPolicy,
    "image_use": ImageUseSubject,
    "vendor": VendorSubject,
}
