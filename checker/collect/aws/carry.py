"""Accounts that are carried over from a snapshot of before, as a hint tells that nothing changed.

The hint is never the truth: an account is carried for some days at most, with its own time, and
whoever is not told of at all is collected.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

import msgspec
from msgspec import UNSET

from checker.collect.aws.asked import asked
from checker.collect.aws.survey import Request, Survey
from checker.collect.aws.unshown import carried_notes
from checker.errors import InputError
from checker.snapshot.manifest import moment
from checker.snapshot.merge import Source, Winners, kept_lines
from checker.snapshot.records import Account, Gap, Manifest

MARGIN = timedelta(hours=1)
"""Before an account's own time, as what was changed then may not have been seen; and how long ago
the last event of a hint may be, as CloudTrail delivers within a quarter of an hour."""
# https://docs.aws.amazon.com/awscloudtrail/latest/userguide/how-cloudtrail-works.html
_SKEW = timedelta(minutes=10)
"""Between AWS's clock and this one: what is told of later cannot be."""
_ELSEWHERE = ("organizations:", "shard:", "cloudtrail:", "snapshot")
"""Calls whose gaps are not of what is carried."""
_SHUT = "RegionDenied"
FULL = "collect it whole: leave --since out"


@dataclass(frozen=True)
class Told:
    """What a hint tells of an account: when of anything last, and when of a change (ISO 8601)."""

    last_seen: str
    last_change: str | None = None


@dataclass(frozen=True)
class Hint:
    """`accounts`: what is told of each; `begin` and `end`: of the first and the last event (ISO
    8601), None where there was none; `why_not`: in words, what of it is not whole; `regions`: from
    which it tells of anything, None where that is not known."""

    accounts: Mapping[str, Told]
    begin: str | None
    end: str | None
    why_not: str | None = None
    regions: frozenset[str] | None = None


