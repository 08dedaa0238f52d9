"""Parquet of Security Lake: its columns brought under the names of CloudTrail's events by DuckDB.

https://docs.aws.amazon.com/security-lake/latest/userguide/open-cybersecurity-schema-framework.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import msgspec

from checker.collect.cloudtrail.decoding import decoded, paired
from checker.collect.cloudtrail.event import Event
from checker.collect.cloudtrail.inflate import UnreadableError
from checker.collect.cloudtrail.row import COLUMNS
from checker.collect.cloudtrail.shapes import Batch
from checker.usage import ocsf
from checker.usage.sql import Window

if TYPE_CHECKING:
    import duckdb

_AT_ONCE = 10_000
_events = msgspec.json.Decoder(list[Event])
_raw = msgspec.json.Decoder(msgspec.Raw)
_AS_IT_IS = "hive_partitioning = false, binary_as_string = true"
"""What the folder is called says nothing; texts that are not marked as such are texts."""
_TEXTS = ("requestParameters", "responseElements", "additionalEventData")
_SETTINGS = ("temp_directory = ''", "enable_external_access = false",
             "memory_limit = '400MB'", "threads = 2", "preserve_insertion_order = false",
             "lock_configuration = true")  # fmt: skip


def batches(data: bytes) -> Iterator[Batch]:
    """Raises UnreadableError for Parquet that is not Security Lake's, or of an OCSF unknown here;
    what of it is no CloudTrail's is counted as passed over."""
    with _opened(data) as (connection, source):
        columns = _columns(connection, source)
        yield Batch([], _others(connection, source, columns))
        cursor = connection.execute(_query(source, columns))
        while rows := cursor.fetchmany(_AT_ONCE):
            text = "[" + ",".join(_whole(*row) for row in rows) + "]"
            yield Batch.of(decoded(_events, msgspec.Raw(text.encode())))


def _whole(event: str, *texts: str | None) -> str:
    """With what was asked and answered as objects; whoever is recorded has a say in these."""
    said = (f'"{name}":{_checked(t)}' for name, t in zip(_TEXTS, texts, strict=True) if t)
    return ",".join((event[:-1], *said)) + "}"


def _checked(text: str) -> str:
    found = paired(text.encode())
    try:
        _raw.decode(found)
    except (msgspec.DecodeError, RecursionError):
        reason = "not a CloudTrail event: what was asked or answered is no JSON"
        raise UnreadableError("InvalidEvent", reason) from None
    return found.decode()


@contextmanager
def _opened(data: bytes) -> Iterator[tuple[duckdb.DuckDBPyConnection, str]]:
    """DuckDB with nothing in reach but the file, and the file as it stands in SQL. What it says of
    a fault goes nowhere: it may hold what was read, a credential too."""
    import duckdb

    try:
        with TemporaryDirectory(prefix="vendorgate-") as folder, duckdb.connect() as connection:
            path = Path(folder, "events.parquet")
            path.write_bytes(data)
            place = folder.replace("'", "''")
            connection.execute(f"SET allowed_directories = ['{place}']")
            for setting in _SETTINGS:
                connection.execute(f"SET {setting}")
            yield connection, f"read_parquet('{place}/{path.name}', {_AS_IT_IS})"
    except duckdb.OutOfMemoryException:
        raise UnreadableError("TooLarge", "there is no room to read it") from None
    except (duckdb.ConversionException, duckdb.OutOfRangeException):
        reason = "an event's time is no number of milliseconds"
        raise UnreadableError("InvalidEvent", reason) from None
    except duckdb.Error:
        raise UnreadableError("Corrupt", "the Parquet is damaged") from None
    except OSError as error:
        raise UnreadableError("TooLarge", f"no room to read it: {error.strerror}") from None


def _columns(connection: duckdb.DuckDBPyConnection, source: str) -> ocsf.Columns:
    found = connection.sql(f"SELECT * FROM {source}")
    pairs = zip(found.columns, found.types, strict=True)
    columns = {name.lower(): _tree(kind) for name, kind in pairs}
    if not ocsf.is_ocsf(columns):
        reason = "a Parquet file that is not of Security Lake: give the trail's own files"
        raise UnreadableError("UnknownShape", reason)
    if missing := ocsf.missing(columns):
        reason = f"a Parquet file of OCSF, without {', '.join(missing)}"
        raise UnreadableError("UnknownShape", f"{reason}: give the files of Security Lake itself")
    return columns


def _tree(kind: Any) -> ocsf.Columns | str:
    if kind.id != "struct":
        return str(kind)
    return {name.lower(): _tree(field) for name, field in kind.children}


def _others(
    connection: duckdb.DuckDBPyConnection, source: str, columns: ocsf.Columns
) -> Counter[str]:
    sql = _transpiled(ocsf.census(_TABLE, columns, Window()), source)
    passed: Counter[str] = Counter()
    for product, version, count in connection.execute(sql).fetchall():
        if product == ocsf.PRODUCT and version not in ocsf.VERSIONS:
            raise UnreadableError("UnknownVersion", ocsf.unknown_version(version, count))
        if product is None:
            raise UnreadableError("UnknownShape", ocsf.no_product(count))
        if product != ocsf.PRODUCT:
            passed[ocsf.OTHER_SOURCES] += count
    return passed


def _query(source: str, columns: ocsf.Columns) -> str:
    """Each event as JSON, and beside it the texts of JSON of what was asked and answered."""
    mapped = _transpiled(f"SELECT * FROM {ocsf.as_trail(_TABLE, columns, Window())}", source)
    others = ", ".join(f"'{name}': {name}" for name in COLUMNS if name not in _TEXTS)
    return f"SELECT to_json({{{others}}}), {', '.join(_TEXTS)} FROM ({mapped})"


_TABLE = '"events"'


def _transpiled(sql: str, source: str) -> str:
    return _written(sql).replace(_TABLE, source)


@lru_cache(maxsize=8)
def _written(sql: str) -> str:
    """Thousands of files have the same columns, and to translate takes longer than to read one."""
    from checker.collect.cloudtrail.engine import transpiled

    return transpiled(sql)
