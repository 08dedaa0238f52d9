"""Baselines through the real command: what is known fails nothing, and nothing else hides."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from checker.check.baseline import Baseline, Entry, covers, parse_baseline, render_baseline
from tests.report.factory import finding
from tests.support.cli import vendorgate
from tests.support.gate import AMI, GAP, TODAY, check
from tests.support.rows import rows
from tests.support.snapshots import OWN2, STRANGER, allow, role, use, vendor_role

KNOWN = [vendor_role("S", STRANGER), vendor_role()]
NEW = vendor_role("T", STRANGER)
OPEN = role("Open", allow("*"))


def adopted(folder: Path, roles: list[Any] = KNOWN, **kinds: Any) -> None:
    ran = check(folder, "-q", "--write-baseline", "known.json", roles=roles, **kinds)
    assert ran.code in (1, 3), "writing a baseline is no pass"


def test_known_findings_pass_and_new_ones_fail(tmp_path: Path) -> None:
    """The recipe of adoption: a red build for what is new alone."""
    adopted(tmp_path)
    known = check(tmp_path, "--baseline", "known.json", "-f", "json", roles=KNOWN)
    report = json.loads(known.out)
    assert (known.code, report["summary"]["known"], report["summary"]["open"]["high"]) == (0, 1, 1)
    first = report["findings"][0]
    assert (first["status"], first["baseline"]) == ("open", True)
    assert report["inputs"]["baseline"]["path"] == "known.json"
    both = check(tmp_path, "--baseline", "known.json", "-f", "json", roles=[*KNOWN, NEW])
    assert both.code == 1
    assert [f["baseline"] for f in json.loads(both.out)["findings"][:2]] == [True, False]


HIDDEN = [
    ("a critical finding that is new", {"roles": [*KNOWN, OPEN]}, 1),
    ("a gap", {"roles": KNOWN, "gaps": [GAP]}, 3),
    ("an image that nobody knows", {"roles": KNOWN, "image_uses": [use("i-1", AMI)]}, 1),
]


@pytest.mark.parametrize(("why", "kinds", "code"), HIDDEN, ids=[h[0] for h in HIDDEN])
def test_nothing_hides_behind_a_baseline(tmp_path: Path, why: str, kinds: Any, code: int) -> None:
    """A baseline covers what it names, and gaps never."""
    adopted(tmp_path, gaps=[GAP])
    assert "collection-gap" not in (tmp_path / "known.json").read_text()
    assert check(tmp_path, "-q", "--baseline", "known.json", **kinds).code == code


def test_a_finding_that_became_worse_is_new(tmp_path: Path) -> None:
    """What was accepted as a low finding was not accepted as a critical one."""
    settings = tmp_path / "vendorgate.toml"
    settings.write_text('[severity]\nunvetted-account-trust = {level = "low", reason = "x"}\n')
    check(tmp_path, "-q", "--write-baseline", "known.json", roles=KNOWN)
    assert check(tmp_path, "-q", "--baseline", "known.json", "--fail-on", "low", roles=KNOWN).code == 0  # fmt: skip
    settings.unlink()
    assert check(tmp_path, "-q", "--baseline", "known.json", roles=KNOWN).code == 1


def test_a_waiver_that_lapses_is_not_known(tmp_path: Path) -> None:
    """A waived finding in a baseline would outlive its waiver."""
    from tests.support.gate import WAIVER
    from tests.support.snapshots import ALLOWLIST

    text = ALLOWLIST + WAIVER
    check(tmp_path, "-q", "--write-baseline", "known.json", roles=KNOWN, allowlist=text)
    ran = check(tmp_path, "-q", "--baseline", "known.json", roles=KNOWN, allowlist=text, today="2027-01-01")  # fmt: skip
    assert ran.code == 1


def test_an_entry_that_no_longer_matches_is_said(tmp_path: Path) -> None:
    """A mended finding that could come back unseen."""
    adopted(tmp_path, [*KNOWN, OPEN])
    ran = check(tmp_path, "--baseline", "known.json", "-f", "json", roles=KNOWN)
    said = "Findings of the baseline that are gone: 1 (anyone-trust on arn:aws:iam"
    assert any(note.startswith(said) for note in json.loads(ran.out)["notes"])


@rows(
    "count, said",
    [(5, "p on r4). Write"), (6, "p on r4; and 1 more). Write"), (1_005, "and 1,000 more). Write")],
)
def test_entries_that_are_not_named_are_counted(count: int, said: str) -> None:
    """Five that are gone, of a thousand."""
    entries = [Entry(f"{n}", "high", "p", f"r{n}", None) for n in range(count)]
    (note,) = Baseline(Path("b.json"), entries, "").notes(())
    assert f"gone: {count:,} (p on r0; " in note and said in note


def test_the_file_is_deterministic_and_readable(tmp_path: Path) -> None:
    """A baseline is reviewed in pull requests: order and bytes must not move."""
    texts = []
    for roles in ([*KNOWN, NEW, OPEN], [OPEN, NEW, *KNOWN]):
        adopted(tmp_path, roles)
        texts.append((tmp_path / "known.json").read_text())
    assert texts[0] == texts[1]
    entry = json.loads(texts[0])["findings"][0]
    assert set(entry) == {"fingerprint", "severity", "policy", "resource", "principal"}


SHOWN = {
    "text": "Known from the baseline (1)",
    "markdown": "### Known from the baseline (1)",
    "junit": "known from the baseline: ",
    "sarif": '"baselineState":"unchanged"',
    "csv": ",known\n",
    "github": "and 1 known finding of the baseline",
    "gitlab": '"Known: ',
    "json": '"known": 1',
}


@pytest.mark.parametrize("shown", SHOWN)
def test_every_format_shows_what_is_known(tmp_path: Path, shown: str) -> None:
    """A finding that a baseline makes invisible."""
    adopted(tmp_path)
    ran = check(tmp_path, "--baseline", "known.json", "-f", shown, roles=KNOWN)
    assert SHOWN[shown] in ran.out
    if shown in ("text", "markdown", "github"):
        assert "1 known" in ran.out
    critical = check(tmp_path, "-q", "--write-baseline", "all.json", roles=[OPEN])
    assert critical.code == 1
    ran = vendorgate("check", "--today", TODAY, "--baseline", "all.json", cwd=tmp_path)
    assert "critical anyone-trust: " in ran.out, "a known critical finding is shown in full"


BAD = [
    ("nothing there", None, "cannot be read"),
    ("no JSON", "{", "is no baseline"),
    ("a report", '{"schema": "vendorgate/report/v1"}', "is no baseline"),
    ("another schema", '{"schema": "x", "findings": []}', "has schema 'x'"),
    ("findings twice", '{"schema": "vendorgate/baseline/v1", "findings": [], "findings": []}',
     "tells 'findings' twice"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text", "message"), BAD, ids=[b[0] for b in BAD])
def test_a_bad_baseline_is_refused(tmp_path: Path, why: str, text: str | None, message: str) -> None:  # fmt: skip
    """A baseline that cannot be read must not be taken for an empty one, or a full one."""
    if text is not None:
        (tmp_path / "known.json").write_text(text)
    ran = check(tmp_path, "-q", "--baseline", "known.json", roles=KNOWN)
    assert (ran.code, message in ran.err, ran.err.count("\n")) == (2, True, 1)


DOCTORED = [
    ("policy", "dangling-principal"),
    ("resource", "arn:aws:iam::222222222222:role/Harmless"),
    ("principal", "999999999999"),
    ("principal", None),
]


@pytest.mark.parametrize(("key", "value"), DOCTORED)
def test_a_fingerprint_under_another_name_covers_nothing(tmp_path: Path, key: str, value: Any) -> None:  # fmt: skip
    """A reviewer reads the names; a hash beside kinder ones would let a stranger through."""
    adopted(tmp_path)
    file = json.loads((tmp_path / "known.json").read_text())
    file["findings"][0][key] = value
    (tmp_path / "known.json").write_text(json.dumps(file))
    ran = check(tmp_path, "--baseline", "known.json", "-f", "json", roles=KNOWN)
    report = json.loads(ran.out)
    assert (ran.code, report["summary"]["known"]) == (1, 0)
    assert any("count for nothing: 1 (" in note for note in report["notes"]), report["notes"]


def test_an_entry_that_stands_twice_is_refused(tmp_path: Path) -> None:
    """Of two entries with one fingerprint only one would count, and a reader sees both."""
    adopted(tmp_path)
    file = json.loads((tmp_path / "known.json").read_text())
    file["findings"] *= 2
    (tmp_path / "known.json").write_text(json.dumps(file))
    ran = check(tmp_path, "-q", "--baseline", "known.json", roles=KNOWN)
    assert ran.code == 2 and "twice" in ran.err


GROWN = [("s3:GetObject", 0), ("s3:PutObject", 1), ("s3:*", 1)]


@pytest.mark.parametrize(("action", "code"), GROWN)
def test_access_that_has_grown_is_new(tmp_path: Path, action: str, code: int) -> None:
    """An outsider who was known to read, and writes or administers now: severity, principal and
    resource are the same."""
    check(tmp_path, "-q", "--write-baseline", "known.json", resources=[_bucket("s3:GetObject")])
    grown = [_bucket("s3:GetObject", action)]
    assert check(tmp_path, "-q", "--baseline", "known.json", resources=grown).code == code


def test_access_that_has_shrunk_stays_known(tmp_path: Path) -> None:
    """The milder is covered by the worse."""
    more = [_bucket("s3:GetObject", "s3:PutObject")]
    check(tmp_path, "-q", "--write-baseline", "known.json", resources=more)
    less = [_bucket("s3:GetObject")]
    assert check(tmp_path, "-q", "--baseline", "known.json", resources=less).code == 0


def test_an_entry_of_before_access_was_told_covers_any(tmp_path: Path) -> None:
    """Catches an error of ours on a file of an earlier version."""
    known = tmp_path / "known.json"
    check(tmp_path, "-q", "--write-baseline", known.name, resources=[_bucket("s3:GetObject")])
    file = json.loads(known.read_text())
    for entry in file["findings"]:
        entry.pop("access", None)
    known.write_text(json.dumps(file))
    grown = [_bucket("s3:GetObject", "s3:PutObject")]
    assert check(tmp_path, "-q", "--baseline", known.name, resources=grown).code == 0


@rows(
    "severity, access, known",
    [("high", "read", True), ("low", "admin", False), ("critical", "read", False)],
)
def test_both_severity_and_access_are_covered(severity: Any, access: Any, known: bool) -> None:
    """A finding that is milder in one of them, and worse in the other."""
    entry = Entry("f", "high", "p", "r", None, "read")
    assert covers(entry, severity, access) is known


def test_a_name_that_is_no_unicode_stays_known() -> None:
    """A file spells out what UTF-8 cannot hold, so that the name in it is another one."""
    found = finding(resource="arn:aws:iam::222222222222:role/\ud800", principal="\udfff")
    text, _ = render_baseline((found,))
    baseline = parse_baseline(text.encode(), Path("known.json"))
    assert [one.baseline for one in baseline.marked((found,))] == [True]
    assert baseline.notes((found,)) == []


def _bucket(*actions: str) -> dict[str, Any]:
    statement = allow({"AWS": STRANGER}, list(actions))
    statement["Resource"] = ["arn:aws:s3:::b", "arn:aws:s3:::b/*"]
    return {"account": OWN2, "arn": "arn:aws:s3:::b", "kind": "AWS::S3::Bucket",
            "document": {"Version": "2012-10-17", "Statement": [statement]}}  # fmt: skip
