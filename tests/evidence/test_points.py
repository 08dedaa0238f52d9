"""A row of a trend: each number counted from the report, and how long vetting took."""

from __future__ import annotations

from datetime import date
from typing import Any

from msgspec.structs import replace

from checker.evidence.trend import COLUMNS, Moment, middle, points, render_csv, render_text
from checker.report.model import GapEntry, ThirdParty, Waiver
from tests.report.factory import finding, report

GAP = GapEntry(account=None, region=None, call="c", code="x", message="m")
WAIVER = Waiver(owner="o", reason="r", expires="2027-01-01")


def party(id_: str, status: str, kind: str = "account") -> ThirdParty:
    return ThirdParty(id=id_, kind=kind, name=None, named_by=None, status=status, roles=1, images=0)  # fmt: skip


def moment(day: int, *parties: ThirdParty, waivers: int = 0, hour: int = 6, **more: Any) -> Moment:
    made = replace(report(), third_parties=parties, **({"findings": (), "gaps": ()} | more))
    snapshot = replace(made.inputs.snapshot, collected_at=f"2026-11-{day:02}T{hour:02}:00:00Z")
    made = replace(made, inputs=replace(made.inputs, snapshot=snapshot))
    return Moment(date(2026, 11, day), made, waivers, f"sha{day}")


FOUND = (finding(severity="critical"), finding(severity="low"), finding(severity="low", resource="x"), finding(severity="high", baseline=True),
         finding(severity="high", status="waived", waiver=WAIVER), finding(severity="high", policy="collection-gap"))  # fmt: skip
PERIOD = [
    moment(20, party("a", "unlisted"), party("b", "out-of-scope"), party("c", "vetted"), party("a", "expired", "organization"), verdict="fail", findings=FOUND, gaps=(GAP, GAP), waivers=2),
    moment(23, party("a", "vetted"), party("b", "unlisted"), party("c", "vetted"), party("d", "vetted"), verdict="pass"),
    moment(27, party("a", "vetted"), party("b", "vetted"), party("c", "unlisted"), party("a", "vetted", "organization"), verdict="incomplete"),
    moment(30, party("c", "vetted"), party("b", "vetted"), verdict="pass"),
]  # fmt: skip
CSV = [
    ",".join(COLUMNS),
    "2026-11-20,2026-11-20T06:00:00Z,fail,4,1,1,1,1,1,0,0,2,0,2,1,2,0,-",
    "2026-11-23,2026-11-23T06:00:00Z,pass,4,3,0,0,1,0,0,0,0,0,0,0,0,1,3",
    "2026-11-27,2026-11-27T06:00:00Z,incomplete,4,3,0,0,1,0,0,0,0,0,0,0,0,2,7",
    "2026-11-30,2026-11-30T06:00:00Z,pass,2,2,0,0,0,0,0,0,0,0,0,0,0,1,3",
]  # fmt: skip


def test_a_row_for_each_day() -> None:
    """A third party whose waiting is counted from another day, or twice; a gap that is a finding."""
    made = points([PERIOD[2], PERIOD[0], PERIOD[3], PERIOD[1]])
    assert render_csv(made).splitlines() == CSV
    assert [(one.waited, one.sha256) for one in made] == [((), "sha20"), ((3,), "sha23"), ((7, 7), "sha27"), ((3,), "sha30")]  # fmt: skip
    turned = [line.split("  ")[0] for line in render_text(made).splitlines()]
    assert [name.split(" 2")[0].rstrip() for name in turned] == [name.replace("_", " ").upper() for name in COLUMNS]  # fmt: skip
    last = render_text(made).splitlines()[-1].split()
    assert last[-4:] == ["-", "3", "7", "3"]


def test_two_bundles_of_a_day_and_the_middle() -> None:
    """In order of their snapshots; the middle of what was waited, and none where nobody did."""
    late, early = moment(20, party("a", "vetted"), hour=9), moment(20, party("a", "unlisted"), hour=3)  # fmt: skip
    assert [one.waited for one in points([late, early])] == [(), (0,)]
    assert [middle(one) for one in ((), (3,), (1, 2), (1, 5, 2))] == ["-", "3", "1.5", "2"]
