"""Which files a command reads: named ones, those of folders and globs, standard input."""

from __future__ import annotations

import glob
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from checker.collect.iac.records import read_bytes
from checker.errors import InputError
from checker.plurals import few

STDIN = "-"
PACKAGES = ("node_modules", "venv", ".venv", ".terraform", ".tox")
"""Folders of what was installed, which nobody here deploys: left out, and told."""
_NO_FILES = (".git", "__pycache__")
"""Folders that hold none of the repository's files."""
LEFT_OUT = (*PACKAGES, *_NO_FILES)
LINK = "links that lead elsewhere"


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
        return read_bytes(self.path, most, named=self.named)

    def head(self, size: int) -> bytes:
        """How it begins; nothing of what is no file, such as a pipe. Raises InputError."""
        try:
            if not stat.S_ISREG(self.path.stat().st_mode):
                return b""
            with self.path.open("rb") as file:
                return file.read(size)
        except OSError as error:
            reason = error.strerror or error
            raise InputError(f"cannot be read: {reason}", path=self.path) from None


class InputFiles(list[InputFile]):
    """`left_out`: folders that were not looked into, with the reason."""

    def __init__(self, files: Iterable[InputFile], left_out: dict[Path, str]) -> None:
        super().__init__(files)
        self.left_out = left_out

    def told(self, root: Path) -> Iterator[str]:
        """A sentence for each reason; folders are named below the root, links as they are."""
        for reason, several in groupby(sorted(self.left_out.items(), key=_by), key=_by):
            paths = [_below_root(path, root) for path, _ in several]
            yield f"Folders not looked into, as they are {reason}: {len(paths)} ({few(paths)})."


def _below_root(path: Path, root: Path) -> str:
    relative = Path(os.path.relpath(path, root))
    return path.name if relative.parts[0] == ".." else relative.as_posix()


def _by(entry: tuple[Path, str]) -> str:
    return entry[1]


def input_files(texts: Iterable[str], endings: tuple[str, ...]) -> InputFiles:
    """The files behind arguments, each once: of a folder those with these endings, at any depth.

    Raises InputError for a path or glob that leads nowhere."""
    found: dict[Path, InputFile] = {}
    left_out: dict[Path, str] = {}
    for text in texts:
        for one in _files(text, endings, left_out):
            found.setdefault(one.path, one)
    return InputFiles(found.values(), left_out)


def _files(text: str, endings: tuple[str, ...], left_out: dict[Path, str]) -> list[InputFile]:
    path = Path(text)
    if text == STDIN or (path.exists() and not path.is_dir()):
        return [InputFile(path)]
    if path.is_dir():
        walk = _below(path, endings, left_out, {os.path.realpath(path)})
        return [InputFile(one, named=False) for one in walk]
    files = [*_matched(text, left_out)] if glob.has_magic(text) else []
    if files:
        return [InputFile(one, named=False) for one in files]
    raise InputError("no such file or folder, and no glob that matches", path=text)


def _matched(text: str, left_out: dict[Path, str]) -> Iterator[Path]:
    parts = Path(text).parts
    fixed = next(n for n, part in enumerate(parts) if glob.has_magic(part))  # somebody named these
    # not Path.glob, which takes no absolute pattern
    for name in sorted(glob.glob(text, recursive=True, include_hidden=True)):  # noqa: PTH207
        path = Path(name)
        left = (n for n, part in enumerate(path.parts) if n >= fixed and part in LEFT_OUT)
        at = next(left, None)
        if at is None and path.exists() and not path.is_dir():
            yield path
        elif at is not None and path.parts[at] in PACKAGES:
            left_out[Path(*path.parts[: at + 1])] = "of installed packages"


def _below(
    folder: Path, endings: tuple[str, ...], left_out: dict[Path, str], been: set[str]
) -> Iterator[Path]:
    """`been`: folders whose links would lead round in a circle."""
    for here, folders, names in os.walk(folder):
        yield from (Path(here, name) for name in sorted(names) if name.lower().endswith(endings))
        inside = sorted(one for one in folders if one not in LEFT_OUT)
        packages = [Path(here, one) for one in folders if one in PACKAGES]
        left_out.update(dict.fromkeys(packages, "of installed packages"))
        folders[:] = [one for one in inside if not Path(here, one).is_symlink()]
        for link in (Path(here, one) for one in inside if one not in folders):
            yield from _linked(link, endings, left_out, been)


def _linked(
    link: Path, endings: tuple[str, ...], left_out: dict[Path, str], been: set[str]
) -> Iterator[Path]:
    """What a link leads to, unless it was there already or is outside of where we stand: a link
    in somebody's pull request may lead anywhere on this machine."""
    real = Path(os.path.realpath(link))
    if any(real.is_relative_to(one) for one in been):
        return
    around = any(Path(one).is_relative_to(real) for one in been)
    if around or not real.is_relative_to(Path.cwd().resolve()):
        left_out[link] = LINK
        return
    been.add(str(real))
    yield from _below(link, endings, left_out, been)
