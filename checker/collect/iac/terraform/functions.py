"""Terraform's functions that need nothing but their arguments; None where the answer cannot be
told. What is not known stays, marked, among what is.

https://developer.hashicorp.com/terraform/language/functions
"""

from __future__ import annotations

import base64
import json
import posixpath
import re
from collections.abc import Callable, Iterable
from typing import Any

from checker.collect.iac.terraform import looseness, matching, several, texts
from checker.collect.iac.terraform.arithmetic import (
    alike,
    ceil,
    floor,
    number,
    span,
    to_text,
    total,
)
from checker.collect.iac.terraform.decoding import base64decode, csvdecode, yamldecode
from checker.collect.iac.unknown import (
    changed,
    in_json,
    is_unresolved,
    unresolved,
)

_OF_HTML = re.compile("[<>&\u2028\u2029]")


def _plain(_: Any) -> Any:
    return unresolved("a value that is no text")


def jsonencode(value: Any) -> str:
    """Without blanks, by sorted keys, and without what HTML would take for a sign:
    https://developer.hashicorp.com/terraform/language/functions/jsonencode"""
    ready = _whole_numbers(value)
    text = json.dumps(
        ready, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain
    )
    found = changed(text, lambda known: _OF_HTML.sub(lambda sign: f"\\u{ord(sign[0]):04x}", known))
    return looseness.Perhaps(found) if looseness.is_doubtful(value) else found


def _whole_numbers(value: Any) -> Any:
    """1.0 is 1; what may be more than is told is there."""
    if isinstance(value, dict):
        return {key: _whole_numbers(one) for key, one in value.items()}
    if isinstance(value, list):
        return [*map(_whole_numbers, looseness.with_others(value))]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _known(function: Callable[..., Any]) -> Callable[..., Any]:
    """Answers only where all of its arguments are known."""

    def call(*given: Any) -> Any:
        return None if is_unresolved(list(given)) else function(*given)

    return call


def _of_lists(function: Callable[..., Any], *places: int) -> Callable[..., Any]:
    """Answers only where these arguments are lists: text that is not known has no items."""

    def call(*given: Any) -> Any:
        there = all(isinstance(given[at], list) for at in places or range(len(given)))
        return function(*given) if there else None

    return call


def _text_only(function: Callable[[str], str]) -> Callable[[Any], str | None]:
    return lambda value: None if is_unresolved(value) else function(to_text(value))


def _truth(value: Any) -> Any:
    if value is None or is_unresolved(value):
        return several.same(value)
    told = {True: True, False: False, "true": True, "false": False}
    return told[value] if isinstance(value, bool | str) else None


def _sorted(value: Any) -> list[Any] | None:
    """Of items of which nobody knows all, the order is not known, either."""
    if isinstance(value, looseness.Loose):
        return looseness.Loose(value)
    return None if is_unresolved(value) else sorted(map(to_text, value))


def _slice(value: list[Any], begin: Any, end: Any) -> list[Any] | None:
    """Of more than there is, an error."""
    if isinstance(value, looseness.Loose):
        return looseness.Loose(value)
    first, last = int(number(begin)), int(number(end))
    return value[first:last] if 0 <= first <= last <= len(value) else None


def _parsed(text: str) -> Any:
    return json.loads(in_json(text), parse_constant=_no_number, parse_float=number)


def _no_number(text: str) -> None:
    raise ValueError(text)


def _contains(found: Any, one: Any) -> bool | None:
    """Of lists and maps, whose types decide, too, nobody knows."""
    plain = not isinstance(one, list | dict)
    if isinstance(found, looseness.Loose) and not (found.whole and plain):
        return None
    return any(alike(each, one) for each in found)


def _index(several: list[Any], one: Any) -> int | None:
    return next((at for at, each in enumerate(several) if alike(each, one)), None)


def _all(values: Iterable[Any]) -> bool:
    return all(one in (True, "true") for one in values)


