"""What a collection says on a terminal."""

from __future__ import annotations

import pytest

from checker.cli.collect_progress import progress_line
from checker.collect.aws.collect import Status
from checker.collect.aws.retry import Traffic


@pytest.mark.parametrize(
    ("status", "seconds", "expected"),
    [
        ((0, 10, 0), 0.5, "collecting: 0 of 10 accounts, 40 calls, 3 throttled"),
        ((0, 10, 0), 5.0, "collecting: 0 of 10 accounts, 40 calls (8/s), 3 throttled"),
        ((5, 10, 0), 5.0, "collecting: 5 of 10 accounts, 40 calls (8/s), 3 throttled, 5 s left"),
        ((5, 1000, 0), 5.0, "collecting: 5 of 1000 accounts, 40 calls (8/s), 3 throttled, 17 min left"),
        ((5, 10, 4), 5.0, "collecting: 5 of 10 accounts, 40 calls (8/s), 3 throttled, 25 s left"),
        ((4, 10, 4), 5.0, "collecting: 4 of 10 accounts, 40 calls (8/s), 3 throttled"),
    ],
)
def test_the_line(status: tuple[int, int, int], seconds: float, expected: str) -> None:
    """Time left at the pace of this run: accounts that an earlier one finished took no time."""
    line = progress_line(Status(*status, Traffic(requests=40, throttles=3)), seconds)
    assert line == expected
