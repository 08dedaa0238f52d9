"""The records of a snapshot: one line of JSON each, frozen.

Field names are the contract between collectors and the rules engine (schema
`vendorgate/snapshot/v1`). Strings come from AWS or from outsiders and are arbitrary text.
"""

from __future__ import annotations

from typing import Literal

import msgspec

SCHEMA = "vendorgate/snapshot/v1"
Privilege = Literal["none", "read", "write", "admin", "unknown"]


class _Record(msgspec.Struct, frozen=True, kw_only=True):
    """Fields that this version does not know are passed over, as newer collectors may add some."""


class Location(_Record, frozen=True, kw_only=True):
    """Where a record was written down: a file relative to the collection, lines from 1."""

    file: str
    line: int


class Role(_Record, frozen=True, kw_only=True):
    """An IAM role (`roles.jsonl`). `trust_policy` stays raw JSON text until it is analysed.

    `last_used` is an ISO 8601 time, None for never or unknown; `privilege` grades what the role
    may do, None where nobody looked. `unresolved`: of a role that is still a template, in words
    what of its trust policy could not be told, and how it was taken then.
    """

    account: str
    arn: str
    name: str
    path: str | None = "/"
    trust_policy: msgspec.Raw = msgspec.field(default_factory=lambda: msgspec.Raw(b"null"))
    tags: dict[str, str] | None = None
    last_used: str | None = None
    privilege: Privilege | None = None
    location: Location | None = None
    unresolved: tuple[str, ...] | None = None


class ProviderRecord(_Record, frozen=True, kw_only=True):
    """An identity provider (`providers.jsonl`): `issuer` is the OIDC issuer's host and path
    without `https://`, or the SAML entity id; None where it could not be read."""

    account: str
    arn: str
    kind: Literal["oidc", "saml"]
    issuer: str | None = None


class ImageUse(_Record, frozen=True, kw_only=True):
    """Something that runs, or would run, an AMI (`image_uses.jsonl`).

    `resource` is an ARN; `kind` `instance`, `launch-template`, …; `state` the resource's own
    (`running`); `via` how the image is named there, where that is not plainly its id
    (`version 3`, `resolve:ssm:…`); `via_account` the other account whose parameter names it.
    `image_id` None: it could not be told which. `lookup_owners`: whose images the look-up that
    found it considers; empty: anybody's, None: it is no look-up.
    """

    resource: str
    kind: str
    name: str | None = None
    state: str | None = None
    account: str
    region: str
    image_id: str | None
    via: str | None = None
    via_account: str | None = None
    lookup_owners: tuple[str, ...] | None = None
    location: Location | None = None


class Ancestor(_Record, frozen=True, kw_only=True):
    """An image that another one was made from, as far as its own region tells of it."""

    image_id: str
    region: str | None = None
    owner: str | None = None
    alias: str | None = None
    name: str | None = None
    product_codes: tuple[str, ...] = ()


class Image(_Record, frozen=True, kw_only=True):
    """An AMI as one account sees it in one region (`images.jsonl`).

    `owner` is the 12-digit id of the owner, None when unknown; `alias` the owner alias
    (`amazon`, `aws-marketplace`, …); `state` `available`, `deregistered`, …; None fields could
    not be told.

    `ancestry` is what it was copied or created from, the nearest first, None where nobody looked;
    `ancestry_complete` whether it ends at a root. `launch_permissions`: `all`, account ids, ARNs
    of organizations and units; None where they could not be told.
    """

    image_id: str
    account: str
    region: str
    owner: str | None = None
    alias: str | None = None
    name: str | None = None
    public: bool | None = None
    state: str | None = None
    product_codes: tuple[str, ...] | None = ()
    ancestry: tuple[Ancestor, ...] | None = None
    ancestry_complete: bool | None = None
    launch_permissions: tuple[str, ...] | None = None


class ImageSettings(_Record, frozen=True, kw_only=True):
    """Allowed AMIs of an account in a region (`image_settings.jsonl`): `disabled`, `audit-mode`,
    or `enabled`, which hides images that are not allowed from DescribeImages. `managed_by`:
    `account` or `declarative-policy`."""

    account: str
    region: str
    allowed_images: str
    managed_by: str | None = None


