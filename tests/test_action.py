"""The script behind the GitHub Action, run as the runner would."""

from __future__ import annotations

import json
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
from tests.support.cli import vendorgate as cli
from tests.support.shell import program, shell
from tests.support.snapshots import ALLOWLIST, STRANGER, vendor_role, write

ROOT = Path(__file__).parent.parent
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
STUB = """\
printf '%s\\n' "$@" > "asked-$1"
if [ "$1" = collect ]; then
  [ "$COLLECTED" = 2 ] || cp -r snapshot "$4"
  exit "$COLLECTED"
fi
"""
"""Records what it was asked; collects by copying what is there."""


def step(name: str) -> dict[str, str]:
    """The environment of a step of action.yml, of inputs that nobody gave; other expressions are
    empty, as for an event that is no pull request."""
    (found,) = (s for s in ACTION["runs"]["steps"] if s.get("id") == name)
    inputs = {f"${{{{ inputs.{key} }}}}": one["default"] for key, one in ACTION["inputs"].items()}
    return {key: inputs.get(value, "") for key, value in found["env"].items()}


def run(folder: Path, **inputs: str) -> dict[str, str]:
    """The step's outputs; `inputs` are those of action.yml, in capitals."""
    (folder / "allowlist.yaml").write_text(ALLOWLIST)
    fresh = {"collected_at": datetime.now(UTC).isoformat()}
    write(folder / "snapshot", roles=[vendor_role("S", STRANGER)], manifest=fresh)
    output, summary = folder / "output", folder / "summary"
    vendorgate = folder / "vendorgate"
    program(vendorgate, STUB)
    given = step("run") | {
        "RUNNER_TEMP": str(folder), "GITHUB_OUTPUT": str(output), "GITHUB_WORKSPACE": str(folder),
        "GITHUB_STEP_SUMMARY": str(summary), "VENDORGATE": str(vendorgate),
        "PYTHON": sys.executable,
    } | inputs  # fmt: skip
    command = ["bash", str(ROOT / "ci/run-action.sh")]
    ran = shell(command, folder, os.environ | given)
    if ran.code:
        raise subprocess.CalledProcessError(ran.code, command, ran.out, ran.err)
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
    for wrong in ({"MODE": "Review"}, {"MODE": ""}, {"ALLOW_GAPS": "yes"}, {"WORKING_DIRECTORY": "no"}):  # fmt: skip
        with pytest.raises(subprocess.CalledProcessError) as refused:
            run(tmp_path, **wrong)
        assert refused.value.returncode == 2 and "error: " in refused.value.stderr


def test_verdict_and_counts_are_outputs(tmp_path: Path) -> None:
    """A later step that asks for them and gets nothing does what it does for none."""
    outputs = run(tmp_path)
    assert {key: outputs[key] for key in ("verdict", "high", "critical", "gaps", "third-parties")} == {
        "verdict": "fail", "high": "1", "critical": "0", "gaps": "0", "third-parties": "1"}  # fmt: skip
    named = {value.removeprefix("${{ steps.run.outputs.").removesuffix(" }}")
             for value in (one["value"] for one in ACTION["outputs"].values())}  # fmt: skip
    assert named - outputs.keys() == {"changes", "broken", "snapshot"}
    assert run(tmp_path, ALLOWLIST="none.yaml")["verdict"] == "error"


@pytest.mark.parametrize(("collected", "code"), [("0", "1"), ("3", "1"), ("2", "2")])
def test_an_organization_is_collected_and_judged(tmp_path: Path, collected: str, code: str) -> None:
    """Gaps are the check's to judge; a collection that failed is no snapshot to judge."""
    inputs = {"MODE": "aws", "ORGANIZATION": "true", "EXTERNAL_ID": "a b", "REGIONS": "us-east-1"}
    outputs = run(tmp_path, COLLECTED=collected, **inputs)
    assert outputs["code"] == code
    asked = (tmp_path / "asked-collect").read_text().splitlines()
    assert asked[:3] == ["collect", "aws", "-o"]
    assert asked[4:] == ["--organization", "--regions=us-east-1", "--external-id=a b"]
    assert ("snapshot" in outputs, outputs["verdict"]) == ((False, "error") if code == "2" else (True, "fail"))  # fmt: skip


