"""Numbers of things, as people say them."""

from __future__ import annotations


def plural(count: int, noun: str, many: str | None = None) -> str:
    """`1 role`, `2 roles`; `many` of words that take no s: `plural(1, "account was", "accounts
    were")`."""
    return f"{count:,} {noun if count == 1 else many or noun + 's'}"
