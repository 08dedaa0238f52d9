"""What a release is made of: placeholders, locks, the image, who may do what in the workflow."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from checker import __version__

ROOT = Path(__file__).parent.parent
SHA = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture(scope="module")
def fill() -> ModuleType:
    spec = importlib.util.spec_from_file_location("fill", ROOT / "ci/fill.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _tracked() -> list[Path]:
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in done.stdout.splitlines() if (ROOT / name).is_file()]


def test_a_release_leaves_no_placeholder(fill: ModuleType, tmp_path: Path) -> None:
    """Somebody copies `uses: OWNER/vendorgate@SHA` out of the README of a release."""
    copied = [*fill.texts(ROOT), ROOT / "checker/__init__.py"]
    for path in copied:
        target = tmp_path / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    assert fill.main(f"acme/vendorgate@{SHA}", tmp_path) == 0
    assert f"uses: acme/vendorgate@{SHA} # v{__version__}" in (tmp_path / "README.md").read_text()
    for path in copied:
        text = (tmp_path / path.relative_to(ROOT)).read_text("utf-8")
        assert not fill.PLACEHOLDER.findall(text), path


def test_no_placeholder_stands_where_a_release_does_not_look(fill: ModuleType) -> None:
    """A new file with one of them, which nothing fills; tests and what makes a release speak of
    them, and no more."""
    speaking = {ROOT / name for name in (*fill.SPARED, "ci/fill.py")}
    for path in set(_tracked()) - set(fill.texts(ROOT)) - speaking:
        if path.suffix != ".png" and path.relative_to(ROOT).parts[0] != "tests":
            assert not fill.PLACEHOLDER.findall(path.read_text("utf-8")), path


@pytest.mark.parametrize("given", ["acme/vendorgate", "acme@" + SHA, f"acme/v@{SHA[:7]}", ""])
def test_half_a_release_fills_nothing(fill: ModuleType, tmp_path: Path, given: str) -> None:
    """A pin of seven digits, or of nobody."""
    (tmp_path / "README.md").write_text("uses: OWNER/vendorgate@SHA")
    assert fill.main(given, tmp_path) == 2
    assert (tmp_path / "README.md").read_text() == "uses: OWNER/vendorgate@SHA"


def test_what_is_left_over_fails_the_release(
    fill: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A form of placeholder that nobody taught it."""
    (tmp_path / "checker").mkdir()
    (tmp_path / "checker/__init__.py").write_text('__version__ = "1.2.3"\n')
    (tmp_path / "README.md").write_text("vX.Y.Z\ngit clone OWNER/other\n")
    assert fill.main(f"acme/vendorgate@{SHA}", tmp_path) == 2
    assert "README.md:2: OWNER/other is left over" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("lock", "extras"),
    [("requirements", ()), ("requirements-image", ("cloudtrail", "iac"))],
)
def test_what_users_get_is_locked_by_hash(lock: str, extras: tuple[str, ...]) -> None:
    """A dependency that pyproject.toml has and no lock: `--no-deps` leaves it out."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"]]
    for extra in extras:
        wanted += project["optional-dependencies"][extra]
    assert {_name(one) for one in wanted} <= _locked(lock)


def test_a_release_is_built_by_what_is_locked() -> None:
    """`--no-isolation` takes the build system that is there."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = {_name(one) for one in project["build-system"]["requires"]}
    assert wanted | {"build", "cyclonedx-bom"} <= _locked("requirements-build")


def _name(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found
    return found[0].lower().replace("_", "-").replace(".", "-")


def _locked(lock: str) -> set[str]:
    lines = (ROOT / f"ci/{lock}.txt").read_text().replace("\\\n", "").splitlines()
    assert all("==" in line and "--hash=sha256:" in line for line in lines)
    return {_name(line) for line in lines}


def test_the_image_is_pinned_and_nobody_is_root_in_it() -> None:
    """A base by its tag alone is another one tomorrow; root in a container is root on a mount."""
    text = (ROOT / "Dockerfile").read_text()
    assert re.search(r"^ARG BASE=python:3\.\d+-slim@sha256:[0-9a-f]{64}$", text, re.MULTILINE)
    assert set(re.findall(r"^FROM (\S+)", text, re.MULTILINE)) == {"${BASE}"}
    assert re.findall(r"^USER (.*)$", text, re.MULTILINE)[-1] == "65532:65532"
    assert text.count("pip install") == text.count("--require-hashes") + text.count("--no-index")


def test_the_image_is_made_of_what_docker_is_given() -> None:
    """A file that .dockerignore leaves out ends the build."""
    kept = set(re.findall(r"^!(.*)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    copied = re.findall(
        r"^COPY (?!--from)(.*) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE
    )
    assert {name for line in copied for name in line.split()} == kept


@pytest.fixture(scope="module")
def jobs() -> dict[str, Any]:
    workflow = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text())
    assert workflow["permissions"] == {}
    return dict(workflow["jobs"])


def test_what_builds_may_publish_nothing(jobs: dict[str, Any]) -> None:
    """Tests and builds run what others wrote; that must meet no right to write or to sign."""
    for name in ("check", "build"):
        assert jobs[name]["permissions"] == {"contents": "read"}


def test_what_publishes_runs_nothing_of_the_repository(jobs: dict[str, Any]) -> None:
    """A job with a right has the artifact, and no checkout."""
    for name in set(jobs) - {"check", "build"}:
        uses = [step["uses"].partition("@")[0] for step in jobs[name]["steps"] if "uses" in step]
        assert uses[0] == "actions/download-artifact" and "actions/checkout" not in uses
        assert len(jobs[name]["permissions"]) <= 2


BUILT = "${{ needs.build.outputs.dist }}"


def test_what_is_published_is_what_was_built(jobs: dict[str, Any]) -> None:
    """By its name, an artifact may be one that another job of the run, whose tests run what others
    wrote, put in its place."""
    (made,) = [step for step in jobs["build"]["steps"] if "upload-artifact" in step.get("uses", "")]
    assert jobs["build"]["outputs"] == {
        "dist": f"${{{{ steps.{made['id']}.outputs.artifact-id }}}}"
    }
    for name in set(jobs) - {"check", "build"}:
        taken = [one["with"] for one in jobs[name]["steps"] if "download" in one.get("uses", "")]
        assert [(one["artifact-ids"], "name" in one) for one in taken] == [(BUILT, False)]


def test_nothing_is_published_before_it_was_tested_and_signed(jobs: dict[str, Any]) -> None:
    """Order is by `needs` alone."""
    assert set(jobs["attest"]["needs"]) == {"check", "build"}
    assert set(jobs["pypi"]["needs"]) == {"build", "attest"}
    assert set(jobs["github"]["needs"]) == {"build", "pypi"}
    assert jobs["pypi"]["environment"] == "release"


def test_make_help_names_every_target() -> None:
    """A target that nobody finds."""
    text = (ROOT / "Makefile").read_text()
    targets = re.search(r"^\.PHONY: (.*\\\n.*)$", text, re.MULTILINE)
    assert targets
    said = re.findall(r"[a-z]+", text.partition("\n\n")[0])
    assert set(targets[1].replace("\\", "").split()) - {"help"} <= set(said)
