"""Which requests are asked about: one world of unknowns for each kind and form of caller."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from checker.trust import Analysis, Scope
from tests.trust.proof import covers, encode
from tests.trust.proof.callers import Account, Bearer, Caller, Service
from tests.trust.proof.read import Statement, Variable, statements
from tests.trust.proof.world import (
    ACCOUNT,
    AWS,
    BUILT_IN,
    OIDC,
    ORG,
    SAML,
    SERVICE,
    issuer,
    issuer_in,
    key_of,
)


@dataclass
class Worlds:
    """A document, the scope and the engine's answer, and the callers to ask about."""

    document: dict[str, Any]
    scope: Scope
    analysis: Analysis

    def __post_init__(self) -> None:
        self.statements: list[Statement] = statements(self.document, self.scope.live)
        conditions = [c for s in self.statements for c in s.conditions]
        self.mentioned = frozenset(c.key for c in conditions) | {
            t.key
            for c in conditions
            for v in c.values
            for t in c.tokens(v)
            if isinstance(t, Variable)
        }
        self.judge = covers.Judge(self.scope)
        self.lengths = encode.lengths(self.statements)

    def callers(self) -> Iterator[Caller]:
        """Each has the keys that its calls always have, whether a condition comes to them or not."""
        for caller in self._callers():
            for key in sorted(self.mentioned):
                if caller.caller in key_of(key).always:
                    caller.symbol(key)
            yield caller

    def _callers(self) -> Iterator[Caller]:
        text = json.dumps(self.document)
        more: dict[str, Any] = {
            "lengths": self.lengths,
            "mentioned": self.mentioned,
            "organizations": frozenset(re.findall(ORG, text)),
        }
        for partition in sorted(
            {self.scope.partition} | set(re.findall(r"arn:(aws[a-z-]*):", text))
        ):
            for form in self._forms(text):
                split = "aws:username" in self.mentioned or ":assumed-role/" in text
                yield Account(self.scope, AWS, **more, form=form, partition=partition, split=split)
        customers = frozenset(re.findall(rf"(?<![0-9]){ACCOUNT}(?![0-9])", text))
        for anywhere in (False, True):
            yield Service(self.scope, SERVICE, **more, customers=customers, anywhere=anywhere)
        for kind in (OIDC, SAML):
            named = self.providers(kind)
            for provider in sorted(named):
                yield Bearer(self.scope, kind, **more, provider=provider)
            if not self.scope.all_providers:
                yield Bearer(self.scope, kind, **more, others=frozenset(named))

    def _forms(self, text: str) -> tuple[str, ...]:
        """A role will do where nothing tells it from a user."""
        told = {"aws:principalarn", "aws:principaltype", "aws:userid", "aws:username"}
        grants = {g.principal.kind for g in self.analysis.grants} & {"principal", "unresolved"}
        named = grants or re.search(r"(role|user)/|A[RI][OD]A", text)
        return (
            ("AssumedRole", "User", "FederatedUser")
            if told & self.mentioned or named
            else ("AssumedRole",)
        )

    def providers(self, kind: str) -> set[str]:
        named = {p for s in self.statements for p in s.principals.federated}
        named |= set(self.scope.providers)
        found = {p for p in named if f":{kind}-provider/" in p}
        if kind == SAML:
            return found
        known = {issuer_in(p) for p in found} | set(BUILT_IN)
        start = f"arn:{self.scope.partition}:iam::{self.scope.account}:oidc-provider/"
        more = {i for key in self.mentioned if (i := issuer(key)) and i not in known}
        return (
            found
            | set(BUILT_IN)
            | ({start + i for i in more} if not self.scope.all_providers else set())
        )
