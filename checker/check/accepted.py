"""Gaps that somebody has accepted for a while, by the allowlist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from msgspec import UNSET

from checker.report.model import GapEntry, Waiver
from checker.snapshot.records import Gap
from checker.subjects.item import place
from checker.trust import includes
from checker.vetting.allowlist import Allowlist
from checker.vetting.entries import AcceptedGap

_TO_NAME = ("organizations:ListAccounts", "config:", "shard:", "merge")
"""How calls begin whose gaps are told of one account or none, and leave out others that nobody
knows of: no pattern that was meant for something else accepts them."""


class AcceptedGaps:
    """Those in force on a day; `used` counts the gaps that each has accepted."""

    def __init__(self, allowlist: Allowlist, today: date) -> None:
        entries = enumerate(allowlist.file.gaps)
        self._entries = [(index, entry) for index, entry in entries if today <= entry.expires]
        self.used: dict[int, int] = {}

    def judged(self, gaps: Iterable[Gap]) -> Iterator[tuple[Gap, Waiver | None]]:
        """Each with its waiver, if somebody has accepted it."""
        for gap in gaps:
            yield gap, self.waiver(gap)

    def waiver(self, gap: Gap) -> Waiver | None:
        """Of the first entry that fits, if one does."""
        for index, entry in self._entries:
            if _fits(entry, gap):
                self.used[index] = self.used.get(index, 0) + 1
                return Waiver(
                    owner=entry.owner, reason=entry.reason, expires=entry.expires.isoformat()
                )
        return None


def gap_entry(gap: Gap, waiver: Waiver | None, *, acceptable: bool = True) -> GapEntry:
    """As a report lists it; every format shows the message, and so who accepted it."""
    message = gap.message
    if waiver:
        message += f" (accepted until {waiver.expires} by {waiver.owner}: {waiver.reason})"
    return GapEntry(
        account=gap.account,
        region=gap.region,
        call=gap.call,
        code=gap.code,
        message=message,
        location=place(gap.location) or UNSET,
        acceptable=UNSET if acceptable else False,
    )


def _fits(entry: AcceptedGap, gap: Gap) -> bool:
    return (
        includes(entry.account, gap.account or "-")
        and includes(entry.region, gap.region or "-")
        and includes(entry.call, gap.call)
        and all(entry.call.startswith(begin) for begin in _TO_NAME if gap.call.startswith(begin))
    )
