"""What of the list an RCP can name: accounts, organizations, and issuers with their claims."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import product

import msgspec

from checker.enforce.listed import Entry, Listed, for_account
from checker.enforce.ours import Ours
from checker.errors import InputError
from checker.trust import bare
from checker.vetting.entrances import COGNITO
from checker.vetting.entries import Federation

Claims = Mapping[str, tuple[str, ...]]
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+(:[0-9]+)?(/[^\s*?]*)?", re.IGNORECASE)
MOST_WAYS = 32
"""Statements that one issuer's claims may come to; more are a list that nobody reads either."""


class Perimeter(msgspec.Struct, frozen=True):
    """`issuers`: OIDC issuers as AWS compares them, each with the claims of which one set must
    fit; none: whoever has a token of it. `every`: whether issuers that are not named are refused.
    `services`: whose resources are guarded beside roles, from all but `accounts`, `organizations`
    and `aws`, which are accounts of AWS's own.
    """

    organizations: tuple[str, ...]
    accounts: tuple[str, ...]
    issuers: Mapping[str, tuple[Claims, ...]]
    partition: str = "aws"
    every: bool = False
    services: tuple[str, ...] = ()
    aws: tuple[str, ...] = ()

    def __add__(self, other: Perimeter) -> Perimeter:
        """Whoever either lets in."""
        issuers = {
            one: _either(self.issuers.get(one), other.issuers.get(one))
            for one in sorted({*self.issuers, *other.issuers})
        }
        return Perimeter(
            tuple(sorted({*self.organizations, *other.organizations})),
            tuple(sorted({*self.accounts, *other.accounts})),
            issuers,
            self.partition,
            self.every,
            self.services,
            self.aws,
        )


class Asked(msgspec.Struct, frozen=True):
    """What the document is to guard, as in a perimeter."""

    every: bool = False
    services: tuple[str, ...] = ()
    aws: tuple[str, ...] = ()


_ROLES = Asked()


def perimeter(found: Listed, us: Ours, account: str | None, asked: Asked = _ROLES) -> Perimeter:
    """Who is let into an own account (None: into any one of them)."""
    entries = for_account(found.entries, account)
    return Perimeter(
        organizations=tuple(sorted({*us.organizations, *_all(entries, "organizations")})),
        accounts=tuple(sorted({*us.accounts, *_all(entries, "accounts")} - set(us.members))),
        issuers=_issuers(found.own_federation, entries, us),
        partition=us.partition,
        every=asked.every,
        services=asked.services,
        aws=asked.aws,
    )


def _all(entries: Iterable[Entry], key: str) -> set[str]:
    return {value for one in entries for value in getattr(one, key)}


def _issuers(
    own: Iterable[Federation], entries: Iterable[Entry], us: Ours
) -> dict[str, tuple[Claims, ...]]:
    """By the issuer. A set without claims takes every token, so it is all that is said then; one
    with a claim of no pattern takes none."""
    found: dict[str, tuple[Claims, ...]] = {}
    for one in (*own, *(one for entry in entries for one in entry.federation)):
        issuer = oidc(one.issuer)
        if issuer is not None and all(one.claims.values()):
            claims = (one.claims,) if one.claims else ()
            found[issuer] = _either(found.get(issuer), claims)
    for mine in _pools(us):  # our own get in, whatever the list says of others' pools
        found[COGNITO] = _either(found.get(COGNITO), (mine,))
    return {issuer: found[issuer] for issuer in sorted(found)}


def _pools(us: Ours) -> Iterator[Claims]:
    """Of own identity pools, as the register takes their tokens for our own: a guest's is none."""
    if us.pools:
        yield {"aud": us.pools}
    if us.guests:
        yield {"amr": ("authenticated",), "aud": us.guests}


def _either(
    known: tuple[Claims, ...] | None, more: tuple[Claims, ...] | None
) -> tuple[Claims, ...]:
    if known is None or more is None:
        return (known if more is None else more) or ()
    if not known or not more:
        return ()
    return (*known, *(one for one in more if one not in known))


def oidc(issuer: str) -> str | None:
    """An issuer of OIDC as its condition keys begin; None for a SAML entity, a certificate
    authority, or what is none."""
    if ":saml-provider/" in issuer or ":acm-pca:" in issuer:
        return None
    name = bare(issuer)
    return name if _HOST.fullmatch(name) else None


def ways(issuer: str, sets: tuple[Claims, ...]) -> Iterator[Claims]:
    """What a token that fits none of the sets lacks: of each set one claim. Each yields the
    patterns, by claim, none of which may fit. Raises InputError for too many."""
    number = 1
    for one in sets:
        number *= len(one)
    if number > MOST_WAYS:
        raise InputError(
            f"the claims of {issuer} would take {number:,} statements",
            hint="name its tenants by one claim, the same in all entries",
        )
    for names in product(*(sorted(one) for one in sets)):
        found: dict[str, list[str]] = {}
        for name, claims in zip(names, sets, strict=True):
            found.setdefault(name.lower(), []).extend(claims[name])
        yield {name: tuple(dict.fromkeys(some)) for name, some in found.items()}
