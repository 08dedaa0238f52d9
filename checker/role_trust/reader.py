"""From roles to the third parties that they trust, each distinct trust policy analysed once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from checker.facts.build import grant_facts, principal_facts, principal_id, vetting_facts
from checker.role_trust.batches import BATCH, EARLY, Analyses, Key, Waiting
from checker.role_trust.external_ids import generalised, is_general, with_external_id
from checker.snapshot.records import Role
from checker.trust import BLOCKING, open_federation
from checker.trust.model import Analysis, Grant, Principal
from checker.trust.principals import tells_nobody
from checker.vetting.register import Register, Standing

Facts = dict[str, Any]


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


class Reading(msgspec.Struct, frozen=True):
    """What one trust policy says; `noteworthy` is False for most: it trusts nobody outside.

    `own_open`: trusts of an identity provider that counts as own, and lets in anybody.

    `general`: it is that of every policy that differs in the external id alone.

    `identity_center`: a trust of IAM Identity Center's own was left out, as the role is its own.
    """

    analysis: Analysis
    trusts: tuple[Trust, ...]
    readable: bool
    noteworthy: bool
    general: bool = False
    own_open: tuple[Trust, ...] = ()
    identity_center: bool = False


class TrustReader:
    """Reads the trust policies of roles: equal text once, for each account where that matters."""

    def __init__(self, register: Register, analyses: Analyses, *, every: bool = False) -> None:
        """`every`: each reading is noteworthy, for who asks about roles that trust nobody too."""
        self._register, self._analyses, self._every = register, analyses, every
        self._by_text: dict[bytes, Reading | None] = {}  # None: it depends on the account
        self._by_account: dict[Key, Reading] = {}
        self._waiting = Waiting()
        self._trustees: dict[str, Trustee] = {}

    def readings(self, blocks: Iterable[list[Role]]) -> Iterator[tuple[Role, Reading]]:
        """The roles whose policy is noteworthy, each with its reading; in no order of theirs, but
        in the same one each time."""
        by_text = self._by_text.get  # a million times
        for block in blocks:
            for role in block:
                text = bytes(role.trust_policy)
                reading = by_text(text)
                if reading is None:
                    yield from self._less_common(role, text)
                elif reading.noteworthy:
                    yield role, reading
        while self._waiting:
            yield from self._send(1)
            yield from self._settle(self._analyses.rest())

    def _less_common(self, role: Role, text: bytes) -> Iterator[tuple[Role, Reading]]:
        """A policy that is new, depends on the account, or has an external id of its own."""
        text, external_id = generalised(text) or (text, None)
        reading = self._by_text.get(text) or self._by_account.get((role.account, text))
        if reading is None:
            self._waiting.add(role, text, bound=text in self._by_text)
            yield from self._send(BATCH if self._waiting.distinct > EARLY else 1)
        elif reading.noteworthy:
            yield role, _with_external_id(reading, external_id)

    def _send(self, least: int) -> Iterator[tuple[Role, Reading]]:
        if batch := self._waiting.batch(least):
            yield from self._settle(self._analyses.send(batch))

    def _settle(self, analysed: Iterable[tuple[Key, Analysis]]) -> Iterator[tuple[Role, Reading]]:
        for key, analysis in analysed:
            reading = self._remember(key, analysis)
            for role in self._waiting.settled(key, bound=analysis.account_bound):
                if reading.noteworthy:
                    found = generalised(bytes(role.trust_policy)) if reading.general else None
                    yield role, _with_external_id(reading, found[1] if found else None)

    def _remember(self, key: Key, analysis: Analysis) -> Reading:
        account, text = key
        readable_grants = (g for g in analysis.grants if not _unreadable(g, analysis))
        found = [t for g in readable_grants if (t := self._trust(g, account))]
        trusts = tuple(t for t in found if t.who.standing.status != "own")
        own_open = tuple(t for t in found if t.who.standing.status == "own")
        readable = not any(p.code in BLOCKING for p in analysis.problems)
        noteworthy = self._every or bool(found or analysis.problems)
        reading = Reading(analysis, trusts, readable, noteworthy, is_general(text), own_open)
        if analysis.account_bound:
            self._by_text[text] = None
            self._by_account[key] = reading
        else:
            self._by_text[text] = reading
        return reading

    def _trust(self, grant: Grant, account: str) -> Trust | None:
        name = exact(grant.principal)
        who = self._trustees.get(name)
        if who is None:
            who = self._trustees[name] = self._trustee(grant.principal)
        guests = self._register.takes_guests(grant.principal)
        if who.standing.status == "own" and not (guests or open_federation(grant.principal)):
            return None
        facts = grant_facts(grant) | ({"open_federation": True, "guests": True} if guests else {})
        return Trust(who, facts, _identity_center(grant, account))

    def _trustee(self, principal: Principal) -> Trustee:
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


_NO_PRINCIPAL = ("invalid-principal", "missing-principal", "canonical-user")


def _unreadable(grant: Grant, analysis: Analysis) -> bool:
    """Whether a grant is to a principal that could not be read: the policy as a whole is judged for
    that, once, and not each of its grants again."""
    if grant.principal.kind != "unresolved" or not tells_nobody(grant.principal.id or ""):
        return False
    broken = {problem.statement for problem in analysis.problems if problem.code in _NO_PRINCIPAL}
    return broken >= set(grant.statements)


def _with_external_id(reading: Reading, external_id: str | None) -> Reading:
    """A general reading as that of one role: with its own external id in the witnesses."""
    if external_id is None:
        return reading
    trusts = tuple(
        Trust(t.who, with_external_id(t.facts, external_id), t.identity_center)
        for t in reading.trusts
    )
    return msgspec.structs.replace(reading, trusts=trusts)


def as_of(role: Role, reading: Reading) -> Reading:
    """A policy's reading as that of one role: without the trust by which IAM Identity Center signs
    its users in, where it made the role."""
    if not made_by_identity_center(role):
        return reading
    trusts = tuple(t for t in reading.trusts if not t.identity_center)
    left_out = len(trusts) < len(reading.trusts)
    return msgspec.structs.replace(reading, trusts=trusts, identity_center=left_out)


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
    if principal.kind == "service" and principal.source:
        return "organization" if principal.source.startswith("o-") else "account"
    return principal.kind


def _identity_center(grant: Grant, account: str) -> bool:
    """Whether a grant is the one that IAM Identity Center makes for its own sign-in."""
    provider = grant.witness.principal if grant.witness else grant.principal.provider or ""
    return f"::{account}:saml-provider/AWSSSO_" in provider


def made_by_identity_center(role: Role) -> bool:
    """https://docs.aws.amazon.com/singlesignon/latest/userguide/using-service-linked-roles.html:
    only Identity Center can create roles under this path."""
    return (role.path or "").startswith("/aws-reserved/sso.amazonaws.com/")
