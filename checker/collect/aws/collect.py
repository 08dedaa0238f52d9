"""`collect aws`: accounts side by side, each into the journal, and all of them into a snapshot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from msgspec import UNSET

from checker import __version__
from checker.collect.aws.account import AccountWork
from checker.collect.aws.aggregated import read_aggregator
from checker.collect.aws.asked import asked
from checker.collect.aws.carry import Base, with_carried
from checker.collect.aws.fanout import apart, run
from checker.collect.aws.journal import Journal, request_key
from checker.collect.aws.retry import Traffic
from checker.collect.aws.seal import Part
from checker.collect.aws.session import AccountSession, connect
from checker.collect.aws.shapes import warm
from checker.collect.aws.survey import Request, Survey, survey
from checker.collect.aws.unshown import gaps_and_notes
from checker.plurals import plural
from checker.snapshot.files import CODE_USES, RESOURCES
from checker.snapshot.gaps import of_all
from checker.snapshot.records import SCHEMA, Account, Manifest, Piece, Tool
from checker.snapshot.redact import redacted_manifest
from checker.snapshot.runs import merged
from checker.snapshot.write import write_sorted


@dataclass(frozen=True)
class Status:
    """How far a collection has come."""

    done: int
    accounts: int
    resumed: int
    traffic: Traffic


Watch: TypeAlias = Callable[[Status], None]


@dataclass(frozen=True)
class Collected:
    """A snapshot that is in its place, and what it took; `note`: what became of a journal;
    `carried`: accounts that were not looked at anew."""

    manifest: Manifest
    status: Status
    note: str
    carried: int = 0


def unwatched(_status: Status) -> None:
    """Progress that nobody watches."""


def collect(
    request: Request,
    output: Path,
    *,
    now: str,
    resume: bool = False,
    watch: Watch = unwatched,
    base: Base | None = None,
) -> Collected:
    """Look at everything, or at what may have changed since `base`; what could not be looked at is
    a gap in the manifest."""
    central = apart(lambda: connect(request.profile, request.workers))
    carried = frozenset[str]()
    journal = Journal(output)
    try:
        key = request_key(replace(request, profile=None, workers=0), central.account, __version__)
        note = journal.begin(key, now, resume=resume)
        if request.aggregator:
            status, note, manifest = apart(lambda: _aggregated(central, request, output, journal))
        else:
            found = apart(lambda: survey(central, request))
            carried = _carried(base, request, found, journal)
            wanted = [account for account in found.wanted if account.id not in carried]
            status = _visit(central, request, wanted, journal, watch)
            parts = journal.parts()
            manifest = _write(
                output,
                central,
                request,
                found,
                journal,
                [parts[account.id] for account in wanted],
                base=base,
                carried=carried,
            )
        journal.end()
    finally:
        journal.close()
    return Collected(manifest, status, note, len(carried))


def _carried(
    base: Base | None, request: Request, found: Survey, journal: Journal
) -> frozenset[str]:
    if base is None:
        return frozenset()
    base.check(request, found)
    return base.carried(found.wanted, journal.parts())


def _visit(
    central: AccountSession,
    request: Request,
    wanted: list[Account],
    journal: Journal,
    watch: Watch,
) -> Status:
    finished = journal.parts()
    resumed = sum(account.id in finished for account in wanted)
    status = Status(resumed, len(wanted), resumed, central.pool.traffic)

    def tick() -> None:
        nonlocal status
        status = replace(status, done=resumed + sum(work.finished for work in works))
        watch(status)

    works = [
        AccountWork(central, account, request, journal)
        for account in wanted
        if account.id not in finished
    ]
    warm()
    run([work.enter for work in works], request.workers, tick)
    return status


def _aggregated(
    central: AccountSession, request: Request, output: Path, journal: Journal
) -> tuple[Status, str, Manifest]:
    found, parts, stale = read_aggregator(central, request, journal)
    old = plural(stale, "item was", "items were")
    note = f"{old} recorded more than {request.stale_after} days ago" if stale else ""
    status = Status(len(found.wanted), len(found.wanted), 0, central.pool.traffic)
    manifest = _write(output, central, request, found, journal, parts, sources=("aws-config",))
    return status, note, manifest


def _write(
    output: Path,
    central: AccountSession,
    request: Request,
    found: Survey,
    journal: Journal,
    parts: list[Part],
    sources: tuple[str, ...] = (),
    base: Base | None = None,
    carried: frozenset[str] = frozenset(),
) -> Manifest:
    # of a shard, whether nobody reaches a service is told when all shards are there
    accounts = 0 if request.shard or carried else len(parts)
    old = base.gaps(carried) if base else ()
    fresh, unseen = gaps_and_notes(gap for part in parts for gap in part.gaps)
    gaps = of_all([*found.gaps, *old, *fresh], accounts)
    manifest = Manifest(
        schema=SCHEMA,
        tool=Tool(name="vendorgate", version=__version__),
        collected_at=journal.at,
        partition=central.partition,
        organization=found.organization,
        accounts=found.accounts,
        regions=tuple(sorted({region for part in parts for region in part.regions})),
        sources=("aws", *sources),
        gaps=gaps,
        guardrails=found.guardrails,
        notes=unseen,
        pieces=(_piece(request, found),),
        resource_kinds=request.resource_kinds or UNSET,
        code_kinds=request.code_kinds or UNSET,
    )
    if request.redact:
        manifest = redacted_manifest(manifest)
    looked = {RESOURCES: request.resource_kinds, CODE_USES: request.code_kinds}
    more = [name for name, kinds in looked.items() if kinds]
    files = merged([journal.run(part.account) for part in parts], more)
    if base:
        manifest = base.manifest_with(manifest, carried)
        files = with_carried(files, base, carried)
    return write_sorted(output, manifest, files)


def _piece(request: Request, found: Survey) -> Piece:
    return Piece(
        organization=found.organization.id if found.organization else None,
        listed=request.organization,
        listed_at=found.listed_at or UNSET,
        shard=str(request.shard) if request.shard else None,
        asked=asked(request),
        regions=tuple(sorted(request.regions)),
    )
