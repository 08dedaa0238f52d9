"""The callers as unknowns: one world of requests for each kind and form of caller.

A principal of an account comes in three forms (a role's session, a user, a federated user), as
the form decides its ARN and ids. Each identity provider that the policy or the scope tells is a
world of its own, and an unnamed one beside them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import z3

from tests.trust.proof.evaluate import account_in
from tests.trust.proof.read import UNIQUE, Principals
from tests.trust.proof.rex import matches, template
from tests.trust.proof.symbols import ABSENT, NO, ORG_KEYS, YES, Symbol, Unknowns, context_of
from tests.trust.proof.theory import Model
from tests.trust.proof.witness import session_of
from tests.trust.proof.world import (
    ACCOUNT,
    ACTIONS,
    AWS,
    FEDERATED_NAME,
    KEYS,
    NAME,
    OIDC,
    PATHS,
    PRINTABLE,
    ROLES_ANYWHERE,
    SENT,
    SERVICE_NAME,
    SESSION,
    SOURCES_OF,
    UNIQUE_TAIL,
    claims_of,
    key_of,
    own_accounts,
)

FORMS = {"AssumedRole": "role", "User": "user", "FederatedUser": "federated-user"}
HOST = r"([a-z0-9-]+[.])+[a-z]{2,8}"
SOURCES = {"aws:sourceaccount", "aws:sourcearn"}
ALWAYS = {"aws:principalaccount", "aws:principalarn", "aws:principaltype", "aws:userid"} | {
    "aws:principalisawsservice",
    "aws:principalservicename",
    "aws:principalservicenameslist",
    "aws:federatedprovider",
}
NAMES = "aws:principalservicenameslist"
IDS = {"AssumedRole": f"AROA{UNIQUE_TAIL}", "User": f"AIDA{UNIQUE_TAIL}"}


def text(value: str) -> z3.SeqRef:
    return z3.StringVal(value)


def joined(parts: tuple[z3.SeqRef, ...]) -> z3.SeqRef:
    return template([t for p in parts for t in (p, text(":"))][:-1])


def among(term: z3.SeqRef, values: Any) -> z3.BoolRef:
    return z3.Or([term == text(v) for v in sorted(values)])


@dataclass
class Caller(Unknowns):
    """`outsider`: that nobody of ours calls. `principal`: what a policy would call it."""

    def names(self, principals: Principals, allow: bool) -> z3.BoolRef:
        if principals.negated:
            spared = YES if principals.everyone else self.spared(principals)
            return YES if allow else z3.Not(spared)
        if principals.everyone and (allow or principals.bare_star or self.caller == AWS):
            return YES
        return self.named(principals)

    @property
    def action(self) -> str:
        return ACTIONS[self.caller]

    def named(self, principals: Principals) -> z3.BoolRef:
        raise NotImplementedError

    def settle(self, model: Model) -> tuple[str, dict[str, tuple[str, ...]]]:
        """A model → who calls, and the context; what no constraint reads takes its default."""
        self.settled = True
        for name, key in KEYS.items():
            if self.caller in key.always and key.kind != "date" and name in ALWAYS:
                self.symbol(name)
        principal = model.eval(self.principal()).as_string()
        return principal, context_of(self, model)

    def spared(self, principals: Principals) -> z3.BoolRef:
        return self.named(principals)

    def outsider(self) -> z3.BoolRef:
        return YES

    def principal(self) -> z3.SeqRef:
        return text("")


@dataclass
class Account(Caller):
    """A principal of an AWS account. `form`: as aws:PrincipalType tells it.

    `split`: whether the path and the name in its ARN are told apart.
    """

    form: str = "AssumedRole"
    partition: str = "aws"
    split: bool = False

    @cached_property
    def account(self) -> z3.SeqRef:
        return self.text("account", ACCOUNT, "123456789012")

    @cached_property
    def name(self) -> z3.SeqRef:
        domain = FEDERATED_NAME if self.form == "FederatedUser" else NAME
        return self.text("name", domain, "name")

    @cached_property
    def path(self) -> z3.SeqRef:
        return self.text("path", PATHS, "")

    @cached_property
    def rest(self) -> z3.SeqRef:
        """The ARN's end, after `role/`."""
        if self.form == "FederatedUser":
            return self.name
        if self.split:
            return z3.Concat(self.path, self.name)
        return self.text("rest", PATHS + NAME, "name")

    @cached_property
    def session(self) -> z3.SeqRef:
        return self.text("session", SESSION, "session")

    @cached_property
    def parts(self) -> tuple[z3.SeqRef, ...]:
        service = "sts" if self.form == "FederatedUser" else "iam"
        resource = z3.Concat(text(FORMS[self.form] + "/"), self.rest)
        return (text("arn"), text(self.partition), text(service), text(""), self.account, resource)

    @property
    def arn(self) -> z3.SeqRef:
        return joined(self.parts)

    @cached_property
    def userid(self) -> z3.SeqRef:
        if self.form == "FederatedUser":
            return template([self.account, text(":"), self.name])
        unique = self.text("unique", IDS[self.form], IDS[self.form][:4] + "0123456789ABCDEFG")
        return unique if self.form == "User" else template([unique, text(":"), self.session])

    def _make(self, name: str) -> Symbol:
        if name == "aws:principalarn":
            return Symbol("text", ((YES, self.arn),), self.parts)
        if name == "aws:username" and self.form != "User":
            return ABSENT
        given = {
            "aws:principalaccount": lambda: self.account,
            "aws:principaltype": lambda: text(self.form),
            "aws:principalisawsservice": lambda: text("false"),
            "aws:userid": lambda: self.userid,
            "aws:username": lambda: self.name,
        }
        return Symbol("text", ((YES, given[name]()),)) if name in given else super()._make(name)

    def settle(self, model: Model) -> tuple[str, dict[str, tuple[str, ...]]]:
        _, context = super().settle(model)
        arn = context["aws:principalarn"][0]
        return session_of(arn, context["aws:userid"][0]), context

    def session_arn(self) -> z3.SeqRef:
        start = text(f"arn:{self.partition}:sts::")
        return template(
            [start, self.account, text(":assumed-role/"), self.name, text("/"), self.session]
        )

    def named(self, principals: Principals) -> z3.BoolRef:
        return z3.Or([self._is(p) for p in principals.aws])

    def _is(self, principal: str) -> z3.BoolRef:
        if re.fullmatch(UNIQUE, principal):
            return z3.Or(
                self.userid == text(principal), z3.PrefixOf(text(f"{principal}:"), self.userid)
            )
        if re.fullmatch(ACCOUNT, principal):
            return self.account == text(principal)
        parts = principal.split(":", 5)
        if parts[1] != self.partition:
            return NO
        here = self.account == text(parts[4])
        kind, _, rest = parts[5].partition("/")
        if kind == "root":
            return here
        if kind == "assumed-role" and self.form == "AssumedRole":
            role, _, session = rest.partition("/")
            return z3.And(here, self.name == text(role), self.session == text(session))
        return z3.And(here, self._ends(rest)) if kind == FORMS[self.form] else NO

    def _ends(self, rest: str) -> z3.BoolRef:
        if not self.split or self.form == "FederatedUser":
            return self.rest == text(rest)
        path, slash, name = rest.rpartition("/")
        return z3.And(self.path == text(path + slash), self.name == text(name))

    def spared(self, principals: Principals) -> z3.BoolRef:
        return among(self.account, map(account_in, principals.aws))

    def outsider(self) -> z3.BoolRef:
        ours = among(self.account, own_accounts(self.scope))
        mine = ours if self.partition == self.scope.partition else NO
        if not self.mentioned & ORG_KEYS:
            return z3.Not(mine)
        return z3.Not(z3.Or(mine, self.member("aws:principal", self.scope.organizations)))


