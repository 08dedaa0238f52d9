"""What stands around a question: what it is told to cost, how a source is opened, why it is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from checker.collect.aws.calls import NOT_OFFERED, Call
from checker.collect.cloudtrail import estimate, hints, opening
from checker.collect.cloudtrail import table as catalog_table
from checker.collect.cloudtrail.answers import Execution, Query, _Encryption, _Result, records
from checker.collect.cloudtrail.answers import _Statistics as Statistics
from checker.collect.cloudtrail.answers import _Status as Status
from checker.collect.cloudtrail.athena import AthenaSource, parse_athena, usd
from checker.collect.cloudtrail.opening import Opening, open_trail
from checker.collect.cloudtrail.refusals import failed, refused
from checker.collect.cloudtrail.results import place
from checker.collect.cloudtrail.table import Metadata, Table, _Column, _understood, parsed, told
from checker.errors import InputError
from checker.usage import ocsf
from checker.usage.iceberg import NAMES
from checker.usage.sql import Window
from tests.collect.cloudtrail.test_table import hive
from tests.support.rows import rows
from tests.usage.ocsf import types as ocsf_types

NARROW = "narrow --from/--to/--account/--region"
MAKE = "make the table with `vendorgate usage athena-ddl`"
RESULTS = ("the caller needs s3:GetBucketLocation, s3:GetObject and s3:PutObject at the query result location of the workgroup, and kms:Decrypt "
           "where it is encrypted with a key")  # fmt: skip
NEEDS = ("the caller needs the calls of Athena, glue:GetTable and glue:GetDatabase, s3:ListBucket and s3:GetObject on the logs, and kms:Decrypt "
         "where they are encrypted with a key")  # fmt: skip
MENDS: list[tuple[str, str | None]] = [
    ("COLUMN_NOT_FOUND: x", MAKE), ("TABLE_NOT_FOUND: x", MAKE), ("Table a.b does not exist", MAKE), ("table x not found", MAKE), ("SCHEMA_NOT_FOUND: y", f"check the database's name and the region; {MAKE}"),
    ("Bytes scanned limit was exceeded", f"{NARROW}, or raise the limit of the workgroup (its data usage controls)"), ("Query exhausted resources", NARROW), ("Query timeout", NARROW), ("it timed out", NARROW),
    ("No output location provided", "set a query result location for the workgroup"), ("create output bucket x", RESULTS), ("the output location", RESULTS), ("writing output to url", RESULTS),
    ("writing to location", RESULTS), ("results bucket", RESULTS), ("Access denied at the result location", RESULTS), ("WorkGroup x is not found", "check the workgroup's name and the region"),
    ("workgroup x does not exist", "check the workgroup's name and the region"), ("AccessDenied", NEEDS), ("access denied", NEEDS), ("is not authorized", NEEDS), ("Permission denied", NEEDS), ("Forbidden", NEEDS),
    ("line 1:1: mismatched input", None), ("nothing", None),
]  # fmt: skip


@rows("reason, mend", MENDS)
def test_each_refusal_has_its_mend(reason: str, mend: str | None) -> None:
    """Another's, or none."""
    error = failed("FAILED", reason)
    assert (error.message, error.hint) == (f"the query failed: {reason}", mend)


def test_how_a_query_ends() -> None:
    """By whom, and for no reason."""
    assert failed("CANCELLED", "x").message == "the query was cancelled: x"
    assert failed("FAILED", "").message == "the query failed: Athena gives no reason"
    athena, s3 = (refused(Call(service, "X", "Y"), ValueError("odd")) for service in ("athena", "s3"))  # fmt: skip
    assert athena.message.startswith("athena:X fails: ") and athena.hint is None
    assert s3.hint == RESULTS


def ended(state: str = "SUCCEEDED", scanned: int = 0, kind: str = "DML", where: str = "", sealed: str = "") -> Query:  # fmt: skip
    result = _Result(output_location=where, encryption_configuration=_Encryption(encryption_option=sealed))  # fmt: skip
    told = Execution(status=Status(state=state), statistics=Statistics(data_scanned_in_bytes=scanned), result_configuration=result, statement_type=kind)  # type: ignore[arg-type]  # fmt: skip
    return Query("q", told)


