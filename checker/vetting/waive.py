"""An exception more in an allowlist's text, of which every other byte stays as it is.

A round-trip library (ruamel.yaml) was tried, and writes flow collections anew wherever they stand:
a reviewer would see changes of entries that nobody touched. So the entry is put in by position.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec
import yaml

from checker.errors import InputError
from checker.vetting.drafts import filled_in
from checker.vetting.entries import ExceptionEntry
from checker.vetting.written import entries_of
from checker.yamlfile import parse_yaml

KEY = "exceptions"
_BY_HAND = "write it by hand"
_REMARK = re.compile("#.*")


def with_exception(text: str, entry: ExceptionEntry, path: str) -> str:
    """The text with one entry more, the last of the exceptions.

    Raises InputError where that would not have the form of one, or would change anything else.
    """
    before = parse_yaml(text.encode(), path).value
    written = msgspec.structs.asdict(entry)
    end = "\r\n" if "\r\n" in text else "\n"
    new = _put(text, written, end, path)
    after = parse_yaml(new.encode(), path)
    if after.value != {**before, KEY: [*(before.get(KEY) or []), written]}:
        raise InputError("the exception cannot be put in there", path=path, hint=_BY_HAND)
    entries_of(msgspec.structs.replace(after, value=filled_in(after.value)))
    return new


def _put(text: str, entry: dict[str, Any], end: str, path: str) -> str:
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if not isinstance(root, yaml.MappingNode) or root.flow_style:
        raise InputError("is not written as keys, a line each", path=path, hint=_BY_HAND)
    value = next((v for k, v in root.value if k.value == KEY), None)
    if value is None:
        at = _line_end(text, _last(root).end_mark.index)
        return _insert(text, at, [f"{KEY}:", *_block(entry, 2)], end)
    if not value.value:  # `exceptions:` or `exceptions: []`
        return _fill(text, value, list(_block(entry, 2)), end)
    if value.flow_style:
        at = value.end_mark.index - 1
        rest = _REMARK.sub("", text[value.value[-1].end_mark.index : at])
        comma = " " if "," in rest else ", "
        return f"{text[:at]}{comma}{{{', '.join(_pairs(entry))}}}{text[at:]}"
    at = _line_end(text, _last(value).end_mark.index)
    return _insert(text, at, list(_block(entry, value.start_mark.column)), end)


def _fill(text: str, value: Any, lines: list[str], end: str) -> str:
    """In place of an empty value; a remark after it stays in its column."""
    start, stop = value.start_mark.index, value.end_mark.index
    at = _line_end(text, stop)
    line = text[:start] + " " * (stop - start) + text[stop:at].rstrip("\r\n")
    return _insert(line.rstrip(" ") + end + text[at:], len(line.rstrip(" ") + end), lines, end)


def _last(node: Any) -> Any:
    """The leaf that ends a block; a block's own end is where the next one begins."""
    while not isinstance(node, yaml.ScalarNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    return node


def _line_end(text: str, index: int) -> int:
    """Where the line of a value ends; that of a literal block ends with its last line."""
    if index and text[index - 1] == "\n":
        return index
    return text.find("\n", index) + 1 or len(text)


def _insert(text: str, at: int, lines: list[str], end: str) -> str:
    """Lines at the beginning of one."""
    before = text[:at] if text[:at].endswith("\n") else text[:at] + end
    return before + "".join(line.rstrip(" ") + end for line in lines) + text[at:]


def _block(entry: dict[str, Any], column: int) -> Iterator[str]:
    for number, pair in enumerate(_pairs(entry)):
        yield " " * column + ("  " if number else "- ") + pair


def _pairs(entry: dict[str, Any]) -> Iterator[str]:
    """JSON's strings are YAML's; a policy's id and a day need no quotes."""
    for key, value in entry.items():
        plain = key in ("policy", "expires")
        yield f"{key}: {value if plain else json.dumps(value, ensure_ascii=False)}"
