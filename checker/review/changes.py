"""Two allowlists → what changed between them, in words; order and comments are no change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec

from checker.document import Mark
from checker.report.model import Severity
from checker.review.accepted import gap_changes
from checker.review.breadth import unbounded
from checker.review.included import include_changes
from checker.review.lines import at, file_of
from checker.review.model import Change
from checker.review.own import own_changes
from checker.review.scopes import differences
from checker.review.shown import IDENTITIES, all_identities, document, federation, identities
from checker.review.waivers import exception_changes
from checker.trust import names_tenant, shared
from checker.vetting.allowlist import Allowlist
from checker.vetting.catalogue import name_of
from checker.vetting.entries import Evidence, Federation, Vendor
from checker.vetting.names import same_name


def changes(
    base: Allowlist, head: Allowlist, today: date, severities: dict[str, Severity],
    accounts: frozenset[str] = frozenset(),
) -> Iterator[Change]:  # fmt: skip
    """In no order. `severities`: of each policy that a waiver may name; `accounts`: of the
    snapshot."""
    yield from include_changes(base, head)
    yield from own_changes(base, head, today)
    yield from Comparison(base, head, today, accounts).changes()
    yield from exception_changes(base, head, today, severities)
    yield from gap_changes(base, head, today, severities)


class Comparison:
    """The vendors of a base and a head, and the day."""

    def __init__(
        self, base: Allowlist, head: Allowlist, today: date, accounts: frozenset[str]
    ) -> None:
        self.base, self.head, self.today, self.accounts = base, head, today, accounts
        self.before = {v.name: v for v in base.file.vendors}
        self.after = {v.name: v for v in head.file.vendors}
        self._renamed = _renamed(self.before, self.after)
        self._owners = _owners(base), _owners(head)

    def changes(self) -> Iterator[Change]:
        for name, vendor in self.after.items():
            changed = list(self._vendor(name, vendor))
            yield from changed
            if not (changed or self._moved(name, name) or _alike(self.before[name], vendor)):
                yield self._change("vendor-reworded", vendor, "", widens=False)
        for name, vendor in self.before.items():
            if name not in self.after and name not in self._renamed.values():
                yield self._whole("vendor-removed", vendor, self._mark(self.base, name))
        yield from self._drafts()

    def _vendor(self, name: str, vendor: Vendor) -> Iterator[Change]:
        old_name = self._renamed.get(name, name)
        old = self.before.get(old_name)
        if old is None:
            yield self._whole("vendor-added", vendor, self._mark(self.head, name))
        else:
            if old_name != name:
                detail = f"{old_name} is now called {name}"
                yield self._change("vendor-renamed", vendor, detail, widens=False)
            yield from self._scope(old, vendor)
            yield from self._vetting(old, vendor)
        yield from self._identities(old, vendor)

    def _whole(self, kind: str, vendor: Vendor, mark: Mark) -> Change:
        until = f"vetted by {vendor.vetting.owner} ({vendor.vetting.reference})"
        detail = f"{until} until {vendor.vetting.expires.isoformat()}"
        added = kind == "vendor-added"
        no_scope = added and unbounded(vendor.scope, self.accounts)
        return self._change(kind, vendor, detail, widens=added, mark=mark, unbounded=no_scope)

    def _identities(self, old: Vendor | None, new: Vendor) -> Iterator[Change]:
        for key, what in IDENTITIES.items():
            before = set(identities(old, key)) if old else set()
            for value in [v for v in identities(new, key) if v not in before]:
                yield self._added(what, value, new)
            if old:
                now = set(identities(new, key))
                for value in sorted(before - now - self._moved(old.name, new.name)):
                    yield self._change(f"{what}-removed", new, value, widens=False, identity=value)

    def _added(self, what: str, value: str, vendor: Vendor) -> Change:
        """New for this vendor: moved there from another one, or new altogether."""
        owner = self._moved_from(value, vendor.name)
        anybodys = what == "federation" and _anybodys(
            next(provider for provider in vendor.federation if federation(provider) == value)
        )
        if owner:
            detail = f"{value} was {owner}'s and is now {vendor.name}'s"
            return self._change(f"{what}-moved", vendor, detail, widens=True, identity=value,
                                open_federation=anybodys)  # fmt: skip
        known = name_of(value) if what == "account" else None
        return self._change(
            f"{what}-added", vendor, value, widens=True, identity=value, known_as=known,
            name_matches=same_name(known, vendor.name) if known else None,
            open_federation=anybodys,
        )  # fmt: skip

    def _moved(self, old: str, new: str) -> set[str]:
        """What this vendor had and another one has now."""
        before, after = self._owners
        return {value for value, owners in before.items() if old in owners
                and new not in after.get(value, ()) and self._came_to(value)}  # fmt: skip

    def _moved_from(self, value: str, name: str) -> str | None:
        """Who had it and has it no more."""
        had, has = self._owners[0].get(value, set()), self._owners[1].get(value, set())
        gone = sorted(had - set(map(self._old_name, has)) - {self._old_name(name)})
        return gone[0] if gone else None

    def _came_to(self, value: str) -> set[str]:
        """Who has it now and had it not before."""
        has = set(map(self._old_name, self._owners[1].get(value, ())))
        return has - self._owners[0].get(value, set())

    def _old_name(self, name: str) -> str:
        return self._renamed.get(name, name)

    def _scope(self, old: Vendor, new: Vendor) -> Iterator[Change]:
        was, now = (unbounded(vendor.scope, self.accounts) for vendor in (old, new))
        for detail, wider in differences(old.scope, new.scope):
            kind = "scope-widened" if wider else "scope-narrowed"
            yield self._change(kind, new, detail, widens=wider, unbounded=wider and now and not was)

    def _vetting(self, old: Vendor, new: Vendor) -> Iterator[Change]:
        before, after = old.vetting, new.vetting
        if before.expires != after.expires:
            longer = after.expires > before.expires
            detail = f"{before.expires.isoformat()} → {after.expires.isoformat()}"
            kind = "expiry-extended" if longer else "expiry-shortened"
            yield self._change(kind, new, detail, widens=longer)
        for key in ("owner", "reference", "reviewed"):
            was, now = getattr(before, key), getattr(after, key)
            if was != now:
                yield self._change("vetting-changed", new, f"{key} {was} → {now}", widens=False)
        for detail in _documents(before.evidence, after.evidence):
            yield self._change("vetting-changed", new, detail, widens=False)

    def _drafts(self) -> Iterator[Change]:
        """A draft vets nobody, but is a line away from it."""
        old = {vendor.name: vendor for _, vendor in self.base.drafted}
        for place, vendor in self.head.drafted:
            if old.get(vendor.name) != vendor:
                detail = ", ".join(all_identities(vendor))
                drafted = Change(kind="vendor-drafted", vendor=vendor.name, detail=detail,
                                 line=None, widens=False)  # fmt: skip
                yield at(drafted, self.head.document.mark(("vendors", place)))
        now = {vendor.name for _, vendor in self.head.drafted} | self.after.keys()
        for name in (one for one in old if one not in now):
            yield Change(kind="draft-removed", vendor=name, detail="", line=None, widens=False)

    def _change(
        self, kind: str, vendor: Vendor, detail: str, *, widens: bool, mark: Mark | None = None,
        **more: Any,
    ) -> Change:  # fmt: skip
        vetting = vendor.vetting
        expired = [e for e in vetting.evidence if e.expires and e.expires < self.today]
        mark = mark or self._mark(self.head, vendor.name)
        return Change(
            kind=kind,
            vendor=vendor.name,
            detail=detail,
            line=mark.line,
            file=file_of(mark),
            widens=widens,
            expires_in_days=(vetting.expires - self.today).days,
            reviewed_in_days=(vetting.reviewed - self.today).days,
            evidence=len(vetting.evidence),
            evidence_expired=len(expired),
            **more,
        )

    def _mark(self, allowlist: Allowlist, name: str) -> Mark:
        names = [vendor.name for vendor in allowlist.file.vendors]
        return allowlist.vendor_mark(names.index(name))


def _anybodys(entry: Federation) -> bool:
    """Whether it lets in customers of a shared issuer whom no claim narrows down."""
    return bool(shared(entry.issuer)) and not names_tenant(entry.issuer, entry.claims)


def _documents(before: tuple[Evidence, ...], after: tuple[Evidence, ...]) -> Iterator[str]:
    """Each document that came, went or is another now, with its address."""
    for sign, these, those in (("+", after, before), ("−", before, after)):
        for evidence in dict.fromkeys(these):
            if evidence not in those:
                yield f"evidence {sign} {document(evidence)}"


def _alike(before: Vendor, after: Vendor) -> bool:
    """Whether two entries are written alike, whatever the order of their lists."""
    return bool(_sorted(msgspec.to_builtins(before)) == _sorted(msgspec.to_builtins(after)))


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return sorted((_sorted(item) for item in value), key=repr)
    return value


def _renamed(before: dict[str, Vendor], after: dict[str, Vendor]) -> dict[str, str]:
    """New name → old name, for a vendor that vanished while another came with all its ids."""
    gone = [v for name, v in before.items() if name not in after]
    renamed: dict[str, str] = {}
    for name, vendor in after.items():
        if name not in before:
            ids = set(all_identities(vendor))
            was = next((old for old in gone if ids >= set(all_identities(old))), None)
            if was is not None and was.name not in renamed.values():
                renamed[name] = was.name
    return renamed


def _owners(allowlist: Allowlist) -> dict[str, set[str]]:
    """Of each identity: an issuer may be several vendors'."""
    found: dict[str, set[str]] = {}
    for vendor in allowlist.file.vendors:
        for identity in all_identities(vendor):
            found.setdefault(identity, set()).add(vendor.name)
    return found
