"""Steampipe's PostgreSQL endpoint: each connection is a schema, each table is asked once.

An unqualified name would ask the first connection of the search path alone, and pass over all
others in silence; so connections are asked by name, one after the other, and one that fails is a
gap of its own. Aggregators are left out where their parts can be asked.
https://steampipe.io/docs/managing/connections
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from checker.collect.aws.calls import clean
from checker.collect.recorded.answers import Answers
from checker.collect.steampipe.rows import Rows
from checker.collect.steampipe.tables import BY_NAME, TABLES, Row, Table
from checker.errors import InputError, did_you_mean
from checker.snapshot.records import Gap

_SHARED = "aws_ec2_ami_shared"
URL = (
    "as in postgres://steampipe@127.0.0.1:9193/steampipe; the password in PGPASSWORD, or with "
    "%40 for @, %2F for / and %25 for %"
)
_WHOLE = re.compile(r"postgres(ql)?://([^/@]*@)?[^/@?]*(/[^@?]*)?(\?.*)?")
"""Without what would make a host of a part of the password."""
_READY = ("ready", "updated", "unchanged")


class Database:
    """A connection to it; `shown` is its address, without name and password."""

    def __init__(self, url: str) -> None:
        self._secret, self.shown, conninfo = _parsed(url)
        self._connection = self._connect(conninfo)

    def _connect(self, conninfo: Mapping[str, Any]) -> Any:
        import psycopg

        try:
            found = psycopg.connect(**conninfo, autocommit=True)
            found.execute("SET default_transaction_read_only TO on")
        except psycopg.Error as error:
            raise InputError(
                f"cannot be asked: {self.said(error)}", path=self.shown,
                hint="is it running? steampipe service start",
            ) from None  # fmt: skip
        return found

    def close(self) -> None:
        self._connection.close()

    def said(self, error: BaseException) -> str:
        """An error's first line, without anything secret."""
        text = (str(error).strip() or type(error).__name__).split("\n")[0]
        return clean(text.replace(self._secret, "…") if self._secret else text)

    def rows(self, query: Any, values: Sequence[Any] = ()) -> list[Row]:
        """Raises psycopg.Error."""
        from psycopg.rows import dict_row

        with self._connection.cursor(row_factory=dict_row) as cursor:
            cursor.execute(query, values or None)
            found: list[Row] = cursor.fetchall()
        return found


@contextmanager
def opened(url: str) -> Iterator[Database]:
    """Raises InputError where it cannot be reached."""
    try:
        import psycopg  # noqa: F401
    except ImportError:
        hint = "pip install 'vendorgate[steampipe]', or give files of steampipe query"
        raise InputError("PostgreSQL's driver is not installed", hint=hint) from None
    database = Database(url)
    try:
        yield database
    finally:
        database.close()


def _parsed(url: str) -> tuple[str, str, Mapping[str, Any]]:
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    try:
        told = conninfo_to_dict(url)
    except psycopg.Error:  # whose text may hold the password
        raise _no_url() from None
    if not _WHOLE.fullmatch(url) or not re.fullmatch(r"[0-9,]*", str(told.get("port") or "")):
        raise _no_url()
    place = f"{told.get('host', 'localhost')}:{told.get('port', '5432')}"
    return str(told.get("password") or ""), f"postgres://{place}/{told.get('dbname', '')}", told


def _no_url() -> InputError:
    return InputError("is no URL of a PostgreSQL database", hint=URL)


@dataclass(frozen=True)
class Connection:
    """One of Steampipe's, which is a schema; its tables with the columns that each has."""

    name: str
    tables: Mapping[str, frozenset[str]]


def read(database: Database, wanted: Sequence[str], answers: Answers) -> list[Rows]:
    """All tables of all connections, or of those that are wanted. Raises InputError."""
    found: list[Rows] = []
    for connection in _connections(database, wanted, answers):
        found += _Connected(database, connection, answers).read()
    return found


def _connections(database: Database, wanted: Sequence[str], answers: Answers) -> list[Connection]:
    known = {one.name: one for one in _schemas(database)}
    states = {str(one["name"]): one for one in _states(database)}
    for name in wanted:
        if name not in known and name not in states:
            raise InputError(
                f"--connection: there is none called {name!r} with tables of AWS",
                path=database.shown, hint=did_you_mean(name, known),
            )  # fmt: skip
    plain = [n for n in known if states.get(n, {}).get("type") != "aggregator"]
    chosen = list(wanted) or plain or list(known)
    parts = [part for name in chosen for part in _parts(states.get(name), states)]
    for name in sorted({*chosen, *(() if wanted else _of_aws(states))}):
        _note_state(database, name, states.get(name), name in known, answers)
    for name in sorted({*parts} - {*chosen}):
        _note_state(database, name, states.get(name), name in states, answers)
    if not known:
        hint = "steampipe plugin install aws, or another database"
        raise InputError("has no table of Steampipe's AWS plugin", path=database.shown, hint=hint)
    return [known[name] for name in chosen if name in known]


def _of_aws(states: Mapping[str, Row]) -> list[str]:
    """Connections of the plugin that are no aggregators."""
    return [
        name
        for name, one in states.items()
        if "/aws@" in str(one.get("plugin")) and one.get("type") != "aggregator"
    ]


def _parts(state: Row | None, states: Mapping[str, Row]) -> Sequence[str]:
    """Connections whose rows an aggregator shows: one that is in error has none there, and nothing
    says so. Of which it is made, it tells; else it may be of any."""
    if state is None or state.get("type") != "aggregator":
        return ()
    told = state.get("connections")
    named = [*map(str, told)] if isinstance(told, list) else []
    return [one for name in named for one in fnmatch.filter(states, name) or [name]] or _of_aws(
        states
    )


