"""Axes and charts of a period."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from checker.report.page import axes, charts

D = date.fromisoformat
GOLDEN = Path(__file__).parent / "golden"
TICKS = [
    ("2026-11-20", "2026-11-20", ["2026-11-20"], "one day"),
    ("2026-11-20", "2026-11-22", ["2026-11-20", "2026-11-21", "2026-11-22"], "days"),
    ("2026-11-01", "2026-11-08", ["2026-11-01", "2026-11-03", "2026-11-05", "2026-11-07"], "two"),
    ("2026-01-01", "2026-04-02", ["2026-01", "2026-02", "2026-03", "2026-04"], "months"),
    ("2026-01-02", "2026-12-31", ["2026-04", "2026-07", "2026-10"], "quarters"),
    ("2024-06-01", "2027-05-31", ["2025", "2026", "2027"], "years"),
    ("0001-01-01", "9999-12-31", ["2000", "4000", "6000", "8000"], "all the days that there are"),
]


@pytest.mark.parametrize(("first", "last", "said", "why"), TICKS, ids=[row[3] for row in TICKS])
def test_days_are_named(first, last, said, why):
    """Names that overlap, or none at all."""
    assert [name for _, name in axes.ticks(D(first), D(last), 4)] == said, why


@pytest.mark.parametrize("frame", [axes.WIDE, axes.NARROW], ids=lambda frame: frame.name)
@pytest.mark.parametrize("span", [0, 1, 2, 9, 30, 55, 56, 90, 200, 365, 800, 4000, 40_000])
def test_every_period_has_a_few_names_within_the_picture(frame, span):
    """A period between two steps, which gets too many or none."""
    for start in ("2026-01-01", "2026-01-31", "2027-12-15"):
        first = D(start)
        on = axes.scale(frame, [first, first + timedelta(span)], 1)
        found = axes.ticks(on.first, on.last, frame.labels)
        assert 1 <= len(found) <= frame.labels
        assert all(32 <= on.x(day) <= frame.width - 32 for day, _ in found)


def test_time_is_in_proportion():
    """Bundles at equal distances, however long nobody looked."""
    days = [D("2026-01-01"), D("2026-01-11"), D("2026-04-11")]
    on = axes.scale(axes.WIDE, days, 1)
    a, b, c = map(on.x, days)
    assert (c - b) / (b - a) == pytest.approx(9)


TOPS = [(0, 1), (1, 1), (4, 4), (5, 6), (8, 8), (13, 15), (21, 30), (3_000, 3_000), (10**9, 10**9)]


@pytest.mark.parametrize(("most", "top"), TOPS)
def test_the_axis_ends_at_a_round_number(most, top):
    """A bar that leaves the picture, or an axis of naught."""
    assert axes.scale(axes.WIDE, [D("2026-01-01")], most).top == top


def chart(days, *values, most=3_000):
    series = tuple(charts.Series(f"s{n}", "t", tuple(v)) for n, v in enumerate(values))
    return charts.Chart("c", "C", "said", tuple(map(D, days)), series, most, ("Date",), ())


def drawn(draw, given):
    on = axes.scale(axes.WIDE, given.days, given.most)
    return "".join(draw(given, on))


def test_one_among_thousands_is_drawn():
    """The one stranger, a tenth of a pixel high."""
    page = drawn(charts.bars, chart(["2026-01-01"], [1], [2_999]))
    assert page.count("<rect") == 2 and 'height="2"' in page


def test_of_several_bundles_of_a_day_the_last_is_drawn():
    """Two bars in one place, of which the older hides the newer."""
    page = drawn(charts.bars, chart(["2026-01-01", "2026-01-01"], [1, 7], most=7))
    assert page.count("<rect") == 1 and "2026-01-01: 7 s0" in page


def test_a_long_line_is_whole():
    """A path cut at the length of a name, which ends in the middle of the period."""
    days = [(D("2026-01-01") + timedelta(n)).isoformat() for n in range(200)]
    page = drawn(charts.steps, chart(days, range(200), range(200), most=200))
    assert page.count("H") == page.count("V") == 2 * 199
    assert "more characters" not in page


def test_the_pictures_keep_their_bytes():
    """Each kind of chart whole, of a day, of a week with days of which nothing is told, of a year:
    `UPDATE_GOLDEN=1` writes them anew."""
    pages = []
    for draw in (charts.bars, charts.steps, charts.stems):
        for apart, values, other in (
            (1, (3,), (0,)), (1, (1, None, 12, 7_000), (2, 0, None, 5)),
            (30, tuple(range(13)), tuple(range(1, 14))),
        ):  # fmt: skip
            days = [
                (D("2026-01-05") + timedelta(apart * n)).isoformat() for n in range(len(values))
            ]
            rows = tuple((day, str(value)) for day, value in zip(days, values, strict=True))
            most = max(filter(None, (*values, *other)))
            given = replace(
                chart(days, values, other, most=most), headers=("Date", "s0"), rows=rows
            )
            pages.append(charts.shown(given, draw))
    made = "\n".join(pages) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        (GOLDEN / "charts.html").write_text(made)
    assert made == (GOLDEN / "charts.html").read_text()


def test_a_number_stands_where_it_fits():
    """Numbers over each other cannot be read, and those left out without need are missed."""
    fits = {}
    for value in (5, 55, 5_555):
        for count in range(20, 100):
            days = [(D("2026-01-01") + timedelta(n)).isoformat() for n in range(count)]
            page = drawn(charts.bars, chart(days, [value] * count, most=value))
            if f">{value:,}</text>" in page:
                fits[value] = count
    assert fits == {5: 87, 55: 53, 5_555: 25}
    stems = [
        count for count in range(2, 60)
        if ">5</text>" in drawn(charts.stems, chart(
            [(D("2026-01-01") + timedelta(n)).isoformat() for n in range(count)], [5] * count))
    ]  # fmt: skip
    assert stems == list(range(2, 41))
