"""Small parts of the page and of other formats: axes, whose row, days that are left, what is cut."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from checker.report.escape import sarif
from checker.report.formats.sarif_rules import _help
from checker.report.formats.slack import _fit, _line
from checker.report.model import Access
from checker.report.page import anchors
from checker.report.page.axes import NARROW, WIDE, scale
from checker.report.page.parties import _accounts, _grade, _rank, who
from checker.report.page.tail import _ends
from tests.report.factory import STRANGER, finding, party, policy
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
    assert text(_accounts(party(STRANGER, access=()))) == "–"
    assert text(_accounts(party(STRANGER, access=tuple(some[:1])))) == some[0].account
    assert "more: see the JSON report" in text(_accounts(party(STRANGER, access=tuple(some))))
    assert "more: see" not in text(_accounts(party(STRANGER, access=tuple(some[:20]))))


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
