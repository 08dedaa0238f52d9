"""A resource as it was collected, and whom it lets in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from checker.trust.model import Outcome, Principal, Problem

Grade = Literal["read", "write", "admin"]
GRADES: tuple[Grade, ...] = ("read", "write", "admin")
Via = Literal["policy", "acl", "grant", "share", "access-point"]


class Resource(msgspec.Struct, frozen=True, kw_only=True):
    """One line of `resources.jsonl`. What AWS gave stays in AWS's own form."""

    arn: str
    kind: str
    account: str | None = None
    region: str | None = None
    name: str | None = None
    tags: dict[str, str] = {}
    location: Any = None
    document: Any = None
    acl: list[tuple[str, str, str]] | None = None
    grants: list[dict[str, Any]] | None = None
    share: Any = None
    settings: dict[str, Any] = {}


class AccessWitness(msgspec.Struct, frozen=True, omit_defaults=True):
    """One concrete request that is let in."""

    principal: str
    action: str
    resource: str
    context: dict[str, str | list[str]] = {}


class AccessGrant(msgspec.Struct, frozen=True, kw_only=True):
    """One outsider let in.

    `access`: the worst of what `actions` can do. `effective`: False where `guardrail` stops it,
    None where that is not known.
    """

    principal: Principal
    actions: tuple[str, ...]
    access: Grade
    via: Via
    effective: bool | None = True
    guardrail: str | None = None
    network_limited: bool = False
    statements: tuple[int, ...] = ()
    witness: AccessWitness | None = None


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """`aws`: accounts of AWS's own. `deputies`: services that act for whoever asks them."""

    grants: tuple[AccessGrant, ...] = ()
    aws: tuple[Principal, ...] = ()
    deputies: tuple[Principal, ...] = ()
    problems: tuple[Problem, ...] = ()
    statements: tuple[Outcome, ...] = ()


class Ours(msgspec.Struct, frozen=True, kw_only=True):
    """What is our own. `canonical`: canonical user id → own account. `buckets`: names."""

    accounts: frozenset[str] = frozenset()
    organizations: frozenset[str] = frozenset()
    partition: str = "aws"
    canonical: Mapping[str, str] = {}
    oais: frozenset[str] = frozenset()
    buckets: frozenset[str] = frozenset()


def worst(grades: set[Grade]) -> Grade:
    return max(grades, key=GRADES.index)
