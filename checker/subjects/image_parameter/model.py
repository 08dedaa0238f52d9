"""The published facts of a use of an image that another account's parameter names."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from checker.facts.base import AccountFacts, Facts, Subject, VettingFacts
from checker.facts.image_model import UseFacts


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


SUBJECT = ImageParameter
