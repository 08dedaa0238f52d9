"""Whom a grant lets in, and what the allowlist says of them; each principal is looked up once."""

from __future__ import annotations

import json

import msgspec

from checker.facts.build import grant_facts, principal_facts, principal_id, vetting_facts
from checker.facts.plain import Facts
from checker.trust import open_federation
from checker.trust.model import Grant, Principal
from checker.vetting.register import Register, Standing


class Trustee(msgspec.Struct, frozen=True):
    """A principal that some policy lets in, with what the allowlist says of it.

    `identity`: how reports call it; `exact`: what tells it from every other; `party`: the kind of
    third party that it belongs to.
    """

    principal: Principal
    standing: Standing
    identity: str
    exact: str
    party: str
    facts: Facts
    vetting: Facts


class Trust(msgspec.Struct, frozen=True):
    """One grant to a third party, with all that does not depend on the role."""

    who: Trustee
    facts: Facts
    identity_center: bool


class Trustees:
    """The principals of all grants, by what tells them from one another."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._known: dict[str, Trustee] = {}

    def trust(self, grant: Grant, account: str) -> Trust | None:
        """None for one of our own, but where it lets in anybody. `account`: that of the role."""
        who = self.of(grant.principal)
        guests = self._register.takes_guests(grant.principal)
        if who.standing.status == "own" and not (guests or open_federation(grant.principal)):
            return None
        facts = grant_facts(grant) | ({"open_federation": True, "guests": True} if guests else {})
        return Trust(who, facts, identity_center(grant, account))

    def of(self, principal: Principal) -> Trustee:
        """Who a principal is."""
        name = exact(principal)
        who = self._known.get(name)
        if who is None:
            who = self._known[name] = self._look_up(principal)
        return who

    def _look_up(self, principal: Principal) -> Trustee:
        standing = self._register.principal(principal)
        principal = self._register.told(principal)
        return Trustee(
            principal,
            standing,
            principal_id(principal),
            exact(principal),
            party_kind(principal),
            principal_facts(principal, standing, self._register),
            vetting_facts(standing, self._register),
        )


def exact(principal: Principal) -> str:
    """All that tells this principal from another, in one line."""
    try:
        return msgspec.json.encode(principal, order="sorted").decode()
    except UnicodeEncodeError:  # a lone surrogate, which JSON may hold as an escape
        return json.dumps(msgspec.to_builtins(principal), sort_keys=True)


def party_kind(principal: Principal) -> str:
    """The kind of third party: a role of an account is that account's, a service its source's."""
    if principal.kind == "principal":
        return "account"
    if principal.kind == "service" and principal.source and principal.source != "*":
        return "organization" if principal.source.startswith("o-") else "account"
    return principal.kind


def identity_center(grant: Grant, account: str) -> bool:
    """Whether a grant is the one that IAM Identity Center makes for its own sign-in."""
    provider = grant.witness.principal if grant.witness else grant.principal.provider or ""
    return f"::{account}:saml-provider/AWSSSO_" in provider
