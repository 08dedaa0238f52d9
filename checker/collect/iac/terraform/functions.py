"""Terraform's functions that need nothing but their arguments; None where the answer cannot be
told. What is not known stays, marked, among what is.

https://developer.hashicorp.com/terraform/language/functions
"""

from __future__ import annotations

import base64
import itertools
import json
import re
from collections.abc import Callable, Iterable
from typing import Any

from checker.collect.iac.unknown import is_made, is_unresolved, unresolved, wholly

_VERB = re.compile(r"%(?:%|\[?\d*\]?[-+ 0]*\d*[svdq])")
NULL, ABSENT = object(), object()
"""The answer is null; it is an item that a list does not have."""
_MOST = 10_000
_MOMENT = 0.1  # seconds


def to_text(value: Any) -> str:
    """As Terraform turns a value into text; unknown where that is none."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(int(value)) if value == int(value) else str(value)
    return "" if value is None else unresolved("a value that is no text")


def _plain(_: Any) -> Any:
    return unresolved("a value that is no text")


def jsonencode(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=_plain)


def _join(separator: str, *lists: Any) -> str:
    items = [one for several in lists for one in _items(several)]
    return separator.join(map(to_text, items))


def _items(value: Any) -> list[Any]:
    """The items of a list; of one that is not known, itself."""
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        return list(value.values())
    return [] if value is None else [value]


def _format(pattern: str, *given: Any) -> str | None:
    if is_unresolved(pattern):  # what is not known may hold verbs
        return None if given else pattern
    verbs = [one for one in _VERB.findall(pattern) if one != "%%"]
    if len(verbs) != len(given) or any("[" in one for one in verbs):
        return None
    left = iter(given)

    def fill(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%"
        text = to_text(next(left))
        return json.dumps(text) if found[0].endswith("q") else text

    return _VERB.sub(fill, pattern)


def _formatlist(pattern: str, *given: Any) -> list[Any]:
    if any(isinstance(one, str) and is_unresolved(one) for one in given):
        return [_format(pattern, *given)]
    longest = max((len(one) for one in given if isinstance(one, list)), default=0)
    columns = [one if isinstance(one, list) else [one] * longest for one in given]
    return [_format(pattern, *row) for row in zip(*columns, strict=True)]


def _merge(*maps: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in maps:
        if isinstance(one, dict):
            found |= one
        elif isinstance(one, str) and is_unresolved(one):
            found[one] = one
    return found


def _flatten(value: Any) -> list[Any]:
    return [one for item in _items(value)
            for one in (_flatten(item) if isinstance(item, list) else [item])]  # fmt: skip


def _distinct(value: Any) -> list[Any]:
    found: list[Any] = []
    for one in _items(value):
        if one not in found:
            found.append(one)
    return found


def _compact(value: Any) -> list[Any]:
    return [one for one in _items(value) if one not in ("", None)]


def _coalesce(*values: Any) -> Any:
    return next((one for one in values if one not in ("", None, [])), None)


def _lookup(table: Any, key: Any, *default: Any) -> Any:
    if not isinstance(table, dict) or is_unresolved(key):
        return None
    if key in table:
        return _same(table[key])
    return None if any(map(is_unresolved, table)) or not default else _same(default[0])


def _element(value: Any, index: int) -> Any:
    if value == []:
        return ABSENT
    return value[int(index) % len(value)] if isinstance(value, list) else None


def _known(function: Callable[..., Any]) -> Callable[..., Any]:
    """Answers only where all of its arguments are known."""

    def call(*given: Any) -> Any:
        return None if is_unresolved(list(given)) else function(*given)

    return call


def _replace(text: str, old: str, new: str) -> str | None:
    if is_unresolved([old, new]) or wholly(text) is not None:
        return None
    if len(old) > 1 and old.startswith("/") and old.endswith("/"):
        return _substituted(old[1:-1], text, new)
    return text.replace(old, new)


def _substituted(pattern: str, text: str, new: str) -> str | None:
    """A pattern that somebody else wrote may take for ever, so it gets a moment. `regex` comes
    with the parser of HCL."""
    if is_unresolved(text) and not is_made(text):
        return None
    import regex

    groups = regex.sub(r"\$\{?(\d+)\}?", r"\\g<\1>", new.replace("\\", "\\\\"))
    try:
        found: str = regex.sub(pattern, groups, text, timeout=_MOMENT)
    except (regex.error, TimeoutError, IndexError):
        return None
    return found


def _split(separator: str, text: str) -> list[str] | None:
    if is_unresolved(separator) or (is_unresolved(text) and not is_made(text)):
        return None  # what is not known may hold the separator
    return text.split(separator) if separator else list(text)


def _text_only(function: Callable[[str], str]) -> Callable[[Any], str | None]:
    return lambda value: None if is_unresolved(value) else function(to_text(value))


def _range(*bounds: int) -> list[int] | None:
    found = range(*map(int, bounds))
    return list(found) if len(found) <= _MOST else None


def _product(*lists: list[Any]) -> list[list[Any]]:
    return [list(one) for one in itertools.islice(itertools.product(*lists), _MOST)]


def _subtract(value: Any, gone: Any) -> list[Any]:
    return [one for one in _distinct(value) if one not in _items(gone)]


def _intersection(*lists: Any) -> list[Any]:
    """Unknown items may be any, and stay."""
    unknown = [one for one in _concat(*lists) if is_unresolved(one)]
    common = [one for one in _items(lists[0]) if all(one in _items(several) for several in lists)]
    return _distinct([*common, *unknown])


def _matching(values: list[Any], keys: list[Any], wanted: list[Any]) -> list[Any]:
    """Those whose keys are wanted; one of which nobody can tell may be."""
    unknown = is_unresolved(wanted)
    return [one for one, key in zip(values, keys, strict=True)
            if unknown or is_unresolved(key) or key in wanted]  # fmt: skip


def _chunks(value: list[Any], size: int) -> list[list[Any]]:
    return [value[at : at + int(size)] for at in range(0, len(value), int(size))]


def _keys(value: Any) -> list[Any] | None:
    return sorted(value) if isinstance(value, dict) else None


def _values(value: Any) -> list[Any] | None:
    return [value[key] for key in sorted(value)] if isinstance(value, dict) else None


def _length(value: Any) -> int | None:
    if any(wholly(one) is not None and not is_made(one) for one in (value, *_items(value))):
        return None  # it may stand for none, or for many
    return len(value)


def _one(value: Any) -> Any:
    found = _items(value)
    if not found:
        return NULL
    return _same(found[0]) if len(found) == 1 else None


def _same(value: Any) -> Any:
    return NULL if value is None else value


def _concat(*lists: Any) -> list[Any]:
    return [one for several in lists for one in _items(several)]


def _all(values: Iterable[Any]) -> bool:
    return all(one in (True, "true") for one in values)


def _any(values: Iterable[Any]) -> bool:
    return any(one in (True, "true") for one in values)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "jsonencode": jsonencode,
    "jsondecode": json.loads,
    "join": _join,
    "split": _split,
    "format": _format,
    "formatlist": _formatlist,
    "concat": _concat,
    "merge": _merge,
    "flatten": _flatten,
    "distinct": _distinct,
    "compact": _compact,
    "coalesce": _coalesce,
    "coalescelist": _coalesce,
    "lookup": _lookup,
    "element": _element,
    "length": _length,
    "keys": _keys,
    "values": _values,
    "one": _one,
    "toset": _distinct,
    "tolist": _concat,
    "setunion": lambda *lists: _distinct(_concat(*lists)),
    "setsubtract": _subtract,
    "setintersection": _intersection,
    "matchkeys": _matching,
    "chunklist": _chunks,
    "tomap": _same,
    "tostring": lambda value: None if isinstance(value, list | dict) else to_text(value),
    "tonumber": _known(lambda value: float(value) if "." in str(value) else int(value)),
    "tobool": _same,
    "sensitive": _same,
    "nonsensitive": _same,
    "replace": _replace,
    "lower": _text_only(str.lower),
    "upper": _text_only(str.upper),
    "title": _text_only(str.title),
    "trimspace": str.strip,
    "chomp": lambda value: value.rstrip("\n"),
    "trimprefix": lambda value, text: None if is_unresolved(text) else value.removeprefix(text),
    "trimsuffix": lambda value, text: None if is_unresolved(text) else value.removesuffix(text),
    "trim": _known(str.strip),
    "substr": _known(lambda t, at, n: t[int(at):] if n == -1 else t[int(at):int(at) + int(n)]),
    "startswith": _known(str.startswith),
    "endswith": _known(str.endswith),
    "strcontains": _known(lambda text, part: part in text),
    "contains": _known(lambda several, one: one in several),
    "index": _known(lambda several, one: several.index(one)),
    "sort": _known(sorted),
    "reverse": lambda value: value[::-1],
    "slice": lambda value, at, end: value[int(at) : int(end)],
    "range": _known(_range),
    "setproduct": _product,
    "zipmap": lambda names, values: dict(zip(names, values, strict=True)),
    "alltrue": _known(_all),
    "anytrue": _known(_any),
    "max": _known(max),
    "min": _known(min),
    "abs": _known(abs),
    "base64encode": _known(lambda text: base64.b64encode(text.encode()).decode()),
}  # fmt: skip
