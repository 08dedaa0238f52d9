"""Reads files as they are here, or as they were at a revision: `PATH` or `REV:PATH`.

A name with a colon is a revision, whatever files there are: a pull request may commit a file that
is called `<sha>:allowlist.yaml`. A file with a colon in its name is written `./NAME`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from checker.bounded import read_input
from checker.errors import InputError
from checker.patterns import pattern

if TYPE_CHECKING:
    import subprocess

    from checker.vetting.includes import Files

EMPTY = b"version: 1\n"
"""What a revision that has no allowlist vets: nobody."""
_PATH = pattern(r"[./\\]|[A-Za-z]:[\\/]")
"""How a name begins that can be no revision: `./`, `/`, or the drive of Windows."""
_FILE = b"100"
"""The mode of a regular file; a link's is 120000, a module's 160000."""


def parts(name: str) -> tuple[str | None, str]:
    """Revision and path of a name; None for a file that is here."""
    revision, colon, inside = name.partition(":")
    if not colon or _PATH.match(name):
        return None, name
    if not inside:
        raise InputError(f"{name!r} names no file", hint=f"write {revision}:allowlist.yaml")
    return revision, inside


def read(name: str) -> bytes:
    """The bytes that a name stands for. Raises InputError for a file or revision that there is
    not."""
    revision, path = parts(name)
    if revision is None:
        return read_input(Path(path))
    found = Revision(revision).read(path)
    if found is None:
        raise InputError(f"{path} is not in {revision}", hint="check the path")
    return found


def beside(name: str) -> Files:
    """The files from a name's folder on, of the same side: what a revision's file includes is read
    from that revision, whatever stands in the working tree."""
    from checker.vetting.includes import Disk

    revision, path = parts(name)
    return Disk(Path(path).parent) if revision is None else _Beside(Revision(revision), path)


class _Beside:
    """Of a revision, from a file's folder on."""

    def __init__(self, revision: Revision, path: str) -> None:
        self._revision, self._folder = revision, Path(path).parent

    def read(self, name: str) -> bytes | None:
        return self._revision.read(str(self._folder / name))

    def names(self, folder: str) -> list[str] | None:
        return self._revision.names(str(self._folder / folder))


def adds(base: str, head: str) -> bool:
    """Whether the base's revision lacks the very file that is the head: a change that adds it.
    That a revision lacks another one than that is a misspelt path, and not everything is new."""
    revision, path = parts(base)
    root = repository()
    return (
        revision is not None
        and inside(path, root) == inside(parts(head)[1], root)
        and Revision(revision).read(path) is None
    )


class Revision:
    """The files of a commit, by paths relative to this folder. Nothing of the working tree is
    read: neither files nor attributes nor filters. Raises InputError for a revision that there is
    not."""

    def __init__(self, name: str) -> None:
        self.name = name
        # a full id is never looked up as a branch, so its name cannot be taken by one
        asked = f"{name}^{{commit}}"
        found = git("rev-parse", "--verify", "--quiet", "--end-of-options", asked)
        if found.returncode != 0:
            raise InputError(
                f"neither a file nor a revision of git: {name!r}",
                hint="in CI, fetch the base: actions/checkout with fetch-depth: 0",
            )
        self.commit = found.stdout.decode().strip()
        self.root = repository()
        self._entries = _tree(self.root, self.commit)

    def read(self, path: str) -> bytes | None:
        """None where the commit has no such file. A link is refused: it may lead anywhere."""
        entry = self._entries.get(inside(path, self.root) or "")
        if entry is None:
            return None
        if not entry.mode.startswith(_FILE):
            raise InputError(f"{path} is no regular file in {self.name}", hint="commit the file")
        return told("cat-file", "blob", entry.blob)

    def marks(self) -> dict[str, str]:
        """Mode and id of each file, by its path from the repository's root."""
        return {path: f"{e.mode.decode()} {e.blob}" for path, e in self._entries.items()}

    def names(self, folder: str) -> list[str] | None:
        """The names of the files in a folder, in order; None where the commit has no such folder
        with files."""
        found = self.below(folder)
        return [rest for rest in found if "/" not in rest] if found else None

    def below(self, folder: str) -> list[str]:
        """The files in a folder and its folders, in order, by their paths from it."""
        name = inside(folder, self.root)
        if name is None:
            return []
        if name in self._entries:  # a link to a folder, or another repository: not looked into
            raise InputError(f"{folder} is no folder in {self.name}", hint="commit the files")
        start = f"{name}/" if name else ""
        return [path.removeprefix(start) for path in self._entries if path.startswith(start)]


