"""The verdict on a change: review policies, and the snapshot before and after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import msgspec

from checker.check.rules import Rules
from checker.policy.evaluate import evaluate
from checker.policy.expression import FAULTS
from checker.policy.model import Policy
from checker.report.model import Finding, Report, ThirdParty
from checker.review.changes import changes
from checker.review.danger import by_danger, by_severity
from checker.review.model import SCHEMA, Broken, Change, Review
from checker.review.words import sentence
from checker.vetting.allowlist import Allowlist

SUBJECT = "change"
VETTED = "vetted"


def review(
    base: Allowlist, head: Allowlist, rules: Rules, today: date,
    reports: tuple[Report, Report] | None,
    *, more: Iterable[Change] = (), rules_compared: bool = False, notes: tuple[str, ...] = (),
    accounts: frozenset[str] = frozenset(),
) -> Review:  # fmt: skip
    """`rules`: those that judge, which are the base's. `reports`: the snapshot's under the base
    and under the head, if there is a snapshot. `more`: changes of rules and workflows.
    `accounts`: all of the snapshot's."""
    changed = by_danger([*changes(base, head, today, rules.severities, accounts), *more])
    broken = by_severity(_broken(changed, rules))
    review = Review(
        schema=SCHEMA,
        base=base.path,
        head=head.path,
        evaluated_on=today.isoformat(),
        verdict="fail" if broken else "pass",
        changes=changed,
        broken=broken,
        compared=reports is not None,
        rules_compared=rules_compared,
        notes=notes,
    )
    return _compared(review, *reports) if reports else review


def _compared(review: Review, before: Report, after: Report) -> Review:
    return msgspec.structs.replace(
        review,
        opens=_new(after.findings, before.findings),
        closes=_new(before.findings, after.findings),
        lets_in=_newly_vetted(before, after),
        puts_out=_newly_vetted(after, before),
    )


def _new(these: Iterable[Finding], those: Iterable[Finding]) -> tuple[Finding, ...]:
    known = {finding.fingerprint for finding in those if finding.status == "open"}
    return tuple(f for f in these if f.status == "open" and f.fingerprint not in known)


def _newly_vetted(before: Report, after: Report) -> tuple[ThirdParty, ...]:
    """Third parties that the second vets and the first does not (own ones are listed nowhere). Of
    two snapshots, of those alone that both show: who comes or goes is let in by no list."""
    same = before.inputs.snapshot.sha256 == after.inputs.snapshot.sha256
    was = {(p.kind, p.id) for p in before.third_parties}
    vetted = {(p.kind, p.id) for p in before.third_parties if p.status == VETTED}
    now = {(p.kind, p.id) for p in after.third_parties}
    parties = [p for p in after.third_parties
               if p.status == VETTED and (same or (p.kind, p.id) in was)]  # fmt: skip
    own = [p for p in before.third_parties
           if same and (p.kind, p.id) not in now and p.status != VETTED]  # fmt: skip
    return tuple(p for p in parties if (p.kind, p.id) not in vetted) + tuple(own)


def facts_of(change: Change) -> dict[str, Any]:
    """A change as policies see it."""
    return {**msgspec.to_builtins(change), "said": sentence(change)}


def _broken(changes: Iterable[Change], rules: Rules) -> Iterator[Broken]:
    policies = [p for p in rules.in_force if SUBJECT in p.applies_to]
    for change in changes:
        facts = facts_of(change)
        for policy in policies:
            outcome, error = evaluate(policy, facts)
            if outcome in ("fail", "error"):  # what cannot be judged is not accepted
                yield _finding(policy, change, facts, error, rules)


def _finding(
    policy: Policy, change: Change, facts: dict[str, object], error: str | None, rules: Rules
) -> Broken:
    return Broken(
        policy=policy.id,
        severity=rules.severities[policy.id],
        message=error or _message(policy, facts),
        remediation=policy.file.remediation,
        vendor=change.vendor,
        line=change.line,
        file=change.file,
    )


def _message(policy: Policy, facts: dict[str, object]) -> str:
    try:
        return policy.message.render(facts)
    except FAULTS as fault:
        return f"{policy.file.title} ({fault})"
