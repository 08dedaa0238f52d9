"""Reads what people hand over, up to a bound: a link to /dev/zero never ends."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from checker.errors import InputError

WRITTEN = 256 << 20
"""Of what people write or keep: a baseline of half a million findings has as much."""
MADE = 1 << 30
"""Of what we wrote, as reports, and of what AWS lists."""
_BLOCK = 1 << 20


def read_bytes(path: Path, limit: int = WRITTEN) -> bytes:
    """Raises OSError as Path.read_bytes does, and InputError for more than `limit` bytes."""
    with path.open("rb") as file:
        return read_open(file, path, limit)


def read_open(file: BinaryIO, path: object, limit: int = WRITTEN) -> bytes:
    """The same of what is open."""
    data = bytearray()  # not one read of the bound, which would take that much memory at once
    while block := file.read(_BLOCK):
        data += block
        if len(data) > limit:
            raise InputError(f"is larger than {limit >> 20:,} MiB", path=path)
    return bytes(data)


def read_input(path: Path, limit: int = WRITTEN, *, hint: str | None = None) -> bytes:
    """What a person gave. Raises InputError, which says why it cannot be read."""
    try:
        return read_bytes(path, limit)
    except OSError as error:
        raise unreadable(error, path, hint=hint) from None


def unreadable(error: OSError, path: object, *, hint: str | None = None) -> InputError:
    return InputError(f"cannot be read: {error.strerror or error}", path=path, hint=hint)
