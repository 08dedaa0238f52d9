"""SQL on Amazon Athena: start, wait, read, with a bound on what is scanned: it is what costs."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from checker.collect.aws import calls
from checker.collect.aws.calls import CALL_ERRORS, Call
from checker.collect.aws.session import AccountSession
from checker.collect.cloudtrail import results
from checker.collect.cloudtrail.answers import Execution, Query, records
from checker.collect.cloudtrail.bucket import FETCH
from checker.collect.cloudtrail.refusals import NARROW, failed, refused
from checker.errors import InputError

START = Call("athena", "StartQueryExecution", "QueryExecutionId")
WATCH = Call("athena", "GetQueryExecution", "QueryExecution")
STOP = Call("athena", "StopQueryExecution")
RESULTS = Call("athena", "GetQueryResults", "ResultSet")
ROWS_A_PAGE = 1000  # the most that Athena gives
# https://docs.aws.amazon.com/athena/latest/ug/service-limits.html
LONGEST_SQL = 262_144  # bytes
_FIRST_WAIT, _LONGEST_WAIT, _GROWTH = 0.2, 5.0, 1.5  # seconds between two questions
_TERABYTE, _USD_PER_TERABYTE = 10**12, 5.0
_SOURCE = re.compile(
    r"athena://(?P<workgroup>[a-zA-Z0-9._-]{1,128})"
    r"(?:/(?P<catalog>[a-zA-Z0-9_-]{1,100}(?:/[a-zA-Z0-9._-]{1,100})?))?"
    r"/(?P<database>[a-z0-9_]{1,255})\.(?P<table>[a-z0-9_]{1,255})"
)


def usd(size: int) -> float:
    """About what it costs to read so many bytes: $5 per TB.

    https://aws.amazon.com/athena/pricing/ as of 2026-11; some regions take more. A terabyte is
    10^12 bytes here, so that the number errs to the high side.
    """
    return size / _TERABYTE * _USD_PER_TERABYTE


@dataclass(frozen=True)
class AthenaSource:
    """A table and the workgroup that asks it; made by `parse_athena`, which checks the names.
    `catalog`: None for the account's own; `s3tablescatalog/BUCKET` of S3 Tables."""

    workgroup: str
    database: str
    table: str
    catalog: str | None = None

    @property
    def quoted(self) -> str:
        """The table as it stands in SQL."""
        return self.named(self.table)

    def named(self, table: str) -> str:
        """Another one beside it."""
        parts = (self.catalog, self.database, table)
        return ".".join(f'"{part}"' for part in parts if part)


def parse_athena(text: str) -> AthenaSource:
    """`athena://WORKGROUP/DATABASE.TABLE`, with a catalog before the database where it is not the
    account's own; checked strictly, as the names end up in SQL."""
    found = _SOURCE.fullmatch(text)
    if found is None:
        raise InputError(
            f"{text!r} names no table in Athena",
            hint="write athena://WORKGROUP/DATABASE.TABLE; a workgroup has letters, digits and "
            "._-, a database and a table have lower-case letters, digits and _",
        )
    return AthenaSource(**found.groupdict())


@dataclass
class Athena:
    """Asks one table. `max_bytes` bounds what all its queries scan together; `poll` waits so many
    seconds before a query is looked at again."""

    session: AccountSession
    source: AthenaSource
    max_bytes: int | None
    poll: Callable[[float], None] = time.sleep
    scanned: int = field(default=0, init=False)
    billed: int = field(default=0, init=False)

    @property
    def cost_usd(self) -> float:
        """About what the queries cost: at least 10 MB each."""
        return usd(self.billed)

    def rows(self, sql: str) -> Iterator[dict[str, str | None]]:
        """The answer, a dict from column to text for each row.

        The query has ended when this returns; its pages are fetched as they are used.
        """
        size = len(sql.encode())
        if size > LONGEST_SQL:
            raise InputError(
                f"the query has {size:,} bytes, and Athena takes {LONGEST_SQL:,}",
                hint="ask for fewer roles at a time: --account, or a smaller snapshot",
            )
        if self.max_bytes is not None and self.scanned > self.max_bytes:
            raise self._too_much("the queries before")
        query = self._start(sql)
        self._wait(query)
        return self._read(query)

    def _start(self, sql: str) -> Query:
        """The token is the same when the request is repeated: no second query is started."""
        context = {"Database": self.source.database}
        if self.source.catalog:
            context["Catalog"] = self.source.catalog
        answer = self._ask(
            START,
            QueryString=sql,
            QueryExecutionContext=context,
            WorkGroup=self.source.workgroup,
            ClientRequestToken=uuid.uuid4().hex,
        )
        return Query(str(answer["QueryExecutionId"]))

    def _wait(self, query: Query) -> None:
        """Until it succeeded; whatever else ends the waiting, Ctrl-C included, stops the query."""
        wait = _FIRST_WAIT
        try:
            while not self._look(query).ended:
                self.poll(wait)
                wait = min(_LONGEST_WAIT, wait * _GROWTH)
        finally:
            self.scanned += query.scanned
            self.billed += query.billed
            if not query.ended:
                self._stop(query)
        if query.last.status.state != "SUCCEEDED":
            raise failed(query.last.status.state, query.last.status.state_change_reason)

    def _look(self, query: Query) -> Query:
        answer = self._ask(WATCH, QueryExecutionId=query.id)
        try:
            query.last = msgspec.convert(answer[WATCH.key], Execution)
        except CALL_ERRORS as error:
            raise refused(WATCH, error) from error
        total = self.scanned + query.scanned
        if not query.ended and self.max_bytes is not None and total > self.max_bytes:
            raise self._too_much("the query")
        return query

    def _too_much(self, what: str) -> InputError:
        return InputError(
            f"{what} scanned more than {self.max_bytes:,} bytes of {self.source.quoted}",
            hint=f"{NARROW}, or raise --max-scan",
        )

    def _stop(self, query: Query) -> None:
        """A query that goes on costs money, so that it could not be stopped outweighs all else."""
        try:
            calls.invoke(self.session.client("athena"), STOP, {"QueryExecutionId": query.id})
        except CALL_ERRORS as error:
            code, message = calls.describe(error)
            raise InputError(
                f"query {query.id} goes on: it could not be stopped: "
                f"{calls.clean(f'{code}: {message}')}",
                hint="stop it in Athena's console; allow the caller athena:StopQueryExecution",
            ) from error

    def _ask(self, call: Call, **request: Any) -> Mapping[str, Any]:
        try:
            return calls.invoke(self.session.client("athena"), call, request)
        except CALL_ERRORS as error:
            raise refused(call, error) from error

    def _read(self, query: Query) -> Iterator[dict[str, str | None]]:
        """From the object that the answer lies in; from Athena, where that cannot be read."""
        found = results.place(query.output)
        if found is None:
            yield from self._told(RESULTS, self._pages(query))
            return
        content = results.content(self.session.client("s3"), *found)
        yield from self._told(FETCH, results.rows(content))

    def _told(
        self, call: Call, rows: Iterator[dict[str, str | None]]
    ) -> Iterator[dict[str, str | None]]:
        while True:
            try:
                row = next(rows, None)
            except CALL_ERRORS as error:
                raise refused(call, error) from error
            if row is None:
                return
            yield row

    def _pages(self, query: Query) -> Iterator[dict[str, str | None]]:
        request = {
            "QueryExecutionId": query.id,
            "PaginationConfig": {"PageSize": ROWS_A_PAGE},
        }
        for page in records(calls.pages(self.session.client("athena"), RESULTS, request)):
            yield from page
