"""The page for people: inert whatever the names, bounded, and alive in a real browser."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest

from checker.report.formats import html
from checker.report.model import Access, ThirdParty, Waiver
from checker.report.page import flows
from tests.report import factory
from tests.support import browser
from tests.support.browser import Outline, in_browser
from tests.support.hostile import HOSTILE, every_name, hostile_report

ROOT = Path(__file__).parents[2]
STATUSES = ("unlisted", "vetted", "expired", "out-of-scope")


def many(count: int):
    """Third parties of every status, in many accounts."""
    return tuple(
        factory.party(
            f"{100000000000 + n}",
            name=None if n % 3 else f"Vendor {n}",
            status=STATUSES[n % 4],
            roles=1 + n % 5,
            access=tuple(
                Access(account=f"{200000000000 + (n * 7 + k) % 300}", roles=1, images=0)
                for k in range(1 + n % 5)
            ),
        )
        for n in range(count)
    )


def crowded(count: int):
    return msgspec.structs.replace(factory.large(count, count), third_parties=many(count))


@every_name
def test_a_name_changes_no_element(name):
    """A tag, an attribute or an event handler out of a role's or vendor's name."""
    plain, given = (Outline(html.render(hostile_report(n))) for n in ("a name", name))
    extra = set(given.elements) - set(plain.elements)
    assert not extra - {("code",), ("b",), ("option", "value")}
    assert given.elements[("script",)] == given.elements[("style",)] == 1
    assert all(url.startswith("#") for url in given.urls)


@every_name
def test_style_and_script_are_ours_to_the_byte(name):
    """A name in the script or the style, where no escape of HTML helps."""
    page = html.render(hostile_report(name))
    for tag, file in (("style", "page.css"), ("script", "page.js")):
        inside = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        assert inside == [(ROOT / "checker/report/assets" / file).read_text("utf-8")]


def test_the_policy_admits_the_style_and_script_alone():
    """A hash that is off: the browser would show the page bare."""
    page = html.render(factory.small())
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    assert policy[1].startswith("default-src &#39;none&#39;; ")
    for tag in ("style", "script"):
        inside = page.partition(f"<{tag}>")[2].partition(f"</{tag}>")[0].encode()
        digest = base64.b64encode(hashlib.sha256(inside).digest()).decode()
        assert f"{tag}-src &#39;sha256-{digest}&#39;" in policy[1]


def test_it_asks_nobody_for_anything():
    """A font, an image or a script from elsewhere, in a report on third parties."""
    assets = "".join(p.read_text("utf-8") for p in (ROOT / "checker/report/assets").iterdir())
    assert not re.search(r"https?:|url\(|@import|fetch|XMLHttp|innerHTML|eval", assets)


def test_three_thousand_third_parties_stay_bounded():
    """A page that no browser opens."""
    report, start = crowded(3_000), time.perf_counter()
    page = html.render(report)
    assert time.perf_counter() - start < 10
    assert len(page.encode()) < 4_000_000
    assert page.count("<path") < 1_000
    assert page.count('<tr id="party-') == 3_000


def test_the_picture_drops_nobody():
    """Third parties beyond what fits that are in no line and in no number."""
    report = crowded(3_000)
    found = flows.flows(report)
    drawn = sum(link.roles for source in found.sources for link in source.links)
    assert drawn == sum(a.roles for party in report.third_parties for a in party.access)
    assert len(found.sources) == flows.PARTIES + 4
    assert len(found.accounts) == flows.ACCOUNTS + 1
    assert found.more_parties == 3_000 - flows.PARTIES
    page = html.render(report)
    assert "2,984 more are added up by status" in page
    assert "292 accounts that fewer reach stand together" in page


def test_the_picture_shows_the_unvetted_first():
    """The one stranger among hundreds of vetted vendors, added up under the rest."""
    vetted = [msgspec.structs.replace(party, status="vetted", roles=9) for party in many(200)]
    report = factory.report(third_parties=(*vetted, factory.party("999999999999")))
    assert flows.flows(report).sources[0].id == "999999999999"


def waived(expires: str):
    given = Waiver(owner="o@example.com", reason="r", expires=expires)
    return factory.finding(status="waived", waiver=given, resource=expires)


ENDS = [
    ("2026-11-20", "in 0 days", "its last day"),
    ("2026-11-21", "in 1 day", "one, not ones"),
    ("2026-12-20", "in 30 days", "near"),
    ("2026-12-21", None, "not near"),
    ("2026-11-19", "over", "a report of old"),
    ("soon", None, "no date"),
]


@pytest.mark.parametrize(("expires", "said", "why"), ENDS, ids=[row[2] for row in ENDS])
def test_a_waiver_near_its_end_is_marked(expires, said, why):
    """Waivers that run out unnoticed, and fail the build on a Sunday."""
    page = html.render(factory.report(waived(expires)))
    marks = re.findall(r'<b class="warn">((?:in|over)[^<]*)</b>', page)
    assert marks == ([said] if said else []), why


def test_what_bends_the_verdict_stands_on_the_page():
    """A pass that came of a disabled policy, which nobody is told of."""
    page = html.render(factory.small())
    assert "shared-image: disabled: images are built elsewhere" in page
    assert "to_number() of null" in page
    assert "The snapshot is 14 days old." in page


def test_what_is_known_is_told():
    """Findings of the baseline, which fail nothing and are open all the same."""
    found = factory.finding(baseline=True, severity="critical")
    page = html.render(factory.report(found))
    assert "Known from the baseline" in page
    assert f"critical {found.policy}: {found.message}" in page


def test_a_product_has_its_findings():
    """The account that publishes all marketplace images is no row: its product would have none."""
    facts = {"publisher": {"kind": "marketplace"}, "image": {"product_codes": ["abc"]}}
    found = factory.finding(policy="unvetted-marketplace-image", principal="679593333241", facts=facts)  # fmt: skip
    parties = (factory.party("abc", kind="marketplace"), factory.party("679593333241"))
    page = html.render(msgspec.structs.replace(factory.report(found), third_parties=parties))
    cells = re.findall(r'data-l="Findings">(.*?)</td>', page, re.DOTALL)
    assert ["1 finding: show" in cell for cell in cells] == [True, False]
    assert 'by <a href="#party-0">' in page
    assert ">third parties<" in page and ">open finding<" in page


def rows(page: str) -> dict[bool, int]:
    """How many third parties are hidden, and how many are not."""
    found = re.findall(r"<tr [^>]*data-status[^>]*>", page)
    return Counter(" hidden" in row for row in found)


FILTERS = [
    ("", 40, "all"),
    ("#status=vetted", 10, "one status"),
    ("#status=!vetted", 30, "all that nobody vetted"),
    ("#text=vendor%2039", 1, "a name"),
    ("#text=100000000007&status=vetted", 0, "both must match"),
    ("#kind=account", 40, "a kind"),
]


@in_browser
@pytest.mark.parametrize(("fragment", "shown", "why"), FILTERS, ids=[row[2] for row in FILTERS])
def test_a_browser_filters_the_third_parties(tmp_path, fragment, shown, why):
    """A script that the page's own policy blocks, or that filters the wrong rows."""
    page = tmp_path / "report.html"
    page.write_text(html.render(crowded(40)), "utf-8")
    after = browser.elements(page, fragment)
    assert rows(after)[False] == shown, why
    assert f">{shown} of 40</output>" in after


