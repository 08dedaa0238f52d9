"""Memories that do not grow for ever."""

from __future__ import annotations

from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")
REMEMBERED = 1 << 14
"""So many answers are kept: memory must not grow with an organization in which all is unlike."""


def room(known: dict[K, V], most: int = REMEMBERED) -> dict[K, V]:
    """The same, emptied once it is full: who has been forgotten is found again."""
    if len(known) >= most:
        known.clear()
    return known
