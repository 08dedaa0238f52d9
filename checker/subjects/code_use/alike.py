"""What tells uses of code from one another, as far as their publisher goes."""

from __future__ import annotations

from collections.abc import Container

from checker.publishers import alike, registry

Key = tuple[str | None, ...]
"""Equal for those that are alike."""


def key_of(
    account: str, kind: str, reference: str, rules: Container[tuple[str, str]] | None
) -> Key:
    """Of a registry that fetches from others, what an image is called decides whose it is.
    `rules`: the registries that do, by account and region; None for none."""
    parts = alike(kind, reference)
    if parts is None or (rules and registry(reference) in rules):
        return account, kind, reference
    return None, kind, *parts
