"""What the trust analysis answers with: grants, their principals and witnesses, and problems.

The JSON forms are those of `vendorgate analyze` (schema `vendorgate/analysis/v1`); encode with
`msgspec.json`, which leaves out fields at their defaults.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

import msgspec

Kind = Literal[
    "anyone", "organization", "account", "principal", "federated", "service", "unresolved"
]
ExternalId = Literal["required", "pattern", "none"]


class Principal(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Who is let in, as precisely as the policy tells.

    `anyone`: everybody, but for the outside accounts in `except`; `pattern` where an account id
    pattern narrows. `organization`: every account of it. `account`: the whole account.
    `principal`: one ARN of it (a pattern where conditions on aws:PrincipalArn narrow to one).
    `federated`: `provider` is the issuer's host and path, the SAML entity id, or the provider's
    ARN where no record tells; `claims` maps a claim to its patterns, absent means any; of a claim
    that is a list, one of its values fits. `caseless` names the claims whose patterns are compared
    without regard to case.
    `service`: an AWS service, acting for `source` (an account id or an organization id, `*` for
    outsiders alone; absent means for anybody). `unresolved`: a unique id (`AROA…`) or text that
    names no account.
    """

    kind: Kind
    partition: str | None = None
    account: str | None = None
    arn: str | None = None
    organization: str | None = None
    provider: str | None = None
    claims: dict[str, tuple[str, ...]] | None = None
    caseless: tuple[str, ...] = ()
    service: str | None = None
    source: str | None = None
    id: str | None = None
    excepted: tuple[str, ...] = msgspec.field(default=(), name="except")
    pattern: str | None = None


class Witness(msgspec.Struct, frozen=True):
    """One concrete request that the policy allows: replay it in any IAM simulator.

    `context` maps condition keys to a string, or to a list of strings for a multivalued key.
    """

    principal: str
    action: str
    context: dict[str, str | list[str]]


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """One outsider let in.

    `external_id`: whether each request of this principal alone must carry an exact value
    (`required`), one that fits a pattern, or none: the weakest of them. `statements`: indices,
    from 0, of the Allow statements that let it in.
    """

    principal: Principal
    actions: tuple[str, ...]
    external_id: ExternalId = "none"
    network_limited: bool = False
    statements: tuple[int, ...] = ()
    witness: Witness | None = None


class Problem(msgspec.Struct, frozen=True):
    """Something in the document that is wrong, ambiguous, or was not understood.

    `statement` is an index from 0, or None for the document as a whole.
    """

    code: str
    statement: int | None
    message: str


class Outcome(msgspec.Struct, frozen=True):
    """What one statement does, and why: an absence has a reason, as a grant has a witness.

    An Allow `grants`, or is `inert` (it lets in nobody outside, whatever the Denies say), or is
    `denied` (Denies refuse all that it lets in). A Deny is `denied` where it refuses a request of
    an outsider, else `inert`. `effect` is None for what is no statement.
    """

    index: int
    effect: Literal["Allow", "Deny"] | None
    outcome: Literal["grants", "inert", "denied"]
    reason: str


class Analysis(msgspec.Struct, frozen=True, kw_only=True):
    """All outsiders that one policy lets in, in a fixed order; and what each statement does.

    `account_bound` is internal: False promises that the same document gives the same answer for
    every role of the own organization, whichever own account holds it.
    """

    grants: tuple[Grant, ...] = ()
    problems: tuple[Problem, ...] = ()
    statements: tuple[Outcome, ...] = ()
    account_bound: bool = False


class Provider(msgspec.Struct, frozen=True):
    """An identity provider of the policy's own account.

    `kind`: `oidc` or `saml`; `issuer`: host and path of an OIDC issuer, without `https://`, or a
    SAML entity id; None where it could not be read.
    """

    arn: str
    kind: Literal["oidc", "saml"]
    issuer: str | None = None


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """Who "we" are for one analysis.

    `account`: the policy's own account. `organizations`: own organization ids. `own`: every own
    account id, `account` included or not. `providers`: records of `account`'s identity
    providers, by ARN; an ARN that has no record is reported by its ARN. `all_providers`: it has
    no others, so nobody else is behind a `*` for identity providers.
    """

    account: str
    today: date
    organizations: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()
    partition: str = "aws"
    providers: Mapping[str, Provider] = {}
    all_providers: bool = False
    live: bool = True
