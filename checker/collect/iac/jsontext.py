"""JSON as JSON: surrogate pairs, tabs, keys that stand twice; and the lines of the upper keys.

The standard library decodes; a scan tells lines, only where somebody asks for one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from checker.document import Location
from checker.errors import InputError
from checker.yamlfile import decoded

DEPTH = 2  # levels of keys whose lines are told
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]')


@dataclass(frozen=True)
class JsonText:
    """`value`: scalars as text, as templates have them; `null` is None."""

    text: str
    value: Any
    doubled: bool

    def lines(self) -> dict[Location, int]:
        return {at: line for at, line, _ in _keys(self.text) if len(at) <= DEPTH}

    @property
    def twice(self) -> Iterator[tuple[int, str]]:
        """Line and key of each that stands in its mapping for a second time."""
        for at, line, again in _keys(self.text) if self.doubled else ():
            if again:
                yield line, at[-1]


def is_json(data: bytes) -> bool:
    return data.lstrip(b" \t\r\n\xef\xbb\xbf").startswith((b"{", b"["))


def parse_json(data: bytes, path: str) -> JsonText:
    """Raises InputError, with the line."""
    doubled: list[bool] = []

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        found = {key: _text(value) for key, value in items}
        doubled.extend([True] * (len(found) < len(items)))
        return found

    text = decoded(data, path)
    try:
        value = json.loads(text, object_pairs_hook=pairs, parse_int=str, parse_float=str,
                           parse_constant=str)  # fmt: skip
    except json.JSONDecodeError as error:
        raise InputError(
            f"not valid JSON: {error.msg}", path=path, line=error.lineno, column=error.colno
        ) from None
    except RecursionError:
        raise InputError("nested too deep", path=path, line=1) from None
    return JsonText(text, _text(value), bool(doubled))


def _text(value: Any) -> Any:
    """Lone surrogates are written out, as no snapshot can hold them; `true` as text."""
    if value is True or value is False:
        return str(value).lower()
    if isinstance(value, list):
        return [_text(one) for one in value]
    if isinstance(value, str) and not value.isascii():
        return value.encode("utf-8", "backslashreplace").decode()
    return value


def _keys(text: str) -> Iterator[tuple[tuple[str, ...], int, bool]]:
    """Each key with those around it, its line, and whether it stood in that mapping before."""
    at: list[str] = []
    seen: list[set[str] | None] = []  # None: a list is open
    line, counted, last = 1, 0, ""
    for found in _TOKEN.finditer(text):
        sign = found[0]
        if sign in "{[":
            seen.append(set() if sign == "{" else None)
            at.append("")
        elif sign in "}]" and at:
            seen.pop()
            at.pop()
        elif sign == ":" and seen and (here := seen[-1]) is not None:
            line, counted = line + text.count("\n", counted, found.start()), found.start()
            at[-1] = str(json.loads(last)) if "\\" in last else last[1:-1]
            yield tuple(at), line, at[-1] in here
            here.add(at[-1])
        last = sign
