"""The inventory: for a terminal, and in Markdown a table that nobody's name breaks."""

from __future__ import annotations

from msgspec.structs import replace

from checker.report.inventory import render_markdown, render_text
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


def test_80_columns() -> None:
    """A table that a terminal breaks in the middle of each line; a wide one has room for it."""
    report = factory.small()
    text = render_text(report)
    assert max(map(len, text.splitlines())) <= 80 and text.startswith("UNLISTED (1)\n")
    assert (
        "  999999999999  Steampipe (?)\n      account; 1 role in 222222222222; privilege read"
        in text
    )
    assert "VETTED (1)" in text and render_text(report, 200).startswith("ID  ")


def test_an_id_is_not_broken() -> None:
    """Of an issuer, which is to be copied; and what a name does to a terminal."""
    report = factory.small()
    (first, *_) = report.third_parties
    issuer = "idp.example.com/" + "x" * 90
    party = replace(first, id=issuer, name="a\x1b[31mb", roles=0, images=2, access=())
    text = render_text(replace(report, third_parties=(party,)))
    assert f"  {issuer}  a\\x1b[31mb (?)\n      account; 2 images in no account\n" in text


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
