"""Two allowlists → what changed between them, in words; order and comments are no change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from checker.report.model import Severity
from checker.review.model import Change
from checker.review.scopes import differences, unbounded
from checker.vetting.allowlist import Allowlist, ExceptionEntry, Federation, Vendor
from checker.vetting.catalogue import name_of

IDENTITIES = {
    "accounts": "account",
    "organizations": "organization",
    "federation": "federation",
    "marketplace_products": "product",
}


class Comparison:
    """A base and a head, the day, and the severity of each policy that a waiver may name."""

    def __init__(
        self, base: Allowlist, head: Allowlist, today: date, severities: dict[str, Severity]
    ) -> None:
        self.base, self.head, self.today, self.severities = base, head, today, severities
        self.before = {v.name: v for v in base.file.vendors}
        self.after = {v.name: v for v in head.file.vendors}
        self._renamed = _renamed(self.before, self.after)
        self._owners = _owners(base), _owners(head)

    def changes(self) -> tuple[Change, ...]:
        """The dangerous first: what widens, in order of kind, vendor and words."""
        found = [*self._own(), *self._aliases(), *self._vendors(), *self._exceptions()]
        return tuple(sorted(found, key=lambda c: (not c.widens, c.kind, c.vendor or "", c.detail)))

    def _own(self) -> Iterator[Change]:
        """An account that becomes own is trusted without any vetting."""
        old, new = self.base.file.organization, self.head.file.organization
        yield from self._set("own-account", old.accounts, new.accounts)
        yield from self._set("own-organization", old.ids, new.ids)
        yield from self._set("own-federation", _shown(old.federation), _shown(new.federation))

    def _aliases(self) -> Iterator[Change]:
        old, new = self.base.file.image_aliases, self.head.file.image_aliases
        yield from self._set("image-alias", old, new)

    def _set(self, what: str, old: tuple[str, ...], new: tuple[str, ...]) -> Iterator[Change]:
        key = "image_aliases" if what == "image-alias" else "organization"
        for value in sorted(set(new) - set(old)):
            line = self.head.document.mark((key,)).line
            yield Change(kind=f"{what}-added", vendor=None, detail=value, line=line,
                         widens=True, identity=value, known_as=name_of(value))  # fmt: skip
        for value in sorted(set(old) - set(new)):
            line = self.base.document.mark((key,)).line
            yield Change(kind=f"{what}-removed", vendor=None, detail=value, line=line,
                         widens=False, identity=value)  # fmt: skip

    def _vendors(self) -> Iterator[Change]:
        for name, vendor in self.after.items():
            old_name = self._renamed.get(name, name)
            old = self.before.get(old_name)
            if old is None:
                yield self._whole("vendor-added", vendor, self._line(self.head, name))
            else:
                if old_name != name:
                    detail = f"{old_name} is now called {name}"
                    yield self._change("vendor-renamed", vendor, detail, widens=False)
                yield from self._scope(old, vendor)
                yield from self._vetting(old, vendor)
            yield from self._identities(old, vendor)
        for name, vendor in self.before.items():
            if name not in self.after and name not in self._renamed.values():
                yield self._whole("vendor-removed", vendor, self._line(self.base, name))

    def _whole(self, kind: str, vendor: Vendor, line: int) -> Change:
        until = f"vetted by {vendor.vetting.owner} ({vendor.vetting.reference})"
        detail = f"{until} until {vendor.vetting.expires.isoformat()}"
        return self._change(kind, vendor, detail, widens=kind == "vendor-added", line=line)

    def _identities(self, old: Vendor | None, new: Vendor) -> Iterator[Change]:
        for key, what in IDENTITIES.items():
            before = set(_texts(old, key)) if old else set()
            for value in [v for v in _texts(new, key) if v not in before]:
                yield self._added(what, value, new)
            if old:
                now = set(_texts(new, key))
                for value in sorted(before - now - self._moved(old.name, new.name)):
                    yield self._change(f"{what}-removed", new, value, widens=False, identity=value)

    def _added(self, what: str, value: str, vendor: Vendor) -> Change:
        """New for this vendor: moved there from another one, or new altogether."""
        owner = self._owners[0].get(value)
        if owner and owner != self._renamed.get(vendor.name, vendor.name):
            detail = f"{value} was {owner}'s and is now {vendor.name}'s"
            return self._change(f"{what}-moved", vendor, detail, widens=True, identity=value)
        known = name_of(value) if what == "account" else None
        return self._change(
            f"{what}-added", vendor, value, widens=True, identity=value, known_as=known,
            name_matches=_alike(known, vendor.name) if known else None,
        )  # fmt: skip

    def _moved(self, old: str, new: str) -> set[str]:
        """What this vendor had and another one has now."""
        before, after = self._owners
        elsewhere = {value for value, owner in after.items() if owner != new}
        return {value for value, owner in before.items() if owner == old} & elsewhere

    def _scope(self, old: Vendor, new: Vendor) -> Iterator[Change]:
        open_now = unbounded(new.scope) and not unbounded(old.scope)
        for detail, wider in differences(old.scope, new.scope):
            kind = "scope-widened" if wider else "scope-narrowed"
            yield self._change(kind, new, detail, widens=wider, unbounded=wider and open_now)

    def _vetting(self, old: Vendor, new: Vendor) -> Iterator[Change]:
        before, after = old.vetting, new.vetting
        if before.expires != after.expires:
            longer = after.expires > before.expires
            detail = f"{before.expires.isoformat()} → {after.expires.isoformat()}"
            kind = "expiry-extended" if longer else "expiry-shortened"
            yield self._change(kind, new, detail, widens=longer)
        for key in ("owner", "reference", "reviewed", "evidence"):
            was, now = getattr(before, key), getattr(after, key)
            if was != now:
                detail = f"{key} {_said(was)} → {_said(now)}"
                yield self._change("vetting-changed", new, detail, widens=False)

    def _change(
        self, kind: str, vendor: Vendor, detail: str, *, widens: bool, line: int | None = None,
        identity: str | None = None, known_as: str | None = None,
        name_matches: bool | None = None, unbounded: bool = False,
    ) -> Change:  # fmt: skip
        evidence = vendor.vetting.evidence
        return Change(
            kind=kind,
            vendor=vendor.name,
            detail=detail,
            line=line or self._line(self.head, vendor.name),
            widens=widens,
            identity=identity,
            known_as=known_as,
            name_matches=name_matches,
            expires_in_days=(vendor.vetting.expires - self.today).days,
            evidence=len(evidence),
            evidence_expired=sum(bool(e.expires and e.expires < self.today) for e in evidence),
            unbounded=unbounded,
        )

    def _line(self, allowlist: Allowlist, name: str) -> int:
        names = [vendor.name for vendor in allowlist.file.vendors]
        return allowlist.vendor_line(names.index(name)) if name in names else 1

    def _exceptions(self) -> Iterator[Change]:
        old = {_waived(e): e for e in self.base.file.exceptions}
        new = {_waived(e): e for e in self.head.file.exceptions}
        places = {_waived(e): i for i, e in enumerate(self.head.file.exceptions)}
        for key, entry in new.items():
            line = self.head.exception_line(places[key])
            was = old.get(key)
            if was is None:
                yield self._exception("exception-added", entry, line, widens=True)
            elif was.expires != entry.expires:
                longer = entry.expires > was.expires
                kind = "exception-extended" if longer else "exception-shortened"
                yield self._exception(kind, entry, line, widens=longer)
        for key in old.keys() - new.keys():
            yield self._exception("exception-removed", old[key], None, widens=False)

    def _exception(
        self, kind: str, entry: ExceptionEntry, line: int | None, *, widens: bool
    ) -> Change:
        what = f"{entry.policy} for {entry.principal} on {entry.resource}"
        return Change(
            kind=kind,
            vendor=None,
            detail=f"{what} until {entry.expires.isoformat()}: {entry.reason} ({entry.owner})",
            line=line,
            widens=widens,
            expires_in_days=(entry.expires - self.today).days,
            policy=entry.policy,
            policy_severity=self.severities.get(entry.policy),
            principal=entry.principal,
            resource=entry.resource,
        )


def _renamed(before: dict[str, Vendor], after: dict[str, Vendor]) -> dict[str, str]:
    """New name → old name, for a vendor that vanished while another came with all its ids."""
    gone = [v for name, v in before.items() if name not in after]
    found: dict[str, str] = {}
    for name, vendor in after.items():
        if name not in before:
            ids = set(_all(vendor))
            was = next((old for old in gone if ids >= set(_all(old))), None)
            if was is not None and was.name not in found.values():
                found[name] = was.name
    return found


def _owners(allowlist: Allowlist) -> dict[str, str]:
    return {value: vendor.name for vendor in allowlist.file.vendors for value in _all(vendor)}


def _all(vendor: Vendor) -> list[str]:
    return [text for key in IDENTITIES for text in _texts(vendor, key)]


def _texts(vendor: Vendor, key: str) -> tuple[str, ...]:
    values = getattr(vendor, key)
    return _shown(values) if key == "federation" else tuple(values)


def _shown(entries: tuple[Federation, ...]) -> tuple[str, ...]:
    return tuple(_federation(entry) for entry in entries)


def _federation(entry: Federation) -> str:
    claims = "; ".join(f"{k}: {', '.join(v)}" for k, v in sorted(entry.claims.items()))
    return f"{entry.issuer} ({claims or 'any claims'})"


def _alike(known: str, name: str) -> bool:
    """Whether two names may mean one company: a word of one stands in the other."""
    return bool(_words(known) & _words(name)) or known.lower() in name.lower()


def _words(text: str) -> set[str]:
    return set(text.lower().replace(",", " ").split())


def _waived(entry: ExceptionEntry) -> tuple[str, str, str]:
    return entry.policy, entry.principal, entry.resource


def _said(value: object) -> str:
    if isinstance(value, tuple):
        return f"{len(value)} documents"
    return value.isoformat() if isinstance(value, date) else str(value)
