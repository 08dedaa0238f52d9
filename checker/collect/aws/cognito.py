"""Cognito's identity pools: which are our own, and who may get a token of them.

A role that names an own pool trusts whoever may log in there: the users of our own user pools,
and whoever else the pool takes.
https://docs.aws.amazon.com/cognito/latest/developerguide/role-trust-and-permissions.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import field

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Call, Shape
from checker.snapshot.records import GUESTS, ProviderRecord

POOLS = Call(
    "cognito-identity", "ListIdentityPools", "IdentityPools", {"MaxResults": 60}, sparse=True
)
POOL = Call(
    "cognito-identity",
    "DescribeIdentityPool",
    when="identity pool",
    has="AllowUnauthenticatedIdentities",
    sparse=True,
)
USER_POOLS = Call(
    "cognito-idp",
    "ListUserPools",
    "UserPools",
    {"MaxResults": 60},
    when="region where a user pool logs in to an identity pool",
    sparse=True,
)


class Named(Shape, frozen=True):
    identity_pool_id: str


class Login(Shape, frozen=True):
    provider_name: str | None = None


class Pool(Shape, frozen=True):
    identity_pool_id: str
    allow_unauthenticated_identities: bool = True
    supported_login_providers: Mapping[str, str] = {}
    open_id: tuple[str, ...] = field(name="OpenIdConnectProviderARNs", default=())
    saml: tuple[str, ...] = field(name="SamlProviderARNs", default=())
    cognito_identity_providers: tuple[Login, ...] = ()

    @property
    def user_pools(self) -> list[str]:
        """`cognito-idp.REGION.amazonaws.com/POOL`."""
        return [one.provider_name or "?" for one in self.cognito_identity_providers]


class UserPool(Shape, frozen=True):
    id: str


def identity_pools(account_region: AccountRegion) -> Iterator[ProviderRecord]:
    """A call for each pool, and one for the user pools."""
    described = (
        account_region.get(POOL, Pool, IdentityPoolId=one.identity_pool_id)
        for one in list(account_region.items(POOLS, Named))
    )
    found = [pool for pool in described if pool is not None]
    ours: set[str] = set()
    if any(pool.user_pools for pool in found):
        ours = {pool.id for pool in account_region.items(USER_POOLS, UserPool)}
    for pool in found:
        yield ProviderRecord(
            account=account_region.account,
            arn=_arn(account_region, pool),
            kind="identity-pool",
            issuer=pool.identity_pool_id,
            logins=tuple(sorted(_logins(pool, ours))),
        )


def _logins(pool: Pool, ours: set[str]) -> set[str]:
    """Who gets in beside users of the account's own user pools, and of its own programs."""
    guests = {GUESTS} if pool.allow_unauthenticated_identities else set()
    users = {name for name in pool.user_pools if name.rpartition("/")[2] not in ours}
    return {*guests, *users, *pool.supported_login_providers, *pool.open_id, *pool.saml}


def _arn(account_region: AccountRegion, pool: Pool) -> str:
    place = f"{account_region.partition}:cognito-identity:{account_region.region}"
    return f"arn:{place}:{account_region.account}:identitypool/{pool.identity_pool_id}"
