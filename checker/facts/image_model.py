"""The published facts of the subjects that are about images, as `model` has those about roles."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from checker.facts.base import AccountFacts, Facts, Status, Subject, VettingFacts


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
    products: Status | None = Field(
        None, description="what the allowlist says of the image's own product codes; null: none"
    )


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
