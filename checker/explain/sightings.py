"""Unvetted third parties with where they were seen, out of a report's findings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from checker.report.model import Finding, Report

Facts = dict[str, Any]
Key = tuple[str, str]
"""How an allowlist would name it: the key (`accounts`, `federation`, …) and the value."""


@dataclass
class Sighting:
    """One third party. `where`: own account → what was seen there; `claims`: those that its
    federated trusts ask for; `no_tenant`: those of them that any tenant of it could have."""

    key: Key
    name: str | None = None
    where: dict[str, list[str]] = field(default_factory=dict)
    roles: list[str] = field(default_factory=list)
    external_ids: set[str] = field(default_factory=set)
    claims: list[dict[str, list[str]]] = field(default_factory=list)
    no_tenant: list[dict[str, list[str]]] = field(default_factory=list)

    def at(self, account: str, what: str) -> None:
        seen = self.where.setdefault(account, [])
        if what not in seen:
            seen.append(what)


def sightings(report: Report) -> list[Sighting]:
    """Each third party once, in order of key; what no entry could vet is left out."""
    found: dict[Key, Sighting] = {}
    for finding in report.findings:
        for key, facts in keys_of(finding):
            _note(found.setdefault(key, Sighting(key)), finding, facts)
    return [found[key] for key in sorted(found)]


def keys_of(finding: Finding) -> Iterator[tuple[Key, Facts]]:
    """What an allowlist would have to name for this finding, with the facts that name it."""
    facts = finding.facts
    if "grant" in facts and facts["vetting"]["status"] == "own":
        return
    if principal := facts.get("principal"):
        key = _principal(principal) if isinstance(principal, dict) else None
        if key and (key[0] != "federation" or "usage" not in facts):  # it tells no tenant
            yield key, principal
    elif publisher := facts.get("publisher"):
        for key in _publisher(publisher, facts.get("image") or {}):
            yield key, publisher


def _principal(principal: Facts) -> Key | None:
    kind = principal.get("kind")
    if kind in ("account", "principal") and principal.get("account"):
        return "accounts", principal["account"]
    if kind == "organization":
        return "organizations", principal["organization"]
    if kind == "federated":
        return "federation", principal["provider"]
    if kind == "service" and (source := principal.get("source")):
        return ("organizations" if source.startswith("o-") else "accounts"), source
    return None


def _publisher(publisher: Facts, image: Facts) -> Iterator[Key]:
    kind = publisher.get("kind")
    if kind == "marketplace":
        for code in image.get("product_codes") or ():
            yield "marketplace_products", code
    elif publisher.get("account"):
        yield "accounts", publisher["account"]
    elif kind == "alias" and publisher.get("alias"):
        yield "image_aliases", publisher["alias"]


def _note(sighting: Sighting, finding: Finding, facts: Facts) -> None:
    if facts.get("name") and sighting.key[0] != "marketplace_products":
        sighting.name = facts["name"]
    role, image = finding.facts.get("role"), finding.facts.get("image")
    account = finding.account or "-"
    if role and "grant" not in finding.facts:  # a use, of which no claim or external id is known
        sighting.at(account, f"role {role['name']}" if role["name"] else "calls without a role")
    elif role:
        sighting.at(account, f"role {role['name']}")
        sighting.external_ids.add(finding.facts["grant"]["external_id"])
        if role["name"] not in sighting.roles:
            sighting.roles.append(role["name"])
        if finding.facts["grant"]["open_federation"]:
            sighting.no_tenant.append(facts["claims"])
        if facts.get("claims") is not None and facts["claims"] not in sighting.claims:
            sighting.claims.append(facts["claims"])
    elif image:
        sighting.at(account, f"image {image.get('name') or image.get('id')}")
