"""The findings on the page: all of them, linked, told apart without colours, filtered and counted."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest

from checker.report.formats import html
from checker.report.model import SEVERITIES
from checker.report.page import anchors, findings
from tests.report import factory
from tests.support import browser
from tests.support.browser import in_browser
from tests.support.hostile import every_name, hostile_report

STYLE = Path(__file__).parents[2] / "checker/report/assets/page.css"


class Links(HTMLParser):
    """Ids and links within a page, and which forms' fields have a label."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: Counter[str] = Counter()
        self.links: list[str] = []
        self.unlabelled: list[str] = []
        self._labels = 0
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.ids.update([given["id"]] if "id" in given else [])
        self.links += [given["href"][1:]] if "href" in given else []
        self._labels += tag == "label"
        if tag in ("input", "select") and not self._labels:
            self.unlabelled.append(given["id"])

    def handle_endtag(self, tag):
        self._labels -= tag == "label"


def of(count: int, **given: object):
    """Findings of one policy, each with a role of its own."""
    return [factory.finding(resource=f"r{n}", **given) for n in range(count)]


def shown(page: str) -> list[str]:
    return re.findall(r'<li id="(finding-[0-9a-f]+)"', page)


def test_all_findings_are_there_without_the_script():
    """Those that only a script would bring, or that are left out unsaid."""
    found = of(150)
    page = html.render(factory.report(*found))
    assert shown(page) == [f"finding-{f.fingerprint[:12]}" for f in found]
    assert f"{150 - findings.OPEN} more" in page
    assert page.count("What the policy saw</h4>") == findings.FACTED
    assert "What the policy saw of those below is in the JSON report" in page


def test_what_finds_no_room_is_counted(monkeypatch):
    """A list that ends and looks complete; or that leaves out the worst."""
    monkeypatch.setattr(anchors, "PAGE", 10)
    low, critical = of(8, severity="low", policy="a"), of(8, severity="critical", policy="b")
    page = html.render(factory.report(*low, *critical))
    assert len(shown(page)) == 10
    assert all(f"finding-{f.fingerprint[:12]}" in shown(page) for f in critical)
    assert "6 more findings, of no higher severity, not on this page" in page
    assert 'data-n="6"' in page


@every_name
def test_every_link_leads_somewhere(name):
    """A link to a third party that is not there, or that a name leads elsewhere."""
    page = Links(html.render(hostile_report(name)))
    assert set(page.links) <= set(page.ids)
    assert max(page.ids.values()) == 1
    assert page.unlabelled == []


def test_a_third_party_is_linked_with_its_findings():
    """Its row leads to the worst of them, and each of them back to its row."""
    found = [factory.finding(severity="low", resource="a"), factory.finding(resource="b")]
    page = html.render(factory.report(*found))
    row = page.partition('<tr id="party-0"')[2].partition("</tr>")[0]
    assert f'href="#finding-{found[1].fingerprint[:12]}" aria-label="2 findings: show">2</a>' in row
    back = f'<a href="#party-0">{factory.STRANGER} (Steampipe)</a>'
    assert page.partition('id="findings"')[2].count(back) == 2


def test_two_long_names_stay_apart():
    """Ids that begin alike: shortened, one third party would lead to the other's findings."""
    names = ["x" * 600 + "a", "x" * 600 + "b"]
    found = [factory.finding(principal=name, resource=name) for name in names]
    parties = tuple(factory.party(name) for name in names)
    page = html.render(factory.report(*found, third_parties=parties))
    assert page.count('href="#party-0"') == page.count('href="#party-1"') == 1


def test_severities_differ_in_more_than_hue():
    """A badge that one in twelve men cannot tell from another: each has its word and its shape."""
    page, style = html.render(factory.small()), STYLE.read_text()
    shapes = [
        tuple(re.findall(rf"\.sev\.{severity}::before {{([^}}]*)}}", style))
        for severity in SEVERITIES
    ]
    assert len(set(shapes)) == len(SEVERITIES) and () not in shapes
    assert all(f'<span class="sev {severity}">{severity}</span>' in page for severity in SEVERITIES)


def test_a_fingerprint_is_short_to_the_eye_and_whole_to_the_hand():
    """One that cannot be copied in full, or that fills the line."""
    found = factory.finding()
    assert f'<code class="fp">{found.fingerprint}</code>' in html.render(factory.report(found))
    (rule,) = re.findall(r"^\.fp {([^}]*)}", STYLE.read_text(), re.MULTILINE)
    assert "text-overflow: ellipsis" in rule and "user-select: all" in rule


def test_the_texts_stand_there_once():
    """A copy of every finding for the script, which doubles the page."""
    found = of(200, message="a message like no other", facts={})
    page = html.render(factory.report(*found))
    assert page.count("a message like no other") == 200
    lean = len(html.render(factory.report())) + 200 * 700
    assert len(page) < lean


def two_hundred():
    """Findings of two severities in three accounts, a hundred of a policy; every tenth is of
    `anyone`, which has a row of its own."""
    found = [
        factory.finding(
            resource=f"arn:aws:iam::222222222222:role/R{n}",
            severity="high" if n < 100 else "low",
            policy="unvetted-account-trust" if n < 100 else "dangling-principal",
            account=f"{n % 3}" * 12,
            account_name=f"team {n % 3}",
            principal="*" if n % 10 == 0 else factory.STRANGER,
        )
        for n in range(200)
    ]
    parties = (factory.party(factory.STRANGER), factory.party("*"))
    return msgspec.structs.replace(factory.report(*found), third_parties=parties)


VIEWS = [
    ("", 200, "200 findings", "nothing chosen"),
    ("#severity=low&account=222222222222", 33, "33 of 200 findings match, 167 are hidden", "both"),
    ("#find=111111111111%20TEAM%20role/r19", 5, "5 of 200 findings match, 195 are hidden", "words"),
]


@in_browser
@pytest.mark.parametrize(("fragment", "count", "said", "why"), VIEWS, ids=[v[3] for v in VIEWS])
def test_a_browser_filters_and_says_what_it_hides(tmp_path, fragment, count, said, why):
    """A view of a few findings that is taken for the whole."""
    page = tmp_path / "report.html"
    page.write_text(html.render(two_hundred()), "utf-8")
    after = browser.elements(page, fragment)
    seen = re.sub(r'<article [^>]*hidden="">.*?</article>', "", after, flags=re.DOTALL)
    assert len(re.findall(r'<li id="finding-[0-9a-f]+">', seen)) == count, why
    told = re.search(r'<output id="g-count"[^>]*>(.*?)</output>', after)
    assert told
    assert told[1] == said + (". Verdict of all: Fail" if fragment else "")
    assert re.findall(r'<option value="(\d{12})">([^<]*)<', after) == [
        (f"{n}" * 12, f"team {n} {str(n) * 12}") for n in range(3)
    ]
