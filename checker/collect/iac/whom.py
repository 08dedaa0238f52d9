"""Principals of a trust policy that is not deployed yet."""

from __future__ import annotations

import re
from typing import Any

from checker.collect.iac.narrowing import Narrowing
from checker.collect.iac.unknown import CLOSE, OPEN, is_ours, is_unresolved, shown, unresolved
from checker.trust.document.decode import as_list

_ACCOUNT = re.compile(r"[0-9]{12}")
_TOKENS = {"AWS::Region": "us-east-1", "AWS::URLSuffix": "amazonaws.com"}
"""What of a service's name differs from place to place; it is that service everywhere."""
_REGION = re.compile(
    rf"{OPEN}(?:[^{CLOSE}]*\.)?data\.aws_region\.[^.{CLOSE}]+\.(?:name|region|id){CLOSE}"
)
"""A look-up of the region."""
Statement = dict[str, Any]


def filled(kind: str, raw: Any, own: str | None) -> Any:
    """Principals with what is sure of them: `own` for what the same code makes."""
    if isinstance(raw, list):
        return [filled(kind, one, own) for one in raw]
    if own and kind in ("AWS", "Federated") and is_ours(raw, own.split(":")[4]):
        return own
    if kind == "AWS":
        return account_of(raw)
    return everywhere(raw) if kind == "Service" and isinstance(raw, str) else raw


def provider(principal: Any) -> str | None:
    """The one identity provider of a statement, as conditions name it."""
    found = principal.get("Federated") if isinstance(principal, dict) else None
    several = as_list(found)
    if len(several) != 1 or not isinstance(several[0], str):
        return None
    return several[0].partition(":oidc-provider/")[2] or several[0]


def without(kind: str, several: list[Any], narrowing: Narrowing) -> list[Any]:
    """Who of them the values that are known let in."""
    if kind in ("AWS", "*"):
        return [one for one in several if one == "*" and "AWS" not in narrowing.emptied]
    known = [one for one in several if kind != "Federated" or not is_unresolved(one)]
    return [] if kind in narrowing.emptied else known


def whoever(statement: Statement, texts: list[str]) -> Statement:
    """Somebody whose name only the deployment tells."""
    named = [worded(text) for text in texts]
    return {"Effect": statement.get("Effect"), "Principal": {"AWS": named}, "Action": "*"}


def worded(text: Any) -> str:
    """What the trust analysis takes for a name that is filled in later."""
    plain = str(shown(text))
    return plain if "${" in plain else f"${{{plain}}}"


def everywhere(text: str) -> str:
    """Without what differs from place to place alone."""
    for token, value in _TOKENS.items():
        text = text.replace(unresolved(token), value)
    return _REGION.sub(_TOKENS["AWS::Region"], text) if OPEN in text else text


def account_of(value: Any) -> Any:
    """A name that is unknown within a known account is taken for the whole account."""
    if not isinstance(value, str) or not is_unresolved(value):
        return value
    parts = value.split(":", 5)
    known = len(parts) == 6 and parts[0] == "arn" and not is_unresolved(parts[1])
    if known and _ACCOUNT.fullmatch(parts[4]):
        return f"arn:{parts[1]}:iam::{parts[4]}:root"
    return value
