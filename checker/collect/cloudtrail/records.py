"""A log file's events: told from its content, whatever it is called.

What CloudTrail delivers, a list of events and one event a line are decoded at once, each event
checked to be whole. Any other text is read as the JSON values that it holds, and each is told from
its keys (`shapes`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from itertools import chain
from typing import TypeVar

import msgspec

from checker.collect.cloudtrail import shapes
from checker.collect.cloudtrail.decoding import paired
from checker.collect.cloudtrail.event import Event
from checker.collect.cloudtrail.glance import Finder, glance
from checker.collect.cloudtrail.inflate import MAX_DOCUMENT, UnreadableError, blocks, whole
from checker.collect.cloudtrail.shapes import Batch

T = TypeVar("T")


class _Log(msgspec.Struct, forbid_unknown_fields=True):
    Records: list[Event]


_RECORDS = re.compile(rb'\s*\{\s*"Records"\s*:\s*\[')
_log = msgspec.json.Decoder(_Log)
_events = msgspec.json.Decoder(list[Event])
_event = msgspec.json.Decoder(Event)
_raw = msgspec.json.Decoder(msgspec.Raw)
_scan = json.JSONDecoder().raw_decode
_BLANK = re.compile("[ \t\r\n\ufeff]*")  # files with a byte order mark, one after another
# `aws logs tail` and exports of CloudWatch Logs put a time, and perhaps a stream, before each event
_DATED = re.compile(
    rb"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+(?:Z|[+-][0-9:]+)?\s+(?:[^\s{]+\s+)?(?={)", re.M
)
_JSON = re.compile(rb'\s*(?:[{[]|"\s*\{)')
"""How objects begin, lists, and objects as texts, as jq leaves them; a table's first column has no
such name."""
_MARK = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def batches(data: bytes, finder: Finder | None = None) -> Iterator[Batch]:
    """Raises UnreadableError, perhaps after some batches: nothing of the file counts then.
    `finder`: of what stands in events that may be wanted; no more is made of others."""
    if data.startswith(b"PAR1"):
        from checker.collect.cloudtrail import parquet

        yield from parquet.batches(data)
        return
    texts = blocks(data)
    first = next(texts, b"")
    if first.startswith(_UTF16):  # as PowerShell's `>` writes
        first, texts = _of_utf16(whole(chain((first,), texts))), iter(())
    if first.startswith(_MARK):
        first = first[len(_MARK) :]
    texts = chain((first,), texts)
    if not first or first.isspace():
        raise UnreadableError("Empty", "the file is empty")
    if _DATED.match(first):
        yield from map(_of_dated, _whole_lines(texts))
    elif not _JSON.match(first):
        from checker.collect.cloudtrail.tables import of_csv

        yield of_csv(whole(texts))
    elif _is_lines(first):
        yield from map(_of_lines, _whole_lines(texts))
    else:
        yield _of_document(whole(texts), finder)


def _of_utf16(data: bytes) -> bytes:
    try:
        return data.decode("utf-16").encode()
    except UnicodeError:
        raise UnreadableError("InvalidJSON", "begins as UTF-16, and is not") from None


def _is_lines(text: bytes) -> bool:
    """Whether the first line is a value of its own, and more follows. A log of CloudTrail's own is
    one line of megabytes, which need not be looked through for that."""
    if _RECORDS.match(text):
        end = text.find(b"\n", 0, 1 << 16)
        return end > 0 and _is_json(text[:end]) and not text[end:].isspace()
    line = text.lstrip().split(b"\n", 1)[0]
    return line[:1] == b"{" and _is_json(line)


def _is_json(line: bytes) -> bool:
    try:
        _raw.decode(line)
    except (msgspec.DecodeError, RecursionError):
        return False
    return True


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
    return _at_once(_event.decode_lines, text) or shapes.of_values(_values(paired(text)))


def _of_dated(text: bytes) -> Batch:
    """What does not begin with a time stays in the way, and is no JSON."""
    return _of_lines(_DATED.sub(b"", text))


def _of_document(text: bytes, finder: Finder | None) -> Batch:
    if _RECORDS.match(text):
        found = _glanced(text, finder) if finder else None
        found = found or _at_once(lambda text: _log.decode(text).Records, text)
    else:
        found = _at_once(_events.decode, text)
    return found or shapes.of_values(_values(paired(text)))


def _glanced(text: bytes, finder: Finder) -> Batch | None:
    _checked(text)
    found = glance(text if isinstance(text, bytearray) else bytearray(text), finder)
    return Batch.of(found.events, found.others) if found else None


def _at_once(decode: Callable[[bytes], list[Event]], text: bytes) -> Batch | None:
    """None where not all is as it should be: what is not is told by looking at each value."""
    _checked(text)
    try:
        return Batch.of(decode(text))
    except (msgspec.DecodeError, RecursionError):
        return None


def _checked(text: bytes) -> None:
    """The decoder passes over what it does not keep."""
    try:
        if not text.isascii():
            text.decode()
    except UnicodeDecodeError as error:
        raise UnreadableError("InvalidJSON", f"not a CloudTrail log: {error}") from None


def _values(text: bytes) -> Iterator[msgspec.Raw]:
    """One after another, on lines of their own or on none, as Firehose leaves them."""
    try:
        yield from _raw.decode_lines(text)
    except msgspec.DecodeError:
        yield from map(msgspec.Raw, _parted(text.decode()))
    except RecursionError:
        raise UnreadableError("InvalidJSON", "nested too deep") from None


def _parted(text: str) -> Iterator[bytes]:
    at = _BLANK.match(text, 0).end()  # type: ignore[union-attr]  # it matches nothing, too
    while at < len(text):
        try:
            end = _scan(text, at)[1]
        except ValueError as error:
            raise UnreadableError("InvalidJSON", f"not a CloudTrail log: {error}") from None
        except RecursionError:
            raise UnreadableError("InvalidJSON", "nested too deep") from None
        yield text[at:end].encode()
        at = _BLANK.match(text, end).end()  # type: ignore[union-attr]
