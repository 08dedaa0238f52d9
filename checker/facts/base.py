"""What the facts of all subjects have in common."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Status = Literal["own", "vetted", "expired", "unlisted"]
PrincipalKind = Literal[
    "anyone", "organization", "account", "principal", "federated", "service", "unresolved"
]
Grade = Literal["none", "read", "write", "admin", "unknown"]


class Facts(BaseModel):
    # built when first used: a check reads the shapes alone, and a thousand checks a day start up
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, defer_build=True)


class AccountFacts(Facts):
    """The own account that holds the role or uses the image."""

    id: str = "111111111111"
    name: str | None = None
    path: str | None = Field(None, description="organizational units from the root")


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
    reads_data: bool | None = Field(None, description="scope.reads_data; null where it is absent")
    reads_secrets: bool | None = Field(
        None, description="scope.reads_secrets; null where it is absent"
    )
    out_of_scope: list[str] = Field(
        default_factory=list, description="in words, what goes beyond what was vetted"
    )


class Subject(Facts):
    """What every subject has."""

    resource: str = Field("", description="as the finding names it: an ARN, or the list's entry")


class RoleFacts(Facts):
    arn: str = "arn:aws:iam::111111111111:role/example"
    name: str = "example"
    path: str = "/"
    tags: dict[str, str] = Field(default_factory=dict)
    last_used: str | None = None
    privilege: Grade = Field("unknown", description="unknown where nobody could grade it")
    reads_data: bool | None = Field(
        None, description="whether it may read objects, items, messages, logs; null: not known"
    )
    reads_secrets: bool | None = Field(
        None, description="whether it may read secrets, parameters, or decrypt; null: not known"
    )


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
    caseless: list[str] = Field(
        default_factory=list, description="claims that are compared without regard to case"
    )
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
    guests: bool = Field(
        False, description="an own identity pool gives a token to whoever asks, without a login"
    )
    effective: bool | None = Field(
        None,
        description="false: a resource control policy refuses it; null where nobody could look",
    )
    witness: dict[str, Any] | None = None


class ProblemFacts(Facts):
    code: str = ""
    statement: int | None = None
    message: str = ""
    text: str = Field("", description="the message, with the statement that it is about")
    blocking: bool = Field(False, description="it kept part of the policy from being understood")


class TargetFacts(Facts):
    """The own resource: `kind` is its CloudFormation type."""

    arn: str = "arn:aws:s3:::example"
    kind: str = "AWS::S3::Bucket"
    name: str | None = None
    region: str | None = None
    tags: dict[str, str] = Field(default_factory=dict)
    snapshot: bool = Field(False, description="a copy of a disk or database, to be restored from")
    public_by_nature: bool = Field(
        False, description="of a kind that is made for everybody, or guarded by something else"
    )
