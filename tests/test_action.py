"""The script behind the GitHub Action, run as the runner would."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from checker.review.markdown import MARKER
from tests.support.snapshots import ALLOWLIST, STRANGER, vendor_role, write

ROOT = Path(__file__).parent.parent


def run(folder: Path, **inputs: str) -> dict[str, str]:
    """The step's outputs; `inputs` are those of action.yml, in capitals."""
    (folder / "allowlist.yaml").write_text(ALLOWLIST)
    fresh = {"collected_at": datetime.now(UTC).isoformat()}
    write(folder / "snapshot", roles=[vendor_role("S", STRANGER)], manifest=fresh)
    output, summary = folder / "output", folder / "summary"
    vendorgate = folder / "vendorgate"
    vendorgate.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m checker "$@"\n')
    vendorgate.chmod(0o755)
    given = {
        "MODE": "check", "SNAPSHOT": "snapshot", "ALLOWLIST": "allowlist.yaml", "POLICIES": "",
        "FAIL_ON": "high", "ALLOW_GAPS": "false", "BASE": "", "RUNNER_TEMP": str(folder),
        "GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(summary),
        "VENDORGATE": str(vendorgate), "PYTHONPATH": str(ROOT),
    } | inputs  # fmt: skip
    subprocess.run(["bash", str(ROOT / "ci/run-action.sh")], cwd=folder, env=os.environ | given,
                   check=True, capture_output=True)  # fmt: skip
    lines = output.read_text().splitlines()
    shown = summary.read_text() if summary.exists() else ""
    return dict(line.split("=", 1) for line in lines) | {"summary": shown}


def test_a_check_publishes_before_it_fails(tmp_path: Path) -> None:
    """SARIF and summary must be there when the verdict is bad: that is when they are needed."""
    outputs = run(tmp_path)
    assert outputs["code"] == "1"
    assert Path(outputs["sarif"]).exists() and Path(outputs["report"]).exists()
    assert STRANGER in outputs["summary"]


def test_a_mode_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    """Catches a review that a slip of the pen turns into a check."""
    with pytest.raises(subprocess.CalledProcessError) as refused:
        run(tmp_path, MODE="Review")
    assert refused.value.returncode == 2 and b"mode is" in refused.value.stderr


def repository(folder: Path) -> None:
    """With one commit, which has no file."""
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@t"]
    for command in (["init", "-q"], ["commit", "-q", "--allow-empty", "-m", "empty"]):
        subprocess.run([*git, *command], cwd=folder, check=True, capture_output=True)


def test_a_review_writes_the_comment(tmp_path: Path) -> None:
    """A pull request's comment, from the base that git has, to a place outside of the checkout."""
    checkout, temp = tmp_path / "checkout", tmp_path / "temp"
    for folder in (checkout, temp):
        folder.mkdir()
    repository(checkout)
    outputs = run(checkout, MODE="review", BASE="HEAD", RUNNER_TEMP=str(temp))
    assert outputs["code"] == "1", "a vendor without evidence"
    assert "Example Monitoring is new" in Path(outputs["markdown"]).read_text()
    assert all(temp in Path(outputs[name]).parents for name in ("markdown", "report"))


def test_a_pull_request_does_not_settle_its_own_check(tmp_path: Path) -> None:
    """Settings that the pull request brings along would pass what it brings along."""
    repository(tmp_path)
    (tmp_path / "vendorgate.toml").write_text('[disabled]\nunvetted-account-trust = "no"\n')
    assert run(tmp_path, BASE="HEAD")["code"] == "1"
    assert run(tmp_path)["code"] == "0", "the same outside of a pull request, where it is told"


