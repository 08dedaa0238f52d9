"""A grant of a trust in words, from the values by which two snapshots are compared."""

from __future__ import annotations

import json
from typing import Any

_EASE = {
    "required": "with an external id",
    "pattern": "with an external id that need only fit a pattern",
    "none": "without an external id",
}
_BETWEEN = "; "
_CALLERS = ("account", "principal", "organization", "anyone")
"""Who can send an external id: tokens and services have none."""


def in_words(text: str) -> str:
    """Of grants as JSON, with `; ` between; any other text as it is. No value is left out."""
    try:
        grants = _decoded(text)
    except ValueError:
        return text
    return "; ".join(map(_grant, grants)) or text


def _decoded(text: str) -> list[dict[str, Any]]:
    grants, at, decoder = [], 0, json.JSONDecoder()
    while at < len(text):
        value, end = decoder.raw_decode(text, at)
        if (
            not isinstance(value, dict)
            or "kind" not in value
            or text[end : end + 2] not in ("", _BETWEEN)
        ):
            raise ValueError(text)
        grants.append(value)
        at = end + len(_BETWEEN)
    return grants


def _grant(grant: dict[str, Any]) -> str:
    left = dict(grant)
    kind = left.pop("kind", None)
    ease = left.pop("external_id", "none")
    words = [_who(kind, left)]
    if kind in _CALLERS:
        words.append(_EASE.get(ease, f"external id: {ease}"))
    elif ease != "none":
        words.append(f"external id: {ease}")
    if left.get("partition") == "aws":
        del left["partition"]
    words += [f"{name.replace('_', ' ')} {_value(value)}" for name, value in sorted(left.items())]
    return ", ".join(words)


def _who(kind: str | None, left: dict[str, Any]) -> str:
    """Takes what it says out of `left`."""
    if kind == "principal" and "arn" in left:
        left.pop("account", None)
        return str(left.pop("arn"))
    if kind == "account" and "account" in left:
        return f"the whole account {left.pop('account')}"
    if kind == "organization" and "organization" in left:
        return f"the whole organization {left.pop('organization')}"
    if kind == "federated" and "provider" in left:
        claims = left.pop("claims", None) or {}
        told = "; ".join(f"{name} {_value(value)}" for name, value in sorted(claims.items()))
        return f"{left.pop('provider')}, {told or 'any claims'}"
    if kind == "service" and "service" in left:
        source = left.pop("source", None)
        return f"{left.pop('service')}" + (f" for {source}" if source else "")
    return _NAMELESS.get(kind, str(kind))


_NAMELESS: dict[str | None, str] = {"anyone": "anyone", "unresolved": "whoever that is"}


def _value(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_value, value))
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)
