"""The published facts of a trust policy that something was wrong with."""

from __future__ import annotations

from pydantic import Field

from checker.facts.base import AccountFacts, ProblemFacts, RoleFacts, Subject


class TrustPolicy(Subject):
    """A trust policy that something was wrong with."""

    account: AccountFacts = Field(default_factory=AccountFacts)
    role: RoleFacts = Field(default_factory=RoleFacts)
    readable: bool = Field(True, description="false where part of it was not understood")
    problems: list[ProblemFacts] = Field(default_factory=list)


SUBJECT = TrustPolicy
