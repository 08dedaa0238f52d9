"""The published facts of an exception of the allowlist."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from checker.facts.base import Subject


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


SUBJECT = ExceptionSubject
