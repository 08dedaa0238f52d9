"""What was recorded → a snapshot, through the sources that ask AWS."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from checker import __version__
from checker.collect.aws import ec2, iam, sources
from checker.collect.aws.account_region import AccountRegion
from checker.collect.recorded import code, ours
from checker.collect.recorded.answers import Answers, Place
from checker.collect.recorded.client import NOT_GIVEN, Recorded
from checker.errors import InputError
from checker.snapshot.files import ALL_FILES, FILES
from checker.snapshot.gaps import of_all
from checker.snapshot.records import SCHEMA, Gap, Input, Manifest, Piece, Role, Tool

NOTHING = "NothingListed"


@dataclass(frozen=True, kw_only=True)
class Recording:
    """What was given, by which source. `regions`: those that matter; empty: all that are enabled.
    `collected_at`: no later than the oldest of it. `mend`: what to do where a place lacks."""

    source: str
    answers: Answers
    collected_at: str
    regions: tuple[str, ...] = ()
    inputs: tuple[Input, ...] = ()
    mend: str = "give its output, too"


@dataclass
class Found:
    """Records by the file of the snapshot that they go to; `places`: what was looked at."""

    records: dict[str, list[msgspec.Struct]] = field(
        default_factory=lambda: {name: [] for name in FILES}
    )
    gaps: list[Gap] = field(default_factory=list)
    regions: set[str] = field(default_factory=set)

    def add(self, records: Iterable[msgspec.Struct]) -> None:
        for record in records:
            name = next(name for name, kind in ALL_FILES.items() if isinstance(record, kind))
            self.records.setdefault(name, []).append(record)


def snapshot_of(recording: Recording) -> tuple[Manifest, dict[str, list[msgspec.Struct]]]:
    """The manifest, without its files, and the records. Raises InputError."""
    answers = recording.answers
    partition = _partition(answers)
    known = ours.known(answers)
    found, kinds = Found(), code.looked_for(answers)
    for account in known.accounts:
        if account.collected:
            _look(recording, partition, account.id, found, kinds)
    gaps = [*known.gaps, *answers.gaps, *_said_once(found.gaps, answers)]
    manifest = Manifest(
        schema=SCHEMA,
        tool=Tool(name="vendorgate", version=__version__),
        collected_at=recording.collected_at,
        partition=partition,
        organization=known.organization,
        accounts=known.accounts,
        regions=tuple(sorted(found.regions)),
        sources=("aws", recording.source),
        gaps=of_all(gaps, 0),
        notes=tuple(dict.fromkeys([*known.notes, *answers.notes])),
        pieces=(_piece(recording, known),),
        inputs=recording.inputs,
        code_kinds=kinds or UNSET,
    )
    return manifest, found.records


def _partition(answers: Answers) -> str:
    if len(answers.partitions) > 1:
        several = " and ".join(sorted(answers.partitions))
        raise InputError(f"holds accounts of {several}", hint="make a snapshot of each")
    return next(iter(answers.partitions), "aws")


def _piece(recording: Recording, known: ours.Ours) -> Piece:
    return Piece(
        organization=known.organization.id if known.organization else None,
        listed=known.listed,
        listed_at=UNSET,
        asked=f"--regions {','.join(recording.regions)}" if recording.regions else "",
        regions=tuple(sorted(recording.regions)),
    )


def _look(
    recording: Recording, partition: str, account: str, found: Found, kinds: tuple[str, ...]
) -> None:
    """At an account: what it has once, and each of its regions. `kinds`: of code."""
    answers = recording.answers
    if account not in answers.accounts():
        found.gaps.append(
            _gap(account, None, f"nothing given is of this account: {recording.mend}")
        )
        return
    home = _account_region(answers, partition, account, None)
    records = list(_judged(sources.account_records(home), answers))
    found.add(records)
    asked = answers.items(Place(account), iam.ROLES.name) is not None
    if asked and not any(isinstance(one, Role) for one in records):
        home.gap(iam.ROLES.name, NOTHING, "no role; every account has some of AWS's")
    for region in _regions(recording, home):
        found.regions.add(region)
        if not answers.has(Place(account, region)):
            text = f"nothing given is of this region: {recording.mend}"
            found.gaps.append(_gap(account, region, text))
            continue
        account_region = _account_region(answers, partition, account, region)
        found.add(sources.region_records(account_region))
        found.add(code.records(account_region, kinds))
        found.gaps += account_region.gaps
    found.gaps += home.gaps


def _regions(recording: Recording, home: AccountRegion) -> Sequence[str]:
    given = set(recording.answers.regions(home.account))
    enabled = recording.regions or ec2.regions(home)
    listed = recording.answers.items(Place(home.account), ec2.REGIONS.name)
    if not enabled and listed is not None:
        home.gap(ec2.REGIONS.name, NOTHING, "no region; every account has some")
    return sorted({*enabled, *given})


def _account_region(
    answers: Answers, partition: str, account: str, region: str | None
) -> AccountRegion:
    def client(service: str, region: str | None = region) -> Recorded:
        return Recorded(answers, Place(account, region), service)

    return AccountRegion(account=account, partition=partition, region=region, client=client)


def _judged(records: Iterable[msgspec.Struct], answers: Answers) -> Iterator[msgspec.Struct]:
    """Roles of which no policies were given have no grade, rather than the lowest; nor have those
    beside them, which may act as one of them, unless they are administrators already."""
    listed = list(records)
    unsure = any(isinstance(one, Role) and one.arn in answers.unjudged for one in listed)
    for one in listed:
        if unsure and isinstance(one, Role) and not _certain(one, answers):
            yield replace(one, privilege=None, reads_data=UNSET, reads_secrets=UNSET)
        else:
            yield one


def _certain(role: Role, answers: Answers) -> bool:
    return role.privilege == "admin" and role.arn not in answers.unjudged


def _gap(account: str, region: str | None, message: str) -> Gap:
    return Gap(account=account, region=region, call="*", code=NOT_GIVEN, message=message)


def _said_once(gaps: Iterable[Gap], answers: Answers) -> list[Gap]:
    """What was given of no account and no region at all is one gap, of none of them."""
    given = {call for calls in answers.given.values() for call in calls}
    return [
        replace(gap, account=None, region=None)
        if gap.code == NOT_GIVEN and gap.call != "*" and gap.call not in given
        else gap
        for gap in gaps
    ]
