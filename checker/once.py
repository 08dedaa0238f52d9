"""JSON that people hand over tells each key once: readers differ in which of two counts."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any


class DoubledError(ValueError):
    """A key stands twice in an object."""


def key_told_twice(text: str | bytes) -> str | None:
    """A key that some object of a JSON text has twice.

    Raises ValueError for a text that is no JSON to the standard library, RecursionError for one
    that is nested too deep for it.
    """
    found: list[str] = []

    def pairs(items: list[tuple[str, Any]]) -> None:
        if len(dict(items)) < len(items):
            found.append(Counter(name for name, _ in items).most_common(1)[0][0])

    json.loads(text, object_pairs_hook=pairs, parse_int=str, parse_float=str)
    return found[0] if found else None


def refuse_twice(text: str | bytes) -> None:
    """The same as an error, for whoever reports what could not be decoded."""
    if (twice := key_told_twice(text)) is not None:
        raise DoubledError(f"tells {twice!r} twice")
