"""What git tells of the allowlist: its last commit, and those since another."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from checker.evidence.model import Commit, Git

_FIELDS = ("%H", "%an", "%ae", "%aI", "%s", "%(trailers:only,unfold)")
_FORMAT = "--format=" + "%x1f".join(_FIELDS) + "%x1e"
_APPROVAL = re.compile(r"(?:Approved|Reviewed|Acked)-by:\s*(.+)", re.IGNORECASE)
_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")


def history(path: Path, contents: Mapping[str, bytes], since: Git | None) -> Git:
    """Of a file and what was read from it and from those that it includes, by their names from its
    folder; `since` is what git told the bundle before."""
    from checker.evidence.model import Git

    last = _log(path, "-1", contents)
    if not last:
        note = None if since is None else "no repository here, so no history can be told"
        return Git(note=note)
    same = all(
        _git(path, "show", f"{last[0].commit}:./{name}") == content
        for name, content in contents.items()
    )
    told, note = (None, None) if since is None else _since(path, since, contents)
    return Git(allowlist=last[0], as_committed=same, history=told, note=note)


def _since(
    path: Path, since: Git, names: Iterable[str]
) -> tuple[tuple[Commit, ...] | None, str | None]:
    if since.allowlist is None or not _COMMIT.fullmatch(since.allowlist.commit):
        return None, "the bundle before names no commit, so no history can be told"
    start = since.allowlist.commit
    if _git(path, "merge-base", "--is-ancestor", start, "HEAD") is None:
        return None, f"the commit {start} of the bundle before is no ancestor of this one"
    return tuple(reversed(_log(path, f"{start}..HEAD", names))), None


def _log(path: Path, which: str, names: Iterable[str]) -> list[Commit]:
    """Newest first; empty where there is no repository, no git or no commit."""
    out = _git(path, "log", "--no-color", "--encoding=UTF-8", _FORMAT, which, "--", *names)
    records = (out or b"").decode("utf-8", "replace").split("\x1e")
    return [_commit(record.strip("\n")) for record in records if record.strip()]


def _commit(record: str) -> Commit:
    from checker.evidence.model import Commit

    commit, author, email, date, subject, trailers = record.split("\x1f", 5)
    return Commit(
        commit=commit, author=author, email=email, date=date, subject=subject,
        approvers=tuple(match.strip() for match in _APPROVAL.findall(trailers)),
    )  # fmt: skip


def _git(path: Path, *arguments: str) -> bytes | None:
    """None where git is missing or fails; the user's settings run no other program here."""
    folder = path.absolute().parent
    command = ["git", "-c", "log.showSignature=false", "-c", "core.fsmonitor=false", *arguments]
    try:
        ran = subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=60)  # noqa: S603  no shell; what is not ours is a commit id or stands after --
    except OSError:
        return None
    return ran.stdout if ran.returncode == 0 else None
