"""What the facts of all subjects have in common."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Status = Literal["own", "vetted", "expired", "unlisted"]


class Facts(BaseModel):
    # built when first used: a check reads the shapes alone, and a thousand checks a day start up
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, defer_build=True)


class AccountFacts(Facts):
    """The own account that holds the role or uses the image."""

    id: str = "111111111111"
    name: str | None = None
    path: str | None = Field(None, description="organizational units from the root")


class VettingFacts(Facts):
    """What the allowlist says of the third party; dates are ISO, days_left counts from today."""

    status: Status = "unlisted"
    vendor: str | None = None
    owner: str | None = None
    reference: str | None = None
    reviewed: str | None = None
    expires: str | None = None
    days_left: int | None = None
    external_id: Literal["required", "optional"] | None = None
    max_privilege: Literal["read", "write", "admin"] | None = None
    over_privileged: bool | None = Field(
        None, description="null where no limit was vetted; true too where the role is not graded"
    )
    out_of_scope: list[str] = Field(
        default_factory=list, description="in words, what goes beyond what was vetted"
    )


class Subject(Facts):
    """What every subject has."""

    resource: str = Field("", description="as the finding names it: an ARN, or the list's entry")
