"""Values of facts by their paths, and when two of them count as equal."""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from typing import Any

Path = tuple[str, ...]


def getter(path: Path) -> Callable[[dict[str, Any]], Any]:
    """The value at a path; null where there is nothing."""
    if len(path) == 2:
        outer, inner = map(itemgetter, path)
        return lambda facts: inner(outer(facts))
    return walker(path)


def walker(path: Path) -> Callable[[dict[str, Any]], Any]:
    """The same of facts that may lack a part, as JMESPath has it."""

    def walk(value: Any) -> Any:
        for step in path:
            value = value.get(step) if isinstance(value, dict) else None
        return value

    def walk_two(value: Any) -> Any:
        part = value.get(outer) if isinstance(value, dict) else None
        return part.get(inner) if isinstance(part, dict) else None

    if len(path) != 2:
        return walk
    outer, inner = path
    return walk_two


def hashable(value: Any) -> Any:
    """Equal for equal values alone: to Python `False` is `0`, and JMESPath tells them apart."""
    if value is None or isinstance(value, str):
        return value
    return type(value), repr(value)
