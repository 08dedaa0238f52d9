"""The user's own cache: what stands in it was put there by this user, not by a repository."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # imported where they are used, as every start reads the cache
    import tempfile

_SIZE = 32


def folder() -> Path:
    """https://specifications.freedesktop.org/basedir-spec/: a relative path is ignored.

    Raises RuntimeError where neither the environment nor the system tells of a home, and for one
    that is relative: it would be the working tree's.
    """
    given = Path(os.environ.get("XDG_CACHE_HOME", ""))
    base = given if given.is_absolute() else Path.home() / ".cache"
    if not base.is_absolute():
        raise RuntimeError(base)
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
    refuse_shared(base)
    return base


def refuse_shared(folder: Path) -> None:
    """Raises OSError as above."""
    told = folder.stat()
    if hasattr(os, "getuid") and (
        told.st_mode & 0o022 or {told.st_uid, folder.lstat().st_uid} != {os.getuid()}
    ):
        raise PermissionError(folder)


def key(name: str) -> bytes | None:
    """The secret of this name, made when it is first asked for; None where none can be kept."""
    try:
        path = folder() / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        return _secret(path) or _made(path)
    except (OSError, RuntimeError):
        return None


def read(path: Path, most: int) -> bytes | None:
    """The content of a file of ours of at most so many bytes: never through a link, of what is no
    file (a pipe never ends), or of what anybody else may read or write. Raises OSError."""
    try:
        descriptor = os.open(path, _PLAINLY)
    except FileNotFoundError:
        return None
    try:
        told = os.fstat(descriptor)
        strange = hasattr(os, "getuid") and (told.st_uid != os.getuid() or told.st_mode & 0o077)
        if strange or not stat.S_ISREG(told.st_mode) or told.st_size > most:
            return None
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(told.st_size)  # not `most`, which would take that much memory
    finally:
        os.close(descriptor)


_PLAINLY = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


def write(path: Path, data: bytes) -> None:
    """Whole or not at all, for the user alone. Raises OSError."""
    draft = path.with_name(f".{os.urandom(8).hex()}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _secret(path: Path) -> bytes | None:
    found = read(path, _SIZE)
    return found if found is not None and len(found) == _SIZE else None


def _made(path: Path) -> bytes | None:
    """Where two make it at once, the one that is there counts; a damaged one is replaced."""
    made = os.urandom(_SIZE)
    draft = path.with_name(f".{path.name}.{os.urandom(4).hex()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(made)
        if path.exists() and _secret(path) is None:
            path.unlink()
        os.link(draft, path)
    except FileExistsError:
        return _secret(path)
    finally:
        draft.unlink(missing_ok=True)
    return made
