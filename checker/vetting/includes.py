"""`include:`: an allowlist of several files, so that each may have owners of its own (CODEOWNERS).

They are read as one, strictly: what a single file refuses (an account under two vendors, a name or
an exception twice) is refused across files. A file is named from the folder of the one that
includes it, and lies in the folder of the first one or below. No link is followed, as a pull
request may put one in place of a file that somebody owns.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Protocol

from msgspec.structs import replace

from checker.bounded import read_bytes
from checker.document import Document, Location, Mark, Part
from checker.errors import InputError, first_of
from checker.vetting.drafts import filled_in
from checker.yamlfile import MAX_BYTES, parse_yaml

KEY = "include"
MAX_FILES, MAX_DEPTH = 1000, 10
_OWN = "organization"
_PLAIN = re.compile(r"[^\\:*?\x00-\x1f]+")
_LISTS = frozenset({"vendors", "image_aliases", "exceptions", "gaps"})
_OWN_LISTS = frozenset({"ids", "accounts", "federation", "evidence"})
_ELSEWHERE = "name a file in the allowlist's own folder or below it, such as allowlist.d/team.yaml"


class Files(Protocol):
    """Files by their paths from the first one's folder, with forward slashes."""

    def read(self, name: str) -> bytes | None:
        """None where there is no such file. Raises InputError for a link, and for what is no
        file."""

    def names(self, folder: str) -> list[str] | None:
        """The names of the files in a folder; None where there is no such folder."""


class Disk:
    """Those of this machine."""

    def __init__(self, root: Path) -> None:
        """`root`: the first file's folder."""
        self._root = root.resolve()

    def read(self, name: str) -> bytes | None:
        target = self._root / name
        self._refuse_link(target, name)
        if not target.exists():
            return None
        if not target.is_file():
            raise InputError(f"{name} is no regular file", hint="give the file itself")
        try:
            return read_bytes(target)
        except OSError as error:
            raise InputError(f"{name} cannot be read: {error.strerror}") from None

    def names(self, folder: str) -> list[str] | None:
        target = self._root / folder
        self._refuse_link(target, folder)
        return [one.name for one in target.iterdir()] if target.is_dir() else None

    def _refuse_link(self, target: Path, name: str) -> None:
        if target.is_symlink() or target.resolve() != target:
            raise InputError(f"{name} is a link, or behind one", hint="put the file itself there")


def named_by(data: bytes, path: Path) -> list[str]:
    """The files that an allowlist includes, from its folder, as far as they can be told. Raises
    InputError where it is no YAML."""
    walk = _Walk("", Disk(path.parent), {})
    walk.visit(path.name, data, parse_yaml(data, str(path)))
    return [part.name for part, _ in walk.found[1:]]


def whole(
    data: bytes, path: str, files: Files, replaced: dict[str, bytes] | None = None
) -> Document:
    """The document of a file and all that it includes. Raises InputError, which knows all else
    that is wrong with any of them."""
    document = parse_yaml(data, path)
    if not isinstance(document.value, dict) or not document.value.get(KEY):
        return document
    name = posixpath.basename(path.replace("\\", "/").rpartition(":")[2])  # of REV:PATH too
    walk = _Walk(path[: len(path) - len(name)], files, replaced or {})
    walk.visit(name, data, document)
    if walk.errors:
        raise first_of(walk.errors)
    return replace(_merged(walk.found), includes=tuple(walk.includes))


