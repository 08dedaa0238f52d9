"""Trust policies that differ in their external id alone are analysed once.

A vendor gives each customer, or each account, an external id of its own: fifty thousand roles have
fifty thousand distinct policies that say the same thing. The analysis only ever compares the id
with itself, so its answer for one id is its answer for each, with the id put in. That holds where
the id is an exact value under StringEquals, neither it nor its key occurs anywhere else, and no
policy variable could tie it to another key; any other policy is analysed as it stands. The text is
looked at as it is, undecoded: so one with an escape of JSON or of a URL, which may spell the key or
the id another time, is never merged.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_CONDITION = re.compile(rb'"StringEquals":\{"sts:ExternalId":"([A-Za-z0-9_-]{8,64})"')
STAND_IN = "an-external-id-of-a-role-of-ours"
_KEY = b"sts:externalid"
_ESCAPES = (b"\\", b"%", b"${")
LONGEST = 4_096
"""A longer policy could come near the analysis' budget, which counts lengths."""


def generalised(text: bytes) -> tuple[bytes, str] | None:
    """The policy with the stand-in for its external id, and the id; None where that could change
    the answer."""
    match = _CONDITION.search(text)
    if match is None or len(text) > LONGEST:
        return None
    external_id = match[1]
    unique = text.count(external_id) == 1 and text.lower().count(_KEY) == 1
    if not unique or STAND_IN.encode() in text or any(escape in text for escape in _ESCAPES):
        return None
    start, end = match.span(1)
    return text[:start] + STAND_IN.encode() + text[end:], external_id.decode()


def is_general(text: bytes) -> bool:
    return STAND_IN.encode() in text


def with_external_id(grant_facts: dict[str, Any], external_id: str) -> dict[str, Any]:
    """The facts of a grant whose witness shows this id instead of the stand-in."""
    witness = grant_facts["witness"]
    if witness is None:
        return grant_facts
    context: Mapping[str, Any] = witness["context"]
    shown = {key: external_id if value == STAND_IN else value for key, value in context.items()}
    return grant_facts | {"witness": witness | {"context": shown}}