ROLE = vendor_role("S", STRANGER)["trust_policy"]
TEMPLATE = {"Resources": {"R": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": ROLE}}}}  # fmt: skip
PLAN = {"format_version": "1.2", "terraform_version": "1.9.0", "planned_values": {"root_module": {"resources": [
    {"address": "aws_iam_role.r", "mode": "managed", "type": "aws_iam_role", "name": "r", "provider_name": "registry.terraform.io/hashicorp/aws",
     "schema_version": 0, "values": {"name": "S", "assume_role_policy": json.dumps(ROLE)}, "sensitive_values": {}}]}}}  # fmt: skip


@pytest.mark.parametrize(("mode", "code"), [("cloudformation", TEMPLATE), ("terraform", PLAN)])
def test_code_is_judged_without_a_snapshot(tmp_path: Path, mode: str, code: object) -> None:
    """In a folder of its own, whose files code scanning looks for from the repository's root."""
    folder = tmp_path / "infra"
    (folder / "stacks/more").mkdir(parents=True)
    (folder / "stacks/more/one.json").write_text(json.dumps(code))
    (folder / "allowlist.yaml").write_text(ALLOWLIST)
    inputs = {"MODE": mode, "PATHS": "stacks/more/one.json\n", "ACCOUNT": "222222222222"}
    outputs = run(tmp_path, WORKING_DIRECTORY="infra", **inputs)
    assert (outputs["code"], outputs["high"]) == ("1", "1"), outputs
    report = json.loads(Path(outputs["report"]).read_text())
    assert report["inputs"]["allowlist"]["path"] == "infra/allowlist.yaml"
    sarif = json.loads(Path(outputs["sarif"]).read_text())
    (result,) = sarif["runs"][0]["results"]
    at = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert at == "infra/stacks/more/one.json"


def test_a_path_is_no_option(tmp_path: Path) -> None:
    """A file of a pull request, named by a pattern, that switches the gate off."""
    for mode in ("cloudformation", "terraform"):
        inputs = {"MODE": mode, "PATHS": "--fail-on=none\n--allow-gaps", "ACCOUNT": "222222222222"}
        assert run(tmp_path, **inputs)["code"] in ("2", "3")
    assert run(tmp_path, SNAPSHOT="--fail-on=none")["code"] == "2"


def test_a_baseline_is_an_input(tmp_path: Path) -> None:
    """And in a pull request the base's, which has none: what the change brings is not known."""
    outputs = run(tmp_path)
    entries = [{key: f[key] for key in ("fingerprint", "policy", "severity", "resource", "principal")}
               for f in json.loads(Path(outputs["report"]).read_text())["findings"]]  # fmt: skip
    assert entries
    cli("check", "--write-baseline", "known.json", "-q", cwd=tmp_path)
    assert run(tmp_path, BASELINE="known.json")["code"] == "0"
    repository(tmp_path)
    assert run(tmp_path, BASELINE="known.json", BASE="HEAD")["code"] == "1"


def test_the_cache_is_keyed_by_the_lock_and_leaves_nothing_behind(tmp_path: Path) -> None:
    """setup-python knows files of the checkout alone; a pull request may have put a link there."""
    output = tmp_path / "output"
    env = {"PATH": os.environ["PATH"], "GITHUB_WORKSPACE": str(tmp_path), "SOURCES": str(ROOT),
           "GITHUB_OUTPUT": str(output), "LOCK": "requirements-iac.txt"}  # fmt: skip
    script = str(ROOT / "ci/lock.sh")
    subprocess.run(["bash", script], env=env | {"CACHE": "false"}, check=True)
    assert not output.exists()
    subprocess.run(["bash", script], env=env | {"CACHE": "true"}, check=True)
    said = dict(line.split("=", 1) for line in output.read_text().splitlines())
    lock = (ROOT / "ci/requirements-iac.txt").read_text()
    assert (tmp_path / said["file"]).read_text() == lock
    (clean,) = (s for s in ACTION["runs"]["steps"] if "FOLDER" in s.get("env", {}))
    subprocess.run(["bash", "-c", clean["run"]], env=env | {"FOLDER": said["folder"]}, check=True)
    assert not Path(said["folder"]).exists() and "always()" in clean["if"]


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
    env = {"PATH": f"{path}:{os.environ['PATH']}", "RUNNER_TEMP": str(temp), "SOURCES": str(ROOT),
           "GITHUB_PATH": str(tmp_path / "path.txt")}  # fmt: skip
    subprocess.run(["bash", str(ROOT / "ci/install.sh")], cwd=checkout, env=env, check=True)
    calls = (tmp_path / "calls").read_text().splitlines()
    assert len(calls) == 3 and all(call.startswith(f"{temp} -I ") for call in calls)
    assert "--require-hashes" in calls[1] and (temp / "vendorgate.pth").read_text() == f"{ROOT}\n"
    on_path = Path((tmp_path / "path.txt").read_text().strip())
    assert [one.name for one in on_path.iterdir()] == ["vendorgate"], "and no other Python"
    assert os.access(on_path / "vendorgate", os.X_OK)


def test_every_dependency_is_locked_by_hash() -> None:
    """One that is not comes from whoever holds its name that day."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = {
        "requirements.txt": [],
        "requirements-iac.txt": project["optional-dependencies"]["iac"],
    }
    for name, more in asked.items():
        locked = (ROOT / "ci" / name).read_text().replace("\\\n", "")
        names = {line.split("==")[0] for line in locked.splitlines()}
        named = (*project["dependencies"], *more)
        wanted = {re.match(r"[A-Za-z0-9-]+", one)[0].lower() for one in named}  # type: ignore[index]
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


@pytest.mark.parametrize("name", ["ALLOWLIST", "SNAPSHOT", "POLICIES", "FAIL_ON", "BASELINE"])
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
