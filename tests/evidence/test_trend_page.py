"""The trend for people: the numbers of the CSV, inert whatever a bundle says, without a script."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from checker.evidence import trend_page
from checker.evidence.trend import COLUMNS, Point, render_csv
from tests.support import browser
from tests.support.browser import Outline, in_browser
from tests.support.hostile import every_name

FIRST = date(2026, 1, 15)
SPANS = [([0], "one"), ([0, 0], "one day"), ([0, 92], "two"), ([n * 7 for n in range(100)], "100")]
spans = pytest.mark.parametrize("days", [row[0] for row in SPANS], ids=[row[1] for row in SPANS])


def point(after: int, **other: object) -> Point:
    """Of a day so many days after the first; numbers that differ from column to column."""
    given: dict[str, object] = {
        "day": FIRST + timedelta(after),
        "collected_at": f"{FIRST + timedelta(after)}T06:00:00Z",
        "verdict": "fail",
        "parties": 1_110 + after,
        "statuses": (1_000, 10, after, 100),
        "open": (1, 2, 3, 4, 5 + after),
        "waivers": 6,
        "waived": 7 + after,
        "gaps": 8,
        "waited": (after, after + 1) if after else (),
        "sha256": "ab" * 32,
    }
    return Point(**(given | other))  # type: ignore[arg-type]


def tables(page: str) -> Iterator[list[dict[str, str]]]:
    """Each row as column → cell."""
    for table in re.findall(r"<table.*?</table>", page, re.DOTALL):
        yield [
            {html.unescape(name): re.sub("<.*?>", "", cell)
             for name, cell in re.findall(r'<td data-l="(.*?)" class="\w+">(.*?)</td>', row)}
            for row in re.findall(r"<tr>(<td.*?)</tr>", table, re.DOTALL)
        ]  # fmt: skip


@spans
def test_its_tables_have_the_numbers_of_the_csv(days: list[int]) -> None:
    """A page that tells an auditor something else than the file for machines."""
    period = [point(day) for day in days]
    said = {name: [] for name in COLUMNS}  # type: dict[str, list[str]]
    for row in csv.DictReader(io.StringIO(render_csv(period))):
        for name, cell in row.items():
            said[name].append(cell)
    shown: dict[str, list[str]] = {}
    for rows in tables(trend_page.render(period)):
        for name in rows[0] if rows else ():
            shown[name] = [row[name].replace(",", "") for row in rows]
    renamed = {
        "waivers": "waivers in force",
        "waived": "findings waived",
        "date": "Evaluated on",
        "collected_at": "Collected at",
        "third_parties": "Third parties",
        "newly_vetted": "newly vetted",
        "median_days_to_vet": "median days to vet",
        "verdict": "Verdict",
        "gaps": "Gaps",
    }
    missing = [] if any(days) else ["newly_vetted", "median_days_to_vet"]
    for name, cells in said.items():
        if name not in missing:
            assert shown[renamed.get(name, name)] == cells, name


@spans
def test_each_chart_is_told_to_who_cannot_see_it(days: list[int]) -> None:
    """An image without a name, or two that share one id."""
    page = trend_page.render([point(day) for day in days])
    charts = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert len(charts) == (8 if any(days) else 6)
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    for chart in charts:
        named = re.search(r'aria-labelledby="([^"]+)"', chart)
        assert named and 'role="img"' in chart and "<desc" in chart
        assert set(named[1].split()) <= set(ids)


@spans
def test_nothing_leaves_the_picture(days: list[int]) -> None:
    """A bar beside the axis, on the day with the most."""
    page = trend_page.render([point(day) for day in days])
    for width, height, chart in re.findall(
        r'viewBox="0 0 (\d+) (\d+)"(.*?)</svg>', page, re.DOTALL
    ):
        for name, limit in (("x", width), ("cx", width), ("y", height), ("cy", height)):
            found = [float(value) for value in re.findall(rf' {name}="([^"]+)"', chart)]
            assert all(0 <= value <= int(limit) for value in found)


@every_name
def test_a_name_changes_no_element(name: str) -> None:
    """The one text in it that whoever made a bundle chose."""
    plain, given = (
        Outline(trend_page.render([point(0, collected_at=said)])) for said in ("2026", name)
    )
    assert given.elements == plain.elements
    assert all(url.startswith("#") for url in given.urls)


def test_it_needs_no_script() -> None:
    """A script that the policy admits, on a page that has none."""
    page = trend_page.render([point(0)])
    assert "<script" not in page and "script-src" not in page
    assert "default-src &#39;none&#39;" in page


def test_one_bundle_is_no_change() -> None:
    """`unchanged since the first`, of the first."""
    alone = trend_page.render([point(0)])
    assert "since the first" not in alone and "median days to vet" in alone


def test_each_section_is_led_to() -> None:
    """A page whose parts nobody finds; a link that leads nowhere."""
    page = trend_page.render([point(0), point(92)])
    (nav,) = re.findall(r'<nav aria-label="On this page">(.*?)</nav>', page, re.DOTALL)
    led = re.findall(r'href="#([\w-]+)"', nav)
    assert led == [name for name in re.findall(r'<section[^>]* id="([\w-]+)"', page) if name in led]
    assert "bundles" in led and '<caption class="sr">Bundles<' in page


def test_the_verdicts_of_a_period_are_counted() -> None:
    """Bundles that nobody could judge, left out of their number."""
    verdicts = ("incomplete", "pass", "fail", "incomplete")
    page = trend_page.render([point(n, verdict=one) for n, one in enumerate(verdicts)])
    assert "the last of 4 bundles (1 pass, 1 fail, 2 incomplete)" in page
    assert '<div class="verdict incomplete"><p><strong>Incomplete</strong>' in page


def test_days_without_a_bundle_are_told() -> None:
    """A period of which nobody kept anything for half of it."""
    told = "<dt>Longest without a bundle</dt><dd>50 days</dd>"
    assert told in trend_page.render([point(0), point(50), point(92)])
    assert "Longest without" not in trend_page.render([point(0)] * 2)


def test_the_figures_are_the_last_bundle_s() -> None:
    """Vetted ones counted as not vetted; a number under the name of another; the first's."""
    page = trend_page.render([point(0), point(92)])
    figures = page[page.index('<ul class="figures">') :].split("</ul>")[0]
    assert [" ".join(re.sub("<.*?>", " ", one).split()) for one in figures.split("\n")] == [
        "1,202 third parties +92 since the first",
        "202 not vetted +92 since the first",
        "107 open findings +92 since the first",
        "6 waivers in force unchanged",
        "8 gaps unchanged",
        "92.5 median days to vet",
    ]


