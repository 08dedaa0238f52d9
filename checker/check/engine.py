"""Runs the gate and states the verdict."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from msgspec import UNSET
from msgspec.structs import replace

from checker import __version__
from checker.check.accepted import AcceptedGaps, gap_entry
from checker.check.age import gaps_of_age, of_code, said_of_day
from checker.check.baseline import Baseline
from checker.check.filters import Filter
from checker.check.gaps import (
    GAP_POLICY,
    check_accepted,
    check_exceptions,
    check_vendors,
    gap_finding,
)
from checker.check.ledger import Ledger, Watch
from checker.check.notes import notes_of
from checker.check.rules import Rules
from checker.check.waivers import Waivers
from checker.report.model import (
    SCHEMA,
    SEVERITIES,
    FileInput,
    Finding,
    Inputs,
    Report,
    Settings,
    SnapshotInput,
    Summary,
    Threshold,
    Tool,
    Verdict,
    Waiver,
    failing,
)
from checker.snapshot.read import Snapshot
from checker.snapshot.records import Gap
from checker.subjects.image_use.items import Images, check_image_uses
from checker.subjects.role_trust.items import check_roles
from checker.subjects.role_usage.items import UsageCheck
from checker.subjects.shared_image.items import check_shared_images
from checker.subjects.world import Context
from checker.vetting.allowlist import Allowlist
from checker.vetting.catalogue import Catalogue
from checker.vetting.entrances import entrances
from checker.vetting.register import Register

_ALL = Filter()


def check(
    snapshot: Snapshot,
    allowlist: Allowlist,
    rules: Rules,
    today: date,
    *,
    fail_on: Threshold = "high",
    allow_gaps: bool = False,
    baseline: Baseline | None = None,
    catalogue: Catalogue | None = None,
    watch: Watch | None = None,
    max_age: int | None = None,
    now: datetime | None = None,
    rules_from: str | None = None,
    no_settings: bool = False,
    doubts: tuple[Gap, ...] = (),
    chosen: Filter = _ALL,
) -> Report:
    """Evaluates a snapshot; `watch` sees each fact that is evaluated. `max_age`: days that the
    snapshot may be old, `now`: the time that it may not be ahead of; None for any. `rules_from`
    and `no_settings` are told. `doubts`: gaps of whoever asks,
    beside the snapshot's own, which `allow_gaps` does not accept. `chosen`: which findings are
    shown and judged. Raises InputError where an input turns out not to be valid."""
    chosen.check(rules, snapshot.manifest)
    allowlist = allowlist.as_of(today)
    context = context_of(snapshot, allowlist, rules, today, catalogue)
    context.ledger.watch = watch
    roles, uses = look(context, snapshot)
    live = not of_code(snapshot.manifest)
    check_vendors(context, live=live)
    doubts = (*gaps_of_age(snapshot.manifest, today, max_age, now), *doubts)
    accepted = AcceptedGaps(allowlist, today)
    gaps = [*accepted.judged(snapshot.manifest.gaps), *((gap, None) for gap in doubts)]
    for gap, waiver in gaps:
        context.ledger.add(gap_finding(context, gap, rules.severities[GAP_POLICY], waiver))
    check_accepted(context, accepted, live=live)
    check_exceptions(context, live=live)
    settings = _settings(
        rules, fail_on=fail_on, allow_gaps=allow_gaps, max_age=max_age, rules_from=rules_from,
        no_settings=no_settings,
    )  # fmt: skip
    report = _report(context, snapshot, rules, settings, baseline, roles, uses, gaps)
    empty = not roles and not uses and snapshot.manifest.resources is None
    return _judged(report, rules, chosen, unsure=bool(doubts) or empty)


def look(context: Context, snapshot: Snapshot) -> tuple[int, int]:
    """Evaluates what is trusted and run; answers how many roles and uses of images there were."""
    usage = UsageCheck.of(context, snapshot)
    roles = check_roles(context, snapshot, usage.trusted if usage else None)
    if usage:
        usage.evaluate()
    images = snapshot.images()
    known = Images(images, snapshot.image_settings())
    uses = check_image_uses(context, snapshot.image_uses(), known)
    check_shared_images(context, images)
    return roles, uses


def context_of(
    snapshot: Snapshot,
    allowlist: Allowlist,
    rules: Rules,
    today: date,
    catalogue: Catalogue | None = None,
) -> Context:
    register = register_of(snapshot, allowlist, today, catalogue)
    waivers = Waivers(allowlist, rules.set.ids, today)
    ledger = Ledger(rules.in_force, rules.severities, waivers)
    accounts = {account.id: account for account in snapshot.manifest.accounts}
    return Context(register, ledger, accounts)


def register_of(
    snapshot: Snapshot, allowlist: Allowlist, today: date, catalogue: Catalogue | None = None
) -> Register:
    manifest = snapshot.manifest
    return Register(
        allowlist,
        today,
        own_accounts=frozenset(account.id for account in manifest.accounts),
        organizations=frozenset(one.id for one in manifest.own_organizations),
        partition=manifest.partition,
        catalogue=catalogue,
        entrances=entrances(snapshot.providers()),
    )


def _settings(rules: Rules, **told: Any) -> Settings:
    return Settings(
        builtin_policies=rules.set.builtin,
        severity=rules.overrides(),
        disabled=rules.disabled(),
        replaced=rules.set.replaced,
        **told,
    )


def _report(
    context: Context,
    snapshot: Snapshot,
    rules: Rules,
    settings: Settings,
    baseline: Baseline | None,
    roles: int,
    uses: int,
    gaps: Sequence[tuple[Gap, Waiver | None]],
) -> Report:
    """All that there is, not judged yet."""
    ledger = context.ledger
    findings = ledger.sorted_findings()
    gone = baseline.notes(findings) if baseline else []
    findings = baseline.marked(findings) if baseline else findings
    parties = context.parties.listed()
    resources = snapshot.manifest.resources
    empty = not roles and not uses and resources is None
    return Report(
        schema=SCHEMA,
        tool=Tool(name="vendorgate", version=__version__),
        evaluated_on=context.register.today.isoformat(),
        inputs=_inputs(snapshot, context, rules, baseline),
        verdict="incomplete",
        settings=settings,
        summary=Summary(
            roles=roles,
            image_uses=uses,
            third_parties=len(parties),
            evaluations=ledger.evaluations,
            resources=resources.total() if resources else UNSET,
        ),
        third_parties=parties,
        evaluated=ledger.evaluated(),
        findings=findings,
        gaps=tuple(gap_entry(gap, waiver) for gap, waiver in gaps),
        errors=tuple(ledger.errors),
        policies=rules.infos(),
        notes=(
            *said_of_day(snapshot.manifest, context.register.today),
            *notes_of(context, snapshot, empty),
            *gone,
        ),
    )


def _judged(report: Report, rules: Rules, chosen: Filter, *, unsure: bool) -> Report:
    """The verdict on what is chosen; the rest is counted and told."""
    kept = tuple(f for f in report.findings if chosen.has(f)) if chosen else report.findings
    errors = tuple(filter(chosen.has_error, report.errors))
    left_out = (f for f in report.findings if not chosen.has(f))
    settings = replace(report.settings, filters=chosen.told(left_out))
    return replace(
        report,
        verdict=verdict(kept, settings, bool(errors) or unsure),
        settings=settings,
        summary=replace(
            report.summary,
            open=open_by_severity(kept),
            waived=sum(f.status == "waived" for f in kept),
            known=sum(f.baseline for f in kept),
            errors=len(errors),
        ),
        findings=kept,
        errors=errors,
        evaluated=tuple(
            e
            for e in report.evaluated
            if chosen.has_account(e.account)
            and chosen.has_policy(e.policy, rules.severities.get(e.policy))
        ),
        gaps=tuple(g for g in report.gaps if chosen.has_account(g.account)),
    )


def _inputs(
    snapshot: Snapshot, context: Context, rules: Rules, baseline: Baseline | None
) -> Inputs:
    register = context.register
    return Inputs(
        snapshot=SnapshotInput(
            path=snapshot.name,
            sha256=snapshot.sha256,
            collected_at=snapshot.manifest.collected_at,
            partition=snapshot.manifest.partition,
            regions=snapshot.manifest.regions,
        ),
        allowlist=FileInput(
            path=register.allowlist.path, sha256=register.allowlist.document.sha256
        ),
        policies=rules.shown(),
        baseline=baseline.input if baseline else None,
        catalogue=_catalogue(register.catalogue),
    )


def _catalogue(catalogue: Catalogue) -> FileInput | None:
    if catalogue.path is None:
        return None
    return FileInput(path=catalogue.path, sha256=catalogue.sha256)


def open_by_severity(findings: tuple[Finding, ...]) -> dict[str, int]:
    counts: dict[str, int] = dict.fromkeys(SEVERITIES, 0)
    for finding in findings:
        counts[finding.severity] += finding.status == "open"
    return counts


def verdict(findings: tuple[Finding, ...], settings: Settings, unsure: bool) -> Verdict:
    """A new finding at or above the threshold fails; else whatever was not judged is incomplete."""
    fatal = failing(settings.fail_on)
    opened = [f for f in findings if f.status == "open" and not f.baseline]
    if any(f.severity in fatal and f.policy != GAP_POLICY for f in opened):
        return "fail"
    gaps = any(f.policy == GAP_POLICY for f in opened)
    return "incomplete" if unsure or (gaps and not settings.allow_gaps) else "pass"
