"""Fills what only a release knows into README, docs, workflows and the project's metadata.

Usage: python ci/fill.py OWNER/NAME@SHA [FOLDER]

That one value (in a workflow: ${{ github.repository }}@${{ github.sha }}) and the version in
checker/__init__.py stand for every placeholder. Exit 2 where one is left over.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

RELEASE = re.compile(r"([\w.-]+/[\w.-]+)@([0-9a-f]{40})")
FILLED = (
    "*.md", "pyproject.toml", "action.yml", "checker/**/*.py", "checker/starter/*", "ci/*.yml",
    "docs/**/*.md", "docs/**/*.y*ml", "site/mkdocs.yml", ".github/**/*.yml",
)  # fmt: skip
"""What reaches a user. The changelog speaks of placeholders, CONTRIBUTING of this file."""
SPARED = {"CHANGELOG.md", "CONTRIBUTING.md", ".github/workflows/release.yml"}
PLACEHOLDER = re.compile(r"\bOWNER/\w*|@SHA\b|\bX\.Y\.Z\b")


def texts(folder: Path) -> dict[Path, str]:
    found = {path for pattern in FILLED for path in folder.glob(pattern) if path.is_file()}
    spared = {folder / name for name in SPARED}
    return {path: path.read_text("utf-8") for path in sorted(found - spared)}


def filled(text: str, repository: str, sha: str, version: str) -> str:
    # a pin names the release beside the commit, as Dependabot and people read it
    text = re.sub(r"(uses: \S+)@SHA\b", rf"\1@{sha} # v{version}", text)
    text = re.sub(r"@SHA\b", f"@{sha}", text)
    return text.replace("OWNER/vendorgate", repository).replace("X.Y.Z", version)


def main(release: str, folder: Path) -> int:
    told = RELEASE.fullmatch(release)
    if not told:
        print(f"error: {release!r} is not OWNER/NAME@SHA, the SHA in 40 digits", file=sys.stderr)
        return 2
    source = (folder / "checker/__init__.py").read_text("utf-8")
    version = re.findall(r'^__version__ = "(.+)"$', source, re.MULTILINE)[0]
    left = 0
    for path, text in texts(folder).items():
        new = filled(text, told[1], told[2], version)
        if new != text:
            path.write_text(new, "utf-8")
            print(f"{path.relative_to(folder)}: filled")
        for number, line in enumerate(new.splitlines(), 1):
            for found in PLACEHOLDER.findall(line):
                print(f"{path.relative_to(folder)}:{number}: {found} is left over", file=sys.stderr)
                left = 2
    return left


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2] if len(sys.argv) > 2 else ".")))
