"""Files that expressions of a folder read: `file`, `filebase64`, `templatefile`, `fileset`."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from glob import escape
from itertools import islice
from pathlib import Path

from checker.collect.iac.files import LEFT_OUT
from checker.collect.iac.nearby import is_file, nearby, real
from checker.collect.iac.terraform.syntax import MAX_BYTES
from checker.collect.iac.unknown import A_MARK, is_unresolved, shown
from checker.collect.iac.unread import text_in

_MOST = 1_000
"""Files of one set, or that one name may stand for."""
_ROOM = 64 << 20
"""Bytes of all files that one folder reads."""
_ANY = "\0"
_LITERAL = re.compile(r"[^*?/.]")
_NO_PATTERN = re.compile(r"[{\\]|\[\^|\*\*[^/]|[^/]\*\*")
"""What Python's patterns of files do not have."""


class FileReads:
    """`found`: what each holds; `unread`: names of those that were not looked through."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.found: dict[Path, bytes] = {}
        self.unread: dict[str, None] = {}
        self._room = _ROOM

    def text(self, name: str, root: Path) -> str | None:
        """A file of the module, or of the repository; None where it is elsewhere, no text, or
        where nobody knows which: all that it may be are looked through."""
        if is_unresolved(name):
            base, pattern = _split(name)
            if not self._all(base, pattern, root):
                self.unread[str(shown(name))] = None
            return None
        path = nearby(self._folder, name)
        if path is None or not self._look_through(path, root):
            self.unread[name] = None
            return None
        with contextlib.suppress(UnicodeDecodeError):
            return self.found[path].decode()
        return None

    def several(self, folder: str, pattern: str, root: Path) -> None:
        """All files of a set; of the whole folder where its pattern is not known, or Python has
        none like it."""
        base, inner = _split(folder) if is_unresolved(folder) else (folder, "")
        plain = not is_unresolved(pattern) and not _NO_PATTERN.search(pattern)
        whole = "/".join(one for one in (inner, pattern if plain else "**") if one)
        if self._all(base, whole, root, known=plain) is None:
            self.unread[str(shown(f"{folder}/{pattern}"))] = None

    def each_unread(self) -> list[str]:
        """Without a choice of two of them, as it was before one was taken."""
        parts = {one: inner for one in self.unread if "$" in one and (inner := one.strip("${}"))}
        return [
            name
            for name in self.unread
            if name not in parts
            or not any(inner in name for one, inner in parts.items() if one != name)
        ]

    def _all(self, base: str, pattern: str, root: Path, *, known: bool = False) -> bool | None:
        """Whether there are files that fit, all of which were looked through; None where some were
        not. `known`: the pattern is written so."""
        below = nearby(self._folder, base) or Path("/")
        whole = below in (self._folder.resolve(), root) and not (known or _LITERAL.search(pattern))
        if whole or ".." in pattern.split("/") or not self._is_inside(below, root):
            return None
        paths = sorted(islice(_files(below, pattern), _MOST + 1))
        read = [self._look_through(real(one), root) for one in paths[:_MOST]]
        return bool(paths) if len(paths) <= _MOST and all(read) else None

    def _is_inside(self, path: Path, root: Path) -> bool:
        return path.is_relative_to(self._folder.resolve()) or path.is_relative_to(root)

    def _look_through(self, path: Path, root: Path) -> bool:
        if path not in self.found and self._is_inside(path, root) and self._room > 0:
            held = text_in(path, MAX_BYTES)
            self.found |= {} if held is None else {path: held}
            self._room -= len(held or b"")
        return path in self.found


def _split(name: str) -> tuple[str, str]:
    """The folder up to the first part in which something is not known, and the pattern of what the
    name may stand for in it: a part that is not known may hold folders, but leads not up."""
    parts = re.sub(A_MARK, _ANY, name).split("/")
    first = next(at for at, one in enumerate(parts) if _ANY in one)
    told = [_part(one) for one in parts[first:]]
    return "/".join(parts[:first]) or ("/" if name.startswith("/") else "."), "/".join(told)


def _part(text: str) -> str:
    inner = "**/" if text.startswith(_ANY) and text.strip(_ANY) else ""
    return "**" if not text.strip(_ANY) else inner + escape(text).replace(_ANY, "*")


def _files(folder: Path, pattern: str) -> Iterator[Path]:
    """Without what was installed there. To Python, `**` at the end stands for folders alone."""
    whole = f"{pattern}/*" if pattern.split("/")[-1] == "**" else pattern
    with contextlib.suppress(ValueError, NotImplementedError, OSError):
        for one in folder.glob(whole):
            if is_file(one) and not {*one.relative_to(folder).parts} & {*LEFT_OUT}:
                yield one
