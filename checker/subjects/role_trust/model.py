"""The published facts, one model for each subject that a policy may apply to.

An expression in a policy may name these keys and no others. Every field has a default, so that
the tests inside a policy need only say what matters. The JSON Schema of these models is what
`vendorgate schema policy` prints.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from checker.facts.base import (
    AccountFacts,
    Facts,
    PrincipalFacts,
    RoleFacts,
    Subject,
    VettingFacts,
)
from checker.facts.image_model import ImageParameter, ImageSubject, ImageUseSubject
from checker.subjects.role_usage.model import RoleUsage


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
    """One change of allowlist, settings, policies, baseline or workflows, as `vendorgate review`
    judges it."""

    kind: str = Field("vendor-added", description="as in the review's JSON")
    vendor: str | None = None
    detail: str = ""
    said: str = Field("", description="the change in a sentence")
    line: int | None = None
    widens: bool = Field(True, description="it accepts more than before")
    identity: str | None = Field(None, description="account, organization, issuer or product")
    known_as: str | None = Field(None, description="the public catalogue's name for the account")
    name_matches: bool | None = Field(None, description="whether that may be the vendor's name")
    expires_in_days: int | None = None
    reviewed_in_days: int | None = Field(None, description="above 0: it is yet to be reviewed")
    evidence: int | None = Field(
        None, description="how many documents the entry names; of what becomes own, the change"
    )
    evidence_expired: int | None = None
    unbounded: bool = Field(False, description="the scope limits nothing")
    blanket: bool = Field(
        False,
        description="an exception that names no resource, or an accepted gap that names no "
        "account, region or call",
    )
    open_federation: bool = Field(False, description="no claim names a tenant of a shared provider")
    gates: bool | None = Field(
        None, description="whether the policy that changes fails the build before the change"
    )
    policy: str | None = Field(None, description="what an exception waives, or what changes")
    policy_severity: Literal["critical", "high", "medium", "low", "info"] | None = None
    principal: str | None = None
    resource: str | None = None


SUBJECTS: dict[str, type[Facts]] = {
    "role_trust": RoleTrust,
    "trust_policy": TrustPolicy,
    "role_usage": RoleUsage,
    "image_use": ImageUseSubject,
    "image": ImageSubject,
    "image_parameter": ImageParameter,
    "vendor": VendorSubject,
    "exception": ExceptionSubject,
    "change": ChangeSubject,
}
