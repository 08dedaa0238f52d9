"""Times of events, as one text that compares like the time itself: `YYYY-MM-DDTHH:MM:SSZ`.

CloudTrail writes no other; what exported or stored its events writes blanks, fractions, offsets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

_FORM = "%Y-%m-%dT%H:%M:%SZ"
# From the 29th on the calendar is asked.
PLAIN = re.compile(
    r"[1-9][0-9]{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z"
).fullmatch
"""Whether a time is written as CloudTrail does."""
_HOUR = slice(0, len("YYYY-MM-DDTHH"))
_CLOCK = {f":{minute:02d}:{second:02d}Z" for minute in range(60) for second in range(60)}


def all_plain(times: Iterable[str]) -> bool:
    """Whether all are: of thousands, few have an hour of their own."""
    given = frozenset(times)
    hours, clocks = {time[_HOUR] for time in given}, {time[_HOUR.stop :] for time in given}
    return clocks <= _CLOCK and all(PLAIN(f"{hour}:00:00Z") for hour in hours)


def canonical(text: str) -> str | None:
    """In UTC, to the second; None for what is no time. Without an offset it is UTC."""
    if PLAIN(text):
        return text
    try:
        found = datetime.fromisoformat(text.removesuffix(" UTC"))
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return f"{found:{_FORM}}" if len(text) > 10 and found.year > 999 else None


def moment(text: str) -> datetime:
    """Of a text of this form."""
    return datetime.strptime(text, _FORM).replace(tzinfo=UTC)


def shifted(text: str, by: timedelta) -> str:
    return f"{moment(text) + by:{_FORM}}"
