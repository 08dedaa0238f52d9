"""`check --policy --account --severity`: a part is shown and judged, and the rest is counted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from checker.check.filters import Filter
from checker.report.formats import FORMATS
from checker.report.model import EvaluationError
from tests.report.factory import finding
from tests.support.cli import Ran, vendorgate
from tests.support.gate import TODAY
from tests.support.snapshots import ALLOWLIST, OWN, OWN2, STRANGER, allow, role, vendor_role, write

OPEN = role("Open", allow("*"))
NO_ID = vendor_role("NoId", external_id=None)
OTHER = vendor_role("Other", STRANGER) | {"account": OWN, "arn": f"arn:aws:iam::{OWN}:role/Other"}
GAP = {"account": OWN, "region": None, "call": "iam:ListRoles", "code": "AccessDenied", "message": "no"}  # fmt: skip


def check(folder: Path, *options: str, gaps: Any = (), roles: Any = (OPEN, NO_ID, OTHER)) -> Ran:
    write(folder / "snapshot", roles=list(roles), gaps=list(gaps))
    (folder / "allowlist.yaml").write_text(ALLOWLIST)
    return vendorgate("check", "--today", TODAY, *options, cwd=folder)


CASES = [
    ((), 1, {"anyone-trust", "missing-external-id", "unvetted-account-trust"}, None, "no filter"),
    (("--policy", "anyone-trust"), 1, {"anyone-trust"}, (0, 1, 1), "one policy"),
    (("--policy", "anyone-trust", "--policy", "missing-external-id"), 1, {"anyone-trust", "missing-external-id"}, (0, 1, 0), "two"),
    (("--policy", "missing-external-id"), 0, {"missing-external-id"}, (1, 1, 0), "one below the threshold"),
    (("--policy", "public-image"), 0, set(), (1, 1, 1), "one that finds nothing"),
    (("--account", OWN), 1, {"unvetted-account-trust"}, (1, 0, 1), "an account"),
    (("--account", f"{OWN}, {OWN2}"), 1, {"anyone-trust", "missing-external-id", "unvetted-account-trust"}, (0, 0, 0), "all of them"),
    (("--severity", "medium"), 0, {"missing-external-id"}, (1, 1, 0), "a severity"),
    (("--severity", "medium", "--severity", "high"), 1, {"missing-external-id", "unvetted-account-trust"}, (1, 0, 0), "two of them"),
    (("--account", OWN2, "--severity", "critical"), 1, {"anyone-trust"}, (0, 1, 1), "both"),
]  # fmt: skip


@pytest.mark.parametrize(("options", "code", "found", "left", "why"), CASES, ids=[c[4] for c in CASES])  # fmt: skip
def test_a_filter_shows_and_judges_a_part(
    tmp_path: Path, options: Any, code: int, found: set[str], left: Any, why: str
) -> None:
    """Findings of somebody else in a team's report; or a pass that nobody knows to be of a part."""
    ran = check(tmp_path, *options, "-f", "json")
    report = json.loads(ran.out)
    shown = {f["policy"] for f in report["findings"] if f["status"] == "open"}
    assert (ran.code, shown - {"unobserved-vendor"}) == (code, found)
    filters = report["settings"]["filters"]
    counts = filters and tuple(filters["left_out"][s] for s in ("critical", "high", "medium"))
    assert counts == left
    assert sum(report["summary"]["open"].values()) == len(report["findings"])


@pytest.mark.parametrize("form", sorted(set(FORMATS) - {"json"}))
def test_every_format_says_that_it_shows_a_part(tmp_path: Path, form: str) -> None:
    """A file that somebody keeps as the whole."""
    ran = check(tmp_path, "--policy", "missing-external-id", "-f", form)
    assert ran.code == 0
    assert "2 findings (1 critical, 1 high" in ran.out.replace("\\", "")


def test_a_filtered_pass_says_so_in_its_last_line(tmp_path: Path) -> None:
    """“PASS”, over a critical finding that was not asked for."""
    last = check(tmp_path, "--policy", "missing-external-id").out.splitlines()[-1]
    assert last.startswith("PASS: 0 findings at or above high, 1 below, ")
    assert "2 findings (1 critical, 1 high" in last and last.endswith("left out by a filter")


@pytest.mark.parametrize(
    ("options", "code", "why"),
    [
        (("--policy", "public-image"), 3, "a gap may hide any finding"),
        (("--severity", "info"), 3, "of any severity"),
        (("--account", OWN), 3, "in its account"),
        (("--account", OWN2), 0, "but of another account"),
    ],
)
def test_a_gap_is_no_pass_under_a_filter(tmp_path: Path, options: Any, code: int, why: str) -> None:
    """What was not looked at, filtered away."""
    ran = check(tmp_path, *options, gaps=[GAP], roles=[vendor_role()])
    assert ran.code == code
    if not code:
        assert "and 1 gap left out by a filter" in ran.out


