"""A review: what changed, what that opens and closes, and whether it may be merged.

The JSON form is `vendorgate/review/v1`.
"""

from __future__ import annotations

import msgspec

from checker.report.model import Finding, Severity, ThirdParty

SCHEMA = "vendorgate/review/v1"


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One change, in words. `line` is the head's, or the base's for what was removed; `file` the
    one that it is in, where that is one that the allowlist includes.

    What policies see of it: `widens`: it accepts more than before. `identity`: the account,
    organization, issuer or product it is about. `known_as`: the name that the public catalogue
    has for that account. `expires_in_days` and `reviewed_in_days` count from today; `evidence`
    are documents. `unbounded`: the scope limits nothing; `blanket`: the exception names no
    resource, the accepted gap neither account, region nor call; `open_federation`: no claim names
    a tenant of a shared provider. `gates`: what the policy finds fails the build, before the
    change.
    """

    kind: str
    vendor: str | None
    detail: str
    line: int | None
    widens: bool
    file: str | None = None
    identity: str | None = None
    known_as: str | None = None
    name_matches: bool | None = None
    expires_in_days: int | None = None
    reviewed_in_days: int | None = None
    evidence: int | None = None
    evidence_expired: int | None = None
    unbounded: bool = False
    blanket: bool = False
    open_federation: bool = False
    gates: bool | None = None
    policy: str | None = None
    policy_severity: Severity | None = None
    principal: str | None = None
    resource: str | None = None


def setting_changed(detail: str, *, widens: bool) -> Change:
    """One of a setting or of a file, which gates where it accepts more."""
    return Change(kind="setting-changed", vendor=None, detail=detail, line=None, widens=widens,
                  gates=widens)  # fmt: skip


class Broken(msgspec.Struct, frozen=True, kw_only=True):
    """A review policy that a change breaks."""

    policy: str
    severity: Severity
    message: str
    remediation: str
    vendor: str | None
    line: int | None
    file: str | None = None


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """`opens` and `closes` are findings of the snapshot that the head has and the base has not,
    and the other way round; `lets_in` are third parties that the head vets and the base did not.
    Without a snapshot these are empty and `compared` is False; without a revision as the base,
    settings, policies and workflows were not compared, and `rules_compared` is False. `notes` are
    sentences for the reader."""

    schema: str
    base: str
    head: str
    evaluated_on: str
    verdict: str
    changes: tuple[Change, ...]
    broken: tuple[Broken, ...]
    compared: bool
    opens: tuple[Finding, ...] = ()
    closes: tuple[Finding, ...] = ()
    lets_in: tuple[ThirdParty, ...] = ()
    puts_out: tuple[ThirdParty, ...] = ()
    rules_compared: bool = False
    notes: tuple[str, ...] = ()
