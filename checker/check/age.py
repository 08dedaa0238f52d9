"""How old a snapshot is: what was collected long ago says little of today.

Days are those of UTC, as `collected_at` is.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from checker.snapshot.manifest import CODE
from checker.snapshot.manifest import moment as moment_of
from checker.snapshot.records import Gap, Manifest

DEFAULT = 7
"""Days for which a snapshot of what runs is good enough to pass on."""
CALL = "snapshot"
_SKEW = timedelta(minutes=10)  # between the clock of the collector and this one


def limit(max_age: int | None, manifest: Manifest) -> int | None:
    """The days that a snapshot may be old: as given, else the default for what was collected from
    AWS; None for any age."""
    if max_age is not None:
        return max_age
    return None if of_code(manifest) else DEFAULT


def of_code(manifest: Manifest) -> bool:
    """Is all of it of code, which need not be deployed yet, and is as old as its commit?"""
    return bool(manifest.sources) and CODE.issuperset(manifest.sources)


def gaps_of_age(
    manifest: Manifest, today: date, max_age: int | None, now: datetime | None
) -> Iterator[Gap]:
    """What is older than `max_age` days, or of a time that is yet to come, shows nothing of what
    there is: the snapshot, an account in it, or the list of accounts. `now` None: no clock is
    asked."""
    for moment, what, call in _moments(manifest):
        days = (today - moment.date()).days
        if max_age is not None and days > max_age:
            told = f"{what} {days} days before {today.isoformat()}, and {max_age} are the limit"
            yield _gap(call, "TooOld", f"{told}: collect it anew, or say --max-age {days}")
        if now is not None and moment > now + _SKEW:
            text = f"{what} at {moment:%Y-%m-%dT%H:%M:%SZ}, which is yet to come"
            yield _gap(call, "FromTheFuture", f"{text}: collect it anew, with the right time")


def _moments(manifest: Manifest) -> Iterator[tuple[datetime, str, str]]:
    """When what was looked at, in words, and the call of its gap: a day's accounts together."""
    yield collected(manifest), "it was collected", CALL
    days: dict[date, list[datetime]] = {}
    for account in manifest.accounts:
        if account.collected and account.collected_at:
            moment = moment_of(account.collected_at)
            days.setdefault(moment.date(), []).append(moment)
    for day, moments in sorted(days.items()):
        what = f"{len(moments):,} accounts of it were collected"
        yield max(moments), what, f"{CALL}:{day.isoformat()}"
    for organization, listed in _listings(manifest):
        yield listed, f"the accounts of {organization} were listed", f"{CALL}:{organization}"


def _listings(manifest: Manifest) -> list[tuple[str, datetime]]:
    """The newest of each organization: an older one beside it does no harm."""
    newest: dict[str, datetime] = {}
    for piece in manifest.parts:
        if piece.listed and piece.organization:
            moment = moment_of(str(piece.listed_at))
            newest[piece.organization] = max(moment, newest.get(piece.organization, moment))
    return sorted(newest.items())


def said_of_day(manifest: Manifest, today: date) -> list[str]:
    """Evaluated as of a day before there was a snapshot: in a sentence or none."""
    last = max(moment for moment, *_ in _moments(manifest))
    if today >= last.date():
        return []
    return [
        f"Evaluated as of {today.isoformat()}, a day before the snapshot was collected "
        f"({last:%Y-%m-%dT%H:%M:%SZ}): what it shows may not have been there yet."
    ]


def collected(manifest: Manifest) -> datetime:
    """When it was collected, in UTC; a time without an offset is one of UTC."""
    return moment_of(manifest.collected_at)


def _gap(call: str, code: str, message: str) -> Gap:
    return Gap(call=call, code=code, message=f"{message} (--allow-gaps does not accept this)")
