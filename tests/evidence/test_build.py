"""A bundle as it is built: whole, reproducible, plain about what is missing."""

from __future__ import annotations

import hashlib
import json
import os
import re
import zipfile
from pathlib import Path

import pytest

from checker.errors import InputError
from checker.evidence.stage import _policies
from checker.policy.load import load_policies
from tests.evidence.support import (
    POLICY,
    SETTINGS,
    TODAY,
    VETTED,
    WAIVER,
    Reader,
    build,
    contents,
    git,
    organization,
    verify,
)
from tests.support.cli import vendorgate
from tests.support.snapshots import ALLOWLIST


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    """Two hash seeds, time zones, masks and folders: nobody could compare bundles otherwise."""
    made = []
    for name, seed, zone in (("a", "1", "Asia/Tokyo"), ("bb", "2", "America/Lima")):
        (tmp_path / name).mkdir()
        folder = organization(tmp_path / name)
        for path in folder.rglob("*"):
            os.utime(path, (int(seed) * 10**8,) * 2)
        path = build(folder, PYTHONHASHSEED=seed, TZ=zone)
        made.append((path.read_bytes(), (folder / "evidence.intoto.json").read_bytes()))
    assert made[0] == made[1]


def test_the_zip_is_plain(tmp_path: Path) -> None:
    """Times, owners or modes of the machine that built it make two builds differ."""
    path = build(organization(tmp_path))
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
    assert entries[0].filename == "README.md"
    assert {e.date_time for e in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {e.external_attr >> 16 for e in entries} == {0o100644}
    assert {e.compress_type for e in entries} == {zipfile.ZIP_STORED}


def test_paths_of_the_builder_are_not_in_it(tmp_path: Path) -> None:
    """A report that names /home/ann/… is not made again elsewhere, and tells who built it."""
    (tmp_path / "deep").mkdir()
    folder = organization(tmp_path / "deep")
    (folder / "own").mkdir()
    (folder / "own/no-admin.yml").write_text(POLICY)
    options = (folder / "snapshot", "-a", folder / "allowlist.yaml", "-p", folder / "own")
    files = contents(build(folder, *options))
    assert not [n for n, data in files.items() if b"deep" in data or b"vendorgate-" in data]
    assert files["policies/no-admin.yaml"].decode() == POLICY
    inputs = json.loads(files["report.json"])["inputs"]
    assert [inputs[key]["path"] for key in ("snapshot", "allowlist", "policies")] == [
        "snapshot", "allowlist.yaml", "policies",
    ]  # fmt: skip


def test_it_holds_what_an_auditor_asks_for(tmp_path: Path) -> None:
    """A part that is missing sends the auditor back to us."""
    files = contents(build(organization(tmp_path)))
    parties = json.loads(files["third-parties.json"])
    assert {p["id"] for p in parties["observed_but_not_listed"]} == {
        "888888888888",
        "*",
        "777777777777",
    }
    (waiver,) = json.loads(files["waivers.json"])
    assert (waiver["owner"], waiver["reason"], waiver["expires"]) == (
        "o@x.example",
        "public data",
        "2027-01-31",
    )
    assert (waiver["in_force"], waiver["days_left"], len(waiver["findings"])) == (True, 72, 1)
    assert json.loads(files["gaps.json"])[0]["call"] == "ec2:DescribeImages"
    assert files["snapshot/usage.jsonl"] == (tmp_path / "snapshot/usage.jsonl").read_bytes()
    assert {row["result"] for row in json.loads(files["report.json"])["evaluated"]} >= {
        "pass",
        "fail",
    }
    assert json.loads(files["git.json"])["allowlist"] is None


def test_listed_but_not_observed(tmp_path: Path) -> None:
    """A vendor that nobody uses must stand out, with the policy that says so and without."""
    unused = VETTED.replace("888888888888", "666666666666")
    folder = organization(tmp_path, ALLOWLIST.replace("image_aliases", unused + "image_aliases"))
    for settings in ("", SETTINGS):
        (folder / "vendorgate.toml").write_text(settings)
        parties = json.loads(contents(build(folder))["third-parties.json"])
        assert [v["name"] for v in parties["listed_but_not_observed"]] == ["Stranger"]


def test_the_control_map_supports_and_never_satisfies(tmp_path: Path) -> None:
    """A tool that claims that a control is met would have the auditor rely on it."""
    files = contents(build(organization(tmp_path)))
    (one, *_) = json.loads(files["control-map.json"])["frameworks"]["soc2"]["CC9.2"]["supported_by"]
    assert one["relation"] == "supports" and one["results"]
    assert b"satisf" not in (files["control-map.json"] + files["README.md"]).lower()
    (result,) = json.loads(files["oscal-assessment-results.json"])["assessment-results"]["results"]
    assert "findings" not in result, "in OSCAL a finding says whether a control is met"


def test_the_readme_begins_with_scope_and_gaps(tmp_path: Path) -> None:
    """Gaps in an appendix are gaps that nobody reads; names in it are no markup."""
    readme = contents(build(organization(tmp_path)))["README.md"].decode()
    heads = re.findall(r"^## (.+)$", readme, re.MULTILINE)
    assert heads[:3] == ["Scope", "Gaps", "Verdict"]
    assert "222222222222 us-east-1 ec2:DescribeImages: AccessDenied" in readme
    assert "<b>" not in readme


@pytest.mark.parametrize("bent", [False, True], ids=["plain", "settings and own policies"])
def test_its_own_steps_verify_it(tmp_path: Path, bent: bool) -> None:
    """Steps that nobody has followed do not work; these run as they stand in the README."""
    folder = organization(tmp_path)
    if bent:
        (folder / "vendorgate.toml").write_text(SETTINGS)
        (folder / "policies").mkdir()
        (folder / "policies/x.yaml").write_text(POLICY)
    path = build(folder)
    reader = Reader(path, tmp_path)
    assert len(reader.steps) == 3
    for step in reader.steps[:2]:
        ran = reader.run(step)
        assert (ran.code, ran.out) == (0, ""), ran.err
    (reader.folder / "snapshot/extra").write_text("")
    assert reader.run(reader.steps[0]).code == 1


def test_the_statement_names_the_digest(tmp_path: Path) -> None:
    """A signature over another digest proves nothing about the zip."""
    path = build(organization(tmp_path))
    said = json.loads((tmp_path / "evidence.intoto.json").read_text())
    assert said["_type"] == "https://in-toto.io/Statement/v1"
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert said["subject"] == [{"name": "evidence.zip", "digest": {"sha256": digest}}]
    named = "tool evaluated_on collected_at verdict open gaps manifest_sha256"
    assert said["predicate"].keys() == {*named.split()}


def test_git_tells_who_listed_and_approved(tmp_path: Path) -> None:
    """Who let a vendor in, and who agreed, since the bundle before."""
    folder = organization(tmp_path)
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "allowlist.yaml")
    git(folder, "commit", "-q", "-m", "the list")
    old = build(folder, name="old.zip")
    told = json.loads(contents(old)["git.json"])
    assert (told["allowlist"]["author"], told["as_committed"], told["history"]) == (
        "Ann",
        True,
        None,
    )
    listed = ALLOWLIST.replace("image_aliases", VETTED + "image_aliases") + WAIVER
    (folder / "allowlist.yaml").write_text(listed)
    git(
        folder,
        "commit",
        "-qam",
        "vet | <b>Stranger</b>\n\nBecause.\n\nReviewed-by: Bob <b@x>\nApproved-by: Eve <e@x>",
    )
    git(folder, "commit", "-q", "--allow-empty", "-m", "something else")
    new = build(folder, "--since", "old.zip", name="new.zip", today="2026-11-30")
    changes = json.loads(contents(new)["changes.json"])
    (commit,) = changes["commits"]
    assert commit["approvers"] == ["Bob <b@x>", "Eve <e@x>"]
    assert {c["kind"] for c in changes["allowlist"]} == {"vendor-added", "account-added"}
    assert "unvetted-account-trust" in {f["policy"] for f in changes["closed"]}
    readme = contents(new)["README.md"].decode()
    assert "Since 2026-11-20" in readme and "approved by Bob" in readme and "<b>" not in readme
    assert verify(new).code == 0
    (folder / "allowlist.yaml").write_text(listed + "# not committed\n")
    assert json.loads(contents(build(folder))["git.json"])["as_committed"] is False


