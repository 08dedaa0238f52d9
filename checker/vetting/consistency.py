"""What of an allowlist contradicts itself, though each entry is written as it should be."""

from __future__ import annotations

from collections.abc import Iterator

from checker.document import Document, Location
from checker.errors import InputError
from checker.trust import names_tenant, shared
from checker.vetting.accepted import inconsistent_gaps
from checker.vetting.entries import Entries, Vendor
from checker.vetting.resources import wrong_resources


def inconsistencies(file: Entries, document: Document) -> Iterator[InputError]:
    """In no order of the file."""
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


def _waived_twice(file: Entries, document: Document) -> Iterator[InputError]:
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


def _anybodys(file: Entries, document: Document) -> Iterator[InputError]:
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


def _vendor_names(file: Entries) -> Iterator[Claimed]:
    for index, vendor in enumerate(file.vendors):
        yield "the vendor name", vendor.name, ("vendors", index, "name"), index


def _identities(file: Entries) -> Iterator[Claimed]:
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
