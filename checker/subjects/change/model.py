"""The published facts of a change of list, rules or pipelines; `vendorgate review` makes them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from checker.facts.base import Facts


class ChangeSubject(Facts):
    """One change of allowlist, settings, policies, baseline or workflows, as `vendorgate review`
    judges it."""

    kind: str = Field("vendor-added", description="as in the review's JSON")
    vendor: str | None = None
    detail: str = ""
    said: str = Field("", description="the change in a sentence")
    line: int | None = None
    file: str | None = Field(None, description="one that the allowlist includes; null: the list")
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


SUBJECT = ChangeSubject