def test_no_history_is_said_not_made_up(tmp_path: Path) -> None:
    """Outside a repository the bundle still tells what changed, and that it knows no commits."""
    folder = organization(tmp_path)
    build(folder, name="old.zip")
    changes = json.loads(contents(build(folder, "--since", "old.zip"))["changes.json"])
    assert (changes["commits"], changes["opened"], changes["allowlist"]) == (None, [], [])
    assert "no repository" in changes["commits_note"]


WRONG = [
    ("no snapshot", ("nowhere", "-o", "e.zip"), "nowhere: no snapshot here"),
    ("no folder", ("-o", "none/e.zip"), "there is no such directory"),
    ("a folder", ("-o", "snapshot"), "is a folder"),
    ("no bundle before", ("-o", "e.zip", "--since", "allowlist.yaml"), "is not a zip file"),
    ("none at all", ("-o", "e.zip", "--since", "none.zip"), "cannot be read"),
]


@pytest.mark.parametrize(
    ("arguments", "message"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG]
)
def test_bad_input(tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    """A wrong name must leave one line behind, and no half of a bundle."""
    organization(tmp_path)
    ran = vendorgate("evidence", "build", *arguments, "--today", TODAY, cwd=tmp_path)
    assert (ran.code, message in ran.err) == (2, True), ran.err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["allowlist.yaml", "snapshot"]


def test_a_damaged_snapshot_is_no_evidence(tmp_path: Path) -> None:
    """A file that nobody collected so would go in as evidence."""
    organization(tmp_path)
    path = tmp_path / "snapshot/usage.jsonl"
    path.write_text(path.read_text().replace('"calls":3', '"calls":1'))
    ran = vendorgate("evidence", "build", "-o", "e.zip", cwd=tmp_path)
    assert ran.code == 2 and "usage.jsonl: its SHA-256" in ran.err


def test_a_policy_that_changes_while_it_is_built_is_no_bundle(tmp_path: Path) -> None:
    """Catches a bundle whose policy is another than the one that judged."""
    (tmp_path / "policies").mkdir()
    path = tmp_path / "policies" / "house-rule.yaml"
    path.write_text(POLICY)
    policies = load_policies(tmp_path / "policies", builtin=False)
    path.write_text(POLICY + "# weaker\n")
    with pytest.raises(InputError, match="changed while the bundle was built"):
        _policies(policies, tmp_path / "bundle")