@dataclass
class Service(Caller):
    """`customers`: accounts that the policy names. A service's own account is none of them.

    `anywhere`: IAM Roles Anywhere, behind which stands whoever holds a certificate.
    """

    customers: frozenset[str] = frozenset()
    anywhere: bool = False

    @cached_property
    def name(self) -> z3.SeqRef:
        if self.anywhere:
            return text(ROLES_ANYWHERE)
        name = self.text("service", SERVICE_NAME, "ec2.amazonaws.com")
        self.facts.append(name != text(ROLES_ANYWHERE))
        return name

    def _account(self) -> z3.SeqRef:
        account = self.text("account", ACCOUNT, "426185297043")
        self.facts.append(z3.Not(among(account, self.customers | own_accounts(self.scope))))
        return account

    def _make(self, name: str) -> Symbol:
        given = {
            "aws:principalaccount": self._account,
            "aws:principalservicename": lambda: self.name,
            "aws:principalisawsservice": lambda: text("true"),
        }
        if name == NAMES:
            more = () if self.settled else self._free(NAMES, key_of(NAMES)).items
            return Symbol("text", ((YES, self.name), *more))
        if name == "aws:sourcearn":
            return self._source()
        return Symbol("text", ((YES, given[name]()),)) if name in given else super()._make(name)

    def _source(self) -> Symbol:
        """The account in aws:SourceArn (some have none) is aws:SourceAccount."""
        there, of = self.flag("aws:sourcearn"), self.text("arn-account", ACCOUNT + "|", "")
        service = self.text("arn-service", "[a-z0-9-]+", "s3")
        region = self.text("arn-region", "[a-z-]*[0-9]?", "")
        resource = self.text("arn-resource", PRINTABLE + "+", "bucket")
        parts = (text("arn"), text(self.scope.partition), service, region, of, resource)
        has, account = self.symbol("aws:sourceaccount").items[0]
        self.facts.append(z3.Or(z3.Not(there), z3.Not(has), of == text(""), of == account))
        for vendor, (ends, bare) in SOURCES_OF.items():
            whole = (
                matches(resource, ends) if bare else z3.And(of != text(""), matches(resource, ends))
            )
            self.facts.append(z3.Or(service != text(vendor), whole))
        for name, vendors in SENT.items():
            self.facts.append(
                z3.Or(z3.Not(there), self.name != text(name), among(service, vendors))
            )
        return Symbol("text", ((there, joined(parts)),), parts)

    def principal(self) -> z3.SeqRef:
        return self.name

    def named(self, principals: Principals) -> z3.BoolRef:
        return among(self.name, principals.service)

    def acts_for(self, accounts: Any, organizations: Any) -> z3.BoolRef:
        """Where the policy reads no key of the source, a call that tells none will do."""
        told = []
        if self.mentioned & SOURCES:
            told.append((*self.symbol("aws:sourceaccount").items[0], accounts))
        if "aws:sourcearn" in self.mentioned:
            arn = self.symbol("aws:sourcearn")
            told.append((arn.present, arn.parts[4], accounts))
        member = [self.member("aws:source", organizations)] if self.mentioned & ORG_KEYS else []
        return z3.Or([z3.And(there, among(v, named)) for there, v, named in told] + member)

    def outsider(self) -> z3.BoolRef:
        if self.anywhere:
            return YES
        return z3.Not(self.acts_for(own_accounts(self.scope), self.scope.organizations))


