"""Reads an allowlist: what was read before, and is the same to the byte, is not parsed again."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from checker.bounded import read_bytes, read_input
from checker.errors import InputError
from checker.remembered import remembered
from checker.vetting.allowlist import Allowlist, Checked, checked

if TYPE_CHECKING:
    from checker.document import Document

KEY = b"include"


def read_allowlist(path: Path, replaced: dict[str, bytes] | None = None) -> Allowlist:
    """Reads and checks an allowlist with all that it includes. Raises InputError with file, line
    and column. `replaced`: the content of files by their names from its folder, in place of what
    they hold."""
    if not path.exists():
        raise InputError("there is no allowlist here", path=path, hint="make one: vendorgate init")
    data = (replaced or {}).get(path.name)
    if data is None:
        data = read_input(path)
    read = partial(_document, data, path, replaced)
    if replaced or _may_include(data):
        return Allowlist(read())
    said = remembered("allowlist", [data], Checked, lambda: checked(read()))
    return Allowlist.known(said, str(path), read)


def _document(data: bytes, path: Path, replaced: dict[str, bytes] | None) -> Document:
    from checker.vetting.includes import Disk, whole

    return whole(data, str(path), Disk(path.parent), replaced)


def included(path: Path) -> tuple[Path, ...]:
    """The files that an allowlist includes, as far as they can be told: what is wrong with them,
    whoever reads it says."""
    try:
        data = read_bytes(path)
        if not _may_include(data):
            return ()
        from checker.vetting.includes import named_by

        return tuple(path.parent / name for name in named_by(data, path))
    except (InputError, OSError):
        return ()


def _may_include(data: bytes) -> bool:
    """Most lists name no other file, and need not be parsed to know that; an escape may spell the
    key in another way."""
    return KEY in data or b"\\" in data
