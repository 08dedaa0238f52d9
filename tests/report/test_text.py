"""The terminal's report, as people read it."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from checker.report.cross_check import Told
from checker.report.formats import text
from checker.report.model import EvaluationError, GapEntry, Settings, Summary, Waiver
from tests.report import factory


def last(report):
    return text.render(report).splitlines()[-1]


VERDICTS = [
    (factory.report(), "PASS: 0 findings at or above high", "nothing found"),
    (
        factory.report(factory.finding(severity="low"), verdict="pass"),
        "PASS: 0 findings at or above high, 1 below",
        "a pass with something to read",
    ),
    (
        factory.report(factory.finding()),
        "FAIL: 1 finding at or above high (1 high)",
        "one, not ones",
    ),
    (
        factory.report(verdict="incomplete", gaps=factory.small().gaps),
        "INCOMPLETE: 0 findings at or above high, 1 gap",
        "why it is incomplete",
    ),
    (
        factory.report(gaps=factory.small().gaps, settings=Settings(allow_gaps=True)),
        "PASS: 0 findings at or above high, 1 gap (accepted)",
        "a pass that somebody allowed",
    ),
    (
        factory.report(verdict="incomplete", summary=Summary()),
        "INCOMPLETE: 0 findings at or above high, no role and no image use was looked at",
        "an empty snapshot",
    ),
]


@pytest.mark.parametrize(("report", "expected", "why"), VERDICTS, ids=[v[2] for v in VERDICTS])
def test_the_last_line_is_the_verdict_and_why(report, expected, why):
    """A verdict that scrolled away, or that doesn't say what it rests on."""
    assert last(report) == expected


def test_thousands_of_findings_are_summarised_and_counted():
    """A screen full of one policy; or a list that ends and looks complete."""
    shown = text.render(factory.large(5_000, 1))
    assert shown.count("and 980 more: see -f json") == 5
    assert len(shown.splitlines()) < 250


def crowded(more):
    """A list of each kind, of so many lines more than are shown, each of another number."""
    many = lambda kind: range(text.SHOWN + more(kind))  # noqa: E731
    waived = [
        factory.finding(
            status="waived",
            waiver=Waiver(owner="o", reason=f"reason {n}", expires="2027-01-01"),
        )
        for n in many(4)
    ]
    known = [factory.finding(baseline=True, severity="critical", message=f"m{n}") for n in many(5)]
    told = [tuple(Told(account=factory.OWN, region=None, resource=f"arn:{n}", kind="k", principal="p") for n in many(kind)) for kind in (6, 7, 8)]  # fmt: skip
    crossed = replace(
        factory._crossed(), missed=told[0], stopped=told[1], only_ours=told[2],
        unreadable=tuple(f"r{n}" for n in many(9)),
    )  # fmt: skip
    return replace(
        factory.report(*(factory.finding(resource=f"r{n}") for n in many(1)), *waived, *known),
        gaps=tuple(GapEntry(account=None, region=None, call=f"a:B{n}", code="c", message="") for n in many(2)),
        errors=tuple(EvaluationError(policy="p", account=None, resource=f"r{n}", principal=None, message="m") for n in many(3)),
        cross_check=crossed,
    )  # fmt: skip


def test_each_list_says_how_much_of_it_is_not_shown():
    """A list of twenty that looks complete, of thousands; or one that says so of nothing."""
    shown = text.render(crowded(lambda kind: kind))
    assert re.findall(r"and ([0-9]+) more: see -f json", shown) == EACH
    assert "more: see -f json" not in text.render(crowded(lambda _: 0))


def test_an_account_keeps_its_leading_zero():
    """tabulate reads 012345670123 as a number and shows another account."""
    gap = factory.small().gaps[0]
    gaps = [type(gap)(account="012345670123", region=None, call="a", code="b", message="")]
    assert "012345670123" in text.render(factory.report(gaps=tuple(gaps)))


def test_settings_that_bend_the_verdict_are_told():
    """A pass that came of a disabled policy, which nobody is told of."""
    shown = text.render(factory.small())
    assert "missing-external-id: severity medium instead of high: phased in" in shown
    assert "shared-image: disabled: images are built elsewhere" in shown


def test_colour_comes_only_when_asked_for():
    """Escape codes in a file."""
    assert "\x1b[" not in text.render(factory.small())
    assert "\x1b[31m" in text.render(factory.small(), color=True)


def test_the_remediation_is_told_once_for_a_policy():
    """The same paragraph after each of twenty findings."""
    found = [factory.finding(resource=f"r{n}") for n in range(5)]
    assert text.render(factory.report(*found)).count("Remediation:") == 1


EACH = ["1", "2", "3", "4", "5", "6", "7", "8", "9"]
