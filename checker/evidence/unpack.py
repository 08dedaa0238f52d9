"""Opens a zip that anybody may have made: all of it is judged before any of it is written."""

from __future__ import annotations

import contextlib
import re
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from checker.bounded import unreadable
from checker.errors import InputError
from checker.evidence.layout import RefusedError, check_layout

MAX_FILES = 10_000
MAX_TOTAL = 8 << 30
BLOCK = 1 << 20
MAX_RATIO, RATIO_FROM = 300, 16 << 20
"""JSON Lines of equal roles deflate a hundredfold; a bomb a thousandfold."""
_PART = r"[A-Za-z0-9_][A-Za-z0-9._-]{0,199}"
_NAME = re.compile(rf"{_PART}(/{_PART}){{0,7}}/?")
_ENCRYPTED = 0x1 | 0x40 | 0x2000


def is_name(name: str) -> bool:
    """Whether a bundle may hold a file of this name."""
    return bool(_NAME.fullmatch(name)) and not name.endswith("/")


@contextlib.contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """A private temporary folder with the files. Raises InputError where `path` is no zip, and
    RefusedError for one that is hostile or damaged."""
    with contextlib.ExitStack() as stack:
        file, archive = _opened(path, stack)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="vendorgate-")))
        files = _files(archive, path.name)
        starts = check_layout(file, archive, path)
        for entry in files:
            _extract(file, starts[entry.filename], entry, folder)
        yield folder


def _opened(path: Path, stack: contextlib.ExitStack) -> tuple[BinaryIO, zipfile.ZipFile]:
    try:
        file = stack.enter_context(path.open("rb"))
        return file, stack.enter_context(zipfile.ZipFile(file))
    except OSError as error:
        raise unreadable(error, path) from None
    except (zipfile.BadZipFile, NotImplementedError, ValueError, UnicodeDecodeError):
        raise InputError("is not a zip file", path=path, hint="give a bundle") from None


def _files(archive: zipfile.ZipFile, name: str) -> list[zipfile.ZipInfo]:
    """The entries to extract, all of them judged."""
    entries = archive.infolist()
    if len(entries) > MAX_FILES:
        raise RefusedError(name, f"holds more than {MAX_FILES:,} files")
    for entry in entries:
        if fault := _fault(entry):
            raise RefusedError(entry.orig_filename, fault)
    _check_size(entries, name)
    files = [entry for entry in entries if not entry.is_dir()]
    _check_names(entries, files)
    return files


def _fault(entry: zipfile.ZipInfo) -> str | None:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    name = entry.orig_filename  # before zipfile mends it
    if not _NAME.fullmatch(name) or name != entry.filename:
        return "has a name that no bundle uses (traversal, absolute, backslash, odd characters)"
    if kind not in (0, stat.S_IFDIR if entry.is_dir() else stat.S_IFREG):
        return "is a link or a special file"
    if entry.header_offset < 0:
        return "is damaged: it begins before the file"
    if entry.flag_bits & _ENCRYPTED:
        return "is encrypted"
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "is compressed by a method that no bundle uses"
    return "is a folder with content" if entry.is_dir() and entry.file_size else None


def _check_size(entries: list[zipfile.ZipInfo], name: str) -> None:
    total = sum(entry.file_size for entry in entries)
    if total > MAX_TOTAL:
        raise RefusedError(name, f"unpacks to more than {MAX_TOTAL >> 30} GiB")
    for entry in entries:
        large = entry.file_size > RATIO_FROM
        if large and entry.file_size > MAX_RATIO * max(1, entry.compress_size):
            raise RefusedError(entry.filename, f"unpacks to more than {MAX_RATIO} times its size")


def _check_names(entries: list[zipfile.ZipInfo], files: list[zipfile.ZipInfo]) -> None:
    """No name twice, on file systems that fold case neither; no file that is a folder too."""
    seen: set[str] = set()
    for entry in entries:
        folded = entry.filename.rstrip("/").casefold()
        if folded in seen:
            raise RefusedError(entry.filename, "stands in it twice")
        seen.add(folded)
    parents = {folder for entry in files for folder in _parents(entry.filename.casefold())}
    for entry in entries:
        folded = entry.filename.casefold()
        if entry.is_dir() and folded.rstrip("/") not in parents:
            raise RefusedError(entry.filename, "was added: an empty folder")
        if not entry.is_dir() and folded in parents:
            raise RefusedError(entry.filename, "is a file and a folder")


def _parents(name: str) -> list[str]:
    parts = name.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts))]


def _extract(file: BinaryIO, start: int, entry: zipfile.ZipInfo, folder: Path) -> None:
    """Reads what the headers say and not a byte more, and holds the checksum against it."""
    target = folder / entry.filename
    target.parent.mkdir(parents=True, exist_ok=True)
    size, crc = 0, 0
    with target.open("xb") as sink:
        for block in _content(file, start, entry):
            size, crc = size + len(block), zlib.crc32(block, crc)
            if size > entry.file_size:
                raise RefusedError(entry.filename, "is larger than it says")
            sink.write(block)
    if size < entry.file_size:
        raise RefusedError(entry.filename, "is shorter than it says")
    if crc != entry.CRC:
        raise RefusedError(entry.filename, "was changed or is damaged (its checksum differs)")


def _content(file: BinaryIO, start: int, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """By the block; what was deflated must end where its bytes end. Not zipfile's own reader, as
    that passes over bytes behind the end."""
    file.seek(start)
    stored = entry.compress_type == zipfile.ZIP_STORED
    inflate, left = zlib.decompressobj(-zlib.MAX_WBITS), entry.compress_size
    try:
        while left and (raw := file.read(min(left, BLOCK))):
            left -= len(raw)
            while raw and not inflate.eof:
                yield raw if stored else inflate.decompress(raw, BLOCK)
                raw = b"" if stored else inflate.unconsumed_tail or inflate.unused_data
            if raw:
                raise RefusedError(entry.filename, "has bytes behind its content")
        while not (stored or inflate.eof) and (more := inflate.decompress(b"", BLOCK)):
            yield more
    except zlib.error as error:
        raise RefusedError(entry.filename, f"was changed or is damaged ({error})") from None
    if left or not (stored or inflate.eof):
        raise RefusedError(entry.filename, "was changed or is damaged (it was cut)")
