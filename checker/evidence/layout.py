"""The one layout that a bundle's zip may have: entry after entry, then the directory, then its end.

A zip tells of each file twice, beside its content and in a directory at the end, and readers
differ in which they believe. Where both say the same and no byte belongs to neither, all readers
unpack the same files. https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
"""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path
from typing import BinaryIO

_LOCAL = struct.Struct("<4sH4H3L2H")
_DIRECTORY_ENTRY = 46
_END = struct.Struct("<4s4H2LH")
_END_64, _LOCATOR = struct.Struct("<4sQ4s2L4Q"), struct.Struct("<4sLQL")
_DESCRIBED = 0x8  # sizes and checksum stand behind the content
_ZIP64, _UNKNOWN = 1, 0xFFFFFFFF
_EXTRAS = frozenset({_ZIP64, 0x5455, 0x7875, 0x5855, 0x000A})
"""ZIP64 sizes, and what Info-ZIP and NTFS keep of times and owners. Others may rename a file."""


class RefusedError(Exception):
    """A zip that is not to be unpacked; `name` is the entry at fault, or the zip's own."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name, self.reason = name, reason


def check_layout(file: BinaryIO, archive: zipfile.ZipFile, path: Path) -> dict[str, int]:
    """Where the content of each entry begins. Raises RefusedError for any other layout.

    The entries' names have been judged before: they are ASCII.
    """
    starts, at = {}, 0
    for entry in sorted(archive.infolist(), key=lambda entry: entry.header_offset):
        if entry.header_offset != at:
            raise RefusedError(entry.filename, "bytes that belong to no file stand before it")
        starts[entry.filename] = start = _content(file, entry)
        at = _behind(file, entry, start + entry.compress_size)
    _check_directory(file, archive, at, path)
    return starts


def _content(file: BinaryIO, entry: zipfile.ZipInfo) -> int:
    """Past the header before the content, which says what the directory says."""
    file.seek(entry.header_offset)
    head = file.read(_LOCAL.size)
    if len(head) < _LOCAL.size:
        raise RefusedError(entry.filename, "is damaged: it has no header")
    sign, _, flags, method, time, day, crc, packed, size, name, extra = _LOCAL.unpack(head)
    called, more = file.read(name), file.read(extra)
    body: int = entry.header_offset + _LOCAL.size + name + extra
    said = (sign, flags, method, time, day, called)
    if said != (b"PK\3\4", entry.flag_bits, entry.compress_type, *_dos(entry), _name(entry)):
        raise RefusedError(entry.filename, "is told otherwise in its own header")
    _check_extra(entry, more)
    _check_extra(entry, entry.extra)
    if entry.comment:
        raise RefusedError(entry.filename, "has a comment, which no bundle has")
    given = (entry.CRC, entry.compress_size, entry.file_size)
    if (crc, packed, size) not in _forms(given, flags, _zip64(more)):
        raise RefusedError(entry.filename, "has another size or checksum in its own header")
    return body


def _name(entry: zipfile.ZipInfo) -> bytes:
    return entry.orig_filename.encode()


def _dos(entry: zipfile.ZipInfo) -> tuple[int, int]:
    year, month, day, hour, minute, second = entry.date_time
    return (hour << 11 | minute << 5 | second // 2, (year - 1980) << 9 | month << 5 | day)


def _forms(
    given: tuple[int, int, int], flags: int, large: bytes | None
) -> list[tuple[int, int, int]]:
    """How the header before the content may say checksum, packed size and size."""
    crc, packed, size = given
    forms = [given]
    if flags & _DESCRIBED:
        forms += [(0, 0, 0), (0, _UNKNOWN, _UNKNOWN)]
    elif large == struct.pack("<2Q", size, packed):
        forms.append((crc, _UNKNOWN, _UNKNOWN))
    return forms


def _check_extra(entry: zipfile.ZipInfo, extra: bytes) -> None:
    for kind, _ in _fields(entry.filename, extra):
        if kind not in _EXTRAS:
            raise RefusedError(entry.filename, f"has an extra field (0x{kind:04x}) of no bundle")


def _fields(name: str, extra: bytes) -> list[tuple[int, bytes]]:
    found, at = [], 0
    while at < len(extra):
        if at + 4 > len(extra):
            raise RefusedError(name, "has a damaged extra field")
        kind, length = struct.unpack_from("<2H", extra, at)
        at += 4 + length
        if at > len(extra):
            raise RefusedError(name, "has a damaged extra field")
        found.append((kind, extra[at - length : at]))
    return found


def _zip64(extra: bytes) -> bytes | None:
    return dict(_fields("", extra)).get(_ZIP64)


def _behind(file: BinaryIO, entry: zipfile.ZipInfo, end: int) -> int:
    """Past the content, and past its description where it has one."""
    if not entry.flag_bits & _DESCRIBED:
        return end
    file.seek(end)
    said = file.read(24)
    values = (entry.CRC, entry.compress_size, entry.file_size)
    for form in (struct.Struct("<4s3L"), struct.Struct("<4sL2Q")):
        if len(said) >= form.size and form.unpack_from(said) == (b"PK\7\x08", *values):
            return end + form.size
    raise RefusedError(entry.filename, "is described otherwise behind its content")


def _check_directory(file: BinaryIO, archive: zipfile.ZipFile, at: int, path: Path) -> None:
    """It begins where the last entry ends, holds these entries, and ends the file."""
    entries = archive.infolist()
    size = sum(_DIRECTORY_ENTRY + len(_name(e)) + len(e.extra) for e in entries)
    file.seek(at + size)
    rest = file.read(_END_64.size + _LOCATOR.size + _END.size + 1)
    large, end = rest[: -_END.size], rest[-_END.size :]
    said = len(entries), size, at
    if archive.start_dir != at or len(end) < _END.size or not _ends(end, said, bool(large)):
        raise RefusedError(path.name, "has bytes or a comment that belong to no file")
    if large and not _ends_large(large, said, at + size):
        raise RefusedError(path.name, "tells otherwise of its size at its end")


def _ends(end: bytes, said: tuple[int, int, int], large: bool) -> bool:
    """The last record; where there is a large one, numbers may stand there alone."""
    sign, *disks, here, count, size, at, comment = _END.unpack(end)
    given = zip((here, count, size, at), (said[0], *said), strict=True)
    told = all(n == real or (large and n in (0xFFFF, _UNKNOWN)) for n, real in given)
    return sign == b"PK\5\6" and not any(disks) and not comment and told


def _ends_large(large: bytes, said: tuple[int, int, int], start: int) -> bool:
    """ZIP64's record and the one that tells where it is."""
    if len(large) != _END_64.size + _LOCATOR.size:
        return False
    sign, length, _, *told = _END_64.unpack(large[: _END_64.size])
    locator = _LOCATOR.unpack(large[_END_64.size :])
    good = (sign, length, *told) == (b"PK\6\6", _END_64.size - 12, 0, 0, said[0], *said)
    return good and locator == (b"PK\6\7", 0, start, 1)
