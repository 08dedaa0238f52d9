"""Reads a file as it is here, or as it was at a revision: `PATH` or `REV:PATH`."""

from __future__ import annotations

import subprocess
from pathlib import Path

from checker.errors import InputError

EMPTY = b"version: 1\n"
"""What a revision that has no allowlist vets: nobody."""


def read(name: str, *, may_lack: bool = False) -> bytes:
    """The bytes that a name stands for; an existing file comes before a revision.

    With `may_lack`, a revision without the file reads as an empty allowlist, since a pull request
    may add it. Raises InputError for a file or revision that there is not.
    """
    path = Path(name)
    if path.exists() or ":" not in name:
        return _file(path)
    revision, _, inside = name.partition(":")
    _check_revision(revision, name)
    if not inside:
        raise InputError(f"{name!r} names no file", hint=f"write {revision}:allowlist.yaml")
    shown = _git("show", "--end-of-options", f"{revision}:{_relative(inside)}")
    if shown.returncode == 0:
        return shown.stdout
    if may_lack:
        return EMPTY
    raise InputError(f"{inside} is not in {revision}", hint="check the path")


def _file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=path) from None


def _check_revision(revision: str, name: str) -> None:
    found = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if found.returncode != 0:
        raise InputError(
            f"neither a file nor a revision of git: {name!r}",
            hint="in CI, fetch the base: actions/checkout with fetch-depth: 0",
        )


def _relative(path: str) -> str:
    """Relative to this folder, as users mean it, not to the repository's root."""
    return path if path.startswith("./") else f"./{path}"


def _git(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["git", *arguments], capture_output=True, check=False, timeout=60)  # noqa: S603, S607  no shell; options end before what the user typed
    except FileNotFoundError:
        raise InputError("git is not installed", hint="give two files instead") from None
