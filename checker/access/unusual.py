"""Callers that no role meets, as STS takes neither: who signs nothing, and the root user of an
account.

What tells of them is known beforehand, so a policy is asked what is left of it for them.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

import checker.trust.texts.globs as globs
import checker.trust.texts.keys as keys
from checker.trust.document.conditions import Condition, Template, Variable
from checker.trust.document.parse import Policy, Statement
from checker.trust.document.principals import EVERYBODY, Element, Who

_FREE = frozenset(("aws:principalorgid", "aws:principalorgpaths"))
"""Of an account that is somebody's, which nobody tells."""
_ROOT = "aws:principalarn aws:principaltype aws:userid"


class Caller(msgspec.Struct, frozen=True):
    """`sent`: what its requests have of the keys that tell who calls; the others they lack.
    `account`: whose root user; None for who signs nothing."""

    sent: Mapping[str, str]
    account: str | None = None

    @property
    def who(self) -> Who:
        return Who((Element("account", self.account, "", self.account),)) if self.account else (
            EVERYBODY)  # fmt: skip

    def told(self, key: str) -> bool:
        """Whether the (lower-case) key tells of the caller or its session."""
        if self.account is not None and key in _FREE:
            return False
        told = key in keys.PRINCIPAL | keys.SOURCE or key == "aws:federatedprovider"
        return told or key.startswith("aws:principaltag/") or keys.of_token(key)

    def meant(self, one: Statement) -> bool:
        """Whether a statement's principals mean it; a NotPrincipal spares whole accounts."""
        named = any(each.form == "account" and each.account == self.account
                    for each in one.who.elements)  # fmt: skip
        if one.who.inverted:
            spared = any(each.account == self.account for each in one.who.elements)
            return one.allow or self.account is None or not spared
        return one.who.star() or named


ANONYMOUS = Caller({
    "aws:principalaccount": "anonymous",
    "aws:principaltype": "Anonymous",
    "aws:userid": "anonymous",
    "aws:principalisawsservice": "false",
})  # fmt: skip


def root_user(account: str, partition: str) -> Caller:
    return Caller({
        "aws:principalarn": f"arn:{partition}:iam::{account}:root",
        "aws:principalaccount": account,
        "aws:principaltype": "Account",
        "aws:userid": account,
        "aws:principalisawsservice": "false",
    }, account)  # fmt: skip


def tells_root(read: frozenset[str]) -> bool:
    """Whether the conditions can tell a root user from a role of its account."""
    return not read.isdisjoint(_ROOT.split())


def for_caller(policy: Policy, caller: Caller) -> Policy:
    """What is left of a policy for a caller: the statements that mean it, with the conditions on
    whatever else."""
    return msgspec.structs.replace(
        policy,
        allows=tuple(_left(policy.allows, caller)),
        denies=tuple(_left(policy.denies, caller)),
    )


def _left(statements: tuple[Statement, ...], caller: Caller) -> Iterator[Statement]:
    for one in statements:
        told = [each for each in one.conditions if caller.told(each.key)]
        if caller.meant(one) and all(each.holds(dict(caller.sent)) for each in told):
            rest = tuple(_filled(each, caller) for each in one.conditions
                         if not caller.told(each.key))  # fmt: skip
            who = caller.who if one.allow else EVERYBODY
            yield msgspec.structs.replace(one, who=who, conditions=rest)


def _filled(one: Condition, caller: Caller) -> Condition:
    """The condition without variables that tell of the caller; an operand without one is none."""
    if not any(map(caller.told, one.variables)):
        return one
    found = (_resolved(each, caller) for each in one.operands)
    operands = tuple(each for each in found if each is not None)
    variables = frozenset(each for each in one.variables if not caller.told(each))
    return msgspec.structs.replace(one, operands=operands, variables=variables)


def _resolved(operand: object, caller: Caller) -> object | None:
    if not isinstance(operand, Template):
        return operand
    parts: list[str | Variable] = []
    for part in operand.parts:
        if isinstance(part, Variable) and caller.told(part.key):
            value = caller.sent.get(part.key, part.default)
            if value is None:
                return None
            parts.append(globs.literal(value))
        else:
            parts.append(part)
    plain = [part for part in parts if isinstance(part, str)]
    return "".join(plain) if len(plain) == len(parts) else Template(tuple(parts))
