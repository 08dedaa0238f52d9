"""Every vendor's entry in the allowlist, once it is known who was seen."""

from __future__ import annotations

from collections.abc import Iterator

from checker.subjects.item import Item, Seen, Where
from checker.subjects.vendor.facts import vendor_facts
from checker.subjects.world import World
from checker.vetting.entries import Vendor
from checker.vetting.register import Standing


def items(world: World, seen: Seen) -> Iterator[Item]:
    """A snapshot of code needs no vendor to be seen in it."""
    register = world.register
    for index, vendor in enumerate(register.vendors):
        standing = Standing(register.vendor_status(index), index)
        observed = index in seen.vendors or not world.live
        facts = vendor_facts(vendor, standing, register, observed)
        entry = world.entry(standing)
        where = Where(facts["resource"], principal=_identity(vendor), entry=entry)
        yield Item("vendor", facts, where)


def _identity(vendor: Vendor) -> str | None:
    """The first by which an entry names it."""
    issuers = [entry.issuer for entry in vendor.federation]
    return next(iter((*vendor.accounts, *vendor.organizations, *issuers)), None)
