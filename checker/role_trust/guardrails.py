"""Whether a resource control policy refuses what a trust policy allows.

A resource control policy only denies, so its statements are put behind those of the trust policy
and the whole is analysed anew: a grant of which nothing is left is refused. Where a statement is
not understood, or a grant is only narrowed, the grant stands.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from checker.role_trust.scopes import Scopes
from checker.snapshot.attached import Attached
from checker.snapshot.records import Manifest, Role
from checker.trust import analyze, includes
from checker.trust.document.decode import as_list
from checker.trust.document.denials import Statement, denials, with_denials
from checker.trust.model import Grant, Principal

_SERVICE_LINKED = "/aws-service-role/"
GuardedPolicyKey = tuple[str, bytes, str]
"""An account, a trust policy's text, and the statements that deny."""


class Guardrails:
    """The resource control policies that were seen; equal questions are answered once."""

    def __init__(self, manifest: Manifest, scopes: Scopes) -> None:
        self._scopes = scopes
        self._attached = Attached(manifest)
        texts = {bytes(one.document) for one in manifest.guardrails or ()}
        self._denies = {text: list(_denies(text)) for text in texts}
        self._known: dict[GuardedPolicyKey, tuple[Grant, ...] | None] = {}

    def lets(self, role: Role, principal: Principal) -> bool | None:
        """Whether the guardrails leave the principal any way into the role; None: unknown."""
        if not self._attached.seen:
            return None
        if (role.path or "").startswith(_SERVICE_LINKED):
            return True
        held = self._attached.over(role.account)
        if held is None:
            return None
        every = (one for guardrail in held for one in self._denies[bytes(guardrail.document)])
        denies = [one for one in every if _covers(one, role.arn)]
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
    policy = json.loads(document)
    return denials(policy) if isinstance(policy, dict) else iter(())


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
    """The trust policy and the denials; None where the trust policy is not one."""
    policy = json.loads(text)
    if not isinstance(policy, dict) or not isinstance(policy.get("Statement"), list | dict):
        return None
    return with_denials(policy, map(_bare, denies))


def _bare(statement: Statement) -> Statement:
    """As a trust policy has it: without a resource, which is the role itself."""
    return {k: v for k, v in statement.items() if k not in ("Resource", "NotResource")}


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
