"""Condition keys at a service's door, in the words of the trust analysis.

A service's own keys are free there: whoever calls chooses what they are compared with. Those of
other services are in no request of its. A few tell of the caller, or for whom a service acts.
https://docs.aws.amazon.com/service-authorization/latest/reference/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

import checker.trust.texts.keys as keys
from checker.access.kinds import KINDS
from checker.trust.document.conditions import Condition, Template, Variable
from checker.trust.document.parse import Policy, Statement

_NEVER = "athena:never"
"""A key that no request has."""
_SERVICES = frozenset(one for kind in KINDS.values() for one in kind.services) | {"sts", "iam"}
_SPOKEN = {
    "es": ("es", "opensearch"),
    "kafka": ("kafka", "kafka-cluster"),
    "vpc-lattice-svcs": ("vpc-lattice-svcs", "vpc-lattice"),
    "cloudtrail": ("cloudtrail", "cloudtrail-data"),
}


class Spelling:
    """The names of one service's keys; each free one gets a name that nobody else has."""

    def __init__(self, service: str, *, calls: bool) -> None:
        self.own = _SPOKEN.get(service, (service,))
        self.service = service
        self.calls = calls
        self.free: dict[str, str] = {}

    def renamed(self, key: str) -> str:
        """`calls`: for principals; else for services, whose SourceOwner is whom they act for."""
        prefix = key.partition(":")[0]
        if key == "kms:calleraccount":
            return keys.ACCOUNT_KEY if self.service == "kms" else _NEVER
        if key == "aws:sourceowner":
            return keys.ACCOUNT_KEY if self.calls and self.service == "sns" else "aws:sourceaccount"
        if key == "s3:resourceaccount":
            return "aws:resourceaccount" if self.service == "s3" else _NEVER
        if prefix in self.own and not keys.known(key):
            return self.free.setdefault(key, f"own:{len(self.free)}")
        return _NEVER if prefix in _SERVICES and (prefix == "sts" or not keys.known(key)) else key

    def policy(self, policy: Policy) -> Policy:
        """The policy in the words of the trust analysis."""
        spelling = {}
        for key, text in policy.spelling.items():
            renamed = self.renamed(key)
            spelling[renamed] = text if renamed == key else renamed
        return msgspec.structs.replace(
            policy,
            allows=tuple(map(self._statement, policy.allows)),
            denies=tuple(map(self._statement, policy.denies)),
            spelling={key: keys.spelled(text) if keys.known(key) else text
                      for key, text in spelling.items()},
        )  # fmt: skip

    def _statement(self, one: Statement) -> Statement:
        return msgspec.structs.replace(one, conditions=tuple(map(self._condition, one.conditions)))

    def _condition(self, one: Condition) -> Condition:
        key = self.renamed(one.key)
        if key == one.key and not one.variables:
            return one
        operands = tuple(map(self._operand, one.operands))
        variables = frozenset(map(self.renamed, one.variables))
        return msgspec.structs.replace(one, key=key, operands=operands, variables=variables)

    def _operand(self, one: object) -> object:
        if not isinstance(one, Template):
            return one
        return Template(tuple(
            Variable(self.renamed(part.key), part.default) if isinstance(part, Variable) else part
            for part in one.parts))  # fmt: skip


def settled(policy: Policy, fixed: Mapping[str, str | None]) -> Policy:
    """The policy for requests in which some keys have the one value; None: they are not there."""
    if not fixed:
        return policy
    return msgspec.structs.replace(
        policy,
        allows=tuple(_settled(policy.allows, fixed)),
        denies=tuple(_settled(policy.denies, fixed)),
    )


def _settled(
    statements: tuple[Statement, ...], fixed: Mapping[str, str | None]
) -> Iterator[Statement]:
    sent = {key: value for key, value in fixed.items() if value is not None}
    for one in statements:
        told = [each for each in one.conditions if each.key in fixed]
        if all(each.holds(sent) for each in told):
            rest = tuple(each for each in one.conditions if each.key not in fixed)
            yield msgspec.structs.replace(one, conditions=rest)
