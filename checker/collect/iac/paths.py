"""The values at a path of a resource's properties, as tables have it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from checker.collect.iac.embedded import UNREAD, embedded, unknown_text
from checker.collect.iac.unknown import OPEN, is_unresolved, unresolved, wholly


def values_at_path(
    value: Any, path: tuple[str, ...] | list[str], *, folded: bool = False
) -> Iterator[Any]:
    """The values at a path, where `*` is every item of a list and `%` every value of a mapping.
    Unknown on the way: unknown, and so is what a key that is not known may bring. JSON text on the
    way is looked into; `folded`: with keys in whatever case, as the providers' decoders take them.
    """
    if path and isinstance(value, str) and not _is_item(value, path):
        value, folded = _read(value, path), True
    if not path or (isinstance(value, str) and is_unresolved(value)):
        yield value
    elif path[0] in ("*", "%"):
        for one in _items(value, path):
            yield from values_at_path(one, path[1:], folded=folded)
    elif isinstance(value, dict):
        found = _keys(value, path[0], folded=folded)
        for key in found:
            yield from values_at_path(value[key], path[1:], folded=folded)
        yield from () if found else (key for key in value if key.startswith(OPEN))
    elif folded and isinstance(value, list):
        for one in value:
            yield from values_at_path(one, path, folded=folded)


def _read(text: str, path: tuple[str, ...] | list[str]) -> Any:
    """What it stands for. A path or a name may stand in place of an object, and tells nothing of
    it; in place of a list nothing does that anybody could read."""
    found = embedded(text)
    if found == UNREAD and (told := unknown_text(text)):
        return unresolved(told)
    return UNREAD if found is None and path[0] == "*" and text.strip() else found


def _is_item(text: str, path: tuple[str, ...] | list[str]) -> bool:
    """Whether it is a value itself, in place of a list of them."""
    return wholly(text) is not None or (
        [*path] == ["*"] and not text.lstrip().startswith(("[", "{"))
    )


def _items(value: Any, path: tuple[str, ...] | list[str]) -> list[Any]:
    """Terraform has some blocks of which there is but one as an object; who writes one value in
    place of a list means it."""
    if path[0] == "%":
        return [*value.values()] if isinstance(value, dict) else []
    if isinstance(value, list):
        return value
    return [value] if isinstance(value, dict) or (len(path) == 1 and value) else []


def _keys(value: dict[str, Any], name: str, *, folded: bool) -> list[str]:
    """Those by which a member is meant."""
    if not folded:
        return [name] if name in value else []
    return [key for key in value if key.casefold() == name.casefold()]
