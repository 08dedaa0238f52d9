"""Whether a thing is told twice: account by account, as an account's lines stand together."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from checker.snapshot.records import Location

Named = tuple[str, str, Location | None]
"""A kind, an ARN, and where it stands in code, as there it may stand in several places."""


class Run(msgspec.Struct, frozen=True):
    """Things of one account whose lines stand together."""

    account: str
    named: frozenset[Named]


class Twice(msgspec.Struct, frozen=True):
    """How many of a range are told twice, and the runs at its ends, which others may go on with;
    `last` is None where it is the `first`."""

    count: int = 0
    first: Run | None = None
    last: Run | None = None


class TwiceCounter:
    """Fills as records are read, in their order."""

    def __init__(self, count: int = 0) -> None:
        self.count = count
        self._first: Run | None = None
        self._account: str | None = None
        self._named: set[Named] = set()

    def look(self, account: str, named: Collection[Named]) -> None:
        """Some of an account, or all that stand together."""
        if account != self._account:
            self._end()
            self._account = account
        new = set(named)
        self.count += len(named) - len(new) + len(new & self._named)
        self._named |= new

    def told(self) -> Twice:
        """Of all that was looked at."""
        run = None if self._account is None else Run(self._account, frozenset(self._named))
        return Twice(self.count, self._first or run, run if self._first else None)

    def add(self, told: Twice) -> None:
        """What somebody else counted of records that come next."""
        self.count += told.count
        if told.first:
            self.look(told.first.account, told.first.named)
        if told.last:
            self._end()
            self.look(told.last.account, told.last.named)

    def _end(self) -> None:
        """Of a run."""
        if self._account is not None and self._first is None:
            self._first = Run(self._account, frozenset(self._named))
        self._account, self._named = None, set()
