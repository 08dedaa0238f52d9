"""Days and times: what is old, what is yet to come, and who may say so."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from checker.report.formats import FORMATS
from tests.support.cli import Ran, vendorgate
from tests.support.snapshots import ALLOWLIST, STRANGER, VENDOR, vendor_role, write

TODAY = "2026-11-20"
SOON = "2026-12-01"


def check(folder: Path, *options: str, today: str | None = TODAY, allowlist: str = ALLOWLIST,
          account: str = VENDOR, **manifest: Any) -> Ran:  # fmt: skip
    write(folder / "snapshot", roles=[vendor_role(account=account)], manifest=manifest)
    (folder / "allowlist.yaml").write_text(allowlist)
    day = ("--today", today) if today else ()
    return vendorgate("check", *day, *(options or ("-f", "json")), cwd=folder)


def code(ran: Ran) -> tuple[int, list[str]]:
    return ran.code, [gap["code"] for gap in json.loads(ran.out)["gaps"]]


JSON = ("-f", "json")
AGES: list[tuple[str, dict[str, Any], tuple[int, list[str]]]] = [
    ("a week old", {"today": "2026-11-27"}, (0, [])),
    ("older", {"today": "2026-11-28"}, (3, ["TooOld"])),
    ("older, with gaps accepted", {"today": "2026-11-28", "options": ("--allow-gaps", *JSON)}, (3, ["TooOld"])),
    ("older, as asked", {"today": "2026-11-28", "options": ("--max-age", "8", *JSON)}, (0, [])),
    ("younger, but not as asked", {"today": "2026-11-22", "options": ("--max-age", "1", *JSON)}, (3, ["TooOld"])),
    ("of templates, which are as old as the commit", {"today": "2027-03-01", "sources": ["cloudformation"]}, (0, [])),
    ("of templates, as asked", {"today": "2027-03-01", "sources": ["terraform"], "options": ("--max-age", "7", *JSON)}, (3, ["TooOld"])),
    ("of templates and of AWS", {"today": "2027-03-01", "sources": ["aws", "terraform"]}, (3, ["TooOld"])),
    ("of who knows what", {"today": "2027-03-01", "sources": []}, (3, ["TooOld"])),
    ("of a time that is yet to come", {"collected_at": "2099-01-01T00:00:00Z"}, (3, ["FromTheFuture"])),
    ("of another offset", {"collected_at": "2026-11-20T23:30:00-10:00", "today": "2026-11-28"}, (0, [])),
    ("without an offset, which is UTC", {"collected_at": "2026-11-20T23:30:00", "today": "2026-11-28"}, (3, ["TooOld"])),
]  # fmt: skip


@pytest.mark.parametrize(("why", "given", "expected"), AGES, ids=[row[0] for row in AGES])
def test_ages(tmp_path: Path, why: str, given: dict[str, Any], expected: Any) -> None:
    """A pass on what was seen a month ago, of an organization that has changed since."""
    options = given.pop("options", ())
    assert code(check(tmp_path, *options, **given)) == expected


@pytest.mark.parametrize("today", ["2001-01-01", "2099-01-01"])
def test_code_that_is_read_now_has_no_age(tmp_path: Path, today: str) -> None:
    """Templates are judged as they are, as of whichever day, though the settings name an age."""
    (tmp_path / "vendorgate.toml").write_text("max-age = 1\n")
    (tmp_path / "allowlist.yaml").write_text("version: 1\n")
    (tmp_path / "t.yaml").write_text("Resources: {T: {Type: AWS::SNS::Topic}}\n")
    command = ("check", "--cloudformation", "t.yaml", "--account", VENDOR, "--today", today)
    assert code(vendorgate(*command, *JSON, cwd=tmp_path)) == (0, [])


def test_the_age_is_in_the_settings(tmp_path: Path) -> None:
    """The same number as the command line's, for a pipeline that others start."""
    (tmp_path / "vendorgate.toml").write_text("max-age = 30\n")
    assert check(tmp_path, today=SOON).code == 0
    assert check(tmp_path, "--max-age", "3", *JSON, today=SOON).code == 3
    (tmp_path / "vendorgate.toml").write_text("max-age = true\n")
    assert check(tmp_path).code == 2


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_format_tells_of_an_old_snapshot(tmp_path: Path, name: str) -> None:
    """A report in which nothing says of when it is."""
    ran = check(tmp_path, "-f", name, today=SOON)
    assert (ran.code, "11 days before" in ran.out) == (3, True)


