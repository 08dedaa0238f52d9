"""Who "we" are, as the analysis of trust policies is told it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import msgspec

from checker.snapshot.files import PROVIDERS
from checker.snapshot.read import Snapshot
from checker.snapshot.records import ProviderRecord
from checker.trust.model import Provider, Scope
from checker.vetting.register import Register


class Scopes(msgspec.Struct, frozen=True):
    """Who "we" are, for a trust policy of any own account. Plain values, as workers need it."""

    today: date
    organizations: frozenset[str]
    own: frozenset[str]
    partition: str
    live: bool
    providers: dict[str, dict[str, Provider]]
    listed: frozenset[str] = frozenset()
    """Accounts of which every identity provider was collected."""

    def of(self, account: str) -> Scope:
        return Scope(
            account=account,
            today=self.today,
            organizations=self.organizations,
            own=self.own,
            partition=self.partition,
            providers=self.providers.get(account, {}),
            live=self.live,
            all_providers=account in self.listed,
        )


def scopes_of(register: Register, snapshot: Snapshot) -> Scopes:
    return Scopes(
        today=register.today,
        organizations=frozenset(register.organizations),
        own=frozenset(register.own_accounts),
        partition=register.partition,
        live="aws" in snapshot.manifest.sources,
        providers=providers_by_account(snapshot.providers()),
        listed=_listed(snapshot),
    )


def _listed(snapshot: Snapshot) -> frozenset[str]:
    """Accounts whose identity providers are all in the snapshot: AWS was asked, and answered. What
    AWS Config knows may be late."""
    manifest = snapshot.manifest
    known = "aws" in manifest.sources and "aws-config" not in manifest.sources
    if not known or PROVIDERS not in manifest.files:
        return frozenset()
    whole = [gap for gap in manifest.gaps if gap.call == "*" and gap.region is None]
    unsure = {gap.account for gap in manifest.gaps if "Provider" in gap.call or gap in whole}
    if None in unsure:
        return frozenset()
    return frozenset(account.id for account in manifest.accounts) - unsure


def providers_by_account(records: Iterable[ProviderRecord]) -> dict[str, dict[str, Provider]]:
    """Those of IAM, which alone a `*` for identity providers means."""
    by_account: dict[str, dict[str, Provider]] = {}
    for record in records:
        if record.kind in ("oidc", "saml"):
            provider = Provider(record.arn, record.kind, record.issuer)
            by_account.setdefault(record.account, {})[record.arn] = provider
    return by_account
