"""Small parts of the page and of other formats: axes, whose row, days that are left, what is cut."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from msgspec import UNSET
from msgspec.structs import replace

from checker.report.cross_check import KindRow, Told, lines
from checker.report.escape import sarif
from checker.report.formats import markdown
from checker.report.formats.sarif_rules import _help
from checker.report.formats.slack import _fit, _line
from checker.report.model import Access, Settings, Use
from checker.report.page import anchors, tail
from checker.report.page.axes import NARROW, WIDE, scale
from checker.report.page.head import _moment, scope
from checker.report.page.markup import block, join, tag
from checker.report.page.parties import _grade, _rank, accounts, who
from checker.report.page.running import running
from checker.report.page.shell import Page, document
from checker.report.page.tail import _ends
from checker.report.page.use import use
from tests.report.factory import STRANGER, _crossed, finding, party, policy, report, small
from tests.support.rows import rows

FIRST = date(2026, 1, 1)


def text(html: Any) -> str:
    return re.sub("<[^>]*>", "", str(html))


TOPS = [(0, 1), (1, 1), (4, 4), (5, 6), (8, 8), (9, 10), (20, 20), (21, 30), (40, 40), (41, 60), (80, 80), (81, 100), (199, 200), (201, 300), (4_001, 6_000)]  # fmt: skip


@rows("most, top", TOPS)
def test_an_axis_ends_at_a_round_number(most: int, top: int) -> None:
    """No less than the highest value, and four lines at most."""
    assert scale(WIDE, [FIRST], most).top == top


def test_where_days_and_values_stand() -> None:
    """From one end of the frame to the other; a single day in the middle."""
    for frame in (WIDE, NARROW):
        days = [FIRST, date(2026, 1, 11), date(2026, 1, 21)]
        axis = scale(frame, days, 10)
        start, end = frame.left + frame.inset, frame.width - frame.right - frame.inset
        assert [axis.x(day) for day in days] == [start, (start + end) / 2, end]
        assert (axis.y(0), axis.y(axis.top)) == (frame.height - frame.bottom, frame.top)
        assert scale(frame, [FIRST, FIRST], 10).x(FIRST) == (start + end) / 2


MARKET = {"publisher": {"kind": "marketplace"}, "image": {"product_codes": ["p1", "p2"]}}
OWNERS: list[tuple[dict[str, Any], str]] = [
    ({}, STRANGER), (MARKET, "p2"), ({**MARKET, "publisher": {"kind": "account"}}, STRANGER), ({**MARKET, "image": {"product_codes": ["p9"]}}, STRANGER), ({**MARKET, "image": {"product_codes": None}}, STRANGER),
    ({"publisher": {"kind": "marketplace"}}, STRANGER), ({"publisher": "x", "image": {"product_codes": ["p2"]}}, STRANGER),
]  # fmt: skip


@rows("facts, expected", OWNERS)
def test_in_whose_row_a_finding_counts(facts: dict[str, Any], expected: str) -> None:
    """Of an image that is sold the product's: the account behind it is AWS's, for all of them."""
    assert anchors.party_of(finding(facts=facts), {"p2", STRANGER}) == expected


def test_the_first_finding_of_each() -> None:
    """They come most severe first; nobody's are under None."""
    found = [finding(resource="a"), finding(resource="b"), finding(principal=None)]
    told = anchors.firsts(found, {STRANGER})
    assert told == {STRANGER: anchors.of_finding(found[0]), None: anchors.of_finding(found[2])}
    assert anchors.firsts([], ()) == {}


ENDS = [("2026-12-31", "2026-12-31"), ("2026-11-21", "2026-11-21 in 1 day"), ("2026-11-20", "2026-11-20 in 0 days"), ("2026-11-19", "2026-11-19 over"), ("", "–"), ("soon", "soon")]  # fmt: skip


@rows("expires, said", ENDS)
def test_days_that_are_left(expires: str, said: str) -> None:
    """A waiver that is over, or nearly, stands out."""
    assert text(_ends(expires, "2026-11-20")) == said


