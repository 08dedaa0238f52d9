"""A row for each bundle of a period: who waited how long, in whatever order the bundles are given."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from checker.evidence.trend import COLUMNS, Moment, middle, points, render_csv, render_text
from checker.report.model import GapEntry
from tests.report.factory import STRANGER, VENDOR, finding, party, report

OTHER = "777777777777"


def moment(day: str, statuses: dict[str, str], at: str = "06", **more: Any) -> Moment:
    made = report(third_parties=tuple(party(id_, status=status) for id_, status in statuses.items()), **more)  # fmt: skip
    snapshot = msgspec.structs.replace(made.inputs.snapshot, collected_at=f"{day}T{at}:00:00Z")
    made = msgspec.structs.replace(made, inputs=msgspec.structs.replace(made.inputs, snapshot=snapshot))  # fmt: skip
    return Moment(date.fromisoformat(day), made, waivers=2, sha256=day)


PERIOD = [
    moment("2026-03-01", {STRANGER: "vetted", VENDOR: "expired", OTHER: "unlisted"}),
    moment("2026-01-01", {STRANGER: "unlisted"}),
    moment("2026-02-01", {STRANGER: "out-of-scope", VENDOR: "vetted"}),
    moment("2026-03-11", {STRANGER: "vetted", VENDOR: "vetted", OTHER: "vetted"}),
]


def test_who_waited_how_long() -> None:
    """From the first bundle that saw somebody not vetted to the first that saw them vetted; who was
    vetted from the beginning did not wait, and who waits again counts anew."""
    found = points(PERIOD)
    assert [str(one.day) for one in found] == ["2026-01-01", "2026-02-01", "2026-03-01", "2026-03-11"]  # fmt: skip
    assert [one.waited for one in found] == [(), (), (59,), (10, 10)]
    assert [one.statuses for one in found] == [(0, 0, 0, 1), (1, 1, 0, 0), (1, 0, 1, 1), (3, 0, 0, 0)]  # fmt: skip
    assert [one.parties for one in found] == [1, 2, 3, 3]


def test_bundles_of_one_day() -> None:
    """By the times of their snapshots."""
    found = points([moment("2026-01-01", {STRANGER: "vetted"}, "09"), moment("2026-01-01", {STRANGER: "unlisted"}, "08")])  # fmt: skip
    assert [one.waited for one in found] == [(), (0,)]


def test_the_middle() -> None:
    """Of an even number between the two; of nobody there is none."""
    assert [middle(one) for one in ((), (3,), (1, 2), (1, 9, 2))] == ["-", "3", "1.5", "2"]


def test_what_a_report_lists_is_counted() -> None:
    """Not what its summary says: open by severity, waived, gaps."""
    gap = GapEntry(account="1", region=None, call="c", code="x", message="m")
    made = report(finding(), finding(severity="low", resource="l"), finding(status="waived", resource="w"), finding(baseline=True, resource="k"), gaps=(gap, gap))  # fmt: skip
    (found,) = points([Moment(date(2026, 1, 1), made, 2, "s")])
    assert (found.open, found.waived, found.gaps, found.waivers, found.verdict, found.sha256) == ((0, 1, 0, 1, 0), 1, 2, 2, "fail", "s")  # fmt: skip


def test_rows_for_programs_and_people() -> None:
    """The same cells; a column stands for a bundle."""
    lines = render_csv(points(PERIOD)).splitlines()
    assert lines[0].split(",") == list(COLUMNS)
    assert lines[3] == "2026-03-01,2026-03-01T06:00:00Z,pass,3,1,0,1,1,0,0,0,0,0,2,0,0,1,59"
    assert lines[1].endswith(",2,0,0,0,-")
    turned = [line.split() for line in render_text(points(PERIOD)).splitlines()]
    assert turned[0] == ["DATE", "2026-01-01", "2026-02-01", "2026-03-01", "2026-03-11"]
    assert turned[-1] == ["MEDIAN", "DAYS", "TO", "VET", "-", "-", "59", "10"]
