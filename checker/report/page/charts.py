"""Charts of a period, as SVG: stacked bars, steps and stems over a time axis.

Nothing is drawn between two bundles that no bundle tells: counts are bars of their days, and only
what holds until it changes is a line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from checker.report.page.axes import NARROW, WIDE, Scale, axes, gap, scale
from checker.report.page.markup import Html, block, fold, long, px, section, table, tag

OPEN = 12  # rows: a longer table is folded
HAIR = 2.0  # one stranger among thousands is seen still


@dataclass(frozen=True)
class Series:
    """`values` are those of the chart's days; None where there is nothing to draw."""

    name: str
    tone: str
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class Chart:
    """`days` are in order; several bundles may be of one. `said` is for who cannot see it, the
    table's `rows` have the same numbers. `most` is the highest point that is drawn."""

    id: str
    title: str
    said: str
    days: tuple[date, ...]
    series: tuple[Series, ...]
    most: float
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Draw = Callable[[Chart, Scale], Iterator[Html]]


def shown(chart: Chart, draw: Draw) -> Html:
    """A section: what it tells, the legend, the picture for both widths, the same as a table."""
    pictures = (_svg(chart, draw, scale(frame, chart.days, chart.most)) for frame in (WIDE, NARROW))
    listed = table(chart.headers, chart.rows, f"{chart.title}: the numbers of the picture")
    return section(
        chart.id,
        chart.title,
        tag("p", chart.said, class_="lead"),
        _legend(chart),
        tag("figure", *pictures),
        fold("The picture as a table", listed, class_="access", open=len(chart.rows) <= OPEN),
    )


def _svg(chart: Chart, draw: Draw, on: Scale) -> Html:
    frame, name = on.frame, f"{chart.id}-{on.frame.name}"
    return tag(
        "svg",
        tag("title", chart.title, id=f"{name}-title"),
        tag("desc", f"{chart.said} The table below lists the same.", id=f"{name}-desc"),
        axes(on),
        tag("g", block(draw(chart, on))),
        viewBox=f"0 0 {frame.width} {frame.height}",
        class_=f"graph chart {frame.name}",
        role="img",
        aria_labelledby=f"{name}-title {name}-desc",
    )


def _legend(chart: Chart) -> Html:
    items = (
        tag("li", tag("i", class_=f"swatch {series.tone}"), " ", series.name)
        for series in chart.series
    )
    return tag("ul", block(items), class_="legend")


def bars(chart: Chart, on: Scale) -> Iterator[Html]:
    """A stack for each day, of the last bundle of that day."""
    last = {day: index for index, day in enumerate(chart.days)}
    apart = gap(on, chart.days)
    width = max(2.0, min(34.0, 0.62 * apart))
    for day, index in last.items():
        stack = [(series, series.values[index] or 0) for series in chart.series]
        total = f"{sum(value for _, value in stack):,g}"
        values = ", ".join(f"{value:,g} {series.name}" for series, value in stack if value)
        top, parts = _stack(stack, on, on.x(day) - width / 2, width)
        fits = apart > 7 * len(total) + 4
        label = _label(total, on.x(day), top - 6) if fits else ""
        yield tag("g", tag("title", f"{day}: {values or 'none'}"), *parts, label)


def _stack(
    stack: Sequence[tuple[Series, float]], on: Scale, x: float, width: float
) -> tuple[float, list[Html]]:
    """Its upper end, and its parts from the axis up, each at least a hair high."""
    top, parts = on.y(0), []
    for series, value in stack:
        if value:
            high = max(HAIR, on.y(0) - on.y(value))
            top -= high
            seam = 1 if high > 2 * HAIR else 0
            where = {"x": px(x), "y": px(top + seam), "width": px(width), "height": px(high - seam)}
            parts.append(tag("rect", **where, class_=f"bar {series.tone}"))
    return top, parts


def steps(chart: Chart, on: Scale) -> Iterator[Html]:
    """A line for each series that holds until the next bundle; the second is dashed, with rings
    around the first one's dots, as both may be the same."""
    size = max(1.5, min(4.0, gap(on, chart.days) / 3))
    for number, series in enumerate(chart.series):
        points = [(on.x(day), on.y(value or 0)) for day, value in _told(chart, series)]
        dashed = "5 4" if number else None
        yield tag("path", d=_path(points), stroke_dasharray=dashed, class_=f"step {series.tone}")
        ring = "ring" if number else "dot"
        for (x, y), (day, value) in zip(points, _told(chart, series), strict=True):
            title = tag("title", f"{day}: {value:,g} {series.name}")
            where = {"cx": px(x), "cy": px(y), "r": px(size + 2.5 * number)}
            yield tag("circle", title, **where, class_=f"{ring} {series.tone}")


def _told(chart: Chart, series: Series) -> list[tuple[date, float]]:
    pairs = zip(chart.days, series.values, strict=True)
    return [(day, value) for day, value in pairs if value is not None]


def _path(points: Sequence[tuple[float, float]]) -> Html:
    """As long as the period: no name, so it is not shortened as names are."""
    x, y = points[0]
    turns = (f"H{px(b[0])}V{px(b[1])}" for _, b in pairwise(points))
    return long(f"M{px(x)} {px(y)}{''.join(turns)}")


def stems(chart: Chart, on: Scale) -> Iterator[Html]:
    """A dot on a stem where there is a value; nothing joins them."""
    apart = gap(on, [day for series in chart.series for day, _ in _told(chart, series)])
    for series in chart.series:
        for day, value in _told(chart, series):
            x, y = px(on.x(day)), on.y(value)
            title = tag("title", f"{day}: {value:,g} {series.name}")
            stem = tag("line", x1=x, x2=x, y1=px(on.y(0)), y2=px(y), class_="stem")
            dot = tag("circle", cx=x, cy=px(y), r=4, class_="dot")
            label = _label(f"{value:,g}", on.x(day), y - 9) if apart > 24 else ""
            yield tag("g", title, stem, dot, label, class_=series.tone)


def _label(text: str, x: float, y: float) -> Html:
    return tag("text", text, x=px(x), y=px(y), text_anchor="middle", class_="under")
