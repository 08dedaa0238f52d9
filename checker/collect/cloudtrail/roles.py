"""Which roles to look at: those trusted from outside, those that outsiders assumed, and those that
are reached from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from checker.snapshot.usage import Assumption, Usage, UsageCaller

# Only IAM Identity Center makes and changes these:
# https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
_IDENTITY_CENTER = ":role/aws-reserved/sso.amazonaws.com/"


def entered(assumptions: Iterable[Assumption], own: frozenset[str]) -> frozenset[str]:
    """Own roles that outsiders assumed, whomever the roles trust now, or of whom the trail does not
    tell at all: it may have been one."""
    found = (a for a in assumptions if a.calls and a.account in own and may_be(a.caller, own))
    return frozenset(a.role for a in found if _IDENTITY_CENTER not in a.role)


def reached(roles: frozenset[str], assumptions: Iterable[Assumption]) -> frozenset[str]:
    """With the roles that sessions of these assumed, and so on (role chaining)."""
    onward: dict[str, set[str]] = {}
    for each in assumptions:
        if each.caller and each.caller.arn and each.calls:
            onward.setdefault(pathless(each.caller.arn), set()).add(each.role)
    found, waiting = set(roles), list(roles)
    while waiting:
        new = onward.get(pathless(waiting.pop()), set()) - found
        found |= new
        waiting += new
    return frozenset(found)


def chain(assumptions: Iterable[Assumption], roles: frozenset[str]) -> bool:
    """Whether a session of one of the roles assumed any."""
    names = set(map(pathless, roles))
    return any(a.caller and a.caller.arn and pathless(a.caller.arn) in names for a in assumptions)


def pathless(arn: str) -> str:
    """Without a path, as the ARN of a session has none."""
    return f"{arn.partition('/')[0]}/{arn.rpartition('/')[2]}"


def longest(links: Mapping[str, str]) -> int:
    """How many steps the longest chain has; `links`: a session's key by the one it issued. A ring,
    which no trail of AWS's has, counts as its length."""
    lengths: dict[str, int] = {}
    for start in links:
        path: list[str] = []
        at = start
        while at in links and at not in lengths:
            lengths[at] = len(links)  # until it is known; in a ring for good
            path.append(at)
            at = links[at]
        for number, key in enumerate(reversed(path), 1):
            lengths[key] = min(lengths.get(at, 0) + number, len(links))
    return max(lengths.values(), default=0)


def kept(
    usage: Iterable[Usage], watched: frozenset[str], own: frozenset[str],
    entered: frozenset[str] = frozenset(),
) -> list[Usage]:  # fmt: skip
    """All use of watched roles; else what outsiders did, and what they may have done: nobody is
    known behind a role that they came in by, or behind a chain."""
    return [
        u for u in usage
        if (u.via == "session" and (u.role in watched or _unknown(u, entered)))
        or outside(u.caller, own)
    ]  # fmt: skip


def _unknown(usage: Usage, entered: frozenset[str]) -> bool:
    return usage.caller is None and (usage.role in entered or usage.chained_from is not None)


def may_be(caller: UsageCaller | None, own: frozenset[str]) -> bool:
    """An outsider, as far as is known."""
    return caller is None or outside(caller, own)


def outside(caller: UsageCaller | None, own: frozenset[str]) -> bool:
    return caller is not None and caller.service is None and caller.account not in own