def test_what_is_installed_is_neither_the_checkout_nor_of_anybodys_choice(tmp_path: Path) -> None:
    """`python -m venv` in a checkout runs the logging.py that a pull request has put there."""
    checkout, temp, path = (tmp_path / name for name in ("checkout", "temp", "path"))
    for folder in (checkout, temp, path):
        folder.mkdir()
    fake = "#!/bin/sh\necho \"$PWD $*\" >> '{0}/calls'\n"
    made = 'mkdir -p "$4/bin" && cp "$0" "$4/bin/python"\n'
    (path / "python").write_text(fake.format(tmp_path) + f'[ "$3" != venv ] || {{ {made} }}\n'
                                 + f'[ "$2" != -c ] || echo "{temp}"\n')  # fmt: skip
    (path / "python").chmod(0o755)
    env = {"PATH": f"{path}:{os.environ['PATH']}", "RUNNER_TEMP": str(temp), "SOURCES": str(ROOT)}
    subprocess.run(["bash", str(ROOT / "ci/install.sh")], cwd=checkout, env=env, check=True)
    calls = (tmp_path / "calls").read_text().splitlines()
    assert len(calls) == 3 and all(call.startswith(f"{temp} -I ") for call in calls)
    assert "--require-hashes" in calls[1] and (temp / "vendorgate.pth").read_text() == f"{ROOT}\n"


def test_every_dependency_is_locked_by_hash() -> None:
    """One that is not comes from whoever holds its name that day."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    locked = (ROOT / "ci/requirements.txt").read_text().replace("\\\n", "")
    names = {line.split("==")[0] for line in locked.splitlines()}
    wanted = {re.match(r"[A-Za-z0-9-]+", one)[0].lower() for one in project["dependencies"]}  # type: ignore[index]
    assert wanted <= names
    assert all("--hash=sha256:" in line for line in locked.splitlines() if line.strip())


GH = """\
#!/bin/sh
echo "$*" >> calls
case "$*" in
  *--json*) printf '%s' "$FOUND";;
  *) exit "$WRITE";;
esac
"""


@pytest.mark.parametrize(
    ("found", "write", "call"),
    [("", 0, "pr comment 7 --body-file "),
     ("https://github.example/o/r/pull/7#issuecomment-42", 0,
      "api --silent --method PATCH repos/o/r/issues/comments/42 -F body=@"),
     ("", 1, "pr comment 7 --body-file ")],
    ids=["the first", "the next", "a token that may only read"],
)  # fmt: skip
def test_the_comment_is_found_by_our_marker(
    tmp_path: Path, found: str, write: int, call: str
) -> None:
    """The last comment of the token's user may be another tool's; and a fork's token cannot write,
    which is no verdict."""
    (tmp_path / "gh").write_text(GH)
    (tmp_path / "gh").chmod(0o755)
    (tmp_path / "comment.md").write_text("x")
    env = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "GH_REPO": "o/r", "NUMBER": "7",
           "COMMENT": "comment.md", "FOUND": found, "WRITE": str(write)}  # fmt: skip
    ran = subprocess.run(["bash", str(ROOT / "ci/comment.sh")], cwd=tmp_path, env=env,
                         capture_output=True, text=True)  # fmt: skip
    assert (ran.returncode, "::notice::" in ran.stdout) == (0, write == 1)
    asked, written = (tmp_path / "calls").read_text().splitlines()
    assert MARKER in asked and "viewerDidAuthor" in asked
    assert written.startswith(call)


def test_of_no_change_nobody_is_told(tmp_path: Path) -> None:
    """A comment in each pull request, which nobody reads any more."""
    for name, text in {"gh": GH}.items():
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    said = "### vendorgate: the allowlist accepts what it accepted before\n"
    (tmp_path / "review.md").write_text(said)
    env = {"PATH": f"{tmp_path}:/usr/bin:/bin", "COMMENT": str(tmp_path / "review.md"), "FOUND": "",
           "WRITE": "0", "NUMBER": "7", "GH_REPO": "o/r"}  # fmt: skip
    command = ["bash", str(ROOT / "ci/comment.sh")]
    ran = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=True)
    assert "pr comment" not in (tmp_path / "calls").read_text() + ran.stdout


def test_the_workflow_posts_as_the_action_does() -> None:
    """Two copies of one script, of which one is mended."""
    workflow = yaml.safe_load((ROOT / ".github/workflows/allowlist.yml").read_text())
    (posts,) = (s for s in workflow["jobs"]["review"]["steps"] if s.get("name") == "Comment")
    script = (ROOT / "ci/comment.sh").read_text()
    assert script[script.index("marker=") :] in posts["run"]


def test_whatever_bends_the_gate_starts_its_review() -> None:
    """A pull request of settings or a script alone, or with 300 files that sort before the list,
    which no workflow looked at: GitHub filters by the first 300."""
    for name in (".github/workflows/allowlist.yml", "checker/starter/workflow.yml"):
        triggers = yaml.safe_load((ROOT / name).read_text())[True]
        assert triggers["pull_request"] is None, name
    gitlab = yaml.safe_load((ROOT / "ci/gitlab.yml").read_text())["vendorgate-allowlist"]
    assert gitlab["rules"] == [{"if": '$CI_PIPELINE_SOURCE == "merge_request_event"'}]


def test_the_target_branch_judges_as_it_is_now() -> None:
    """Rules of an old commit, from which the author chose to branch off."""
    text = (ROOT / "ci/gitlab.yml").read_text()
    assert "DIFF_BASE_SHA" not in text and '--rules-from "$BASE"' in text


@pytest.mark.parametrize("name", ["ALLOWLIST", "SNAPSHOT", "POLICIES", "FAIL_ON"])
def test_an_input_is_never_a_command(tmp_path: Path, name: str) -> None:
    """An input that a pull request chose must not run in the gate's job."""
    outputs = run(tmp_path, **{name: "$(touch pwned) `touch pwned`; touch pwned \"'&& touch pwned"})
    assert outputs["code"] == "2"
    assert not (tmp_path / "pwned").exists()


