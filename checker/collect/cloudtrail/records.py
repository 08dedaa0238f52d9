"""A log file's records, each still as the text that it is, split by a JSON parser.

Splitting costs little more than a byte search, checks the whole file, and cannot be led astray by
an event that carries what looks like another event in its parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from typing import TypeVar

import msgspec

from checker.collect.cloudtrail.inflate import UnreadableError, blocks

T = TypeVar("T")
MAX_DOCUMENT = 224 << 20
"""Bytes of one JSON document, which must be held whole; lines are read in blocks instead.
CloudTrail's own files have less than 60 MB."""


class _Log(msgspec.Struct):
    Records: list[msgspec.Raw] | msgspec.UnsetType = msgspec.UNSET


class _Event(msgspec.Struct):
    eventID: str  # noqa: N815  CloudTrail's spelling


class Batch(msgspec.Struct, frozen=True):
    """Records and the text that they were split from; the first begins at `begin`."""

    text: bytes
    records: list[msgspec.Raw]
    begin: int = 0


_log = msgspec.json.Decoder(_Log)
_array = msgspec.json.Decoder(list[msgspec.Raw])
_lines = msgspec.json.Decoder(msgspec.Raw)
_event = msgspec.json.Decoder(_Event)


def batches(data: bytes) -> Iterator[Batch]:
    """Raises UnreadableError, perhaps after some batches: nothing of the file counts then."""
    texts = blocks(data)
    first = next(texts, b"")
    if not first.strip():
        raise UnreadableError("Empty", "the file is empty")
    if _is_lines(first):
        yield from map(_of_lines, _whole_lines(chain((first,), texts)))
    else:
        yield _of_document(_whole(chain((first,), texts)))


def _is_lines(text: bytes) -> bool:
    """Whether the first line is an event of its own."""
    line = text.lstrip().split(b"\n", 1)[0]
    try:
        _event.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


def _whole(texts: Iterator[bytes]) -> bytes:
    found, size = [], 0
    for text in texts:
        found.append(text)
        size += len(text)
        if size > MAX_DOCUMENT:
            raise UnreadableError(
                "TooLarge", f"a JSON document of more than {MAX_DOCUMENT >> 20} MiB"
            )
    return found[0] if len(found) == 1 else b"".join(found)


def _whole_lines(texts: Iterator[bytes]) -> Iterator[bytes]:
    rest = b""
    for text in texts:
        cut = text.rfind(b"\n") + 1
        if cut:
            yield rest + text[:cut]
            rest = text[cut:]
        else:
            rest += text
        if len(rest) > MAX_DOCUMENT:
            raise UnreadableError("TooLarge", f"a line of more than {MAX_DOCUMENT >> 20} MiB")
    if rest.strip():
        yield rest


def _of_lines(text: bytes) -> Batch:
    return Batch(text, _decoded(_lines.decode_lines, text))


def _of_document(text: bytes) -> Batch:
    if text.lstrip()[:1] == b"[":
        return Batch(text, _decoded(_array.decode, text), text.find(b"[") + 1)
    records = _decoded(_log.decode, text).Records
    if records is not msgspec.UNSET:
        return Batch(text, records, text.find(b"[") + 1)
    return Batch(text, [msgspec.Raw(text)])  # a single event, perhaps over several lines


def _decoded(decode: Callable[[bytes], T], text: bytes) -> T:
    try:
        if not text.isascii():
            text.decode()  # the splitter passes over what it does not keep
        return decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnreadableError("InvalidJSON", f"not a CloudTrail log: {error}") from None
    except RecursionError:
        raise UnreadableError("InvalidJSON", "nested too deep") from None