@pytest.mark.parametrize(("days", "median"), [([0], "–"), ([0, 3], "3.5"), ([3, 92], "48")])
def test_the_days_to_vet_are_those_of_the_whole_period(days: list[int], median: str) -> None:
    """A dash where vendors were vetted, or the last bundle's days alone."""
    page = trend_page.render([point(day) for day in days])
    assert f"<b>{median}</b> <span>median days to vet</span>" in page


@in_browser
def test_a_browser_applies_its_style(tmp_path: Path) -> None:
    """A style in two parts whose hash is that of one: the browser would show the page bare."""
    (tmp_path / "trend.html").write_text(trend_page.render([point(0), point(92)]), "utf-8")
    browser.picture(tmp_path / "trend.html", tmp_path / "trend.png", 600, 800, dark=True)
    assert sum(browser.read_png(tmp_path / "trend.png").corner) < 150


def test_there_is_no_empty_chart() -> None:
    """Axes around nothing, which look like a page that is broken; what is drawn of it is none."""
    empty = {"statuses": (0, 0, 0, 0), "open": (0, 0, 0, 0, 0), "waivers": 0, "waived": 0, "waited": ()}  # fmt: skip
    page = trend_page.render([point(0, **empty), point(92, **empty)])
    assert "<svg" not in page
    assert "Open findings: none in any of these bundles." in page
    assert "No waiver was in force in any of these bundles." in page


def test_the_course_of_a_number_is_told() -> None:
    """A peak in between that neither end shows, or one number told as a course."""
    peak = {"waivers": 60, "waived": 70}
    page = trend_page.render([point(0), point(50, **peak), point(92)])
    assert "Waivers in force: 6 at first, 6 at last, 60 at most." in page
    assert "Findings that they waive: 7 at first, 99 at last, 99 at most." in page
    alone = trend_page.render([point(0)])
    assert "Waivers in force: 6. Findings that they waive: 7." in alone
    assert (
        "where a day has several" not in alone
        and "where a day has several" in trend_page.render([point(0)] * 2)
    )
