"""allowlist.yaml: who was vetted, for what, until when. Read strictly, or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import copy
from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema

from checker.errors import InputError, did_you_mean, first_of
from checker.trust import names_tenant, shared
from checker.validation import (
    ACCOUNT_PATTERN,
    GAP_ACCOUNT_PATTERN,
    ORGANIZATION_PATTERN,
    OneOrMany,
    Strict,
    build,
)
from checker.vetting.accepted import inconsistent_gaps
from checker.vetting.drafts import drafts_in, filled_in, left_empty
from checker.vetting.registries import registry_id
from checker.vetting.resources import wrong_resources
from checker.yamlfile import Document, Location, Mark, parse_yaml

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

    @property
    def ids(self) -> tuple[str, ...]:
        """All that names it but identity providers."""
        return (
            *self.accounts, *self.organizations, *self.marketplace_products, *self.registries
        )  # fmt: skip


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

    @property
    def where(self) -> str:
        """As a gap's finding names its resource."""
        return f"{self.account}/{self.region}/{self.call}"


class AllowlistFile(Strict):
    """The file as written; see the schema of `vendorgate schema allowlist`."""

    version: Literal[1]
    include: tuple[Text, ...] = ()
    organization: Own = Field(default_factory=Own)
    vendors: tuple[Vendor, ...] = ()
    image_aliases: tuple[Text, ...] = ()
    exceptions: tuple[ExceptionEntry, ...] = ()
    gaps: tuple[AcceptedGap, ...] = ()


class Allowlist:
    """A valid allowlist and where each of its entries stands.

    A vendor whose `reviewed` or `expires` is there and empty, as `init` proposes it, is a draft:
    checked like the others, and then set aside, so that nothing takes it for a vetting.
    """

    def __init__(self, document: Document) -> None:
        whole = build(AllowlistFile, replace(document, value=filled_in(document.value)))
        self.document, self._whole = document, whole
        if whole.include and not document.parts:  # a part for the whole would vet, or waive, less
            raise document.error(("include",), "includes other files, which were not read")
        if found := sorted(_inconsistencies(whole, document), key=_order):
            raise first_of(found)
        self._set_aside(drafts_in(document.value))

    def _set_aside(self, drafts: frozenset[int]) -> None:
        vendors = self._whole.vendors
        self._places = [i for i in range(len(vendors)) if i not in drafts]
        self.drafted = tuple((i, vendors[i]) for i in sorted(drafts))
        kept = tuple(vendors[i] for i in self._places)
        self.file = self._whole.model_copy(update={"vendors": kept}) if drafts else self._whole

    def as_of(self, today: date) -> Allowlist:
        """The list of a day: what is to be reviewed on a later one vets nobody, like a draft."""
        early = frozenset(
            place
            for place, vendor in zip(self._places, self.file.vendors, strict=True)
            if vendor.vetting.reviewed > today
        )
        if not early:
            return self
        found = copy(self)
        found._set_aside(early | {index for index, _ in self.drafted})
        return found

    @property
    def path(self) -> str:
        return self.document.path

    def vendor_mark(self, index: int) -> Mark:
        return self.document.mark(("vendors", self._places[index]))

    def exception_mark(self, index: int) -> Mark:
        return self.document.mark(("exceptions", index))

    def gap_mark(self, index: int) -> Mark:
        return self.document.mark(("gaps", index))

    def drafts(self) -> list[InputError]:
        """The vendors whose review is not filled in or not done, each with its line and mend."""
        return [self._draft(index, vendor) for index, vendor in self.drafted]

    def _draft(self, index: int, vendor: Vendor) -> InputError:
        at: Location = ("vendors", index, "vetting")
        if empty := left_empty(self.document.value, index):
            return self.document.error(
                (*at, empty),
                f"the vendor {vendor.name!r} is a draft, which vets nobody",
                "review the vendor, then fill in reviewed and expires as YYYY-MM-DD",
            )
        return self.document.error(
            (*at, "reviewed"),
            f"the vendor {vendor.name!r} was reviewed on {vendor.vetting.reviewed}, which is yet "
            "to come: until then it vets nobody",
            "write the day of the review (in UTC)",
        )

    def check_policies(self, known: set[str]) -> None:
        """Raises InputError for an exception that names no known policy."""
        found = [
            self.document.error(
                ("exceptions", index, "policy"),
                f"no policy is called {entry.policy!r}",
                did_you_mean(entry.policy, known),
            )
            for index, entry in enumerate(self.file.exceptions)
            if entry.policy not in known
        ]
        if found:
            raise first_of(found)


