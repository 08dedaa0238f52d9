"""Which roles to look at: those trusted from outside, and those that are reached from them."""

from __future__ import annotations

from collections.abc import Iterable

from checker.snapshot.usage import Assumption, Usage, UsageCaller
from checker.usage.queries import HOPS


def reached(watched: frozenset[str], assumptions: Iterable[Assumption]) -> frozenset[str]:
    """With the roles that sessions of these assumed, and so on (role chaining)."""
    steps = [(a.caller.arn, a.role) for a in assumptions if a.caller and a.calls]
    found = set(watched)
    for _ in range(HOPS - 1):
        found |= {role for caller, role in steps if caller in found}
    return frozenset(found)


def kept(usage: Iterable[Usage], watched: frozenset[str], own: frozenset[str]) -> list[Usage]:
    """All use of watched roles; else what outsiders did."""
    return [
        u for u in usage if (u.via == "session" and u.role in watched) or outside(u.caller, own)
    ]


def outside(caller: UsageCaller | None, own: frozenset[str]) -> bool:
    return caller is not None and caller.service is None and caller.account not in own
