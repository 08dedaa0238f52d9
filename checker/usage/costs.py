"""Calls that cost the account's owner money: for who asks whether a vendor runs up the bill.

`costs.json` has prices of us-east-1, without free tiers and discounts, each with AWS's page and the
month in which it was read there; docs/usage-costs.md lists them. A list, not a calculation: where
the bill depends on what was read or started, there is the most that a call can cost, or nothing.
Listed are calls that start or buy something, and those of which a million cost a dollar or more;
snapshot scanners' are listed all the same, as they are made by the million.
"""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path

import msgspec

from checker.usage.actions import matches

_FILE = Path(__file__).with_name("costs.json")


class Cost(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a call costs. `pattern` is of IAM actions, or of events where IAM has none for the call.
    `usd` is the price of one call, None where it depends on what `billed` says; `most` is then what
    it can cost at most, if anything bounds it. `data_event`: no trail has it that does not record
    data events (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html).
    """

    pattern: str
    billed: str
    link: str
    as_of: str
    usd: float | None = None
    most: float | None = None
    data_event: bool = False

    @property
    def bound(self) -> float | None:
        """What a call costs at most, where that is known."""
        return self.most if self.usd is None else self.usd


@cache
def costs() -> tuple[Cost, ...]:
    return msgspec.json.decode(_FILE.read_bytes(), type=tuple[Cost, ...])


def _specific(cost: Cost) -> tuple[bool, int]:
    return "*" in cost.pattern, -len(cost.pattern)


@cache
def _by_service() -> dict[str, tuple[Cost, ...]]:
    found: dict[str, list[Cost]] = {}
    for cost in sorted(costs(), key=_specific):
        found.setdefault(cost.pattern.partition(":")[0], []).append(cost)
    return {service: tuple(listed) for service, listed in found.items()}


@lru_cache(maxsize=4096)
def costly(names: tuple[str, ...]) -> Cost | None:
    """The entry that says most exactly what the call is, if it is one that costs money."""
    services = dict.fromkeys(name.partition(":")[0].lower() for name in names)
    listed = [cost for service in services for cost in _by_service().get(service, ())]
    return next((one for one in sorted(listed, key=_specific) if matches(one.pattern, names)), None)


def price(cost: Cost) -> str:
    """As people write it: no exponent, no trailing zeros."""
    if cost.bound is None:
        return "it depends"
    shown = f"${cost.bound:.8f}".rstrip("0")
    return shown if cost.usd is not None else f"up to {shown}"
