"""The published facts of a resource that something was wrong with."""

from __future__ import annotations

from pydantic import Field

from checker.facts.base import AccountFacts, ProblemFacts, Subject, TargetFacts


class ResourcePolicy(Subject):
    """A resource of which not all was understood, or which names somebody who is gone."""

    account: AccountFacts = Field(default_factory=AccountFacts)
    target: TargetFacts = Field(default_factory=TargetFacts)
    readable: bool = Field(True, description="false where part of it was not understood")
    problems: list[ProblemFacts] = Field(default_factory=list)


SUBJECT = ResourcePolicy
