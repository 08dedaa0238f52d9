"""Ways into roles that are resources of our own: who is behind them.

A trust anchor of IAM Roles Anywhere lets in whoever has a certificate of its authority. An identity
pool of Cognito is ours, and so are those who log in there, where nobody else may.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase

import msgspec

from checker.snapshot.records import GUESTS, ProviderRecord
from checker.trust.model import Principal

COGNITO = "cognito-identity.amazonaws.com"
_PRIVATE_CA = re.compile(r"arn:[^:]*:acm-pca:[^:]*:([0-9]{12}):")


class Entrances(msgspec.Struct, frozen=True):
    """`authorities`: of each trust anchor, by its ARN; `pools`: who may log in to each own identity
    pool, by its id, beside our own."""

    authorities: Mapping[str, str] = {}
    pools: Mapping[str, tuple[str, ...]] = {}

    def told(self, principal: Principal) -> Principal:
        """A trust anchor is whoever its certificate authority is."""
        authority = self.authorities.get(principal.provider or "")
        return msgspec.structs.replace(principal, provider=authority) if authority else principal

    def own_pool(self, principal: Principal) -> bool:
        """Whether only pools are let in where none but our own get a token."""
        claims = {name.lower(): values for name, values in (principal.claims or {}).items()}
        pools = claims.get("aud", ())
        return (
            principal.provider == COGNITO
            and bool(pools)
            and all(self._ours(pool, claims.get("amr")) for pool in pools)
        )

    def takes_guests(self, principal: Principal) -> bool:
        """Whether an own pool is let in that hands a token to whoever asks, without a login."""
        claims = {name.lower(): values for name, values in (principal.claims or {}).items()}
        open_to = [one for one in claims.get("aud", ()) if GUESTS in self.pools.get(one, ())]
        return principal.provider == COGNITO and bool(open_to) and _guest(claims.get("amr"))

    def _ours(self, pool: str, methods: tuple[str, ...] | None) -> bool:
        logins = self.pools.get(pool)
        return logins == () or (logins == (GUESTS,) and not _guest(methods))


def _guest(methods: tuple[str, ...] | None) -> bool:
    """Whether a guest's token is taken, which says that it is one."""
    return methods is None or any(fnmatchcase(GUESTS, one) for one in methods)


def entrances(records: list[ProviderRecord]) -> Entrances:
    """What a snapshot knows of; an authority that could not be read is none."""
    named = [(one, one.issuer) for one in records if one.issuer]
    return Entrances(
        {one.arn: issuer for one, issuer in named if one.kind == "trust-anchor"},
        {issuer: one.logins for one, issuer in named if one.kind == "identity-pool"},
    )


def account_of(provider: str | None) -> str | None:
    """Whose a private certificate authority is."""
    found = _PRIVATE_CA.match(provider or "")
    return found[1] if found else None
