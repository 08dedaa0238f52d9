"""The records of a snapshot: one line of JSON each, frozen.

Field names are the contract between collectors and the rules engine (schema
`vendorgate/snapshot/v1`). Strings come from AWS or from outsiders and are arbitrary text.
"""

from __future__ import annotations

from collections import Counter
from typing import Literal

import msgspec

from checker.snapshot.base import Record
from checker.snapshot.usage import UsageWindow

SCHEMA = "vendorgate/snapshot/v1"
Privilege = Literal["none", "read", "write", "admin", "unknown"]


class Location(Record, frozen=True, kw_only=True):
    """Where a record was written down: a file relative to the collection, lines from 1."""

    file: str
    line: int


class Role(Record, frozen=True, kw_only=True):
    """An IAM role (`roles.jsonl`). `trust_policy` stays raw JSON text until it is analysed.

    `last_used` is an ISO 8601 time, None for never or unknown; `privilege` grades what the role
    may do, `reads_data` and `reads_secrets` tell whether it may read such; None where nobody looked
    or knows. `unresolved`: of a role that is still a template, in words what of its trust policy
    could not be told, and how it was taken then.
    """

    account: str
    arn: str
    name: str
    path: str | None = "/"
    trust_policy: msgspec.Raw = msgspec.field(default_factory=lambda: msgspec.Raw(b"null"))
    tags: dict[str, str] | None = None
    last_used: str | None = None
    privilege: Privilege | None = None
    reads_data: bool | msgspec.UnsetType | None = msgspec.UNSET
    reads_secrets: bool | msgspec.UnsetType | None = msgspec.UNSET
    location: Location | None = None
    unresolved: tuple[str, ...] | None = None

    @property
    def reads(self) -> tuple[bool | None, bool | None]:
        """Whether it reads data, and secrets; None where that was not collected, too."""
        data, secrets = self.reads_data, self.reads_secrets
        return (
            None if isinstance(data, msgspec.UnsetType) else data,
            None if isinstance(secrets, msgspec.UnsetType) else secrets,
        )


GUESTS = "unauthenticated"
"""Among the logins of an identity pool: nobody has to log in. Cognito's own word."""


class ProviderRecord(Record, frozen=True, kw_only=True):
    """An identity provider (`providers.jsonl`): `issuer` is the OIDC issuer's host and path
    without `https://`, or the SAML entity id; of a trust anchor of Roles Anywhere the ARN of its
    certificate authority or `x509-sha256:…` of each certificate; of an identity pool of Cognito
    its id. None where it could not be read.

    `logins`: who gets a token of an identity pool beside users of the account's own user pools:
    `unauthenticated`, hosts of issuers, ARNs of identity providers."""

    account: str
    arn: str
    kind: Literal["oidc", "saml", "trust-anchor", "identity-pool"]
    issuer: str | None = None
    logins: tuple[str, ...] = ()


class ImageUse(Record, frozen=True, kw_only=True):
    """Something that runs, or would run, an AMI (`image_uses.jsonl`).

    `resource` is an ARN; `kind` `instance`, `launch-template`, …; `state` the resource's own
    (`running`); `via` how the image is named there, where that is not plainly its id
    (`version 3`, `resolve:ssm:…`); `via_account` the other account whose parameter names it.
    `image_id` None: it could not be told which. `lookup_owners`: whose images the look-up that
    found it considers; empty: anybody's, None: it is no look-up. `product_codes`: of the
    marketplace, as the resource itself has them, which it keeps when the image is gone.
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
    product_codes: tuple[str, ...] = ()
    location: Location | None = None


class Ancestor(Record, frozen=True, kw_only=True):
    """An image that another one was made from, as far as its own region tells of it."""

    image_id: str
    region: str | None = None
    owner: str | None = None
    alias: str | None = None
    name: str | None = None
    product_codes: tuple[str, ...] = ()


class Image(Record, frozen=True, kw_only=True):
    """An AMI as one account sees it in one region (`images.jsonl`).

    `owner` is the 12-digit id of the owner, None when unknown; `alias` the owner alias
    (`amazon`, `aws-marketplace`, …); `state` `available`, `deregistered`, …; None fields could
    not be told.

    `ancestry` is what it was copied or created from, the nearest first, None where nobody looked;
    `ancestry_complete` whether it ends at a root. `launch_permissions`: `all`, account ids, ARNs
    of organizations and units; None where they could not be told. `location`: of one that code
    makes.
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
    location: Location | None = None


