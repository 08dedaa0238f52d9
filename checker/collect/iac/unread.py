"""Files that code brings along, and that were not looked through: the reader is told which."""

from __future__ import annotations

from pathlib import Path

from checker.collect.iac.likeness import is_binary
from checker.collect.iac.records import FEW, Found, read_bytes
from checker.collect.iac.target import Target
from checker.errors import InputError
from checker.snapshot.records import Location

_SAID = "Files that the code reads, and that were not looked through: {}."
_GAP = "the code reads {}, which was not looked through: not here, too large, or of an unknown name"


def text_in(path: Path, most: int) -> bytes | None:
    """What a file of at most that many bytes holds; nothing where it is no text, as an archive of
    code; None where it cannot be read."""
    try:
        return read_bytes(path, most)
    except InputError:
        return b"" if is_binary(path) else None


class Unread:
    def __init__(self, target: Target) -> None:
        self._target = target
        self._places: dict[tuple[Location, str], None] = {}

    def add(self, path: Path, line: int, name: str) -> None:
        """`name`: as the code has it."""
        self._places[self._target.location(path, line), name] = None

    def tell(self, found: Found, *, strict: bool) -> None:
        """`strict`: a gap for each of them; else a note."""
        for place, name in self._places if strict else ():
            found.gap(self._target, place, "not-read", _GAP.format(name))
        if self._places and not strict:
            few = [f"{name} ({at.file}:{at.line})" for at, name in [*self._places][:FEW]]
            more = ", …" if len(self._places) > FEW else ""
            found.notes.append(_SAID.format(f"{len(self._places)} ({', '.join(few)}{more})"))
