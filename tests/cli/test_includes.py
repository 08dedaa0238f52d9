"""Commands on an allowlist of several files: each names, or changes, the right one."""

from __future__ import annotations

import json
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

from checker.cli import githistory
from checker.cli.check import named_from
from tests.cli.test_waive import WHY
from tests.report import factory
from tests.support.cli import vendorgate
from tests.support.gate import TODAY
from tests.support.snapshots import ALLOWLIST, STRANGER, vendor_role, write

FIRST = "version: 1\ninclude: [allowlist.d/*.yaml]\n"
MINE = "allowlist.d/monitoring.yaml"
EVIL = f"""\
version: 1
vendors:
  - name: Evil
    accounts: ["{STRANGER}"]
    scope: {{in_accounts: ["222222222222"]}}
    vetting: {{owner: o, reference: r, reviewed: 2026-11-01, expires: 2027-11-01, evidence: [{{kind: SOC 2}}]}}
"""


def git(folder: Path, *words: str) -> str:
    who = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    ran = subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)
    return ran.stdout.decode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The stranger is open, the vendor lacks an external id; its entry is in a team's file."""
    roles = [vendor_role("NoId", external_id=None), vendor_role("Shared", STRANGER)]
    write(tmp_path / "snapshot", roles=roles, image_uses=[])
    (tmp_path / "allowlist.yaml").write_text(FIRST)
    (tmp_path / "allowlist.d").mkdir()
    (tmp_path / MINE).write_text(ALLOWLIST)
    return tmp_path


@pytest.fixture
def repository(folder: Path) -> Path:
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "first")
    return folder


def report(folder: Path, *options: str) -> dict[str, Any]:
    ran = vendorgate("check", "--today", TODAY, "-f", "json", *options, cwd=folder)
    found: dict[str, Any] = json.loads(ran.out)
    return found


def finding(folder: Path, policy: str) -> dict[str, Any]:
    (found,) = [f for f in report(folder)["findings"] if f["policy"] == policy]
    return found


def test_a_finding_is_at_its_entry(folder: Path) -> None:
    """SARIF on a line of a file that holds no such entry."""
    one = finding(folder, "missing-external-id")
    line = ALLOWLIST.splitlines().index("  - name: Example Monitoring") + 1
    assert (one["entry_file"], one["entry_line"]) == (MINE, line)
    for path in ("allowlist.yaml", f"{folder}/allowlist.yaml"):
        said = json.loads(vendorgate("check", "-a", path, "--today", TODAY, "-f", "sarif", cwd=folder).out)  # fmt: skip
        (at,) = [r["locations"][0]["physicalLocation"] for r in said["runs"][0]["results"]
                 if r["ruleId"] == "missing-external-id"]  # fmt: skip
        assert (at["artifactLocation"]["uri"], at["region"]["startLine"]) == (MINE, line)
    (other,) = [r["locations"][0]["physicalLocation"] for r in said["runs"][0]["results"]
                if r["ruleId"] == "unvetted-account-trust"]  # fmt: skip
    assert other["artifactLocation"]["uri"] == "allowlist.yaml"


def test_the_digest_of_the_report_changes_with_any_file(folder: Path) -> None:
    """One of the first file alone proves nothing."""
    before = report(folder)["inputs"]["allowlist"]
    (folder / MINE).write_text(ALLOWLIST + "# more\n")
    after = report(folder)["inputs"]["allowlist"]
    assert before["path"] == after["path"] and before["sha256"] != after["sha256"]


def test_explain_names_the_file(folder: Path) -> None:
    """A vendor, and a draft."""
    said = vendorgate("explain", "Example Monitoring", "--today", TODAY, "-f", "json", cwd=folder).out  # fmt: skip
    assert json.loads(said)["entry"]["file"] == MINE


