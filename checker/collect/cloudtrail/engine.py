"""The embedded engine: DuckDB in memory, given Athena's table and Athena's SQL."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb

from checker.errors import InputError

TABLE = "trail"
_TEXT = "VARCHAR"
_IDENTITY = {
    "type": _TEXT,
    "arn": _TEXT,
    "accountId": _TEXT,
    "accessKeyId": _TEXT,
    "invokedBy": _TEXT,
    "identityProvider": _TEXT,
    "invokedByDelegate": {"accountId": _TEXT},
    "sessionContext": {
        "sessionIssuer": {"arn": _TEXT},
        "webIdFederationData": {"federatedProvider": _TEXT},
    },
}
COLUMNS: dict[str, Any] = {
    "eventID": _TEXT,
    "eventTime": _TEXT,
    "eventSource": _TEXT,
    "eventName": _TEXT,
    "userIdentity": _IDENTITY,
    "awsRegion": _TEXT,
    "sourceIPAddress": _TEXT,
    "errorCode": _TEXT,
    "requestID": _TEXT,
    "requestParameters": _TEXT,
    "responseElements": _TEXT,
    "additionalEventData": _TEXT,
    "recipientAccountId": _TEXT,
    "sharedEventID": _TEXT,
    "eventCategory": _TEXT,
}
"""As `event.Row` has them. DuckDB's names know no case, as Athena's."""
_MEMORY = "400MB"
_AT_ONCE = 8 << 20


class Engine:
    """Rows go in as JSON arrays; questions are asked in Athena's dialect.

    It reaches nothing outside: no file, no network, no extension, whatever a question asks.
    """

    def __init__(self) -> None:
        self._waiting: list[bytes] = []
        self._size = 0
        self._connection = duckdb.connect(":memory:")
        for name, value in _SETTINGS.items():
            self._connection.execute(f"SET {name} = {value}")
        self._connection.execute(f"CREATE TABLE {TABLE} ({_columns(COLUMNS)})")

    def add(self, rows: bytes) -> None:
        """Rows are kept until they are many, as each insertion has its price."""
        self._waiting.append(rows[1:-1])
        self._size += len(rows)
        if self._size > _AT_ONCE:
            self._insert()

    def _insert(self) -> None:
        if self._waiting:
            rows = b"[" + b",".join(self._waiting) + b"]"
            self._waiting, self._size = [], 0
            with _refusals():
                self._connection.execute(_INSERT, [rows.decode(), json.dumps([COLUMNS])])

    def rows(self, sql: str) -> Iterator[dict[str, Any]]:
        """Raises InputError for SQL that the engine refuses."""
        self._insert()
        with _refusals():
            cursor = self._connection.execute(transpiled(sql))
            names = [column[0] for column in cursor.description or ()]
            while found := cursor.fetchmany(10_000):
                for values in found:
                    yield dict(zip(names, values, strict=True))


@contextmanager
def _refusals() -> Iterator[None]:
    """What the engine refuses, or has no room for, in one line."""
    try:
        yield
    except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
        hint = "free memory and disk, or ask for less: --from, --to"
        raise InputError(f"the query has no room: {_first_line(error)}", hint=hint) from None
    except duckdb.Error as error:
        raise InputError(f"the query was refused: {_first_line(error)}") from None


_SETTINGS = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "memory_limit": f"'{_MEMORY}'",
    "threads": "2",
    "preserve_insertion_order": "false",
    "lock_configuration": "true",
}


def transpiled(sql: str) -> str:
    """Athena's dialect as DuckDB's."""
    import sqlglot
    from sqlglot.errors import SqlglotError

    try:
        return sqlglot.transpile(sql, read="athena", write="duckdb")[0]
    except SqlglotError as error:
        raise InputError(f"the query is no SQL of Athena's: {_first_line(error)}") from None


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


def _columns(fields: dict[str, Any]) -> str:
    return ", ".join(f'"{name}" {_type(kind)}' for name, kind in fields.items())


def _type(kind: Any) -> str:
    return kind if isinstance(kind, str) else f"STRUCT({_columns(kind)})"


_INSERT = f"""INSERT INTO {TABLE} SELECT {", ".join(f'r."{name}"' for name in COLUMNS)}
FROM (SELECT unnest(from_json(?::VARCHAR, ?::VARCHAR)) AS r)"""
