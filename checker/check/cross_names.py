"""How AWS's analyzer and the gate call the same resource, and the same outsider."""

from __future__ import annotations

import re
from collections.abc import Iterator

from checker.arns import account_of
from checker.snapshot.analyzer import AnalyzerAccess

ANYONE = "*"
_WHO = frozenset(
    key.lower() for key in (
        "aws:PrincipalAccount", "aws:PrincipalArn", "aws:PrincipalOrgID", "aws:PrincipalOrgPaths",
        "aws:SourceAccount", "aws:SourceArn", "aws:SourceOrgID", "aws:SourceOrgPaths",
        "aws:SourceOwner", "kms:CallerAccount", "aws:FederatedProvider",
    )
)  # fmt: skip
"""Condition keys that tell who calls, or for whom."""
_ID = re.compile(r"(?<![0-9A-Za-z])(?:[0-9]{12}|o-[a-z0-9]{10,32})(?![0-9A-Za-z])")
_SNAPSHOT = re.compile(r"arn:[^:]+:ec2:([^:]*):[0-9]*:(snapshot/.+)")
_FUNCTION = re.compile(r"(arn:[^:]+:lambda:[^:]*:[0-9]*:function:[^:]+)(?::.*)?")


def words_of_finding(access: AnalyzerAccess) -> frozenset[str]:
    """Whom AWS tells. Where anybody gets in, conditions name nobody."""
    if access.public:
        return frozenset({ANYONE})
    limits = {
        word
        for key, value in access.condition.items()
        if key.lower() in _WHO
        for word in _ID.findall(value)
    }
    named = {word for value in access.principal.values() for word in _named(value)}
    if named - {ANYONE}:
        return frozenset(named - {ANYONE} | limits)
    return frozenset(limits or {ANYONE})


def _named(value: str) -> Iterator[str]:
    """An account for whatever is of it; an identity provider is whoever it stands for."""
    if value.startswith("arn:") and ("-provider/" in value or ":trust-anchor/" in value):
        yield value
        return
    account = account_of(value) or value.removeprefix("https://")
    yield value.rpartition(" ")[2] if account == "cloudfront" else account


def words_of_principal(principal: dict[str, object]) -> frozenset[str]:
    names = ("id", "account", "organization", "provider", "source", "service", "pattern")
    found = {str(principal[name]) for name in names if principal.get(name)}
    arn = principal.get("arn")
    if isinstance(arn, str) and (account := account_of(arn)):
        found.add(account)
    if principal["kind"] == "anyone":
        found.add(ANYONE)
    return frozenset(found)


def resource_key(arn: str) -> str:
    """What both sides call a resource: EC2's snapshots with or without their account, functions
    with or without a version."""
    if found := _SNAPSHOT.fullmatch(arn):
        return f"{found[1]} {found[2]}"
    if found := _FUNCTION.fullmatch(arn):
        return found[1]
    return arn
