"""One account: entered, its global part and its regions looked at side by side, journaled."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TypeAlias

import msgspec

from checker.collect.aws import ec2, sources
from checker.collect.aws.calls import CALL_ERRORS
from checker.collect.aws.corner import Corner
from checker.collect.aws.fanout import Task
from checker.collect.aws.gaps import of_corner
from checker.collect.aws.journal import Journal, sorted_lines
from checker.collect.aws.permissions import ASSUME
from checker.collect.aws.resources.kind import Source
from checker.collect.aws.resources.registry import sources_of
from checker.collect.aws.seal import Part
from checker.collect.aws.session import AccountSession, assume
from checker.collect.aws.survey import Request, corner_of
from checker.snapshot.records import Account
from checker.snapshot.redact import redacted

Look: TypeAlias = Callable[[Corner], list[msgspec.Struct]]


class AccountWork:
    """The tasks of an account; the last one to end writes the account to the journal."""

    def __init__(
        self, central: AccountSession, account: Account, request: Request, journal: Journal
    ) -> None:
        self.finished = False
        self._central, self._account, self._request = central, account, request
        self._journal = journal
        self._lock = threading.Lock()
        self._left = 0
        self._lines: list[bytes] = []
        self._corners: list[Corner] = []

    def enter(self) -> list[Task]:
        """Get into the account; its global part and its regions follow."""
        corner = corner_of(self._central, None, self._account.id)
        session = self._session(corner)
        if session is None:
            self._finish(Part(self._account.id, tuple(corner.gaps)))
            return []
        whole = corner_of(session, None)
        regions = self._request.regions or tuple(ec2.regions(whole))
        looking: list[tuple[Corner, Look]] = [(whole, sources.account_records)]
        looking += [
            (self._region(session, region, whole), sources.region_records) for region in regions
        ]
        self._corners = [corner for corner, _ in looking]
        self._left = len(looking)
        return [partial(self._begin, regions, *each) for each in looking]

    def _session(self, corner: Corner) -> AccountSession | None:
        """The caller's own account needs no role."""
        if corner.account == self._central.account:
            return self._central
        try:
            return assume(
                self._central, corner.account, self._request.role_name, self._request.external_id
            )
        except CALL_ERRORS as error:
            corner.failed(ASSUME, error)
            return None

    def _region(self, session: AccountSession, region: str, whole: Corner) -> Corner:
        return replace(
            corner_of(session, region), options=self._request.options, whole=whole, memo=whole.memo
        )

    def _begin(self, regions: tuple[str, ...], corner: Corner, look: Look) -> list[Task]:
        """Resources come next, as nothing is asked for them where the region turns out shut."""
        kinds = frozenset(self._request.kinds or ())
        more = sources_of(kinds, once=corner.region is None)
        with self._lock:
            self._left += len(more)
        self._look(regions, corner, look)
        return [
            partial(self._look, regions, corner, partial(_resources, one, kinds)) for one in more
        ]

    def _look(self, regions: tuple[str, ...], corner: Corner, look: Look) -> list[Task]:
        found = [] if corner.closed else look(corner)
        lines = sorted_lines(map(redacted, found) if self._request.redact else found)
        with self._lock:
            self._lines += lines
            self._left -= 1
            last = not self._left
        if last:
            gaps = [gap for one in self._corners for gap in of_corner(one)]
            self._finish(Part(self._account.id, tuple(gaps), regions))
        return []

    def _finish(self, part: Part) -> None:
        self._journal.finish(part, self._lines)
        self._lines = []
        self.finished = True


def _resources(source: Source, kinds: frozenset[str], corner: Corner) -> list[msgspec.Struct]:
    return list(source.records(corner, kinds))