class UsageCaller(_Record, frozen=True, kw_only=True):
    """Who called, as far as CloudTrail tells; `arn` is `*` for whoever did not sign."""

    account: str | None = None
    arn: str | None = None
    service: str | None = None
    issuer: str | None = None

    @property
    def text(self) -> str:
        return self.arn or self.service or self.issuer or self.account or "-"

    @property
    def order(self) -> tuple[str, str, str, str]:
        return (self.account or "", self.arn or "", self.service or "", self.issuer or "")


class Usage(_Record, frozen=True, kw_only=True):
    """How one caller used one action through one role (`usage.jsonl`); docs/usage.md says who a
    caller is, and None that the trail does not tell.

    `role` None: a call that needed none (`via` `direct`). `errors`: calls by error code. Peaks are
    the most calls in a clock hour or minute; those of the `caller_` are over all of its actions.
    `throttles_at_peak`: requests of anybody in the account that were throttled in the caller's
    busiest hour.
    """

    role: str | None
    account: str
    caller: UsageCaller | None = None
    via: Literal["session", "direct", "delegated"] = "session"
    event_source: str
    event_name: str
    action: str | None = None
    calls: int
    errors: dict[str, int] = {}
    first_seen: str | None = None
    last_seen: str | None = None
    peak_per_hour: int = 0
    peak_per_minute: int = 0
    caller_peak_per_hour: int = 0
    caller_peak_per_minute: int = 0
    denied_peak_per_hour: int = 0
    throttles_at_peak: int = 0
    regions: tuple[str, ...] = ()
    source_networks: tuple[str, ...] = ()


class Assumption(_Record, frozen=True, kw_only=True):
    """How often an outsider assumed a role of `account` (`assumptions.jsonl`); `errors`: attempts
    that failed, by code. The role need not be in the snapshot."""

    role: str
    account: str
    caller: UsageCaller | None = None
    calls: int
    errors: dict[str, int] = {}
    first_seen: str | None = None
    last_seen: str | None = None


class Gap(_Record, frozen=True, kw_only=True):
    """A corner that could not be looked at: never to be taken for "nothing there"."""

    account: str | None = None
    region: str | None = None
    call: str
    code: str
    message: str


class Tool(_Record, frozen=True, kw_only=True):
    name: str
    version: str


class Organization(_Record, frozen=True, kw_only=True):
    id: str
    management_account: str | None = None


class Account(_Record, frozen=True, kw_only=True):
    """An own account: `path` names the organizational units from the root, `units` has their ids
    (None where they could not be told), `state` is Organizations' (`ACTIVE`, `SUSPENDED`, …);
    `collected` is False where it was left out on
    request: ours, but not looked at."""

    id: str
    name: str | None = None
    path: str | None = None
    units: tuple[str, ...] | None = None
    state: str | None = None
    collected: bool = True


class Guardrail(_Record, frozen=True, kw_only=True):
    """A resource control policy; `targets`: the root, units and accounts that it is attached to,
    by their ids. It reaches all accounts below."""

    id: str
    name: str | None = None
    document: msgspec.Raw = msgspec.field(default_factory=lambda: msgspec.Raw(b"null"))
    targets: tuple[str, ...] = ()


class UsageWindow(_Record, frozen=True, kw_only=True):
    """What `usage.jsonl` covers: `begin` and `end` are ISO 8601 in UTC, those asked for, else of
    the first and last event; `roles` those looked at; `notes` what such a trail does not record."""

    source: str
    begin: str | None = None
    end: str | None = None
    files: int = 0
    events: int = 0
    roles: int = 0
    notes: tuple[str, ...] = ()


class FileEntry(_Record, frozen=True, kw_only=True):
    """One file of the snapshot: how many lines it has and its SHA-256 in hex."""

    records: int
    sha256: str


class Manifest(_Record, frozen=True, kw_only=True):
    """`manifest.json`: what was looked at, when, by what, and what could not be looked at.

    `collected_at` is ISO 8601 in UTC. `guardrails` is None where nobody could look, `usage` where
    no CloudTrail log was read.
    """

    schema: str
    tool: Tool
    collected_at: str
    partition: str = "aws"
    organization: Organization | None = None
    accounts: tuple[Account, ...] = ()
    regions: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = ()
    guardrails: tuple[Guardrail, ...] | None = None
    usage: UsageWindow | None = None
    files: dict[str, FileEntry] = {}
