"""The user's own cache: what stands in it was put there by this user, not by a repository."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # imported where they are used, as every start reads the cache
    import tempfile

_SIZE = 32


def folder() -> Path:
    """https://specifications.freedesktop.org/basedir-spec/: a relative path is ignored.

    Raises RuntimeError where neither the environment nor the system tells of a home.
    """
    given = Path(os.environ.get("XDG_CACHE_HOME", ""))
    base = given if given.is_absolute() else Path.home() / ".cache"
    return base / "vendorgate"


def temporary() -> tempfile.TemporaryDirectory[str] | None:
    """A folder that goes with the process, for what memory should not hold: in the cache, as a
    system's own folder of temporary files may be memory; there, where the cache is not ours alone,
    as whoever may rename what is in it has a say in what is read. None where none can be made."""
    import tempfile

    for make_base in (own_folder, tempfile.gettempdir):
        try:
            return tempfile.TemporaryDirectory(
                prefix="trail-", dir=make_base(), ignore_cleanup_errors=True
            )
        except (OSError, RuntimeError):
            continue
    return None


def own_folder() -> Path:
    """Raises OSError where somebody else owns the folder, or a link to it, or may write in it."""
    base = folder()
    base.mkdir(parents=True, exist_ok=True, mode=0o700)
    told = base.stat()
    if hasattr(os, "getuid") and (
        told.st_mode & 0o022 or {told.st_uid, base.lstat().st_uid} != {os.getuid()}
    ):
        raise PermissionError(base)
    return base


def key(name: str) -> bytes | None:
    """The secret of this name, made when it is first asked for; None where none can be kept."""
    try:
        path = folder() / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        return _read(path) or _made(path)
    except (OSError, RuntimeError):
        return None


def _read(path: Path) -> bytes | None:
    """Never through a link, and only what nobody else may read or write."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    except FileNotFoundError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        found = file.read(_SIZE + 1)
        told = os.fstat(descriptor)
        strange = hasattr(os, "getuid") and (told.st_uid != os.getuid() or told.st_mode & 0o077)
    return found if len(found) == _SIZE and not strange else None


def _made(path: Path) -> bytes | None:
    """Where two make it at once, the one that is there counts; a damaged one is replaced."""
    made = os.urandom(_SIZE)
    draft = path.with_name(f".{path.name}.{os.urandom(4).hex()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(made)
        if path.exists() and _read(path) is None:
            path.unlink()
        os.link(draft, path)
    except FileExistsError:
        return _read(path)
    finally:
        draft.unlink(missing_ok=True)
    return made
