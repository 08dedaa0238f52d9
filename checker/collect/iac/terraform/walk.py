"""Files below a folder whose names fit a pattern: as Terraform's `fileset` matches them, or more.

Links are followed, as Terraform follows them; what is walked is bounded, so that neither a round of
links nor a large tree holds anybody up.
"""

from __future__ import annotations

import os
from fnmatch import fnmatchcase
from pathlib import Path

from checker.collect.iac.files import LEFT_OUT, PACKAGES

MOST = 1_000
"""Files that fit."""
_ENTRIES = 20_000
"""Names that are looked at."""
ANY = "**"
"""Folders, as many as there are; at the end, whatever is in them."""
_ODD = ("{", "\\", "[^", "[!")
"""What Python's patterns do not have: from there on, anything fits."""
States = frozenset[int]


def parts_of(pattern: str) -> list[str]:
    found: list[str] = []
    for part in (one for one in pattern.split("/") if one not in ("", ".")):
        if any(sign in part for sign in _ODD):
            return [*found, ANY]
        found.append(part if part == ANY else part.replace(ANY, "*"))
    return found


def fitting(folder: Path, parts: list[str]) -> tuple[list[Path], bool]:
    """In a fixed order; and whether these are all: what was installed there is left out."""
    found: list[Path] = []
    waiting = [(folder, _on(parts, {0}))]
    left, whole = _ENTRIES, True
    while waiting:
        here, states = waiting.pop()
        entries = _listed(here)
        if entries is None:
            return found, False
        for entry in entries:
            left -= 1
            if left < 0 or len(found) > MOST:
                return sorted(found)[:MOST], False
            after = _step(parts, states, entry.name)
            if after and _leads_to(entry, folder=True):
                whole = whole and entry.name not in PACKAGES
                waiting += [(here / entry.name, after)] if entry.name not in LEFT_OUT else []
            elif len(parts) in after and _leads_to(entry, folder=False):
                found.append(here / entry.name)
    return sorted(found)[:MOST], whole and len(found) <= MOST


def _listed(folder: Path) -> list[os.DirEntry[str]] | None:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda one: one.name)
    except FileNotFoundError:
        return []
    except OSError:
        return None


def _leads_to(entry: os.DirEntry[str], *, folder: bool) -> bool:
    try:
        return entry.is_dir() if folder else entry.is_file()
    except OSError:  # a round of links
        return False


def _step(parts: list[str], states: States, name: str) -> States:
    """Where in the pattern one stands behind a name."""
    after = {at if parts[at] == ANY else at + 1 for at in states if at < len(parts)
             if parts[at] == ANY or fnmatchcase(name, parts[at])}  # fmt: skip
    return _on(parts, after)


def _on(parts: list[str], states: set[int]) -> States:
    """`**` fits no folder as well."""
    found = set(states)
    for at, part in enumerate(parts):
        if at in found and part == ANY:
            found.add(at + 1)
    return frozenset(found)