def test_what_a_query_tells() -> None:
    """Whether it has ended, where its answer lies, and what it is billed."""
    assert [ended(one).ended for one in ("QUEUED", "RUNNING", "SUCCEEDED", "FAILED", "CANCELLED")] == [False, False, True, True, True]  # fmt: skip
    assert [ended(where="s3://b/k", sealed=one).output for one in ("", "SSE_S3", "SSE_KMS", "CSE_KMS")] == ["s3://b/k"] * 3 + [""]  # fmt: skip
    billed = [
        (0, 10),
        (10 * 10**6, 10),
        (10 * 10**6 + 1, 11),
        (12 * 10**6 - 1, 12),
        (12 * 10**6, 12),
    ]
    assert [ended(scanned=size).billed for size, _ in billed] == [most * 10**6 for _, most in billed]  # fmt: skip
    assert (ended("FAILED", 10**9).billed, ended(kind="DDL").billed, ended("CANCELLED", 10**9).billed) == (0, 0, 10**9)  # fmt: skip
    assert [usd(size) for size in (0, 10**12, 10**11)] == [0, 5, 0.5]
    assert (Query("q").output, Query("q").ended, Query("q").scanned) == ("", False, 0)


def page(*values: list[str | None], names: str = "ab") -> dict[str, Any]:
    data = [{"Data": [{} if one is None else {"VarCharValue": one} for one in row]} for row in values]  # fmt: skip
    return {"ResultSet": {"Rows": data, "ResultSetMetadata": {"ColumnInfo": [{"Name": one} for one in names]}}}  # fmt: skip


def test_rows_of_pages() -> None:
    """The first row alone repeats the names, and that of the first page that has some."""
    told = records(iter([page(), page(["a", "b"], ["1", None]), page(["a", "b"])]))
    assert list(told) == [[], [{"a": "1", "b": None}], [{"a": "a", "b": "b"}]]
    assert list(records(iter([page(["1", "2"], ["a", "b"])]))) == [[{"a": "1", "b": "2"}, {"a": "a", "b": "b"}]]  # fmt: skip
    assert list(records(iter([page(["1", "2"]), page(["3", "4"], names="cd")])))[1] == [{"a": "3", "b": "4"}]  # fmt: skip


PLACES = [("s3://b/k.csv", ("b", "k.csv")), ("s3://b/a/k.csv", ("b", "a/k.csv")), ("s3://b/k.txt", None), ("s3://b/.csv", None), ("", None), ("x s3://b/k.csv", None)]  # fmt: skip


@rows("text, found", PLACES)
def test_where_an_answer_lies(text: str, found: Any) -> None:
    """What is no SELECT's is none."""
    assert place(text) == found


NAMED = [
    ("athena://w/d.t", AthenaSource("w", "d", "t"), '"d"."t"'), ("athena://w/c/d.t", AthenaSource("w", "d", "t", "c"), '"c"."d"."t"'),
    ("athena://W.-_1/s3tablescatalog/b.x/d_1.t_2", AthenaSource("W.-_1", "d_1", "t_2", "s3tablescatalog/b.x"), '"s3tablescatalog/b.x"."d_1"."t_2"'),
]  # fmt: skip


@rows("text, source, quoted", NAMED)
def test_names_of_tables(text: str, source: AthenaSource, quoted: str) -> None:
    """In SQL, with their catalog; and another table beside them."""
    found = parse_athena(text)
    assert (found, found.quoted) == (source, quoted)
    assert found.named("x$files") == quoted.rpartition(".")[0] + '."x$files"'


# Tables


FLAT = [name for name in NAMES if "." not in name]
WHO: dict[str, str] = {
    "useridentity": "struct<type:string,arn:string,accountid:string,accesskeyid:string,invokedby:string,identityprovider:string,invokedbydelegate:struct<accountid:string>,"
    "sessioncontext:struct<sessionissuer:struct<arn:string>,webidfederationdata:struct<federatedprovider:string>>>"}  # fmt: skip
