"""Who called, as the queries tell it in one text, and as the records have it."""

from __future__ import annotations

import re

from checker.snapshot.usage import UsageCaller
from checker.usage.sql import SEPARATOR

_KEY_ID = re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{8,}")


def parsed(text: str | None) -> UsageCaller | None:
    """Of `ACCOUNT␟ARN␟SERVICE␟ISSUER`; None where nothing is known."""
    if not text:
        return None
    account, arn, service, issuer = (part or None for part in text.split(SEPARATOR))
    caller = UsageCaller(account=account, arn=arn, service=service, issuer=issuer)
    return caller if caller != UsageCaller() else None


def without_key_ids(text: str) -> str:
    """Requests about access keys name them; no report does."""
    return _KEY_ID.sub("(key id)", text)
