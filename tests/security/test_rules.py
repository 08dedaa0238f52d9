"""By whose rules a pull request is judged, and that all which bends them is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from checker.policy.load import BUILTIN
from checker.report.formats import FORMATS
from checker.review.markdown import MARKER
from tests.security.repository import ALLOWLIST, SETTINGS, git, make, put
from tests.support.cli import Ran, vendorgate
from tests.support.snapshots import STRANGER, vendor_role, write

TODAY = "2026-11-20"
REVIEW = ("--head", "allowlist.yaml", "--today", TODAY, "-f", "json")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """With the gate's files committed, and a snapshot in which a stranger is trusted."""
    make(tmp_path)
    write(tmp_path / "snapshot", roles=[vendor_role("a", STRANGER)])
    return tmp_path


def check(folder: Path, *options: object) -> Ran:
    return vendorgate("check", "--today", TODAY, "-f", "json", *options, cwd=folder)


def opened(ran: Ran) -> set[str]:
    report = json.loads(ran.out)
    return {f["policy"] for f in report["findings"] if f["status"] == "open" and not f["baseline"]}


def test_a_revision_is_a_revision(repository: Path) -> None:
    """A committed file that is called like the base would be compared with itself."""
    widened = ALLOWLIST.replace("[amazon]", "[amazon, x]")
    for name in ("allowlist.yaml", "HEAD:allowlist.yaml", "deadbeef:allowlist.yaml"):
        put(repository, name, widened)
    ran = vendorgate("review", "--base", "HEAD:allowlist.yaml", *REVIEW, cwd=repository)
    assert (ran.code, "image-alias-added" in ran.out) == (1, True)
    ran = vendorgate("review", "--base", "deadbeef:allowlist.yaml", *REVIEW, cwd=repository)
    assert (ran.code, "neither a file nor a revision" in ran.err) == (2, True)
    ran = vendorgate("review", "--base", "./HEAD:allowlist.yaml", *REVIEW, cwd=repository)
    assert json.loads(ran.out)["changes"] == [], "a file with a colon is named by ./"


def test_a_link_in_the_base_is_refused(repository: Path) -> None:
    """What git keeps of a link is a path, and what stands there nobody reviewed."""
    (repository / "allowlist.yaml").rename(repository / "real.yaml")
    (repository / "allowlist.yaml").symlink_to("real.yaml")
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "link")
    ran = vendorgate("review", "--base", "HEAD:allowlist.yaml", *REVIEW, cwd=repository)
    assert (ran.code, "is no regular file in HEAD" in ran.err) == (2, True)


def test_a_folder_that_is_a_link_in_the_base_is_refused(repository: Path) -> None:
    """Policies that git does not look into would be no policies at all."""
    (repository / "policies").rename(repository / "rules")
    (repository / "policies").symlink_to("rules")
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "link")
    ran = check(repository, "--rules-from", "HEAD")
    assert (ran.code, "policies is no folder in HEAD" in ran.err) == (2, True)


def test_templates_are_judged_by_the_base(repository: Path) -> None:
    """The pull request that brings a template along does not bring the rules for it."""
    trust = vendor_role("a", STRANGER)["trust_policy"]
    body = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": trust}}
    put(repository, "t.json", json.dumps({"Resources": {"R": body}}))
    put(repository, "vendorgate.toml", '[disabled]\nunvetted-account-trust = "x"\n')
    code = ("--cloudformation", "t.json", "--account", "222222222222")
    assert "unvetted-account-trust" not in opened(check(repository, *code))
    ran = check(repository, "--rules-from", "HEAD", *code)
    assert (ran.code, "unvetted-account-trust" in opened(ran)) == (1, True)
    assert json.loads(ran.out)["settings"]["rules_from"] == "HEAD"
    git(repository, "add", "t.json")  # code is what the change is of, and no snapshot it brings
    assert check(repository, "--rules-from", "HEAD", *code).out == ran.out


def test_no_revision_is_not_this_folder(repository: Path) -> None:
    """A variable that a workflow did not set, and the pull request's own rules in its place."""
    put(repository, "vendorgate.toml", '[disabled]\nunvetted-account-trust = "x"\n')
    assert check(repository, "--rules-from", "").code == 2
    for options in (("--base", ":allowlist.yaml"), ("--base", "HEAD:allowlist.yaml", "--rules-from", "")):  # fmt: skip
        assert vendorgate("review", *options, *REVIEW, cwd=repository).code == 2, options


def test_a_review_from_a_folder_below(repository: Path) -> None:
    """Paths are meant from where the user stands; workflows from the repository's root."""
    put(repository, "CODEOWNERS", "* @mallory\n")
    put(repository, "sub/allowlist.yaml", "version: 1\n")
    ran = vendorgate("review", "--base", "HEAD:../allowlist.yaml", *REVIEW, cwd=repository / "sub")
    changes = json.loads(ran.out)["changes"]
    assert {"vendor-removed", "setting-changed"} <= {c["kind"] for c in changes}
    assert any("CODEOWNERS" in c["detail"] for c in changes)


