"""What a table in Athena is, as its catalog tells for nothing: of CloudTrail's files, of Security
Lake's, or of somebody's own columns; and what stands for it in the questions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from checker.collect.aws import calls
from checker.collect.aws.calls import CALL_ERRORS, NOT_OFFERED, Call, Shape
from checker.collect.cloudtrail.refusals import refused
from checker.errors import InputError
from checker.usage import iceberg, ocsf
from checker.usage.sql import Window

if TYPE_CHECKING:
    from checker.collect.cloudtrail.athena import Athena

DESCRIBE = Call("athena", "GetTableMetadata", "TableMetadata")
PARTITIONS = ("account", "region", "day")
"""Of a table that `usage athena-ddl` makes."""
_CATALOG = "AwsDataCatalog"
_DENIED = re.compile(r"access.?denied|not authorized", re.IGNORECASE)
_MOST_INJECTED = 1000
# https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
Stand = Callable[[str, Window], str]
"""What stands for a table in the questions: of its name in SQL, and the window."""


class _Column(Shape, frozen=True):
    name: str
    type: str = ""


class Metadata(Shape, frozen=True):
    columns: tuple[_Column, ...] = ()
    partition_keys: tuple[_Column, ...] = ()
    parameters: dict[str, str] = msgspec.field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """`stand`: what is asked in its place, None: itself. `census`: whether its records have to be
    told apart first. `lost`: what its columns do not hold. `note`: for people."""

    parameters: Mapping[str, str]
    days: bool = True
    injected: bool = False
    stand: Stand | None = None
    census: Stand | None = None
    lost: tuple[str, ...] = ()
    note: str = ""

    def sql(self, quoted: str, window: Window) -> str:
        return self.stand(quoted, window) if self.stand else quoted

    def window(self, window: Window, accounts: frozenset[str]) -> Window:
        """What of the table is read; `accounts`: those that are known to be own."""
        read = window if self.days else replace(window, days=None)
        if not self.injected:
            return read
        chosen = tuple(sorted(accounts | set(window.accounts)))
        if not 0 < len(chosen) <= _MOST_INJECTED:
            raise InputError(
                f"the table lists no accounts, and {len(chosen):,} are known",
                hint=f"name 1 to {_MOST_INJECTED:,} by --account, or a snapshot that has them; or "
                "make the table with --account in place of --inject-accounts",
            )
        return replace(read, injected=chosen)


def described(athena: Athena, mapped: iceberg.Mapped | None) -> Table:
    """Raises InputError for a table that is not there or that no question can be asked. Who may
    ask a table and not describe it is taken to have one that `usage athena-ddl` made."""
    try:
        found = _metadata(athena)
    except CALL_ERRORS as error:
        code, message = calls.describe(error)
        if code in NOT_OFFERED or _DENIED.search(f"{code}: {message}"):
            return Table({}, note=f"the table could not be described: {calls.clean(code)}")
        raise refused(DESCRIBE, error) from error
    return _understood(found, mapped)


def _metadata(athena: Athena) -> Metadata:
    source = athena.source
    request = {
        "CatalogName": source.catalog or _CATALOG,
        "DatabaseName": source.database,
        "TableName": source.table,
    }
    answer = calls.invoke(athena.session.client("athena"), DESCRIBE, request)
    return msgspec.convert(answer[DESCRIBE.key], Metadata)


def _understood(found: Metadata, mapped: iceberg.Mapped | None) -> Table:
    columns = {column.name.lower(): parsed(column.type) for column in found.columns}
    keys = {column.name.lower() for column in found.partition_keys}
    if mapped is None and ocsf.is_ocsf(columns):
        return _of_lake(found, columns)
    days = keys >= set(PARTITIONS)
    places = iceberg.checked(columns, mapped or {})
    injected = found.parameters.get("projection.account.type") == "injected"
    if mapped is None and days:
        return Table(found.parameters, injected=injected)
    lost = tuple(name for name, path in places.items() if path is None)
    stand = partial(_mapped, columns, places, PARTITIONS if days else ())
    partitioned = days or found.parameters.get("table_type", "").upper() == "ICEBERG"
    note = "" if partitioned else "the table has no partitions of days: each question reads it all"
    return Table(found.parameters, days, injected and days, stand, lost=lost, note=note)


def _mapped(
    columns: ocsf.Columns, places: iceberg.Mapped, beside: tuple[str, ...], quoted: str,
    window: Window,
) -> str:  # fmt: skip
    return iceberg.as_trail(quoted, columns, places, window, beside)


def _of_lake(found: Metadata, columns: ocsf.Columns) -> Table:
    if missing := ocsf.missing(columns):
        raise InputError(
            f"the table is of OCSF, and has no {', '.join(missing)}",
            hint="name one of CloudTrail's in Security Lake, such as …_cloud_trail_mgmt_2_0",
        )
    return Table(
        found.parameters,
        days=False,
        stand=lambda quoted, window: ocsf.as_trail(quoted, columns, window),
        census=lambda quoted, window: ocsf.census(quoted, columns, window),
    )


def parsed(kind: str) -> ocsf.Columns | str:
    """A type of Hive's: `struct<name:type,…>`, and what has no fields as it is written."""
    inner = re.fullmatch(r"(?:struct|row)[<(](.*)[>)]", kind.strip(), re.IGNORECASE | re.DOTALL)
    if inner is None:
        return kind.strip()
    pairs = (re.split(r"[:\s]", field.strip(), maxsplit=1) for field in _split(inner[1]))
    return {pair[0].strip('"`').lower(): parsed(pair[-1]) for pair in pairs if pair[0]}


def _split(text: str) -> Iterator[str]:
    """At the commas of the outermost level."""
    depth, begin = 0, 0
    for at, char in enumerate(text):
        depth += (char in "<(") - (char in ">)")
        if char == "," and not depth:
            yield text[begin:at]
            begin = at + 1
    yield text[begin:]


def told(rows: Iterator[Mapping[str, Any]]) -> tuple[dict[str, int], list[str]]:
    """Of a census: what is of other sources, by kind; and why some records are not read."""
    passed: dict[str, int] = {}
    unread: list[str] = []
    for row in rows:
        count = int(row["records"])
        if row["product"] is None:
            unread.append(ocsf.no_product(count))
        elif row["product"] != ocsf.PRODUCT:
            passed[ocsf.OTHER_SOURCES] = passed.get(ocsf.OTHER_SOURCES, 0) + count
        elif row["version"] not in ocsf.VERSIONS:
            unread.append(ocsf.unknown_version(row["version"], count))
    return passed, unread
