"""JSON that people hand over tells each key once: readers differ in which of two counts."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any


class DoubledError(ValueError):
    """A key stands twice in an object."""


Pairs = list[tuple[str, Any]]


def key_told_twice(text: str | bytes) -> str | None:
    """A key that some object of a JSON text has twice.

    Raises ValueError for a text that is no JSON to the standard library, RecursionError for one
    that is nested too deep for it.
    """
    found: list[str] = []
    json.loads(
        text, object_pairs_hook=lambda pairs: _note(pairs, found), parse_int=str, parse_float=str
    )
    return found[0] if found else None


def refuse_twice(text: str | bytes) -> None:
    """The same as an error, for whoever reports what could not be decoded."""
    _refuse(key_told_twice(text))


def decoded_once(text: str | bytes) -> Any:
    """What a JSON text stands for, in one pass. Raises DoubledError, and what `json.loads` does."""
    found: list[str] = []

    def made(pairs: Pairs) -> dict[str, Any]:
        _note(pairs, found)
        return dict(pairs)

    value = json.loads(text, object_pairs_hook=made)
    _refuse(found[0] if found else None)
    return value


def _note(pairs: Pairs, found: list[str]) -> None:
    if len(dict(pairs)) < len(pairs):
        found.append(Counter(name for name, _ in pairs).most_common(1)[0][0])


def _refuse(twice: str | None) -> None:
    if twice is not None:
        raise DoubledError(f"tells {twice!r} twice")
