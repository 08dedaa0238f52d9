"""Zips as a forger makes them: written by hand, header by header."""

from __future__ import annotations

import hashlib
import struct
import zlib
from dataclasses import dataclass, replace

Files = dict[str, bytes]
LISTING = "manifest-sha256.txt"


@dataclass(frozen=True)
class Entry:
    """One file; `local` and `central` override fields of one header alone."""

    name: bytes
    data: bytes
    before: bytes = b""
    after: bytes = b""
    extra: bytes = b""
    local_name: bytes | None = None
    local_data_size: int | None = None
    local_crc: int | None = None
    local_flags: int = 0
    local_extra: bytes = b""
    comment: bytes = b""
    deflated: bool = False
    padding: bytes = b""


def packed(entries: list[Entry], *, ahead: bytes = b"", comment: bytes = b"") -> bytes:
    """The zip; `ahead` stands before its first byte, and offsets count it."""
    out, directory = bytearray(ahead), bytearray()
    for entry in entries:
        out += entry.before
        at = len(out)
        body = _body(entry)
        out += _local(entry, body) + body + entry.after
        directory += _central(entry, body, at)
    start = len(out)
    out += directory
    count = len(entries)
    out += struct.pack(
        "<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(directory), start, len(comment)
    )
    return bytes(out) + comment


def _body(entry: Entry) -> bytes:
    if not entry.deflated:
        return entry.data + entry.padding
    press = zlib.compressobj(9, zlib.DEFLATED, -15)
    return press.compress(entry.data) + press.flush() + entry.padding


def _local(entry: Entry, body: bytes) -> bytes:
    name = entry.name if entry.local_name is None else entry.local_name
    size = len(entry.data) if entry.local_data_size is None else entry.local_data_size
    crc = zlib.crc32(entry.data) if entry.local_crc is None else entry.local_crc
    stored = (entry.local_flags, 8 if entry.deflated else 0, 0, 33)
    return (
        struct.pack("<4sH4H3L2H", b"PK\3\4", 20, *stored, crc, len(body), size, len(name), len(entry.local_extra))
        + name + entry.local_extra
    )  # fmt: skip


def _central(entry: Entry, body: bytes, at: int) -> bytes:
    stored = (
        0,
        8 if entry.deflated else 0,
        0,
        33,
        zlib.crc32(entry.data),
        len(body),
        len(entry.data),
    )
    lengths = (len(entry.name), len(entry.extra), len(entry.comment), 0, 0, 0o100644 << 16, at)
    head = struct.pack("<4s2H4H3L3H2H2L", b"PK\1\2", 788, 20, *stored, *lengths)
    return head + entry.name + entry.extra + entry.comment


def entries(files: Files) -> list[Entry]:
    return [Entry(name.encode(), data) for name, data in files.items()]


def changed(files: Files, name: str, **fields: object) -> list[Entry]:
    """The entries, one of them with these fields."""
    return [
        replace(entry, **fields) if entry.name == name.encode() else entry  # type: ignore[arg-type]
        for entry in entries(files)
    ]


def mended(files: Files) -> Files:
    """With a list of digests that fits, as a careful forger would have it."""
    lines = [
        f"{hashlib.sha256(data).hexdigest()}  {name}\n"
        for name, data in sorted(files.items())
        if name != LISTING
    ]
    return files | {LISTING: "".join(lines).encode()}