@dataclass
class Bearer(Caller):
    """Of a token of `provider`: an ARN or a built-in one; None: one that nothing names."""

    provider: str | None = None
    others: frozenset[str] = frozenset()

    @cached_property
    def where(self) -> z3.SeqRef:
        if self.provider is not None:
            return text(self.provider)
        return z3.Concat(text(self._start), self.name)

    @property
    def _start(self) -> str:
        return f"arn:{self.scope.partition}:iam::{self.scope.account}:{self.caller}-provider/"

    @cached_property
    def name(self) -> z3.SeqRef:
        """The last part of the ARN of a provider that nothing names: an issuer, if of OIDC."""
        domain = HOST if self.caller == OIDC else "[A-Za-z0-9_.-]{1,128}"
        name = self.text("provider", domain, "idp.example.com")
        self.facts += [name != text(o.removeprefix(self._start)) for o in sorted(self.others)]
        return name

    def _make(self, name: str) -> Symbol:
        if name == "aws:federatedprovider" and self.caller == OIDC:
            return Symbol("text", ((YES, self.where),))
        if self.caller == OIDC and not claims_of(name, self.provider or ""):
            return ABSENT
        return super()._make(name)

    def principal(self) -> z3.SeqRef:
        return self.where

    def named(self, principals: Principals) -> z3.BoolRef:
        return among(self.where, principals.federated)