@pytest.mark.parametrize("given", ["", "an external/id"], ids=["none", "one"])
@pytest.mark.parametrize("name", [".github/workflows/nightly.yml", "checker/starter/workflow.yml"])
def test_what_the_stack_set_was_given_is_given_to_the_collector(
    tmp_path: Path, name: str, given: str
) -> None:
    """A role that the printed StackSet makes lets nobody in without the external id; and a gap is
    the check's to judge."""
    jobs = yaml.safe_load((ROOT / name).read_text())["jobs"].values()
    (step,) = (s for j in jobs for s in j["steps"] if "collect aws" in s.get("run", ""))
    assert "EXTERNAL_ID" in step["env"]
    (tmp_path / "vendorgate").write_text('#!/bin/sh\nprintf "%s\\n" "$@" > "$OUT"; exit "$CODE"\n')
    (tmp_path / "vendorgate").chmod(0o755)
    env = {
        "PATH": f"{tmp_path}:/usr/bin:/bin",
        "OUT": str(tmp_path / "asked"),
        "EXTERNAL_ID": given,
    }
    codes = {
        code: subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", step["run"]], env=env | {"CODE": str(code)}
        ).returncode
        for code in (0, 2, 3)
    }
    assert codes == {0: 0, 2: 1, 3: 0}
    asked = (tmp_path / "asked").read_text().splitlines()
    option = ["--external-id", given] if given else []
    assert asked == ["collect", "aws", "--organization", *option, "-o", "snapshot"]


def test_every_action_is_pinned_and_no_input_is_pasted_into_a_script() -> None:
    """A moved tag runs somebody else's code; an expression in `run` runs a pull request's."""
    files = [ROOT / "action.yml", *(ROOT / ".github/workflows").glob("*.yml")]
    for path in files:
        document = yaml.safe_load(path.read_text())
        jobs = document.get("jobs") or {"": document["runs"]}
        if "jobs" in document:
            assert document["permissions"] == {}, path
        for step in (step for job in jobs.values() for step in job["steps"]):
            assert "${{" not in step.get("run", ""), path
            if uses := step.get("uses"):
                revision = uses.partition("@")[2]
                assert len(revision) == 40 and set(revision) <= set("0123456789abcdef"), uses


def test_the_category_of_an_upload_is_an_input() -> None:
    """Two checks of one repository under one category close each other's alerts."""
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    (upload,) = [s for s in action["runs"]["steps"] if "upload-sarif" in s.get("uses", "")]
    assert upload["with"]["category"] == "${{ inputs.category }}"
    assert action["inputs"]["category"]["default"] == "vendorgate"
