"""The zip: the same files make the same bytes, wherever and whenever it is written."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

from checker.evidence.digests import names
from checker.evidence.model import README

TIME = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can tell
MODE = 0o100644
# Stored, not deflated (level 0): zlib and zlib-ng, which distributions swap, give other bytes.
COMPRESSION = zipfile.ZIP_STORED


def pack(folder: Path, target: Path) -> None:
    """Every file of a folder, README.md first, for whoever looks into it."""
    with zipfile.ZipFile(target, "x", COMPRESSION) as archive:
        for name in sorted(names(folder), key=lambda name: (name != README, name)):
            _add(archive, folder / name, name)


def _add(archive: zipfile.ZipFile, path: Path, name: str) -> None:
    entry = zipfile.ZipInfo(name, TIME)
    entry.create_system, entry.external_attr = 3, MODE << 16  # Unix, on Windows too
    entry.compress_type, entry.file_size = COMPRESSION, path.stat().st_size
    with path.open("rb") as source, archive.open(entry, "w") as sink:
        shutil.copyfileobj(source, sink, 1 << 20)
