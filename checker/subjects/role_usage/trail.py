"""The trail of a snapshot: what its lines say, and which days it covers."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import msgspec

from checker.errors import InputError
from checker.facts.plain import Facts
from checker.snapshot.files import ASSUMPTIONS, USAGE
from checker.snapshot.read import Snapshot
from checker.snapshot.usage import Assumption, Usage, UsageWindow

_AGAIN = "collect the trail again"


class Window(msgspec.Struct, frozen=True):
    """What the trail covers, and for how many days: in all, and `unbroken` up to its end; `until`
    is the moment that idle days are counted to."""

    begin: str | None
    end: str | None
    days: int | None
    unbroken: int | None
    until: datetime

    @property
    def facts(self) -> Facts:
        return {"begin": self.begin, "end": self.end, "days": self.days}


class Trail(msgspec.Struct, frozen=True):
    """`asked`: somebody asked for all use, so that what is not here was not used; else it is known
    of assumed roles alone."""

    lines: list[Usage]
    assumptions: list[Assumption]
    window: Window
    asked: bool

    @property
    def roles(self) -> frozenset[str]:
        """The ARNs of those that were used."""
        used = {line.role for line in self.lines if line.role}
        return frozenset(used | {assumption.role for assumption in self.assumptions})


def trail_of(snapshot: Snapshot, today: date) -> Trail | None:
    """None where a snapshot has none. Raises InputError for a window that is none."""
    manifest = snapshot.manifest
    if not {USAGE, ASSUMPTIONS} & manifest.files.keys():
        return None
    lines, assumptions = snapshot.usage(), snapshot.assumptions()
    check_window(manifest.usage, snapshot.path / "manifest.json")
    window = window_of(manifest.usage, today)
    return Trail(lines, assumptions, window, was_asked(snapshot))


def was_asked(snapshot: Snapshot) -> bool:
    return USAGE in snapshot.manifest.files


def check_window(recorded: UsageWindow | None, path: object) -> None:
    """Raises InputError for a window that is none."""
    if recorded is None:
        return
    times = [recorded.begin, recorded.end, *(day for hole in recorded.holes for day in hole)]
    known = [moment(text) for text in times if text is not None]
    if None in known:
        raise InputError("the window of the use that was seen is no time", path=path, hint=_AGAIN)
    first, last = moment(recorded.begin), moment(recorded.end)
    if first and last and last < first:
        raise InputError(
            "the window of the use that was seen ends before it begins", path=path, hint=_AGAIN
        )


def window_of(recorded: UsageWindow | None, today: date) -> Window:
    begin, end = (recorded.begin, recorded.end) if recorded else (None, None)
    first, last = moment(begin), moment(end)
    until = last or datetime.combine(today, time(), UTC)
    if first is None or last is None:
        return Window(begin, end, None, None, until)
    holes = [_days(hole) for hole in recorded.holes] if recorded else []
    unseen = sum((after - before for before, after in holes), timedelta())
    since = max([first, *(after for _, after in holes)])
    return Window(begin, end, _whole(last - first - unseen), _whole(last - since), until)


def _days(hole: tuple[str, str]) -> tuple[datetime, datetime]:
    """From the first moment without an event to the first with one."""
    before, after = (datetime.combine(date.fromisoformat(day[:10]), time(), UTC) for day in hole)
    return before, after + timedelta(days=1)


def _whole(time: timedelta) -> int:
    return max(0, time.days)


def moment(text: str | None) -> datetime | None:
    """None for what is no time: the snapshot's strings are arbitrary text."""
    try:
        time = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return time.replace(tzinfo=UTC) if time and time.tzinfo is None else time
