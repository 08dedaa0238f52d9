"""A vendor's entry in the allowlist as policies see it."""

from __future__ import annotations

from datetime import date

from checker.facts.build import vetting_facts
from checker.facts.plain import Facts
from checker.vetting.entries import Evidence, Vendor
from checker.vetting.register import Register, Standing


def vendor_facts(vendor: Vendor, standing: Standing, register: Register, observed: bool) -> Facts:
    """`observed`: whether any trust or image of the vendor was seen."""
    return {
        "resource": f"allowlist.yaml#{vendor.name}",
        "name": vendor.name,
        "accounts": list(vendor.accounts),
        "organizations": list(vendor.organizations),
        "issuers": [entry.issuer for entry in vendor.federation],
        "marketplace_products": list(vendor.marketplace_products),
        "observed": observed,
        "evidence": [_evidence(e, register.today) for e in vendor.vetting.evidence],
        "mismatches": list(register.catalogue.mismatches(vendor.name, vendor.accounts)),
        "vetting": vetting_facts(standing, register),
    }


def _evidence(evidence: Evidence, today: date) -> Facts:
    left = (evidence.expires - today).days if evidence.expires else None
    return {
        "kind": evidence.kind,
        "url": evidence.url,
        "expires": evidence.expires.isoformat() if evidence.expires else None,
        "days_left": left,
        "expired": left is not None and left < 0,
    }
