"""One account: entered, its global part and its regions looked at side by side, journaled."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TypeAlias

import msgspec

from checker.collect.aws import ec2, sources
from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import CALL_ERRORS
from checker.collect.aws.fanout import Task
from checker.collect.aws.gaps import is_denied, of_account_region
from checker.collect.aws.journal import Journal, sorted_lines
from checker.collect.aws.permissions import ASSUME
from checker.collect.aws.resources.kind import Source
from checker.collect.aws.resources.registry import sources_of
from checker.collect.aws.seal import Part
from checker.collect.aws.session import AccountSession, assume
from checker.collect.aws.survey import Request, account_region_of
from checker.snapshot.records import Account
from checker.snapshot.redact import redacted

Look: TypeAlias = Callable[[AccountRegion], list[msgspec.Struct]]


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
        self._account_regions: list[AccountRegion] = []

    def enter(self) -> list[Task]:
        """Get into the account; its global part and its regions follow."""
        account_region = account_region_of(self._central, None, self._account.id)
        session = self._session(account_region)
        if session is None:
            self._finish(Part(self._account.id, tuple(account_region.gaps)))
            return []
        whole = account_region_of(session, None)
        regions = self._request.regions or tuple(ec2.regions(whole))
        places = [self._region(session, region, whole) for region in regions]
        self._account_regions = [whole, *places]
        self._left = len(self._account_regions)
        once, each = self._resources(once=True), self._resources(once=False)
        return [
            partial(self._look, regions, whole, sources.account_records, once),
            *(partial(self._look, regions, one, sources.region_records, each) for one in places),
        ]

    def _session(self, account_region: AccountRegion) -> AccountSession | None:
        """The caller's own account needs no role."""
        if account_region.account == self._central.account:
            return self._central
        try:
            return assume(
                self._central,
                account_region.account,
                self._request.role_name,
                self._request.external_id,
            )
        except CALL_ERRORS as error:
            account_region.failed(ASSUME, error)
            return None

    def _region(self, session: AccountSession, region: str, whole: AccountRegion) -> AccountRegion:
        return replace(
            account_region_of(session, region),
            options=self._request.options,
            whole=whole,
            memo=whole.memo,
        )

    def _look(
        self, regions: tuple[str, ...], here: AccountRegion, look: Look, more: tuple[Look, ...] = ()
    ) -> list[Task]:
        """More comes after it, unless the region turns out to be shut, as it would be in vain."""
        found = [] if here.closed else look(here)
        lines = sorted_lines(map(redacted, found) if self._request.redact else found)
        following = () if here.closed or is_denied(here) else more
        with self._lock:
            self._lines += lines
            self._left += len(following) - 1
            last = not self._left
        if last:
            gaps = [gap for one in self._account_regions for gap in of_account_region(one)]
            self._finish(Part(self._account.id, tuple(gaps), regions))
        return [partial(self._look, regions, here, one) for one in following]

    def _resources(self, *, once: bool) -> tuple[Look, ...]:
        """Those that an account has once, or in each region."""
        kinds = frozenset(self._request.kinds)
        found = sources_of(kinds, once=once)
        return tuple(partial(_records, one, kinds) for one in found)

    def _finish(self, part: Part) -> None:
        self._journal.finish(part, self._lines)
        self._lines = []
        self.finished = True


def _records(source: Source, kinds: frozenset[str], here: AccountRegion) -> list[msgspec.Struct]:
    return list(source.records(here, kinds))
