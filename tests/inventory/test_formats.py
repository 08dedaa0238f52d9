"""The inventory in Markdown: a table that nobody's name breaks."""

from __future__ import annotations

from msgspec.structs import replace

from checker.inventory.formats import render_markdown
from tests.report import factory


def test_a_row_for_each_third_party() -> None:
    """With the day and the snapshot, as a table in a wiki outlives both; and the gaps."""
    report = factory.small()
    text = render_markdown(report)
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert len(rows) == 2 + len(report.third_parties)
    assert "`999999999999`" in rows[2] and "unlisted" in rows[2]
    assert "2 third parties, 1 not vetted" in text and "1 corner could not be looked at" in text
    assert report.inputs.snapshot.collected_at in text and report.evaluated_on in text


def test_a_name_breaks_no_table() -> None:
    """A vendor's name with a pipe, a tag or a mention."""
    report = factory.small()
    (first, *_) = report.third_parties
    hostile = replace(first, name="a|b <script> @team\n| x |", id="*|*")
    text = render_markdown(replace(report, third_parties=(hostile,)))
    (row,) = [line for line in text.splitlines() if line.startswith("|")][2:]
    assert row.count("|") == 10 and "<script>" not in row and "`@team" in row


def test_nobody_is_said() -> None:
    """An empty table reads like one that was cut."""
    report = replace(factory.small(), third_parties=(), gaps=())
    assert "No third party is trusted by 3 roles." in render_markdown(report)


def test_whoever_is_not_vetted_is_counted() -> None:
    """Catches a third party out of its scope that counts as vetted for what it has."""
    report = factory.small()
    (first, *_) = report.third_parties
    for status in ("unlisted", "expired", "out-of-scope"):
        parties = (replace(first, status=status), replace(first, status="vetted"))
        told = render_markdown(replace(report, third_parties=parties))
        assert "2 third parties, 1 not vetted" in told, status