def test_waive_writes_where_the_vendor_stands(folder: Path) -> None:
    """Into the team's file; what is about no vendor of any, into the allowlist itself."""
    for policy, path in (("missing-external-id", MINE), ("unvetted-account-trust", "allowlist.yaml")):  # fmt: skip
        before = {p: (folder / p).read_text() for p in ("allowlist.yaml", MINE)}
        name = finding(folder, policy)["fingerprint"]
        ran = vendorgate("waive", name, *WHY, "--today", TODAY, cwd=folder)
        assert (ran.code, ran.out.startswith(f"{path}: an exception of {policy}")) == (0, True), ran.err  # fmt: skip
        changed = {p for p, text in before.items() if (folder / p).read_text() != text}
        assert changed == {path} and finding(folder, policy)["status"] == "waived"
    assert vendorgate("validate", "--today", TODAY, cwd=folder).code == 0


def test_an_exception_elsewhere_is_told(folder: Path) -> None:
    """One that expired stands in another file than the one that would be written."""
    name = finding(folder, "unvetted-account-trust")["fingerprint"]
    old = f"""exceptions:
  - {{policy: unvetted-account-trust, principal: "{STRANGER}", resource: "arn:aws:iam::222222222222:role/Shared",
     reason: r, owner: o, expires: 2026-01-01}}
"""
    (folder / MINE).write_text(ALLOWLIST + old)
    ran = vendorgate("waive", name, *WHY, "--today", TODAY, cwd=folder)
    assert (ran.code, ran.err.startswith(f"error: {MINE}:16:")) == (2, True), ran.err


def test_validate_reads_the_whole_for_a_part(folder: Path) -> None:
    """pre-commit hands over the file that changed; what is wrong is between two."""
    assert "valid (allowlist, 1 vendor in 2 files)" in vendorgate("validate", MINE, "--today", TODAY, cwd=folder).out  # fmt: skip
    (folder / "allowlist.d/other.yaml").write_text(ALLOWLIST)
    ran = vendorgate("validate", "allowlist.d/other.yaml", MINE, "--today", TODAY, cwd=folder)
    assert (ran.code, ran.err.count("stands on line")) == (2, 4), ran.err
    assert ran.err.startswith("error: allowlist.d/other.yaml:")


def test_a_key_written_in_escapes_includes_too(folder: Path) -> None:
    """Validated alone, the part would be valid."""
    text = FIRST.replace("include", '"incl\\u0075de"') + ALLOWLIST.partition("\n")[2]
    (folder / "allowlist.yaml").write_text(text)
    ran = vendorgate("validate", MINE, "--today", TODAY, cwd=folder)
    assert ran.code == 2 and "Example Monitoring" in ran.err


def test_no_report_replaces_a_part(folder: Path) -> None:
    """`-f json=` with the name of a team's file."""
    ran = vendorgate("check", "-f", f"json={MINE}", cwd=folder)
    assert (ran.code, "is read here" in ran.err, (folder / MINE).read_text()) == (2, True, ALLOWLIST)  # fmt: skip


def changes(folder: Path, *options: str) -> dict[tuple[str, str], dict[str, Any]]:
    names = ("--base", "main:allowlist.yaml", "--head", "allowlist.yaml", "--today", TODAY)
    ran = vendorgate("review", *names, *options, "-f", "json", cwd=folder)
    assert ran.code in (0, 1), ran.err
    return {(c["kind"], c["detail"]): c for c in json.loads(ran.out)["changes"]}


def test_a_review_reads_each_side_from_its_own_revision(repository: Path) -> None:
    """The base's files as they were: what the working tree has instead is the change."""
    (repository / MINE).write_text(ALLOWLIST.replace('"999999999999"', f'"999999999999", "{STRANGER}"'))  # fmt: skip
    found = changes(repository)
    (one,) = found.values()
    assert (one["kind"], one["file"], one["line"]) == ("account-added", MINE, 6)
    git(repository, "commit", "-qam", "more")
    git(repository, "checkout", "-q", "-b", "other", "main~1")
    names = ("--base", "main~1:allowlist.yaml", "--head", "main:allowlist.yaml")
    (repository / MINE).write_text("not: a list\n")  # of no interest to two revisions
    ran = vendorgate("review", *names, "--today", TODAY, "-f", "markdown", cwd=repository)
    assert (ran.code, f"{MINE}:6" in ran.out.replace("`", "")) in ((0, True), (1, True)), ran.err


