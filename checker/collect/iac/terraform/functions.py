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

from checker.collect.iac.terraform import matching, several
from checker.collect.iac.terraform.arithmetic import (
    alike,
    ceil,
    floor,
    number,
    span,
    total,
    whole_number,
)
from checker.collect.iac.terraform.decoding import base64decode, csvdecode, yamldecode
from checker.collect.iac.terraform.matching import LONGEST, substituted
from checker.collect.iac.terraform.spelling import doubted
from checker.collect.iac.unknown import (
    blanked,
    changed,
    in_json,
    is_made,
    is_unresolved,
    unresolved,
    wholly,
)

_OF_HTML = re.compile("[<>&\u2028\u2029]")
_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
_VERB = re.compile(r"%(?:%|\[?\d*\]?[-+ 0]*\d*[svdq])")
_WORD = re.compile(r"(?<!\w)[^\W\d_]")


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
    """Without blanks, by sorted keys, and without what HTML would take for a sign:
    https://developer.hashicorp.com/terraform/language/functions/jsonencode"""
    ready = _whole_numbers(value)
    text = json.dumps(
        ready, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain
    )
    return changed(text, lambda known: _OF_HTML.sub(lambda sign: f"\\u{ord(sign[0]):04x}", known))


def _whole_numbers(value: Any) -> Any:
    """1.0 is 1."""
    if isinstance(value, dict):
        return {key: _whole_numbers(one) for key, one in value.items()}
    if isinstance(value, list):
        return [*map(_whole_numbers, value)]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _join(separator: str, *lists: Any) -> str | None:
    items = [to_text(one) for one in several.concat(*lists)]
    if None in several.concat(*lists):
        return None  # an error
    long = len(separator) * len(items) + sum(map(len, items)) > LONGEST
    return None if long else separator.join(items)


