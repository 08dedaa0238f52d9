"""What `steampipe query` wrote: JSON in both its wrappings, or CSV."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from checker.collect.files.collect import shown
from checker.collect.files.read import Where
from checker.collect.files.text import LARGEST, decoded, values
from checker.collect.iac.files import InputFile
from checker.collect.steampipe.rows import Rows
from checker.collect.steampipe.tables import BY_NAME, Row, Table, table_of
from checker.errors import InputError

_HINT = 'write it with: steampipe query --output json "select * from TABLE" > TABLE.json'
_EMPTY = ("", "<null>")
_WORDS = {"true": True, "false": False}
_YES_OR_NO = (
    "public",
    "default_version",
    "steampipe_available",
    "allow_unauthenticated_identities",
)
"""Columns whose text is no name."""


def rows_of(file: InputFile, where: Where) -> Rows:
    """One file of one table. Raises InputError."""
    data = file.read(LARGEST)
    columns, rows = _content(data, file.path)
    where = Where.of(file.path, where)
    return Rows(
        table=_table(file.path, columns),
        name=shown(file.path),
        columns=frozenset(columns),
        rows=rows,
        covers=frozenset([where.account]) if where.account else None,
        account=where.account,
        guessed=where.guessed,
        sha256=hashlib.sha256(data).hexdigest(),
    )


def _content(data: bytes, path: Path) -> tuple[list[str], list[Row]]:
    if not path.name.lower().removesuffix(".gz").endswith(".csv"):
        return _json(values(data, path), path)
    return _csv(decoded(data, path), path)


def _json(found: list[Any], path: Path) -> tuple[list[str], list[Row]]:
    """An array of rows, or, since Steampipe 0.24, an object of `columns` and `rows`."""
    whole = found[0] if len(found) == 1 else None
    if whole is None and found == [None]:
        return [], []
    if isinstance(whole, Mapping) and isinstance(whole.get("columns"), list) and "rows" in whole:
        rows = whole["rows"] or []
        named = [str(c.get("name")) for c in whole["columns"] if isinstance(c, Mapping)]
    else:
        rows, named = whole, []
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise InputError("is no output of a query of Steampipe", path=path, hint=_HINT)
    return named or list(dict.fromkeys(key for row in rows for key in row)), rows


def _csv(text: str, path: Path) -> tuple[list[str], list[Row]]:
    csv.field_size_limit(min(LARGEST, sys.maxsize))
    reader = csv.DictReader(io.StringIO(text, newline=""))
    try:
        rows = list(reader)
    except csv.Error as error:
        raise InputError(f"no CSV: {error}", path=path, hint=_HINT) from None
    columns = list(reader.fieldnames or ())
    twice = sorted({name for name in columns if columns.count(name) > 1})
    if twice:
        hint = "select each once"
        raise InputError(f"two columns are called {twice[0]!r}", path=path, hint=hint)
    if any(None in row or None in row.values() for row in rows):
        hint = "copy it whole, or write JSON"
        raise InputError("a row has not as many columns as the first line", path=path, hint=hint)
    return columns, [{key: _value(key, text) for key, text in row.items()} for row in rows]


def _value(column: str, text: str) -> Any:
    """Documents are JSON within a column; an empty column is none."""
    if text in _EMPTY:
        return None
    if column in _YES_OR_NO:
        return _WORDS.get(text, text)
    if text.startswith(("{", "[")):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    return text


def _table(path: Path, columns: list[str]) -> Table:
    """By the file's name, else by columns that only one table has."""
    stem = path.name.lower()
    named = [name for name in BY_NAME if name in stem]
    if named:
        table = BY_NAME[max(named, key=len)]
        if columns and not set(columns) & set(table.needed):
            said = f"is called as {table.name}, and has none of its columns"
            raise InputError(said, path=path, hint=_HINT)
        return table
    found = table_of(columns)
    if len(found) != 1:
        what = "has columns of no table that is read" if columns else "is empty, and tells no table"
        hint = f"call it as the table, such as aws_iam_role.json; {', '.join(BY_NAME)} are read"
        raise InputError(what, path=path, hint=hint)
    return found[0]
