"""The published facts of how a third party used what it was given."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from checker.facts.base import AccountFacts, Facts, Grade, PrincipalFacts, Subject, VettingFacts


class UsedRoleFacts(Facts):
    """The role that was used, or that could have been; all null for calls that needed none."""

    arn: str | None = "arn:aws:iam::111111111111:role/example"
    name: str | None = "example"
    known: bool | None = Field(
        True, description="the snapshot has it; null where it could not have it"
    )
    trusts: bool = Field(True, description="whether its trust policy lets this third party in")
    path: str | None = "/"
    tags: dict[str, str] = Field(default_factory=dict)
    last_used: str | None = Field(None, description="by anybody, as IAM tells")
    privilege: Grade = "unknown"
    reads_data: bool | None = None
    reads_secrets: bool | None = None


class ActionFacts(Facts):
    action: str = Field("ec2:DescribeInstances", description="of IAM, else PREFIX:EventName")
    calls: int = 1
    errors: int = 0


class CostlyFacts(Facts):
    action: str = "ce:GetCostAndUsage"
    calls: int = Field(1, description="those that did not fail")
    usd: float | None = Field(None, description="an estimate; null where it depends")
    most: float | None = Field(None, description="at most so much; null where nothing bounds it")
    billed: str = ""
    data_event: bool = Field(False, description="in no trail that does not record data events")
    text: str = Field("ce:GetCostAndUsage (1 call)", description="all that in words")


class WindowFacts(Facts):
    """What the trail covers; null where that is not known."""

    begin: str | None = None
    end: str | None = None
    days: int | None = None


class UsageFacts(Facts):
    calls: int = Field(1, description="failed ones included")
    errors: int = 0
    denied: int = 0
    throttled: int = 0
    first_seen: str | None = None
    last_seen: str | None = None
    idle_days: int | None = Field(
        None, description="at least so many from the last use to the window's end; null: unknown"
    )
    peak_per_hour: int = Field(0, description="the most calls in a clock hour")
    peak_per_minute: int = Field(0, description="the most calls in a clock minute")
    denied_peak_per_hour: int = Field(0, description="the most refusals in a clock hour")
    throttles_at_peak: int = Field(
        0, description="requests of anybody in the account throttled in the caller's busiest hour"
    )
    actions: list[ActionFacts] = Field(default_factory=list)
    unexpected: list[str] = Field(
        default_factory=list, description="actions beyond scope.usage.actions, where that is set"
    )
    denied_actions: list[str] = Field(
        default_factory=list, description="actions that scope.usage.denied forbids"
    )
    perhaps_denied: list[str] = Field(
        default_factory=list,
        description="in words, calls that may have needed an action that scope.usage.denied "
        "forbids, which only their parameters tell",
    )
    unknown_actions: list[str] = Field(
        default_factory=list,
        description="calls whose IAM action nobody knows, of services of which "
        "scope.usage.denied forbids actions",
    )
    costly: list[CostlyFacts] = Field(default_factory=list)
    costly_usd: float | None = Field(None, description="null where no price is known")
    costly_usd_per_day: float = Field(
        0.0, description="at most, of calls with a price, over the days from first to last use"
    )
    unpriced: list[str] = Field(
        default_factory=list, description="actions that cost, of which nothing bounds the price"
    )
    regions: list[str] = Field(default_factory=list)
    source_networks: list[str] = Field(default_factory=list)
    window: WindowFacts = Field(default_factory=WindowFacts)


class UsageVettingFacts(VettingFacts):
    """With what use was vetted."""

    calls_per_hour: int | None = None
    usd_per_day: float = 1.0
    dormant_after_days: int = 90
    actions: list[str] | None = None
    denied: list[str] = Field(default_factory=list)


class RoleUsage(Subject):
    """How one third party used one role, or called without one; also a trust that it did not
    use, where CloudTrail was read."""

    account: AccountFacts = Field(default_factory=AccountFacts)
    role: UsedRoleFacts = Field(default_factory=UsedRoleFacts)
    principal: PrincipalFacts = Field(default_factory=PrincipalFacts)
    via: Literal["session", "direct", "delegated"] = "session"
    attributed_by: Literal["session", "trust", "nobody"] = Field(
        "session",
        description="trust: nobody else is trusted by the role; nobody: it is not known who it was",
    )
    usage: UsageFacts = Field(default_factory=UsageFacts)
    vetting: UsageVettingFacts = Field(default_factory=UsageVettingFacts)


SUBJECT = RoleUsage