TRAIL = dict.fromkeys(FLAT, "string") | WHO
ALL_DAYS = "account region day"
NO_PARTITIONS = "the table has no partitions of days: each question reads it all"


def described(columns: dict[str, str], keys: str = ALL_DAYS, **parameters: str) -> Metadata:
    made = tuple(_Column(name=name.upper(), type=kind) for name, kind in columns.items())
    partitions = tuple(_Column(name=one.upper()) for one in keys.split())
    return Metadata(columns=made, partition_keys=partitions, parameters=parameters)


INJECT = {"projection.account.type": "injected"}
UNDERSTOOD: list[tuple[str, str, dict[str, str], Any, tuple[bool, bool, bool, tuple[str, ...], str]]] = [
    ("one of athena-ddl", ALL_DAYS, {}, None, (True, False, False, (), "")), ("whose accounts are injected", ALL_DAYS, INJECT, None, (True, True, False, (), "")), ("listed", ALL_DAYS, {"projection.account.type": "enum"}, None, (True, False, False, (), "")),
    ("with more partitions", ALL_DAYS + " hour", {}, None, (True, False, False, (), "")), ("without partitions", "", {}, None, (False, False, True, (), NO_PARTITIONS)), ("without days", "account region", INJECT, None, (False, False, True, (), NO_PARTITIONS)),
    ("of Iceberg", "", {"table_type": "iceberg"}, None, (False, False, True, (), "")), ("of Hive", "", {"table_type": "HIVE"}, None, (False, False, True, (), NO_PARTITIONS)),
    ("columns of its own, and days", ALL_DAYS, INJECT, {}, (True, True, True, (), "")), ("that lacks some", ALL_DAYS, {}, {"errorcode": None, "requestid": None}, (True, False, True, ("errorcode", "requestid"), "")),
]  # fmt: skip


@rows("why, keys, parameters, mapped, told_", UNDERSTOOD, ids=[row[0] for row in UNDERSTOOD])
def test_what_a_table_is(why: str, keys: str, parameters: Any, mapped: Any, told_: Any) -> None:
    """Of days or not, asked itself or by what stands for it, and what it has not."""
    table = _understood(described(TRAIL, keys, **parameters), mapped)
    stands = table.stand is not None
    assert (table.days, table.injected, stands, table.lost, table.note) == told_
    assert (table.parameters, table.census) == (parameters, None)
    sql = table.sql('"t"', Window())
    assert sql == '"t"' if not stands else 'FROM "t"\n' in sql and sql.endswith(") AS trail")
    if stands:
        beside = ["account", "region", "day"] if table.days else []
        assert [name for name in ("account", "region", "day") if f"    {name}" in sql] == beside


def test_a_table_of_security_lake() -> None:
    """Asked by what stands for it, and first what of it is CloudTrail's; one that lacks a column is
    refused."""
    lake = {name: hive(kind) for name, kind in ocsf_types().items()}
    table = _understood(described(lake, "", a="b"), None)
    assert (table.days, table.injected, table.parameters) == (False, False, {"a": "b"})
    columns = {name: parsed(kind) for name, kind in lake.items()}
    window = Window(begin="2026-05-01T00:00:00Z")
    assert table.sql('"t"', window) == ocsf.as_trail('"t"', columns, window)
    assert table.census and table.census('"t"', window) == ocsf.census('"t"', columns, window)
    with pytest.raises(InputError) as caught:
        _understood(described({k: v for k, v in lake.items() if k != "unmapped"}), None)
    assert caught.value.message == "the table is of OCSF, and has no unmapped"
    with pytest.raises(InputError, match="no column for"):
        _understood(described(lake), {})


CENSUS = [
    {"product": "CloudTrail", "version": "1.1.0", "records": "5"}, {"product": "CloudTrail", "version": "9", "records": "2"}, {"product": None, "version": "x", "records": "3"},
    {"product": "Amazon EKS", "version": "1.1.0", "records": "4"}, {"product": "Route 53", "version": None, "records": "1"},
]  # fmt: skip


def refusal(code: str, message: str = "no") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "GetTableMetadata")


