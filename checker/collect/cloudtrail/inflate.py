"""The text of a log file, whole or not at all: gzip, bzip2 or zstd with all its members, or plain.

Told by the first bytes, as files are renamed. What was compressed twice (CloudWatch Logs compress
what they send, and Firehose compresses it again) is opened twice; three times is refused.
"""

from __future__ import annotations

import re
import struct
import sys
import zlib
from collections.abc import Callable, Generator, Iterator
from itertools import chain
from typing import Any

try:  # the same interface, twice as fast; it verifies length and checksum as zlib does
    from isal import isal_zlib
    from isal.igzip_lib import IsalError

    _lib: Any = isal_zlib
    _ERRORS: Any = (zlib.error, IsalError)
except ImportError:  # no wheel for this platform
    _lib, _ERRORS = zlib, (zlib.error,)
try:  # libdeflate, twice as fast again, for what is inflated at once
    import deflate as _libdeflate

    _deflate: Any = _libdeflate
except ImportError:
    _deflate = None

BLOCK = 32 << 20
"""Bytes that are inflated at once."""
MAX_DOCUMENT = 224 << 20
"""Bytes that must be held whole at most. CloudTrail's own files have less than 60 MB."""
_GZIP = 31  # window bits of zlib that ask for gzip with its trailer
_HEADER_CRC = 2  # the flag of a checksum of the header, which libdeflate does not verify
_SHORTEST = 18  # bytes: a header, a trailer
Member = Generator[bytes, None, bytes]
"""Yields text, returns what follows the member."""


class UnreadableError(Exception):
    """A file that cannot be read whole: a code and a reason for its gap."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


def blocks(data: bytes) -> Iterator[bytes]:
    """The text in blocks of at most 32 MiB. Raises UnreadableError, perhaps after some blocks."""
    texts = _opened(data)
    first = next(texts, b"")
    if compressed(data) and compressed(first):
        texts = _opened(whole(chain((first,), texts)))
        first = next(texts, b"")
        if compressed(first):
            raise UnreadableError("Compressed", "it is compressed more than twice")
    yield first
    yield from texts


def whole(texts: Iterator[bytes]) -> bytes:
    """All of it, up to a bound."""
    found, size = [], 0
    for text in texts:
        found.append(text)
        size += len(text)
        if size > MAX_DOCUMENT:
            bound = MAX_DOCUMENT >> 20
            raise UnreadableError("TooLarge", f"a JSON document of more than {bound} MiB")
    return found[0] if len(found) == 1 else b"".join(found)


def compressed(data: bytes) -> bool:
    return _form(data) is not None


def _opened(data: bytes) -> Iterator[bytes]:
    form = _form(data)
    if form is None:
        yield from (data[at : at + BLOCK] for at in range(0, len(data), BLOCK))
        return
    rest = data
    while rest:
        if form is _zstandard and _SKIPPED.match(rest):  # pzstd puts sizes there
            rest = rest[8 + int.from_bytes(rest[4:8], "little") :]
            continue
        if _form(rest) is not form:
            raise UnreadableError("Corrupt", "something else follows the compressed data")
        rest = yield from form(rest)
        rest = rest.lstrip(b"\0")  # gzip(1) pads tapes with zeros and passes over them


def _gzip(data: bytes) -> Member:
    """A one-shot decompressor that cannot end here in silence, or one that can be asked."""
    if (text := _at_once(data)) is not None:
        yield text
        return b""
    decompressor = _lib.decompressobj(wbits=_GZIP)
    try:
        while not decompressor.eof:
            block = decompressor.decompress(data, BLOCK)
            data = decompressor.unconsumed_tail
            if block:
                yield block
            elif not decompressor.eof:
                raise UnreadableError("Truncated", "the gzip data is cut off")
    except _ERRORS as error:
        raise UnreadableError("Corrupt", f"the gzip data is damaged: {error}") from None
    rest: bytes = decompressor.unused_data
    return rest


def _at_once(data: bytes) -> bytes | None:
    """The text (in bytes that nobody else holds), if this is one member and nothing besides; None
    leaves it to the slower way, which tells why.

    libdeflate verifies a member's checksum and length, but says nothing of what follows it. So the
    last eight bytes must be that checksum and length, and must not stand anywhere before: then the
    member, which ends in them, ends here.
    """
    size = int.from_bytes(data[-4:], "little")
    if _deflate is None or len(data) < _SHORTEST or data[3] & _HEADER_CRC or not 0 < size <= BLOCK:
        return None
    try:
        text: bytes = _deflate.gzip_decompress(data, size)
    except _deflate.DeflateError:
        return None
    trailer = struct.pack("<II", _deflate.crc32(text), len(text))
    return text if data.find(trailer) == len(data) - len(trailer) else None


def _bzip2(data: bytes) -> Member:
    import bz2

    return _stream(bz2.BZ2Decompressor(), data, "bzip2", (OSError, ValueError))


def _zstandard(data: bytes) -> Member:
    """Not with every Python before 3.14."""
    try:
        if sys.version_info >= (3, 14):
            from compression import zstd
        else:
            from backports import zstd
    except ImportError:
        reason = "zstd needs Python 3.14 or backports.zstd; recompress it with gzip"
        raise UnreadableError("Compressed", reason) from None
    return _stream(zstd.ZstdDecompressor(), data, "zstd", (zstd.ZstdError,))


def _stream(
    decompressor: Any, data: bytes, name: str, errors: tuple[type[Exception], ...]
) -> Member:
    """By the interface that bz2 and zstd share."""
    try:
        while not decompressor.eof:
            block = decompressor.decompress(data, BLOCK)
            data = b""
            if block:
                yield block
            elif decompressor.needs_input and not decompressor.eof:
                raise UnreadableError("Truncated", f"the {name} data is cut off")
    except errors as error:
        raise UnreadableError("Corrupt", f"the {name} data is damaged: {error}") from None
    rest: bytes = decompressor.unused_data
    return rest


_SKIPPED = re.compile(rb"[\x50-\x5f]\x2a\x4d\x18", re.S)
"""A frame without text. https://datatracker.ietf.org/doc/html/rfc8878#section-3.1.2"""
_FORMS: dict[bytes, Callable[[bytes], Member]] = {
    b"\x1f\x8b": _gzip,
    b"BZh": _bzip2,
    b"\x28\xb5\x2f\xfd": _zstandard,
}


def _form(data: bytes) -> Callable[[bytes], Member] | None:
    found = (form for magic, form in _FORMS.items() if data.startswith(magic))
    return next(found, _zstandard if _SKIPPED.match(data) else None)
