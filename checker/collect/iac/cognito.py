"""Identity pools that code makes: whether anybody may get in without a login.

A pool that allows unauthenticated identities hands a token to whoever asks for one, with the
pool's id as `aud` and `unauthenticated` as `amr`: to name such a pool names nobody.
https://docs.aws.amazon.com/cognito/latest/developerguide/role-trust-and-permissions.html
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

from checker.collect.iac.unknown import is_unresolved
from checker.trust.document.decode import as_list

POOL, GUESTS = "AWS::Cognito::IdentityPool", "AllowUnauthenticatedIdentities"
_METHODS = "cognito-identity.amazonaws.com:amr"
_NO_LOGIN = "unauthenticated"
_OPERATORS = ("stringequals", "stringlike", "stringequalsignorecase")


def takes_guests(allowed: Any) -> bool:
    """By the pool's property, which it must have; one that cannot be told may be true."""
    return allowed is not None and str(allowed).lower() != "false"


def needs_login(condition: Any) -> bool:
    """Whether a trust policy's condition keeps out who has not logged in."""
    blocks = condition.items() if isinstance(condition, dict) else ()
    for operator, block in blocks:
        for key, values in block.items() if isinstance(block, dict) else ():
            known = key.lower() == _METHODS and not is_unresolved([operator, values])
            if known and _spares_guests(operator.lower(), as_list(values)):
                return True
    return False


def _spares_guests(operator: str, values: list[Any]) -> bool:
    """The token always tells how its bearer logged in, so `IfExists` changes nothing."""
    plain = operator.rpartition(":")[2].removesuffix("ifexists")
    named = any(fnmatchcase(_NO_LOGIN, str(one).lower()) for one in values)
    if plain.replace("not", "", 1) not in _OPERATORS or not values:
        return False
    return named if "not" in plain else not named