def _any(values: Iterable[Any]) -> bool:
    return any(one in (True, "true") for one in values)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "jsonencode": jsonencode,
    "yamlencode": jsonencode,  # JSON is YAML
    "yamldecode": yamldecode,
    "csvdecode": _known(csvdecode),
    "jsondecode": _parsed,
    "join": texts.join,
    "split": texts.split,
    "format": texts.format_,
    "formatlist": texts.formatlist,
    "concat": several.concat,
    "merge": several.merge,
    "flatten": several.flatten,
    "distinct": several.distinct,
    "compact": several.compact,
    "coalesce": several.coalesce,
    "coalescelist": several.coalescelist,
    "lookup": several.lookup,
    "element": several.element,
    "length": several.length,
    "keys": several.keys,
    "values": several.values,
    "one": several.the_one,
    "toset": several.as_set,
    "tolist": several.concat,
    "setunion": lambda *lists: several.as_set(several.concat(*lists)),
    "setsubtract": lambda value, gone: several.as_set(several.subtract(value, gone)),
    "setintersection": lambda *lists: several.as_set(several.intersection(*lists)),
    "matchkeys": _of_lists(several.matching, 0, 1),
    "chunklist": _of_lists(several.chunks, 0),
    "tomap": several.same,
    "tostring": lambda value: None if isinstance(value, list | dict) else to_text(value),
    "tonumber": _known(lambda value: several.NULL if value is None else number(value)),
    "tobool": _truth,
    "sensitive": several.same,
    "nonsensitive": several.same,
    "replace": texts.replace,
    "regex": _known(matching.first),
    "regexall": _known(matching.every),
    "strrev": _known(texts.reversed_),
    "indent": texts.indent,
    "basename": _known(lambda path: posixpath.basename(path.rstrip("/")) or ("/" if path else ".")),
    "dirname": _known(lambda path: posixpath.normpath(posixpath.dirname(path)).replace("//", "/")),
    "lower": _text_only(texts.letters(str.lower)),
    "upper": _text_only(texts.letters(str.upper)),
    "title": _text_only(texts.title),
    "trimspace": lambda value: value.strip(texts.SPACE),
    "chomp": lambda value: value.rstrip("\r\n"),
    "trimprefix": lambda value, text: texts.without(value, text, str.removeprefix),
    "trimsuffix": lambda value, text: texts.without(value, text, str.removesuffix),
    "trim": _known(str.strip),
    "substr": _known(texts.substr),
    "startswith": _known(str.startswith),
    "endswith": _known(str.endswith),
    "strcontains": _known(lambda text, part: part in text),
    "contains": _known(_contains),
    "index": _known(_index),
    "sort": _of_lists(_sorted),
    "reverse": _of_lists(lambda value: looseness.as_loose(value, value[::-1])),
    "slice": _of_lists(_slice, 0),
    "range": _known(span),
    "setproduct": _of_lists(several.product),
    "zipmap": _of_lists(lambda names, values: dict(zip(map(to_text, names), values, strict=True))),
    "alltrue": _known(_all),
    "anytrue": _known(_any),
    "max": _known(lambda *values: max(map(number, values))),
    "min": _known(lambda *values: min(map(number, values))),
    "abs": _known(lambda value: abs(number(value))),
    "sum": _known(lambda values: total(values) if values else None),
    "floor": _known(floor),
    "ceil": _known(ceil),
    "base64decode": _known(base64decode),
    "base64encode": _known(lambda text: base64.b64encode(text.encode()).decode()),
}  # fmt: skip
_EVALUATED = ("try", "can", "file", "filebase64", "fileset", "templatefile")
"""Which need more than their arguments."""


OF_LOOSE = frozenset((
    "coalesce", "coalescelist", "compact", "concat", "contains", "distinct", "element", "flatten",
    "formatlist", "join", "jsonencode", "length", "matchkeys", "merge", "nonsensitive", "one",
    "reverse", "sensitive", "setintersection", "setsubtract", "setunion", "slice", "sort",
    "tolist", "toset", "yamlencode",
))  # fmt: skip
"""Which may be given items of which nobody knows the places, and what they make of it is not known
better."""


OF_ITEMS = frozenset((
    "compact", "concat", "distinct", "flatten", "formatlist", "matchkeys", "reverse",
    "setintersection", "setsubtract", "setunion", "slice", "sort", "tolist", "toset",
))  # fmt: skip
"""Of which each item comes to something of its own."""


OF_TEXTS = frozenset((
    "base64decode", "base64encode", "basename", "chomp", "dirname", "endswith", "indent",
    "jsondecode", "lower", "replace", "split", "startswith", "strcontains", "strrev", "substr",
    "title", "trim", "trimprefix", "trimspace", "trimsuffix", "upper", "yamldecode",
))  # fmt: skip
"""Which take no null."""


OF_NULL = frozenset((
    "coalesce", "jsonencode", "merge", "nonsensitive", "sensitive", "tobool", "tolist", "tomap",
    "tonumber", "toset", "tostring", "yamlencode",
))  # fmt: skip
"""Which take null in the first place, where all others fail."""


def is_followed(name: str) -> bool:
    """Whether a function is one that is known here, whatever it answers."""
    return name in FUNCTIONS or name in _EVALUATED
