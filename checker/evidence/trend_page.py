"""The trend as a page for people: each number as a chart over the days, and as a table."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from statistics import median

from checker import __version__
from checker.evidence.trend import STATUSES, Point, middle
from checker.report import view
from checker.report.model import SEVERITIES
from checker.report.page.charts import Chart, Series, bars, shown, stems, steps
from checker.report.page.graph import tone
from checker.report.page.markup import Html, block, code, fold, section, table, tag
from checker.report.page.shell import Page, document

_WORDS = {"pass": "Pass", "fail": "Fail", "incomplete": "Incomplete"}
_SECTIONS = {
    "third-parties": "Third parties",
    "findings": "Open findings",
    "waivers": "Waivers",
    "vetting": "Days to vet",
    "bundles": "Bundles",
}
_WAITED = (
    "Median days from the first bundle here that saw a third party not vetted to the first that"
    " saw it vetted. Who waits still, or was vetted from the beginning, is not in it."
)
Counted = tuple[str, str, list[int]]
"""A series: its name, its colour's class, its values."""


def render(period: Sequence[Point]) -> str:
    """`period` is in order of its days, and not empty."""
    page = Page(
        title=f"Trend · vendorgate · {period[0].day} to {period[-1].day}",
        kind="Third-party trust over a period",
        heading="Did fewer get in unvetted, and how long did vetting take?",
        contents=_contents(),
        header=block((_verdict(period), _figures(period), _scope(period))),
        main=tag("main", block(_sections(period))),
        footer=_origin(period),
        styles=("page.css", "trend.css"),
    )
    return document(page)


def _contents() -> Html:
    links = (tag("a", said, href=f"#{name}") for name, said in _SECTIONS.items())
    return tag("nav", block(links), aria_label="On this page")


def _verdict(period: Sequence[Point]) -> Html:
    last, count = period[-1], Counter(point.verdict for point in period)
    said = ", ".join(f"{count[verdict]:,} {verdict}" for verdict in _WORDS if count[verdict])
    which = f"the last of {len(period):,} bundles ({said})" if len(period) > 1 else "the one bundle"
    strong, why = tag("strong", _WORDS[last.verdict]), tag("span", f"as of {last.day}, {which}")
    return tag("div", tag("p", strong, " ", why), class_=f"verdict {last.verdict}")


def _figures(period: Sequence[Point]) -> Html:
    """The last bundle's numbers, and how they differ from the first one's."""
    waited = [days for point in period for days in point.waited]
    of: dict[str, Callable[[Point], int]] = {
        "third parties": lambda point: point.parties,
        "not vetted": lambda point: point.parties - point.statuses[STATUSES.index("vetted")],
        "open findings": lambda point: sum(point.open),
        "waivers in force": lambda point: point.waivers,
        "gaps": lambda point: point.gaps,
    }
    items = [_figure(name, [count(point) for point in period]) for name, count in of.items()]
    middle = f"{median(waited):g}" if waited else "–"
    items.append(tag("li", tag("b", middle), " ", tag("span", "median days to vet")))
    return tag("ul", block(items), class_="figures")


def _figure(label: str, values: Sequence[int]) -> Html:
    change = f"{values[-1] - values[0]:+,}".replace("-", "−")
    said = "unchanged" if change == "+0" else f"{change} since the first"
    since = tag("em", said) if len(values) > 1 else ""
    return tag("li", tag("b", f"{values[-1]:,}"), " ", tag("span", label), since)


def _scope(period: Sequence[Point]) -> Html:
    first, last = period[0].day, period[-1].day
    apart = max(((b.day - a.day).days for a, b in pairwise(period)), default=0)
    rows = [
        ("Period", f"{first} to {last}" if last > first else f"{first} alone"),
        ("Bundles", f"{len(period):,}"),
    ]
    rows += [("Longest without a bundle", view.plural(apart, "day"))] if apart else []
    said = (tag("div", tag("dt", name), tag("dd", value)) for name, value in rows)
    return tag("dl", block(said), class_="scope")


def _sections(period: Sequence[Point]) -> Iterator[Html]:
    statuses = [(name, tone(name), [p.statuses[i] for p in period]) for i, name in _upwards()]
    yield _stacked("third-parties", period, statuses)
    severities = enumerate(SEVERITIES)
    found = [(name, f"v-{name}", [p.open[i] for p in period]) for i, name in severities]
    yield _stacked("findings", period, found)
    yield _waivers(period)
    yield _vetting(period)
    yield _bundles(period)