def _format(pattern: str, *given: Any) -> str | None:
    if is_unresolved(pattern):  # what is not known may hold verbs
        return None if given else pattern
    verbs = [one for one in _VERB.findall(pattern) if one != "%%"]
    if len(verbs) != len(given) or None in given or any(len(one) > 2 for one in verbs):
        return None  # one of another width, or out of order; of null an error
    left = iter(given)

    def fill(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%"
        given_now = next(left)
        text = str(whole_number(given_now)) if found[0].endswith("d") else to_text(given_now)
        return json.dumps(text, ensure_ascii=False) if found[0].endswith("q") else text

    return _VERB.sub(fill, pattern)


def _formatlist(pattern: str, *given: Any) -> list[Any] | None:
    if any(isinstance(one, str) and is_unresolved(one) for one in given):
        found = [_format(pattern, *given)]
    else:
        longest = max((len(one) for one in given if isinstance(one, list)), default=1)
        columns = [one if isinstance(one, list) else [one] * longest for one in given]
        rows = zip(*columns, strict=True) if columns else [()]
        found = [_format(pattern, *row) for row in rows]
    return None if None in found else found


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


def _replace(text: str, old: str, new: str) -> str | None:
    if is_unresolved(old) or not old or (wholly(text) is not None and not is_made(text)):
        return None
    if len(old) > 1 and old.startswith("/") and old.endswith("/"):
        unsure = is_unresolved(text) and (not is_made(text) or wholly(text) is not None)
        return None if unsure or is_unresolved(new) else substituted(old[1:-1], text, new)
    inside = doubted(text, old)
    if text.count(old) * len(new) > LONGEST:
        return None
    return None if inside is None else changed(inside, lambda known: known.replace(old, new))


def _split(separator: str, text: str) -> list[str] | None:
    if is_unresolved(separator) or (is_unresolved(text) and not (separator and is_made(text))):
        return None  # what is not known may hold the separator
    if doubted(text, separator) != text:
        return None
    return text.split(separator) if separator else list(text)


def _without(text: str, end: str, cut: Callable[[str, str], str]) -> str | None:
    """Without a beginning or an end, where what is known tells whether it has that."""
    if is_unresolved(end):
        return None
    pieces = (blanked(text, "\0") + "\0").split("\0")
    known = pieces[0] if cut is str.removeprefix else pieces[-2]
    if not is_unresolved(text) or len(known) >= len(end):
        return cut(text, end)
    fits = end.startswith(known) if cut is str.removeprefix else end.endswith(known)
    return None if fits else text


def _text_only(function: Callable[[str], str]) -> Callable[[Any], str | None]:
    return lambda value: None if is_unresolved(value) else function(to_text(value))


def _title(text: str) -> str:
    """Letters behind the first one of a word stay as they are."""
    return _WORD.sub(lambda found: _letter(found[0], found[0].upper()), text)


def _substr(text: str, at: int, size: int) -> str:
    """From the end, where the place is negative."""
    begin = int(at) if at >= 0 else max(len(text) + int(at), 0)
    to_the_end = size < 0 or (at < 0 and size == 0)  # of nothing, from the end, Terraform gives all
    return text[begin:] if to_the_end else text[begin : begin + int(size)]


def _indent(spaces: int, text: str) -> str | None:
    """Each line but the first; what is not known may be of several."""
    if text.count("\n") * spaces > LONGEST:
        return None
    return changed(text, lambda known: known.replace("\n", "\n" + " " * int(spaces)))


def _reversed(text: str) -> str | None:
    """By what a reader takes for one character."""
    return text[::-1] if text.isascii() else None


def _letters(change: Callable[[str], str]) -> Callable[[str], str]:
    """One by one, as Go does: of those that become two, none changes."""
    return lambda text: "".join(_letter(one, change(one)) for one in text)


def _letter(old: str, new: str) -> str:
    return new[0] if old == "\u0130" else new if len(new) == 1 else old


def _truth(value: Any) -> Any:
    if value is None or is_unresolved(value):
        return several.same(value)
    told = {True: True, False: False, "true": True, "false": False}
    return told[value] if isinstance(value, bool | str) else None


def _slice(value: list[Any], begin: Any, end: Any) -> list[Any] | None:
    """Of more than there is, an error."""
    first, last = int(number(begin)), int(number(end))
    return value[first:last] if 0 <= first <= last <= len(value) else None


def _parsed(text: str) -> Any:
    return json.loads(in_json(text), parse_constant=_no_number, parse_float=number)


def _no_number(text: str) -> None:
    raise ValueError(text)


def _contains(several: Any, one: Any) -> bool:
    return any(alike(each, one) for each in several)


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
    "join": _join,
    "split": _split,
    "format": _format,
    "formatlist": _formatlist,
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
    "replace": _replace,
    "regex": _known(matching.first),
    "regexall": _known(matching.every),
    "strrev": _known(_reversed),
    "indent": _indent,
    "basename": _known(lambda path: posixpath.basename(path.rstrip("/")) or ("/" if path else ".")),
    "dirname": _known(lambda path: posixpath.normpath(posixpath.dirname(path)).replace("//", "/")),
    "lower": _text_only(_letters(str.lower)),
    "upper": _text_only(_letters(str.upper)),
    "title": _text_only(_title),
    "trimspace": lambda value: value.strip(_SPACE),
    "chomp": lambda value: value.rstrip("\r\n"),
    "trimprefix": lambda value, text: _without(value, text, str.removeprefix),
    "trimsuffix": lambda value, text: _without(value, text, str.removesuffix),
    "trim": _known(str.strip),
    "substr": _known(_substr),
    "startswith": _known(str.startswith),
    "endswith": _known(str.endswith),
    "strcontains": _known(lambda text, part: part in text),
    "contains": _known(_contains),
    "index": _known(_index),
    "sort": _known(lambda value: sorted(map(to_text, value))),
    "reverse": _of_lists(lambda value: value[::-1]),
    "slice": _of_lists(_slice, 0),
    "range": _known(span),
    "setproduct": _of_lists(several.product),
    "zipmap": _of_lists(lambda names, values: dict(zip(names, values, strict=True))),
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


def is_followed(name: str) -> bool:
    """Whether a function is one that is known here, whatever it answers."""
    return name in FUNCTIONS or name in _EVALUATED
