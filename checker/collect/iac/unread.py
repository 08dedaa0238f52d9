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
    if is_binary(path):
        return b""
    try:
        return read_bytes(path, most)
    except InputError:
        return None


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
        told = [(name, place) for (_, name), place in self._places.items()]
        for name, place in told if strict else ():
            found.gap(self._target, place, "not-read", _GAP.format(name))
        if told and not strict:
            few = [f"{name} ({at.file}:{at.line})" for name, at in told[:FEW]]
            more = ", …" if len(told) > FEW else ""
            found.notes.append(_SAID.format(f"{len(told)} ({', '.join(few)}{more})"))
