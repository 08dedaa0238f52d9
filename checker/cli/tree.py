"""Where settings, policies and baseline are read: this folder, or a commit of its repository.

A pull request brings its own settings and policies. Whoever judges it reads those of the base.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from checker.bounded import read_bytes, unreadable
from checker.cli.gitfile import Revision, inside, refuse_link
from checker.cli.wholetree import Whole, WholeHere, WholeRevision

YAML = (".yaml", ".yml")


class Tree(Protocol):
    """Files by paths relative to this folder."""

    def read(self, path: str) -> bytes | None:
        """None where there is no such file."""

    def names(self, folder: str) -> list[str] | None:
        """The names in a folder, in order; None where there is no such folder."""

    def whole(self) -> Whole:
        """All files of the repository."""

    def shown(self, path: str) -> str:
        """How errors and reports call a file."""


class Here:
    """The files as they are now. `links`: follow them; those of a pull request may lead to the
    secrets of whoever reviews it, or to a device without an end."""

    def __init__(self, *, links: bool = True) -> None:
        self._links = links

    def read(self, path: str) -> bytes | None:
        self._refuse_links(path)
        try:
            return read_bytes(Path(path)) if Path(path).is_file() else None
        except OSError as error:
            raise unreadable(error, path) from None

    def names(self, folder: str) -> list[str] | None:
        self._refuse_links(folder)
        return sorted(p.name for p in Path(folder).iterdir()) if Path(folder).is_dir() else None

    def _refuse_links(self, path: str) -> None:
        if not self._links:
            refuse_link(path)

    def whole(self) -> WholeHere:
        return WholeHere()

    def shown(self, path: str) -> str:
        return path


class At:
    """The files as they were at a revision. What lies outside of the repository, which no pull
    request changes, is read where it is."""

    def __init__(self, name: str) -> None:
        self._revision = Revision(name)
        self.name = name

    def read(self, path: str) -> bytes | None:
        return Here().read(path) if self._outside(path) else self._revision.read(path)

    def names(self, folder: str) -> list[str] | None:
        return Here().names(folder) if self._outside(folder) else self._revision.names(folder)

    def whole(self) -> WholeRevision:
        return WholeRevision(self._revision)

    def shown(self, path: str) -> str:
        return path if self._outside(path) else f"{self.name}:{path}"

    def _outside(self, path: str) -> bool:
        return inside(path, self._revision.root) is None


def tree_of(revision: str | None) -> Tree:
    """None for this folder. Raises InputError for a revision that there is not: an empty one is a
    variable that a workflow did not set."""
    return Here() if revision is None else At(revision)


def policy_texts(tree: Tree, folder: str) -> dict[str, bytes] | None:
    """Path → text of the policies in a folder; None where there is no such folder."""
    names = tree.names(folder)
    if names is None:
        return None
    paths = [f"{folder}/{name}" for name in names if name.endswith(YAML)]
    found = {path: tree.read(path) for path in paths}
    return {tree.shown(path): text for path, text in found.items() if text is not None}