class ImageCriterion(Record, frozen=True, kw_only=True):
    """What an image has to fit to be allowed, all of it; empty: nothing is said of it. `more`: AWS
    asks for what is not kept here, as the age of an image."""

    providers: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    more: bool = False


class ImageSettings(Record, frozen=True, kw_only=True):
    """Allowed AMIs of an account in a region (`image_settings.jsonl`): `disabled`, `audit-mode`,
    or `enabled`, which hides images that are not allowed from DescribeImages. `managed_by`:
    `account` or `declarative-policy`. `criteria`: of which an image has to fit one; not there in
    snapshots of before they were collected."""

    account: str
    region: str
    allowed_images: str
    managed_by: str | None = None
    criteria: tuple[ImageCriterion, ...] | msgspec.UnsetType = msgspec.UNSET


class Gap(Record, frozen=True, kw_only=True):
    """A corner that could not be looked at: never to be taken for "nothing there". `location`:
    where it is written, of one in a file."""

    account: str | None = None
    region: str | None = None
    call: str
    code: str
    message: str
    location: Location | None = None


class Tool(Record, frozen=True, kw_only=True):
    name: str
    version: str


class Organization(Record, frozen=True, kw_only=True):
    id: str
    management_account: str | None = None


class Account(Record, frozen=True, kw_only=True):
    """An own account: `path` names the organizational units from the root, `units` has their ids
    (None where they could not be told), `state` is Organizations' (`ACTIVE`, `SUSPENDED`, …);
    `collected` is False where it was left out on request: ours, but not looked at.
    `collected_at`: when it was looked at, where that is not the manifest's time. `shard`: the one
    (`2/4`) that was to look at it, of an account that nobody looked at yet. `organization`: its
    own, in a snapshot of several; `regions`: where it was looked at, if not in all of the
    manifest's."""

    id: str
    name: str | None = None
    path: str | None = None
    units: tuple[str, ...] | None = None
    state: str | None = None
    collected: bool = True
    collected_at: str | msgspec.UnsetType = msgspec.UNSET
    shard: str | msgspec.UnsetType = msgspec.UNSET
    organization: str | msgspec.UnsetType = msgspec.UNSET
    regions: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET

    @property
    def active(self) -> bool:
        """Whether anybody can assume a role of it. Suspended, closed and pending ones are not:
        https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_account_state.html
        """
        return self.state in (None, "ACTIVE")


class Guardrail(Record, frozen=True, kw_only=True):
    """A resource control policy; `targets`: the root, units and accounts that it is attached to,
    by their ids. It reaches all accounts below. `organization`: whose, in a merged snapshot."""

    id: str
    name: str | None = None
    document: msgspec.Raw = msgspec.field(default_factory=lambda: msgspec.Raw(b"null"))
    targets: tuple[str, ...] = ()
    organization: str | msgspec.UnsetType = msgspec.UNSET


class Piece(Record, frozen=True, kw_only=True):
    """A collection that a snapshot is made of: of which organization, when, and which shard of it.

    `listed`: the organization's accounts were listed, all of them, at `listed_at`; times that are
    the manifest's are left out. `asked`: the options that say what was to be looked at, as on the
    command line; `regions` those of them.
    """

    organization: str | None = None
    listed: bool = False
    listed_at: str | msgspec.UnsetType = msgspec.UNSET
    collected_at: str | msgspec.UnsetType = msgspec.UNSET
    shard: str | None = None
    asked: str = ""
    regions: tuple[str, ...] = ()