class _Entry(NamedTuple):
    mode: bytes
    blob: str


@lru_cache(maxsize=2)
def _tree(_root: Path, commit: str) -> Mapping[str, _Entry]:
    """A review asks for each side by several names, and a large repository's list takes seconds."""
    return dict(_listed(commit))


def _listed(commit: str) -> Iterator[tuple[str, _Entry]]:
    """Every file of a commit, by its path from the root."""
    listed = told("ls-tree", "-r", "-z", "--full-tree", commit)
    for line in listed.split(b"\0")[:-1]:
        head, _, path = line.partition(b"\t")
        mode, _, blob = head.split()
        yield path.decode("utf-8", "surrogateescape"), _Entry(mode, blob.decode())


def inside(path: str, root: Path) -> str | None:
    """A path from the repository's root, by its text alone; None for one that leads out of it."""
    whole = Path(os.path.normpath(Path.cwd().resolve() / path))
    if not whole.is_relative_to(root):
        return None
    within = whole.relative_to(root).as_posix()
    return "" if within == "." else within


def refuse_link(path: str) -> None:
    """Raises InputError for a name in the repository that a link stands in for, or on the way to
    it, and for what is neither file nor folder. What lies elsewhere no pull request changes."""
    root = repository()
    within = inside(path, root)
    if within is None or not os.path.lexists(root / within):
        return
    target = root / within
    if target.resolve() != target or not (target.is_file() or target.is_dir()):
        hint = "commit the file itself: a review follows no link of what it reviews"
        raise InputError("is a link, or no regular file", path=path, hint=hint)


def tracked(path: Path) -> bool:
    """Whether git has a file there, or in that folder, be it only staged."""
    # outside of a repository git fails, and tracks nothing
    return bool(git("ls-files", "-z", "--", str(path)).stdout)


def repository() -> Path:
    """The folder of the repository that this folder is in; without a work tree, this folder."""
    return _root(Path.cwd())


@cache
def _root(here: Path) -> Path:
    """Asked for each file that is read, and the same as long as a command runs."""
    shown = git("rev-parse", "--show-toplevel")
    return Path(shown.stdout.decode().rstrip("\n")).resolve() if shown.stdout else here


def git(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    """What git says, without a shell. Raises TimeoutExpired after a minute."""
    import subprocess  # most checks ask git nothing

    command = ["git", "--no-replace-objects", "--literal-pathspecs", *arguments]
    try:
        return subprocess.run(command, capture_output=True, check=False, timeout=60)  # noqa: S603  no shell; options end before what the user typed
    except FileNotFoundError:
        raise InputError("git is not installed", hint="give two files instead") from None


def told(*arguments: str, none: int = 0) -> bytes:
    """What git says. Raises InputError where it fails, as a tree that it cannot give is no empty
    one: rules of the base that were not read would be rules that nobody has. `none`: the code by
    which it says that there is nothing."""
    done = git(*arguments)
    if done.returncode in (0, none):
        return done.stdout
    said = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["no reason"]
    raise InputError(
        f"git cannot give all of the revision: {said[-1]}",
        hint="fetch it whole: actions/checkout with fetch-depth: 0 and no filter",
    )