@dataclass(frozen=True, eq=False)
class Base:
    """The snapshot of before, and the hint."""

    source: Source
    hint: Hint
    now: str
    max_age: int

    @property
    def manifest(self) -> Manifest:
        return self.source.manifest

    @cached_property
    def _accounts(self) -> dict[str, Account]:
        return {one.id: one for one in self.manifest.accounts if one.collected}

    def check(self, request: Request, found: Survey) -> None:
        """Raises InputError for one of another organization, or that was asked for others."""
        ours = found.organization.id if found.organization else None
        whose: list[str | None] = [one.id for one in self.manifest.own_organizations]
        if ours not in (whose or [None]):
            raise InputError(f"--since: the snapshot is not of organization {ours}", hint=FULL)
        looked = request.resource_kinds or UNSET, request.code_kinds or UNSET
        if (self.manifest.resource_kinds, self.manifest.code_kinds) != looked:
            other = "--since: the snapshot looked for other kinds of resources or of code"
            raise InputError(other, hint=FULL)
        said = {piece.asked for piece in self.manifest.parts}
        if said != {asked(request)}:
            told = ", ".join(sorted(repr(one) for one in said)) or "nobody knows what"
            raise InputError(f"--since: the snapshot was asked for {told}", hint=FULL)

    def carried(self, wanted: Collection[Account], finished: Collection[str]) -> frozenset[str]:
        """Of the accounts that are to be looked at, those that need not be."""
        if self.reason:
            return frozenset()
        return frozenset(
            one.id for one in wanted if one.id not in finished and self._is_quiet(one.id)
        )

    @property
    def reason(self) -> str | None:
        """Why nothing is carried, if so."""
        anybodys = [
            gap for gap in self.manifest.gaps
            if gap.account is None and not gap.call.startswith(_ELSEWHERE)
        ]  # fmt: skip
        if anybodys:
            return f"the snapshot has a gap of no account in particular ({anybodys[0].call})"
        if self.hint.end is None:
            return "the hint tells of no account at all"
        if moment(self.now) - moment(self.hint.end) > MARGIN:
            return f"the hint ends at {self.hint.end}"
        if moment(self.hint.end) - moment(self.now) > _SKEW:
            return f"the hint tells of {self.hint.end}, which is yet to come"
        return self.hint.why_not or self._unheard

    @property
    def _unheard(self) -> str | None:
        """A region that was looked at, and of which the hint tells nothing at all: not even of our
        own calls there."""
        known = self.hint.regions
        silent = sorted(set(self.manifest.regions) - known) if known is not None else ()
        return f"the hint has no event from {', '.join(silent)}" if silent else None

    def _is_quiet(self, id_: str) -> bool:
        account, told = self._accounts.get(id_), self.hint.accounts.get(id_)
        if account is None or told is None or id_ in self._lacking:
            return False
        at = moment(self.manifest.collected_of(account))
        now = moment(self.now)
        young = timedelta() <= now - at <= timedelta(days=self.max_age)
        begun = moment(self.hint.begin or self.now) <= at + MARGIN
        heard = begun and moment(told.last_seen) >= at - MARGIN
        changed = told.last_change and moment(told.last_change) >= at - MARGIN
        return young and heard and not changed

    @cached_property
    def _lacking(self) -> frozenset[str]:
        """Accounts with gaps that may be closed by now: all but a region that is shut."""
        return frozenset(
            gap.account for gap in self.manifest.gaps
            if gap.account and gap.code != _SHUT and not gap.call.startswith(_ELSEWHERE)
        )  # fmt: skip

    def gaps(self, carried: frozenset[str]) -> Iterator[Gap]:
        """Those of the carried accounts."""
        for gap in self.manifest.gaps:
            if gap.account in carried and not gap.call.startswith(_ELSEWHERE):
                yield gap

    def lines(self, name: str, carried: frozenset[str]) -> Iterator[bytes]:
        """The records of the carried accounts."""
        chosen = Winners(dict.fromkeys(carried, self.source), frozenset(), others=False)
        return kept_lines(self.source, name, chosen)

    def manifest_with(self, fresh: Manifest, carried: frozenset[str]) -> Manifest:
        """That of a collection, and of what was carried into it."""
        times = {id_: self.manifest.collected_of(self._accounts[id_]) for id_ in carried}
        oldest = min([fresh.collected_at, *times.values()], key=moment)
        accounts = [
            msgspec.structs.replace(one, collected_at=times.get(one.id, fresh.collected_at))
            if one.collected
            else one
            for one in fresh.accounts
        ]
        pieces = tuple(msgspec.structs.replace(p, collected_at=fresh.collected_at,
                                               listed_at=p.listed_at or fresh.collected_at)
                       for p in fresh.pieces or ())  # fmt: skip
        regions = {*fresh.regions, *(self.manifest.regions if carried else ())}
        return msgspec.structs.replace(
            fresh, collected_at=oldest, accounts=tuple(accounts), pieces=pieces,
            regions=tuple(sorted(regions)), notes=(*fresh.notes, *self._notes(carried)),
        )  # fmt: skip

    def _notes(self, carried: frozenset[str]) -> Iterator[str]:
        yield from carried_notes(self.manifest.notes, carried)
        if count := len(carried):
            yield (
                f"Accounts that were not looked at anew, as a hint told of no change: {count:,}. "
                "What such a hint can miss says docs/collecting.md."
            )
        if self.manifest.usage:
            yield "How roles were used is not carried over: collect cloudtrail anew."


def with_carried(
    files: Iterator[tuple[str, Iterator[bytes]]], base: Base, carried: frozenset[str]
) -> Iterator[tuple[str, Iterator[bytes]]]:
    """The sorted lines of a collection, and those that are carried over."""
    for name, lines in files:
        yield name, heapq.merge(lines, base.lines(name, carried))


def begin_of(manifest: Manifest, max_age: int, now: str) -> str:
    """From when on a hint is asked: before the oldest account that may still be carried."""
    limit = moment(now) - timedelta(days=max_age)
    times = [moment(manifest.collected_of(one)) for one in manifest.accounts if one.collected]
    oldest = min((time for time in times if time >= limit), default=moment(now))
    return f"{oldest - MARGIN:%Y-%m-%dT%H:%M:%S}"
