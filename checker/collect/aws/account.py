"""One account: entered, its global part and its regions looked at side by side, journaled."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import msgspec

from checker.collect.aws import ec2, sources
from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import CALL_ERRORS
from checker.collect.aws.fanout import Task
from checker.collect.aws.gaps import of_account_region
from checker.collect.aws.journal import Journal, sorted_lines
from checker.collect.aws.permissions import ASSUME
from checker.collect.aws.seal import Part
from checker.collect.aws.session import AccountSession, assume
from checker.collect.aws.survey import Request, account_region_of
from checker.snapshot.records import Account, Gap
from checker.snapshot.redact import redacted


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
        self._gaps: list[Gap] = []

    def enter(self) -> list[Task]:
        """Get into the account; its global part and its regions follow."""
        account_region = account_region_of(self._central, None, self._account.id)
        session = self._session(account_region)
        if session is None:
            self._finish(Part(self._account.id, tuple(account_region.gaps)))
            return []
        home = account_region_of(session, None)
        regions = self._request.regions or tuple(ec2.regions(home))
        self._gaps += home.gaps
        account_regions = [(account_region_of(session, None), sources.account_records)]
        account_regions += [
            (self._region(session, region), sources.region_records) for region in regions
        ]
        self._left = len(account_regions)
        return [partial(self._look, regions, *each) for each in account_regions]

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

    def _region(self, session: AccountSession, region: str) -> AccountRegion:
        return replace(account_region_of(session, region), options=self._request.options)

    def _look(
        self,
        regions: tuple[str, ...],
        account_region: AccountRegion,
        source: Callable[[AccountRegion], list[msgspec.Struct]],
    ) -> list[Task]:
        found = source(account_region)
        lines = sorted_lines(map(redacted, found) if self._request.redact else found)
        with self._lock:
            self._lines += lines
            self._gaps += of_account_region(account_region)
            self._left -= 1
            last = not self._left
        if last:
            self._finish(Part(self._account.id, tuple(self._gaps), regions))
        return []

    def _finish(self, part: Part) -> None:
        self._journal.finish(part, self._lines)
        self._lines = []
        self.finished = True
