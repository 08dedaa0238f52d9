"""Files that code brings along, and that were not looked through: the reader is told which."""

from __future__ import annotations

import contextlib
from pathlib import Path

from checker.collect.iac.likeness import as_utf8
from checker.collect.iac.mentions import GZIP, unpacked
from checker.collect.iac.nearby import is_file
from checker.collect.iac.records import Found, read_bytes
from checker.collect.iac.target import Target
from checker.errors import InputError
from checker.plurals import few
from checker.snapshot.records import Location

_ARCHIVES = (
    b"PK\x03\x04",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"%PDF",
    b"\x7fELF",
    b"wOF",
    b"OTTO",
)
"""What is no text, by how it begins, if a zero comes soon."""
_HEAD = 512
_SAID = "Files that the code reads, and that were not looked through: {}."
_GAP = "the code reads {}, which was not looked through: not here, too large, or of an unknown name"


def text_in(path: Path, most: int) -> bytes | None:
    """What a file of at most that many bytes holds, in UTF-8, unpacked if it is packed as user
    data may be; nothing where it is no text, as an archive of code; None where it cannot
    be read."""
    try:
        data = read_bytes(path, most)
    except InputError:
        return b"" if _is_archive(path) else None
    if data.startswith(GZIP):
        held = unpacked(data, most)
        return held if len(held) <= most else None
    if _begins_an_archive(data[:_HEAD]):
        return b""
    with contextlib.suppress(InputError):
        return as_utf8(data, str(path))
    return data


def _is_archive(path: Path) -> bool:
    """Whether a plain file that is too large is: to open a pipe would wait for ever."""
    if not is_file(path):
        return False
    with contextlib.suppress(OSError), path.open("rb") as file:
        return _begins_an_archive(file.read(_HEAD))
    return False


def _begins_an_archive(head: bytes) -> bool:
    return head.startswith(_ARCHIVES) and b"\0" in head


class Unread:
    def __init__(self, target: Target) -> None:
        self._target = target
        self._places: dict[tuple[str, str], Location] = {}

    def add(self, path: Path, line: int, name: str) -> None:
        """`name`: as the code has it. What is added last knows its line best."""
        place = self._target.location(path, line)
        self._places[place.file, name] = place

    def tell(self, found: Found, *, strict: bool) -> None:
        """`strict`: a gap for each of them; else a note."""
        told = [(name, at) for (_, name), at in self._places.items()]
        for name, place in told if strict else ():
            found.gap(self._target, place, "not-read", _GAP.format(name))
        if told and not strict:
            shown = few([f"{name} ({at.file}:{at.line})" for name, at in told])
            found.notes.append(_SAID.format(f"{len(told)} ({shown})"))
