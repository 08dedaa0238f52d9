"""What the policies said: findings, errors, and a row for each policy, account and principal."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import UNSET
from msgspec.structs import replace

from checker.check.waivers import Waivers
from checker.facts.plain import Facts
from checker.patterns import pattern
from checker.policy.evaluate import Evaluator
from checker.policy.expression import FAULTS
from checker.policy.messages import Message
from checker.policy.model import Policy
from checker.policy.values import Path
from checker.report.model import (
    SEVERITIES,
    Evaluated,
    EvaluationError,
    Finding,
    Result,
    Severity,
)
from checker.subjects.item import Item, Where

_ROLE = pattern(r"(--role-name\s+)ROLE\b")
_ROLE_NAME = pattern(r"[A-Za-z0-9_+=,.@][A-Za-z0-9_+=,.@-]{0,63}")
"""https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html, and no option's dash."""
_RESULTS: tuple[Result, ...] = ("pass", "waived", "fail", "error")


class Ledger:
    """Evaluates facts and keeps the outcome."""

    def __init__(
        self, policies: Iterable[Policy], severities: dict[str, Severity], waivers: Waivers
    ) -> None:
        self._severities, self.waivers = severities, waivers
        by_subject: dict[str, list[Policy]] = {}
        for policy in policies:
            for subject in policy.applies_to:
                by_subject.setdefault(subject, []).append(policy)
        self._by_subject = by_subject
        self._evaluators = {subject: Evaluator(ps) for subject, ps in by_subject.items()}
        self._messages: dict[str, Message] = {}
        self._rows: dict[str, dict[str, dict[str, int]]] = {}
        """By policy, account and principal: the worst result, two bits, below how many resources.
        There may be millions, so each is one number."""
        self._fingerprints: set[str] = set()
        self._times: Counter[str] = Counter()
        self.findings: list[Finding] = []
        self.errors: list[EvaluationError] = []
        self.evaluations = 0

    def evaluate(self, item: Item) -> None:
        """Every policy of the item's subject on its facts."""
        evaluator = self._evaluators.get(item.subject)
        if evaluator is None:
            return
        facts, where = item.facts, item.where
        crowd = {where.account or "": 1} if item.crowd is None else item.crowd
        each, principal = item.crowd.total() if item.crowd else 1, where.principal or ""
        for policy, outcome, error in evaluator.outcomes(facts if item.like is None else item.like):
            self.evaluations += each
            result = 0
            if outcome == "fail":
                result = self._failed(policy, facts, where)
            elif outcome == "error":
                result = self._erred(policy, where, error or "unknown")
            self._count(policy.id, principal, result, crowd)

    def passes(self, subject: str, facts: Facts) -> bool:
        """Whether no policy says anything of these facts."""
        evaluator = self._evaluators.get(subject)
        return evaluator is None or all(o == "pass" for _, o, _ in evaluator.outcomes(facts))

    def reads(self, subject: str, paths: frozenset[Path]) -> bool:
        """Whether one of them decides by what stands at one of these paths, or below or above."""
        evaluator = self._evaluators.get(subject)
        return evaluator is not None and evaluator.reads_any(paths)

    def policies(self, subject: str) -> frozenset[str]:
        """The ids of those in force for a subject."""
        return frozenset(policy.id for policy in self._by_subject.get(subject, ()))

    def add_each(self, finding: Finding) -> None:
        """Keeps a finding, one of a fingerprint that there is already by its number: its message
        may tell it apart, but also of a request that is another one each day."""
        self._times[finding.fingerprint] += 1
        if (times := self._times[finding.fingerprint]) > 1:
            exact = f"{finding.fingerprint}\0{times}"
            other = fingerprint(finding.policy, finding.resource, exact)
            finding = replace(finding, fingerprint=other)
        self.add(finding)

    def add(self, finding: Finding) -> None:
        """Keeps a finding, unless the same was found before."""
        if finding.fingerprint not in self._fingerprints:
            self._fingerprints.add(finding.fingerprint)
            self.findings.append(finding)

    def evaluated(self) -> tuple[Evaluated, ...]:
        """In order of policy, account, principal."""
        return tuple(
            Evaluated(
                policy=policy,
                account=account or None,
                principal=principal or None,
                result=_RESULTS[row & 3],
                resources=row >> 2,
            )
            for policy, by_account in sorted(self._rows.items())
            for account, by_principal in sorted(by_account.items())
            for principal, row in sorted(by_principal.items())
        )

    def sorted_findings(self) -> tuple[Finding, ...]:
        return tuple(sorted(self.findings, key=_order))

    def _failed(self, policy: Policy, facts: Facts, where: Where) -> int:
        try:
            message = self._message(policy).render(facts)
        except FAULTS as error:
            return self._erred(policy, where, f"message: {error}")
        waiver = self.waivers.waiver(policy.id, where.principal, where.resource)
        self.add(
            Finding(
                policy=policy.id,
                severity=self._severities[policy.id],
                status="waived" if waiver else "open",
                account=where.account,
                account_name=where.account_name,
                region=where.region,
                resource=where.resource,
                principal=where.principal,
                message=_with(message, where.told),
                remediation=_remediation(policy, facts, where),
                fingerprint=fingerprint(policy.id, where.resource, where.exact),
                location=where.location,
                facts=facts,
                entry_line=where.entry.line if where.entry else None,
                entry_file=(where.entry and where.entry.path) or UNSET,
                waiver=waiver,
            )
        )
        return _RESULTS.index("waived" if waiver else "fail")

    def _message(self, policy: Policy) -> Message:
        found = self._messages.get(policy.id)
        if found is None:
            found = self._messages[policy.id] = Message(policy.message)
        return found

    def _erred(self, policy: Policy, where: Where, message: str) -> int:
        self.errors.append(
            EvaluationError(
                policy=policy.id,
                account=where.account,
                resource=where.resource,
                principal=where.principal,
                message=message,
            )
        )
        return _RESULTS.index("error")

    def _count(self, policy: str, principal: str, result: int, crowd: Mapping[str, int]) -> None:
        by_account = self._rows.setdefault(policy, {})
        for account, count in crowd.items():
            rows = by_account.get(account)
            if rows is None:
                rows = by_account[account] = {}
            row = rows.get(principal, 0)
            worse = result - (row & 3)
            rows[principal] = row + (worse if worse > 0 else 0) + (count << 2)


def _remediation(policy: Policy, facts: Facts, where: Where) -> str:
    """The policy's own, with the role's name in its commands: where the role runs in AWS, and its
    name is one that AWS allows, which needs no quotes in a shell."""
    if where.location:
        return policy.file.remediation_in_code or policy.file.remediation
    name = (facts.get("role") or {}).get("name")
    if not isinstance(name, str) or not _ROLE_NAME.fullmatch(name):
        return policy.file.remediation
    return _ROLE.sub(lambda match: match[1] + name, policy.file.remediation)


def _with(message: str, told: tuple[str, ...]) -> str:
    """A message with what could not be told of what it is about."""
    more = f"; and {len(told) - 3} more" if len(told) > 3 else ""
    return f"{message} ({'; '.join(told[:3])}{more})" if told else message


def fingerprint(policy: str, resource: str, exact: str) -> str:
    """Tells a finding from every other, and stays the same when anything else changes."""
    text = "\0".join((policy, resource, exact))
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:32]


def _order(finding: Finding) -> tuple[Any, ...]:
    return (
        SEVERITIES.index(finding.severity),
        finding.policy,
        finding.account or "",
        finding.resource,
        finding.fingerprint,
    )
