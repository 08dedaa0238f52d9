"""Whatever runs the gate in a repository, changed by a pull request: named, and mostly refused."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.security.repository import Edit, git, put, read_once
from tests.support.cli import vendorgate

GATE = ".github/workflows/gate.yml"
RUN = "vendorgate check snapshot\n"
FILES = {
    "allowlist.yaml": "version: 1\n",
    GATE: "jobs: {gate: {steps: [{run: ./tools/gate.sh}]}}\n",
    ".github/workflows/tests.yml": "jobs: {test: {steps: [{run: make test}]}}\n",
    ".github/actions/gate/action.yml": f"runs: {{steps: [{{run: {RUN.strip()}}}]}}\n",
    ".github/workflows/local.yml": "jobs: {gate: {steps: [{uses: ./.github/actions/gate}]}}\n",
    ".gitlab-ci.yml": "include: [pipelines/gate.yml]\n",
    "pipelines/gate.yml": f"gate: {{script: [{RUN.strip()}]}}\n",
    "tools/gate.sh": f"#!/bin/sh\nset -e\n{RUN}",
    "tools/all.sh": "tools/gate.sh\n",
    "azure-pipelines.yml": "steps: [{script: tools/all.sh}]\n",
    ".husky/pre-push": RUN,
    ".buildkite/pipeline.yml": f"steps: [{{command: {RUN.strip()}}}]\n",
    ".circleci/config.yml": f"jobs: {{gate: {{steps: [{{run: {RUN.strip()}}}]}}}}\n",
    "Jenkinsfile": f"sh '{RUN.strip()}'\n",
    "bitbucket-pipelines.yml": f"pipelines: {{default: [{{step: {{script: [{RUN.strip()}]}}}}]}}\n",
    "tox.ini": f"[testenv:gate]\ncommands = {RUN}",
    "lefthook.yml": f"pre-push: {{commands: {{gate: {{run: {RUN.strip()}}}}}}}\n",
    "justfile": f"gate:\n  {RUN}",
    "Makefile": f"gate:\n\t{RUN}build:\n\tcc\n",
    "package.json": f'{{"scripts": {{\n"gate": "{RUN.strip()}",\n"x": "y"\n}}}}\n',
    "tools/nightly.sh": "python -m checker check snapshot\n",
    "run.py": 'subprocess.run(["vendorgate", "check"], check=True)\n',
    "requirements.txt": "boto3==1.40.0\nvendorgate==1.4.0 --hash=sha256:aa\n",
    "deps/ci.txt": "-r base.txt\nvendorgate==1.4.0\n",
    "deps/base.txt": "-r more.txt\nboto3==1.40.0\n",
    "deps/more.txt": "x==1\n",
    "deps/docs.txt": "theme==1\n",
    "deps/dev.in": "x==1\n",
    "ci/gate.sh": "uv pip install -r 'deps/ci.txt' -c ./held.txt --overrides over.txt -r deps/dev.in\nvendorgate check\n",
    "held.txt": "boto3<2\n",
    "docs/words.txt": "vendorgate\nboto3\n",
    "deps/packages.txt": "vendorgate==1.4.0\n",
    "pipelines/folded.yml": "gate:\n  script: >\n    vendorgate check snapshot\n    --strict\n",
    "tools/env.sh": "X=1\n",
    "tools/sourcing.sh": ". tools/env.sh\nsource tools/local.sh\nvendorgate check\n",
    "lib/gate.sh": '. "$(dirname "$0")/a.sh"\nsource "$(dirname "${BASH_SOURCE[0]}")/b.sh"\n. "$DIR/c.sh"\nif . lib/f.sh; then vendorgate check; fi\n',
    "pipelines/lib.yml": "gate:\n  script:\n    - source lib/d.sh\n    - '. lib/e.sh && vendorgate check'\n",
    **{f"lib/{one}.sh": "X=1\n" for one in "abcdef"},
    "mk/a.mk": "X = 1\n",
    "mk2/b.mk": "X = 1\n",
    "ci/more.mk": "include mk/*.mk\ninclude \\\n  mk2/b.mk\ngate:\n\tvendorgate check\n",
    "docker-compose.yml": "services: {gate: {command: vendorgate check}}\n",
    "common.mk": "X = 1\n",
    "ci/gate.mk": "-include common.mk\ngate:\n\tvendorgate check\n",
    "tools/gate.js": "// vendorgate check\nclass A {\n}\n",
    "tools/a.sh": "python -mchecker check\n",
    "tools/b.sh": "python -Im checker check\n",
    "tools/c.yml": 'run: ["python", "-m", "checker", "check"]\n',
    "over.txt": "boto3<2\n",
    "README.md": "# House\nWe run `vendorgate check`.\n",
    "docs/install.md": "Beside `vendorgate check`: pip install -r deps/docs.txt\n",
    "docs/CODEOWNERS": "* @sec\n",
}  # fmt: skip
OTHER = "tools/other.sh"


def but(path: str, old: str = "vendorgate check snapshot", new: str = "") -> Edit:
    """A file whose gate does not fail any more, or with one text in place of another."""
    assert old in FILES[path], path
    return {path: FILES[path].replace(old, new or f"{old} || true")}


TABLE: list[tuple[str, Edit, set[str], set[str]]] = [
    *((f"{path} lets failure through", but(path), {path}, {path}) for path in (
        ".github/actions/gate/action.yml", "pipelines/gate.yml", "tools/gate.sh", ".husky/pre-push",
        ".buildkite/pipeline.yml", ".circleci/config.yml", "Jenkinsfile", "bitbucket-pipelines.yml", "tox.ini",
        "lefthook.yml", "justfile", "Makefile", "package.json")),
    *((f"{path} is gone", {path: None}, {path}, {path}) for path in (
        GATE, "tools/gate.sh", ".husky/pre-push", "lefthook.yml", "package.json", "run.py", "tools/all.sh")),
    ("a workflow runs another script", but(GATE, "tools/gate.sh", OTHER), {GATE}, {GATE}),
    ("a workflow takes another action", but(".github/workflows/local.yml", "actions/gate", "actions/not"),
     {".github/workflows/local.yml"}, {".github/workflows/local.yml"}),
    ("GitLab includes another file", but(".gitlab-ci.yml", "gate.yml", "more.yml"), {".gitlab-ci.yml"}, {".gitlab-ci.yml"}),
    ("a script that calls the script ends before", but("tools/all.sh", "tools", "exit 0; tools"), {"tools/all.sh"}, {"tools/all.sh"}),
    ("who calls the script that calls it", but("azure-pipelines.yml", "all", "none"), {"azure-pipelines.yml"}, {"azure-pipelines.yml"}),
    ("a script ends before the gate", but("tools/gate.sh", "set -e", "exit 0"), {"tools/gate.sh"}, {"tools/gate.sh"}),
    ("a script is another interpreter's", but("tools/gate.sh", "#!/bin/sh", "#!/bin/true"), {"tools/gate.sh"}, {"tools/gate.sh"}),
    ("a program does not check", but("run.py", "check=True", "check=False"), {"run.py"}, {"run.py"}),
    ("a comment in a script", but("tools/gate.sh", "set -e", "set -e\n# why"), {"tools/gate.sh"}, set()),
    ("an earlier version", but("requirements.txt", "1.4.0", "0.1"), {"requirements.txt"}, {"requirements.txt"}),
    ("the gate is not installed", but("requirements.txt", "vendorgate==1.4.0", "pip==1"), {"requirements.txt"}, {"requirements.txt"}),
    ("a later version", but("requirements.txt", "vendorgate==1.4.0", "vendorgate==1.10.0"), {"requirements.txt"}, set()),
    ("another version of something else", but("requirements.txt", "1.40.0", "1.39.0"), {"requirements.txt"}, set()),
    ("another script of the same manifest", but("package.json", '"y"', '"z"'), {"package.json"}, set()),
    ("a workflow that runs no gate", but(".github/workflows/tests.yml", "test", "lint"), {".github/workflows/tests.yml"}, set()),
    ("a workflow is renamed", {GATE: None, ".github/workflows/gate.yaml": FILES[GATE]},
     {GATE, ".github/workflows/gate.yaml"}, {GATE}),
    ("a workflow is a link", {GATE: "-> ../../pipelines/gate.yml"}, {GATE}, {GATE}),
    ("a workflow is a link to its own copy", {GATE: "-> ../../copy.yml", "copy.yml": FILES[GATE]}, {GATE}, {GATE}),
    ("a new hook", {".husky/pre-commit": "exit 0\n"}, {".husky/pre-commit"}, set()),
    ("a new local override of hooks", {"lefthook-local.yml": "pre-push: {}\n"}, {"lefthook-local.yml"}, {"lefthook-local.yml"}),
    ("a file that Make prefers", {"GNUmakefile": "gate:\n\ttrue\n"}, {"GNUmakefile"}, {"GNUmakefile"}),
    ("one that it prefers to one that runs no gate", {"web/GNUmakefile": "x:\n"}, {"web/GNUmakefile"}, set()),
    *((f"a module that Python takes first, {path}", {path: "print('ok')\n"}, {path}, {path}) for path in (
        "yaml.py", "argparse.py", "click/__init__.py", "json.so")),
    ("a link in the gate's place", {"checker": "-> web"}, {"checker"}, {"checker"}),
    ("a module that nobody imports", {"house.py": "x = 1\n"}, set(), set()),
    ("pip's file of another name", {"deps/packages.txt": "-i https://evil.example\nvendorgate==1.4.0\n"}, {"deps/packages.txt"}, {"deps/packages.txt"}),
    ("words for spelling", {"docs/words.txt": "vendorgate\nboto3\ndon't\n./x\n"}, set(), set()),
    ("another program in it", {"deps/packages.txt": "vendorgate==1.4.0\nboto3\n"}, set(), set()),
    ("requirements that take in the gate's alone", {"requirements-dev.txt": "-r requirements.txt\npytest\n"}, set(), set()),
    ("comments that end within", but(GATE, "jobs:", "# why\rif: false\njobs:"), {GATE}, {GATE}),
    ("an option in a comment of requirements", but("requirements.txt", "boto3==1.40.0", "# why\u2028-i https://evil.example\nboto3==1.40.0"), {"requirements.txt"}, {"requirements.txt"}),
    ("a comment within a folded text", but("pipelines/folded.yml", "vendorgate", "# why\n    vendorgate"), {"pipelines/folded.yml"}, {"pipelines/folded.yml"}),
    ("a comment that Make goes on with", but("Makefile", "gate:", "# why \\\ngate:"), {"Makefile"}, {"Makefile"}),
    ("what is no comment in JavaScript", but("tools/gate.js", "class A {", "class A {\n#x = process.exit(0);"), {"tools/gate.js"}, {"tools/gate.js"}),
    *((f"python {how} may fail", but(path, "check", "check || true"), {path}, {path}) for how, path in (("-mchecker", "tools/a.sh"), ("-Im checker", "tools/b.sh"), ("in a list", "tools/c.yml"))),
    ("another index for all manifests", {"uv.toml": '[[index]]\nurl = "https://evil.example"\n'}, {"uv.toml"}, {"uv.toml"}),
    ("another index in a project beside", {"pyproject.toml": '[[tool.uv.index]]\nurl = "https://evil.example"\n'}, {"pyproject.toml"}, {"pyproject.toml"}),
    ("a project beside", {"pyproject.toml": "[tool.ruff]\nline-length = 100\n"}, set(), set()),
    *((f"a setting of {path} that decides nothing", {path: text}, set(), set()) for path, text in ((".npmrc", "save-exact=true\n"), ("pip.conf", "[global]\ntimeout = 60\n"))),
    ("another registry of npm", {".npmrc": "registry=https://evil.example\n"}, {".npmrc"}, {".npmrc"}),
    ("an index where prose alone names it", {"docs/uv.toml": '[[index]]\nurl = "https://acme.example"\n'}, set(), set()),
    ("a registry for another folder", {"web/.npmrc": "registry=https://evil.example\n"}, set(), set()),
    ("requirements that include the gate's, from elsewhere", {"requirements-dev.txt": "--index-url https://evil.example\n-r requirements.txt\n"}, {"requirements-dev.txt"}, {"requirements-dev.txt"}),
    ("requirements of others", {"requirements-docs.txt": "git+https://acme.example/theme\n"}, set(), set()),
    ("what holds the gate to another", {"constraints.txt": "vendorgate==0.1\n"}, {"constraints.txt"}, {"constraints.txt"}),
    ("what holds others", {"constraints.txt": "boto3==1.0\n"}, set(), set()),
    ("a module in the gate's place", {"checker.py": "print('ok')\n"}, {"checker.py"}, {"checker.py"}),
    ("a package in the gate's place", {"checker/__main__.py": "print('ok')\n"}, {"checker/__main__.py"}, {"checker/__main__.py"}),
    ("a package that ends the gate", {"checker/__init__.py": "import os\nos._exit(0)\n"}, {"checker/__init__.py"}, {"checker/__init__.py"}),
    ("a module of that name elsewhere", {"web/checker.py": "print('ok')\n"}, set(), set()),
    ("what the gate's requirements include, from elsewhere", {"deps/base.txt": "-i https://evil.example\n-r more.txt\n"}, {"deps/base.txt"}, {"deps/base.txt"}),
    ("what that includes", {"deps/more.txt": "vendorgate @ https://evil.example/x.whl\n"}, {"deps/more.txt"}, {"deps/more.txt"}),
    ("another program in what they include", {"deps/base.txt": "-r more.txt\nboto3==1.41.0\n"}, set(), set()),
    ("requirements that nothing includes", {"deps/docs.txt": "-i https://evil.example\n"}, set(), set()),
    ("what a script holds the gate to", {"held.txt": "vendorgate==0.1\n"}, {"held.txt"}, {"held.txt"}),
    ("what a script takes in", {"tools/env.sh": "vendorgate() { :; }\n"}, {"tools/env.sh"}, {"tools/env.sh"}),
    ("what a script would take in", {"tools/local.sh": "exit 0\n"}, {"tools/local.sh"}, {"tools/local.sh"}),
    ("what Make includes", {"common.mk": "SHELL = /bin/true\n"}, {"common.mk"}, {"common.mk"}),
    *((f"what is taken in by {how}", {path: "exit 0\n"}, {path}, {path}) for how, path in (
        ("the script's folder", "lib/a.sh"), ("its source's folder", "lib/b.sh"), ("a variable", "lib/c.sh"), ("an item of a list", "lib/d.sh"), ("a command in quotes", "lib/e.sh"), ("a condition", "lib/f.sh"), ("a pattern of Make's", "mk/a.mk"), ("a line that goes on", "mk2/b.mk"))),
    ("a file that Compose puts over it", {"docker-compose.override.yml": "x: y\n"}, {"docker-compose.override.yml"}, {"docker-compose.override.yml"}),
    ("what nothing takes in", {"tools/other.sh": "exit 0\n"}, set(), set()),
    ("what comes along with the gate, from elsewhere", but("requirements.txt", "boto3==1.40.0", "boto3 @ https://evil.example/x.whl"), {"requirements.txt"}, {"requirements.txt"}),
    ("what a script installs beside it", {"deps/dev.in": "vendorgate @ https://evil.example/x.whl\n"}, {"deps/dev.in"}, {"deps/dev.in"}),
    ("requirements that are held to the gate's, from elsewhere", {"requirements-dev.txt": "--index-url https://evil.example\n-c requirements.txt\n"}, {"requirements-dev.txt"}, {"requirements-dev.txt"}),
    ("what a script has win over it", {"over.txt": "vendorgate==0.1\n"}, {"over.txt"}, {"over.txt"}),
    ("an issue template", {".github/ISSUE_TEMPLATE/bug.md": "x\n"}, {".github/ISSUE_TEMPLATE/bug.md"}, set()),
    ("prose says otherwise", but("README.md", "check", "review"), {"README.md"}, set()),
    ("prose about something else", but("README.md", "# House", "# Home\nand more"), set(), set()),
    ("prose of another", {"docs/more.md": "vendorgate check\n"}, set(), set()),
    ("CODEOWNERS at the root", {"CODEOWNERS": "* @evil\n"}, {"CODEOWNERS"}, {"CODEOWNERS"}),
    ("CODEOWNERS of GitHub", {".github/CODEOWNERS": "* @evil\n"}, {".github/CODEOWNERS"}, {".github/CODEOWNERS"}),
    ("an empty one of GitHub", {".github/CODEOWNERS": ""}, {".github/CODEOWNERS"}, {".github/CODEOWNERS"}),
    ("CODEOWNERS of GitLab, behind the base's", {".gitlab/CODEOWNERS": "* @evil\n"}, {".gitlab/CODEOWNERS"}, set()),
]  # fmt: skip


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("runners")
    for path, text in FILES.items():
        put(folder, path, text)
    (folder / "tools/gate.sh").chmod(0o755)
    for command in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "base"]):
        git(folder, *command)
    git(folder, "checkout", "-q", "-b", "attack")
    with read_once("main^{commit}"):
        yield folder


def edited(folder: Path, edit: Edit) -> None:
    for path, text in edit.items():
        if text and text.startswith("-> "):
            (folder / path).unlink(missing_ok=True)
            (folder / path).symlink_to(text.removeprefix("-> "))
        else:
            put(folder, path, text)


def review(folder: Path, head: str) -> tuple[int, set[str], set[str]]:
    """The code, the files of the changes, and the files of what is refused."""
    ran = vendorgate("review", "--base", "main:allowlist.yaml", "--head", head, "-f", "json", cwd=folder)  # fmt: skip
    assert ran.code in (0, 1), ran.err
    said = json.loads(ran.out)
    assert {one["policy"] for one in said["broken"]} <= {"change-weakened-setting"}
    changes = {change["detail"].split(": ")[0] for change in said["changes"]}
    return ran.code, changes, {one["message"].split(": ")[0] for one in said["broken"]}


@pytest.mark.parametrize(("why", "edit", "named", "refused"), TABLE, ids=[row[0] for row in TABLE])
def test_what_runs_the_gate_does_not_change_in_silence(
    repository: Path, why: str, edit: Edit, named: set[str], refused: set[str]
) -> None:
    """A gate that runs no more, or whose failure counts no more; and alarms over what is harmless.
    The working tree and a commit must say the same."""
    try:
        edited(repository, edit)
        here = review(repository, "allowlist.yaml")
        git(repository, "add", "-A")
        git(repository, "commit", "-q", "--allow-empty", "-m", "attack")
        there = review(repository, "attack:allowlist.yaml")
    finally:
        git(repository, "reset", "-q", "--hard", "main")
        git(repository, "clean", "-qfd")
    assert here == there == (bool(refused), named, refused)


@pytest.mark.skipif(os.name != "posix", reason="files are programs by a mode")
def test_a_script_that_may_not_be_run_any_more(repository: Path) -> None:
    """A hook that git passes over, as it is no program."""
    (repository / "tools/gate.sh").chmod(0o644)
    try:
        code, named, _ = review(repository, "allowlist.yaml")
    finally:
        (repository / "tools/gate.sh").chmod(0o755)
    assert (code, named) == (1, {"tools/gate.sh"})


def test_attributes_of_the_pull_request_hide_nothing(repository: Path) -> None:
    """A base whose files are searched with the working tree's word on what is text."""
    edit = {".gitattributes": "* binary -diff\n"} | but("tools/gate.sh")
    try:
        edited(repository, edit)
        code, named, _ = review(repository, "allowlist.yaml")
    finally:
        git(repository, "reset", "-q", "--hard")
        git(repository, "clean", "-qfd")
    assert (code, named) == (1, {"tools/gate.sh", ".gitattributes"})