class _Walk:
    """From file to file, each once, the including one before those that it includes."""

    def __init__(self, folder: str, files: Files, replaced: dict[str, bytes]) -> None:
        """`folder`: how names of files begin, as they are shown."""
        self._folder = folder
        self._files, self._replaced = files, replaced
        self._open: list[str] = []
        self._left = MAX_BYTES
        self._seen: dict[str, str] = {}
        self.found: list[tuple[Part, Document]] = []
        self.includes: list[tuple[str, Mark]] = []
        self.errors: list[InputError] = []

    def visit(self, name: str, data: bytes, document: Document) -> None:
        from checker.vetting.written import entries_of

        self._seen.setdefault(name, f"{document.path}:1")
        self.found.append((Part(name, data, document.sha256), document))
        try:
            entries_of(replace(document, value=filled_in(document.value)))
        except InputError as error:
            self._add(error)
            return
        self._open.append(name)
        for number, pattern in enumerate(document.value.get(KEY) or ()):
            at = (KEY, number)
            with self._kept(document, at):
                whole = posixpath.join(posixpath.dirname(name), pattern)
                for each in self._named(whole, pattern):
                    for one in dict.fromkeys((whole, each)):
                        self.includes.append((one, self._mark(document, at)))
                    with self._kept(document, at):
                        self._include(each, document, at)
        self._open.pop()

    def _mark(self, document: Document, at: Location) -> Mark:
        mark, first = document.mark(at), self.found[0][1]
        return mark if document is first else replace(mark, path=document.path)

    @contextmanager
    def _kept(self, document: Document, at: Location) -> Iterator[None]:
        """What is wrong is kept, and all else is looked at."""
        try:
            yield
        except InputError as error:
            self._add(error if error.path else document.error(at, error.message, error.hint))

    def _add(self, error: InputError) -> None:
        self.errors += (error, *error.others)
        error.others = ()

    def _include(self, name: str, document: Document, at: Location) -> None:
        if name in self._open:
            ring = " → ".join([*self._open[self._open.index(name) :], name])
            raise document.error(at, f"a file includes itself: {ring}", "leave one of them out")
        if name in self._seen:
            raise document.error(
                at, f"{name} is included twice, first by {self._seen[name]}", "include it once"
            )
        if len(self._seen) >= MAX_FILES or len(self._open) > MAX_DEPTH:
            told = f"more than {MAX_FILES:,} files, or {MAX_DEPTH} within each other"
            raise document.error(at, told, "put entries together")
        data = self._replaced.get(name)
        data = self._files.read(name) if data is None else data
        if data is None:
            raise document.error(at, f"there is no file {name}", "check the path")
        self._seen[name] = f"{document.path}:{document.mark(at).line}"
        self._left -= len(data)
        if self._left < 0:
            raise document.error(at, f"all files together are larger than {MAX_BYTES >> 20} MiB")
        self.visit(name, data, parse_yaml(data, f"{self._folder}{name}"))

    def _named(self, whole: str, pattern: str) -> list[str]:
        """The files that a path or pattern names, in order; `whole`: from the first one's
        folder."""
        *way, last = pattern.split("/")
        if not all(map(_plain, way)) or not _plain(re.sub(r"[*?]", "x", last)):
            told = f"{pattern!r} is no path below this folder"
            if any("*" in part or "?" in part for part in way):
                raise InputError(f"{pattern!r} has a wildcard in the name of a folder",
                                 hint="write a line for each folder")  # fmt: skip
            raise InputError(told, hint=_ELSEWHERE)
        within = posixpath.dirname(whole)
        if not re.search(r"[*?]", last):
            return [whole]
        listed = self._files.names(within)
        found = sorted(one for one in listed or () if fits(one, last))
        if not found:
            raise InputError(f"{pattern} fits no file", hint="leave it out, or check the path")
        if odd := next((one for one in found if not _plain(one)), None):
            told = f"{pattern} fits {odd!r}, which a reader may take for another name"
            raise InputError(told, hint="call it by letters and digits")
        return [posixpath.join(within, one) for one in found]


def _plain(part: str) -> bool:
    """Whether it is one name, and is shown as what it is."""
    known = bool(_PLAIN.fullmatch(part)) and part.isprintable()
    return known and part not in (".", "..", "~") and part == part.strip()


def fits(name: str, pattern: str) -> bool:
    """As a shell does: no hidden file, unless its dot is written."""
    hidden = name.startswith(".") and not pattern.startswith(".")
    return not hidden and fnmatchcase(name, pattern.replace("[", "[[]"))


def _merged(found: list[tuple[Part, Document]]) -> Document:
    """One document of all: the lists of each behind those of the ones before."""
    first = found[0][1]
    value, marks = dict(first.value), dict(first.marks)
    for _, document in found[1:]:
        for at, mark in document.marks.items():
            if (there := _shifted(at, value)) is not None:
                marks.setdefault(there, Mark(mark.line, mark.column, mark.text, document.path))
        _append(value, document.value)
    parts = tuple(part for part, _ in found)
    return Document(first.path, value, marks, _digest(parts), parts)


def _append(value: dict[str, Any], more: dict[str, Any]) -> None:
    for key in sorted(_LISTS & more.keys()):
        value[key] = [*(value.get(key) or ()), *more[key]]
    if _OWN in more:
        own = dict(value.get(_OWN) or {})
        for key in sorted(_OWN_LISTS & more[_OWN].keys()):
            own[key] = [*(own.get(key) or ()), *more[_OWN][key]]
        value[_OWN] = own


def _shifted(at: Location, value: dict[str, Any]) -> Location | None:
    """Where a value of a further file stands in the whole; None for one that is no entry."""
    if not at or at[0] not in (*_LISTS, _OWN):
        return None
    depth = 1 if at[0] in _LISTS else 2
    if depth == 2 and at[1:] and at[1] not in _OWN_LISTS:
        return None
    if len(at) <= depth:
        return at
    lists = value if depth == 1 else value.get(_OWN) or {}
    before = len(lists.get(str(at[depth - 1])) or ())
    return (*at[:depth], int(at[depth]) + before, *at[depth + 1 :])


def _digest(parts: tuple[Part, ...]) -> str:
    """Over all files: that of the first, then digest and name of each further one, a line each, in
    the order in which they are read."""
    return hashlib.sha256("".join(_lines(parts)).encode(errors="surrogateescape")).hexdigest()


def _lines(parts: tuple[Part, ...]) -> Iterator[str]:
    yield f"{parts[0].sha256}\n"
    for part in parts[1:]:
        yield f"{part.sha256}  {part.name}\n"