def test_what_was_not_compared_is_said(repository: Path) -> None:
    """Two files tell nothing of settings: a review of them alone must not read as if it did."""
    put(repository, "base.yaml", ALLOWLIST)
    ran = vendorgate("review", "--base", "base.yaml", *REVIEW, cwd=repository)
    said = json.loads(ran.out)
    assert (said["rules_compared"], "were not compared" in said["notes"][0]) == (False, True)
    put(repository, "vendorgate.toml", f'{SETTINGS}anyone-trust = "x"\n')
    ran = vendorgate(
        "review", "--base", "base.yaml", "--rules-from", "HEAD", *REVIEW, cwd=repository
    )
    assert [c["kind"] for c in json.loads(ran.out)["changes"]] == ["policy-disabled"]
    ran = vendorgate(
        "review", "--base", "HEAD:allowlist.yaml", "--no-settings", *REVIEW, cwd=repository
    )
    said = json.loads(ran.out)
    assert said["changes"] == [] and "--no-settings" in " ".join(said["notes"])


def test_a_snapshot_of_the_pull_request_is_said(repository: Path) -> None:
    """Whoever brings the snapshot along chooses whom the review shows."""
    options = ("--base", "HEAD:allowlist.yaml", *REVIEW, "snapshot")
    assert json.loads(vendorgate("review", *options, cwd=repository).out)["changes"] == []
    git(repository, "add", "snapshot")
    (change,) = json.loads(vendorgate("review", *options, cwd=repository).out)["changes"]
    assert "is part of this change" in change["detail"]


def test_the_gate_does_not_believe_a_snapshot_of_the_pull_request(repository: Path) -> None:
    """Catches a check that passes what its author collected; one that the base has is believed."""
    options = ("snapshot", "--rules-from", "HEAD", "--today", "2026-11-20", "--allow-gaps")
    said = "is part of this change"
    assert said not in vendorgate("check", *options, cwd=repository).out
    git(repository, "add", "snapshot")
    ran = vendorgate("check", *options, "--fail-on", "critical", cwd=repository)
    assert ran.code == 3 and said in ran.out
    git(repository, "commit", "-qm", "a snapshot of ours")
    assert said not in vendorgate("check", *options, cwd=repository).out
    write(repository / "snapshot", roles=[])
    assert said in vendorgate("check", *options, cwd=repository).out, "another one in its place"


BENT: list[tuple[str, dict[str, str]]] = [
    ("disabled", {"vendorgate.toml": '[disabled]\nunvetted-account-trust = "x"\n'}),
    ("lowered", {"vendorgate.toml": '[severity]\nunvetted-account-trust = {level = "low", reason = "x"}\n'}),
    ("the threshold", {"vendorgate.toml": 'fail-on = "critical"\n'}),
    ("known", {"vendorgate.toml": 'baseline = "mine.json"\n'}),
    ("replaced", {"policies/unvetted-account-trust.yaml": (BUILTIN / "unvetted-account-trust.yaml").read_text()
                  .replace("severity: high", "severity: low")}),
    ("another file of settings", {"pyproject.toml": '[tool.vendorgate]\nfail-on = "critical"\n'}),
]  # fmt: skip


@pytest.mark.parametrize(("why", "files"), BENT, ids=[row[0] for row in BENT])
def test_a_check_takes_its_rules_from_the_base(
    repository: Path, why: str, files: dict[str, str]
) -> None:
    """What a pull request brings along would pass what it brings along."""
    known = repository / "mine.json"
    vendorgate("check", "--today", TODAY, "-q", "--write-baseline", known, cwd=repository)
    put(repository, "vendorgate.toml", None if "pyproject.toml" in files else "")
    for path, text in files.items():
        put(repository, path, text)
    assert check(repository).code == 0, "the edit has its effect"
    ran = check(repository, "--rules-from", "HEAD")
    assert (ran.code, "unvetted-account-trust" in opened(ran)) == (1, True)
    report = json.loads(ran.out)
    assert report["settings"]["rules_from"] == "HEAD"
    assert report["inputs"]["policies"]["path"] == "HEAD:policies"
    assert report["inputs"]["baseline"]["path"] == "HEAD:known.json"


def test_policies_that_the_base_lacks_are_not_in_force(repository: Path) -> None:
    """A folder that is new judges nothing yet; one that is nowhere is a slip of the pen."""
    put(repository, "new/unvetted-account-trust.yaml", (BUILTIN / "anyone-trust.yaml").read_text())
    assert check(repository, "--rules-from", "HEAD", "-p", "new").code == 1
    ran = check(repository, "--rules-from", "HEAD", "-p", "nowhere")
    assert (ran.code, "no such directory of policies" in ran.err) == (2, True)


