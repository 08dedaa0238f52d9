"""JSON text → the document, once decoded, with what its text shows: duplicate keys, bad JSON."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import unquote

from checker.patterns import pattern

_ENCODED = pattern(r"\s*%(?:7B|5B|22|09|0A|0D|20)", re.IGNORECASE)


class TooDeep(ValueError):  # noqa: N818
    """JSON text that is nested deeper than any policy."""


class NotJSON(ValueError):  # noqa: N818
    """Text that is no JSON document; its message says why."""


def as_list(value: Any) -> list[Any]:
    """Policies write one thing for the list of it."""
    return value if isinstance(value, list) else [value]


def decode(text: str | bytes) -> tuple[Any, list[str]]:
    """The decoded document and the object keys that occur twice.

    IAM returns documents URL-encoded (RFC 3986): they are decoded exactly once. A JSON string
    that holds a document is one level more.
    """
    found, duplicates = _decode(text)
    if isinstance(found, str):
        found, more = _decode(found)
        duplicates += more
    return found, duplicates


def _decode(text: str | bytes) -> tuple[Any, list[str]]:
    duplicates: list[str] = []

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(items)
        if len(found) != len(items):
            names = [name for name, _ in items]
            duplicates.extend(name for name in found if names.count(name) > 1)
        return found

    try:
        plain = text.decode("utf-8-sig") if isinstance(text, bytes) else text.removeprefix("\ufeff")
        if is_encoded(plain):
            plain = unquote(plain, errors="strict")
        return json.loads(plain, object_pairs_hook=pairs, parse_int=_integer), duplicates
    except ValueError as error:
        raise NotJSON(f"not JSON: {str(error)[:200]}") from error
    except RecursionError as error:
        raise TooDeep("nested too deep to be a policy") from error


def is_encoded(text: str) -> bool:
    """Whether JSON text is URL-encoded: it begins with an encoded brace, bracket or quote."""
    return _ENCODED.match(text) is not None


def _integer(digits: str) -> int | str:
    """Python refuses to convert very long numbers; as text they are as invalid here."""
    return int(digits) if len(digits) < 100 else digits
