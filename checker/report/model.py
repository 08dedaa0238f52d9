"""The report: all that every format shows, as frozen values (schema `vendorgate/report/v1`).

A format is a module with `render(report) -> str`; it computes nothing that is not in here.
Strings that an outsider chose (resources, messages, names) are raw: each format escapes them.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from checker.report.cross_check import CrossCheck

SCHEMA = "vendorgate/report/v1"
Severity = Literal["critical", "high", "medium", "low", "info"]
SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium", "low", "info")
Threshold = Severity | Literal["none"]
Verdict = Literal["pass", "fail", "incomplete"]
Result = Literal["pass", "fail", "waived", "error"]
GAP_POLICY = "collection-gap"
"""The engine's own: what could not be looked at."""


class _Part(msgspec.Struct, frozen=True):
    pass


class Tool(_Part, frozen=True, kw_only=True):
    name: str
    version: str


class SnapshotInput(_Part, frozen=True, kw_only=True):
    """`sha256` is that of the manifest, which names the digest of every file; `regions` those
    that were looked at."""

    path: str
    sha256: str
    collected_at: str
    partition: str = "aws"
    regions: tuple[str, ...] = ()


class FileInput(_Part, frozen=True, kw_only=True):
    """`sha256`: of a file that includes others, over all of them."""

    path: str
    sha256: str


class PoliciesInput(_Part, frozen=True, kw_only=True):
    """`sha256` over all policy texts in order of id; `count` of those in force."""

    path: str
    sha256: str
    count: int
    builtin: bool = True


class Inputs(_Part, frozen=True, kw_only=True):
    snapshot: SnapshotInput
    allowlist: FileInput
    policies: PoliciesInput
    baseline: FileInput | None = None
    catalogue: FileInput | None = None


class Summary(_Part, frozen=True, kw_only=True):
    """`open` counts open findings by severity, every severity present; `known` those of them
    that stand in the baseline; `errors` counts evaluations that erred; `resources` those of
    templates and plans, each of which was accounted for; `resource_policies` resources that may let
    somebody in by a policy, an ACL, grants or shares, `code_uses` references to code (both left out
    where nobody looked for any)."""

    roles: int = 0
    image_uses: int = 0
    third_parties: int = 0
    evaluations: int = 0
    open: dict[str, int] = {}
    waived: int = 0
    known: int = 0
    errors: int = 0
    resources: int | msgspec.UnsetType = msgspec.UNSET
    resource_policies: int | msgspec.UnsetType = msgspec.UNSET
    code_uses: int | msgspec.UnsetType = msgspec.UNSET


class Access(_Part, frozen=True, kw_only=True):
    """What one third party reaches in one own account; `privilege` is the highest, None when no
    role was graded. `reads_data`, `reads_secrets`: whether any role may, None when one may and
    nobody knows. `resources`: those that let it in by themselves, `access` the gravest of it (read,
    write, admin); both left out where nobody looked for resources. `code`: how many references to
    code of it, left out where there are none."""

    account: str
    roles: int
    images: int
    code: int | msgspec.UnsetType = msgspec.UNSET
    privilege: str | None = None
    reads_data: bool | None = None
    reads_secrets: bool | None = None
    resources: int | msgspec.UnsetType = msgspec.UNSET
    access: str | msgspec.UnsetType | None = msgspec.UNSET


class Use(_Part, frozen=True, kw_only=True):
    """How a third party used what it was given, as CloudTrail tells; `calls` include those that
    failed and those that needed no role."""

    calls: int
    last_seen: str | None = None
    roles_used: int = 0
    roles_unused: int = 0


class ThirdParty(_Part, frozen=True, kw_only=True):
    """`id`: account id, organization id, issuer, alias or `*`. `status`: `vetted`, `expired`,
    `out-of-scope` or `unlisted`. `use` is left out where no usage was collected, `resources` where
    nobody looked for any, `code` where none of its code runs."""

    id: str
    kind: str
    name: str | None
    named_by: Literal["allowlist", "catalogue"] | None
    status: str
    roles: int
    images: int
    code: int | msgspec.UnsetType = msgspec.UNSET
    access: tuple[Access, ...] = ()
    use: Use | msgspec.UnsetType = msgspec.UNSET
    resources: int | msgspec.UnsetType = msgspec.UNSET


class Evaluated(_Part, frozen=True, kw_only=True):
    """The worst result of one policy on one principal's trusts or images in one account, and on
    how many resources it was evaluated."""

    policy: str
    account: str | None
    principal: str | None
    result: Result
    resources: int