def test_a_file_more_is_seen_with_what_it_brings(repository: Path) -> None:
    """A pattern of the base takes it in; one that is new lets somebody else decide."""
    (repository / "allowlist.d/evil.yaml").write_text(EVIL)
    found = changes(repository)
    assert found["include-added", "allowlist.d/evil.yaml"]["widens"] is False
    assert found["account-added", STRANGER]["file"] == "allowlist.d/evil.yaml"
    (repository / "allowlist.d/evil.yaml").rename(repository / "evil.yaml")
    (repository / "allowlist.yaml").write_text(FIRST.replace("]", ", evil.yaml]"))
    names = ("--base", "main:allowlist.yaml", "--head", "allowlist.yaml", "--today", TODAY)
    ran = vendorgate("review", *names, "-f", "github", cwd=repository)
    assert (ran.code, ran.out.count("change-weakened-setting"), "evil.yaml" in ran.out) == (
        1,
        1,
        True,
    )
    found = changes(repository)
    more = found["include-added", "evil.yaml"]
    assert (more["widens"], more["line"], more["file"]) == (True, 2, None)
    assert found["account-added", STRANGER]["file"] == "evil.yaml"


def test_an_entry_that_moves_is_told(repository: Path) -> None:
    """From the file of one owner to that of another, with nothing else of it changed."""
    (repository / MINE).write_text("version: 1\n")
    (repository / "allowlist.d/other.yaml").write_text(ALLOWLIST)
    found = {where: one["detail"] for (kind, where), one in changes(repository).items()
             if kind == "include-moved"}  # fmt: skip
    (said,) = found.values()
    assert "Example Monitoring" in said and f"from {MINE} to allowlist.d/other.yaml" in said
    git(repository, "checkout", "-q", ".")
    (repository / "allowlist.d/other.yaml").unlink()
    assert not changes(repository, "--head", f"{repository}/allowlist.yaml")


@pytest.mark.parametrize("kind", ["tree", "blob"])
def test_what_git_cannot_give_is_not_nothing(repository: Path, kind: str) -> None:
    """Settings of a base that was fetched in part would be those of nobody: a lower threshold."""
    (repository / "vendorgate.toml").write_text('fail-on = "low"\n')
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "strict")
    name = "HEAD^{tree}" if kind == "tree" else "HEAD:vendorgate.toml"
    lost = git(repository, "rev-parse", name).strip()
    (repository / ".git/objects" / lost[:2] / lost[2:]).unlink()
    ran = vendorgate("check", "--rules-from", "HEAD", "--today", TODAY, cwd=repository)
    assert ran.code == 2 and "git cannot give all of the revision" in ran.err


def test_a_pattern_for_a_path_is_a_change(repository: Path) -> None:
    """The same files today; tomorrow whoever adds one decides. And one less is seen too."""
    (repository / "allowlist.yaml").write_text(FIRST.replace("*", "monitoring"))
    assert set(changes(repository)) == {("include-removed", "allowlist.d/*.yaml")}
    git(repository, "commit", "-qam", "by name")
    (repository / "allowlist.yaml").write_text(FIRST)
    assert changes(repository)["include-added", "allowlist.d/*.yaml"]["widens"] is True
    (repository / "allowlist.yaml").write_text("version: 1\n")
    found = changes(repository)
    assert ("include-removed", MINE) in found and found["vendor-removed", next(d for k, d in found if k == "vendor-removed")]["file"] == MINE  # fmt: skip


LINKS = [("allowlist.d/x.yaml", "/etc/passwd"), ("allowlist.d/x.yaml", "monitoring.yaml"), ("allowlist.d/x.yaml", "../elsewhere.yaml")]  # fmt: skip


@pytest.mark.parametrize(("name", "target"), LINKS)
@pytest.mark.parametrize("committed", [True, False])
def test_no_link_is_followed(repository: Path, name: str, target: str, committed: bool) -> None:
    """A pull request puts one in place of a file, in the commit or in the working tree."""
    (repository / "elsewhere.yaml").write_text(EVIL)
    (repository / name).symlink_to(target)
    head = "allowlist.yaml"
    if committed:
        git(repository, "checkout", "-q", "-b", "pull")
        git(repository, "add", ".")
        git(repository, "commit", "-qm", "x")
        head = "pull:allowlist.yaml"
    ran = vendorgate("review", "--base", "main:allowlist.yaml", "--head", head, cwd=repository)
    said = "no regular file" if committed else "is a link"
    assert (ran.code, said in ran.err, "root:" in ran.out + ran.err) == (2, True, False), ran.err


