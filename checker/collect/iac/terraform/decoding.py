"""What Terraform's functions read of a text: YAML, CSV, base64. Each raises ValueError or
LookupError for what Terraform refuses, or what nobody needs.

https://developer.hashicorp.com/terraform/language/functions/yamldecode; what that does not say,
`terraform console` answered.
"""

from __future__ import annotations

import base64
import csv
import datetime
import io
import re
from typing import Any

import yaml

from checker.collect.iac.terraform.several import same
from checker.collect.iac.unknown import A_MARK, CLOSE, OPEN, is_unresolved

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MOST, _DEEPEST, _ROWS, _CELL = 1 << 20, 100, 10_000, 1 << 17
_MARKS, _KEPT = re.compile(A_MARK), re.compile(f"{OPEN}([0-9]+){CLOSE}")
_TAG, _MERGED = "tag:yaml.org,2002:", "<<"
_TEXTS, _SEVERAL = (f"{_TAG}str", f"{_TAG}binary"), (f"{_TAG}map", f"{_TAG}seq")
_YES, _NO = ("y", "yes", "on", "true"), ("n", "no", "off", "false")
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **{form: word in _YES for word in (*_YES, *_NO) for form in (word, word.title(), word.upper())},
}
_WHOLE, _OTHER = re.compile("[-+]?[0-9]+"), re.compile("0x[0-9a-fA-F]+|0o[0-7]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NO_NUMBER = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_DAY = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_TIME = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}[Tt ][0-9]+:.*")
_PLAIN_TIME = re.compile(r"[0-9-]{10}T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[-+][0-9]{2}:[0-9]{2})?")


def yamldecode(text: str) -> Any:
    """Of a text that is not known nothing is told; of one in which parts are not, all but these."""
    marks = _MARKS.findall(text)
    numbers = iter(range(len(marks)))  # what a mark says of itself is no YAML
    plain = _MARKS.sub(lambda _: f"{OPEN}{next(numbers)}{CLOSE}", text)
    try:
        found = _Document(yaml.parse(plain, _LOADER), marks).value()
    except yaml.YAMLError as error:
        raise ValueError("no YAML") from error
    return None if isinstance(found, str) and is_unresolved(found) else same(found)


class _Document:
    """What the parser's events say. What an alias stands for counts each time, as whoever writes
    it out would have it so often."""

    def __init__(self, events: Any, marks: list[str]) -> None:
        self._events, self._marks, self._spent = events, marks, 0
        self._anchors: dict[str, tuple[Any, int]] = {}

    def value(self) -> Any:
        next(self._events)
        begin = next(self._events)
        if not isinstance(begin, yaml.DocumentStartEvent) or begin.version not in (None, (1, 1)):
            raise ValueError("no document")
        found = self._value(next(self._events), 0)
        next(self._events)
        if not isinstance(next(self._events), yaml.StreamEndEvent):
            raise ValueError("a second document")
        return found

    def _value(self, event: Any, depth: int) -> Any:
        if isinstance(event, yaml.AliasEvent):
            found, size = self._anchors[str(event.anchor)]
            self._spend(size)
            return found
        before = self._spent
        self._spend(1)
        if depth > _DEEPEST:
            raise ValueError("nested too deep")
        found = self._new(event, depth)
        if event.anchor:
            self._anchors[event.anchor] = found, self._spent - before
        return found

    def _spend(self, size: int) -> None:
        self._spent += size
        if self._spent > _MOST:
            raise ValueError("too much")

    def _new(self, event: Any, depth: int) -> Any:
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if event.tag not in (None, *_SEVERAL):
            raise ValueError("a tag")
        return (
            self._mapping(depth) if isinstance(event, yaml.MappingStartEvent) else self._list(depth)
        )

    def _list(self, depth: int) -> list[Any]:
        found: list[Any] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            found.append(self._value(event, depth + 1))
        return found

    def _mapping(self, depth: int) -> dict[str, Any]:
        """The last of two keys counts, merged ones too."""
        found: dict[str, Any] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise ValueError("a key that is no text")
            key = _key(self._value(event, depth))
            value = self._value(next(self._events), depth + 1)
            if key != _MERGED:
                found[key] = value
            elif isinstance(value, dict):
                found |= value
            else:
                raise ValueError("no mapping")
        return found

    def _scalar(self, event: Any) -> Any:
        self._spend(len(event.value))
        if event.tag in _TEXTS or (event.tag is None and not event.implicit[0]):
            return self._whole(event.value)
        if event.tag is not None:
            raise ValueError("a tag")
        return _plain(self._whole(event.value))

    def _whole(self, text: str) -> str:
        return _KEPT.sub(lambda found: self._marks[int(found[1])], text)


def _key(value: Any) -> str:
    if value is None:
        raise ValueError("null is no key")
    return str(value).lower() if isinstance(value, bool) else str(value)


def _plain(text: str) -> Any:
    """What stands in no quotes."""
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    if _OTHER.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text):
        number = float(text)
        return int(number) if number == int(number) else number
    return _moment(text)


def _moment(text: str) -> str:
    """A day is written out as a moment, as the provider's own parser does."""
    if day := _DAY.fullmatch(text):
        try:
            return f"{datetime.date(*map(int, day.groups())).isoformat()}T00:00:00Z"
        except ValueError:
            return text
    if _NO_NUMBER.fullmatch(text) or (_TIME.fullmatch(text) and not _PLAIN_TIME.fullmatch(text)):
        raise ValueError("one that is written anew")
    return text


def csvdecode(text: str) -> list[dict[str, str]]:
    """Of each row the cells by what the first one calls them."""
    if "\r" in text.replace("\r\n", "") or '"' in text:
        raise ValueError("where lines end and what quotes are, readers differ")
    try:
        read = [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row]
    except csv.Error as error:
        raise ValueError("no CSV") from error
    if not read or len(set(read[0])) != len(read[0]) or len(read) > _ROWS:
        raise ValueError("columns of one name, or none, or too many rows")
    if any(len(cell) > _CELL for row in read for cell in row):
        raise ValueError("too long a cell")  # whatever others have set for the process
    return [dict(zip(read[0], row, strict=True)) for row in read[1:]]


def base64decode(text: str) -> str:
    data = text.replace("\r", "").replace("\n", "")
    return base64.b64decode(data, validate=True).decode()
