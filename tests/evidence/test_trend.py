"""A period: a row for each bundle."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from checker.evidence import trend
from checker.evidence.trend import Moment
from tests.evidence.support import VETTED, WAIVER, build, contents, organization, rezip
from tests.report import factory
from tests.support.cli import vendorgate
from tests.support.snapshots import ALLOWLIST


@pytest.fixture(scope="module")
def period(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three days: a stranger, then vetted, then the waiver has ended."""
    folder = organization(tmp_path_factory.mktemp("period"))
    build(folder, name="one.zip", today="2026-11-20")
    listed = ALLOWLIST.replace("image_aliases", VETTED + "image_aliases") + WAIVER
    (folder / "allowlist.yaml").write_text(listed)
    build(folder, name="two.zip", today="2026-11-30")
    build(folder, name="three.zip", today="2027-02-01")
    return folder


def test_rows_in_order_of_their_days(period: Path) -> None:
    """Given in any order, a period is told from its beginning."""
    names = ("three.zip", "one.zip", "two.zip")
    ran = vendorgate("evidence", "trend", *names, "-f", "csv", cwd=period)
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert [r["date"] for r in rows] == ["2026-11-20", "2026-11-30", "2027-02-01"]
    assert [r["unlisted"] for r in rows] == ["3", "2", "2"]
    assert [r["waivers"] for r in rows] == ["1", "1", "0"]
    assert [r["critical"] for r in rows] == ["0", "0", "1"]
    assert [(r["newly_vetted"], r["median_days_to_vet"]) for r in rows] == [
        ("0", "-"),
        ("1", "10"),
        ("0", "-"),
    ]


def test_the_table_has_a_column_for_each_bundle(period: Path) -> None:
    """Eighteen columns fit no terminal; a few bundles do."""
    ran = vendorgate("evidence", "trend", "one.zip", "two.zip", cwd=period)
    assert ran.code == 0
    assert ran.out.splitlines()[0].split() == ["DATE", "2026-11-20", "2026-11-30"]


def test_a_bundle_that_was_changed_is_no_point_in_time(period: Path, tmp_path: Path) -> None:
    """A trend over forged reports is worse than none."""
    files = contents(period / "one.zip")
    rezip(
        tmp_path / "e.zip", files | {"report.json": files["report.json"].replace(b"fail", b"pass")}
    )
    ran = vendorgate("evidence", "trend", "e.zip", cwd=tmp_path)
    assert ran.code == 2 and "report.json was changed" in ran.err
    listed = files["allowlist.yaml"].replace(b"exceptions:", b"exceptions: ")
    assert listed != files["allowlist.yaml"]
    rezip(tmp_path / "e.zip", files | {"allowlist.yaml": listed})
    ran = vendorgate("evidence", "trend", "e.zip", cwd=tmp_path)
    assert ran.code == 2 and "allowlist.yaml was changed" in ran.err


@pytest.mark.parametrize("name", ["report.json", "allowlist.yaml"])
def test_a_zip_that_is_no_bundle(period: Path, tmp_path: Path, name: str) -> None:
    """Somebody's other zip, digests and all."""
    files = {n: data for n, data in contents(period / "one.zip").items() if n != name}
    ran = vendorgate("evidence", "trend", rezip(tmp_path / "e.zip", files, mend=True))
    assert (ran.code, ran.err.count("\n")) == (2, 1), ran.err


def test_all_formats_at_once(period: Path) -> None:
    """A page that cannot be written beside the table, or two bundles' days in the wrong order."""
    ran = vendorgate("evidence", "trend", "two.zip", "one.zip", "-f", "csv", "-f", "html=t.html", cwd=period)  # fmt: skip
    assert ran.code == 0 and ran.out.startswith("date,")
    page = (period / "t.html").read_text()
    assert "2026-11-20 to 2026-11-30" in page and "the last of 2 bundles" in page


def test_gaps_are_no_findings(period: Path) -> None:
    """A gap that is counted twice: among the gaps, and as a high finding that no report shows."""
    ran = vendorgate("evidence", "trend", "one.zip", "-f", "csv", cwd=period)
    (row,) = csv.DictReader(io.StringIO(ran.out))
    report = json.loads(contents(period / "one.zip")["report.json"])
    found = [f for f in report["findings"] if f["status"] == "open"]
    assert row["gaps"] == "1"
    assert int(row["high"]) == sum(
        f["severity"] == "high" and f["policy"] != "collection-gap" for f in found
    )


def test_bundles_of_one_day_are_in_order_of_their_snapshots(period: Path) -> None:
    """The same bundles, another result, by the order in which a shell lists them."""
    plain, inputs = factory.report(), factory.report().inputs
    early, late = (
        Moment(date(2026, 1, 1), replace(plain, inputs=replace(inputs, snapshot=replace(
            inputs.snapshot, collected_at=f"2026-01-01T0{hour}:00:00Z"))), 0, "")
        for hour in (1, 2)
    )  # fmt: skip
    assert trend.points([late, early]) == trend.points([early, late])
