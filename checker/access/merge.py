"""Many grants → one for each principal that is let in the same way."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from checker.access.model import AccessGrant, worst
from checker.trust.search.grants import tells

_POLICIES = ("policy", "access-point")


def merged(found: Iterable[AccessGrant]) -> list[AccessGrant]:
    """One grant for each principal by each way, of the gravest witness; of a policy without those
    that another covers. Who is named in a share or an ACL is told, whoever else is."""
    by_principal: dict[tuple[object, ...], AccessGrant] = {}
    for one in found:
        key = (msgspec.json.encode(one.principal), *_way(one))
        known = by_principal.get(key)
        by_principal[key] = one if known is None else _joined(known, one)
    every = list(by_principal.values())
    kept: list[AccessGrant] = []
    for at, one in enumerate(every):
        others = [*kept, *every[at + 1 :]]
        if not any(_covered(one, other) for other in others):
            kept.append(one)
    return kept


def _way(one: AccessGrant) -> tuple[object, ...]:
    return one.via, one.effective, one.guardrail


def _joined(one: AccessGrant, other: AccessGrant) -> AccessGrant:
    grave = worst({one.access, other.access})
    first = one if one.access == grave else other
    return msgspec.structs.replace(
        first,
        actions=tuple(sorted({*one.actions, *other.actions})),
        network_limited=one.network_limited and other.network_limited,
        statements=tuple(sorted({*one.statements, *other.statements})),
    )


def _covered(one: AccessGrant, other: AccessGrant) -> bool:
    wider = (
        one.via in _POLICIES and _way(one) == _way(other) and set(one.actions) <= set(other.actions)
    )
    limited = other.network_limited and not one.network_limited
    return wider and not limited and tells(other.principal, one.principal)