DESCRIBED: list[tuple[str, Any, str]] = [
    ("it is", {"TableMetadata": {"Columns": [{"Name": n, "Type": k} for n, k in TRAIL.items()], "PartitionKeys": [{"Name": n} for n in ALL_DAYS.split()], "Parameters": {"a": "b"}}}, ""),
    ("denied", refusal("AccessDeniedException"), "the table could not be described: AccessDeniedException"), ("in its own words", refusal("X", "You are not authorized"), "the table could not be described: X"),
    ("a service that has no such call", refusal(sorted(NOT_OFFERED)[0]), "the table could not be described: "),
]  # fmt: skip


@rows("why, answer, note", DESCRIBED, ids=[row[0] for row in DESCRIBED])
def test_a_table_that_is_described(why: str, answer: Any, note: str) -> None:
    """Who may ask a table, and not describe it, has one that athena-ddl made; else it is refused."""
    asked: list[Any] = []

    def invoke(client: Any, call: Any, request: Any) -> Any:
        asked.append((client, call.name, request))
        if isinstance(answer, Exception):
            raise answer
        return answer

    for catalog in (None, "c"):
        one: Any = SimpleNamespace(session=SimpleNamespace(client=lambda name: name), source=AthenaSource("w", "d", "t", catalog))  # fmt: skip
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(estimate.calls, "invoke", invoke)
            table = catalog_table.described(one, None)
        request = {"CatalogName": catalog or "AwsDataCatalog", "DatabaseName": "d", "TableName": "t"}  # fmt: skip
        assert asked.pop() == ("athena", "athena:GetTableMetadata", request)
        assert (table.parameters, table.note.startswith(note), bool(table.note)) == ({} if note else {"a": "b"}, True, bool(note))  # fmt: skip


def test_a_table_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refused, and with what to do."""

    def invoke(*_: Any) -> Any:
        raise refusal("MetadataException", "Table x not found")

    monkeypatch.setattr(estimate.calls, "invoke", invoke)
    one: Any = SimpleNamespace(session=SimpleNamespace(client=lambda name: name), source=AthenaSource("w", "d", "t"))  # fmt: skip
    with pytest.raises(InputError) as caught:
        catalog_table.described(one, None)
    assert (caught.value.message, caught.value.hint) == ("athena:GetTableMetadata fails: MetadataException: Table x not found", MAKE)  # fmt: skip


def test_which_accounts_a_table_is_read_of() -> None:
    """Those that are known and those that are asked for; of none, or of too many, it is refused."""
    window, days = Window(accounts=("2", "1")), Window(days=("a", "b"))
    assert Table({}).window(days, frozenset("3")) == days
    assert Table({}, days=False).window(days, frozenset("3")) == Window()
    read = Table({}, injected=True).window(window, frozenset("31"))
    assert read == Window(accounts=("2", "1"), injected=("1", "2", "3"))
    most = frozenset(map(str, range(1000)))
    assert len(Table({}, injected=True).window(Window(), most).injected) == 1000
    for accounts, count in ((frozenset[str](), "0"), (most | {"x"}, "1,001")):
        with pytest.raises(InputError) as caught:
            Table({}, injected=True).window(Window(), accounts)
        assert caught.value.message == f"the table lists no accounts, and {count} are known"


def test_what_a_census_tells() -> None:
    """What is another source's is counted, what nobody understands is said."""
    passed, unread = told(iter(CENSUS))
    assert passed == {ocsf.OTHER_SOURCES: 5}
    assert unread == [ocsf.unknown_version("9", 2), ocsf.no_product(3)]


# Estimates


class Pages:
    """S3, one page of files for each listing of a folder; `asked`: what was asked of it."""

    def __init__(self, files: dict[str, int], page: int = 1000) -> None:
        self.files, self.page, self.asked = files, page, list[dict[str, Any]]()

    def __call__(self, _client: Any, call: Any, request: dict[str, Any]) -> Iterator[dict[str, Any]]:  # fmt: skip
        assert call is estimate.LIST
        self.asked.append(request)
        found = [{"Key": key, "Size": size} for key, size in sorted(self.files.items())
                 if key.startswith(request["Prefix"]) and key > request["StartAfter"]]  # fmt: skip
        for begin in range(0, max(len(found), 1), self.page):
            yield {"Name": "b", "Contents": found[begin : begin + self.page]}


