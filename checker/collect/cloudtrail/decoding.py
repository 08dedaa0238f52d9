"""JSON values taken apart with distrust: whatever cannot be is an UnreadableError."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import msgspec

from checker.collect.cloudtrail.inflate import UnreadableError

T = TypeVar("T")
Fields = Mapping[str, msgspec.Raw]
_fields = msgspec.json.Decoder(dict[str, msgspec.Raw])
_items = msgspec.json.Decoder(list[msgspec.Raw])
_text = msgspec.json.Decoder(str)
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}(?:\\u[dD][c-fC-F][0-9a-fA-F]{2})?"
    rb"|u[dD][c-fC-F][0-9a-fA-F]{2}|.)", re.S
)  # fmt: skip
NULL = msgspec.Raw(b"null")
LEAST = ("eventID", "eventTime", "eventSource", "eventName", "userIdentity")
"""What every event has; without the last it is a row of some table, of which the rest is lost.
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html"""


def decoded(decoder: msgspec.json.Decoder[T], raw: msgspec.Raw) -> T:
    try:
        return decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnreadableError("InvalidEvent", f"not a CloudTrail event: {error}") from None
    except RecursionError:
        raise UnreadableError("InvalidJSON", "nested too deep") from None


def fields_of(raw: msgspec.Raw) -> dict[str, msgspec.Raw]:
    return decoded(_fields, raw)


def items_of(raw: msgspec.Raw) -> list[msgspec.Raw]:
    return decoded(_items, raw)


def paired(text: bytes) -> bytes:
    """Without halves of surrogate pairs, which no text of Unicode has, and which would make a whole
    file unreadable: whoever is recorded has a say in what stands in user agents and parameters."""
    if b"\\ud" not in text and b"\\uD" not in text:
        return text
    return _ESCAPE.sub(_whole_pair, text)


def _whole_pair(escape: re.Match[bytes]) -> bytes:
    found = escape[0]
    return b"\\ufffd" if len(found) == len(b"\\udfff") else found


def is_list(raw: msgspec.Raw) -> bool:
    return bytes(memoryview(raw)[:1]) == b"["


def is_text(raw: msgspec.Raw) -> bool:
    return bytes(memoryview(raw)[:1]) == b'"'


def string_of(raw: msgspec.Raw | None) -> str | None:
    """None for what is no text."""
    try:
        return None if raw is None else _text.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def json_of(raw: msgspec.Raw) -> msgspec.Raw:
    """An object, or a text that holds one."""
    text = string_of(raw)
    return raw if text is None else msgspec.Raw(paired(text.encode()))


def inner(item: msgspec.Raw, names: Iterable[str]) -> msgspec.Raw:
    """What stands under the first of the names that an object has."""
    fields = fields_of(item)
    name = next((name for name in names if name in fields), None)
    if name is None:
        raise no_event(fields)
    return json_of(fields[name])


def is_event(fields: Fields) -> bool:
    return all(name in fields for name in LEAST)


def no_event(fields: Mapping[str, Any]) -> UnreadableError:
    missing = [name for name in LEAST if name not in fields]
    if missing == ["userIdentity"]:
        return UnreadableError("InvalidEvent", _ROW)
    if missing and len(missing) < len(LEAST):
        return UnreadableError("InvalidEvent", f"an event lacks its {', '.join(missing)}")
    if mend := next((said for name, said in _MENDS.items() if name in fields), None):
        return UnreadableError("UnknownShape", mend)
    keys = ", ".join(sorted(fields)[:5]) or "none"
    return UnreadableError("UnknownShape", f"an object of no known shape; its keys: {keys}")


_ROW = (
    "columns of an event without its userIdentity: give whole events (of Splunk _raw, of Lake "
    "eventJson, of Elastic event.original)"
)
_MENDS = {
    "class_uid": "events in OCSF are not read as JSON: give Security Lake's own Parquet, or the "
    "trail's own files",
}
