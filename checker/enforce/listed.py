"""Whom the allowlist vets on a day, and whom it no longer does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

import msgspec

from checker.errors import BadInputsError, InputError
from checker.vetting.allowlist import Allowlist
from checker.vetting.entries import Federation, Vendor, VettedScope


class Entry(msgspec.Struct, frozen=True):
    """A vendor of the allowlist. `line` and `path`: where it stands."""

    name: str
    accounts: tuple[str, ...]
    organizations: tuple[str, ...]
    federation: tuple[Federation, ...]
    products: tuple[str, ...]
    scope: VettedScope
    expires: date
    path: str
    line: int

    def within(self, account: str | None) -> bool:
        """Whether it was vetted for an own account; None: for any at all."""
        where = self.scope.in_accounts
        return where is None or (account in where if account is not None else bool(where))


class Listed(msgspec.Struct, frozen=True):
    """`own_*`: what the list itself says of us, beyond the snapshot's organization."""

    entries: tuple[Entry, ...]
    expired: tuple[Entry, ...]
    aliases: tuple[str, ...]
    own_organizations: tuple[str, ...]
    own_accounts: tuple[str, ...]
    own_federation: tuple[Federation, ...]
    path: str
    sha256: str

    def soonest(self) -> Entry | None:
        """The entry that expires first: then the document is to be made anew."""
        return min(self.entries, key=lambda one: (one.expires, one.name), default=None)


def listed(allowlist: Allowlist, today: date) -> Listed:
    """Raises BadInputsError for drafts, each with its line: what nobody reviewed must neither be
    let in nor be refused by mistake."""
    if drafts := allowlist.as_of(today).drafts():
        raise BadInputsError(drafts)
    return vetted_on(allowlist, today)


def vetted_on(allowlist: Allowlist, today: date) -> Listed:
    """Without the drafts, which vet nobody."""
    allowlist = allowlist.as_of(today)
    every = list(_entries(allowlist))
    own = allowlist.file.organization
    return Listed(
        entries=tuple(one for one in every if today <= one.expires),
        expired=tuple(one for one in every if today > one.expires),
        aliases=allowlist.file.image_aliases,
        own_organizations=own.ids,
        own_accounts=own.accounts,
        own_federation=own.federation,
        path=allowlist.path,
        sha256=allowlist.sha256,
    )


def nobody(found: Listed, what: str) -> InputError:
    """For a list that vets nobody whom a document could name: it would refuse everybody."""
    gone = ", ".join(f"{one.name!r} expired on {one.expires}" for one in found.expired)
    because = f" ({gone})" if gone else ""
    return InputError(
        f"the list vets no {what}{because}: the guardrail would refuse everybody outside",
        path=found.path,
        hint="vet who is to get in, as vendorgate init --from SNAPSHOT proposes them",
    )


def _entries(allowlist: Allowlist) -> Iterator[Entry]:
    for index, vendor in enumerate(allowlist.file.vendors):
        mark = allowlist.vendor_mark(index)
        yield _entry(vendor, mark.path or allowlist.path, mark.line)


def _entry(vendor: Vendor, path: str, line: int) -> Entry:
    return Entry(
        name=vendor.name,
        accounts=vendor.accounts,
        organizations=vendor.organizations,
        federation=vendor.federation,
        products=vendor.marketplace_products,
        scope=vendor.scope,
        expires=vendor.vetting.expires,
        path=path,
        line=line,
    )


def for_account(entries: Iterable[Entry], account: str | None) -> tuple[Entry, ...]:
    """Those that were vetted for it; None: for any own account."""
    return tuple(one for one in entries if one.within(account))
