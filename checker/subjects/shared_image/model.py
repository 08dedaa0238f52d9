"""The published facts of an own image that an outsider may launch."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from checker.facts.base import AccountFacts, Facts, Subject, VettingFacts
from checker.facts.image_model import ImageFacts


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


SUBJECT = ImageSubject
