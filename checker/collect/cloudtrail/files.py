"""Log files on this machine: which there are, and their bytes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from checker.collect.cloudtrail.inflate import UnreadableError
from checker.collect.cloudtrail.layout import OTHER_KINDS
from checker.errors import InputError

SUFFIXES = (".json.gz", ".json", ".ndjson", ".jsonl", ".ndjson.gz", ".jsonl.gz", ".gz")
MAX_FILE = 1 << 30


def log_files(source: Path) -> list[Path]:
    """A file itself, or all log files below a folder, in order. Raises InputError where there is
    none: an empty place is a mistake more often than a year without calls."""
    if source.is_file():
        return [source]
    if not source.is_dir():
        raise InputError("there is no such file or folder", path=source)
    found = sorted(_below(source))
    if not found:
        raise InputError(
            "holds no CloudTrail log", path=source, hint="give a folder of .json.gz or .json files"
        )
    return found


def _below(folder: Path) -> Iterator[Path]:
    """Links are not followed to folders: a circle would have no end."""
    for root, folders, names in os.walk(folder, onerror=_refuse):
        folders[:] = [name for name in folders if name not in OTHER_KINDS]
        yield from (Path(root, name) for name in names if name.endswith(SUFFIXES))


def _refuse(error: OSError) -> None:
    raise InputError(f"cannot be listed: {error.strerror}", path=error.filename)


def content(path: Path) -> bytes:
    """Raises UnreadableError."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE + 1)
    except OSError as error:
        raise UnreadableError("Unreadable", str(error.strerror or error)) from None
    if len(data) > MAX_FILE:
        raise UnreadableError("TooLarge", f"larger than {MAX_FILE >> 20} MiB")
    return data