def _upwards() -> list[tuple[int, str]]:
    """What matters stands on the axis, where its change is seen best."""
    return list(reversed(list(enumerate(STATUSES))))


def _stacked(name: str, period: Sequence[Point], given: Sequence[Counted]) -> Html:
    totals = [sum(values) for values in zip(*(values for _, _, values in given), strict=True)]
    what = _SECTIONS[name]
    if not any(totals):
        return _quiet(name, f"{what}: none in {_every(period)}.")
    said = f"{what}: {_course(totals)}. Each bar is a bundle on its day{_doubled(period)}."
    chart = _chart(name, said, period, [*given, ("total", "", totals)])
    stacked = dataclasses.replace(chart, series=chart.series[:-1])
    return shown(stacked, bars)


def _quiet(name: str, said: str) -> Html:
    """In the place of an empty chart."""
    return section(name, _SECTIONS[name], tag("p", said, class_="quiet"))


def _every(period: Sequence[Point]) -> str:
    return "any of these bundles" if len(period) > 1 else "this bundle"


def _course(values: Sequence[int]) -> str:
    if len(values) == 1:
        return f"{values[0]:,}"
    return f"{values[0]:,} at first, {values[-1]:,} at last, {max(values):,} at most"


def _doubled(period: Sequence[Point]) -> str:
    several = len({point.day for point in period}) < len(period)
    return ", the last one where a day has several" if several else ""


def _chart(name: str, said: str, period: Sequence[Point], given: Sequence[Counted]) -> Chart:
    """Series that are drawn and listed alike."""
    listed = zip(*([f"{value:,}" for value in values] for _, _, values in given), strict=True)
    return Chart(
        id=name,
        title=_SECTIONS[name],
        said=said,
        days=tuple(point.day for point in period),
        series=tuple(Series(said, style, tuple(values)) for said, style, values in given),
        most=max(max(values) for _, _, values in given),
        headers=("Date", *(said for said, _, _ in given)),
        rows=tuple((str(p.day), *row) for p, row in zip(period, listed, strict=True)),
    )


def _waivers(period: Sequence[Point]) -> Html:
    force, waived = [p.waivers for p in period], [p.waived for p in period]
    if not any(force) and not any(waived):
        return _quiet("waivers", f"No waiver was in force in {_every(period)}.")
    said = f"Waivers in force: {_course(force)}. Findings that they waive: {_course(waived)}."
    given = [("waivers in force", "v-waivers", force), ("findings waived", "v-waived", waived)]
    return shown(_chart("waivers", said, period, given), steps)


def _vetting(period: Sequence[Point]) -> Html:
    days = tuple(median(point.waited) if point.waited else None for point in period)
    told = [value for value in days if value is not None]
    if not told:
        return _quiet("vetting", "No third party was vetted between two of these bundles.")
    chart = Chart(
        id="vetting",
        title=_SECTIONS["vetting"],
        said=_WAITED,
        days=tuple(point.day for point in period),
        series=(Series("median days to vet", "v-days", days),),
        most=max(told),
        headers=("Date", "newly vetted", "median days to vet"),
        rows=tuple((str(p.day), f"{len(p.waited):,}", middle(p.waited)) for p in period),
    )
    return shown(chart, stems)


def _bundles(period: Sequence[Point]) -> Html:
    rows = [
        (str(p.day), p.collected_at, p.verdict, f"{p.parties:,}", f"{sum(p.open):,}", f"{p.gaps:,}")
        for p in period
    ]
    headers = ("Evaluated on", "Collected at", "Verdict", "Third parties", "Open findings", "Gaps")
    return section("bundles", "Bundles", table(headers, rows, "Bundles"), count=len(period))


def _origin(period: Sequence[Point]) -> Html:
    said = (
        f"Made by vendorgate {__version__} from {view.plural(len(period), 'bundle')} whose digests"
        " hold. That a bundle's report follows from its inputs, vendorgate evidence verify tells."
    )
    rows = (tag("div", tag("dt", str(p.day)), tag("dd", code(p.sha256))) for p in period)
    digests = fold("SHA-256 of each manifest-sha256.txt", tag("dl", block(rows)), class_="digests")
    return tag("footer", tag("p", said), digests)
