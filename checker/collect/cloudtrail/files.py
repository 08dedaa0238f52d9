"""Log files on this machine: which there are, and their bytes."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from checker.collect.cloudtrail.inflate import UnreadableError
from checker.collect.cloudtrail.layout import OTHER_KINDS
from checker.errors import InputError

MAX_FILE = 1 << 30
_LITTER = (b"\0\0\0\x01Bud1", b"\0\x05\x16\x07")
"""How `.DS_Store` begins, and `._NAME`, which macOS leaves in folders and archives."""


_PIPE = "write what a pipe says into a file: it may have to be read twice"


def log_files(source: Path, passed: Counter[str] | None = None) -> list[Path]:
    """A file itself, or all files below a folder, in order, whatever they are called; `passed` is
    told what stands in folders of digests and Insights. Raises InputError where there is none: an
    empty place is a mistake more often than a year without calls."""
    if source.is_file():
        return [source]
    if not source.is_dir():
        if source.exists():
            raise InputError("is no regular file", path=source, hint=_PIPE)
        raise InputError("there is no such file or folder", path=source)
    found = sorted(_below(source, Counter() if passed is None else passed))
    if not found:
        raise InputError(
            "holds no CloudTrail log", path=source, hint="give a folder of .json.gz or .json files"
        )
    return found


def _below(folder: Path, passed: Counter[str]) -> Iterator[Path]:
    """Links to folders are followed, and each folder is looked into once: a circle has no end."""
    seen: set[tuple[int, int]] = set()
    for root, folders, names in os.walk(folder, onerror=_refuse, followlinks=True):
        if not _is_new(root, seen):
            folders.clear()
            continue
        for name in [one for one in folders if one in OTHER_KINDS]:
            folders.remove(name)
            passed[f"files in {name}"] += _count(Path(root, name))
        yield from (path for name in names if not _is_litter(path := Path(root, name)))


def _is_new(folder: str, seen: set[tuple[int, int]]) -> bool:
    found = os.stat(folder)  # noqa: PTH116  as os.walk names it
    place = found.st_dev, found.st_ino
    new = place not in seen
    seen.add(place)
    return new


def _count(folder: Path) -> int:
    return sum(len(names) for _, _, names in os.walk(folder))


def _is_litter(path: Path) -> bool:
    """What tools leave beside files: hidden, and empty or macOS's own."""
    if not path.name.startswith("."):
        return False
    try:
        with path.open("rb") as file:
            first = file.read(len(_LITTER[0]))
    except OSError:
        return False
    return not first or first.startswith(_LITTER)


def _refuse(error: OSError) -> None:
    raise InputError(f"cannot be listed: {error.strerror}", path=error.filename)


def content(path: Path) -> bytes:
    """Raises UnreadableError."""
    try:
        if not path.is_file() and path.exists():
            raise UnreadableError("Unreadable", "is no regular file")
        with path.open("rb") as file:
            data = file.read(MAX_FILE + 1)
    except OSError as error:
        raise UnreadableError("Unreadable", str(error.strerror or error)) from None
    if len(data) > MAX_FILE:
        raise UnreadableError("TooLarge", f"larger than {MAX_FILE >> 20} MiB")
    return data
