"""What a collection says on a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.cli.collect_progress import progress_line, reading_line
from checker.collect.aws.collect import Status
from checker.collect.aws.retry import Traffic
from checker.collect.cloudtrail.opening import Opening, open_trail
from checker.collect.cloudtrail.scan import Search
from checker.collect.cloudtrail.trail import Reading
from checker.usage.sql import Window


@pytest.mark.parametrize(
    ("status", "seconds", "expected"),
    [
        ((0, 10, 0), 0.5, "collecting: 0 of 10 accounts, 40 calls, 3 throttled"),
        ((0, 10, 0), 5.0, "collecting: 0 of 10 accounts, 40 calls (8/s), 3 throttled"),
        ((5, 10, 0), 5.0, "collecting: 5 of 10 accounts, 40 calls (8/s), 3 throttled, 5 s left"),
        (
            (5, 1000, 0),
            5.0,
            "collecting: 5 of 1000 accounts, 40 calls (8/s), 3 throttled, 17 min left",
        ),
        ((5, 10, 4), 5.0, "collecting: 5 of 10 accounts, 40 calls (8/s), 3 throttled, 25 s left"),
        ((4, 10, 4), 5.0, "collecting: 4 of 10 accounts, 40 calls (8/s), 3 throttled"),
    ],
)
def test_the_line(status: tuple[int, int, int], seconds: float, expected: str) -> None:
    """Time left at the pace of this run: accounts that an earlier one finished took no time."""
    line = progress_line(Status(*status, Traffic(requests=40, throttles=3)), seconds)
    assert line == expected


@pytest.mark.parametrize(
    ("status", "seconds", "expected"),
    [
        ((1, 40, None), 5.0, "reading: 40 files (8/s)"),
        ((1, 40, 1000), 5.0, "reading: 40 of 1,000 files (8/s), 2 min left"),
        ((2, 1000, 1000), 0.5, "reading (look 2): 1,000 of 1,000 files, 0 s left"),
    ],
)
def test_the_line_of_logs(
    status: tuple[int, int, int | None], seconds: float, expected: str
) -> None:
    """A time left of files that are still being listed; a second look that seems the first."""
    assert reading_line(Reading(*status), seconds) == expected


def test_each_file_of_a_look_is_told(tmp_path: Path) -> None:
    """A line that stands still, or that stays after the last file."""
    for name in "ab":
        (tmp_path / f"{name}.json").write_text('{"Records": []}')
    trail = open_trail(Opening(str(tmp_path), Window()))
    told: list[Reading | None] = []
    trail.watch = told.append
    for _ in range(2):
        trail.look(Search(lambda _: True, parameters=False, salt=b""))
    assert told == [Reading(1, 1, 2), Reading(1, 2, 2), None, Reading(2, 1, 2), Reading(2, 2, 2), None]  # fmt: skip
