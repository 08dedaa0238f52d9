"""The embedded engine: DuckDB in memory, given Athena's table and Athena's SQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any

import duckdb
from arro3.core import Array, DataType, Table

from checker import usercache
from checker.collect.cloudtrail.row import COLUMNS, Columns, Row, unpacked
from checker.errors import InputError
from checker.usage.sql import literal, told_apart

TABLE, _ROWS = "trail", "rows_to_insert"
_MEMORY = "160MB"
"""Beyond, tables and sorts go to disk."""
_AT_ONCE = 2 << 20
_FETCHED = 2_000


class Engine:
    """Rows go in as columns; questions are asked in Athena's dialect.

    It reaches nothing outside: no file, no network, no extension, whatever a question asks.
    """

    def __init__(self) -> None:
        self._waiting: list[Columns] = []
        self._size = 0
        self._connection = duckdb.connect(":memory:")
        self._disk = usercache.temporary()
        place = literal(self._disk.name if self._disk else "")  # else it is the working tree's
        self._connection.execute(f"SET temp_directory = {place}")
        for statement in _BEGINNING:
            self._connection.execute(statement)

    def add(self, rows: bytes) -> None:
        """Rows (`row.packed`) are kept until they are many, as each insertion has its price."""
        self._waiting.append(unpacked(rows))
        self._size += len(rows)
        if self._size > _AT_ONCE:
            self._insert()

    def _insert(self) -> None:
        if not self._waiting:
            return
        parts, self._waiting, self._size = self._waiting, [], 0
        columns = (chain.from_iterable(each) for each in zip(*parts, strict=True))
        arrays = (Array(list(column), DataType.utf8()) for column in columns)
        table = Table.from_pydict(dict(zip(Row._fields, arrays, strict=True)))
        with _refusals():
            self._connection.register(_ROWS, table)
            self._connection.execute(_INSERT)
            self._connection.unregister(_ROWS)

    def rows(self, sql: str, *, foreign: bool = False) -> Iterator[dict[str, Any]]:
        """Raises InputError for SQL that the engine refuses. `foreign`: no question of our own,
        which are written so that both engines take them as they are, and alike."""
        self._insert()
        with _refusals():
            cursor = self._execute(transpiled(sql) if foreign else sql)
            names = [column[0] for column in cursor.description or ()]
            told_apart(names)
            while found := cursor.fetchmany(_FETCHED):
                for values in found:
                    yield dict(zip(names, values, strict=True))

    def _execute(self, sql: str) -> duckdb.DuckDBPyConnection:
        """What is another word here is translated, which takes longer than most questions."""
        try:
            return self._connection.execute(sql)
        except (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException):
            return self._connection.execute(transpiled(sql))


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


def _type(kind: Any) -> str:
    return "VARCHAR" if isinstance(kind, str) else f"STRUCT({_typed(kind)})"


def _typed(columns: dict[str, Any]) -> str:
    return ", ".join(f'"{name}" {_type(kind)}' for name, kind in columns.items())


def _value(kind: Any) -> str:
    if isinstance(kind, str):
        return kind
    return "{" + ", ".join(f"'{name}': {_value(each)}" for name, each in kind.items()) + "}"


_BEGINNING = (
    f"CREATE TABLE {TABLE} ({_typed(COLUMNS)})",
    # of Athena's functions that the questions use, the one that goes by another name here
    "CREATE MACRO json_extract_scalar(value, path) AS value ->> path",
    # 7 / 2 is 3, as in Athena: https://trino.io/docs/current/functions/math.html
    "SET integer_division = true",
    "SET enable_external_access = false",
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    f"SET memory_limit = '{_MEMORY}'",
    "SET threads = 2",
    "SET preserve_insertion_order = false",
    "SET lock_configuration = true",
)
_INSERT = f"INSERT INTO {TABLE} SELECT {', '.join(map(_value, COLUMNS.values()))} FROM {_ROWS}"