class Waiver(_Part, frozen=True, kw_only=True):
    """The allowlist exception behind a waived finding; `expires` is an ISO date."""

    owner: str
    reason: str
    expires: str


class Place(_Part, frozen=True, kw_only=True):
    file: str
    line: int


class Finding(_Part, frozen=True, kw_only=True):
    """`location`: the template's or plan's file and line, None for what runs in AWS.
    `entry_line`: the line of the allowlist entry that it concerns; `entry_file`: the file, where
    that is one that the allowlist includes. `facts`: what the policy saw.
    `baseline`: open, but known: it stands in the baseline and fails no build.
    """

    policy: str
    severity: Severity
    status: Literal["open", "waived"]
    account: str | None
    account_name: str | None
    region: str | None
    resource: str
    principal: str | None
    message: str
    remediation: str
    fingerprint: str
    location: Place | None
    facts: dict[str, Any]
    entry_line: int | None = None
    entry_file: str | msgspec.UnsetType = msgspec.UNSET
    waiver: Waiver | None = None
    baseline: bool = False


class GapEntry(_Part, frozen=True, kw_only=True):
    """`location`: where it is written, of one in a template or plan. `acceptable`: false of what
    `--allow-gaps` does not accept, left out of all others."""

    account: str | None
    region: str | None
    call: str
    code: str
    message: str
    location: Place | msgspec.UnsetType = msgspec.UNSET
    acceptable: bool | msgspec.UnsetType = msgspec.UNSET


class EvaluationError(_Part, frozen=True, kw_only=True):
    """A policy that could not be evaluated on a resource: counts as incomplete, never as pass."""

    policy: str
    account: str | None
    resource: str
    principal: str | None
    message: str


class PolicyInfo(_Part, frozen=True, kw_only=True):
    """A policy in force, with the severity after overrides. `controls` maps a framework
    (`nist_800_53`, `iso_27001`, … or the reader's own) to control ids, `reasons` each of them to
    why the policy supports it, `frameworks` the reader's own to their titles."""

    id: str
    title: str
    severity: Severity
    applies_to: str
    rationale: str
    remediation: str
    controls: dict[str, tuple[str, ...]] = {}
    references: tuple[str, ...] = ()
    reasons: dict[str, dict[str, str]] = {}
    frameworks: dict[str, str] = {}


class SeverityOverride(_Part, frozen=True, kw_only=True):
    policy: str
    severity: Severity
    was: Severity
    reason: str


class DisabledPolicy(_Part, frozen=True, kw_only=True):
    policy: str
    reason: str


class Filters(_Part, frozen=True, kw_only=True):
    """Which findings are shown and judged (empty: of any), and how many open ones are not:
    `left_out` by severity, `gaps` in accounts that are left out."""

    policies: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    severities: tuple[Severity, ...] = ()
    left_out: dict[str, int] = {}
    gaps: int = 0


class Settings(_Part, frozen=True, kw_only=True):
    """What bends the verdict, and so stands in every report. `replaced`: ids of built-in policies
    in whose place stands another one; `max_age`: days that the snapshot may be old, None for any;
    `rules_from`: the revision of which the settings, policies and baseline are."""

    fail_on: Threshold = "high"
    allow_gaps: bool = False
    builtin_policies: bool = True
    severity: tuple[SeverityOverride, ...] = ()
    disabled: tuple[DisabledPolicy, ...] = ()
    replaced: tuple[str, ...] = ()
    max_age: int | None = None
    rules_from: str | None = None
    no_settings: bool = False
    filters: Filters | None = None


def failing(threshold: Threshold) -> tuple[Severity, ...]:
    """The severities that fail a build."""
    return () if threshold == "none" else SEVERITIES[: SEVERITIES.index(threshold) + 1]


class Report(_Part, frozen=True, kw_only=True):
    """Findings are in order: severity, policy, account, resource, fingerprint. `notes` are
    sentences for the reader that are no findings. `cross_check`: what another analyzer found
    against this, left out where nobody asked."""

    schema: str
    tool: Tool
    evaluated_on: str
    inputs: Inputs
    verdict: Verdict
    settings: Settings
    summary: Summary
    third_parties: tuple[ThirdParty, ...]
    evaluated: tuple[Evaluated, ...]
    findings: tuple[Finding, ...]
    gaps: tuple[GapEntry, ...]
    errors: tuple[EvaluationError, ...] = ()
    policies: tuple[PolicyInfo, ...] = ()
    notes: tuple[str, ...] = ()
    cross_check: CrossCheck | msgspec.UnsetType = msgspec.UNSET
