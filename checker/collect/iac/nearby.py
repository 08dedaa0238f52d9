"""Files that code names by where they stand from it: whatever the name is, to ask is no error."""

from __future__ import annotations

import os
from pathlib import Path


def real(path: Path) -> Path:
    """Where it leads, through links, be there anything or not; a loop of links leads nowhere."""
    return Path(os.path.realpath(path))


def nearby(folder: Path, name: str) -> Path | None:
    """The same of a name; None of one that no file can have."""
    try:
        return real(folder / name)
    except ValueError:  # it holds a zero, or half a character
        return None


def is_file(path: Path) -> bool:
    """As `Path.is_file`, of a name of any length too."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
