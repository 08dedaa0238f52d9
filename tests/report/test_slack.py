"""Block Kit: within Slack's limits, with all that bears on the verdict, and nothing of outsiders live."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from msgspec.structs import replace

from checker.report import view
from checker.report.formats import render, slack
from checker.report.model import (
    SEVERITIES,
    DisabledPolicy,
    EvaluationError,
    Filters,
    GapEntry,
    Report,
    Settings,
)
from tests.report import factory


def blocks(report: Report) -> list[dict[str, Any]]:
    """Held against the limits that Slack refuses a message for."""
    message = json.loads(render(report, "slack"))
    found: list[dict[str, Any]] = message["blocks"]
    assert message["text"] and len(found) <= 50
    for block in found:
        kind = {"header": "plain_text", "section": "mrkdwn"}[block["type"]]
        assert block["text"]["type"] == kind
        assert 1 <= len(block["text"]["text"]) <= {"header": 150, "section": 3000}[block["type"]]
        assert kind == "plain_text" or block["text"]["verbatim"] is True
    return found


def text(report: Report) -> str:
    return "\n".join(block["text"]["text"] for block in blocks(report))


def test_what_bears_on_the_verdict_is_there() -> None:
    """Counts, gaps, errors, settings: a message that says less looks like a pass."""
    report = factory.small()
    said = text(report)
    assert view.verdict(report)[:40] in said.replace("`", "")
    for title in ("Settings that bend the verdict", "Could not look at", "waived"):
        assert title in said, title
    for finding in view.open_findings(report):
        assert finding.fingerprint[:12] in said and finding.policy in said


MANY = [
    ("policies", [factory.finding(policy=f"p-{n}", resource=f"r{n}") for n in range(80)]),
    ("resources", [factory.finding(resource=f"arn:aws:iam::222222222222:role/{n}{'x' * 400}") for n in range(500)]),
    ("long words", [factory.finding(resource="_" * 5000, message="<" * 5000, principal="*" * 5000)]),
]  # fmt: skip


@pytest.mark.parametrize(("why", "findings"), MANY, ids=[row[0] for row in MANY])
def test_the_limits_hold_and_the_rest_is_counted(why: str, findings: list[Any]) -> None:
    """Slack refuses the whole message; and a finding that is left out and not counted is a pass."""
    gaps = tuple(GapEntry(account="1" * 12, region=None, call=f"x:{n}", code="c", message="m" * 900) for n in range(300))  # fmt: skip
    errors = tuple(EvaluationError(policy="p", account=None, resource="r", principal=None, message="e" * 900) for _ in range(300))  # fmt: skip
    report = replace(
        factory.small(), findings=tuple(findings), gaps=gaps, errors=errors, notes=("n" * 9000,)
    )
    said = text(report)
    shown = sum(finding.fingerprint[:12] in said for finding in findings)
    left = re.search(r"_([0-9,]+) more findings?: see the JSON report", said)
    assert shown + int(left[1].replace(",", "") if left else 0) == len(findings)
    assert "(300)" in said and said.count("more: see the JSON report_") >= 2


def test_a_filter_is_told() -> None:
    """A filtered pass says so."""
    report = factory.small()
    filters = Filters(policies=("p",), left_out=dict.fromkeys(SEVERITIES, 2))
    said = text(replace(report, settings=replace(report.settings, filters=filters)))
    assert "left out by a filter" in said and "only findings of p (--policy)" in said


HOSTILE = [
    "<!channel>", "<@U123>", "<#C123>", "<https://evil.example|click>", "*bold*", "_x_", "~x~", "`code`", "```",
    ":tada:", "&lt;!here&gt;", "> quote", "a\nb\n> c", "@here", "\u202egnp", "x `y", "*a b*", "a *b* `c d` _e_",
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_no_markup(name: str) -> None:
    """A role whose name pings everybody, or hides what stands beside it."""
    found = factory.finding(resource=name, message=f"{name} can be assumed by x")
    said = text(replace(factory.small(), findings=(found,)))
    (line,) = [line for line in said.split("\n") if "can be assumed" in line]
    spans = line.split("`")
    assert len(spans) % 2 == 1, "each code span ends"
    plain = "".join(spans[::2])
    assert not set(plain) & set("*_~@#") and not re.search(":[a-z]+:", plain)
    assert "<" not in line and ">" not in line and (";" not in name or "&amp;lt;" in line)


def test_emphasis_is_our_own() -> None:
    """A title of a policy of the reader's own is text."""
    assert slack.slack("a_b *c*") == "`a_b` `*c*`"


def test_no_room_is_wasted() -> None:
    """A message that ends early: as many policies as Slack takes, and one block for the rest."""
    many = tuple(factory.finding(policy=f"p-{n}", resource=f"r{n}") for n in range(80))
    assert len(blocks(replace(factory.report(), findings=many))) == 50


def test_settings_that_find_no_room_are_counted() -> None:
    """A dozen policies are disabled for long reasons, and the message shows the first of them."""
    disabled = tuple(DisabledPolicy(policy=f"p-{n}", reason="x" * 250) for n in range(20))
    said = text(factory.report(settings=Settings(disabled=disabled)))
    left = re.search(r"and (\d+) more: see the JSON report_", said)
    assert left and said.count(" disabled: ") + int(left[1]) == len(disabled)


def test_every_setting_that_bends_is_told_the_newest_first() -> None:
    """A pass of which every other reason is left out."""
    given = factory.small()
    filters = Filters(policies=("p", "q"), left_out=dict.fromkeys(SEVERITIES, 2))
    given = replace(given, settings=replace(given.settings, filters=filters))
    bends = view.bends(given)
    said = text(given).replace("`", "")
    told = [
        line
        for line in said.split("\n")
        if any(line.endswith(bend[-20:].replace("`", "")) for bend in bends)
    ]
    assert len(bends) == len(told) > 2 and "--policy" in told[0]
