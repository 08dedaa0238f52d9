"""What all records have in common."""

from __future__ import annotations

import msgspec


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """Fields that this version does not know are passed over, as newer collectors may add some."""
