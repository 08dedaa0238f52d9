"""Several snapshots as one: shards, organizations, collections of other days.

Each account is whole from one collection, the newest that looked at it; nothing of it is mixed.
What no collection looked at stays told (`coverage.py`), and so does how old each account is.
Which snapshot is named first makes no difference.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import msgspec

from checker.errors import BadInputsError, InputError
from checker.snapshot.files import ALL_FILES, FILES, USAGE_FILES
from checker.snapshot.lines import ascending
from checker.snapshot.manifest import UNREADABLE, moment, reason, refused
from checker.snapshot.pods import listed
from checker.snapshot.read import Snapshot
from checker.snapshot.records import Account, Manifest, Piece

MERGED = frozenset({"aws", "aws-config", "files", "kubernetes", "steampipe"})
_USAGE = frozenset(USAGE_FILES)


class _Owned(msgspec.Struct):
    account: str


@dataclass(frozen=True, eq=False)
class Source:
    """A snapshot to merge; `snapshot` None: a listing alone."""

    manifest: Manifest
    snapshot: Snapshot | None = None

    @property
    def name(self) -> str:
        """For an order that does not depend on the command line."""
        return self.snapshot.sha256 if self.snapshot else ""

    @cached_property
    def parts(self) -> tuple[Piece, ...]:
        return self.manifest.parts

    @cached_property
    def listed_at(self) -> datetime:
        times = [moment(str(piece.listed_at)) for piece in self.parts]
        return max(times, default=moment(self.manifest.collected_at))

    def organization_of(self, account: Account) -> str | None:
        ours = self.manifest.organization
        return account.organization or (ours.id if ours else None)

    def pieces_of(self, organization: str | None) -> list[Piece]:
        return [p for p in self.parts if p.organization == organization]


def check_sources(sources: Sequence[Source], *, usage: bool = False) -> None:
    """Raises InputError, of all at once, for what cannot be merged. `usage`: it may hold some."""
    errors = [error for source in sources for error in _errors(source, usage=usage)]
    if errors:
        raise BadInputsError(errors)


def _errors(source: Source, *, usage: bool) -> Iterator[InputError]:
    if source.snapshot is None:
        return
    path, files = source.snapshot.name, source.manifest.files
    if not source.manifest.sources or not MERGED.issuperset(source.manifest.sources):
        yield InputError("is not all of AWS, so there is nothing to merge it with", path=path)
        return
    if source.manifest.sources == ("kubernetes",):
        hint = "add pods to the snapshot of AWS: collect kubernetes … -o SNAPSHOT"
        yield InputError("knows nothing of its account but what pods run", path=path, hint=hint)
        return
    if not usage and (used := sorted(_USAGE & files.keys())):
        hint = "merge first, then collect cloudtrail into what was merged"
        yield InputError(
            f"holds {used[0]}, which is of all roles of a snapshot", path=path, hint=hint
        )
    if unknown := sorted(files.keys() - ALL_FILES.keys() - _USAGE):
        said = f"holds {unknown[0]}, which this version does not know"
        yield InputError(said, path=path, hint="merge with the version that collected it")
    if lacking := sorted(FILES.keys() - files.keys()):
        yield InputError(f"names no {lacking[0]}", path=path, hint="collect it anew")


@dataclass(frozen=True)
class Winners:
    """Of which source each account that was looked at is taken; `gone` are left out, and so are
    all others unless `others`."""

    of: dict[str, Source]
    gone: frozenset[str]
    others: bool = True

    def keeps(self, source: Source, account: str | None) -> bool:
        """Whether what a source tells of an account counts."""
        if account is None:
            return source in self.winning
        otherwise = source if self.others else None
        return account not in self.gone and self.of.get(account, otherwise) is source

    @cached_property
    def winning(self) -> frozenset[Source]:
        return frozenset(self.of.values())


def winners(sources: Sequence[Source]) -> Winners:
    gone = _gone(sources)
    found: dict[str, tuple[tuple[datetime, int, str], Source]] = {}
    for source in sources:
        for account in source.manifest.accounts:
            if account.collected and account.id not in gone:
                when = moment(source.manifest.collected_of(account))
                age = (when, _clusters(source, account.id), source.name)
                best = found.get(account.id)
                if best is None or age > best[0]:
                    found[account.id] = age, source
    return Winners({id_: source for id_, (_, source) in found.items()}, gone)


def _clusters(source: Source, account: str) -> int:
    """Of how many the pods were listed: that adds to a snapshot, and leaves it as old as it was."""
    return sum(cluster.split(":")[4] == account for cluster in listed(source.manifest))


def newest_listings(sources: Sequence[Source]) -> dict[str, list[Source]]:
    """Of each organization that was listed, the source of its newest listing; several where they
    were made at once."""
    found: dict[str, list[Source]] = {}
    for source in sources:
        for organization in dict.fromkeys(p.organization for p in source.parts if p.listed):
            if organization is not None:
                found.setdefault(organization, []).append(source)
    return {id_: _newest(listed, id_) for id_, listed in found.items()}


def _newest(sources: list[Source], organization: str) -> list[Source]:
    times = {
        source: max(moment(str(p.listed_at)) for p in source.pieces_of(organization) if p.listed)
        for source in sources
    }
    return [source for source in sources if times[source] == max(times.values())]


def listing_failed(source: Source) -> bool:
    return any(gap.call.startswith("organizations:") for gap in source.manifest.gaps)


def _gone(sources: Sequence[Source]) -> frozenset[str]:
    """Accounts of an older listing that the newest, which is whole, has no more: who left the
    organization is no longer own. Accounts that were named one by one stay."""
    newest = newest_listings(sources)
    members = {
        id_: {a.id for one in listed for a in one.manifest.accounts}
        for id_, listed in newest.items()
        if not any(map(listing_failed, listed))
    }
    known, kept = set[str](), set[str]()
    for source in sources:
        for account in source.manifest.accounts:
            organization = source.organization_of(account)
            known.add(account.id)
            pieces = source.pieces_of(organization)
            if (
                organization not in members
                or account.id in members[organization]
                or not pieces
                or not all(piece.listed for piece in pieces)
            ):
                kept.add(account.id)
    return frozenset(known - kept)


def merged_lines(
    sources: Sequence[Source], chosen: Winners
) -> Iterator[tuple[str, Iterator[bytes]]]:
    """The lines of each file, sorted, one at a time in memory."""
    told = {name for one in chosen.winning for name in one.manifest.files}
    for name in sorted({*FILES, *(told & ALL_FILES.keys())}):
        yield name, heapq.merge(*(kept_lines(source, name, chosen) for source in sources))


def kept_lines(source: Source, name: str, chosen: Winners) -> Iterator[bytes]:
    """Those of a source that count."""
    if source.snapshot is None or name not in source.manifest.files:
        return
    path, records = source.snapshot.path / name, source.manifest.files[name].records
    decode = msgspec.json.Decoder(_Owned).decode
    for line in ascending(source.snapshot.lines(name), path, records):
        try:
            account = decode(line).account
        except UNREADABLE as error:
            raise refused(path, f"holds what is no record ({reason(error)})") from None
        if chosen.keeps(source, account):
            yield line