@pytest.mark.parametrize("said", ["", "yesterday", "2026-11-20", "2026-13-01T00:00:00Z", "0",
                                  "0001-01-01T00:00:00+23:00", "9999-12-31T23:59:59-23:00"])  # fmt: skip
def test_a_time_that_is_none_is_refused(tmp_path: Path, said: str) -> None:
    """A snapshot that cannot be old, as nobody can tell when it was made."""
    ran = check(tmp_path, collected_at=said)
    assert (ran.code, "which is no time" in ran.err) == (2, True), ran.err


def test_a_day_before_the_snapshot_is_said(tmp_path: Path) -> None:
    """A vetting that has expired is in force again as of last year."""
    ran = check(tmp_path, today="2026-11-19")
    assert ran.code == 0
    assert "a day before the snapshot was collected" in " ".join(json.loads(ran.out)["notes"])
    assert "a day before the snapshot" in check(tmp_path, "-f", "text", today="2026-11-19").out
    assert "a day before" not in check(tmp_path, "-f", "text").out


def test_a_clock_that_is_a_little_ahead_is_no_fault(tmp_path: Path) -> None:
    """The collector's clock and this one are never the same."""
    now = datetime.now(UTC) + timedelta(minutes=2)
    assert check(tmp_path, today=None, collected_at=now.isoformat()).code == 0


LATER = ALLOWLIST.replace("reviewed: 2026-05-01", "reviewed: 2026-11-21")


def test_a_review_of_tomorrow_vets_nothing(tmp_path: Path) -> None:
    """An entry that takes effect by itself, on a day when nobody reads a pull request."""
    ran = check(tmp_path, allowlist=LATER)
    report = json.loads(ran.out)
    assert (ran.code, {p["status"] for p in report["third_parties"]}) == (1, {"unlisted"})
    assert "a day that is yet to come: 1 (Example Monitoring)" in " ".join(report["notes"])
    assert check(tmp_path, allowlist=LATER, today="2026-11-21").code == 0
    ran = vendorgate("validate", "--today", TODAY, "allowlist.yaml", cwd=tmp_path)
    assert ran.code == 2 and "allowlist.yaml:12:" in ran.err and "yet to come" in ran.err
    assert vendorgate("validate", "--today", "2026-11-21", cwd=tmp_path).code == 0


def test_other_entries_keep_their_lines(tmp_path: Path) -> None:
    """One entry is set aside: what is said of the next must not point at it."""
    more = LATER.replace("image_aliases", f"""\
  - name: Stranger
    accounts: ["{STRANGER}"]
    vetting: {{owner: o, reference: r, reviewed: 2025-01-01, expires: 2025-06-01, evidence: []}}
image_aliases""")  # fmt: skip
    report = json.loads(check(tmp_path, allowlist=more, account=STRANGER).out)
    (finding,) = (f for f in report["findings"] if f["policy"] == "expired-vetting")
    assert finding["entry_line"] == 1 + more[: more.index("  - name: Stranger")].count("\n")


def test_reports_say_whose_day_it_is(tmp_path: Path) -> None:
    """The same, of what is read a year later."""
    for name in ("text", "markdown", "html"):
        assert f"{TODAY} (UTC)" in check(tmp_path, "-f", name).out, name


def test_help_says_whose_day_it_is() -> None:
    """A day that ends at another hour where the reader is."""
    for command in (["check"], ["review"], ["validate"], ["evidence", "build"]):
        assert "in UTC" in " ".join(vendorgate(*command, "--help").out.split()), command
