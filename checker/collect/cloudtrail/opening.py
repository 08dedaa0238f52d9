"""From what the command line names to a trail that can be asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from checker.collect.cloudtrail.logs import LocalLogs
from checker.collect.cloudtrail.trail import AthenaTrail, LoggedTrail, Trail
from checker.errors import InputError
from checker.usage.iceberg import Mapped
from checker.usage.sql import Window
from checker.usage.times import moment

if TYPE_CHECKING:
    from checker.collect.cloudtrail.s3_logs import S3Logs

DAYS = 30
"""How far back Athena looks where nobody says it: it bills what it reads."""


@dataclass(frozen=True)
class Opening:
    """A source as the command line names it, and what it is opened with. `columns`: whose names a
    table has, None for CloudTrail's or Security Lake's; `own`: accounts that are known; `say` is
    told what a question will cost."""

    source: str
    window: Window
    profile: str | None = None
    max_bytes: int | None = None
    now: datetime | None = None
    columns: Mapped | None = None
    own: frozenset[str] = frozenset()
    say: Callable[[str], None] = lambda _: None


def open_trail(opening: Opening) -> Trail:
    """Raises InputError for a source that is none."""
    source, window = opening.source, opening.window
    if source.startswith("athena://"):
        return _athena(opening)
    if opening.columns is not None:
        raise InputError("--columns names the columns of a table", hint="give it with athena://")
    if source.startswith("s3://"):
        return LoggedTrail(_s3(opening), window)
    if "://" in source:
        raise InputError(
            f"{source}: no such kind of source", hint="give a path, s3:// or athena://"
        )
    from checker.collect.cloudtrail.files import log_files

    passed: Counter[str] = Counter()
    paths = tuple(log_files(Path(source), passed))
    return LoggedTrail(LocalLogs(paths, passed), window)


def _athena(opening: Opening) -> AthenaTrail:
    from checker.collect.aws.session import connect
    from checker.collect.cloudtrail.athena import Athena, parse_athena
    from checker.collect.cloudtrail.table import described

    source = parse_athena(opening.source)
    window = _bounded(opening)
    begin, end = _widened(window)
    window = replace(window, days=(f"{begin:%Y/%m/%d}", f"{end:%Y/%m/%d}"))
    athena = Athena(connect(opening.profile), source, opening.max_bytes)
    table = described(athena, opening.columns)
    return AthenaTrail(athena, table.window(window, opening.own), table, opening.say)


def _s3(opening: Opening) -> S3Logs:
    from checker.collect.aws.session import connect
    from checker.collect.cloudtrail.bucket import parse_s3
    from checker.collect.cloudtrail.s3_logs import S3Logs

    source, window = parse_s3(opening.source), _bounded(opening)
    begin, end = _widened(window)
    session = connect(opening.profile, workers=16)
    return S3Logs(session, source, begin, end)


def _bounded(opening: Opening) -> Window:
    """With a beginning and an end: what is remote is never read without."""
    window, now = opening.window, opening.now or datetime.now(UTC)
    end = window.end or f"{now + timedelta(seconds=1):%Y-%m-%dT%H:%M:%SZ}"
    begin = window.begin or f"{moment(end) - timedelta(days=DAYS):%Y-%m-%dT%H:%M:%SZ}"
    return replace(window, begin=begin, end=end)


def _widened(window: Window) -> tuple[date, date]:
    """Files and partitions are named by the time of delivery: a day more on each side."""
    day = timedelta(days=1)
    end = moment(window.end or "").date()
    return (moment(window.begin or "") - day).date(), min(end, date.max - day) + day
