"""What is accepted for a while, and by whom: exceptions, and gaps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Protocol


class Term(Protocol):
    """An entry of the allowlist with a reason, an owner and a last day."""

    @property
    def reason(self) -> str: ...
    @property
    def owner(self) -> str: ...
    @property
    def expires(self) -> date: ...


def differences(was: Term, now: Term, what: str) -> Iterator[tuple[str, str, bool]]:
    """Kind (`gap-extended`, of `what` is `gap`), words and whether it is wider."""
    if was.expires != now.expires:
        longer = now.expires > was.expires
        kind = f"{what}-extended" if longer else f"{what}-shortened"
        yield kind, f", was {was.expires.isoformat()}", longer
    for key in ("reason", "owner"):
        if (before := getattr(was, key)) != (after := getattr(now, key)):
            yield f"{what}-changed", f", {key} {before} → {after}", False
