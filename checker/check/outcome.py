"""From what was evaluated to the report: all of it first, then the part that is chosen, judged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from checker import __version__
from checker.check.age import said_of_day
from checker.check.baseline import Baseline
from checker.check.filters import Filter
from checker.check.gate import Gate
from checker.check.notes import notes_of
from checker.check.rules import Rules
from checker.check.verdict import open_by_severity, verdict
from checker.report.model import (
    SCHEMA,
    FileInput,
    GapEntry,
    Inputs,
    Report,
    Settings,
    SnapshotInput,
    Summary,
    Tool,
)
from checker.snapshot.files import CODE_USES, RESOURCES
from checker.vetting.catalogue import Catalogue


def settings_of(rules: Rules, **told: Any) -> Settings:
    return Settings(
        builtin_policies=rules.set.builtin,
        severity=rules.overrides(),
        disabled=rules.disabled(),
        replaced=rules.set.replaced,
        **told,
    )


def report_of(
    gate: Gate,
    rules: Rules,
    settings: Settings,
    baseline: Baseline | None,
    gaps: Sequence[GapEntry],
) -> Report:
    """All that there is, not judged yet."""
    ledger, world, parties = gate.ledger, gate.world, gate.parties.listed()
    findings = ledger.sorted_findings()
    gone = baseline.notes(findings) if baseline else []
    findings = baseline.marked(findings) if baseline else findings
    return Report(
        schema=SCHEMA,
        tool=Tool(name="vendorgate", version=__version__),
        evaluated_on=world.register.today.isoformat(),
        inputs=_inputs(gate, rules, baseline),
        verdict="incomplete",
        settings=settings,
        summary=_summary(gate, len(parties)),
        third_parties=parties,
        evaluated=ledger.evaluated(),
        findings=findings,
        gaps=tuple(gaps),
        errors=tuple(ledger.errors),
        policies=rules.infos,
        notes=(
            *said_of_day(world.snapshot.manifest, world.register.today),
            *notes_of(world, gate.untold, empty=gate.empty),
            *gone,
        ),
    )


def _summary(gate: Gate, parties: int) -> Summary:
    """Of what was looked at; what was found is counted when it is judged."""
    resources = gate.world.snapshot.manifest.resources
    return Summary(
        roles=gate.world.counts["roles"],
        image_uses=gate.world.counts["image_uses"],
        third_parties=parties,
        evaluations=gate.ledger.evaluations,
        resources=resources.total() if resources else UNSET,
        resource_policies=_counted(gate, RESOURCES, "resources"),
        code_uses=_counted(gate, CODE_USES, "code_uses"),
    )


def _counted(gate: Gate, file: str, what: str) -> int | UnsetType:
    """Of records that not each snapshot has; unset where nobody looked."""
    return gate.world.counts[what] if file in gate.world.snapshot.manifest.files else UNSET


def judged(report: Report, rules: Rules, chosen: Filter, *, unsure: bool) -> Report:
    """The verdict on what is chosen; the rest is counted and told."""
    if chosen:
        report = _chosen(report, rules, chosen)
    kept, errors = report.findings, report.errors
    return replace(
        report,
        verdict=verdict(kept, report.settings, bool(errors) or unsure),
        summary=replace(
            report.summary,
            open=open_by_severity(kept),
            waived=sum(f.status == "waived" for f in kept),
            known=sum(f.baseline for f in kept),
            errors=len(errors),
        ),
    )


def _chosen(report: Report, rules: Rules, chosen: Filter) -> Report:
    left_out = (f for f in report.findings if not chosen.has(f))
    return replace(
        report,
        settings=replace(report.settings, filters=chosen.told(left_out)),
        findings=tuple(f for f in report.findings if chosen.has(f)),
        errors=tuple(e for e in report.errors if chosen.has_error(e)),
        evaluated=tuple(
            e
            for e in report.evaluated
            if chosen.has_account(e.account)
            and chosen.has_policy(e.policy, rules.severities.get(e.policy))
        ),
        gaps=tuple(g for g in report.gaps if chosen.has_account(g.account)),
    )


def _inputs(gate: Gate, rules: Rules, baseline: Baseline | None) -> Inputs:
    register, snapshot = gate.world.register, gate.world.snapshot
    return Inputs(
        snapshot=SnapshotInput(
            path=snapshot.name,
            sha256=snapshot.sha256,
            collected_at=snapshot.manifest.collected_at,
            partition=snapshot.manifest.partition,
            regions=snapshot.manifest.regions,
        ),
        allowlist=FileInput(path=register.allowlist.path, sha256=register.allowlist.sha256),
        policies=rules.shown(),
        baseline=baseline.input if baseline else None,
        catalogue=_catalogue(register.catalogue),
    )


def _catalogue(catalogue: Catalogue) -> FileInput | None:
    if catalogue.path is None:
        return None
    return FileInput(path=catalogue.path, sha256=catalogue.sha256)
