"""The line of a value in a JSON text, from a path such as `$.findings[3].severity`."""

from __future__ import annotations

import re
from json import JSONDecodeError, JSONDecoder

_STEP = re.compile(r"\.(?P<key>[^.\[]+)|\[(?P<index>\d+)\]")
_ANY = "[...]"  # msgspec's word for some key of a mapping: its line is the mapping's
_BLANKS = re.compile(r"[ \t\r\n]*")
_decode = JSONDecoder().raw_decode


def line_of(text: str, path: str) -> int | None:
    """None where the text doesn't have the path."""
    try:
        return text.count("\n", 0, _offset(text, path)) + 1
    except (JSONDecodeError, LookupError, RecursionError):
        return None


def _offset(text: str, path: str) -> int:
    position = _skip(text, 0)
    for step in _STEP.finditer(path.partition(_ANY)[0]):
        if step["key"] is not None:
            position = _member(text, position, step["key"])
        else:
            position = _item(text, position, int(step["index"]))
    return position


def _skip(text: str, position: int) -> int:
    blanks = _BLANKS.match(text, position)
    return blanks.end() if blanks else position


def _member(text: str, position: int, key: str) -> int:
    """Past `{` or `,` to the value of `key`; a key that is missing is its object's fault."""
    start = position
    while text[position] != "}":
        name, end = _decode(text, _skip(text, position + 1))
        value = _skip(text, _skip(text, end) + 1)
        if name == key:
            return value
        position = _skip(text, _decode(text, value)[1])
    return start


def _item(text: str, position: int, index: int) -> int:
    value = _skip(text, position + 1)
    for _ in range(index):
        value = _skip(text, _skip(text, _decode(text, value)[1]) + 1)
    return value
