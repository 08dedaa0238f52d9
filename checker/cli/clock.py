"""Days that users write, and the time of a collection, which snapshots hold."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import click


class _Day(click.DateTime):
    """A day as YYYY-MM-DD. What looks like one does not need strptime, whose import takes as long
    as a small check; it has the last word on all else."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        if isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-":
            with suppress(ValueError):
                return datetime.fromisoformat(value)
        found: datetime = super().convert(value, param, ctx)
        return found


DAY = _Day(["%Y-%m-%d"])


def timestamp() -> str:
    """Now, in UTC, as `2026-11-20T06:00:00Z`."""
    return datetime.now(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
