"""Files that expressions of a folder read: `file`, `filebase64`, `templatefile`, `fileset`."""

from __future__ import annotations

import contextlib
import re
from glob import escape
from pathlib import Path

from checker.collect.iac.nearby import nearby, real
from checker.collect.iac.terraform.syntax import MAX_BYTES
from checker.collect.iac.terraform.walk import ANY, Listings, fitting, parts_of
from checker.collect.iac.unknown import A_MARK, is_unresolved, shown
from checker.collect.iac.unread import text_in

_ROOM = 64 << 20
"""Bytes of all files that one folder reads."""
_MARK = "\0"
_WILD = re.compile(r"[*?\[{\\]")
_LITERAL = re.compile(r"[^*?/.]")


class FileReads:
    """`found`: what each holds; `unread`: names of those that were not looked through."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.found: dict[Path, bytes] = {}
        self.unread: dict[str, None] = {}
        self._room = _ROOM
        self._listings: Listings = {}
        self._walked: dict[tuple[Path, str], tuple[list[Path], bool]] = {}

    def text(self, name: str, base: Path, root: Path) -> str | None:
        """A file below `base` or `root`, or of the module; None where it is elsewhere, no text, or
        where nobody knows which: all that it may be are looked through."""
        if is_unresolved(name):
            if not self._all(_of_name(name), base, root, known=False):
                self.unread[str(shown(name))] = None
            return None
        path = nearby(base, name)
        if path is None or not self._look_through(path, base, root):
            self.unread[name] = None
            return None
        with contextlib.suppress(UnicodeDecodeError):
            return self.found[path].decode()
        return None

    def several(self, folder: str, pattern: str, base: Path, root: Path) -> None:
        """All files of a set; of the whole folder where its pattern is not known."""
        known = not is_unresolved(folder) and not is_unresolved(pattern)
        whole = f"{_of_name(folder, plain=True)}/{_of_name(pattern, plain=True)}"
        if self._all(whole.rstrip("/"), base, root, known=known) is None:
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

    def _all(self, pattern: str, base: Path, root: Path, *, known: bool) -> bool | None:
        """Whether there are files that fit, all of which were looked through; None where some were
        not. `known`: the pattern is written so."""
        begin, inner = _split(pattern)
        below = nearby(base, begin)
        if below is None or not self._is_inside(below, base, root) or ".." in inner.split("/"):
            return None
        wholly = below in (real(self._folder), real(base), root)
        if not known and wholly and not _LITERAL.search(inner):
            return None
        if (below, inner) not in self._walked:
            self._walked[below, inner] = fitting(below, parts_of(inner), self._listings)
        paths, whole = self._walked[below, inner]
        read = [self._look_through(real(one), base, root) for one in paths]
        return bool(paths) if whole and all(read) else None

    def _is_inside(self, path: Path, base: Path, root: Path) -> bool:
        return any(map(path.is_relative_to, (real(self._folder), real(base), root)))

    def _look_through(self, path: Path, base: Path, root: Path) -> bool:
        if path not in self.found and self._room > 0 and self._is_inside(path, base, root):
            held = text_in(path, MAX_BYTES)
            self.found |= {} if held is None else {path: held}
            self._room -= len(held or b"")
        return path in self.found


def _split(pattern: str) -> tuple[str, str]:
    """The folder up to the first part that stands for several names, and the pattern below it."""
    parts = pattern.split("/")
    first = next((at for at, one in enumerate(parts) if _WILD.search(one)), len(parts) - 1)
    return "/".join(parts[:first]) or ("/" if pattern.startswith("/") else "."), "/".join(
        parts[first:]
    )


def _of_name(name: str, *, plain: bool = False) -> str:
    """The pattern of what a name may stand for: a part that is not known may hold folders, but
    leads not up. `plain`: what is known of it is a pattern."""
    return "/".join(_part(one, plain) for one in re.sub(A_MARK, _MARK, name).split("/"))


def _part(text: str, plain: bool) -> str:
    if _MARK not in text:
        return text if plain else escape(text)
    if not text.strip(_MARK):
        return ANY
    inner = f"{ANY}/" if text.startswith(_MARK) else ""
    return inner + (text if plain else escape(text)).replace(_MARK, "*")
