"""Everything about one third party, gathered while a snapshot is evaluated."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import msgspec

from checker.explain import proposal
from checker.explain.sightings import keys_of, sightings
from checker.explain.statements import outcomes, resource_of_arn
from checker.facts.plain import Facts
from checker.report.model import Finding, Report
from checker.role_trust.scopes import Scopes
from checker.snapshot.read import Snapshot
from checker.subjects import registry
from checker.subjects.item import Item
from checker.trust import bare
from checker.vetting.allowlist import Allowlist
from checker.vetting.catalogue import Catalogue
from checker.vetting.registries import usual

ROLE_TRUST, RESOURCES = "role_trust", "resource_access"


class Watcher:
    """Sees every item that is judged, and keeps what shows some third parties, by its subject's key
    in an explanation, and of the roles of a name or ARN, or the resource of this ARN, whom they let
    in."""

    def __init__(self, ids: Iterable[str], role: str | None = None) -> None:
        self.ids, self._role = frozenset(ids), role
        self.rows: dict[str, list[Facts]] = {}
        self.by_role: list[Facts] = []
        self.by_resource: list[Facts] = []
        self._explained = registry.explained()
        self._looked_at: set[str] = set()

    def __call__(self, item: Item) -> None:
        subject = self._explained.get(item.subject)
        if subject is None:
            return
        self._looked_at.add(item.subject)
        if subject.concerns(item.facts, self.ids):
            self.rows.setdefault(subject.KEY, []).append(subject.row(item))
        if item.subject == ROLE_TRUST and self._role in _names(item.facts["role"]):
            self.by_role.append(subject.row(item))
        if item.subject == RESOURCES and self._role == item.where.resource:
            self.by_resource.append(subject.row(item))

    def sections(self) -> dict[str, list[Facts]]:
        """What was kept; nothing of a subject that nobody looked at, but of those always told."""
        return {
            subject.KEY: sorted(self.rows.get(subject.KEY, ()), key=subject.order)
            for name, subject in self._explained.items()
            if subject.ALWAYS or name in self._looked_at
        }


def _names(role: Facts) -> tuple[str, str]:
    return role["arn"], role["name"]


def identities_of(name: str, allowlist: Allowlist) -> tuple[str, ...]:
    """The ids of the vendor of this name, or with this id; else the name itself."""
    drafts = (vendor for _, vendor in allowlist.drafted)
    for vendor in (*allowlist.file.vendors, *drafts):
        issuers = tuple(bare(entry.issuer) for entry in vendor.federation)
        ids = (*vendor.ids, *issuers)
        named = vendor.name.casefold() == name.casefold() or not {name, usual(name)}.isdisjoint(ids)
        if named or bare(name) in issuers:
            return ids
    return tuple(dict.fromkeys((name, bare(name), usual(name))))


def party(
    name: str,
    allowlist: Allowlist,
    names: Catalogue,
    own: frozenset[str],
    seen: Watcher,
    report: Report | None,
    roles: Iterable[Facts] = (),
    *,
    today: date,
) -> Facts:
    """Who a third party is, its entry, and all that a snapshot has of it (`report` None: none).

    `roles`: what trust policies say of it beside the trusts, as `statements.asked` tells.
    """
    found = [f for f in report.findings if _concerns(f, seen.ids)] if report else []
    return {
        "kind": "third-party",
        "id": name,
        "own": name in own,
        "known": [_known(known) for known in names.known(name)],
        "entry": _entry(name, allowlist, today),
        "snapshot": report.inputs.snapshot.path if report else None,
        **_with_roles(seen.sections(), sorted(roles, key=lambda r: r["resource"])),
        "findings": [msgspec.to_builtins(f) for f in found],
        "proposal": _proposal(report, seen.ids) if found else None,
    }


def roles(
    name: str, snapshot: Snapshot, scopes: Scopes, seen: Watcher, report: Report
) -> Facts | None:
    """The roles of this ARN or name: whom each lets in, what its statements do, its findings; None
    where there is none."""
    found = [r for block in snapshot.roles() for r in block if name in (r.arn, r.name)]
    shown = [
        {
            "arn": role.arn,
            "account": role.account,
            "location": msgspec.to_builtins(role.location),
            "privilege": role.privilege,
            "trusts": [trust for trust in seen.by_role if trust["resource"] == role.arn],
            "statements": outcomes(role, scopes),
            "findings": [msgspec.to_builtins(f) for f in report.findings if f.resource == role.arn],
        }
        for role in sorted(found, key=lambda r: r.arn)
    ]
    return {"kind": "role", "id": name, "roles": shown} if shown else None


def resource(name: str, snapshot: Snapshot, seen: Watcher, report: Report) -> Facts | None:
    """The resource of this ARN: whom it lets in, its findings; None where there is none."""
    record = resource_of_arn(name, snapshot)
    if record is None:
        return None
    findings = [f for f in report.findings if f.resource == name]
    return {
        "kind": "resource",
        "id": name,
        "type": record.kind,
        "account": record.account,
        "region": record.region,
        "location": msgspec.to_builtins(record.location),
        "access": seen.by_resource,
        "findings": [msgspec.to_builtins(f) for f in findings],
    }


def _with_roles(sections: dict[str, list[Facts]], roles: list[Facts]) -> dict[str, list[Facts]]:
    """What trust policies say beside the trusts stands behind these."""
    trusts = registry.explained()[ROLE_TRUST].KEY
    return {trusts: sections[trusts], "roles": roles, **sections}


def own_ids(allowlist: Allowlist, snapshot: Snapshot | None) -> frozenset[str]:
    """The organization's own, by the allowlist and the snapshot."""
    own = allowlist.file.organization
    manifest = snapshot.manifest if snapshot else None
    organizations = manifest.own_organizations if manifest else ()
    accounts = [account.id for account in manifest.accounts] if manifest else []
    ids = [organization.id for organization in organizations]
    return frozenset((*own.accounts, *own.ids, *accounts, *ids))


def _concerns(finding: Finding, ids: frozenset[str]) -> bool:
    return finding.principal in ids or any(key[1] in ids for key in keys_of(finding))


def _known(known: Any) -> Facts:
    return {
        "name": known.entry.name,
        "source": known.entry.source,
        "list": known.source,
        "enabled": known.entry.enabled,
    }


def _entry(name: str, allowlist: Allowlist, today: date) -> Facts | None:
    for index, vendor in enumerate(allowlist.file.vendors):
        if _is_of(name, vendor.name, allowlist):
            mark = allowlist.vendor_mark(index)
            place = {"file": mark.path or allowlist.path, "line": mark.line, "draft": False}
            place["expired"] = today > vendor.vetting.expires
            return {**place, **msgspec.to_builtins(vendor)}
    for error, (_, vendor) in zip(allowlist.drafts(), allowlist.drafted, strict=True):
        if _is_of(name, vendor.name, allowlist):
            place = {"file": error.path, "line": error.line, "draft": True, "expired": False}
            entry = msgspec.to_builtins(vendor)
            entry["vetting"] |= {"reviewed": None, "expires": None}
            return {**place, **entry}
    return None


def _is_of(name: str, vendor: str, allowlist: Allowlist) -> bool:
    ids = identities_of(vendor, allowlist)
    return name.casefold() == vendor.casefold() or not {name, usual(name)}.isdisjoint(ids)


def _proposal(report: Report | None, ids: frozenset[str]) -> str | None:
    found = [s for s in sightings(report) if s.key[1] in ids] if report else []
    return "".join(proposal.entry(s) for s in found if s.key[0] != "image_aliases") or None
