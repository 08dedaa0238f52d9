"""What questions to a trail are told, and whose accounts are own where nobody says."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import pytest

from checker.cli import trail_options, usage
from checker.errors import InputError
from checker.snapshot.records import Gap
from checker.usage.sql import Window
from tests.support.snapshots import OWN, OWN2, write


def test_who_is_own(tmp_path: Path) -> None:
    """A third party that is taken for our own is told as nobody."""
    write(tmp_path, roles=[])
    assert usage._own((), tmp_path) == {OWN, OWN2}
    assert usage._own((), tmp_path / "none") == frozenset()
    assert usage._own(("999999999999",), tmp_path) == {"999999999999"}


def test_the_window() -> None:
    """Each bound alone, both in order, and what is no account and no region."""
    day, later = "2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z"
    for begin, end in ((None, None), (day, None), (None, day), (day, later)):
        assert trail_options._window(begin, end, (OWN,), ("us-gov-east-1",)) == Window(
            begin, end, (OWN,), ("us-gov-east-1",)
        )
    for begin, end, accounts, regions, said in (
        (later, day, (), (), "--from is not before --to"),
        (day, day, (), (), "--from is not before --to"),
        (None, None, (OWN, "1"), (), "'1' is none; an account has 12 digits"),
        (
            None,
            None,
            (),
            ("us-east-1", "east"),
            "'east' is none; a region is written like us-east-1",
        ),
    ):
        with pytest.raises(InputError) as error:
            trail_options._window(begin, end, accounts, regions)
        assert str(error.value) == said


def test_moments() -> None:
    """Of a day its beginning; what is no time is refused, with what would be one."""
    moment = trail_options._MOMENT
    for text, found in {
        "2026-11-01": "2026-11-01T00:00:00Z", "2026-11-01T10:00:00+02:00": "2026-11-01T08:00:00Z",
    }.items():  # fmt: skip
        assert moment.convert(text, None, None) == found
    for text in ("2026-13-01", "2026-11-0", "soon", ""):
        with pytest.raises(click.BadParameter, match="is no time; write 2026-11-01 or"):
            moment.convert(text, None, None)


def test_what_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """All that is missing, with how to get it."""
    trail_options.check_installed()
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name != "duckdb" else found(name)
    )
    with pytest.raises(InputError) as error:
        trail_options.check_installed()
    assert str(error.value) == f"reading CloudTrail needs arro3, sqlglot; {trail_options.INSTALL}"


def test_gaps_of_a_trail_are_said_even_quietly(capsys: pytest.CaptureFixture[str]) -> None:
    """--quiet leaves out what was read, and never what could not be."""
    gap = Gap(call="cloudtrail:a\x1b", code="Cut", message="in the midst")
    trail: Any = SimpleNamespace(said="2 events", gaps=[gap])
    for quiet, before in ((False, "2 events\n"), (True, "")):
        trail_options.say_gaps(trail, quiet)
        assert capsys.readouterr() == ("", f"{before}gap: cloudtrail:a\\x1b: Cut: in the midst\n")