def athena(most: int | None = None, answer: Any = ()) -> Any:
    session = SimpleNamespace(client={"s3": None}.__getitem__)
    return SimpleNamespace(session=session, max_bytes=most, source=AthenaSource("w", "d", "t"), rows=lambda sql: iter([dict(answer, sql=sql)] if answer else []))  # fmt: skip


TEMPLATE = "s3://b/x/${account}/CloudTrail/${region}/${day}"
PARTS = {"storage.location.template": TEMPLATE, "projection.account.values": "1, 2", "projection.region.values": "r,s"}  # fmt: skip
DAYS = Window(days=("2026/05/01", "2026/05/03"))


def at(account: str, region: str, day: str, name: str = "f") -> str:
    return f"x/{account}/CloudTrail/{region}/2026/05/{day}/{name}"


FILES = {
    at("1", "r", "01"): 10**9, at("1", "r", "03", "z"): 2 * 10**9, at("2", "s", "02"): 4 * 10**9, at("1", "r", "04"): 8 * 10**9,
    "x/1/CloudTrail/r/2026/04/30/f": 16 * 10**9, at("3", "r", "02"): 32 * 10**9, at("1", "t", "02"): 64 * 10**9, "x/1/CloudTrail/r/2026/05/030": 128 * 10**9,
}  # fmt: skip
NO = "no estimate: nobody tells "
ESTIMATES: list[tuple[str, dict[str, str], Window, int | None, str]] = [
    ("all folders", PARTS, DAYS, None, "estimate: 7.000 GB, about $0.0350 a reading"), ("just within the bound", PARTS, DAYS, 7 * 10**9, "estimate: 7.000 GB, about $0.0350 a reading"),
    ("a slash behind the day", PARTS | {"storage.location.template": TEMPLATE + "/"}, DAYS, None, "estimate: 7.000 GB, about $0.0350 a reading"),
    ("injected accounts", PARTS | {"projection.account.values": ""}, Window(days=DAYS.days, injected=("2",)), None, "estimate: 4.000 GB, about $0.0200 a reading"),
    ("injected before those that it lists", PARTS, Window(days=DAYS.days, injected=("2",)), None, "estimate: 4.000 GB, about $0.0200 a reading"),
    ("no days", PARTS, Window(), None, NO + "which folders are read"), ("no accounts", PARTS | {"projection.account.values": "1,"}, DAYS, None, NO + "which folders are read"),
    ("one region of none", PARTS | {"projection.region.values": "r,"}, DAYS, None, NO + "which folders are read"), ("no regions", {key: value for key, value in PARTS.items() if "region" not in key}, DAYS, None, NO + "which folders are read"), ("no template", {}, DAYS, None, NO + "where the table's files are"),
    ("another template", {"storage.location.template": "s3://b/x/${account}"}, DAYS, None, NO + "where the table's files are"), ("another kind", {"table_type": "HIVE"}, DAYS, None, NO + "where the table's files are"),
]  # fmt: skip


