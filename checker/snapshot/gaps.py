"""Gaps of many accounts, as a manifest lists them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from msgspec.structs import replace

from checker.snapshot.records import Gap

UNREACHABLE = "EndpointUnreachable"


def of_all(gaps: Iterable[Gap], accounts: int) -> tuple[Gap, ...]:
    """In a fixed order; what no account could reach is one gap, of no account: what is between us
    and the endpoint is the same for all."""
    listed = list(gaps)
    times = Counter(_anybodys(gap) for gap in listed if gap.code == UNREACHABLE)
    every = {gap for gap, count in times.items() if count == accounts > 1}
    kept = [gap for gap in listed if _anybodys(gap) not in every]
    return tuple(sorted({*kept, *every}, key=_order))


def _anybodys(gap: Gap) -> Gap:
    return replace(gap, account=None)


def _order(gap: Gap) -> tuple[str, ...]:
    return (gap.account or "", gap.region or "", gap.call, gap.code, gap.message)
