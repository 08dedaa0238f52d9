"""What was made of files before, under their digests in the user's own cache.

pre-commit and editors run a check a hundred times a day on an allowlist and policies that nobody
changed since. Only data is kept, decoded strictly; what is damaged, of other code or of other
libraries is made anew. Nothing is believed where somebody else may write, nothing within a working
tree, and nothing in CI, where the cache may be one that a pull request's own job has filled.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from collections.abc import Callable, Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TypeVar

import msgspec

from checker import __version__, usercache

T = TypeVar("T")
MOST = 64
"""So many are kept, those that were written last."""
LARGEST = 64 << 20
"""Bytes of one of them: the largest allowlist makes fewer."""
IN_CI = (
    "CI", "BUILD_ID", "BUILD_NUMBER", "BUILDER_OUTPUT", "CODEBUILD_BUILD_ID", "GO_PIPELINE_NAME",
    "JENKINS_URL", "TEAMCITY_VERSION", "TF_BUILD", "bamboo_buildKey",
)  # fmt: skip
"""Variables of which one is set in CI. Azure Pipelines, AWS CodeBuild, Google Cloud Build,
TeamCity, Bamboo, GoCD and a Jenkins of some years ago do not set the first."""
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
    if any(map(os.environ.get, IN_CI)):
        return None
    try:
        folder, code = _folder(), _code()
    except (OSError, RuntimeError, ValueError):
        return None
    digest = hashlib.sha256(f"{what}\0{code}".encode(errors="surrogateescape"))
    for text in texts:
        digest.update(hashlib.sha256(text).digest())
    return folder / digest.hexdigest()


def _folder() -> Path:
    """Raises OSError where others may write, and in a checkout, whose files others wrote."""
    folder = usercache.own_folder() / "remembered"
    if folder.exists():
        usercache.refuse_shared(folder)
    if any((above / ".git").exists() for above in folder.resolve().parents):
        raise PermissionError(folder)
    return folder


@cache
def _code() -> str:
    """Tells the code that makes these things from any other: whoever changes it, or a library
    behind it, must not be answered by what it was. Raises OSError where it cannot be told."""
    folders = [_PACKAGE, *(os.path.join(_PACKAGE, name) for name in _BEHIND)]  # noqa: PTH118
    libraries = [_library(name) for name in _LIBRARIES]
    return f"{[__version__, sys.version, libraries, [_files(folder) for folder in folders]]}"


_LIBRARIES = ("jmespath", "msgspec", "pydantic", "pydantic_core", "yaml")
"""Those that parse and check; they are not imported to be told."""


def _library(name: str) -> tuple[object, ...]:
    found = find_spec(name)
    if found is None or found.origin is None:
        raise FileNotFoundError(name)
    return (found.origin, *_told(os.stat(found.origin)))  # noqa: PTH116


def _told(file: os.stat_result) -> tuple[int, ...]:
    """A time of writing can be set to any, as a package's may be; that of the change cannot."""
    return file.st_size, file.st_mtime_ns, file.st_ctime_ns


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
                found.append((entry.name, *_told(entry.stat())))
            elif folder != _PACKAGE and entry.name != "__pycache__" and entry.is_dir():
                found.append((entry.name, *_files(entry.path)))
    return sorted(found)


def _read(path: Path, kind: type[T]) -> T | None:
    try:
        data = usercache.read(path, LARGEST)
    except OSError:
        return None
    if data is None:
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
    if len(said) > LARGEST - _DIGEST:
        return
    path.parent.mkdir(exist_ok=True, mode=0o700)
    usercache.write(path, hashlib.sha256(said).digest() + said)
    for old in sorted(path.parent.iterdir(), key=lambda p: p.stat().st_mtime)[:-MOST]:
        old.unlink(missing_ok=True)
