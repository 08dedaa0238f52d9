"""Which policies are in force and how severe: the set, bent by the settings file."""

from __future__ import annotations

from functools import cached_property, lru_cache

import msgspec

from checker.check.gaps import (
    GAP_CONTROLS,
    GAP_RATIONALE,
    GAP_REMEDIATION,
    GAP_SEVERITY,
    GAP_TITLE,
)
from checker.errors import InputError, did_you_mean
from checker.frameworks import in_order
from checker.policy.load import PolicySet
from checker.policy.model import Policy
from checker.report.model import (
    GAP_POLICY,
    DisabledPolicy,
    PoliciesInput,
    PolicyInfo,
    Severity,
    SeverityOverride,
)


class PolicyOverrides(msgspec.Struct, frozen=True):
    """What a settings file changes: severities and policies left out, each with its reason, and the
    line that it stands on."""

    severity: dict[str, tuple[Severity, str]] = {}
    disabled: dict[str, str] = {}
    path: str | None = None
    lines: dict[str, int] = {}


class Rules:
    """The policies in force. Raises InputError where the settings name none that there is, or
    would leave out the engine's own."""

    def __init__(self, policies: PolicySet, overrides: PolicyOverrides) -> None:
        self.set, self._overrides = policies, overrides
        for named in (*overrides.severity, *overrides.disabled):
            _must_exist(named, policies.ids, overrides)
        if GAP_POLICY in overrides.disabled:
            raise InputError(
                f"{GAP_POLICY} cannot be disabled",
                path=overrides.path,
                line=overrides.lines.get(GAP_POLICY),
                hint="use --allow-gaps",
            )
        self.in_force = tuple(p for p in policies.policies if p.id not in overrides.disabled)
        self._was: dict[str, Severity] = {p.id: p.severity for p in policies.policies}
        self._was[GAP_POLICY] = GAP_SEVERITY
        self.severities = self._was | {p: s for p, (s, _) in overrides.severity.items()}

    def overrides(self) -> tuple[SeverityOverride, ...]:
        return tuple(
            SeverityOverride(policy=p, severity=severity, was=self._was[p], reason=reason)
            for p, (severity, reason) in sorted(self._overrides.severity.items())
        )

    def disabled(self) -> tuple[DisabledPolicy, ...]:
        return tuple(
            DisabledPolicy(policy=p, reason=r) for p, r in sorted(self._overrides.disabled.items())
        )

    def shown(self) -> PoliciesInput:
        return PoliciesInput(
            path=self.set.path,
            sha256=self.set.sha256,
            count=len(self.in_force),
            builtin=self.set.builtin,
        )

    @cached_property
    def infos(self) -> tuple[PolicyInfo, ...]:
        """Every policy in force, the engine's own too, in order of id."""
        gap = PolicyInfo(
            id=GAP_POLICY,
            title=GAP_TITLE,
            severity=self.severities[GAP_POLICY],
            applies_to="gap",
            rationale=GAP_RATIONALE,
            remediation=GAP_REMEDIATION,
            controls={k: tuple(v) for k, v in GAP_CONTROLS.items()},
            reasons=GAP_CONTROLS,
        )
        infos = [gap, *(self._info(p) for p in self.in_force)]
        return tuple(sorted(infos, key=lambda i: i.id))

    def _info(self, policy: Policy) -> PolicyInfo:
        return msgspec.structs.replace(_told(policy), severity=self.severities[policy.id])


@lru_cache(maxsize=256)
def _told(policy: Policy) -> PolicyInfo:
    """As its file has it, which is the same for both sides of a review."""
    file = policy.file
    supported = {k: file.controls[k] for k in in_order(file.controls) if file.controls[k]}
    return PolicyInfo(
        id=file.id,
        title=file.title,
        severity=file.severity,
        applies_to=", ".join(file.applies_to),
        rationale=file.rationale,
        remediation=file.remediation,
        controls={k: tuple(v) for k, v in supported.items()},
        references=file.references,
        reasons={
            k: {control: why for control, why in v.items() if why}
            for k, v in supported.items()
            if any(v.values())
        },
        frameworks=dict(file.frameworks),
    )


def _must_exist(policy: str, known: frozenset[str], overrides: PolicyOverrides) -> None:
    if policy not in known:
        raise InputError(
            f"no policy is called {policy!r}",
            path=overrides.path,
            line=overrides.lines.get(policy),
            hint=did_you_mean(policy, known),
        )
