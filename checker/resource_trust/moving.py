"""The answer for one resource, told of another that says the same: with its own names put in."""

from __future__ import annotations

import msgspec

from checker.access import Access, AccessGrant
from checker.access.model import AccessWitness
from checker.trust.texts.names import renamed


class Named(msgspec.Struct, frozen=True):
    """What stands for a name in a key: the resource's ARN and account, and the one account that is
    neither ours nor AWS's; None for none or for several."""

    arn: str
    account: str
    foreign: str | None


def moved(access: Access, was: Named, now: Named) -> Access:
    """The answer with another resource's names put in."""
    if was == now:
        return access
    names = _names(was, now)
    grants = tuple([_moved(one, was, now, names) for one in access.grants])
    return msgspec.structs.replace(access, grants=grants)


def _names(was: Named, now: Named) -> dict[str, str]:
    """What each name becomes."""
    names = {was.arn: now.arn, was.account: now.account}
    if was.foreign and now.foreign:
        names[was.foreign] = now.foreign
    return names


def _moved(grant: AccessGrant, was: Named, now: Named, names: dict[str, str]) -> AccessGrant:
    principal, witness = grant.principal, grant.witness
    if was.foreign != now.foreign and was.foreign and now.foreign:
        old, new = was.foreign, now.foreign
        principal = msgspec.structs.replace(
            principal,
            account=new if principal.account == old else principal.account,
            source=new if principal.source == old else principal.source,
            arn=principal.arn and principal.arn.replace(old, new),
            excepted=tuple(one.replace(old, new) for one in principal.excepted),
        )
    if witness is not None:
        witness = AccessWitness(
            renamed(witness.principal, names),
            witness.action,
            renamed(witness.resource, names),
            {key: _value(one, names) for key, one in witness.context.items()},
        )
    return msgspec.structs.replace(grant, principal=principal, witness=witness)


def _value(value: str | list[str], names: dict[str, str]) -> str | list[str]:
    if isinstance(value, list):
        return [renamed(one, names) for one in value]
    return renamed(value, names)
