"""allowlist.yaml as people write it: what each key may hold, and the schema that editors read.

What comes of it is plain (entries.py), so that only who reads a file that is new pays for this.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec
from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema

from checker.document import Document
from checker.validation import (
    ACCOUNT_PATTERN,
    GAP_ACCOUNT_PATTERN,
    ORGANIZATION_PATTERN,
    OneOrMany,
    Strict,
    build,
)
from checker.vetting.entries import Entries
from checker.vetting.registries import registry_id

AccountId = Annotated[str, StringConstraints(pattern=ACCOUNT_PATTERN)]
OrganizationId = Annotated[str, StringConstraints(pattern=ORGANIZATION_PATTERN)]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _day(value: Any) -> Any:
    """A day as YAML reads it or as quoted text; numbers and times are refused."""
    if isinstance(value, str) and _ISO_DAY.fullmatch(value):
        return date.fromisoformat(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise ValueError("a date is written YYYY-MM-DD")


def _https(value: str) -> str:
    """What a reviewer can open, and know whose it is."""
    try:
        parts = urlsplit(value)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme != "https" or not parts.hostname or not value.isprintable() or " " in value:
        raise ValueError("the address of a document is written https://HOST/…")
    return value


Url = Annotated[Text, AfterValidator(_https)]
Day = Annotated[date, BeforeValidator(_day)]
Reviewed = Annotated[
    Day,
    WithJsonSchema(
        {
            "anyOf": [{"type": "string", "format": "date"}, {"type": "null"}],
            "description": "left empty: a draft, which vets nobody",
        }
    ),
]
Registry = Annotated[Text, AfterValidator(registry_id)]
Patterns = Annotated[tuple[Text, ...], OneOrMany()]


class Federation(Strict):
    """An identity provider: `issuer` is an OIDC issuer, a SAML entity id or a provider's ARN;
    `claims` maps a claim to the patterns (`*`, `?`) that were vetted, absent means any."""

    issuer: Text
    claims: dict[str, Patterns] = Field(default_factory=dict)


class UsageLimits(Strict):
    """What use was vetted: IAM action patterns, calls in a clock hour, dollars in a day that its
    calls may cost, days without use."""

    actions: Patterns | None = None
    denied: Patterns = ()
    calls_per_hour: Annotated[int, Field(gt=0)] | None = None
    usd_per_day: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    dormant_after_days: Annotated[int, Field(gt=0)] | None = None


class VettedScope(Strict):
    """What was vetted; what is absent was vetted for any. Of `resources` (patterns of ARNs),
    `kinds` (CloudFormation types) and `max_access` one at least says that resources with policies
    of their own were thought of: without, the entry vets none of these. `pinned`: whether
    references to code must have a digest, or need none; absent, a policy tells of those without."""

    roles: Patterns | None = None
    principals: Patterns | None = None
    in_accounts: tuple[AccountId, ...] | None = None
    images: Patterns | None = None
    resources: Patterns | None = None
    kinds: Patterns | None = None
    max_access: Literal["read", "write", "admin"] | None = None
    code: Patterns | None = None
    pinned: Literal["required", "optional"] | None = None
    external_id: Literal["required", "optional"] = "optional"
    max_privilege: Literal["read", "write", "admin"] | None = None
    reads_data: Annotated[bool, Field(strict=True)] | None = None
    reads_secrets: Annotated[bool, Field(strict=True)] | None = None
    usage: UsageLimits | None = None


class Evidence(Strict):
    """A document that the reviewer relied on."""

    kind: Text
    url: Url | None = None
    expires: Day | None = None


class Own(Strict):
    """Who "we" are, beyond the snapshot's own organization; `evidence` shows that it is so."""

    ids: tuple[OrganizationId, ...] = ()
    accounts: tuple[AccountId, ...] = ()
    federation: tuple[Federation, ...] = ()
    evidence: tuple[Evidence, ...] = ()


class Review(Strict):
    """Who vetted, under which reference, when, until when."""

    owner: Text
    reference: Text
    reviewed: Reviewed
    expires: Reviewed
    evidence: tuple[Evidence, ...]


class Vendor(Strict):
    """A vetted third party."""

    name: Text
    accounts: tuple[AccountId, ...] = ()
    organizations: tuple[OrganizationId, ...] = ()
    federation: tuple[Federation, ...] = ()
    marketplace_products: tuple[Text, ...] = ()
    registries: tuple[Registry, ...] = ()
    scope: VettedScope = Field(default_factory=VettedScope)
    vetting: Review


class ExceptionEntry(Strict):
    """A waiver of one policy for one principal on the resources that a pattern names."""

    policy: Text
    principal: Text
    resource: Text
    reason: Text
    owner: Text
    expires: Day


class AcceptedGap(Strict):
    """What need not be looked at for a while: patterns of `account`, `region` and `call`, of which
    `-` is none (IAM has no region)."""

    account: Annotated[str, StringConstraints(pattern=GAP_ACCOUNT_PATTERN)]
    region: Text
    call: Text
    reason: Text
    owner: Text
    expires: Day


class AllowlistFile(Strict):
    """The file as written; see the schema of `vendorgate schema allowlist`."""

    version: Literal[1]
    include: tuple[Text, ...] = ()
    organization: Own = Field(default_factory=Own)
    vendors: tuple[Vendor, ...] = ()
    image_aliases: tuple[Text, ...] = ()
    exceptions: tuple[ExceptionEntry, ...] = ()
    gaps: tuple[AcceptedGap, ...] = ()


def entries_of(document: Document) -> Entries:
    """What a list says, or the first InputError of whatever is not as it should be written; the
    others are in its `others`."""
    return msgspec.convert(build(AllowlistFile, document).model_dump(), Entries)
