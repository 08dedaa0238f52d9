"""Answers by what a resource says, but for its own name: equal ones are analysed once.

Most policies differ in the ARN that they stand at alone. Where a policy's answer can depend on that
ARN by the ARN itself alone, and not by a pattern that one name fits and another does not, the
answer for one resource is that for all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from checker.access import Access
from checker.access.kinds import kind_of
from checker.snapshot.resources import ResourceRecord

MEMORY = 1 << 16
_PARTS = ("document", "acl", "grants", "share", "settings")
_ACTION = re.compile(r"(?!arn:)[A-Za-z0-9-]+:[A-Za-z0-9*?]*\Z")
_ESCAPED = re.compile(rb"\\[u/]")


def key_of(record: ResourceRecord) -> bytes:
    """What a resource says, its ARN and account replaced. Its region stays, as some kinds have
    others behind them in the same."""
    parts = [record.kind.encode(), (record.region or "").encode()]
    for name in _PARTS:
        raw = getattr(record, name)
        parts.append(b"" if raw is msgspec.UNSET else bytes(raw))
    text = b"\0".join(parts)
    return text.replace(record.arn.encode("utf-8", "replace"), b"\1").replace(
        record.account.encode(), b"\2"
    )


def shareable(record: ResourceRecord, access: Access) -> bool:
    """Whether the answer is that of every resource with this key."""
    if access.problems or "{name}" in (behind := _behind(record)) or "{last}" in behind:
        return False
    raws = [raw for name in _PARTS if (raw := getattr(record, name)) is not msgspec.UNSET]
    if any(_ESCAPED.search(bytes(raw)) for raw in raws):
        return False
    service = record.arn.split(":", 3)[2:3]
    texts = (text for raw in raws for text in _texts(msgspec.json.decode(raw)))
    return all(_moves(text, record.arn, service) for text in texts)


def _behind(record: ResourceRecord) -> str:
    return str(kind_of(record.kind, record.arn).behind)


def _texts(value: Any) -> Iterator[str]:
    """All texts, those within policies that are given as text too."""
    if isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, str):
        if value.lstrip()[:1] == "{":
            yield from _texts(msgspec.json.decode(value))
        else:
            yield value


def _moves(text: str, arn: str, service: list[str]) -> bool:
    """Whether a text means the resource by its ARN, or all resources, or something else for sure:
    a pattern may fit one name and not another."""
    if text == "*" or text.startswith(arn):
        return True
    if text.startswith(("arn:", "*", "?", "execute-api:")):
        parts = text.split(":", 5)
        fixed = len(parts) == 6 and not any(wild in part for part in parts[:3] for wild in "*?")
        return fixed and parts[2:3] != service
    return True
