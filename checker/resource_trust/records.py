"""From a record of a snapshot to a resource as the analysis takes it."""

from __future__ import annotations

from typing import Any

import msgspec

from checker.access.model import KeyGrant, Resource, Settings
from checker.snapshot.resources import ResourceInBrief
from checker.trust.model import Problem

_TYPES: dict[str, Any] = {
    "acl": list[tuple[str, str, str]] | None,
    "grants": list[KeyGrant] | None,
    "share": Any,
    "settings": Settings,
}
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def resource_of(record: ResourceInBrief) -> tuple[Resource, tuple[Problem, ...]]:
    """The resource, and a problem for each part that is in no form that is known."""
    problems: list[Problem] = []
    told: dict[str, Any] = {}
    for name, type_ in _TYPES.items():
        raw = getattr(record, name)
        if isinstance(raw, msgspec.Raw):
            try:
                told[name] = msgspec.json.decode(raw, type=type_)
            except _UNREADABLE as error:
                said = f"`{name}` is in no form that is known ({str(error) or 'nested too deep'})"
                problems.append(Problem("unread-part", None, said))
    resource = Resource(
        arn=record.arn, kind=record.kind, account=record.account, region=record.region,
        name=record.name, document=document_of(record), **told,
    )  # fmt: skip
    return resource, tuple(problems)


def document_of(record: ResourceInBrief) -> str | None:
    """The policy as JSON text; None where there is none."""
    raw = record.document
    if not isinstance(raw, msgspec.Raw):
        return None
    data = bytes(raw)
    if data == b"null":
        return None
    if data[:1] != b'"':
        return data.decode("utf-8", "backslashreplace")
    try:
        return msgspec.json.decode(data, type=str)
    except _UNREADABLE:
        return data.decode("utf-8", "backslashreplace")
