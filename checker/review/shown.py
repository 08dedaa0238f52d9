"""Parts of an allowlist as text, by which they are compared and shown."""

from __future__ import annotations

from checker.trust.tenancy import bare
from checker.vetting.entries import Evidence, Federation, Vendor

IDENTITIES = {
    "accounts": "account",
    "organizations": "organization",
    "federation": "federation",
    "marketplace_products": "product",
    "registries": "registry",
}


def identities(vendor: Vendor, key: str) -> tuple[str, ...]:
    values = getattr(vendor, key)
    return tuple(map(federation, values)) if key == "federation" else tuple(values)


def all_identities(vendor: Vendor) -> list[str]:
    return [text for key in IDENTITIES for text in identities(vendor, key)]


def federation(entry: Federation) -> str:
    """However it is spelled: with a scheme or without, and with its values in any order."""
    claims = "; ".join(f"{k}: {', '.join(sorted(v))}" for k, v in sorted(entry.claims.items()))
    return f"{bare(entry.issuer)} ({claims or 'any claims'})"


def document(evidence: Evidence) -> str:
    """A document of evidence: kind, address, until when."""
    parts = [evidence.url] if evidence.url else []
    parts += [f"until {evidence.expires.isoformat()}"] if evidence.expires else []
    return f"{evidence.kind} ({', '.join(parts)})" if parts else evidence.kind
