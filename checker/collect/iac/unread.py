"""Files that code brings along, and that were not looked through: the reader is told which."""

from __future__ import annotations

import contextlib
from pathlib import Path

from checker.collect.iac.likeness import as_utf8, is_binary
from checker.collect.iac.mentions import GZIP, unpacked
from checker.collect.iac.records import FEW, Found, read_bytes
from checker.collect.iac.target import Target
from checker.errors import InputError
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
"""What is no text, by how it begins."""
_SAID = "Files that the code reads, and that were not looked through: {}."
_GAP = "the code reads {}, which was not looked through: not here, too large, or of an unknown name"


def text_in(path: Path, most: int) -> bytes | None:
    """What a file of at most that many bytes holds, in UTF-8, and of what is packed as user data
    may be the beginning; nothing where it is no text, as an archive of code; None where it cannot
    be read."""
    try:
        data = read_bytes(path, most)
    except InputError:
        return b"" if is_binary(path) else None
    if data.startswith(GZIP):
        return unpacked(data, most)
    with contextlib.suppress(InputError):
        return b"" if data.startswith(_ARCHIVES) else as_utf8(data, str(path))
    return data


class Unread:
    def __init__(self, target: Target) -> None:
        self._target = target
        self._places: dict[tuple[str, str], Location] = {}

    def add(self, path: Path, line: int, name: str) -> None:
        """`name`: as the code has it. What is added last knows its line best."""
        place = self._target.location(path, line)
        self._places[place.file, name] = place

    def _again(self, name: str, place: Location) -> bool:
        """Whether it is told as the code has it: `${path.module}/x` is `x`, and `m/x` as well."""
        parts = name.split("/")
        return any(
            (place.file, "/".join(parts[at:])) in self._places for at in range(1, len(parts))
        )

    def tell(self, found: Found, *, strict: bool) -> None:
        """`strict`: a gap for each of them; else a note."""
        told = [(name, at) for (_, name), at in self._places.items() if not self._again(name, at)]
        for name, place in told if strict else ():
            found.gap(self._target, place, "not-read", _GAP.format(name))
        if told and not strict:
            few = [f"{name} ({at.file}:{at.line})" for name, at in told[:FEW]]
            more = ", …" if len(told) > FEW else ""
            found.notes.append(_SAID.format(f"{len(told)} ({', '.join(few)}{more})"))
