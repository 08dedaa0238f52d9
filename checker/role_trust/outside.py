"""Which roles a snapshot shows to be trusted from outside, whether that was vetted or not."""

from __future__ import annotations

from datetime import date

from checker.role_trust.reader import TrustReader
from checker.role_trust.scopes import scopes_of
from checker.snapshot.read import Snapshot
from checker.vetting.allowlist import empty_allowlist
from checker.vetting.register import Register


def trusted_from_outside(snapshot: Snapshot, today: date) -> frozenset[str]:
    """The ARNs. A trust policy that was not wholly understood counts as one that lets in."""
    manifest = snapshot.manifest
    register = Register(
        empty_allowlist(),
        today,
        own_accounts=frozenset(account.id for account in manifest.accounts),
        organizations=frozenset(organization.id for organization in manifest.own_organizations),
        partition=manifest.partition,
    )
    readings = TrustReader(register, scopes_of(register, snapshot)).readings(snapshot.roles())
    found = ((role.arn, one) for role, one, _ in readings)
    return frozenset(arn for arn, one in found if one.trusts or not one.readable)
