"""How old a snapshot is: what was collected long ago says little of today.

Days are those of UTC, as `collected_at` is.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from checker.snapshot.records import Gap, Manifest

DEFAULT = 7
"""Days for which a snapshot of what runs is good enough to pass on."""
CODE = frozenset({"cloudformation", "terraform"})
"""Sources that are files: they are as old as the commit that they are in."""
CALL = "snapshot"
_SKEW = timedelta(minutes=10)  # between the clock of the collector and this one


def limit(given: int | None, manifest: Manifest) -> int | None:
    """The days that a snapshot may be old: as given, else the default for what was collected from
    AWS; None for any age."""
    if given is not None:
        return given
    return None if of_code(manifest) else DEFAULT


def of_code(manifest: Manifest) -> bool:
    """Is all of it of code, which need not be deployed yet?"""
    return bool(manifest.sources) and CODE.issuperset(manifest.sources)


def gaps_of_age(
    manifest: Manifest, today: date, max_age: int | None, now: datetime | None
) -> Iterator[Gap]:
    """A snapshot that is older than `max_age` days, or of a time that is yet to come, shows
    nothing of what there is. `now` None: no clock is asked."""
    moment = collected(manifest)
    days = (today - moment.date()).days
    if max_age is not None and days > max_age:
        told = (
            f"it was collected {days} days before {today.isoformat()}, and {max_age} are the limit"
        )
        yield _gap("TooOld", f"{told}: collect it anew, or say --max-age {days}")
    if now is not None and moment > now + _SKEW:
        said = f"it says that it was collected at {manifest.collected_at}, which is yet to come"
        yield _gap("FromTheFuture", f"{said}: collect it anew, with the right time")


def said_of_day(manifest: Manifest, today: date) -> list[str]:
    """Evaluated as of a day before there was a snapshot: in a sentence or none."""
    if today >= collected(manifest).date():
        return []
    return [
        f"Evaluated as of {today.isoformat()}, a day before the snapshot was collected "
        f"({manifest.collected_at}): what it shows may not have been there yet."
    ]


def collected(manifest: Manifest) -> datetime:
    """When it was collected, in UTC; a time without an offset is one of UTC."""
    moment = datetime.fromisoformat(manifest.collected_at)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _gap(code: str, message: str) -> Gap:
    return Gap(call=CALL, code=code, message=f"{message} (--allow-gaps does not accept this)")
