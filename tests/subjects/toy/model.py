"""The published facts of an identity provider."""

from __future__ import annotations

from pydantic import Field

from checker.facts.base import AccountFacts, Subject, VettingFacts


class Provider(Subject):
    """One identity provider of one account."""

    account: AccountFacts = Field(default_factory=AccountFacts)
    issuer: str = "idp.example.com"
    vetting: VettingFacts = Field(default_factory=VettingFacts)


SUBJECT = Provider
