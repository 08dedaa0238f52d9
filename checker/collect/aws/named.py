"""Roles that can act as another role of their account that is an administrator: they are, too.

A role can act as one that it may assume and that trusts it or its account, and as one that it may
pass to a service that the other trusts. Roles of other accounts are not followed.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from checker.collect.aws.arns import is_one_of
from checker.collect.aws.escalation import Via
from checker.collect.aws.globs import includes
from checker.collect.aws.privilege import Judged
from checker.collect.aws.statements import Unreadable, listed, statements_of

_ASSUME = "sts:assumerole"


@dataclass(frozen=True)
class Known:
    """A role of the account: who may act as it stands in its trust policy."""

    arn: str
    trust_policy: Any
    judged: Judged


def follow(roles: list[Known]) -> dict[str, Judged]:
    """Each role's judgement, by ARN."""
    found = {one.arn: one.judged for one in roles}
    trusted = {one.arn: _Trusted(one.trust_policy) for one in roles}
    new = [arn for arn, judged in found.items() if judged.privilege == "admin"]
    while new:
        reached = set()
        for arn, judged in found.items():
            if judged.privilege != "admin" and any(
                _acts_as(arn, via, other, trusted[other]) for via in judged.vias for other in new
            ):
                reached.add(arn)
        found |= {arn: replace(found[arn], privilege="admin") for arn in reached}
        new = sorted(reached)
    return found


def _acts_as(arn: str, via: Via, other: str, trusted: _Trusted) -> bool:
    named = all(is_one_of(other, patterns) for patterns in via.roles)
    return named and (trusted.by(arn) if via.service is None else via.service in trusted.services)


class _Trusted:
    """Whom a trust policy names; a condition is taken to hold, a Deny not."""

    def __init__(self, document: Any) -> None:
        self.services: set[str] = set()
        self._who: set[str] = set()
        for kind, name in _principals(document):
            if kind == "service":
                self.services.add(name.removesuffix(".cn"))
            elif kind == "aws":
                self._who.add(name)

    def by(self, arn: str) -> bool:
        """Its account, too, whose policies then let the role in."""
        account = arn.split(":")[4]
        root = f":iam::{account}:root"
        return any(who in ("*", account, arn.lower()) or who.endswith(root) for who in self._who)


def _principals(document: Any) -> Iterator[tuple[str, str]]:
    for statement in _allowing(document):
        named = statement.get("Principal")
        several = named if isinstance(named, Mapping) else {"AWS": named} if named else {}
        for kind, value in several.items():
            for name in listed(value):
                yield str(kind).lower(), name


def _allowing(document: Any) -> Iterable[Mapping[str, Any]]:
    try:
        for one in statements_of(document):
            actions = listed(one.get("Action", ()))
            if one["Effect"] == "Allow" and any(includes(a, _ASSUME) for a in actions):
                yield one
    except Unreadable:
        return
