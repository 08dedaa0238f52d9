"""The published facts of a use of an image."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from checker.facts.base import AccountFacts, Facts, Status, Subject, VettingFacts
from checker.facts.image_model import ImageFacts, UseFacts


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


SUBJECT = ImageUseSubject
