"""How an allowlist would name a principal."""

from __future__ import annotations

from typing import Any


def key_of(principal: dict[str, Any]) -> tuple[str, str] | None:
    """The key of an entry and the value, from the facts of a principal; None where none can."""
    kind = principal.get("kind")
    if kind in ("account", "principal") and principal.get("account"):
        return "accounts", principal["account"]
    if kind == "organization":
        return "organizations", principal["organization"]
    if kind == "federated":
        return "federation", principal["provider"]
    source = principal.get("source")
    if kind == "service" and source and source != "*":
        return ("organizations" if source.startswith("o-") else "accounts"), source
    return None
