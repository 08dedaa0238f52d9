"""A time axis in proportion to the days, and an axis of counts, for the charts of a period."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import ceil

from checker.report.page.markup import Html, block, px, tag

_DAYS = (1, 2, 7, 14)
_MONTHS = (1, 2, 3, 6, *(12 * step * 10**power for power in range(4) for step in (1, 2, 5)))


@dataclass(frozen=True)
class Frame:
    """How large, the margins of the plot, how far its ends are from the first and the last day,
    and how many days can be named below it."""

    name: str
    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    inset: int
    labels: int


WIDE = Frame("wide", 1080, 250, left=44, right=8, top=22, bottom=28, inset=40, labels=12)
NARROW = Frame("narrow", 354, 210, left=38, right=4, top=20, bottom=24, inset=32, labels=4)


@dataclass(frozen=True)
class Scale:
    """Where a day and a value stand. A period of one day stands in the middle."""

    frame: Frame
    first: date
    last: date
    top: int

    def x(self, day: date) -> float:
        frame = self.frame
        start, end = frame.left + frame.inset, frame.width - frame.right - frame.inset
        span = (self.last - self.first).days
        return start + (end - start) * ((day - self.first).days / span if span else 0.5)

    def y(self, value: float) -> float:
        bottom = self.frame.height - self.frame.bottom
        return bottom - (bottom - self.frame.top) * value / self.top


def scale(frame: Frame, days: Sequence[date], most: float) -> Scale:
    """`days` are in order; the axis ends at a round number that is no less than `most`."""
    step = _step(most)
    return Scale(frame, days[0], days[-1], max(1, ceil(most / step)) * step)


def _step(most: float) -> int:
    """1, 2 or 5 times a power of ten, so that four lines at most are above the axis."""
    power = 1
    while True:
        for step in (power, 2 * power, 5 * power):
            if step * 4 >= most:
                return step
        power *= 10


def gap(on: Scale, days: Sequence[date]) -> float:
    """The smallest distance between two days that are drawn."""
    distances = [on.x(b) - on.x(a) for a, b in pairwise(sorted(set(days)))]
    return min(distances, default=float(on.frame.width))


def axes(on: Scale) -> Html:
    """Lines at round values, and the days named."""
    return tag("g", block([*_values(on), *_days(on)]), class_="axes")


def _values(on: Scale) -> Iterator[Html]:
    frame = on.frame
    for value in range(0, on.top + 1, _step(on.top)):
        y = px(on.y(value))
        kind = "grid" if value else "base"
        yield tag("line", x1=frame.left, x2=frame.width - frame.right, y1=y, y2=y, class_=kind)
        below = px(on.y(value) + 4)
        yield tag(
            "text", f"{value:,}", x=frame.left - 7, y=below, text_anchor="end", class_="under"
        )


def _rounded(value: int) -> str:
    """`15k`: what fits beside the axis, of a round number."""
    for power, unit in ((9, "G"), (6, "M"), (3, "k")):
        if value >= 10 ** (power + 1):
            return f"{value // 10**power:,}{unit}"
    return f"{value:,}"


def _days(on: Scale) -> Iterator[Html]:
    foot = on.frame.height - on.frame.bottom
    for day, label in ticks(on.first, on.last, on.frame.labels):
        x = px(on.x(day))
        yield tag("line", x1=x, x2=x, y1=foot, y2=foot + 5, class_="base")
        yield tag("text", label, x=x, y=foot + 18, text_anchor="middle", class_="under")


def ticks(first: date, last: date, most: int) -> list[tuple[date, str]]:
    """`most` days at most, evenly apart: days counted from the first, else beginnings of months,
    quarters, years…"""
    span = (last - first).days
    for step in _DAYS:
        if span // step < most:
            days = (first + timedelta(step * count) for count in range(span // step + 1))
            return [(day, day.isoformat()) for day in days]
    return next(filter(None, (_months(first, last, step, most) for step in _MONTHS)), [])


def _months(first: date, last: date, step: int, most: int) -> list[tuple[date, str]]:
    """Nothing where they are too many."""
    start = first.year * 12 + first.month - (first.day == 1)
    months = range(start + -start % step, last.year * 12 + last.month, step)
    if len(months) > most:
        return []
    days = [date(month // 12, month % 12 + 1, 1) for month in months]
    return [(day, day.isoformat()[: 4 if step >= 12 else 7]) for day in days]