@in_browser
def test_a_browser_shows_the_first_of_hundreds(tmp_path):
    """Findings that begin a hundred metres below the table; or a table that looks complete."""
    page = tmp_path / "report.html"
    report = msgspec.structs.replace(crowded(50), third_parties=many(600))
    page.write_text(html.render(report), "utf-8")
    after = browser.elements(page, "#status=expired")
    assert rows(after) == {False: 50, True: 550}
    assert ">150 of 600, first 50 shown</output>" in after


@in_browser
def test_a_browser_makes_no_element_of_any_hostile_name(tmp_path):
    """What our parser takes for text and a browser doesn't."""
    names = [name for name in HOSTILE.values() if len(name) < 1_000]
    every = hostile_report("\n".join(names))
    parties = tuple(factory.party(name, name=name, kind=name, status=name) for name in names)
    page = tmp_path / "report.html"
    page.write_text(html.render(msgspec.structs.replace(every, third_parties=parties)), "utf-8")
    after = browser.elements(page, "#text=alert(1)&find=alert(1)%20%3Cscript%3E")
    assert ">2 of 2 findings match, 0 are hidden. Verdict of all: Fail</output>" in after
    seen = Outline(after).elements
    assert {tag for tag, *_ in seen}.isdisjoint({"img", "iframe", "base", "link", "object"})
    assert sum(count for (tag, *_), count in seen.items() if tag == "script") == 1
    assert all(url.startswith("#") for url in Outline(after).urls)
    assert not [names for names in seen if any(name.startswith("on") for name in names[1:])]
    assert rows(after)[False] == 3  # script, image, link


def _reaching(name: str, status: str = "vetted", **access: Any) -> ThirdParty:
    given = {"account": "1", "roles": 0, "images": 0} | access
    sums = {what: given[what] for what in ("roles", "images", "resources", "code") if what in given}
    return factory.party(name, status=status, access=(Access(**given),), **sums)


def test_who_stands_first_in_the_picture():
    """Not vetted first, then who may do most, then who reaches most of any kind, then by name."""
    order = [
        _reaching("odd", "what is this"), _reaching("u", "unlisted"),
        _reaching("o", "out-of-scope"), _reaching("e", "expired"),
        _reaching("admin", privilege="admin"), _reaching("by-policy", access="admin"),
        _reaching("write", privilege="write"), _reaching("read", privilege="read", access="odd"),
        _reaching("code", code=7), _reaching("resources", resources=6), _reaching("images", images=5),
        _reaching("roles", roles=4), _reaching("a"), _reaching("b"),
    ]  # fmt: skip
    report = factory.report(
        third_parties=tuple(reversed([*order, factory.party("nowhere", access=())]))
    )
    shown = flows.flows(report)
    assert [source.id for source in shown.sources] == [party.id for party in order]
    assert [source.links[0].amount for source in shown.sources][-6:] == [7, 6, 5, 4, 0, 0]
    assert (shown.more_parties, shown.more_accounts) == (0, 0)


def test_accounts_that_are_reached_most_stand_in_the_picture():
    """Of whatever kind it is that is reached there; the others are added up, never dropped."""
    some = [
        Access(account="r", roles=9, images=0), Access(account="i", roles=0, images=9),
        Access(account="s", roles=0, images=0, resources=9), Access(account="c", roles=0, images=0, code=9),
        *(Access(account=f"{n}", roles=1, images=1) for n in range(6)),
    ]  # fmt: skip
    report = factory.report(third_parties=(factory.party("x", access=tuple(some)),))
    shown = flows.flows(report)
    (source,) = shown.sources
    assert {link.account: link.amount for link in source.links} == {
        "r": 9, "i": 9, "s": 9, "c": 9, "0": 2, "1": 2, "2": 2, "3": 2, "": 4,
    }  # fmt: skip
    assert shown.more_accounts == 2


def test_a_page_without_findings_says_so():
    """An empty section, in which nobody sees whether there was something."""
    assert ">No open finding.</p>" in html.render(factory.report())
    assert ">No open finding.</p>" not in html.render(factory.small())