def empty_allowlist() -> Allowlist:
    """One that vets nobody, for who has none yet."""
    return Allowlist(parse_yaml(b"version: 1\n", "allowlist.yaml"))


def _order(error: InputError) -> tuple[str, int]:
    return error.path or "", error.line or 0


def _inconsistencies(file: AllowlistFile, document: Document) -> Iterator[InputError]:
    yield from _twice(_vendor_names(file), document)
    yield from _twice(_identities(file), document)
    yield from _waived_twice(file, document)
    yield from inconsistent_gaps([gap.where for gap in file.gaps], document)
    yield from _anybodys(file, document)
    for index, vendor in enumerate(file.vendors):
        at: Location = ("vendors", index)
        if not _has_identity(vendor):
            yield document.error(
                at, f"the vendor {vendor.name!r} has no identity",
                "give it accounts, organizations, federation, marketplace_products or registries",
            )  # fmt: skip
        yield from wrong_resources(vendor.scope.resources, vendor.scope.kinds, index, document)
        if vendor.vetting.expires < vendor.vetting.reviewed:
            yield document.error(
                (*at, "vetting", "expires"), "the vetting expires before it was reviewed"
            )


def _waived_twice(file: AllowlistFile, document: Document) -> Iterator[InputError]:
    """Of two waivers for the same, a reviewer sees one."""
    first: dict[tuple[str, str, str], int] = {}
    for index, entry in enumerate(file.exceptions):
        before = first.setdefault((entry.policy, entry.principal, entry.resource), index)
        if before != index:
            line = document.line_for(("exceptions", before), ("exceptions", index))
            yield document.error(
                ("exceptions", index),
                f"an exception of the same policy, principal and resource stands on {line}",
                "keep one of them",
            )


def _anybodys(file: AllowlistFile, document: Document) -> Iterator[InputError]:
    """Own issuers that are not ours alone: without a claim that names us, everybody is own."""
    for number, entry in enumerate(file.organization.federation):
        tenancy = shared(entry.issuer)
        if tenancy and not names_tenant(entry.issuer, entry.claims):
            claim = next(iter(tenancy.claims))
            yield document.error(
                ("organization", "federation", number, "issuer"),
                f"{entry.issuer} issues tokens to everybody, and no claim names us",
                f'add one that does, as in claims: {{{claim}: ["{tenancy.example}"]}}',
            )


def _has_identity(vendor: Vendor) -> bool:
    keys = ("accounts", "organizations", "federation", "marketplace_products", "registries")
    return any(getattr(vendor, key) for key in keys)


Claimed = tuple[str, str, Location, object]


def _vendor_names(file: AllowlistFile) -> Iterator[Claimed]:
    for index, vendor in enumerate(file.vendors):
        yield "the vendor name", vendor.name, ("vendors", index, "name"), index


def _identities(file: AllowlistFile) -> Iterator[Claimed]:
    """Every identity with its place and whose it is: nobody's may be somebody else's too."""
    own = file.organization
    for number, account in enumerate(own.accounts):
        yield "the account", account, ("organization", "accounts", number), "own"
    for number, organization in enumerate(own.ids):
        yield "the organization", organization, ("organization", "ids", number), "own"
    for index, vendor in enumerate(file.vendors):
        for key, what in (
            ("accounts", "the account"),
            ("organizations", "the organization"),
            ("marketplace_products", "the product"),
            ("registries", "the registry"),
        ):
            for number, value in enumerate(getattr(vendor, key)):
                yield what, value, ("vendors", index, key, number), index


def _twice(claims: Iterator[Claimed], document: Document) -> Iterator[InputError]:
    first: dict[tuple[str, str], tuple[Location, object]] = {}
    for what, value, location, whose in claims:
        before, owner = first.setdefault((what, value), (location, whose))
        if before is not location and (owner != whose or what == "the vendor name"):
            line = document.line_for(before, location)
            yield document.error(
                location, f"{what} {value!r} stands on {line} too", "keep it in one place"
            )
