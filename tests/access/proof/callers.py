"""Callers that no role meets: who signs nothing, and the root user of an account.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import z3

from checker.trust import Grant
from tests.trust.proof import encode
from tests.trust.proof.callers import Account, Caller, joined, text
from tests.trust.proof.read import Principals
from tests.trust.proof.symbols import ABSENT, NO, YES, Symbol
from tests.trust.proof.theory import Model
from tests.trust.proof.world import ACCOUNT

SESSION = ("aws:principaltag/", "aws:username", "aws:federatedprovider", "aws:source")
"""What neither has: tags, a name, a provider; nor whom a service acts for."""
NETWORK = ("aws:sourceip", "aws:sourcevpc", "aws:sourcevpce", "aws:sourcevpcarn")


def lacks(name: str) -> bool:
    return name.startswith(SESSION) and name not in NETWORK


@dataclass
class Anonymous(Caller):
    """Its aws:PrincipalAccount is the word; of ARN and organization there is none."""

    def _make(self, name: str) -> Symbol:
        sent = {"aws:principalaccount": "anonymous", "aws:principaltype": "Anonymous",
                "aws:userid": "anonymous", "aws:principalisawsservice": "false"}  # fmt: skip
        if name in sent:
            return Symbol("text", ((YES, text(sent[name])),))
        if name.startswith("aws:principal") or lacks(name):
            return ABSENT
        return super()._make(name)

    def named(self, principals: Principals) -> z3.BoolRef:  # noqa: ARG002  # nobody names it
        return NO

    def principal(self) -> z3.SeqRef:
        return text("anonymous")

    def settle(self, model: Model) -> tuple[str, dict[str, tuple[str, ...]]]:
        for name in ("aws:principalaccount", "aws:principaltype", "aws:userid"):
            self.symbol(name)
        return super().settle(model)

    def covered(self, grant: Grant) -> z3.BoolRef:
        return z3.BoolVal(grant.principal.kind == "anyone" and grant.principal.pattern is None)


@dataclass
class Root(Account):
    """Of whatever account outside."""

    @cached_property
    def account(self) -> z3.SeqRef:
        return self.text("account", ACCOUNT, "123456789012")

    @cached_property
    def parts(self) -> tuple[z3.SeqRef, ...]:
        heads = (text("arn"), text(self.partition), text("iam"), text(""))
        return (*heads, self.account, text("root"))

    @property
    def arn(self) -> z3.SeqRef:
        return joined(self.parts)

    @cached_property
    def userid(self) -> z3.SeqRef:
        return self.account

    def _make(self, name: str) -> Symbol:
        if name == "aws:principaltype":
            return Symbol("text", ((YES, text("Account")),))
        return ABSENT if lacks(name) else super()._make(name)

    def _is(self, principal: str) -> z3.BoolRef:
        if not principal.endswith(":root") and ":" in principal:
            return NO
        return super()._is(principal)

    def principal(self) -> z3.SeqRef:
        return self.arn

    def settle(self, model: Model) -> tuple[str, dict[str, tuple[str, ...]]]:
        return Caller.settle(self, model)

    def covered(self, grant: Grant) -> z3.BoolRef:
        return encode._account(grant, self)  # a principal of an account, no role
