"""How requests are spaced after throttling."""

from __future__ import annotations

from checker.collect.aws.retry import _FIRST_GAP, _WIDEST_GAP, Pace


def test_the_distance_doubles_up_to_its_cap() -> None:
    """Catches a pace that never slows down enough, and one that stops for minutes."""
    pace, gaps = Pace(), []
    for _ in range(9):
        pace.throttled()
        gaps.append(pace._gap)
    assert gaps[:3] == [_FIRST_GAP, 2 * _FIRST_GAP, 4 * _FIRST_GAP]
    assert gaps[-1] == gaps[-2] == _WIDEST_GAP


def test_answers_relax_it_to_nothing() -> None:
    """Catches an account that throttled once and is slow for the rest of the collection."""
    pace = Pace()
    for _ in range(9):
        pace.throttled()
    needed = 0
    while pace._gap:
        before = pace._gap
        pace.answered()
        needed += 1
        assert pace._gap < before
        assert needed < 30, "it never relaxes"
    assert needed > 5, "one answer among refusals opens it all"
