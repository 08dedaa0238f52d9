"""Which files run the gate, or may: by their names alone."""

from __future__ import annotations

import re

from checker.review.manifest_sources import LOCK, is_beside, is_requirements

_FOLDERS = (
    "github", "gitlab", "gitea", "forgejo", "circleci", "buildkite", "semaphore", "woodpecker",
    "drone", "teamcity", "tekton", "harness", "azuredevops", "azure-pipelines", "bitbucket",
    "husky", "githooks", "hooks", "lefthook", "ci",
)  # fmt: skip
_CI = re.compile(
    rf"\.({'|'.join(_FOLDERS)})/.*"
    r"|ci/.*\.(ya?ml|sh|py|groovy)|action\.ya?ml|(\.github/|docs/)?CODEOWNERS"
    r"|(.*/)?("
    r"\.?gitlab-ci[^/]*\.ya?ml|\.?azure-pipelines[^/]*\.ya?ml|\.?Jenkinsfile[^/]*"
    r"|bitbucket-pipelines[^/]*\.ya?ml|buildspec[^/]*\.ya?ml|cloudbuild[^/]*\.(ya?ml|json)"
    r"|\.travis\.ya?ml|\.?appveyor\.ya?ml|\.(drone|cirrus|woodpecker)\.(ya?ml|star|jsonnet)"
    r"|\.?codefresh\.ya?ml|screwdriver\.ya?ml|wercker\.ya?ml|atlantis\.ya?ml|\.?buildkite\.ya?ml"
    r"|\.pre-commit-(config|hooks)\.ya?ml|prek\.toml|\.?lefthook[^/]*|\.huskyrc[^/]*"
    r"|\.overcommit\.ya?ml|\.(simple-git-hooks|lintstagedrc)[^/]*|GNUmakefile|makefile"
    r"|\.gitattributes|\.gitmodules)"
)
_PROSE = re.compile(
    r"\.(md|mdx|markdown|rst|adoc|asciidoc|txt|html?|svg|csv|ipynb)$", re.IGNORECASE
)
_MANIFEST = re.compile(
    r"(.*/)?(package\.json|pyproject\.toml|setup\.(cfg|py)|Pipfile"
    r"|pixi\.toml|(environment|conda)[^/]*\.ya?ml|\.?mise[^/]*\.toml|mise/(conf\.d/)?[^/]*\.toml|\.tool-versions)"
)
_SCRIPT = re.compile(
    r".*\.(sh|bash|zsh|fish|ps1|bat|cmd|mk|just|nix)|(.*/)?(GNU)?([Mm]akefile|\.?[Jj]ustfile|Rakefile"
    r"|Earthfile|Dockerfile[^/]*|Containerfile|Taskfile[^/]*|tox\.ini|noxfile\.py|tasks\.py|Procfile|CMakeLists\.txt)"
)
_NAMEABLE = re.compile(r".*\.(ya?ml|py|[cm]?[jt]s|rb|pl|groovy)|(.*/)?[^/.]+")


def is_pipeline(path: str) -> bool:
    """Whether CI systems or git's hooks read it, by its path from the repository's root."""
    return _CI.fullmatch(path) is not None


def is_prose(path: str) -> bool:
    """Whether it is read by people alone."""
    read = is_manifest(path) or is_pipeline(path) or is_script(path)
    return bool(_PROSE.search(path)) and not read


def is_manifest(path: str) -> bool:
    """Whether it names the gate among many other programs."""
    named = _MANIFEST.fullmatch(path) or LOCK.fullmatch(path)
    return named is not None or is_requirements(path) or is_beside(path)


def is_script(path: str) -> bool:
    """Whether it is run as it stands."""
    return _SCRIPT.fullmatch(path) is not None


def called_by(path: str) -> str | None:
    """How other files call it, if it is one that they would call: `tools/gate.sh`, an action by
    its folder."""
    if is_manifest(path) or not (is_script(path) or _NAMEABLE.fullmatch(path)):
        return None
    name = re.sub(r"/action\.ya?ml$", "", path)
    return name if "/" in name else f"./{name}"
