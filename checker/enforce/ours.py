"""Who "we" are, as a guardrail has to name us: whoever it leaves out is locked out of their own."""

from __future__ import annotations

import msgspec

from checker.enforce.listed import Listed
from checker.errors import InputError
from checker.snapshot.read import Snapshot
from checker.snapshot.records import GUESTS
from checker.vetting.entrances import Entrances, entrances


class Ours(msgspec.Struct, frozen=True):
    """`accounts`: own ones that are in none of `organizations`, or of which nobody could tell.
    `pools`: own identity pools of Cognito that let in our own alone, `guests`: those that let in
    whoever does not log in, too. `members`: the accounts of the
    organizations, as far as they are known."""

    organizations: tuple[str, ...]
    accounts: tuple[str, ...]
    members: tuple[str, ...] = ()
    pools: tuple[str, ...] = ()
    guests: tuple[str, ...] = ()
    partition: str = "aws"


def ours(found: Listed, snapshot: Snapshot | None) -> Ours:
    """Raises InputError where no organization is known, or the snapshot is of another one."""
    if snapshot is None:
        if not found.own_organizations:
            raise InputError(
                "our own organization is not known: the guardrail would lock us out, too",
                path=found.path,
                hint="give --against SNAPSHOT, or list it under organization: ids:",
            )
        return Ours(tuple(sorted(found.own_organizations)), tuple(sorted(found.own_accounts)))
    _check(found, snapshot)
    return seen(found, snapshot)


def seen(found: Listed, snapshot: Snapshot) -> Ours:
    """As the snapshot and the list tell of us together."""
    manifest = snapshot.manifest
    organizations = {one.id for one in manifest.own_organizations} | set(found.own_organizations)
    members = {one.id for one in manifest.accounts if one.units is not None}
    accounts = {one.id for one in manifest.accounts} | set(found.own_accounts)
    known = entrances(snapshot.providers())
    return Ours(
        tuple(sorted(organizations)),
        tuple(sorted(accounts - members)),
        tuple(sorted(members)),
        tuple(sorted(_pools(known, ()))),
        tuple(sorted(_pools(known, (GUESTS,)))),
        manifest.partition,
    )


def _check(found: Listed, snapshot: Snapshot) -> None:
    """Guardrails are an organization's: one that is not ours must not be given ours."""
    theirs = {one.id for one in snapshot.manifest.own_organizations}
    if not theirs:
        raise InputError(
            "the snapshot is of no organization, and only an organization has such guardrails",
            path=snapshot.name,
            hint="collect with the management account, or whom it delegates to",
        )
    if found.own_organizations and theirs.isdisjoint(found.own_organizations):
        raise InputError(
            f"the snapshot is of {', '.join(sorted(theirs))}, and {found.path} names "
            f"{', '.join(found.own_organizations)} as ours",
            path=snapshot.name,
            hint="give our own organization's, or list it under organization: ids:",
        )


def _pools(known: Entrances, beside: tuple[str, ...]) -> set[str]:
    """Those that give a token to our own, and to no others than these."""
    return {pool for pool, logins in known.pools.items() if pool and logins == beside}
