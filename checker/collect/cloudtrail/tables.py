"""Texts that are no JSON: tables with a column of whole events, and what is refused by its name."""

from __future__ import annotations

import csv
import io
from collections import Counter

import msgspec

from checker.collect.cloudtrail.decoding import paired
from checker.collect.cloudtrail.inflate import UnreadableError
from checker.collect.cloudtrail.shapes import Batch, of_values

COLUMNS = ("_raw", "@message", "CloudTrailEvent", "eventJson", "event.original", "message")
"""Of Splunk, Logs Insights, lookup-events, CloudTrail Lake, Elastic, CloudWatch Logs."""
_FIELD = 32 << 20
_TAR = slice(257, 262)  # where an archive's first member says what it is
_AVRO, _OF_ICEBERG, _HEAD = b"Obj\x01", b"iceberg.schema", 1 << 16
"""A manifest, which names files: https://iceberg.apache.org/spec/#manifests"""
_FORMATS = (
    (b"PK\x03\x04", "a zip is not read: unpack it"),
    (b"\x1f\x9d", "compress(1) is not read: recompress it with gzip"),
    (b"\xfd7zXZ", "xz is not read: recompress it with gzip"),
    (_AVRO, "an Avro file is not read: give the trail's own files"),
    (b"ORC", "an ORC file is not read: give the trail's own files"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z is not read: unpack it"),
    (b"PAR1", "Parquet that is compressed as a whole is not read: unpack it"),
    (b"PARE", "encrypted Parquet is not read: give Security Lake's own files"),
    (b"Rar!", "a rar is not read: unpack it"),
    (b"\x04\x22\x4d\x18", "lz4 is not read: recompress it with gzip"),
    (b"\xff\x06\x00\x00sNaPpY", "snappy is not read: recompress it with gzip"),
)  # fmt: skip


def of_csv(data: bytes) -> Batch:
    """Raises UnreadableError for any text that is none."""
    if data.startswith(_AVRO) and _OF_ICEBERG in data[:_HEAD]:
        return Batch([], Counter({"files of Iceberg": 1}))
    for magic, reason in _FORMATS:
        if data.startswith(magic):
            raise UnreadableError("UnknownShape", reason)
    if data[_TAR].startswith(b"ustar"):
        raise UnreadableError("UnknownShape", "a tar is not read: unpack it")
    rows = csv.DictReader(io.StringIO(_decoded(data)), strict=True)
    csv.field_size_limit(_FIELD)
    try:
        name = next((n for n in COLUMNS if n in (rows.fieldnames or ())), None)
        if name is None:
            raise _refused(rows.fieldnames or ())
        return of_values([msgspec.Raw(paired((row[name] or "null").encode())) for row in rows])
    except csv.Error as error:
        raise UnreadableError("InvalidJSON", f"neither JSON nor a table: {error}") from None


def _decoded(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise UnreadableError("UnknownShape", "neither JSON nor any text") from None


def _refused(columns: object) -> UnreadableError:
    names = [str(name).lower() for name in columns or ()]  # type: ignore[attr-defined]
    if "useridentity" in names:
        reason = "a CSV of Athena's, in which useridentity cannot be told apart: UNLOAD it as JSON"
        return UnreadableError("UnknownShape", f"{reason}, or ask the table by athena://")
    if "eventname" in names:
        needed = ", ".join(COLUMNS[:4])
        reason = f"a CSV without whole events: it needs one of the columns {needed}"
        return UnreadableError("UnknownShape", reason)
    return UnreadableError("UnknownShape", "no CloudTrail log: neither JSON nor a table of events")
