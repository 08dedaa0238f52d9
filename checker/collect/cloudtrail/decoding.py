"""JSON values taken apart with distrust: whatever cannot be is an UnreadableError."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import msgspec

from checker.collect.cloudtrail.inflate import UnreadableError

T = TypeVar("T")
Fields = Mapping[str, msgspec.Raw]
_fields = msgspec.json.Decoder(dict[str, msgspec.Raw])
_items = msgspec.json.Decoder(list[msgspec.Raw])
_text = msgspec.json.Decoder(str)
NULL = msgspec.Raw(b"null")
LEAST = ("eventID", "eventTime", "eventSource", "eventName")
"""What every event has."""


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


def is_list(raw: msgspec.Raw) -> bool:
    return bytes(memoryview(raw)[:1]) == b"["


def string_of(raw: msgspec.Raw | None) -> str | None:
    """None for what is no text."""
    try:
        return None if raw is None else _text.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def json_of(raw: msgspec.Raw) -> msgspec.Raw:
    """An object, or a text that holds one."""
    text = string_of(raw)
    return raw if text is None else msgspec.Raw(text.encode())


def inner(item: msgspec.Raw, names: Iterable[str]) -> msgspec.Raw:
    """What stands under the first of the names that an object has."""
    fields = fields_of(item)
    name = next((name for name in names if name in fields), None)
    if name is None:
        raise no_event(fields)
    return json_of(fields[name])


def no_event(fields: Mapping[str, Any]) -> UnreadableError:
    missing = [name for name in LEAST if name not in fields]
    if len(missing) < len(LEAST):
        return UnreadableError("InvalidEvent", f"an event lacks its {', '.join(missing)}")
    if mend := next((said for name, said in _MENDS.items() if name in fields), None):
        return UnreadableError("UnknownShape", mend)
    keys = ", ".join(sorted(fields)[:5]) or "none"
    return UnreadableError("UnknownShape", f"an object of no known shape; its keys: {keys}")


_MENDS = {
    "class_uid": "events in OCSF are not read as JSON: give Security Lake's own Parquet, or the "
    "trail's own files",
}
