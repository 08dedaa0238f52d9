"""The text of a log file, whole or not at all: gzip with all its members, or plain."""

from __future__ import annotations

import zlib
from collections.abc import Generator, Iterator
from typing import Any

try:  # the same interface, twice as fast; it verifies length and checksum as zlib does
    from isal import isal_zlib
    from isal.igzip_lib import IsalError

    _lib: Any = isal_zlib
    _ERRORS: Any = (zlib.error, IsalError)
except ImportError:  # no wheel for this platform
    _lib, _ERRORS = zlib, (zlib.error,)

BLOCK = 32 << 20
"""Bytes that are inflated at once."""
_MAGIC = b"\x1f\x8b"
_GZIP = 31  # window bits of zlib that ask for gzip with its trailer


class UnreadableError(Exception):
    """A file that cannot be read whole: a code and a reason for its gap."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


def blocks(data: bytes) -> Iterator[bytes]:
    """The text in blocks of at most 32 MiB. Raises UnreadableError, perhaps after some blocks."""
    if data[:2] != _MAGIC:
        yield from (data[at : at + BLOCK] for at in range(0, len(data), BLOCK))
        return
    rest = data
    while rest:
        rest = yield from _member(rest)
        rest = rest.lstrip(b"\0")  # gzip(1) pads tapes with zeros and passes over them


def _member(data: bytes) -> Generator[bytes, None, bytes]:
    """One member; returns what follows it. A one-shot decompressor would end here in silence."""
    if data[:2] != _MAGIC:
        raise UnreadableError("Corrupt", "something that is no gzip follows the gzip data")
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
