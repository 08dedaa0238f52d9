"""manifest-sha256.txt: the digest of every other file, as `sha256sum -c` reads it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from checker.evidence.model import MANIFEST

_LINE = re.compile(r"([0-9a-f]{64})  ([A-Za-z0-9._/-]+)")


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def names(folder: Path) -> list[str]:
    """Every file of a folder, relative, with forward slashes, in order."""
    found = (path for path in folder.rglob("*") if not path.is_dir())
    return sorted(path.relative_to(folder).as_posix() for path in found)


def manifest(folder: Path) -> bytes:
    listed = [name for name in names(folder) if name != MANIFEST]
    return "".join(f"{digest(folder / name)}  {name}\n" for name in listed).encode()


def compare(folder: Path) -> Iterator[tuple[str, str]]:
    """Each file that is changed, missing or added, and what is wrong with it."""
    if not (folder / MANIFEST).is_file():
        yield MANIFEST, "is missing"
        return
    listed = _listed(folder / MANIFEST)
    if listed is None:
        yield MANIFEST, "is not in the form that vendorgate writes"
        return
    here = set(names(folder)) - {MANIFEST}
    for name in sorted(here | listed.keys()):
        if name not in here:
            yield name, f"is missing, but listed in {MANIFEST}"
        elif name not in listed:
            yield name, f"was added: it is not listed in {MANIFEST}"
        elif digest(folder / name) != listed[name]:
            yield name, f"was changed: its SHA-256 is not the one in {MANIFEST}"


def _listed(path: Path) -> dict[str, str] | None:
    """None unless it is written to the byte as `manifest` would: sorted, each name once."""
    data = path.read_bytes()
    matches = [_LINE.fullmatch(line) for line in data.decode("ascii", "replace").split("\n")[:-1]]
    listed = {match[2]: match[1] for match in matches if match}
    again = "".join(f"{listed[name]}  {name}\n" for name in sorted(listed))
    return listed if again.encode() == data and MANIFEST not in listed else None
