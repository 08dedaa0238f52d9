"""Who called, as the queries tell it in one text, and as the records have it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from checker.snapshot.usage import UsageCaller
from checker.usage.sql import SEPARATOR

_KEY_ID = re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{8,}")


def parsed(text: str | None) -> UsageCaller | None:
    """Of `ACCOUNT␟ARN␟SERVICE␟ISSUER`; None where nothing is known."""
    return None if chained_from(text) else _parsed(text)


def chained_from(text: str | None) -> str | None:
    """The role of the session that a chain begins with, of which nobody is known: a fifth part."""
    return (text or "").split(SEPARATOR, 4)[4] if (text or "").count(SEPARATOR) > 3 else None


def with_path(text: str | None, paths: Mapping[str, str]) -> str | None:
    """The text with the whole ARN of the role that a chain begins with."""
    role = chained_from(text)
    if text is None or role is None or role not in paths:
        return text
    return text.removesuffix(role) + paths[role]


def _parsed(text: str | None) -> UsageCaller | None:
    if not text:
        return None
    account, arn, service, issuer = (part or None for part in text.split(SEPARATOR))
    caller = UsageCaller(account=account, arn=arn, service=service, issuer=issuer)
    return caller if caller != UsageCaller() else None


def without_key_ids(text: str) -> str:
    """Requests about access keys name them; no report does."""
    return _KEY_ID.sub("(key id)", text)