def _note_state(
    database: Database, name: str, state: Row | None, known: bool, answers: Answers
) -> None:
    told = str(state.get("state")) if state else "ready"
    if known and told in _READY:
        return
    error = state.get("error") if state else None
    said = database.said(ValueError(error)) if error else f"its state is {told}"
    text = f"the connection could not be asked: {said}"
    answers.gaps.append(Gap(call=f"steampipe:{name}", code="ConnectionError", message=text))


def _schemas(database: Database) -> Iterator[Connection]:
    rows = database.rows(
        "SELECT table_schema AS schema, table_name AS name, column_name AS column"
        " FROM information_schema.columns WHERE table_name = ANY(%s) ORDER BY 1, 2, 3",
        [[*BY_NAME]],
    )
    tables: dict[str, dict[str, set[str]]] = {}
    for row in rows:
        columns = tables.setdefault(row["schema"], {}).setdefault(row["name"], set())
        columns.add(row["column"])
    for schema, named in tables.items():
        yield Connection(schema, {name: frozenset(columns) for name, columns in named.items()})


def _states(database: Database) -> list[Row]:
    """What Steampipe says of its connections; nothing where it is another database that holds the
    tables, or an older Steampipe."""
    where = database.rows(
        "SELECT table_schema AS schema FROM information_schema.tables"
        " WHERE table_name = 'steampipe_connection' ORDER BY 1"
    )
    if not where:
        return []
    from psycopg import sql

    table = sql.Identifier(where[0]["schema"], "steampipe_connection")
    return database.rows(sql.SQL("SELECT * FROM {}").format(table))


@dataclass
class _Connected:
    database: Database
    connection: Connection
    answers: Answers

    def read(self) -> list[Rows]:
        failed: dict[Table, str] = {}
        found: dict[Table, list[Row]] = {}
        for table in self._tables():
            rows = self._rows(table, failed)
            if rows is not None:
                found[table] = rows
        accounts = {
            str(r["account_id"]) for rows in found.values() for r in rows if r.get("account_id")
        }
        for table, text in failed.items():
            self._failed(table, text, accounts)
        if not accounts:
            text = "tells of no account: see aws_account"
            self._gap(f"steampipe:{self.connection.name}", "NothingListed", text)
        told = [self._told(table, rows, accounts) for table, rows in found.items()]
        return [*told, *self._shared(found, accounts)]

    def _tables(self) -> list[Table]:
        """Shared images are asked for one by one, when all that uses some is known."""
        return [one for one in TABLES if one.name in self.connection.tables and one.name != _SHARED]

    def _told(self, table: Table, rows: list[Row], accounts: Iterable[str]) -> Rows:
        return Rows(
            table=table,
            name=f"{self.database.shown}/{self.connection.name}.{table.name}",
            columns=self.connection.tables[table.name],
            rows=rows,
            covers=frozenset(accounts),
        )

    def _rows(
        self, table: Table, failed: dict[Table, str], where: Mapping[str, str] | None = None
    ) -> list[Row] | None:
        import psycopg
        from psycopg import sql

        columns = [one for one in table.columns if one in self.connection.tables[table.name]]
        query = sql.SQL("SELECT {} FROM {}").format(
            sql.SQL(", ").join(map(sql.Identifier, columns)),
            sql.Identifier(self.connection.name, table.name),
        )
        if where:  # literals, as Steampipe looks for them in the text of the query
            tests = [
                sql.SQL("{} = {}").format(sql.Identifier(name), sql.Literal(value))
                for name, value in where.items()
            ]
            query += sql.SQL(" WHERE ") + sql.SQL(" AND ").join(tests)
        try:
            return self.database.rows(query)
        except psycopg.Error as error:
            failed[table] = self.database.said(error)
            return None

    def _shared(self, found: Mapping[Table, list[Row]], accounts: Iterable[str]) -> list[Rows]:
        """Images that are used, and not the account's own. One that is nowhere to be found is of
        an unknown owner, which is a finding."""
        table = BY_NAME[_SHARED]
        if _SHARED not in self.connection.tables:
            return []
        known = {(r["region"], r["image_id"]) for r in found.get(BY_NAME["aws_ec2_ami"], ())}
        failed: dict[Table, str] = {}
        rows: list[Row] = []
        for account, region, image in sorted(_used(found)):
            if (region, image) not in known:
                where = {"image_id": image, "region": region, "account_id": account}
                rows += self._rows(table, failed, where) or []
        for one, text in failed.items():
            self._failed(one, text, accounts)
        return [self._told(table, rows, ())]

    def _failed(self, table: Table, text: str, accounts: Iterable[str]) -> None:
        said = f"{self.connection.name}.{table.name}: {text}"
        for account in accounts:
            for call in table.calls:
                self.answers.failures[account, call] = ("SteampipeError", said)
        if not table.calls or not accounts:
            self._gap(f"steampipe:{self.connection.name}.{table.name}", "SteampipeError", text)

    def _gap(self, call: str, code: str, message: str) -> None:
        self.answers.gaps.append(Gap(call=call, code=code, message=message))


def _used(found: Mapping[Table, list[Row]]) -> set[tuple[str, str, str]]:
    """Account, region and id of each image that a row names by its id."""
    return {
        (str(row["account_id"]), str(row["region"]), str(row["image_id"]))
        for table, rows in found.items()
        for row in rows
        if "image_id" in table.needed and str(row.get("image_id")).startswith("ami-")
    }
