"""What was made of files before, under their digests in the user's own cache.

pre-commit and editors run a check a hundred times a day on an allowlist and policies that nobody
changed since. Only data is kept, decoded strictly; what is damaged, of other code or of another
version is made anew. Nothing is believed where somebody else may write, and nothing in CI (`CI` is
set), where the cache may be one that a pull request's own job has filled.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import TypeVar

import msgspec

from checker import __version__, usercache

T = TypeVar("T")
MOST = 64
"""So many are kept, those that were written last."""
_DIGEST = 32
_PACKAGE = str(Path(__file__).parent)


def remembered(what: str, texts: Iterable[bytes], kind: type[T], make: Callable[[], T]) -> T:
    """What `make` makes of these texts; whatever it raises is kept by nobody. `what`: tells it from
    all else that is made of the same."""
    path = _path(what, texts)
    known = None if path is None else _read(path, kind)
    if known is not None:
        return known
    made = make()
    if path is not None:
        with contextlib.suppress(OSError):
            _keep(path, made, kind)
    return made


def _path(what: str, texts: Iterable[bytes]) -> Path | None:
    """None where nothing is kept."""
    if os.environ.get("CI"):
        return None
    try:
        folder = usercache.own_folder() / "remembered"
    except (OSError, RuntimeError):
        return None
    digest = hashlib.sha256(f"{what}\0{_code()}".encode())
    for text in texts:
        digest.update(hashlib.sha256(text).digest())
    return folder / digest.hexdigest()


@cache
def _code() -> str:
    """Tells the code that makes these things from any other: whoever changes it must not be
    answered by what it was."""
    folders = [_PACKAGE, *(os.path.join(_PACKAGE, name) for name in _BEHIND)]  # noqa: PTH118
    return f"{__version__}\0{[_files(folder) for folder in folders]}"


_BEHIND = (
    "access",
    "facts",
    "policy",
    "publishers",
    "report",
    "snapshot",
    "subjects",
    "trust",
    "vetting",
)
"""The folders whose modules have a say in what is remembered; a test holds it."""


def _files(folder: str) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith((".py", ".json")):
                told = entry.stat()
                found.append((entry.name, told.st_size, told.st_mtime_ns))
            elif "." not in entry.name and folder != _PACKAGE and entry.name != "__pycache__":
                found.append((entry.name, *_files(entry.path)))
    return sorted(found)


def _read(path: Path, kind: type[T]) -> T | None:
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        with os.fdopen(descriptor, "rb") as file:
            data = file.read()
    except OSError:
        return None
    digest, said = data[:_DIGEST], data[_DIGEST:]
    if hashlib.sha256(said).digest() != digest:
        return None
    try:
        return msgspec.msgpack.decode(said, type=kind)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None


def _keep(path: Path, made: T, kind: type[T]) -> None:
    """Whole or not at all, and only what comes back as it was."""
    try:
        said = msgspec.msgpack.encode(made)
        if msgspec.msgpack.decode(said, type=kind) != made:
            return
    except (msgspec.MsgspecError, TypeError, ValueError, OverflowError, RecursionError):
        return
    path.parent.mkdir(exist_ok=True, mode=0o700)
    draft = path.with_name(f".{os.urandom(8).hex()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(hashlib.sha256(said).digest() + said)
    draft.replace(path)
    for old in sorted(path.parent.iterdir(), key=lambda p: p.stat().st_mtime)[:-MOST]:
        old.unlink(missing_ok=True)
