"""Whether a resource control policy refuses what a trust policy allows.

A resource control policy only denies, so its statements are put behind those of the trust policy
and the whole is analysed anew: a grant of which nothing is left is refused. Where a statement is
not understood, or a grant is only narrowed, the grant stands.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from checker.role_trust.scopes import Scopes
from checker.snapshot.records import Manifest, Role
from checker.trust import analyze, includes
from checker.trust.document.decode import as_list
from checker.trust.model import Grant, Principal

_SERVICE_LINKED = "/aws-service-role/"
Statement = dict[str, Any]
GuardedPolicyKey = tuple[str, bytes, str]
"""An account, a trust policy's text, and the statements that deny."""


class Guardrails:
    """The resource control policies that were seen; equal questions are answered once."""

    def __init__(self, manifest: Manifest, scopes: Scopes) -> None:
        self._scopes = scopes
        self._seen = manifest.guardrails is not None
        self._units = {account.id: account.units for account in manifest.accounts}
        self._exempt = {
            organization.management_account for organization in manifest.own_organizations
        }
        self._by_target: dict[str, list[Statement]] = {}
        for guardrail in manifest.guardrails or ():
            for target in guardrail.targets:
                denies = _denies(bytes(guardrail.document))
                self._by_target.setdefault(target, []).extend(denies)
        self._known: dict[GuardedPolicyKey, tuple[Grant, ...] | None] = {}

    def lets(self, role: Role, principal: Principal) -> bool | None:
        """Whether the guardrails leave the principal any way into the role; None: unknown."""
        if not self._seen:
            return None
        if role.account in self._exempt or (role.path or "").startswith(_SERVICE_LINKED):
            return True
        units = self._units.get(role.account)
        if units is None:
            return None
        targets = (*units, role.account)
        denies = [s for t in targets for s in self._by_target.get(t, ()) if _covers(s, role.arn)]
        if not denies:
            return True
        grants = self._grants(role, denies)
        return None if grants is None else any(overlap(principal, g.principal) for g in grants)

    def _grants(self, role: Role, denies: list[Statement]) -> tuple[Grant, ...] | None:
        text = bytes(role.trust_policy)
        key = (role.account, text, json.dumps(denies, sort_keys=True))
        if key not in self._known:
            merged = _merged(text, denies)
            scope = self._scopes.of(role.account)
            self._known[key] = analyze(merged, scope).grants if merged else None
        return self._known[key]


def _denies(document: bytes) -> Iterator[Statement]:
    """The statements that deny, each with the version of its document."""
    policy = json.loads(document)
    if not isinstance(policy, dict):
        return
    statements = policy.get("Statement")
    for statement in as_list(statements):
        if isinstance(statement, dict) and statement.get("Effect") == "Deny":
            yield statement | {"Version": policy.get("Version", "2008-10-17")}


def _covers(statement: Statement, arn: str) -> bool:
    """Whether it is about this role; one with a variable in its resources is given no credit, nor
    one that names them both ways."""
    if "Resource" in statement and "NotResource" in statement:
        return False
    key = "Resource" if "Resource" in statement else "NotResource"
    value = statement.get(key)
    patterns = [str(text) for text in as_list(value)]
    if any("${" in pattern for pattern in patterns):
        return False
    return any(includes(pattern, arn) for pattern in patterns) == (key == "Resource")


def _merged(text: bytes, denies: list[Statement]) -> Statement | None:
    """The trust policy and the denials; None where the trust policy is not one.

    `Version` decides whether variables are read as such, so a statement that has any gets no
    credit beside a trust policy of the other version.
    """
    policy = json.loads(text)
    if not isinstance(policy, dict) or not isinstance(policy.get("Statement"), list | dict):
        return None
    statements = policy["Statement"]
    version = policy.get("Version", "2008-10-17")
    fitting = [s for s in denies if s["Version"] == version or "${" not in json.dumps(s)]
    mine = as_list(statements)
    return policy | {"Statement": [*mine, *(_bare(s) for s in fitting)]}


def _bare(statement: Statement) -> Statement:
    """As a trust policy has it: without a resource, which is the role itself."""
    return {k: v for k, v in statement.items() if k not in ("Version", "Resource", "NotResource")}


def overlap(asked: Principal, left: Principal) -> bool:
    """Whether what is left may be what was asked for: when in doubt, it is."""
    accounts = ("account", "principal")
    if left.kind == "anyone":
        return True
    if asked.kind == "anyone":
        return left.kind in (*accounts, "organization")
    if asked.kind in accounts and left.kind in accounts:
        same = asked.account == left.account
        return same and (asked.kind == "account" or left.kind == "account" or asked.arn == left.arn)
    if "organization" in (asked.kind, left.kind):
        both = (*accounts, "organization")
        mixed = asked.kind != left.kind and asked.kind in both and left.kind in both
        return mixed or asked.organization == left.organization
    if asked.kind != left.kind:
        return False
    return (asked.provider, asked.service, asked.id) == (left.provider, left.service, left.id)
