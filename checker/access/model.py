"""A resource as it was collected, and whom it lets in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from checker.trust.model import Outcome, Principal, Problem

Grade = Literal["read", "write", "admin"]
GRADES: tuple[Grade, ...] = ("read", "write", "admin")
Via = Literal["policy", "acl", "grant", "share", "access-point"]


Switches = dict[str, bool]


class AccessPoint(msgspec.Struct, frozen=True):
    """One of a bucket; `origin`: VPC or Internet."""

    arn: str
    policy: Any = None
    origin: str | None = None
    bpa: Switches | None = None


class Url(msgspec.Struct, frozen=True):
    """A function's; `AuthType`: NONE or AWS_IAM. `qualifier`: the alias that it is of, None where
    it is the function's own."""

    auth: str = msgspec.field(name="AuthType")
    qualifier: str | msgspec.UnsetType | None = msgspec.UNSET


class KeyGrant(msgspec.Struct, frozen=True, rename="pascal"):
    """https://docs.aws.amazon.com/kms/latest/APIReference/API_GrantListEntry.html"""

    operations: list[str] = []
    grantee_principal: str | None = None
    retiring_principal: str | None = None
    issuing_account: str | None = None
    grantee_service_principal: str | None = None


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What shuts a door, or says whose a name is. What nobody told stays at its default; others
    than these bend nothing here. `guardrails`: the documents of the resource control policies that
    hold over the account, decoded or as text."""

    bpa: Switches | None = None
    account_bpa: Switches | None = None
    organization_s3_policy: str | None = None
    policy_status: bool | None = None
    ownership: str | None = None
    access_points: list[AccessPoint] | None = None
    bucket: str | None = None
    bucket_account: str | None = None
    origin: str | None = None
    own_oais: list[str] = []
    canonical: dict[str, str] = {}
    urls: list[Url] | None = None
    kms_key: str | msgspec.UnsetType | None = msgspec.UNSET
    snapshot_block: str | None = None
    vpc: Any = None
    fgac: bool | None = None
    guardrails: list[Any] | None = None


class Resource(msgspec.Struct, frozen=True, kw_only=True):
    """One line of `resources.jsonl`. What AWS gave stays in AWS's own form."""

    arn: str
    kind: str
    account: str | None = None
    region: str | None = None
    name: str | None = None
    tags: dict[str, str] | None = None
    location: Any = None
    document: Any = None
    acl: list[tuple[str, str, str]] | None = None
    grants: list[KeyGrant] | None = None
    share: Any = None
    settings: Settings = Settings()


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
    """What is our own. `canonical`: canonical user id → its account. `oais`: ids of origin access
    identities, or their canonical user ids. `buckets`: names. `points`: a bucket's name → its
    access points; None where nobody looked for any. `keys`: a KMS key's ARN → whom it lets in."""

    accounts: frozenset[str] = frozenset()
    organizations: frozenset[str] = frozenset()
    partition: str = "aws"
    canonical: Mapping[str, str] = {}
    oais: frozenset[str] = frozenset()
    buckets: frozenset[str] = frozenset()
    points: Mapping[str, tuple[AccessPoint, ...]] | None = None
    keys: Mapping[str, tuple[AccessGrant, ...]] = {}


def worst(grades: set[Grade]) -> Grade:
    return max(grades, key=GRADES.index)
