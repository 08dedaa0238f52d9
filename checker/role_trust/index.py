"""Whom each role trusts, kept for the question of who used it, where that is asked at all."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from checker.patterns import pattern
from checker.role_trust.readings import Reading
from checker.role_trust.trustees import Trust, Trustee
from checker.snapshot.records import ProviderRecord, Role
from checker.trust import bare
from checker.trust.model import Principal
from checker.vetting.register import Register, Standing

PartyKey = tuple[str, str]
"""The kind of a third party and how reports call it."""
_ACCOUNT = pattern(rb"\d{12}")
_PROVIDER = pattern(rb"::\d{12}:(?:saml|oidc)-provider/")


class Outsider(msgspec.Struct, frozen=True):
    """A third party that a role trusts. `mixed`: trusts of it that were not vetted alike."""

    key: PartyKey
    who: Trustee
    mixed: bool = False

    @property
    def standing(self) -> Standing:
        return self.who.standing


class TrustedRole(msgspec.Struct, frozen=True):
    """`own_providers`: issuers that let own people or pipelines in; `own`: the organization, or
    an account of it, is trusted too; `own_organization`: an account that nobody listed may be one
    of the own organization, which the policy names."""

    role: Role
    outsiders: dict[PartyKey, Outsider]
    own_providers: frozenset[str]
    own: bool
    own_organization: bool
    identity_center: bool

    def of_kind(self, kind: str) -> list[Outsider]:
        return [o for o in self.outsiders.values() if o.who.principal.kind == kind]


class RoleTrustIndex:
    """The roles that trust third parties, and those that were used, by ARN."""

    def __init__(
        self,
        register: Register,
        used: Iterable[str],
        providers: Iterable[ProviderRecord],
        *,
        listed: bool,
    ) -> None:
        """`listed`: all accounts of the organization are known."""
        self._listed = listed
        self.roles: dict[str, TrustedRole] = {}
        self._register, self._used = register, frozenset(used)
        self._issuers = {provider.arn: provider.issuer for provider in providers}

    def keep(self, role: Role, reading: Reading) -> None:
        if not reading.trusts and role.arn not in self._used:
            return
        grants = [g.principal for g in reading.analysis.grants]
        own = [p for p in grants if self._register.principal(p).status == "own"]
        slim = msgspec.structs.replace(role, trust_policy=msgspec.Raw(b"null"))
        self.roles[role.arn] = TrustedRole(
            slim,
            _outsiders(reading.trusts),
            frozenset(self.issuer(p.provider) for p in own if p.provider),
            bool(own) or self._names_own(bytes(role.trust_policy)),
            not self._listed and self._names_organization(bytes(role.trust_policy)),
            reading.identity_center,
        )

    def issuer(self, provider: str) -> str:
        """A provider as both trust policies and trails can be brought to name it."""
        return bare(self._issuers.get(provider) or provider)

    def _names_own(self, text: bytes) -> bool:
        """The ARN of an identity provider has the account's own id in it, and trusts no account."""
        ids = _ACCOUNT.findall(_PROVIDER.sub(b"", text))
        own = self._register.own_accounts
        return any(account.decode() in own for account in ids) or self._names_organization(text)

    def _names_organization(self, text: bytes) -> bool:
        return any(organization.encode() in text for organization in self._register.organizations)


def _outsiders(trusts: Iterable[Trust]) -> dict[PartyKey, Outsider]:
    outsiders: dict[PartyKey, Outsider] = {}
    for trust in trusts:
        who = trust.who
        key = (who.party, who.identity)
        before = outsiders.get(key)
        mixed = before is not None and (before.mixed or before.standing != who.standing)
        outsiders[key] = Outsider(key, before.who if before else who, mixed)
    return outsiders


def stands_for(who: Trustee, partition: str) -> Principal:
    """The third party behind a trust, without what only this trust says of it."""
    principal = who.principal
    if who.party == "account":
        return Principal(kind="account", partition=partition, account=who.identity)
    if who.party == "organization":
        return Principal(kind="organization", partition=partition, organization=who.identity)
    if who.party == "federated":
        return Principal(kind="federated", provider=principal.provider)
    return principal
