"""Numbers of things, as people say them."""

from __future__ import annotations

from collections.abc import Sequence

FEW = 3
"""So many are shown of a list that may be long."""


def plural(count: int, noun: str, many: str | None = None) -> str:
    """`1 role`, `2 roles`; `many` of words that take no s: `plural(1, "account was", "accounts
    were")`."""
    return f"{count:,} {noun if count == 1 else many or noun + 's'}"


def few(names: Sequence[str], sign: str = ", ") -> str:
    """The first of them, and whether there are more."""
    return sign.join([*names[:FEW], *(["…"] if len(names) > FEW else [])])
