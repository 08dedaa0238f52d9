"""Patterns of `*` and `?`: whether one holds another, whether two have anything in common.

The trust analysis has its own, as the collector imports nothing but the snapshot.
"""

from __future__ import annotations

import re
from functools import lru_cache

_SOME = "\0"  # in no action's name, so it can only be matched by a wildcard


@lru_cache(maxsize=1 << 16)
def includes(outer: str, inner: str) -> bool:
    """Whether `outer` matches all that `inner` does: tried with nothing and something for `*`."""
    if outer == "*" or outer == inner:
        return True
    if "*" not in outer and "?" not in outer:  # most of what people list
        return False
    filled = (inner.replace("?", _SOME).replace("*", text) for text in ("", _SOME))
    return all(_compiled(outer).fullmatch(text) for text in filled)


@lru_cache(maxsize=4096)
def disjoint(one: str, other: str) -> bool:
    """Whether no text matches both."""
    if "*" not in one and "?" not in one:
        return not _compiled(other).fullmatch(one)
    if "*" not in other and "?" not in other:
        return not _compiled(one).fullmatch(other)
    heads = one.partition("*")[0], other.partition("*")[0]
    tails = one.rpartition("*")[2][::-1], other.rpartition("*")[2][::-1]
    return _clash(*heads) or ("*" in one and "*" in other and _clash(*tails))


def _clash(one: str, other: str) -> bool:
    """Whether two beginnings can begin no text together."""
    return any(a != b and "?" not in (a, b) for a, b in zip(one, other, strict=False))


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    runs = re.sub(r"\*+", "*", pattern)  # a run of stars would backtrack for long
    parts = (".*" if c == "*" else "." if c == "?" else re.escape(c) for c in runs)
    return re.compile("".join(parts), re.DOTALL)
