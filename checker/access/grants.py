"""Grants of a KMS key: they stand beside its policy, and let in by themselves.

https://docs.aws.amazon.com/kms/latest/APIReference/API_GrantListEntry.html
https://docs.aws.amazon.com/kms/latest/developerguide/grant-delete.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from checker.access.actions import actions
from checker.access.kinds import KINDS
from checker.access.model import GRADES, AccessGrant, AccessWitness, Grade, Ours, Resource
from checker.access.parties import party
from checker.trust.model import Principal, Problem

_MAKE, _END = "kms:CreateGrant", "kms:RetireGrant"
_MANY = ("anyone", "organization")
_SERVICE = re.compile(r"[a-z0-9.-]+\.amazonaws\.com(?:\.cn)?")


def key_grants(resource: Resource, ours: Ours) -> Iterator[AccessGrant]:
    """The grantees outside, each with what the grant lets it do, and who may end one."""
    for grant in resource.grants or ():
        done = tuple(sorted({f"kms:{one}" for one in grant.operations}))
        for name, several in ((grant.grantee_principal, done),
                              (grant.retiring_principal, (_END,))):  # fmt: skip
            yield from _granted(name, several, resource, ours)


def issuers(resource: Resource, ours: Ours, told: Iterable[AccessGrant]) -> Iterator[AccessGrant]:
    """Accounts outside that have made a grant, which may end it whatever the policy says by now;
    those that are `told` of hold CreateGrant, or whatever else, by another door, as do those that
    may be of an organization that does."""
    open_ = [one for one in told if one.effective is not False]
    named = {one.principal.account for one in open_} - {None}
    many = any(one.principal.kind in _MANY and _MAKE in one.actions for one in open_)
    for grant in resource.grants or ():
        issuer = _outside(grant.issuing_account, ours)
        if issuer is not None and issuer.account not in named and not (many and issuer.account):
            yield from _granted(grant.issuing_account, (_END,), resource, ours)


def _granted(
    name: str | None, several: tuple[str, ...], resource: Resource, ours: Ours
) -> Iterator[AccessGrant]:
    principal = _outside(name, ours)
    if principal is not None and several:
        gravest = max(several, key=lambda one: GRADES.index(_grade(one)))
        yield AccessGrant(
            principal=principal, actions=several, access=_grade(gravest), via="grant",
            witness=AccessWitness(name or "", gravest, resource.arn))  # fmt: skip


def _grade(action: str) -> Grade:
    """As in a policy; an operation that nobody knows may write."""
    graded = {one.name: one.grade for one in actions(KINDS["AWS::KMS::Key"], "AWS::KMS::Key")}
    return graded.get(action, "write")


def _outside(text: str | None, ours: Ours) -> Principal | None:
    """Who holds a grant from outside. Services hold them for us."""
    return None if not text or _SERVICE.fullmatch(text) else party(text, ours)


def doubtful_grants(resource: Resource, ours: Ours) -> Iterator[Problem]:
    """Grants that somebody outside has made: who can, holds CreateGrant by some other door. And
    those that name nobody."""
    for grant in resource.grants or ():
        issuer = _outside(grant.issuing_account, ours)
        if issuer is not None:
            who = issuer.arn or issuer.account or issuer.service or issuer.id
            yield Problem("foreign-issuer", None, f"{who} has made a grant of this key")
        if not (grant.grantee_principal or grant.grantee_service_principal):
            yield Problem("unknown-grant", None, "a grant names no grantee")
        if not grant.operations:
            yield Problem("unknown-grant", None, "a grant names no operation")
