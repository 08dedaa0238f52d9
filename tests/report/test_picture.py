"""Pages as a browser shows them: two widths, light and dark. `make docs` writes the README's."""

from __future__ import annotations

import os
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.support import browser
from tests.support.browser import in_browser
from tests.support.cli import vendorgate
from tests.support.demo import demo

README = Path(__file__).parents[2] / "docs" / "report.png"
SIZE = (1280, 1340)
VARIANTS = [
    (*SIZE, False, "wide"),
    (*SIZE, True, "wide and dark"),
    (390, 1600, False, "narrow"),
    (390, 1600, True, "narrow and dark"),
]


def some(*names: str) -> pytest.MarkDecorator:
    """Each page in both widths and both schemes, but not each with each: a browser starts slowly."""
    drawn = [row for row in VARIANTS if row[3] in names]
    assert len(drawn) == len(names)
    return pytest.mark.parametrize(("width", "height", "dark", "why"), drawn, ids=names)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's report, and the trend of one bundle of it."""
    made = demo(tmp_path_factory)
    assert vendorgate("evidence", "build", "-o", "e.zip", cwd=made).code == 0
    assert vendorgate("evidence", "trend", "e.zip", "-f", "html=trend.html", cwd=made).code == 0
    return made


class _Text(HTMLParser):
    """The words of a page, without style and script."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data):
        if self.lasttag not in ("style", "script"):
            self.words += data.split()


def in_the_picture(page: Path) -> str:
    """What a page says down to the end of its first drawing, which the picture shows; days apart."""
    reader = _Text()
    text = page.read_text()
    reader.feed(text[text.index("<body") : text.index("</svg>")])
    return re.sub(r"\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?", "DAY", " ".join(reader.words))


def shown(page: Path, to: Path, width: int, height: int, dark: bool) -> None:
    browser.picture(page, to, width, height, dark=dark)
    found = browser.read_png(to)
    assert (found.width, found.height) == (width, height)
    assert found.lines > 200, "next to nothing is in it"
    assert (sum(found.corner) < 150) is dark, found.corner


@in_browser
@some("wide", "narrow and dark")
def test_the_report_is_seen(folder, tmp_path, width, height, dark, why):
    """A page whose style its own policy blocks, or that is black on black in the dark."""
    to = tmp_path / "page.png"
    shown(folder / "report.html", to, width, height, dark)
    if os.environ.get("UPDATE_README") and why == "wide":
        shutil.copyfile(to, README)
        browser.annotate(README, in_the_picture(folder / "report.html"))


@in_browser
@some("wide and dark", "narrow")
def test_the_trend_is_seen(folder, tmp_path, width, height, dark, why):
    """The same of the trend's page, whose style is in two parts."""
    shown(folder / "trend.html", tmp_path / "page.png", width, height, dark)


def test_the_picture_of_the_readme_shows_the_page_of_today(folder):
    """It showed 33 policies when there were 42; what it shows is written into it when it is made."""
    assert browser.annotation(README) == in_the_picture(folder / "report.html"), "run `make docs`"


def test_the_picture_of_the_readme_is_there():
    """A README with a hole where the page should be; pixels differ by machine, so only its size."""
    found = browser.read_png(README)
    assert (found.width, found.height) == SIZE
    assert found.lines > 200
    assert (
        f"]({README.relative_to(README.parents[1])})"
        in (README.parents[1] / "README.md").read_text()
    )