def test_a_baseline_that_the_base_lacks_knows_nothing(repository: Path) -> None:
    """The pull request that adopts the check does not accept its own findings unseen."""
    vendorgate("check", "--today", TODAY, "-q", "--write-baseline", "new.json", cwd=repository)
    ran = check(repository, "--rules-from", "HEAD", "--baseline", "new.json")
    assert (ran.code, "new.json is not there" in ran.err) == (1, True)


def test_no_settings(repository: Path) -> None:
    """A settings file that disables, in a folder whose owner nobody knows."""
    put(repository, "vendorgate.toml", '[disabled]\nunvetted-account-trust = "x"\n')
    ran = check(repository, "--no-settings")
    assert (ran.code, "unvetted-account-trust" in opened(ran)) == (1, True)


def test_every_format_tells_what_bends(repository: Path) -> None:
    """A pass whose reader cannot know that a rule was off."""
    put(
        repository,
        "vendorgate.toml",
        SETTINGS.replace('"high"', '"critical"') + 'anyone-trust = "why"\n',
    )
    put(
        repository,
        "policies/shared-image.yaml",
        "# ours\n" + (BUILTIN / "shared-image.yaml").read_text(),
    )
    options = ("--allow-gaps", "--max-age", "400")
    report = json.loads(check(repository, *options).out)
    assert report["settings"]["replaced"] == ["shared-image"]
    assert report["settings"]["fail_on"] == "critical" and report["settings"]["max_age"] == 400
    words = ["anyone-trust", "unvetted-marketplace-image", "shared-image", "fails from critical on",
             "--allow-gaps", "known.json", "400"]  # fmt: skip
    for name in (name for name in FORMATS if name != "json"):
        out = check(repository, *options, "-f", f"{name}=report", "-q").out
        text = (repository / "report").read_text() + out
        plain = text.replace("&#8203;", "").replace("\\", "").replace("\u200b", "")
        assert not [word for word in words if word not in plain], name


def test_evidence_tells_what_bends(repository: Path) -> None:
    """An auditor's bundle in which a rule is another one than its name says."""
    put(
        repository,
        "policies/shared-image.yaml",
        "# ours\n" + (BUILTIN / "shared-image.yaml").read_text(),
    )
    ran = vendorgate("evidence", "build", "-o", "e.zip", "--today", TODAY, cwd=repository)
    assert ran.code == 0, ran.err
    import zipfile

    with zipfile.ZipFile(repository / "e.zip") as bundle:
        read = {Path(name).name: bundle.read(name).decode() for name in bundle.namelist()}
    assert json.loads(read["report.json"])["settings"]["replaced"] == ["shared-image"]
    assert "shared-image: replaced" in read["README.md"].replace("\\", "")
    assert vendorgate("evidence", "verify", "e.zip", cwd=repository).code == 0


def test_the_house_may_replace_a_policy_that_keeps_its_tests(repository: Path) -> None:
    """A replacement that passes what its own tests say must fail, and gates all the same."""
    text = (BUILTIN / "unvetted-account-trust.yaml").read_text()
    target = "policies/unvetted-account-trust.yaml"
    put(repository, target, text.replace("\nassert: ", "\nassert: role.name != '' || "))
    ran = check(repository)
    assert (ran.code, "not as its own tests say" in ran.err) == (2, True)
    put(repository, target, text[: text.index("tests:")] + "tests: []\n")
    assert check(repository).code == 2, "no test at all"
    put(repository, target, "# a comment\n" + text)
    assert check(repository).code == 1


def test_the_comment_fits_with_the_dangerous_first(repository: Path) -> None:
    """GitHub refuses a comment of more than 65,536 characters: then nobody is told anything."""
    names = [f"New vendor {n} {'x' * 200}" for n in range(400)]
    entries = "".join(
        f'  - {{name: "{name}", accounts: ["{700000000000 + n}"], vetting: {{owner: o, reference: r, '
        f"reviewed: 2026-11-01, expires: 2027-11-01, evidence: []}}}}\n"
        for n, name in enumerate(names)
    )
    head = ALLOWLIST.replace("image_aliases: [amazon]", f"{entries}image_aliases: [amazon, evil]")
    put(repository, "allowlist.yaml", head)
    ran = vendorgate("review", "--base", "HEAD:allowlist.yaml", *REVIEW[:4], "-f", "markdown", cwd=repository)  # fmt: skip
    assert len(ran.out) <= 65_536 and ran.out.rstrip().endswith(MARKER)
    assert "The rest is left out" in ran.out
    assert ran.out.count("<details>") == ran.out.count("</details>")
    assert "evil" in ran.out[:2000]
