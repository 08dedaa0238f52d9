"""Reads what people hand over, up to a bound: a link to /dev/zero never ends."""

from __future__ import annotations

from pathlib import Path

from checker.errors import InputError

WRITTEN = 256 << 20
"""Of what people write or keep: a baseline of half a million findings has as much."""
MADE = 1 << 30
"""Of what we wrote, as reports, and of what AWS lists."""
_BLOCK = 1 << 20


def read_bytes(path: Path, limit: int = WRITTEN) -> bytes:
    """Raises OSError as Path.read_bytes does, and InputError for more than `limit` bytes."""
    data = bytearray()  # not one read of the bound, which would take that much memory at once
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            data += block
            if len(data) > limit:
                raise InputError(f"is larger than {limit >> 20:,} MiB", path=path)
    return bytes(data)
