"""What an allowlist says, once it was found to be valid (written.py says what may stand there)."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

Grade = Literal["read", "write", "admin"]


class Federation(msgspec.Struct, frozen=True):
    """An identity provider: `issuer` is an OIDC issuer, a SAML entity id or a provider's ARN;
    `claims`: the patterns of each claim that were vetted, absent means any."""

    issuer: str
    claims: dict[str, tuple[str, ...]] = {}


class UsageLimits(msgspec.Struct, frozen=True):
    """What use was vetted: IAM action patterns, calls in a clock hour, dollars in a day that its
    calls may cost, days without use."""

    actions: tuple[str, ...] | None = None
    denied: tuple[str, ...] = ()
    calls_per_hour: int | None = None
    usd_per_day: float | None = None
    dormant_after_days: int | None = None


class VettedScope(msgspec.Struct, frozen=True):
    """What was vetted; what is absent was vetted for any. Of `resources` (patterns of ARNs),
    `kinds` (CloudFormation types) and `max_access` one at least says that resources with policies
    of their own were thought of: without, the entry vets none of these. `pinned`: whether
    references to code must have a digest, or need none; absent, a policy tells of those without."""

    roles: tuple[str, ...] | None = None
    principals: tuple[str, ...] | None = None
    in_accounts: tuple[str, ...] | None = None
    images: tuple[str, ...] | None = None
    resources: tuple[str, ...] | None = None
    kinds: tuple[str, ...] | None = None
    max_access: Grade | None = None
    code: tuple[str, ...] | None = None
    pinned: Literal["required", "optional"] | None = None
    external_id: Literal["required", "optional"] = "optional"
    max_privilege: Grade | None = None
    reads_data: bool | None = None
    reads_secrets: bool | None = None
    usage: UsageLimits | None = None


class Evidence(msgspec.Struct, frozen=True):
    """A document that the reviewer relied on."""

    kind: str
    url: str | None = None
    expires: date | None = None


class Own(msgspec.Struct, frozen=True):
    """Who "we" are, beyond the snapshot's own organization; `evidence` shows that it is so."""

    ids: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    federation: tuple[Federation, ...] = ()
    evidence: tuple[Evidence, ...] = ()


class Review(msgspec.Struct, frozen=True):
    """Who vetted, under which reference, when, until when."""

    owner: str
    reference: str
    reviewed: date
    expires: date
    evidence: tuple[Evidence, ...]


class Vendor(msgspec.Struct, frozen=True, kw_only=True):
    """A vetted third party."""

    name: str
    accounts: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()
    federation: tuple[Federation, ...] = ()
    marketplace_products: tuple[str, ...] = ()
    registries: tuple[str, ...] = ()
    scope: VettedScope = VettedScope()
    vetting: Review

    @property
    def ids(self) -> tuple[str, ...]:
        """All that names it but identity providers."""
        return (
            *self.accounts, *self.organizations, *self.marketplace_products, *self.registries
        )  # fmt: skip


class ExceptionEntry(msgspec.Struct, frozen=True):
    """A waiver of one policy for one principal on the resources that a pattern names."""

    policy: str
    principal: str
    resource: str
    reason: str
    owner: str
    expires: date


class AcceptedGap(msgspec.Struct, frozen=True):
    """What need not be looked at for a while: patterns of `account`, `region` and `call`, of which
    `-` is none (IAM has no region)."""

    account: str
    region: str
    call: str
    reason: str
    owner: str
    expires: date

    @property
    def where(self) -> str:
        """As a gap's finding names its resource."""
        return f"{self.account}/{self.region}/{self.call}"


class Entries(msgspec.Struct, frozen=True):
    """All of a list, with the files that it includes."""

    version: Literal[1]
    include: tuple[str, ...] = ()
    organization: Own = Own()
    vendors: tuple[Vendor, ...] = ()
    image_aliases: tuple[str, ...] = ()
    exceptions: tuple[ExceptionEntry, ...] = ()
    gaps: tuple[AcceptedGap, ...] = ()
