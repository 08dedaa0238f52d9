"""Which properties become records: what is said of them is judged, and no gap."""

from __future__ import annotations

from checker.collect.iac.code import rows as code
from checker.collect.iac.grants import rows as grants


def is_read(kind: str, path: tuple[str, ...]) -> bool:
    """Whether a record is made of a property of a type."""
    return grants.is_read(kind, path) or code.is_read(kind, path)
