"""Seals on what a collection has finished, so that it believes nobody's journal but its own.

A repository, an archive or another user may put a journal where ours would be. The seal is an
HMAC under a key that only the user's own cache has.
"""

from __future__ import annotations

import hashlib
import hmac
import subprocess
from collections.abc import Iterable
from pathlib import Path

from checker.errors import InputError

HINT = "look at it, then remove it"


def seal(key: bytes, what: str, journal: str, lines: Iterable[bytes]) -> str:
    """Of lines, as those of `what` in one journal: none can stand in another's place."""
    made = hmac.new(key, f"{journal}\0{what}\0".encode(), hashlib.sha256)
    for line in lines:
        made.update(line)
    return made.hexdigest()


def refuse_strange(folder: Path, ours: Iterable[Path]) -> None:
    """Raises InputError for a journal that is a link, that git tracks, or that holds anything
    but what a collection makes: none of that is ours to believe or to delete."""
    if folder.is_symlink():
        raise InputError("is a link, and no journal of a collection", path=folder, hint=HINT)
    if not folder.exists():
        return
    known = set(ours)
    for path in sorted(folder.iterdir()):
        if path.is_symlink() or not path.is_file() or path not in known:
            raise InputError("is no part of a collection's journal", path=path, hint=HINT)
    if _tracked(folder):
        raise InputError(
            "is tracked by git: a journal is never part of a repository", path=folder,
            hint=f"git rm -r --cached, and {HINT}",
        )  # fmt: skip


def _tracked(folder: Path) -> bool:
    """False where there is no git, or no repository."""
    command = ["git", "-c", "core.fsmonitor=false", "ls-files", "-z", "--", folder.name]
    try:
        ran = subprocess.run(  # noqa: S603  no shell; the name stands after --
            command, cwd=folder.parent, capture_output=True, check=False, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return ran.returncode == 0 and bool(ran.stdout)
