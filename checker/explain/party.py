"""Everything about one third party, gathered while a snapshot is evaluated."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from checker.check.ledger import Where
from checker.explain import proposal
from checker.explain.sightings import keys_of, sightings
from checker.explain.statements import outcomes
from checker.report.model import Finding, Report
from checker.role_trust.batches import Scopes
from checker.snapshot.read import Snapshot
from checker.trust import bare
from checker.vetting.allowlist import Allowlist
from checker.vetting.catalogue import Catalogue

Facts = dict[str, Any]


class Watcher:
    """Sees every fact that is evaluated, and keeps those of some third parties, and of the roles of
    a name or ARN."""

    def __init__(self, ids: Iterable[str], role: str | None = None) -> None:
        self.ids, self._role = frozenset(ids), role
        self.trusts: list[Facts] = []
        self.by_role: list[Facts] = []
        self.images: list[Facts] = []
        self.uses: list[Facts] = []
        self.usage_collected = False

    def __call__(self, subject: str, facts: Facts, where: Where) -> None:
        if subject == "role_trust":
            if facts["principal"]["id"] in self.ids:
                self.trusts.append(_trust(facts, where))
            if self._role in (facts["role"]["arn"], facts["role"]["name"]):
                self.by_role.append(_trust(facts, where))
        elif subject == "role_usage":
            self.usage_collected = True
            if self.ids & {facts["principal"]["id"], facts["principal"]["organization"]}:
                self.uses.append(_use(facts))
        elif subject == "image_use" and self.ids & _identities(facts):
            self.images.append(_image(facts, where))


def _identities(facts: Facts) -> set[str | None]:
    return {facts["publisher"]["id"], *facts["image"]["product_codes"]}


def _trust(facts: Facts, where: Where) -> Facts:
    vetting, grant = facts["vetting"], facts["grant"]
    return {
        "resource": where.resource,
        "account": where.account,
        "principal": facts["principal"]["arn"] or facts["principal"]["id"],
        "actions": grant["actions"],
        "external_id": grant["external_id"],
        "privilege": facts["role"]["privilege"],
        "reads_data": facts["role"]["reads_data"],
        "reads_secrets": facts["role"]["reads_secrets"],
        "status": vetting["status"],
        "out_of_scope": vetting["out_of_scope"],
        "witness": grant["witness"],
    }


def _use(facts: Facts) -> Facts:
    used = facts["usage"]
    return {
        "resource": facts["resource"],
        "account": facts["account"]["id"],
        "role": facts["role"]["arn"],
        "principal": facts["principal"]["id"],
        "via": facts["via"],
        "attributed_by": facts["attributed_by"],
        "status": facts["vetting"]["status"],
        **{key: used[key] for key in ("calls", "errors", "last_seen", "idle_days", "actions")},
    }


def _image(facts: Facts, where: Where) -> Facts:
    return {
        "resource": where.resource,
        "account": where.account,
        "image": facts["image"]["id"],
        "name": facts["image"]["name"],
        "status": facts["vetting"]["status"],
        "out_of_scope": facts["vetting"]["out_of_scope"],
    }


def identities_of(name: str, allowlist: Allowlist) -> tuple[str, ...]:
    """The ids of the vendor of this name, or with this id; else the name itself."""
    drafts = (vendor for _, vendor in allowlist.drafted)
    for vendor in (*allowlist.file.vendors, *drafts):
        issuers = tuple(bare(entry.issuer) for entry in vendor.federation)
        ids = (*vendor.accounts, *vendor.organizations, *issuers, *vendor.marketplace_products)
        if vendor.name.casefold() == name.casefold() or name in ids or bare(name) in issuers:
            return ids
    return tuple(dict.fromkeys((name, bare(name))))


def party(
    name: str,
    allowlist: Allowlist,
    names: Catalogue,
    own: frozenset[str],
    seen: Watcher,
    report: Report | None,
    roles: Iterable[Facts] = (),
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
        "entry": _entry(name, allowlist),
        "snapshot": report.inputs.snapshot.path if report else None,
        "trusts": sorted(seen.trusts, key=lambda t: (t["resource"], t["principal"])),
        "roles": sorted(roles, key=lambda r: r["resource"]),
        "images": sorted(seen.images, key=lambda i: i["resource"]),
        **_uses(seen),
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


def _uses(seen: Watcher) -> Facts:
    """Nothing where no trail was read: what nobody looked at is not unused."""
    if not seen.usage_collected:
        return {}
    return {"use": sorted(seen.uses, key=lambda u: (-u["calls"], u["resource"], u["principal"]))}


def own_ids(allowlist: Allowlist, snapshot: Snapshot | None) -> frozenset[str]:
    """The organization's own, by the allowlist and the snapshot."""
    own = allowlist.file.organization
    manifest = snapshot.manifest if snapshot else None
    organizations = manifest.own_organizations if manifest else ()
    accounts = [account.id for account in manifest.accounts] if manifest else []
    ids = [organization.id for organization in organizations]
    return frozenset((*own.accounts, *own.ids, *accounts, *ids))


def _concerns(finding: Finding, ids: frozenset[str]) -> bool:
    return finding.principal in ids or any(key[1] in ids for key, _ in keys_of(finding))


def _known(known: Any) -> Facts:
    return {
        "name": known.entry.name,
        "source": known.entry.source,
        "list": known.source,
        "enabled": known.entry.enabled,
    }


def _entry(name: str, allowlist: Allowlist) -> Facts | None:
    for index, vendor in enumerate(allowlist.file.vendors):
        if name.casefold() == vendor.name.casefold() or name in identities_of(
            vendor.name, allowlist
        ):
            line = allowlist.vendor_line(index)
            place = {"file": allowlist.path, "line": line, "draft": False}
            return place | vendor.model_dump(mode="json")
    for error, (_, vendor) in zip(allowlist.drafts(), allowlist.drafted, strict=True):
        if name.casefold() == vendor.name.casefold() or name in identities_of(
            vendor.name, allowlist
        ):
            place = {"file": allowlist.path, "line": error.line, "draft": True}
            entry = vendor.model_dump(mode="json")
            entry["vetting"] |= {"reviewed": None, "expires": None}
            return place | entry
    return None


def _proposal(report: Report | None, ids: frozenset[str]) -> str | None:
    found = [s for s in sightings(report) if s.key[1] in ids] if report else []
    return "".join(proposal.entry(s) for s in found if s.key[0] != "image_aliases") or None
