"""External ids out of policy documents, without changing whom the documents let in.

An external id is no password, but whoever knows it and stands with the vendor is one step nearer
(https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html). Stand-ins keep what a
policy compares: equal ids stay equal, different ones different, within one document.
"""

from __future__ import annotations

import json
import re
import string
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from checker.snapshot.records import Guardrail, Manifest, Role
from checker.snapshot.resources import ResourceRecord
from checker.snapshot.write import encode_document

REDACTED = "external-ids"
"""What the manifest of such a snapshot names."""
_KEY = "sts:externalid"
_WILD = re.compile(r"[*?]|\$\{")
_EQUALITY = re.compile(r"(for\w+:)?string(not)?(equals|like)(ifexists)?", re.IGNORECASE)
"""Operators that ask for the very same id; others ask for its letters or its number."""
_VARIABLE = re.compile(r"(\$\{[^}]*\})")
_PARTS = ("document", "share", "settings")
"""Of a resource: its policy, those of its access points in its settings."""
_LEFT_OUT = "not JSON, so left out with the external ids that it may hold"


def redacted(record: msgspec.Struct) -> msgspec.Struct:
    """The record with stand-ins; one that holds no policy document is itself."""
    if isinstance(record, Role):
        return msgspec.structs.replace(record, trust_policy=_raw(record.trust_policy))
    if isinstance(record, ResourceRecord):
        told = ((name, getattr(record, name)) for name in _PARTS)
        found = {name: _raw(one) for name, one in told if isinstance(one, msgspec.Raw)}
        return msgspec.structs.replace(record, **found)
    return record


def redacted_manifest(manifest: Manifest) -> Manifest:
    """With stand-ins in the guardrails, and saying so."""
    limits = manifest.guardrails
    kept = None if limits is None else tuple(_limit(one) for one in limits)
    return msgspec.structs.replace(manifest, guardrails=kept, redacted=(REDACTED,))


def _limit(guardrail: Guardrail) -> Guardrail:
    return msgspec.structs.replace(guardrail, document=_raw(guardrail.document))


def _raw(document: msgspec.Raw) -> msgspec.Raw:
    value = json.loads(bytes(document))
    if _KEY not in json.dumps(value).lower():
        return document
    if isinstance(value, str):
        return encode_document(_text(value))
    return encode_document(_texts_within(redacted_document(value)))


def _text(value: str) -> str:
    """A policy as text."""
    try:
        return json.dumps(redacted_document(json.loads(value)))
    except ValueError:
        return _LEFT_OUT


def _texts_within(value: Any) -> Any:
    """With stand-ins in the policies that stand in it as text."""
    if isinstance(value, str):
        return _text(value) if _KEY in value.lower() and value.lstrip()[:1] in ("{", "[") else value
    if isinstance(value, list):
        return [_texts_within(one) for one in value]
    if isinstance(value, dict):
        return {name: _texts_within(one) for name, one in value.items()}
    return value


def redacted_document(document: Any) -> Any:
    """A policy document with stand-ins for its external ids."""
    given = dict.fromkeys(_ids(document))
    plain = all(_EQUALITY.fullmatch(op) and not _WILD.search(value) for op, value in given)
    values = dict.fromkeys(value for _, value in given)
    stand_in = _numbered(values) if plain else _substitution(values)
    return _replaced(document, stand_in)


def _ids(value: Any, operator: str | None = None) -> Iterator[tuple[str, str]]:
    """Operators and ids of all conditions, wherever they stand."""
    if isinstance(value, dict):
        for key, item in value.items():
            if operator and key.lower() == _KEY and operator.lower() != "null":
                yield from ((operator, str(one)) for one in _listed(item))
            else:
                yield from _ids(item, key)
    elif isinstance(value, list):
        for item in value:
            yield from _ids(item)


def _replaced(value: Any, stand_in: Callable[[str], str], operator: str = "") -> Any:
    if isinstance(value, list):
        return [_replaced(item, stand_in) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _each(item, stand_in)
        if key.lower() == _KEY and operator.lower() != "null"
        else _replaced(item, stand_in, key)
        for key, item in value.items()
    }


def _each(value: Any, stand_in: Callable[[str], str]) -> Any:
    if isinstance(value, list):
        return [stand_in(str(item)) for item in value]
    return stand_in(str(value))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _numbered(values: Iterable[str]) -> Callable[[str], str]:
    """`redacted-1`, …: nothing of the id is left."""
    made = {value: f"redacted-{number}" for number, value in enumerate(values, 1)}
    return lambda value: made.get(value, "redacted")


def _substitution(values: Iterable[str]) -> Callable[[str], str]:
    """A letter for a letter, a digit for a digit, in order of appearance: which pattern covers
    which value stays as it was. Only length and repetition are left of the id."""
    table: dict[str, str] = {}
    pools = (iter(string.ascii_lowercase), iter(string.digits))

    def swapped(char: str) -> str:
        if not (char.isascii() and char.isalnum()):
            return char
        low = char.lower()
        if low not in table:
            table[low] = next(pools[low.isdigit()])
        return table[low].upper() if char.isupper() else table[low]

    def stand_in(value: str) -> str:
        parts = _VARIABLE.split(value)
        return "".join(p if p.startswith("${") else "".join(map(swapped, p)) for p in parts)

    made = {value: stand_in(value) for value in values}
    return lambda value: made.get(value, "redacted")
