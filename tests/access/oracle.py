"""A plain reading of a resource's policy for one request, written apart from the engine.

Which statements are about an action and an ARN is read with regular expressions, part by part; who
sends it and with what, by the plain reading of trust policies.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tests.trust import oracle
from tests.trust.oracle import Request, as_list


def about(statement: Mapping[str, Any], action: str, arn: str) -> bool:
    """Whether a statement is about an action on an ARN."""
    return _named(statement, "Action", lambda one: _fits(one.lower(), action.lower())) and (
        not {"Resource", "NotResource"} & statement.keys()
        or _named(statement, "Resource", lambda one: _fits_arn(one, arn))
    )


def _named(statement: Mapping[str, Any], name: str, fits: Any) -> bool:
    if name in statement:
        return any(fits(one) for one in as_list(statement[name]))
    return not any(fits(one) for one in as_list(statement["Not" + name]))


def _fits(pattern: str, text: str) -> bool:
    parts = (".*" if one == "*" else "." if one == "?" else re.escape(one) for one in pattern)
    return re.fullmatch("".join(parts), text, re.DOTALL) is not None


def _fits_arn(pattern: str, arn: str) -> bool:
    if pattern == "*":
        return True
    pairs = zip(pattern.split(":", 5), arn.split(":", 5), strict=True)
    return all(_fits(one, other) for one, other in pairs)


def at(document: Mapping[str, Any], action: str, arn: str) -> dict[str, Any]:
    """What of a policy is about an action on an ARN, as if it were a trust policy."""
    kept = []
    for statement in as_list(document["Statement"]):
        if about(statement, action, arn):
            rest = {name: value for name, value in statement.items()
                    if name not in ("Action", "NotAction", "Resource", "NotResource")}  # fmt: skip
            kept.append({**rest, "Action": "sts:AssumeRole"})
    return {**document, "Statement": kept}


def allows(document: Mapping[str, Any], action: str, arn: str, request: Request) -> bool:
    """Whether the request is let through, and no Deny refuses it."""
    found = at(document, action, arn)
    return bool(found["Statement"]) and oracle.allows(found, request)
