"""A file that people wrote, parsed: plain values, and where each stands."""

from __future__ import annotations

from typing import Any

import msgspec

from checker.errors import InputError

Location = tuple[int | str, ...]


class Mark(msgspec.Struct, frozen=True):
    """Where a value stands: line and column from 1, and its text as written (scalars only).
    `path`: the file, where it is another one than the document's own."""

    line: int
    column: int
    text: str | None = None
    path: str | None = None


class Document(msgspec.Struct, frozen=True):
    """A parsed file: `value` is plain Python; `marks` tell where each value stands; `sha256` is
    that of the very bytes that were parsed. `parts`: the files of which it is made, where it is
    made of several: the first is the one that was asked for; `includes`: what these name, from its
    folder, and where."""

    path: str
    value: Any
    marks: dict[Location, Mark]
    sha256: str
    parts: tuple[Part, ...] = ()
    includes: tuple[tuple[str, Mark], ...] = ()

    def mark(self, location: Location) -> Mark:
        """The mark of a value, or of the nearest one around it that is there."""
        while location and location not in self.marks:
            location = location[:-1]
        return self.marks.get(location, Mark(1, 1))

    def error(self, location: Location, message: str, hint: str | None = None) -> InputError:
        mark = self.mark(location)
        path = mark.path or self.path
        return InputError(message, path=path, line=mark.line, column=mark.column, hint=hint)

    def line_for(self, location: Location, reader: Location) -> str:
        """`line 4`, or `line 4 of FILE` to somebody who reads another file."""
        mark, path = self.mark(location), self.mark(reader).path
        of = "" if mark.path == path else f" of {mark.path or self.path}"
        return f"line {mark.line}{of}"


class Part(msgspec.Struct, frozen=True):
    """A file of a document of several: `name` is its path from the folder of the first one."""

    name: str
    data: bytes
    sha256: str
