"""The published facts of a vendor's entry in the allowlist."""

from __future__ import annotations

from pydantic import Field

from checker.facts.base import Facts, Subject, VettingFacts


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
    observed: bool = Field(
        True, description="whether the snapshot has any trust or image of it; true of code"
    )
    evidence: list[EvidenceFacts] = Field(default_factory=list)
    mismatches: list[str] = Field(
        default_factory=list, description="in words, where the public catalogue says another name"
    )
    vetting: VettingFacts = Field(default_factory=VettingFacts)


SUBJECT = VendorSubject
