"""Allowed AMIs as they are set against what the list says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from checker.enforce.criteria import ALIASES, Criterion, criteria
from checker.enforce.drift import Drift
from checker.enforce.listed import Listed, for_account
from checker.errors import InputError
from checker.snapshot.records import Image, ImageCriterion, ImageSettings

AUDIT, ENABLED = "audit-mode", "enabled"


def publishers(images: Iterable[Image], own: frozenset[str]) -> frozenset[str]:
    """Own accounts whose images another one of ours sees."""
    return frozenset(one.owner for one in images if one.owner in own and one.owner != one.account)


def settings(
    some: Iterable[ImageSettings], found: Listed, publishers: frozenset[str], own: frozenset[str]
) -> Iterator[Drift]:
    """Allowed AMIs where they are on, or in audit mode, and their criteria are known; of the others
    `unknown` tells. `publishers`: own accounts whose images
    another one is seen to use; `own`: all of them, of which any may be there."""
    for one in some:
        if one.allowed_images in (AUDIT, ENABLED) and one.criteria is not msgspec.UNSET:
            yield _drift(one, found, publishers, own)


def unknown(some: Iterable[ImageSettings]) -> tuple[str, ...]:
    """ACCOUNT/REGION of those whose criteria an older version did not collect."""
    on = (one for one in some if one.allowed_images in (AUDIT, ENABLED))
    return tuple(f"{one.account}/{one.region}" for one in on if one.criteria is msgspec.UNSET)


def _drift(
    one: ImageSettings, found: Listed, publishers: frozenset[str], own: frozenset[str]
) -> Drift:
    """A declarative policy is of many accounts, and so may hold who was vetted for any of them."""
    whole = one.managed_by == "declarative-policy"
    plain = Drift(kind="allowed-amis", id=f"{one.account}/{one.region}", state=one.allowed_images)
    try:
        entries = found.entries if whole else for_account(found.entries, one.account)
        wanted = criteria(found, entries, publishers - {one.account})
    except InputError as error:
        return msgspec.structs.replace(plain, changed=(error.message,))
    return _compared(plain, one.criteria or (), wanted, own)


def _compared(
    plain: Drift,
    live: tuple[ImageCriterion, ...],
    wanted: tuple[Criterion, ...],
    own: frozenset[str],
) -> Drift:
    there = [_pairs(x.providers, x.names, x.products) for x in live]
    right = [_pairs(x.providers, x.names, x.products) for x in wanted]
    mine, theirs = (frozenset().union(*some) for some in (there, right))
    holds = {x for x in mine - theirs if x[0] not in own}
    more = (", ".join((*x.providers, *x.products)) or "any publisher" for x in live if x.more)
    return msgspec.structs.replace(
        plain,
        lacks=tuple(sorted(map(_shown, theirs - mine))),
        holds=tuple(sorted(map(_shown, holds))),
        changed=tuple(f"it asks for more than the list does of {who}" for who in more),
    )


def _pairs(
    providers: tuple[str, ...], names: tuple[str, ...], products: tuple[str, ...]
) -> frozenset[tuple[str, str]]:
    """What a criterion allows: of each provider or product each name. `aws_marketplace` and
    `aws-marketplace` are one."""
    who = [_alias(one) for one in (*providers, *products)] or ["any publisher"]
    return frozenset((one, name) for one in who for name in names or ("*",))


def _alias(provider: str) -> str:
    hyphens = provider.replace("_", "-")
    return hyphens if hyphens in ALIASES else provider


def _shown(pair: tuple[str, str]) -> str:
    return pair[0] if pair[1] == "*" else f"{pair[0]} ({pair[1]})"
