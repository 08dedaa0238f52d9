"""Filters of a report: a part of the findings is shown and judged, and the rest is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec

from checker.check.rules import Rules
from checker.errors import InputError, did_you_mean
from checker.report.model import GAP_POLICY, SEVERITIES, EvaluationError, Filters, Finding, Severity
from checker.snapshot.records import Manifest


class Filter(msgspec.Struct, frozen=True):
    """Policies, own accounts and severities; of what is empty, any.

    What could not be looked at or evaluated stays, but in accounts that are left out: it may hide
    any finding.
    """

    policies: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    severities: tuple[Severity, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.policies or self.accounts or self.severities)

    def check(self, rules: Rules, manifest: Manifest) -> None:
        """Raises InputError for a name that fits nothing, which would pass whatever there is."""
        known = {info.id for info in rules.infos}
        for name in self.policies:
            if name not in known:
                hint = did_you_mean(name, known, "vendorgate explain tells of each")
                raise InputError(f"--policy: no policy in force is called {name!r}", hint=hint)
        own = {account.id for account in manifest.accounts}
        for name in self.accounts:
            if name not in own:
                hint = did_you_mean(name, own)
                raise InputError(f"--account: {name!r} is no account of the snapshot", hint=hint)

    def has_account(self, account: str | None) -> bool:
        """What stands in no account (a vendor's entry, a gap of the whole) is of all."""
        return account is None or not self.accounts or account in self.accounts

    def has(self, finding: Finding) -> bool:
        if finding.policy == GAP_POLICY:
            return self.has_account(finding.account)
        return (
            self.has_account(finding.account)
            and (not self.policies or finding.policy in self.policies)
            and (not self.severities or finding.severity in self.severities)
        )

    def has_error(self, error: EvaluationError) -> bool:
        named = not self.policies or error.policy in self.policies
        return named and self.has_account(error.account)

    def has_policy(self, policy: str, severity: Severity | None) -> bool:
        listed = not self.policies or policy in self.policies
        return listed and (not self.severities or severity in self.severities)

    def told(self, left_out: Iterable[Finding]) -> Filters | None:
        """For the report: the filter, and how many open findings and gaps it leaves out."""
        if not self:
            return None
        opened = [f for f in left_out if f.status == "open"]
        counts = Counter(f.severity for f in opened if f.policy != GAP_POLICY)
        return Filters(
            policies=self.policies,
            accounts=self.accounts,
            severities=self.severities,
            left_out={severity: counts[severity] for severity in SEVERITIES},
            gaps=sum(f.policy == GAP_POLICY for f in opened),
        )
