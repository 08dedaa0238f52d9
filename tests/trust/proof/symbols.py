"""Condition keys as unknowns: whether they are there, how many values they have, and which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Address
from typing import Any

import z3

from checker.trust import Scope
from tests.trust.proof.rex import matches
from tests.trust.proof.theory import Model
from tests.trust.proof.world import ConditionKey, key_of

YES, NO = z3.BoolVal(True), z3.BoolVal(False)
MAPPED = 0xFFFF << 32  # IPv4 addresses stand in 128 bits as IPv6 maps them
ORG_KEYS = {
    f"aws:{w}org{part}"
    for w in ("principal", "source", "resource", "vpce")
    for part in ("id", "paths")
}


BOUNDS = {"sts:durationseconds": (900, 43_200)}
"""https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html"""


@dataclass(frozen=True)
class Symbol:
    """`items`: (is it there, its value); none where no such call has the key.

    An item is there only if those before it are. `parts`: an ARN's six components.
    """

    kind: str
    items: tuple[tuple[z3.BoolRef, Any], ...] = ()
    parts: tuple[z3.SeqRef, ...] = ()

    @property
    def present(self) -> z3.BoolRef:
        return self.items[0][0] if self.items else NO


ABSENT = Symbol("text")


@dataclass
class Unknowns:
    """All unknowns of one request, made when they are asked for, with what binds them.

    `lengths`: how many values of a list suffice. `settled`: a model is known; what was not asked
    for before it takes a default. `mentioned`, `organizations`: the keys and the organizations
    that the policy names.
    """

    scope: Scope
    caller: str
    mentioned: frozenset[str] = frozenset()
    organizations: frozenset[str] = frozenset()
    lengths: Mapping[str, int] = field(default_factory=dict)
    facts: list[z3.BoolRef] = field(default_factory=list)
    symbols: dict[str, Symbol] = field(default_factory=dict)
    settled: bool = False

    def symbol(self, name: str) -> Symbol:
        if name not in self.symbols:
            self.symbols[name] = self._make(name)
        return self.symbols[name]

    def text(self, name: str, domain: str, default: str = "") -> z3.SeqRef:
        if self.settled:
            return z3.StringVal(default)
        made = z3.String(name)
        self.facts.append(matches(made, domain))
        return made

    def flag(self, name: str) -> z3.BoolRef:
        return z3.Bool(f"{name}?")

    def _make(self, name: str) -> Symbol:
        key = key_of(name)
        if not key.on(self.caller):
            return ABSENT
        if name in ("aws:currenttime", "aws:epochtime"):
            return Symbol("date", ((YES, self._now()),))
        if name in ORG_KEYS:
            return self._organization(name)
        if name == "aws:resourceaccount":
            return Symbol("text", ((YES, z3.StringVal(self.scope.account)),))
        made = self._free(name, key)
        if name == "aws:multifactorauthage":
            mfa = self.symbol("aws:multifactorauthpresent")
            self.facts.append(
                z3.Implies(made.present, z3.And(mfa.present, mfa.items[0][1] == "true"))
            )
        return made

    def _free(self, name: str, key: ConditionKey) -> Symbol:
        there = YES if self.caller in key.always else self.flag(name)
        items = [(there, self._value(name, key))]
        for i in range(1, self.lengths.get(name, 1) if key.many else 1):
            there = z3.And(there, self.flag(f"{name}#{i}"))
            items.append((there, self._value(f"{name}#{i}", key)))
        return Symbol(key.kind, tuple(items))

    def _value(self, name: str, key: ConditionKey) -> Any:
        if key.kind == "ip":
            made = z3.BitVec(name, 128)
            self.facts.append(z3.Or(z3.LShR(made, 32) == 0xFFFF, z3.LShR(made, 125) == 1))
            return made
        if key.kind in ("date", "number"):
            made = z3.Int(name)
            least, most = BOUNDS.get(name, (0, 2**33 - 1))
            self.facts += [made >= least, made <= most]
            return made
        return self.text(name, key.domain)

    def _now(self) -> z3.ArithRef:
        now = z3.Int("now")
        today = datetime.combine(self.scope.today, datetime.min.time(), UTC).timestamp()
        self.facts += [now >= int(today), now < 2**33]
        return now

    def _organization(self, name: str) -> Symbol:
        """`…OrgID` and `…OrgPaths` come together, and the path begins with the id."""
        stem = name[: name.index("org")]
        there, org = self.flag(f"{stem}org"), z3.String(f"{stem}orgid")
        if stem == "aws:resource":
            there = z3.BoolVal(bool(self.scope.organizations))
        value = self.text(name, key_of(name).domain)
        if stem == "aws:resource" and self.scope.organizations:
            self.facts.append(self._begins(value, self.scope.organizations))
        if name.endswith("paths") and f"{stem}orgid" in self.mentioned:
            self.symbol(f"{stem}orgid")
            self.facts.append(z3.PrefixOf(z3.Concat(org, z3.StringVal("/")), value))
            for known in sorted(self.organizations | self.scope.organizations):
                one = z3.StringVal(known)
                self.facts.append((org == one) == z3.PrefixOf(z3.StringVal(known + "/"), value))
        return Symbol("text", ((there, value),))

    def member(self, stem: str, organizations: Iterable[str]) -> z3.BoolRef:
        """Whether `stem` (`aws:principal`, …) is in one of them, by what the policy reads."""
        ids = f"{stem}orgid" in self.mentioned or f"{stem}orgpaths" not in self.mentioned
        there, value = self.symbol(f"{stem}org{'id' if ids else 'paths'}").items[0]
        return z3.And(there, self._begins(value, organizations))

    def _begins(self, value: z3.SeqRef, organizations: Iterable[str]) -> z3.BoolRef:
        ids = str(value).endswith("orgid")
        names = [z3.StringVal(o if ids else o + "/") for o in sorted(organizations)]
        return z3.Or([value == o if ids else z3.PrefixOf(o, value) for o in names])


def shown(name: str, kind: str, value: z3.ExprRef) -> str:
    """A model's value as a request carries it."""
    if kind == "ip":
        number = value.as_long()
        return str(
            IPv4Address(number & 0xFFFFFFFF) if number >> 32 == 0xFFFF else IPv6Address(number)
        )
    if kind == "date" and name != "aws:epochtime":
        return datetime.fromtimestamp(value.as_long(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if kind in ("date", "number"):
        return str(value.as_long())
    return value.as_string()


def context_of(unknowns: Unknowns, model: Model) -> dict[str, tuple[str, ...]]:
    context = {}
    for name, symbol in unknowns.symbols.items():
        values = [
            shown(name, symbol.kind, model.eval(value))
            for there, value in symbol.items
            if z3.is_true(model.eval(there))
        ]
        if values:
            context[name] = tuple(values)
    return context