class Input(Record, frozen=True, kw_only=True):
    """What a snapshot was made from that others had collected: a file, or a table of a database.
    `kind`: the calls or the table that it holds; `sha256` in hex, of its bytes, or of its rows."""

    name: str
    kind: str
    sha256: str


class FileEntry(Record, frozen=True, kw_only=True):
    """One file of the snapshot: how many lines it has and its SHA-256 in hex."""

    records: int
    sha256: str


class Tally(Record, frozen=True, kw_only=True):
    """What became of the resources of templates and plans: read, without trust, not read
    though they may bring trust or others' code (each is a gap, and what would run in Kubernetes a
    note), and of types that no published list has (with counts)."""

    read: int = 0
    without_trust: int = 0
    not_read: int = 0
    unknown: dict[str, int] = msgspec.field(default_factory=dict)

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            read=self.read + other.read,
            without_trust=self.without_trust + other.without_trust,
            not_read=self.not_read + other.not_read,
            unknown=dict(Counter(self.unknown) + Counter(other.unknown)),
        )

    def total(self) -> int:
        return self.read + self.without_trust + self.not_read + sum(self.unknown.values())

    def sentence(self) -> str:
        """`412 resources: 38 read, 371 without trust, 2 not read, 1 unknown`."""
        unknown, total = sum(self.unknown.values()), self.total()
        return (
            f"{total:,} resource{'' if total == 1 else 's'}: {self.read:,} read, "
            f"{self.without_trust:,} without trust, {self.not_read:,} not read, {unknown:,} unknown"
        )


class Manifest(Record, frozen=True, kw_only=True):
    """`manifest.json`: what was looked at, when, by what, and what could not be looked at.

    `collected_at` is ISO 8601 in UTC. `guardrails` is None where nobody could look, `usage` where
    no CloudTrail log was read. `resources` counts those of templates and plans; `notes` are
    sentences about them that are no gaps. `redacted`: what stands in documents as stand-ins alone.
    `pieces`: the collections that it is made of. Of a merged snapshot `collected_at` is the oldest
    of its parts; one of several organizations names them in `organizations`, and `organization` is
    null. `inputs`: of one that was made of files or of a database, these. `resource_kinds`,
    `code_kinds`: of which kinds resources (CloudFormation types) and uses of code were looked for;
    unset where nobody looked for any.
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
    redacted: tuple[str, ...] = ()
    resources: Tally | None = None
    notes: tuple[str, ...] = ()
    pieces: tuple[Piece, ...] | msgspec.UnsetType = msgspec.UNSET
    organizations: tuple[Organization, ...] | msgspec.UnsetType = msgspec.UNSET
    inputs: tuple[Input, ...] | msgspec.UnsetType = msgspec.UNSET
    resource_kinds: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    code_kinds: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    files: dict[str, FileEntry] = msgspec.field(default_factory=dict)

    @property
    def own_organizations(self) -> tuple[Organization, ...]:
        """All that are ours."""
        if self.organizations:
            return self.organizations
        return (self.organization,) if self.organization else ()

    @property
    def parts(self) -> tuple[Piece, ...]:
        """The pieces, each with its times; none of a snapshot of before there were any."""
        return tuple(
            msgspec.structs.replace(
                piece,
                listed_at=piece.listed_at or self.collected_at,
                collected_at=piece.collected_at or self.collected_at,
            )
            for piece in self.pieces or ()
        )

    def regions_of(self, account: Account | None) -> tuple[str, ...]:
        """Where an account was looked at; None is any."""
        told = account.regions if account else msgspec.UNSET
        return self.regions if isinstance(told, msgspec.UnsetType) else told

    def collected_of(self, account: Account) -> str:
        """When an account was looked at."""
        return account.collected_at or self.collected_at