def test_who_and_how_far() -> None:
    """A name of the public catalogue is a hint; a status or grade that nobody knows ranks first."""
    assert text(who(party("*"))) == "Anyone" and text(who(party(STRANGER))) == STRANGER
    assert text(who(party(STRANGER, name="A", named_by="catalogue"))) == f"A (?) {STRANGER}"
    assert "(?)" not in text(who(party(STRANGER, name="A", named_by="allowlist")))
    assert (_rank("x"), _grade("x"), _grade(None)) == (-1, -1, -1) and _rank("vetted") >= 0 and _grade("admin") > _grade("read")  # fmt: skip
    some = [Access(account=f"{n:012}", roles=1, images=0, privilege="read") for n in range(2000)]
    assert text(accounts(())) == "–"
    assert text(accounts(some[:1])) == some[0].account
    assert "more: see the JSON report" in text(accounts(some))
    assert "more: see" not in text(accounts(some[:20]))


def test_whose_code_runs_is_one_list() -> None:
    """Machine images in one table and other code in none; or a vendor's role for its code."""
    reached = Access(account="1" * 12, roles=1, images=0, privilege="read")
    runs = Access(account="2" * 12, roles=0, images=2), Access(account="3" * 12, roles=0, images=0, code=5)  # fmt: skip
    given = (party("a"), party("b", images=2, access=(reached, runs[0])), party("c", code=5, access=runs[1:]))  # fmt: skip
    shown = str(running(replace(report(), third_parties=given)))
    rows = re.findall(r"<tr>(<td.*?)</tr>", shown)
    assert [re.findall(">([^<]+)</", row)[0] for row in rows] == ["b", "c"]
    assert [text(row) for row in rows] == ["baccountunlisted20" + "2" * 12, "caccountunlisted05" + "3" * 12]  # fmt: skip
    assert re.findall('href="([^"]*)"', shown) == ["#party-1", "#party-2"]
    assert "Third parties whose code runs here" in shown
    nobody = text(running(replace(report(), third_parties=given[:1])))
    assert "No code of a third party was seen to run." in nobody


def test_what_a_rule_says_of_itself() -> None:
    """Why, how to mend it, which controls: what is not there leaves no heading behind."""
    whole, bare = policy("p"), policy("p", rationale="", remediation="", controls={}, references=())
    said = _help(whole)
    assert said["text"].count("\n\n") == 3 and "Controls: " in said["text"]
    assert _help(bare) == {"text": whole.title, "markdown": f"# {whole.title}"}
    assert [one in said["markdown"] for one in ("## Remediation", "## Controls", "## References", "- <https://docs")] == [True] * 4  # fmt: skip


LINKS = [("a", "a"), ("{a}", "{{a}}"), ("[a] (b)", "[a] (b)"), ("[a](1)", r"\[a\](1)"), ("a[0]", "a[0]")]  # fmt: skip


@rows("given, expected", LINKS)
def test_brackets_that_would_be_links(given: str, expected: str) -> None:
    """A message of somebody else's leads nowhere."""
    assert sarif(given) == expected


def test_lines_that_fit() -> None:
    """Up to the limit, and not one character more; how many they are is known."""
    assert _fit("h", ["ab", "cd"], 7) == ("h\nab\ncd", 2)
    assert _fit("h", ["ab", "cd"], 6) == ("h\nab", 1)
    assert _fit("h", [], 1) == ("h", 0)
    assert _line(finding(message="m"), {}).startswith(f"• m — {STRANGER} `")
    assert _line(finding(message=f"m {STRANGER}"), {}).startswith(f"• m {STRANGER} `")
    assert _line(finding(message="m", principal=None), {}).startswith("• m `")


MOMENTS = {"2026-11-20T06:00:00Z": "2026-11-20 06:00:00 UTC", "2026-11-20": "2026-11-20", "": "",
           "2026-11-20T06:00:00+01:00": "2026-11-20T06:00:00+01:00", "soon T": "soon T"}  # fmt: skip


def test_a_time_as_people_read_it() -> None:
    """Another zone's time as UTC."""
    assert {given: _moment(given) for given in MOMENTS} == MOMENTS


