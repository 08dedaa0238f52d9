"""Times of events: thousands at once are told as each one is."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from checker.usage.times import PLAIN, all_plain

WRITTEN = st.datetimes().map(lambda t: f"{t:%Y-%m-%dT%H:%M:%SZ}")
STRANGE = (
    ["", "2026-11-01", "2026-11-01T24:00:00Z", "2026-11-01T10:60:00Z", "2026-11-01T10:00:60Z",
     "2026-11-01T10:00:00.5Z", "2026-11-01 10:00:00Z", "2026-13-01T10:00:00Z", "2026-11-01T1:00:000Z",
     "2026-11-31T10:00:00Z", "2026-11-01T10:00:00", "2026-11-01T10:00:00Z\n", "٢026-11-01T10:00:00Z"]
)  # fmt: skip
ODD = st.sampled_from(STRANGE)


@given(st.lists(WRITTEN | ODD | st.text(max_size=22), max_size=5))
@example(["2026-11-01T10:00:00Z", "2026-11-01T23:59:59Z"])
def test_all_are_told_as_each_one(times: list[str]) -> None:
    """A time that is none, and is compared as text with those that are."""
    assert all_plain(times) == all(map(PLAIN, times))


def test_one_that_is_odd_is_found() -> None:
    """Alone, and among those that are as they should be."""
    for one in STRANGE:
        for times in ([one], ["2026-11-01T10:00:00Z", one]):
            assert all_plain(times) is bool(PLAIN(one)), one
