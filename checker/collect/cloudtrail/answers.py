"""What Athena answers: how far a query is, and its rows, where everything is text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from checker.collect.aws.calls import Shape
from checker.usage.sql import told_apart

_MEGABYTE, _LEAST = 10**6, 10  # what is billed: whole megabytes, at least ten


class _Status(Shape, frozen=True):
    state: Literal["QUEUED", "RUNNING", "SUCCEEDED", "FAILED", "CANCELLED"]
    state_change_reason: str = ""


class _Statistics(Shape, frozen=True):
    data_scanned_in_bytes: int = 0


class _Encryption(Shape, frozen=True):
    encryption_option: str = ""


class _Result(Shape, frozen=True):
    """Of results that Athena manages itself nobody is told where they are."""

    output_location: str = ""
    encryption_configuration: _Encryption = _Encryption()


class Execution(Shape, frozen=True):
    status: _Status
    statistics: _Statistics = _Statistics()
    result_configuration: _Result = _Result()
    statement_type: str = "DML"


class _Datum(Shape, frozen=True):
    """NULL is a datum without a value."""

    var_char_value: str | None = None


class _Row(Shape, frozen=True):
    data: tuple[_Datum, ...] = ()


class _Column(Shape, frozen=True):
    name: str


class _Metadata(Shape, frozen=True):
    column_info: tuple[_Column, ...] = ()


class _ResultSet(Shape, frozen=True):
    rows: tuple[_Row, ...] = ()
    result_set_metadata: _Metadata = _Metadata()


_STARTED = Execution(status=_Status(state="QUEUED"))


@dataclass
class Query:
    """A query under way, as Athena told of it last."""

    id: str
    last: Execution = _STARTED

    @property
    def scanned(self) -> int:
        return self.last.statistics.data_scanned_in_bytes

    @property
    def output(self) -> str:
        """Where its answer lies to be read; nothing, if nobody but Athena can read it."""
        result = self.last.result_configuration
        sealed = result.encryption_configuration.encryption_option == "CSE_KMS"
        return "" if sealed else result.output_location

    @property
    def ended(self) -> bool:
        return self.last.status.state not in ("QUEUED", "RUNNING")

    @property
    def billed(self) -> int:
        """Bytes: rounded up to megabytes, at least ten; DDL and queries that fail are free."""
        if self.last.status.state == "FAILED" or self.last.statement_type == "DDL":
            return 0
        return max(_LEAST, -(-self.scanned // _MEGABYTE)) * _MEGABYTE


def records(pages: Iterator[Mapping[str, Any]]) -> Iterator[list[dict[str, str | None]]]:
    """Page by page. The first row of a SELECT, and of nothing else, repeats the columns' names."""
    names: list[str] = []
    first = True
    for page in pages:
        answer = msgspec.convert(page["ResultSet"], _ResultSet)
        names = names or [column.name for column in answer.result_set_metadata.column_info]
        told_apart(names)
        rows = [[datum.var_char_value for datum in row.data] for row in answer.rows]
        if first and rows:
            rows, first = rows[1:] if rows[0] == names else rows, False
        yield [dict(zip(names, row, strict=True)) for row in rows]