def test_what_each_side_found_in_lines() -> None:
    """A way in without the condition that limits it, or one that is told as another's."""
    where = {"account": "1" * 12, "region": None, "kind": "k"}
    missed = (
        Told(resource="a", principal="p", **where),
        Told(resource="b", principal="q", actions=("x", "y"), why="w", **where),
        Told(resource="c", principal="r", condition={"k": "v", "l": "w"}, **where),
    )
    rows = (KindRow(kind="k", looked=True, analyzer=True, theirs=1_000, ours=2_000, both=3),
            KindRow(kind="l", looked=False, analyzer=True, theirs=1_000, ours=0, both=0))  # fmt: skip
    given = replace(_crossed(), missed=missed, stopped=missed[:1], only_ours=missed[1:2],
                    unreadable=("u",), uncovered={"no analyzer": 1, "another": 2}, kinds=rows)  # fmt: skip
    assert list(dict(lines(given)).values()) == [
        ["a ← p", "b ← q: x, y; w", "c ← r (if k=v, l=w)"], ["a ← p"], ["b ← q: x, y; w"], ["u"],
        ["no analyzer: 1 way in", "another: 2 ways in"],
        ["k: AWS 1,000, of these ours, too, 3; we 2,000", "l: not looked at by us, by AWS's word alone: 1,000 ways in"],
    ]  # fmt: skip


def test_what_is_no_markup_is_escaped() -> None:
    """A name that is put into a page without another's hands on the way."""
    bad, good = "<'\"\u202e", "&lt;&#39;&quot;\\u202e"
    assert tag("a", bad, title=bad, href="#") == f'<a title="{good}" href="#">{good}</a>'
    assert (block([bad, tag("b")]), join([bad], bad)) == (f"{good}\n<b></b>", good)
    nothing = {one: tag("p") for one in ("contents", "header", "main", "footer")}
    page = document(Page(title=bad, kind=bad, heading=bad, **nothing))
    assert page.count(good) == 3 and bad not in page


def test_what_fails_the_build_stands_on_the_page() -> None:
    """A report that nothing could have failed, as one that passed."""
    told = {one: text(scope(report(settings=Settings(fail_on=one)))) for one in ("none", "low")}
    assert "Fails onnothing" in told["none"] and "Fails onlow and above" in told["low"]


def test_users_beyond_the_page_are_counted() -> None:
    """The busiest of all vendors, as if they were all."""
    users = [party(f"{n:012}", use=Use(calls=n)) for n in range(203)]
    for count, said in (
        (203, "and 3 others: see the JSON report"),
        (201, "and 1 other: "),
        (200, ""),
    ):
        shown = text(use(report(third_parties=tuple(users[:count]))))
        assert ("see the JSON" in shown, said in shown) == (bool(said), True)


def test_of_nothing_there_is_no_section() -> None:
    """A page that cannot be made, for a report without policies, gaps or notes."""
    empty = report(policies=())
    for section in (tail.waivers, tail.known, tail.errors, tail.notes, tail.policies):
        assert section(empty) == "", section


@rows("policies", [1, 4])
def test_a_comment_is_filled_to_its_limit(policies: int) -> None:
    """A finding left out for which there was room; or one more, for which the comment is refused. A
    policy of which no finding has room goes unsaid."""
    given = report(*(finding(resource=f"r{n}", policy=f"p{n % policies}") for n in range(4)))
    whole = markdown.render(given)
    room = len(whole.encode()) + 100  # for the line that counts the rest
    assert markdown.render(given, limit=room) == whole
    assert "1 more finding: see" in markdown.render(given, limit=room - 1)


def test_a_tail_that_is_cut_says_so() -> None:
    """Notes, gaps and settings of which a comment has no room, left out without a word."""
    given = report(notes=tuple(f"note {n} " + "x" * 200 for n in range(20)))
    cut = "*The rest is left out: see the JSON report.*"
    assert cut in markdown.render(given, limit=4_000)
    assert cut not in markdown.render(given)


GAPS = [((UNSET,), "(--allow-gaps)."), ((UNSET, False), "(--allow-gaps), but for 1 gap.")]


@rows("acceptable, said", GAPS)
def test_gaps_that_no_option_accepts_are_told_apart(acceptable: Any, said: str) -> None:
    """The page of a run that is incomplete, on which all gaps were accepted."""
    gaps = tuple(replace(small().gaps[0], acceptable=one) for one in acceptable)
    page = tail.gaps(report(gaps=gaps, settings=Settings(allow_gaps=True)))
    assert f"They were accepted {said}" in text(page)