@rows("why, parameters, window, most, said", ESTIMATES, ids=[row[0] for row in ESTIMATES])
def test_what_a_question_will_cost(
    why: str, parameters: dict[str, str], window: Window, most: int | None, said: str
) -> None:
    """Of the days and places that it reads, no less and no more."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(estimate.calls, "pages", Pages(FILES))
        assert estimate.told(athena(most), Table(parameters), window) == said


def test_an_estimate_that_ends_early(monkeypatch: pytest.MonkeyPatch) -> None:
    """At the bound, which is a refusal; after so many requests, of which some stand for all."""
    table, pages = Table(PARTS), Pages(FILES)
    monkeypatch.setattr(estimate.calls, "pages", pages)
    with pytest.raises(InputError) as caught:
        estimate.told(athena(7 * 10**9 - 1), table, DAYS)
    assert caught.value.message == "the window has at least 7.000 GB of logs, and Athena may read 7.000 GB"  # fmt: skip
    assert {one["Bucket"] for one in pages.asked} == {"b"}
    assert {one["StartAfter"] for one in pages.asked} <= {f"{one['Prefix']}2026/05/01" for one in pages.asked}  # fmt: skip
    folders = [one["Prefix"] for one in pages.asked]
    assert sorted(folders) == [at(a, r, "")[: -len("2026/05//f")] for a in "12" for r in "rs"]
    assert folders != sorted(folders) or len(folders) < 4
    monkeypatch.setattr(estimate, "_REQUESTS", 2)
    sizes = {at(a, r, f"0{day}"): 10**9 for a in "12" for r in "rs" for day in (1, 2)}
    for page, said in ((1000, "estimate: 8.000 GB, about $0.0400 a reading, by 2 of 4 folders"), (1, "estimate: 8.000 GB, about $0.0400 a reading, by 1 of 4 folders")):  # fmt: skip
        monkeypatch.setattr(estimate.calls, "pages", Pages(sizes, page))
        assert estimate.told(athena(), table, DAYS) == said
    monkeypatch.setattr(estimate, "_REQUESTS", 1)
    assert estimate.told(athena(), table, DAYS) == "estimate: 4.000 GB, about $0.0200 a reading, by 1 of 4 folders"  # fmt: skip
    monkeypatch.setattr(estimate, "_REQUESTS", 4)
    assert estimate.told(athena(), table, DAYS).endswith("by 2 of 4 folders")
    late = {at("1", "r", f"{day:02}"): 10**9 for day in range(3, 30)}
    monkeypatch.setattr(estimate.calls, "pages", Pages(late, 1))
    monkeypatch.setattr(estimate, "_REQUESTS", 9)
    assert estimate.told(athena(), table, DAYS) == "estimate: 1.000 GB, about $0.0050 a reading"


def test_an_estimate_that_nobody_may_make(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said, and is no fault."""

    def pages(*_: Any) -> Iterator[Any]:
        yield {"Contents": []}

    monkeypatch.setattr(estimate.calls, "pages", pages)
    assert estimate.told(athena(), Table(PARTS), DAYS).startswith("no estimate: s3:ListObjectsV2 fails: ")  # fmt: skip


def test_what_a_table_of_iceberg_will_cost() -> None:
    """Its own list of files tells, of all of it."""
    table = Table({"table_type": "iceberg"})
    assert estimate.told(athena(answer={"size": "2000000000"}), table, DAYS) == "estimate: at most 2.000 GB, $0.0100 a reading: all of the table"  # fmt: skip
    for nothing in ({"size": None}, {}):
        assert estimate.told(athena(answer=nothing), table, DAYS) == "estimate: at most 0.000 GB, $0.0000 a reading: all of the table"  # fmt: skip
    asked = athena(answer={"size": "1"})
    sql = next(asked.rows('SELECT sum(file_size_in_bytes) AS size FROM "d"."t$files"'))["sql"]
    seen: list[str] = []
    asked.rows = lambda sql: iter(seen.append(sql) or ())
    estimate.told(asked, table, DAYS)
    assert seen == [sql]

    def refuse(_sql: str) -> Any:
        raise InputError("no")

    asked.rows = refuse
    assert estimate.told(asked, table, DAYS) == "no estimate: no"


# Sources


NOW = datetime(2026, 5, 1, 12, 30, 15, tzinfo=UTC)
BOUNDS: list[tuple[Window, str, str, tuple[date, date]]] = [
    (Window(), "2026-04-01T12:30:16Z", "2026-05-01T12:30:16Z", (date(2026, 3, 31), date(2026, 5, 2))), (Window(begin="2026-04-30T00:00:00Z"), "2026-04-30T00:00:00Z", "2026-05-01T12:30:16Z", (date(2026, 4, 29), date(2026, 5, 2))),
    (Window(end="2026-03-31T00:00:00Z"), "2026-03-01T00:00:00Z", "2026-03-31T00:00:00Z", (date(2026, 2, 28), date(2026, 4, 1))),
    (Window("2026-01-01T00:00:00Z", "9999-12-31T23:59:59Z"), "2026-01-01T00:00:00Z", "9999-12-31T23:59:59Z", (date(2025, 12, 31), date.max)),
]  # fmt: skip


