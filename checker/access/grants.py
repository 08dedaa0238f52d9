"""Grants of a KMS key: they stand beside its policy, and let in by themselves.

https://docs.aws.amazon.com/kms/latest/APIReference/API_GrantListEntry.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from checker.access.actions import actions
from checker.access.kinds import KINDS
from checker.access.model import AccessGrant, AccessWitness, Ours, Resource, worst
from checker.access.parties import party
from checker.trust.model import Principal, Problem

_SERVICE = re.compile(r"[a-z0-9.-]+\.amazonaws\.com(?:\.cn)?")
_LINKED = ":role/aws-service-role/"


def key_grants(resource: Resource, ours: Ours) -> Iterator[AccessGrant]:
    """The grantees outside, each with what the grant lets it do."""
    graded = {one.name: one.grade for one in actions(KINDS["AWS::KMS::Key"], "AWS::KMS::Key")}
    for grant in resource.grants or ():
        operations = [f"kms:{one}" for one in grant.get("Operations") or ()]
        for name, done in (("GranteePrincipal", operations),
                           ("RetiringPrincipal", ["kms:RetireGrant"])):  # fmt: skip
            principal = _outside(grant.get(name), ours)
            if principal is None or not done:
                continue
            grade = worst({graded.get(one, "write") for one in done})
            access = grade if name == "GranteePrincipal" else "write"
            shown = next((one for one in done if graded.get(one, "write") == grade), done[0])
            yield AccessGrant(
                principal=principal, actions=tuple(sorted(done)), access=access, via="grant",
                witness=AccessWitness(str(grant[name]), shown, resource.arn))  # fmt: skip


def _outside(text: Any, ours: Ours) -> Principal | None:
    """Who holds a grant from outside. Services and their linked roles hold them for us."""
    if not isinstance(text, str) or not text or _SERVICE.fullmatch(text):
        return None
    found = party(text, ours)
    return None if found is None or (_LINKED in text and found.account in ours.accounts) else found


def issued_outside(resource: Resource, ours: Ours) -> Iterator[Problem]:
    """Grants that somebody outside has made: who can, holds CreateGrant by some other door."""
    for grant in resource.grants or ():
        issuer = _outside(grant.get("IssuingAccount"), ours)
        if issuer is not None:
            who = issuer.arn or issuer.account or issuer.id
            yield Problem("foreign-issuer", None, f"{who} has made a grant of this key")
