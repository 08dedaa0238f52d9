"""The lines of a snapshot's file, by the block."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from checker.snapshot.manifest import refused

BLOCK = 1 << 20


def whole_lines(path: Path) -> Iterator[bytes]:
    """Some lines at a time, with their ends."""
    rest = b""
    with open_inside(path) as file:
        while block := file.read(BLOCK):
            cut = block.rfind(b"\n") + 1
            if cut:
                yield rest + block[:cut]
                rest = block[cut:]
            else:
                rest += block
    if rest:
        yield rest


def open_inside(path: Path) -> BinaryIO:
    """Raises InputError for a link: a snapshot from elsewhere must not make us read our files."""
    if path.is_symlink() or not path.is_file():
        raise refused(path, "is named in manifest.json but is not a file here")
    return path.open("rb")
