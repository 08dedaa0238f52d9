"""The time of a report: that of its snapshot, as machine formats want it."""

from __future__ import annotations

from datetime import UTC, datetime

from checker.report.model import Report


def moment(report: Report) -> datetime:
    """When the snapshot was collected; the day of evaluation where that cannot be read."""
    for text in (report.inputs.snapshot.collected_at, report.evaluated_on):
        try:
            time = datetime.fromisoformat(text)
        except ValueError:
            continue
        return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    return datetime(1970, 1, 1, tzinfo=UTC)


def collected(report: Report) -> str:
    """`2026-11-20T06:00:00.000Z`."""
    return moment(report).isoformat(timespec="milliseconds").replace("+00:00", "Z")
