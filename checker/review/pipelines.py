"""Files that run the gate: workflows, hooks, and who must approve. Compared as text.

What a pull request does to them cannot be told for sure from the text: a step may be skipped by a
condition elsewhere in the file. So every change of a file that runs the gate is one that widens,
but for a pin of the same action to another commit, and comments.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping

from checker.review.model import Change

Texts = Mapping[str, bytes]
NAMED = 4
FOLDERS = (".github", "ci", ".gitlab", ".circleci", "docs")
"""Where such files stand, beside the repository's root."""
_NAMES = re.compile(
    r"(\.github|ci|\.gitlab|\.circleci)/.*\.ya?ml"
    r"|ci/.*\.sh|action\.ya?ml|\.gitlab-ci\.ya?ml|\.pre-commit-(config|hooks)\.yaml|Jenkinsfile"
    r"|azure-pipelines\.ya?ml|bitbucket-pipelines\.yml|buildspec\.ya?ml|Makefile"
    r"|(\.github/|docs/)?CODEOWNERS"
)
_GATE = re.compile(r"vendorgate|allowlist\.ya?ml", re.IGNORECASE)
_PIN = re.compile(r"(uses:\s*[\w.-]+/[\w./-]+)@[0-9a-f]{40}\b.*")


def is_pipeline(path: str) -> bool:
    return _NAMES.fullmatch(path) is not None


def pipeline_changes(before: Texts, after: Texts) -> Iterator[Change]:
    """Files that run the gate, or ran it, and are other ones now."""
    for path in sorted(before.keys() | after.keys()):
        old, new = _lines(before.get(path)), _lines(after.get(path))
        gated = [_GATE.search("\n".join(lines)) is not None for lines in (old, new)]
        owners = path.endswith("CODEOWNERS")
        if before.get(path) != after.get(path) and (any(gated) or owners):
            widens = (gated[0] or (owners and bool(old))) and _pinless(old) != _pinless(new)
            yield Change(
                kind="setting-changed", vendor=None, detail=f"{path}: {_difference(old, new)}",
                line=None, widens=widens, gates=widens,
            )  # fmt: skip


def _lines(text: bytes | None) -> list[str]:
    """What counts of a file: neither comments nor blank lines; indentation does."""
    lines = (text or b"").decode("utf-8", "replace").splitlines()
    return [line.rstrip() for line in lines if line.strip() and not line.lstrip().startswith("#")]


def _pinless(lines: list[str]) -> list[str]:
    return [_PIN.sub(r"\1", line) for line in lines]


def _difference(old: list[str], new: list[str]) -> str:
    if not new:
        return "the file is gone"
    if not old:
        return "the file is new"
    found = [
        f"{'−' if line[0] == '-' else '+'} {line[2:].strip()}"
        for line in difflib.ndiff(old, new)
        if line[0] in "+-"
    ]
    more = f" … and {len(found) - NAMED} lines more" if len(found) > NAMED else ""
    return "; ".join(found[:NAMED]) + more if found else "comments alone"
