"""Is a bucket's policy public, as Block Public Access means it?

Here `public` shuts a door, so it must be certain: in any doubt the answer is no, and whoever is let
in stays let in. A policy is public unless each Allow grants to fixed values only.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import Any

from checker.access.model import AccessGrant
from checker.trust.document.decode import as_list

_FIXING = frozenset(
    """aws:sourceip aws:sourcearn aws:sourcevpc aws:sourcevpce aws:sourceowner aws:sourceaccount
    s3:x-amz-server-side-encryption-aws-kms-key-id aws:userid s3:dataaccesspointarn
    s3:dataaccesspointaccount aws:principalorgid aws:principalaccount aws:principalarn
    aws:principalorgpaths""".split()  # noqa: SIM905
)
_POSITIVE = frozenset(
    ["stringequals", "stringlike", "stringequalsignorecase", "arnequals", "arnlike", "ipaddress"]
)
_WIDEST = {4: 8, 6: 32}


def is_public(document: Any, grants: Iterable[AccessGrant]) -> bool:
    """Whether some Allow is for everybody, without a condition that could fix whom, and lets them
    in, as `grants` (the policy's own) tell, with no Deny that could fix whom either."""
    if not isinstance(document, dict):
        return False
    listed = document.get("Statement")
    several = as_list(listed)
    if any(_narrows(one) for one in several):
        return False
    open_ = {at for one in grants if one.principal.kind == "anyone" for at in one.statements}
    return any(at in open_ and _public(one) for at, one in enumerate(several))


def _narrows(statement: Any) -> bool:
    """Whether a Deny may fix who is left: AWS does not say whether it heeds these."""
    if not isinstance(statement, dict):
        return True
    denies = statement.get("Effect") != "Allow"
    return denies and ("NotPrincipal" in statement or _could_fix(statement.get("Condition"), True))


def _public(statement: Any) -> bool:
    return _everybody(statement.get("Principal")) and not _could_fix(statement.get("Condition"))


def _everybody(principal: Any) -> bool:
    if isinstance(principal, dict):
        found = principal.get("AWS")
        return found == "*" or (isinstance(found, list) and "*" in found)
    return bool(principal == "*")


def _could_fix(conditions: Any, however: bool = False) -> bool:
    """In doubt, yes: an operator that is not plain, a value that is not understood; `however`:
    whatever is asked of such a key."""
    if conditions is None:
        return False
    if not isinstance(conditions, dict):
        return True
    for operator, block in conditions.items():
        if not isinstance(block, dict):
            return True
        for key, values in block.items():
            if str(key).lower() not in _FIXING:
                continue
            listed = as_list(values)
            fixing = str(operator).lower() in _POSITIVE and str(key).lower() != "aws:userid"
            plain = fixing and not however
            if not plain or not all(map(_open, listed)):
                return True
    return False


def _open(value: Any) -> bool:
    """Whether a value surely fixes nothing: a pattern, a variable, a wide network."""
    if not isinstance(value, str):
        return False
    if "*" in value or "?" in value or "${" in value:
        return not value.startswith("arn:") or "*" in ":".join(value.split(":")[4:5])
    return _wide(value)


def _wide(value: str) -> bool:
    try:
        network = ipaddress.ip_network(value, strict=False)
    except ValueError:
        return False
    return network.prefixlen < _WIDEST[network.version]
