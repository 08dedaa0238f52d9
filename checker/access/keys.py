"""Condition keys at a service's door, in the words of the trust analysis.

A service's own keys are free there: whoever calls chooses what they are compared with. Those of
other services are in no request of its. A few tell of the caller, or for whom a service acts.
https://docs.aws.amazon.com/service-authorization/latest/reference/
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

import checker.trust.texts.globs as globs
import checker.trust.texts.keys as keys
from checker.access.kinds import KINDS
from checker.trust.document.conditions import Condition, Template, Variable
from checker.trust.document.parse import Policy, Statement
from checker.trust.document.principals import EVERYBODY

_NEVER = "athena:never"
"""A key that no request has."""
_SERVICES = frozenset(kind.service for kind in KINDS.values()) | {"sts", "iam"}
_SPOKEN = {"es": ("es", "opensearch"), "kafka": ("kafka", "kafka-cluster")}
ANONYMOUS = {
    "aws:principalaccount": "anonymous",
    "aws:principaltype": "Anonymous",
    "aws:userid": "anonymous",
    "aws:principalisawsservice": "false",
}
"""What a request without a signature has of the keys that tell who calls.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""


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
        spelling = {self.renamed(key): key for key in policy.spelling}
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


def settled(policy: Policy, fixed: dict[str, str]) -> Policy:
    """The policy for requests in which some keys have the one value."""
    if not fixed:
        return policy
    return msgspec.structs.replace(
        policy,
        allows=tuple(_settled(policy.allows, fixed)),
        denies=tuple(_settled(policy.denies, fixed)),
    )


def _settled(statements: tuple[Statement, ...], fixed: dict[str, str]) -> Iterator[Statement]:
    for one in statements:
        told = [each for each in one.conditions if each.key in fixed]
        if all(each.holds(fixed) for each in told):
            rest = tuple(each for each in one.conditions if each.key not in fixed)
            yield msgspec.structs.replace(one, conditions=rest)


def without_signature(policy: Policy) -> Policy:
    """What is left of a policy for a request that tells nobody: `*` with the other conditions."""
    return msgspec.structs.replace(
        policy,
        allows=tuple(_unsigned(policy.allows)),
        denies=tuple(_unsigned(policy.denies)),
    )


def _unsigned(statements: tuple[Statement, ...]) -> Iterator[Statement]:
    for one in statements:
        told = [each for each in one.conditions if tells(each.key)]
        means = one.who.star() or (one.who.inverted and not one.allow)
        if means and all(each.holds(ANONYMOUS) for each in told):
            rest = tuple(_filled(each) for each in one.conditions if not tells(each.key))
            yield msgspec.structs.replace(one, who=EVERYBODY, conditions=rest)


def _filled(one: Condition) -> Condition:
    """The condition without variables that tell of the caller; an operand without one is none."""
    if not any(map(tells, one.variables)):
        return one
    operands = tuple(each for each in map(_resolved, one.operands) if each is not None)
    variables = frozenset(each for each in one.variables if not tells(each))
    return msgspec.structs.replace(one, operands=operands, variables=variables)


def _resolved(operand: object) -> object | None:
    if not isinstance(operand, Template):
        return operand
    parts: list[str | Variable] = []
    for part in operand.parts:
        if isinstance(part, Variable) and tells(part.key):
            value = ANONYMOUS.get(part.key, part.default)
            if value is None:
                return None
            parts.append(globs.literal(value))
        else:
            parts.append(part)
    plain = [part for part in parts if isinstance(part, str)]
    return "".join(plain) if len(plain) == len(parts) else Template(tuple(parts))


def tells(key: str) -> bool:
    """Whether the (lower-case) key tells of the caller or its session."""
    told = key in keys.PRINCIPAL | keys.SOURCE or key == "aws:federatedprovider"
    return told or key.startswith("aws:principaltag/") or keys.of_token(key)
