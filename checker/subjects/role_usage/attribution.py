"""Attribution a call is: from what the trail tells of the caller, and whom the role trusts."""

from __future__ import annotations

from typing import Literal

import msgspec

from checker.arns import account_of
from checker.role_trust.index import Outsider, PartyKey, RoleTrustIndex, TrustedRole, stands_for
from checker.snapshot.usage import UsageCaller
from checker.trust.model import Principal
from checker.vetting.register import UNLISTED, Register, Standing

ANYONE: PartyKey = ("anyone", "*")


class User(msgspec.Struct, frozen=True):
    """A third party that called. `party`: as which the report lists it; `through`: the trust that
    let it in, where the role has one; `organization`: the one that it came in through."""

    principal: Principal
    standing: Standing
    party: PartyKey
    through: PartyKey | None = None
    by: Literal["session", "trust", "nobody"] = "session"
    organization: str | None = None


NOBODY = User(
    Principal(kind="unresolved", id="(unknown)"), UNLISTED, ("unresolved", "(unknown)"), by="nobody"
)
"""Stands for whoever made calls that nobody is known behind."""
Attribution = User | Literal["own", "unknown"]
"""`own` stands for AWS's services too; `unknown`: several may have been it."""


class Callers:
    def __init__(self, register: Register, trusted: RoleTrustIndex) -> None:
        self._register, self._trusted = register, trusted

    def attribute(self, caller: UsageCaller | None, role: TrustedRole | None) -> Attribution:
        if caller is None:
            return self._by_trust(role)
        if caller.service:
            return "own"
        if account := caller.account or _account_of(caller.arn):
            return self._by_account(account, role)
        if caller.issuer:
            return self._by_issuer(caller.issuer, role)
        if caller.arn == "*":
            through = ANYONE if role and ANYONE in role.outsiders else None
            return User(Principal(kind="anyone"), UNLISTED, ANYONE, through)
        return self._by_trust(role)

    def of_trust(self, outsider: Outsider) -> User:
        """Whom a trust lets in, as who calls through it."""
        principal = stands_for(outsider.who, self._register.partition)
        return User(principal, outsider.standing, outsider.key, outsider.key, by="trust")

    def behind(self, chain: str) -> Attribution:
        """Of calls at the end of a chain that began with a session of a role, of which nobody is
        known. An outsider may have come in by it, whatever it trusts now."""
        attribution = self._by_trust(self._trusted.roles.get(chain))
        return "unknown" if attribution == "own" else attribution

    def _by_trust(self, role: TrustedRole | None) -> Attribution:
        """Nobody told: the only third party that the role trusts, if it trusts nobody besides."""
        if role is None:
            return "unknown"
        if not role.outsiders:
            return "own"
        only = next(iter(role.outsiders.values()))
        if len(role.outsiders) > 1 or role.own or only.mixed:
            return "unknown"
        return self.of_trust(only)

    def _by_account(self, account: str, role: TrustedRole | None) -> Attribution:
        standing = self._register.account(account)
        if standing.status == "own":
            return "own"
        partition = self._register.partition
        principal = Principal(kind="account", partition=partition, account=account)
        user = User(principal, standing, ("account", account))
        if role is None:
            return user
        named = next((key for key in (user.party, ANYONE) if key in role.outsiders), None)
        if named or standing.status != "unlisted":
            return msgspec.structs.replace(user, through=named)
        return self._by_organization(user, role)

    def _by_organization(self, user: User, role: TrustedRole) -> Attribution:
        """Of an account that nothing names: it came in through the only organization trusted."""
        if not role.outsiders and role.own_organization:
            return "own"
        organizations = role.of_kind("organization")
        if len(organizations) != 1:
            return user
        only = organizations[0]
        name = only.who.principal.organization
        return User(user.principal, only.standing, only.key, through=only.key, organization=name)

    def _by_issuer(self, issuer: str, role: TrustedRole | None) -> Attribution:
        name = self._trusted.issuer(issuer)
        trusts = self._trusts_of(name, role) if role else []
        own = role is not None and (name in role.own_providers or role.identity_center)
        if trusts:
            return "unknown" if own or trusts[0].mixed else _session(self.of_trust(trusts[0]))
        principal = Principal(kind="federated", provider=name)
        if own or self._register.principal(principal).status == "own":
            return "own"
        return User(principal, UNLISTED, ("federated", name))

    def _trusts_of(self, name: str, role: TrustedRole) -> list[Outsider]:
        """The trust of this provider; where the snapshot could not read who a SAML provider is,
        the only one that lets in anybody by SAML."""
        federated = role.of_kind("federated")
        named = {o.key: self._trusted.issuer(o.who.principal.provider or "") for o in federated}
        exact = [o for o in federated if named[o.key] == name]
        if exact or len(federated) != 1:
            return exact
        return federated if ":saml-provider/" in named[federated[0].key] else []


def _session(user: User) -> User:
    return msgspec.structs.replace(user, by="session")


def _account_of(arn: str | None) -> str | None:
    account = account_of(arn or "")
    return account if account and len(account) == 12 and account.isdigit() else None
