"""The records of use: what CloudTrail told, as a snapshot keeps it."""

from __future__ import annotations

from typing import Literal

import msgspec

from checker.snapshot.base import Record


class UsageCaller(Record, frozen=True, kw_only=True):
    """Who called, as far as CloudTrail tells; `arn` is `*` for whoever did not sign."""

    account: str | None = None
    arn: str | None = None
    service: str | None = None
    issuer: str | None = None

    @property
    def text(self) -> str:
        return self.arn or self.service or self.issuer or self.account or "-"

    @property
    def order(self) -> tuple[str, str, str, str]:
        return (self.account or "", self.arn or "", self.service or "", self.issuer or "")


class Usage(Record, frozen=True, kw_only=True):
    """How one caller used one action through one role (`usage.jsonl`); docs/usage.md says who a
    caller is, and None that the trail does not tell.

    `role` None: a call that needed none (`via` `direct`). `chained_from`: the role of the session
    that a chain of roles began with, where the trail does not tell who was behind that.
    `errors`: calls by error code. Peaks are the most calls in a clock hour or minute; those of the
    `caller_` are over all of its actions.
    `throttles_at_peak`: requests of anybody in the account that were throttled in the caller's
    busiest hour.
    """

    role: str | None
    account: str
    caller: UsageCaller | None = None
    chained_from: str | None = None
    via: Literal["session", "direct", "delegated"] = "session"
    event_source: str
    event_name: str
    action: str | None = None
    calls: int
    errors: dict[str, int] = msgspec.field(default_factory=dict)
    first_seen: str | None = None
    last_seen: str | None = None
    peak_per_hour: int = 0
    peak_per_minute: int = 0
    caller_peak_per_hour: int = 0
    caller_peak_per_minute: int = 0
    denied_peak_per_hour: int = 0
    throttles_at_peak: int = 0
    regions: tuple[str, ...] = ()
    source_networks: tuple[str, ...] = ()


class Assumption(Record, frozen=True, kw_only=True):
    """How often an outsider assumed a role of `account` (`assumptions.jsonl`); `errors`: attempts
    that failed, by code. The role need not be in the snapshot."""

    role: str
    account: str
    caller: UsageCaller | None = None
    calls: int
    errors: dict[str, int] = msgspec.field(default_factory=dict)
    first_seen: str | None = None
    last_seen: str | None = None


class UsageWindow(Record, frozen=True, kw_only=True):
    """What `usage.jsonl` covers: `begin` and `end` are ISO 8601 in UTC, of the first and the last
    event that was seen of what was asked for; `holes` the days between, first and last, of which
    there was none; `roles` how many are trusted from outside, `followed` those looked at because
    outsiders came in or got on by them; `passed` what was passed over, by kind; `notes` what
    such a trail does not record."""

    source: str
    begin: str | None = None
    end: str | None = None
    files: int = 0
    events: int = 0
    roles: int = 0
    followed: tuple[str, ...] = ()
    holes: tuple[tuple[str, str], ...] = ()
    passed: dict[str, int] = msgspec.field(default_factory=dict)
    notes: tuple[str, ...] = ()
