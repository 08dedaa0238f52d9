"""What the statements of trust policies do, and why; and what they say of one account."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from checker.facts.plain import Facts
from checker.role_trust.scopes import Scopes
from checker.snapshot.read import Snapshot
from checker.snapshot.records import Role
from checker.snapshot.resources import ResourceRecord
from checker.trust import Scope, analyze
from checker.trust.answers.ask import Verdict, who
from checker.trust.document.decode import NotJSON, TooDeep

_MAY_MEAN_IT = (b"*", b"\\u", b"%")
"""A wildcard; an escape of JSON's or of a URL, which can hide one, or the account."""


def role_of(arn: str, snapshot: Snapshot) -> Role | None:
    return next((one for block in snapshot.roles() for one in block if one.arn == arn), None)


def resource_of_arn(arn: str, snapshot: Snapshot, kind: str | None = None) -> ResourceRecord | None:
    """`kind`: which, of several with one ARN."""
    found = (one for one in snapshot.resources() if one.arn == arn and kind in (None, one.kind))
    return next(found, None)


def outcomes(role: Role, scopes: Scopes) -> list[Facts]:
    """Of each statement of a role's trust policy, what it does and why; none of one that cannot be
    read, which is a finding of its own."""
    try:
        analysis = analyze(bytes(role.trust_policy), scopes.of(role.account))
    except (NotJSON, TooDeep):
        return []
    return [msgspec.to_builtins(one) for one in analysis.statements]


def asked(account: str, snapshot: Snapshot, scopes: Scopes, known: set[str]) -> Iterator[Facts]:
    """Of roles that let the account in, or name it and don't: which statement decides, and why.

    Roles whose ARN is `known` to trust it are left out; equal policies are asked once an account.
    """
    answers: dict[tuple[str, bytes], Verdict | None] = {}
    means = (account.encode(), *_MAY_MEAN_IT)
    for block in snapshot.roles():
        for role in block:
            text = bytes(role.trust_policy)
            if role.arn in known or not any(one in text for one in means):
                continue
            key = (role.account, text)
            if key not in answers:
                answers[key] = _answer(text, scopes.of(role.account), account)
            answer = answers[key]
            if answer is not None:
                yield _told(role, answer)


def _answer(text: bytes, scope: Scope, account: str) -> Verdict | None:
    """None where the policy lets it in no more than any other account that it doesn't name."""
    try:
        answer = who(text, scope, account)
    except (NotJSON, TooDeep):  # what cannot be read is a finding of its own
        return None
    return answer if answer.allowed is not False or account.encode() in text else None


def _told(role: Role, answer: Verdict) -> Facts:
    organization = answer.witness and answer.witness.context.get("aws:PrincipalOrgID")
    return {
        "resource": role.arn,
        "account": role.account,
        "allowed": answer.allowed,
        "statement": answer.statement,
        "reason": answer.reason,
        "organization": organization or None,
    }
