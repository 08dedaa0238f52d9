"""All that a template holds, each object once: an alias is the very object that it names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def mappings(value: Any) -> Iterator[dict[str, Any]]:
    """Every mapping within a value, itself included."""
    waiting, seen = [value], set[int]()
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict | list) and id(one) not in seen:
            seen.add(id(one))
            if isinstance(one, dict):
                yield one
            waiting += one.values() if isinstance(one, dict) else one
