"""A trust policy with a guardrail behind it, analysed; equal questions once."""

from __future__ import annotations

import json
from typing import Any

from checker.enforce.limits import Document
from checker.enforce.negation import refused_alone
from checker.role_trust.scopes import Scopes
from checker.trust import Analysis, analyze
from checker.trust.document.decode import as_list

NEWER = "2012-10-17"
Key = tuple[str, bytes, str]


class Bench:
    """`account`: the role's, on which the answer may depend."""

    def __init__(self, scopes: Scopes) -> None:
        self._scopes = scopes
        self._known: dict[Key, Analysis] = {}

    def before(self, account: str, text: bytes) -> Analysis:
        return self._ask(account, text, [], "")

    def behind(self, account: str, text: bytes, document: Document) -> Analysis | None:
        """With all that the document refuses; None where the trust policy is none, or of an older
        version whose text means something else in ours."""
        return self._beside(account, text, _denials(document))

    def refused(
        self, account: str, text: bytes, statement: Document, right: Document | None = None
    ) -> Analysis | None:
        """Whom one statement refuses of those that the trust policy lets in; with `right`: and that
        document would not."""
        more = _denials(right) if right else []
        return self._beside(account, text, [*refused_alone(statement), *more])

    def _beside(self, account: str, text: bytes, denials: list[Document]) -> Analysis | None:
        policy = _policy(text)
        if policy is None:
            return None
        mine = as_list(policy["Statement"])
        merged = policy | {"Statement": [*mine, *denials]}
        if "${" in json.dumps(denials) and policy.get("Version") != NEWER:
            if b"${" in text:
                return None
            merged["Version"] = NEWER
        return self._ask(account, text, merged, json.dumps(denials, sort_keys=True))

    def _ask(self, account: str, text: bytes, merged: Any, key: str) -> Analysis:
        for whose in ("", account):
            if known := self._known.get((whose, text, key)):
                return known
        scope = self._scopes.of(account)
        found = analyze(merged or text, scope, reasons=False)
        self._known[(account if found.account_bound else "", text, key)] = found
        return found


def _denials(document: Document) -> list[Document]:
    """Those about roles, as a trust policy has them: without a resource, which is the role."""
    about = (one for one in document["Statement"] if isinstance(one["Action"], str))
    return [{k: v for k, v in one.items() if k != "Resource"} for one in about]


def _policy(text: bytes) -> dict[str, Any] | None:
    policy = json.loads(text)
    whole = isinstance(policy, dict) and isinstance(policy.get("Statement"), list | dict)
    return policy if whole else None


def acts(statement: Document, analysis: Analysis) -> bool:
    """Whether a statement is about an action by which somebody gets in."""
    return any(statement["Action"] in grant.actions for grant in analysis.grants)
