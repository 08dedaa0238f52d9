"""Which files a command reads: named ones, those of folders and globs, standard input."""

from __future__ import annotations

import glob
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from checker.collect.iac.records import read_bytes
from checker.errors import InputError

STDIN = "-"
_PASSED_OVER = ("node_modules", "__pycache__", "venv", ".venv", ".git", ".terraform", ".tox")


@dataclass(frozen=True)
class InputFile:
    """`named`: somebody asked for this very file; else it may turn out to be something else."""

    path: Path
    named: bool = True

    def read(self, most: int) -> bytes:
        """Raises InputError."""
        if str(self.path) == STDIN:
            data = sys.stdin.buffer.read(most + 1)
            if len(data) > most:
                raise InputError(f"larger than {most >> 20} MiB", path="standard input")
            return data
        return read_bytes(self.path, most)


def input_files(texts: Iterable[str], endings: tuple[str, ...]) -> list[InputFile]:
    """The files behind arguments, each once: of a folder those with these endings, at any depth.

    Raises InputError for a path or glob that leads nowhere."""
    found: dict[Path, InputFile] = {}
    for text in texts:
        for one in _files(text, endings):
            found.setdefault(one.path, one)
    return list(found.values())


def _files(text: str, endings: tuple[str, ...]) -> list[InputFile]:
    path = Path(text)
    if text == STDIN or path.is_file():
        return [InputFile(path)]
    if path.is_dir():
        return [InputFile(one, named=False) for one in _below(path, endings)]
    if glob.has_magic(text):
        # not Path.glob, which takes no absolute pattern
        matched = [Path(one) for one in sorted(glob.glob(text, recursive=True))]  # noqa: PTH207
        files = [one for one in matched if one.is_file() and not {*one.parts} & {*_PASSED_OVER}]
        if files:
            return [InputFile(one, named=False) for one in files]
    raise InputError("no such file or folder, and no glob that matches", path=text)


def _below(folder: Path, endings: tuple[str, ...]) -> Iterator[Path]:
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(one for one in folders if one not in _PASSED_OVER)
        yield from (Path(here, name) for name in sorted(names) if name.lower().endswith(endings))
