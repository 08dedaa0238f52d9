"""Files below a folder whose names fit a pattern: as Terraform's `fileset` matches them, or more.

Links are followed, as Terraform follows them; what is walked is bounded, so that neither a round of
links nor a large tree holds anybody up.
"""

from __future__ import annotations

import os
from fnmatch import fnmatchcase
from pathlib import Path

from checker.collect.iac.files import PACKAGES

MOST = 1_000
"""Files that fit."""
_ENTRIES = 20_000
"""Names that are looked at."""
ANY = "**"
"""Folders, as many as there are; at the end, whatever is in them."""
_ODD = ("{", "\\", "[^", "[!")
"""What Python's patterns do not have: from there on, anything fits."""
_LEFT_OUT = (*PACKAGES, ".git")
States = frozenset[int]
Listings = dict[Path, list[tuple[str, bool]] | None]


def parts_of(pattern: str) -> list[str]:
    found: list[str] = []
    for part in (one for one in pattern.split("/") if one not in ("", ".")):
        if any(sign in part for sign in _ODD):
            return [*found, ANY]
        found.append(part if part == ANY else part.replace(ANY, "*"))
    return found


def fitting(folder: Path, parts: list[str], listings: Listings) -> tuple[list[Path], bool]:
    """In a fixed order; and whether these are all: what was installed there is left out.
    `listings`: what folders held when they were last asked."""
    found: list[Path] = []
    waiting = [(folder, _on(parts, {0}))]
    left, whole = _ENTRIES, True
    while waiting:
        here, states = waiting.pop()
        if here not in listings:
            listings[here] = _listed(here)
        for name, is_folder in listings[here] or ():
            left -= 1
            if left < 0 or len(found) > MOST:
                return sorted(found)[:MOST], False
            after = _step(parts, states, name)
            if after and is_folder:
                whole = whole and name not in PACKAGES
                waiting += [(here / name, after)] if name not in _LEFT_OUT else []
            elif len(parts) in after:
                found.append(here / name)
        whole = whole and listings[here] is not None
    return sorted(found)[:MOST], whole and len(found) <= MOST


def _listed(folder: Path) -> list[tuple[str, bool]] | None:
    """The names of its folders and files, and whether they are folders."""
    try:
        with os.scandir(folder) as entries:
            found = [(one.name, _leads_to(one, folder=True)) for one in entries
                     if _leads_to(one, folder=True) or _leads_to(one, folder=False)]  # fmt: skip
            return sorted(found)
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