@rows("window, begin, end, days", BOUNDS)
def test_what_is_remote_has_bounds(window: Window, begin: str, end: str, days: Any) -> None:
    """A month where nobody says it; a day more on each side, as files are of their delivery."""
    found = opening._bounded(Opening("s3://b", window, now=NOW))
    assert (found.begin, found.end, opening._widened(found)) == (begin, end, days)


def test_sources_that_are_opened(tmp_path: Path) -> None:
    """What is no source is refused, and so is a file of columns beside logs."""
    (tmp_path / "x.json").write_text("[]")
    trail = open_trail(Opening(str(tmp_path), Window()))
    assert (trail.remote, dict(trail.passed), trail.files) == (False, {}, 0)
    for source, columns, said in (("https://x", None, "https://x: no such kind of source"), (str(tmp_path), {}, "--columns names the columns of a table"),
                                  ("s3://b", {}, "--columns names the columns of a table"), ("athena://w", {}, "'athena://w' names no table in Athena")):  # fmt: skip
        with pytest.raises(InputError) as caught:
            open_trail(Opening(source, Window(), columns=columns))
        assert caught.value.message == said


def test_sources_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """As somebody of whom they are asked, over days that are wider than the window."""
    made: list[Any] = []

    def connect(*given: Any, **more: Any) -> Any:
        made.append((*given, more))
        return "session"

    def describe(athena: Any, columns: Any) -> Table:
        made.append((athena.session, athena.source, athena.max_bytes, columns))
        return Table({}, injected=True)

    monkeypatch.setattr("checker.collect.aws.session.connect", connect)
    monkeypatch.setattr("checker.collect.cloudtrail.table.described", describe)
    window = Window("2026-05-01T00:00:00Z", "2026-05-02T00:00:00Z")
    given = Opening("s3://bucket/p", window, "me", 9, own=frozenset("1"))
    logs: Any = open_trail(given)
    assert made == [("me", {"workers": 16})] and logs._window == window
    held = logs._logs
    days = (date(2026, 4, 30), date(2026, 5, 3))
    assert (held.session, held.source.prefix, held.begin, held.end) == ("session", "p", *days)
    made.clear()
    trail: Any = open_trail(replace(given, source="athena://w/d.t", columns={}))
    assert made == [("me", {}), ("session", AthenaSource("w", "d", "t"), 9, {})]
    assert trail._window == replace(window, days=("2026/04/30", "2026/05/03"), injected=("1",))
    assert (trail._table.injected, trail._say) == (True, given.say)


HINTS: list[tuple[str, str]] = [
    ("GetObject", hints.PLAIN), ("zzzzzzzz:Get", f"no service is known as 'zzzzzzzz'; {hints.PLAIN}"), ("dynamodbb:Get", "no service is known as 'dynamodbb'; did you mean 'dynamodb'?"), ("s3:GetObject", hints.PLAIN),
    ("s3:GetObjct", "no action of s3 is known as 'GetObjct'; did you mean 'GetObject'?"), ("s3:Zzzzzzzz", f"no action of s3 is known as 'Zzzzzzzz'; {hints.PLAIN}"),
    ("ses:SendEmial", "no action of ses is known as 'SendEmial'; did you mean 'SendEmail'?"), ("appstream:DescribeFleet", "no action of appstream is known as 'DescribeFleet'; did you mean 'DescribeFleets'?"), ("s3:RunInstances", f"no action of s3 is known as 'RunInstances'; {hints.PLAIN}"),
    ("monitoring:GetMetricData", hints.PLAIN), ("cloudwatch:GetMetricDat", "no action of cloudwatch is known as 'GetMetricDat'; did you mean 'GetMetricData'?"),
]  # fmt: skip


@rows("action, said", HINTS)
def test_a_name_that_nobody_knows(action: str, said: str) -> None:
    """No event of it, as it is misspelt."""
    assert hints.hint(action) == said
