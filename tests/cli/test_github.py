"""The github format in a workflow: annotations, and the job summary."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.cli import vendorgate
from tests.support.gate import GAP, TODAY
from tests.support.snapshots import ALLOWLIST, STRANGER, vendor_role, write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "snapshot", roles=[vendor_role(f"S{n}", STRANGER) for n in range(30)])
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    return tmp_path


def test_a_step_gets_ten_annotations_and_a_summary(folder: Path) -> None:
    """GitHub shows ten annotations of a step; the rest must stand somewhere."""
    (folder / "summary.md").write_text("what an earlier step said\n")
    ran = vendorgate("check", "--today", TODAY, "-f", "github", cwd=folder, GITHUB_STEP_SUMMARY=str(folder / "summary.md"))  # fmt: skip
    assert ran.code == 1
    assert sum(line.startswith("::") for line in ran.out.splitlines()) == 10
    assert "and 21 more findings" in ran.out
    text = (folder / "summary.md").read_text()
    assert text.startswith("what an earlier step said\n## ❌ vendorgate: FAIL")
    assert text.count("\n| `arn:aws:iam") == 30


@pytest.mark.parametrize(("count", "more"), [(10, False), (11, True)])
def test_gaps_are_counted_that_are_not_told(folder: Path, count: int, more: bool) -> None:
    """Catches gaps of which the log of a step says nothing."""
    gaps = [GAP | {"call": f"ec2:Describe{n}"} for n in range(count)]
    write(folder / "snapshot", roles=[vendor_role()], gaps=gaps)
    ran = vendorgate("check", "--today", TODAY, "-f", "github", cwd=folder)
    assert ran.out.count("could not look at ") == 10
    assert ("and 1 more gap\n" in ran.out) is more


def test_gaps_that_are_no_annotations_any_more_are_counted(folder: Path) -> None:
    """Catches those of code, which come after ten findings."""
    place = {"location": {"file": "main.tf", "line": 1}}
    gaps = [GAP | place | {"call": f"ec2:Describe{n}"} for n in range(2)]
    write(folder / "snapshot", roles=[vendor_role(f"S{n}", STRANGER) for n in range(9)], gaps=gaps)
    ran = vendorgate("check", "--today", TODAY, "-f", "github", cwd=folder)
    shown = sum(line.startswith("::") for line in ran.out.splitlines())
    assert (shown, re.findall("and (.*) more findings and gaps", ran.out)) == (10, ["2"])


def test_no_summary_is_written_unasked(folder: Path) -> None:
    """A summary of a format that nobody asked for, or a crash where none can be written."""
    path = folder / "summary.md"
    vendorgate("check", "--today", TODAY, "-q", cwd=folder, GITHUB_STEP_SUMMARY=str(path))
    assert not path.exists()
    ran = vendorgate("check", "-f", "github", cwd=folder, GITHUB_STEP_SUMMARY=str(folder))
    assert (ran.code, ran.err.count("\n")) == (2, 1)
