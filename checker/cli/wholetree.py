"""The files of a whole repository as a side of a review has them: links and modes too.

A link is read as where it leads, never followed: a pull request may put one in place of a file.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable
from typing import Protocol

from checker.bounded import unreadable
from checker.cli.gitfile import Revision, git, repository, told

_LINK, _MODULE, _PROGRAM = "120000", "160000", "100755"


class Whole(Protocol):
    """Files by their paths from the repository's root."""

    def paths(self) -> frozenset[str]:
        """Of all files; here, of those that git does not ignore."""

    def mark(self, path: str) -> str | None:
        """Mode and id of a file's content, as git has them; None where there is no such file."""

    def content(self, path: str) -> bytes:
        """The bytes of a file, or where a link leads."""


class WholeRevision:
    """As they were at a revision."""

    def __init__(self, revision: Revision) -> None:
        self._revision = revision
        self._marks = revision.marks()
        self._contents: dict[str, bytes] = {}

    def paths(self) -> frozenset[str]:
        return frozenset(self._marks)

    def mark(self, path: str) -> str | None:
        return self._marks.get(path)

    def content(self, path: str) -> bytes:
        if path not in self._contents:
            mode, blob = self._marks[path].split()
            text = blob.encode() if mode == _MODULE else told("cat-file", "blob", blob)
            self._contents[path] = text
        return self._contents[path]

    def naming(self, texts: Iterable[str], *, pattern: str = "") -> frozenset[str]:
        """The files that have one of these texts in them, in any case, or what a pattern of POSIX
        fits, which the texts are then, too. Attributes of the working tree, which may call a file
        binary, change nothing. Raises TimeoutExpired."""
        several = [part for text in texts for part in ("-e", text)]
        if not pattern:
            return self._searched("--fixed-strings", *several)
        return self._searched("--extended-regexp", *several, "-e", pattern)

    def _searched(self, *asked: str) -> frozenset[str]:
        commit = self._revision.commit
        options = ("--ignore-case", "--text", "--files-with-matches", "--null")
        root = str(self._revision.root)
        run = ("-C", root, "grep", "--no-recurse-submodules", *options, *asked, commit)
        found = told(*run, none=1)
        start = f"{commit}:".encode()
        names = (name.removeprefix(start) for name in found.split(b"\0")[:-1])
        return frozenset(name.decode("utf-8", "surrogateescape") for name in names)


class WholeHere:
    """As they are now."""

    def __init__(self) -> None:
        self._root = repository()
        modes = git("config", "--type=bool", "core.fileMode").stdout.strip()
        self._modes = os.name == "posix" and modes != b"false"
        asked = ("ls-files", "-z", "--cached", "--others", "--exclude-standard")
        listed = git("-C", str(self._root), *asked).stdout
        names = [n.decode("utf-8", "surrogateescape") for n in listed.split(b"\0")[:-1]]
        self._paths = frozenset(name for name in names if self._inside(name))
        self._modules: dict[str, str] = {}
        self._programs: set[str] = set()
        self._look_at_the_index()

    def paths(self) -> frozenset[str]:
        return self._paths

    def mark(self, path: str) -> str | None:
        if path not in self._paths:
            return None
        mode, text = self._mode(path), self.content(path)
        if mode == _MODULE:  # whose id is that of its commit
            return f"{mode} {text.decode()}"
        header = f"blob {len(text)}\0".encode()
        return f"{mode} {hashlib.sha1(header + text, usedforsecurity=False).hexdigest()}"

    def content(self, path: str) -> bytes:
        target = self._root / path
        if target.is_symlink():
            return os.fsencode(target.readlink())
        if path in self._modules:
            return self._modules[path].encode()
        try:
            return target.read_bytes() if target.is_file() else b""
        except OSError as error:
            raise unreadable(error, path) from None

    def _mode(self, path: str) -> str:
        if (target := self._root / path).is_symlink():
            return _LINK
        if path in self._modules:
            return _MODULE
        # of a disk that has no modes, or none to be believed, git asks its index
        on_disk = self._modes and bool(target.stat().st_mode & stat.S_IXUSR)
        runs = on_disk if self._modes else path in self._programs
        return _PROGRAM if runs else "100644"

    def _look_at_the_index(self) -> None:
        listed = git("-C", str(self._root), "ls-files", "-z", "--stage").stdout
        for line in listed.split(b"\0")[:-1]:
            head, _, name = line.partition(b"\t")
            mode, id_ = head.decode().split()[:2]
            path = name.decode("utf-8", "surrogateescape")
            if mode == _MODULE:
                self._modules[path] = id_
            elif mode == _PROGRAM:
                self._programs.add(path)

    def _inside(self, path: str) -> bool:
        """Whether it is there, and no folder on the way to it is a link."""
        target = self._root / path
        there = os.path.lexists(target)
        return there and target.parent.resolve() == target.parent


def texts_of(side: Whole, paths: Iterable[str]) -> dict[str, bytes]:
    """Path → content, with a line before it where it is no plain file."""
    marks = {path: side.mark(path) for path in paths}
    return {p: _header(mark) + side.content(p) for p, mark in marks.items() if mark}


def _header(mark: str) -> bytes:
    words = {_LINK: b"(a link to) ", _MODULE: b"(a module at) ", _PROGRAM: b"(a program)\n"}
    return words.get(mark.split()[0], b"")


def is_no_file(mark: str | None) -> bool:
    """Whether a mark is that of a link, or of a module of git."""
    return mark is not None and mark.split()[0] in (_LINK, _MODULE)