def test_the_working_tree_is_not_believed_of_a_revision(repository: Path) -> None:
    """A file that the base includes and has not, and that the pull request brings."""
    git(repository, "rm", "-q", "--cached", MINE)
    git(repository, "commit", "-qm", "without")
    assert (repository / MINE).exists()
    names = ("--base", "main:allowlist.yaml", "--head", "allowlist.yaml")
    ran = vendorgate("review", *names, cwd=repository)
    assert (ran.code, "main:allowlist.yaml:2:11: allowlist.d/*.yaml fits no file" in ran.err) == (2, True)  # fmt: skip


def test_a_bundle_holds_every_file(repository: Path) -> None:
    """And verifies; a file that was changed, added or taken away does not."""
    out = repository / "evidence.zip"
    assert vendorgate("evidence", "build", "--today", TODAY, "-o", out, cwd=repository).code == 0
    with zipfile.ZipFile(out) as archive:
        held = {n: archive.read(n) for n in archive.namelist()}
    assert held[f"includes/{MINE}"] == ALLOWLIST.encode()
    said = json.loads(held["report.json"])["inputs"]["allowlist"]
    assert said["sha256"] == report(repository)["inputs"]["allowlist"]["sha256"]
    assert json.loads(held["git.json"])["as_committed"] is True
    assert vendorgate("evidence", "verify", out, cwd=repository).code == 0
    again = ("evidence", "build", "--today", TODAY, "-o", "new.zip", "--since", out)
    (repository / MINE).write_text(
        ALLOWLIST.replace('"999999999999"', f'"999999999999", "{STRANGER}"')
    )
    assert vendorgate(*again, cwd=repository).code == 0
    assert vendorgate("evidence", "verify", "new.zip", cwd=repository).code == 0
    with zipfile.ZipFile(repository / "new.zip") as archive:
        assert archive.read(f"since/includes/{MINE}") == ALLOWLIST.encode()
        told = json.loads(archive.read("changes.json"))
        assert json.loads(archive.read("git.json"))["as_committed"] is False
    assert {c["kind"] for c in told["allowlist"]} == {"account-added"}


def test_a_name_that_no_bundle_holds_is_refused(folder: Path) -> None:
    """Rather than another one in its place."""
    (folder / "allowlist.d/a b.yaml").write_text("version: 1\n")
    ran = vendorgate("evidence", "build", "--today", TODAY, "-o", "x.zip", cwd=folder)
    assert (ran.code, "allowlist.d/a b.yaml" in ran.err, "no name for a bundle" in ran.err) == (2, True, True)  # fmt: skip


def test_the_history_is_that_of_all_files(repository: Path) -> None:
    """The last commit of a list is the last of any of its files."""
    git(repository, "commit", "-q", "--allow-empty", "-m", "other")
    (repository / MINE).write_text(ALLOWLIST + "# x\n")
    git(repository, "commit", "-qam", "the team's")
    contents = {n: (repository / n).read_bytes() for n in ("allowlist.yaml", MINE)}
    told = githistory.history(repository / "allowlist.yaml", contents, None)
    assert told.allowlist is not None and told.allowlist.subject == "the team's"
    assert told.as_committed is True


def test_a_service_finds_each_file_from_the_root(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An alert on a file of the list that there is not, as the service looks from another folder."""
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path)
    files = ("sub/a.yaml", str(tmp_path / "sub/parts/b.yaml"), "c.yaml", None)
    told = factory.report(
        *(factory.finding(entry_file=file) for file in files),
        inputs=factory.allowlist("sub/allowlist.yaml"),
    )
    found = named_from(Path("sub"), told)
    assert [one.entry_file for one in found.findings] == ["a.yaml", "parts/b.yaml", "c.yaml", None]
    assert found.inputs.allowlist.path == "allowlist.yaml"
    assert named_from(Path(), told) is told
