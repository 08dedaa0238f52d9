"""The published facts of a third party that a role trusts."""

from __future__ import annotations

from pydantic import Field

from checker.facts.base import (
    AccountFacts,
    GrantFacts,
    PrincipalFacts,
    RoleFacts,
    Subject,
    VettingFacts,
)


class RoleTrust(Subject):
    """One third party that one role trusts."""

    account: AccountFacts = Field(default_factory=AccountFacts)
    role: RoleFacts = Field(default_factory=RoleFacts)
    principal: PrincipalFacts = Field(default_factory=PrincipalFacts)
    grant: GrantFacts = Field(default_factory=GrantFacts)
    vetting: VettingFacts = Field(default_factory=VettingFacts)


SUBJECT = RoleTrust
