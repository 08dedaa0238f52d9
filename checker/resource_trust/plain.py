"""Policies that plainly let in nobody but our own, as most do: told from their form alone.

What is read here is little, and strictly: each Allow is for own accounts, or for a service that
acts for an own account; each Deny is well-formed. Whatever else there is, the analysis reads.
"""

from __future__ import annotations

import re
from collections.abc import Container
from typing import Any

import msgspec

from checker.trust.document.decode import as_list

_ELEMENTS = frozenset({"Sid", "Effect", "Principal", "Action", "Resource", "Condition"})
_TOP = frozenset({"Version", "Id", "Statement"})
_VERSIONS = ("2012-10-17", "2008-10-17")
_OPERATORS = frozenset(
    ["StringEquals", "StringNotEquals", "StringLike", "ArnLike", "ArnEquals", "Bool"]
)
_BOOLEANS = ("true", "false")
_COLON = re.compile(r'"\s*:')
_KEYS = re.compile(r"aws:[A-Z][A-Za-z0-9]+\Z|kms:(?:ViaService|CallerAccount)\Z")
_EQUAL = ("StringEquals", "ArnEquals", "ArnLike", "StringLike")
_WHOM = re.compile(r"arn:([a-z-]+):iam::([0-9]{12}):(?:root|(?:role|user)/[\w+=,.@/-]+)\Z")
_SOURCE = re.compile(r"arn:[a-z-]+:([a-z0-9-]+|\*):([a-z0-9-]*|\*):([0-9]{12}):[^$]+\Z")
_SERVICE = re.compile(r"[a-z0-9.-]+\.amazonaws\.com\Z")
_ACTION = re.compile(r"(?:\*|[a-zA-Z0-9-]+:[A-Za-z0-9*]+)\Z")
LONGEST = 20_480


def plainly_own(text: str, own: Container[str], partition: str, *, implicit: bool) -> bool:
    """Whether a policy, as JSON text, lets in nobody outside, for sure. `implicit`: of a kind whose
    statements have no Resource."""
    if len(text.encode("utf-8", "surrogatepass")) > LONGEST:
        return False
    try:
        document = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return False
    if not isinstance(document, dict) or not _TOP.issuperset(document):
        return False
    statements = document.get("Statement")
    listed = as_list(statements)
    if document.get("Version", _VERSIONS[-1]) not in _VERSIONS or not all(
        (implicit or "Resource" in one) and _plain(one, own, partition)
        for one in listed
        if isinstance(one, dict)
    ):
        return False
    return all(isinstance(one, dict) for one in listed) and (
        _keys(document) == len(_COLON.findall(text))
    )


def _keys(value: Any) -> int:
    """How many keys were read: fewer than are written where one is given twice."""
    if isinstance(value, dict):
        return len(value) + sum(map(_keys, value.values()))
    return sum(map(_keys, value)) if isinstance(value, list) else 0


def _plain(one: dict[str, Any], own: Container[str], partition: str) -> bool:
    if not _ELEMENTS.issuperset(one):
        return False
    conditions = one.get("Condition", {})
    if not _texts(one.get("Action"), _ACTION) or not _formed(conditions):
        return False
    resource = one.get("Resource", "*")
    if not all(isinstance(each, str) and each[:4] in ("arn:", "*") for each in as_list(resource)):
        return False
    principal, effect = one.get("Principal"), one.get("Effect")
    if effect == "Deny":
        return principal in ("*", {"AWS": "*"})
    return effect == "Allow" and _ours(principal, conditions, own, partition)


def _ours(principal: Any, conditions: Any, own: Container[str], partition: str) -> bool:
    if not isinstance(principal, dict) or len(principal) != 1:
        return False
    if "AWS" in principal:
        named = as_list(principal["AWS"])
        return bool(named) and all(_own(each, own, partition) for each in named)
    if "Service" in principal:
        served = as_list(principal["Service"])
        known = all(isinstance(each, str) and _SERVICE.match(each) for each in served)
        return bool(served) and known and _for_own(conditions, own)
    return False


def _own(text: Any, own: Container[str], partition: str) -> bool:
    if not isinstance(text, str):
        return False
    if text in own:
        return True
    found = _WHOM.match(text)
    return bool(found) and found[1] == partition and found[2] in own  # type: ignore[index]


def _for_own(conditions: Any, own: Container[str]) -> bool:
    """Whether a source is asked for that is ours."""
    for operator, block in conditions.items():
        if operator not in _EQUAL:
            continue
        for key, values in block.items():
            lower = key.lower()
            if lower == "aws:sourceaccount" and all(one in own for one in as_list(values)):
                return True
            if lower == "aws:sourcearn" and all(
                _own_source(one, own, operator) for one in as_list(values)
            ):
                return True
    return False


def _own_source(text: str, own: Container[str], operator: str) -> bool:
    """Of a text, `*` may stand for more than one part of an ARN."""
    found = _SOURCE.match(text)
    if found is None or found[3] not in own:
        return False
    return operator.startswith("Arn") or "*" not in (found[1], found[2])


def _formed(conditions: Any) -> bool:
    if not isinstance(conditions, dict) or not _OPERATORS.issuperset(conditions):
        return False
    return all(
        isinstance(block, dict) and all(_formed_key(operator, *pair) for pair in block.items())
        for operator, block in conditions.items()
    )


def _formed_key(operator: str, key: str, values: Any) -> bool:
    listed = as_list(values)
    if not listed or not _KEYS.match(key):
        return False
    if operator == "Bool":
        return all(one in _BOOLEANS for one in listed)
    colons = 5 if operator.startswith("Arn") else 0  # an ARN's: what is none is not understood
    return all(
        isinstance(one, str) and "$" not in one and one.count(":") >= colons for one in listed
    )


def _texts(value: Any, form: re.Pattern[str]) -> bool:
    listed = as_list(value)
    return bool(listed) and all(isinstance(one, str) and form.match(one) for one in listed)
