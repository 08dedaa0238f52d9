"""The published facts of a guardrail that is attached, against what the allowlist says today."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from checker.facts.base import Subject


class GuardrailSubject(Subject):
    """One resource control policy that `enforce rcp` made, or the Allowed AMIs of one account and
    region where they are on."""

    kind: Literal["rcp", "allowed-amis"] = "rcp"
    name: str | None = None
    targets: list[str] = Field(default_factory=list, description="where it is attached, by ids")
    state: str | None = Field(None, description="of Allowed AMIs: audit-mode or enabled")
    lacks: list[str] = Field(default_factory=list, description="vetted, and not let in")
    holds: list[str] = Field(default_factory=list, description="let in, and not vetted")
    changed: list[str] = Field(default_factory=list, description="what else differs, in words")


SUBJECT = GuardrailSubject
