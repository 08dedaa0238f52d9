"""The published facts of images and their uses, which several subjects have in common."""

from __future__ import annotations

from pydantic import Field

from checker.facts.base import Facts


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
