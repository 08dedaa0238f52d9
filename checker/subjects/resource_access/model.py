"""The published facts of an outsider whom a resource lets in."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from checker.facts.base import (
    AccountFacts,
    Facts,
    PrincipalFacts,
    Subject,
    TargetFacts,
    VettingFacts,
)


class AccessFacts(Facts):
    """What the resource lets the principal do."""

    actions: list[str] = Field(default_factory=lambda: ["s3:GetObject"])
    access: Literal["read", "write", "admin"] | None = Field(
        "read", description="the gravest of what the actions can do; null of a deputy"
    )
    via: Literal["policy", "acl", "grant", "share", "access-point"] | None = Field(
        "policy", description="what lets it in; null of a deputy"
    )
    effective: bool | None = Field(
        True, description="false: the guardrail stops it for now; null: whether, nobody can tell"
    )
    guardrail: str | None = Field(
        None, description="what stops it: a resource control policy, Block Public Access, …"
    )
    network_limited: bool = False
    statements: list[int] = Field(default_factory=list)
    deputy: bool = Field(
        False, description="an AWS service that acts here for whoever asks it, in any account"
    )
    deputy_rank: int | None = Field(
        None,
        description="of a deputy that anybody can have act here: 1 for the gravest; null: of no "
        "such use that is known",
    )
    used: bool | None = Field(
        None, description="whether the trail shows calls by it; null where it could not tell"
    )
    witness: dict[str, Any] | None = None


class AccessVettingFacts(VettingFacts):
    max_access: Literal["read", "write", "admin"] | None = Field(
        None, description="scope.max_access, which over_privileged is held against here"
    )


class ResourceAccess(Subject):
    """One outsider whom one own resource lets in."""

    account: AccountFacts = Field(default_factory=AccountFacts)
    target: TargetFacts = Field(default_factory=TargetFacts)
    principal: PrincipalFacts = Field(default_factory=PrincipalFacts)
    grant: AccessFacts = Field(default_factory=AccessFacts)
    vetting: AccessVettingFacts = Field(default_factory=AccessVettingFacts)


SUBJECT = ResourceAccess