def test_a_gap_of_no_account_is_of_all(tmp_path: Path) -> None:
    """What was not looked at in any account, left out of the list of one."""
    whole = GAP | {"account": None, "call": "organizations:ListAccounts"}
    ran = check(tmp_path, "--account", OWN2, "-f", "json", gaps=[GAP, whole], roles=[vendor_role()])
    told = json.loads(ran.out)
    assert (ran.code, [one["call"] for one in told["gaps"]]) == (3, ["organizations:ListAccounts"])


@pytest.mark.parametrize(
    "options", [("--policy", "public-image"), ("--severity", "info"), ("--account", OWN)]
)
def test_what_nobody_can_judge_passes_under_no_filter(tmp_path: Path, options: Any) -> None:
    """A snapshot with nothing in it, or one too old, whose gap an option would accept."""
    assert check(tmp_path, *options, roles=()).code == 3
    old = check(tmp_path, *options, "--allow-gaps", "--today", "2026-12-31", roles=[vendor_role()])
    assert old.code == 3 and "0 accepted" not in old.out


BAD = [
    (("--policy", "anyone-trusts"), "no policy in force is called 'anyone-trusts'; did you mean", "a misspelt policy"),
    (("--account", "333333333333"), "is no account of the snapshot", "an account of somebody else"),
    (("--account", "prod"), "is no account of the snapshot", "a name"),
    (("--policy", "anyone-trust", "--write-baseline", "b.json"), "make all else new", "a baseline of a part"),
]  # fmt: skip


@pytest.mark.parametrize(("options", "told", "why"), BAD, ids=[b[2] for b in BAD])
def test_a_filter_that_fits_nothing_is_refused(
    tmp_path: Path, options: Any, told: str, why: str
) -> None:
    """A misspelt name would pass whatever there is."""
    ran = check(tmp_path, *options)
    assert (ran.code, told in ran.err) == (2, True), ran.err


def test_junit_counts_no_pass_for_what_is_left_out(tmp_path: Path) -> None:
    """A green test case of a policy whose findings were left out."""
    out = check(tmp_path, "--severity", "medium", "-f", "junit").out
    assert "anyone-trust" not in out.replace("--severity", "") and "missing-external-id" in out


def test_fail_on_none(tmp_path: Path) -> None:
    """For a first look in CI: nothing fails, everything is said; what was not looked at is no
    pass all the same."""
    ran = check(tmp_path, "--fail-on", "none")
    assert ran.code == 0
    assert "no finding fails the build (--fail-on none)" in ran.out
    assert ran.out.splitlines()[-1].startswith("PASS: 3 findings, none of which fails the build")
    assert check(tmp_path, "--fail-on", "none", gaps=[GAP]).code == 3
    (tmp_path / "vendorgate.toml").write_text('fail-on = "none"\n')
    assert check(tmp_path).code == 0
    for form in FORMATS:
        assert check(tmp_path, "-f", form).code == 0


def test_fail_on_none_in_the_settings_is_a_weaker_gate(tmp_path: Path) -> None:
    """A pull request that switches the gate off in one line."""
    from checker.review.rules import _wider

    assert _wider("fail-on", "critical", "none") and not _wider("fail-on", "none", "critical")


def test_one_is_not_many(tmp_path: Path) -> None:
    """“1 corners”, in what a newcomer reads first."""
    check(tmp_path, gaps=[GAP], roles=[OTHER])
    ran = vendorgate("inventory", cwd=tmp_path)
    assert (ran.code, "1 third party, 1 not vetted" in ran.out) == (3, True), "a finding beside it"
    assert "Incomplete: 1 corner could not" in ran.out
    check(tmp_path, roles=[role("Ours", allow({"AWS": OWN}))])
    assert "No third party is trusted by 1 role.\n" in vendorgate("inventory", cwd=tmp_path).out


def test_what_is_left_out_and_what_stays() -> None:
    """An error of no account, left out with an account; a waived finding, counted as one that
    nobody has seen."""
    here, anywhere = Filter(accounts=(OWN,)), Filter(policies=("p",))
    errors = {one: EvaluationError(policy="p", account=one, resource="r", principal=None, message="m") for one in (OWN, OWN2, None)}  # fmt: skip
    assert [here.has_error(error) for error in errors.values()] == [True, False, True]
    assert [one.has_error(errors[OWN]) for one in (anywhere, Filter(policies=("q",)), Filter(severities=("low",)))] == [True, False, True]  # fmt: skip
    assert [here.has(finding(account=one)) for one in errors] == [True, False, True]
    left = [finding(status=status, policy=name) for status in ("open", "waived") for name in ("p", "collection-gap")]  # fmt: skip
    told = here.told(left)
    assert told and (sum(told.left_out.values()), told.gaps) == (1, 1)
