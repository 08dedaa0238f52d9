"""Runs the gate and states the verdict."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from checker.check.accepted import AcceptedGaps, gap_entry
from checker.check.age import gaps_of_age, of_code
from checker.check.baseline import Baseline
from checker.check.filters import Filter
from checker.check.gaps import gap_finding
from checker.check.gate import Gate, Watch
from checker.check.ledger import Ledger
from checker.check.outcome import judged, report_of, settings_of
from checker.check.rules import Rules
from checker.check.waivers import Waivers
from checker.report.model import GAP_POLICY, Report, Threshold
from checker.snapshot.read import Snapshot
from checker.snapshot.records import Gap
from checker.subjects.world import World
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
    doubts: Iterable[Gap] = (),
    chosen: Filter = _ALL,
) -> Report:
    """Evaluates a snapshot; `watch` sees each fact that is evaluated. `max_age`: days that the
    snapshot may be old, `now`: the time that it may not be ahead of; None for any. `rules_from`
    and `no_settings` are told. `doubts`: gaps of whoever asks, who may make them of what `watch`
    saw of the snapshot, beside its own, which `allow_gaps` does not accept. `chosen`: which
    findings are shown and judged. Raises InputError where an input turns out not to be valid."""
    chosen.check(rules, snapshot.manifest)
    allowlist = allowlist.as_of(today)
    gate = gate_of(snapshot, allowlist, rules, today, catalogue, watch)
    gate.evaluate_snapshot()
    doubts = (*gaps_of_age(snapshot.manifest, today, max_age, now), *doubts)
    accepted = AcceptedGaps(allowlist, today)
    gaps = [*accepted.judged(snapshot.manifest.gaps), *((gap, None) for gap in doubts)]
    entries = [gap_entry(*each, acceptable=at < len(gaps) - len(doubts))
               for at, each in enumerate(gaps)]  # fmt: skip
    for gap, waiver in gaps:
        account = gate.world.accounts.get(gap.account or "")
        gate.ledger.add_each(gap_finding(gap, account, rules.severities[GAP_POLICY], waiver))
    gate.evaluate_what_was_seen(accepted.used)
    settings = settings_of(
        rules, fail_on=fail_on, allow_gaps=allow_gaps, max_age=max_age, rules_from=rules_from,
        no_settings=no_settings,
    )  # fmt: skip
    report = report_of(gate, rules, settings, baseline, entries)
    return judged(report, rules, chosen, unsure=bool(doubts) or gate.empty)


def gate_of(
    snapshot: Snapshot,
    allowlist: Allowlist,
    rules: Rules,
    today: date,
    catalogue: Catalogue | None = None,
    watch: Watch | None = None,
) -> Gate:
    """The gate before anything was judged."""
    register = register_of(snapshot, allowlist, today, catalogue)
    waivers = Waivers(allowlist, rules.set.ids, today)
    ledger = Ledger(rules.in_force, rules.severities, waivers)
    judge = ledger if watch is None else None
    world = World(snapshot, register, live=not of_code(snapshot.manifest), judge=judge)
    return Gate(world, ledger, watch)


def register_of(
    snapshot: Snapshot, allowlist: Allowlist, today: date, catalogue: Catalogue | None = None
) -> Register:
    manifest = snapshot.manifest
    return Register(
        allowlist,
        today,
        own_accounts=frozenset(account.id for account in manifest.accounts),
        organizations=frozenset(organization.id for organization in manifest.own_organizations),
        partition=manifest.partition,
        catalogue=catalogue,
        entrances=entrances(snapshot.providers()),
    )
