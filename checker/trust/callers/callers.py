"""Who calls: the few concrete callers that stand for all, each with the keys that it decides.

Accounts × organizations × identities, for one Allow statement. Own accounts never call here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

import checker.trust.texts.keys as keys
from checker.trust.callers.identities import Identity, identities, named_identities
from checker.trust.callers.memberships import Membership, Memberships
from checker.trust.callers.vocabulary import Vocabulary
from checker.trust.document.conditions import Value
from checker.trust.document.parse import Statement
from checker.trust.document.principals import Element
from checker.trust.model import Principal

CALLER_STEPS = 20
Family = Literal["aws", "service", "federated"]


class Caller(msgspec.Struct, frozen=True):
    """One concrete caller.

    `text` is what a witness shows, `grant` whom it stands for. `context` holds the keys that the
    caller decides. `element` is the Principal entry that a Deny must name to mean this caller.
    """

    family: Family
    text: str
    grant: Principal
    context: dict[str, Value]
    partition: str = ""
    account: str = ""
    issuer: str | None = None
    element: str = ""
    membership: Membership = Membership()
    fresh: bool = False
    whole: bool = True

    def decides(self, key: str) -> bool:
        """Whether the key's value, or its absence, follows from who calls."""
        if keys.never(key):
            return True
        if self.family == "service":
            return key in _DECIDED or keys.of_token(key) or key == "aws:federatedprovider"
        if self.family == "aws":
            return key in _DECIDED or (keys.of_token(key) and not keys.of_session(key))
        return key in _DECIDED_FEDERATED or (
            (keys.issuer(key) or key.partition(":")[0]) != self.issuer
            and (keys.issuer(key) is not None or key.startswith("saml:"))
        )

    def sends(self, key: str) -> bool:
        """Whether every request of the caller carries the key."""
        if self.family == "service":
            return key in keys.ALWAYS or key == keys.SERVICE_NAMES
        return key in keys.ALWAYS or (
            self.family == "federated" and keys.claim_always_sent(self.issuer or "", key)
        )


def aws_callers(allow: Statement, words: Vocabulary, people: Memberships) -> Iterator[Caller]:
    """The AWS principals that the statement's Principal names."""
    if allow.who.star():
        for account in words.fresh:
            yield from _account(allow, words, people, account, words.scope.partition, fresh=True)
        for account in words.accounts:
            yield from _account(allow, words, people, account, words.scope.partition, fresh=False)
        return
    for element in allow.who.elements:
        if element.form == "unresolved":
            yield from _unresolved(allow, words, people, element)
        elif element.account and words.own(element.account, element.partition):
            continue
        elif element.form == "account":
            yield from _account(
                allow, words, people, element.account, element.partition, fresh=False
            )
        elif element.form == "arn":
            yield from _named(allow, words, people, element)


def _account(
    allow: Statement,
    words: Vocabulary,
    people: Memberships,
    account: str,
    partition: str,
    *,
    fresh: bool,
) -> Iterator[Caller]:
    members = people.every if fresh else people.alike
    for identity in identities(allow, words, account, partition):
        for member in members:
            words.budget.charge(CALLER_STEPS)
            yield _caller(account, partition, identity, member, fresh)


def _named(
    allow: Statement, words: Vocabulary, people: Memberships, element: Element
) -> Iterator[Caller]:
    for identity in named_identities(allow, words, element):
        for member in people.alike:
            words.budget.charge(CALLER_STEPS)
            yield _caller(element.account, element.partition, identity, member, False)


def _caller(
    account: str,
    partition: str,
    identity: Identity,
    member: Membership,
    fresh: bool,
) -> Caller:
    context: dict[str, Value] = {
        "aws:principalaccount": account,
        "aws:principalarn": identity.arn,
        "aws:principaltype": identity.type,
        "aws:userid": identity.userid,
        "aws:principalisawsservice": "false",
        **member.context,
    }
    if identity.username:
        context["aws:username"] = identity.username
    return Caller(
        "aws",
        identity.text,
        _stood_for(account, partition, identity, member, fresh),
        context,
        partition,
        account,
        element=identity.element,
        membership=member,
        fresh=fresh,
        whole=not identity.shown,
    )


def _stood_for(
    account: str, partition: str, identity: Identity, member: Membership, fresh: bool
) -> Principal:
    """Who is let in where this caller is."""
    if fresh and identity.unique_id:
        return Principal(kind="unresolved", id=identity.unique_id)
    if fresh and member.organization:
        return Principal(kind="organization", partition=partition, organization=member.organization)
    if fresh:
        return Principal(kind="anyone")
    if identity.shown:
        return Principal(kind="principal", partition=partition, account=account, arn=identity.shown)
    return Principal(kind="account", partition=partition, account=account)


def _unresolved(
    allow: Statement, words: Vocabulary, people: Memberships, element: Element
) -> Iterator[Caller]:
    """An entry that names no account: it may be in any, so it is tried in each."""
    grant = Principal(kind="unresolved", id=element.text)
    for account in [*words.fresh, *words.accounts]:
        for found in _account(allow, words, people, account, words.scope.partition, fresh=True):
            context = {**found.context, "aws:userid": element.text + ":wz"}
            yield msgspec.structs.replace(
                found, grant=grant, context=context, element=element.text, whole=False
            )


_DECIDED = keys.PRINCIPAL | keys.SOURCE | keys.RESOURCE
# AssumeRoleWithSAML and AssumeRoleWithWebIdentity take no external id
_DECIDED_FEDERATED = (_DECIDED | {"aws:federatedprovider", keys.EXTERNAL_ID}) - keys.FEDERATED_FREE
