"""Files that a text of Terraform names, even where nothing looks, or whose use nobody can tell."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from checker.collect.iac.records import read_bytes
from checker.collect.iac.terraform.syntax import MAX_BYTES
from checker.errors import InputError

_READS = re.compile(r"\b(?:file|filebase64|fileset|templatefile)\s*\(")
_NAMED = re.compile(
    r"\b(?:file|filebase64|templatefile)\s*\(\s*\\?\"(?:\$\{path\.\w+\}/)?([^\"$\\]+)\\?\""
)


_SET = re.compile(
    r"\bfileset\s*\(\s*(?:path\.\w+|\"(?:\$\{path\.\w+\}/?)?([^\"$]*)\")\s*,\s*\"([^\"$]+)\"\s*\)"
)
_MOST = 1_000
"""Files of one set."""


def names_more(data: bytes) -> bool:
    """Whether it names files by more than what is written there."""
    text = data.decode(errors="replace")
    return len(_READS.findall(text)) > len(_NAMED.findall(text))


def included(data: bytes, folders: Iterable[Path], root: Path) -> Iterator[tuple[Path, bytes]]:
    """Those that can be read, in one of these folders, and below it or the root."""
    text = data.decode(errors="replace")
    for folder in folders:
        for path in sorted({(folder / name).resolve() for name in _NAMED.findall(text)}):
            yield from _read(path, folder, root)
        for inner, several in _SET.findall(text):
            below = (folder / inner).resolve()
            for path in _set(below, several) if _is_below(below, folder, root) else ():
                yield from _read(path, folder, root)


def _is_below(path: Path, folder: Path, root: Path) -> bool:
    return path.is_relative_to(folder) or path.is_relative_to(root)


def _read(path: Path, folder: Path, root: Path) -> Iterator[tuple[Path, bytes]]:
    if _is_below(path, folder, root):
        with contextlib.suppress(InputError):
            yield path, read_bytes(path, MAX_BYTES)


def _set(folder: Path, several: str) -> list[Path]:
    with contextlib.suppress(ValueError, NotImplementedError):  # no pattern
        return sorted(one.resolve() for one in islice(folder.glob(several), _MOST))
    return []