@pytest.mark.parametrize(
    "path", [".github/CODEOWNERS", GATE, ".pre-commit-config.yaml", "allowlist.yaml", "vendorgate.toml",
             "policies", "policies/x.yaml", "pyproject.toml"],
)  # fmt: skip
def test_a_link_of_the_head_shows_nothing_of_the_machine(
    repository: Path, tmp_path: Path, path: str
) -> None:
    """A fork's pull request whose review prints the runner's token into a public comment."""
    secret = tmp_path / "secret"
    secret.mkdir() if path == "policies" else secret.write_text("SECRET=abc\n")
    target = repository / path
    target.parent.mkdir(exist_ok=True)
    target.unlink(missing_ok=True)
    target.symlink_to(secret)
    try:
        for form in ("json", "text", "markdown"):
            ran = vendorgate("review", "--base", "main:allowlist.yaml", "--head", "allowlist.yaml",
                             "-f", form, cwd=repository)  # fmt: skip
            assert ran.code in (1, 2) or path == ".pre-commit-config.yaml", ran.out
            assert "SECRET=abc" not in ran.out + ran.err and "link" in ran.out + ran.err
    finally:
        target.unlink()
        git(repository, "reset", "-q", "--hard")
        git(repository, "clean", "-qfd")


def test_a_device_of_the_head_has_no_end(repository: Path) -> None:
    """A policy that is a link to /dev/zero, read until memory is gone."""
    (repository / "policies").mkdir()
    (repository / "policies/z.yaml").symlink_to("/dev/zero")
    try:
        ran = vendorgate("review", "--base", "main:allowlist.yaml", "--head", "allowlist.yaml", cwd=repository)  # fmt: skip
    finally:
        git(repository, "clean", "-qfd")
    assert ran.code == 2 and "no regular file" in ran.err
