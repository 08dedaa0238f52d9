"""A policy as it is for some of those who call: what it says of the others is denied.

Of two policies that must both let in, what one refuses is told of the very callers whom the other
lets in: a grant for everybody does not show whom a Deny beside it names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from checker.access.model import AccessGrant
from checker.access.statements import decoded
from checker.trust.document.decode import as_list
from checker.trust.model import Principal

Ask = Callable[[Principal, tuple[str, ...]], list[AccessGrant] | None]
"""Callers and actions → whom a policy lets in of them."""
_ROLES = ":iam:"
"""ARNs that are what `aws:PrincipalArn` is: of a session it is its role's."""


def pairs(mine: AccessGrant, first: Ask, second: Ask) -> Iterator[tuple[AccessGrant, AccessGrant]]:
    """A grant of the first policy's, with those of the second, each for what both let do. The
    first may have nothing to say of a caller that its grant does not (None)."""
    for one in second(mine.principal, _lower(mine.actions)) or ():
        left = first(one.principal, _lower(one.actions))
        for each in [mine] if left is None else left:
            whole = {*one.actions} <= {*each.actions}
            again = [one] if whole else second(one.principal, _lower(each.actions))
            yield from ((each, other) for other in again or ())


def _lower(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(one.lower() for one in names)


def held_by(document: Any, principal: Principal) -> Any:
    """The policy for the callers that a principal means; itself where it refuses nobody, or where
    no condition says who they are."""
    policy = decoded(document)
    if not isinstance(policy, dict) or not _refuses(policy):
        return document
    conditions = _others(principal)
    return with_denied(policy, *conditions) if conditions else document


def with_denied(document: dict[str, Any], *conditions: dict[str, Any]) -> dict[str, Any]:
    """The policy, as if it denied all requests for which one of the conditions holds."""
    denies = [{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*", "Condition": one}
              for one in conditions]  # fmt: skip
    return {**document, "Statement": [*as_list(document.get("Statement")), *denies]}


def _refuses(policy: dict[str, Any]) -> bool:
    """Whether it leaves somebody out, by a Deny or in an Allow."""
    several = as_list(policy.get("Statement"))
    denied = any(isinstance(one, dict) and one.get("Effect") == "Deny" for one in several)
    return denied or "Not" in str(several)


def _others(principal: Principal) -> list[dict[str, Any]]:
    """Conditions that hold for whoever else calls."""
    found: list[dict[str, Any]] = []
    if principal.kind == "organization" and principal.organization:
        found.append({"StringNotEquals": {"aws:PrincipalOrgID": principal.organization}})
    if principal.kind in ("account", "principal") and principal.account:
        found.append({"StringNotEquals": {"aws:PrincipalAccount": principal.account}})
        if principal.arn and _ROLES in principal.arn:
            found.append({"ArnNotLike": {"aws:PrincipalArn": principal.arn}})
    return found
