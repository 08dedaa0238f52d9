"""Security Lake: the same rows from the same events, here from Parquet and in Athena by columns."""

from __future__ import annotations

import copy
import gzip
import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import duckdb
import pytest

from checker.collect.cloudtrail import engine as embedded
from checker.collect.cloudtrail.collect import read_use
from checker.collect.cloudtrail.engine import Engine
from checker.collect.cloudtrail.inflate import UnreadableError
from checker.collect.cloudtrail.parquet import _opened
from checker.collect.cloudtrail.scan import Found, Scanner
from checker.collect.cloudtrail.seen import Seen
from checker.errors import InputError
from checker.usage import fold, ocsf, queries
from checker.usage.sql import Window
from tests.usage import ocsf as lake
from tests.usage import reference
from tests.usage.loaded import Rows, Trail, everything, loaded, of_events, rows_of, use, used_of
from tests.usage.test_engines import (
    ENGINES,
    WINDOWS,
    expected,
    meant,
    ordered,
    plain,
    without_parameters,
)
from tests.usage.trails import TOKEN, TRAPS, random_trail
from tests.usage.traps import OWN, WATCHED

VERSIONS = pytest.mark.parametrize("version", ocsf.VERSIONS)


def columns(kinds: Any) -> Any:
    """As a table's columns are told: what is no struct is a type."""
    return (
        {name: columns(kind) for name, kind in kinds.items()} if isinstance(kinds, dict) else kinds
    )


class LakeTrail(Trail):
    """A table of Security Lake's, asked as Athena is."""

    def __init__(self, events: Rows, window: Window, version: str) -> None:
        super().__init__(Engine(), window, remote=True)
        self.columns = columns(lake.types(version))
        sql, parameters = lake.select(
            [lake.record(e, version) for e in told(events)], lake.types(version)
        )
        self.engine._connection.execute(f"CREATE TABLE lake AS {sql}", parameters)

    def again(self) -> LakeTrail:
        """The same table, of which nothing was asked yet."""
        other = copy.copy(self)
        other.gaps, other.seen, other.passed = [], Seen(), Counter()
        return other

    def rows(self, ask: Any) -> Iterator[dict[str, Any]]:
        source = ocsf.as_trail('"lake"', self.columns, self.window)
        with mock.patch.object(embedded, "transpiled", _transpiled):
            for row in self.engine.rows(ask(source, self.window)):
                yield {name: None if v is None else str(v) for name, v in row.items()}


_transpiled = cache(embedded.transpiled)
"""Few questions, of hundreds of trails: to translate one takes longer than to answer it."""


def told(events: Rows) -> Rows:
    """What Security Lake is given: no Insights."""
    return [event for event in events if event.get("eventCategory") != "Insight"]


def agree(
    events: Rows, watched: set[str], own: set[str], window: Window, version: str, *, remote: bool
) -> None:
    if remote:
        found = lake_use(events, watched, own, window, version)
    else:
        engine = loaded([lake.parquet(told(events), version)])
        found = use(engine, watched, own, window, remote=False)
    assert ordered(found) == ordered(expected(told(events), watched, own, window, remote=remote))


@ENGINES
@pytest.mark.parametrize("name", ["recorded_twice", "shared_events", "missing_fields", "saml"])
def test_the_other_version(name: str, remote: bool) -> None:
    """The account that a record was delivered to, which has a place of its own there."""
    agree(TRAPS[name]().events, WATCHED, OWN, Window(), "1.5.0", remote=remote)


@VERSIONS
def test_the_questions_of_single_events(version: str) -> None:
    """A parameter, an address or an id that is told otherwise."""
    events, watched, _ = random_trail(3, 400)
    window = WINDOWS["an hour"]
    logs, here = of_events(events), loaded([lake.parquet(told(events), version)])
    there = LakeTrail(events, window, version)
    for role in sorted(watched):

        def ask(table: str, window: Window, role: str = role) -> str:
            return queries.calls(table, window, role) + queries.IN_ORDER

        asked = ask("trail", window)
        rows = [
            plain(list(fold.call_rows(found, identity=False)))
            for found in (logs.rows(asked), here.rows(asked), there.rows(ask))
        ]
        assert rows[0] == rows[1] == rows[2]
        plainly = reference.calls(told(events), role, meant(window))
        assert without_parameters(rows[0]) == without_parameters(plain(plainly))


def scanned(content: bytes) -> Found:
    return Scanner(everything()).scan("f", content)


def without(path: str) -> lake.Types:
    """The columns, but for one."""
    *above, name = path.split(".")
    kinds: lake.Types = json.loads(json.dumps(lake.TYPES))
    at = kinds
    for part in above:
        at = at[part]
    del at[name]
    return kinds if at else without(".".join(above))


@pytest.mark.parametrize("name", ["two_vendors", "chain_2"])
def test_an_empty_text_says_nothing(name: str) -> None:
    """What a table that knows no null leaves: all events taken for one, and each for a failure."""
    events = TRAPS[name]().events
    empty = [emptied(event) for event in events]
    for found in (
        use(of_events(empty), WATCHED, OWN, Window(), remote=False),
        use(loaded([lake.parquet(empty)]), WATCHED, OWN, Window(), remote=False),
        lake_use(empty, WATCHED, OWN, Window(), "1.1.0"),
    ):
        assert ordered(found) == ordered(expected(events, WATCHED, OWN, Window(), remote=False))


def emptied(event: dict[str, Any]) -> dict[str, Any]:
    who = {"invokedByDelegate": {"accountId": ""}, "invokedBy": "", "identityProvider": ""}
    identity = who | event["userIdentity"]
    return (
        {"errorCode": "", "sharedEventID": "", "requestID": ""} | event | {"userIdentity": identity}
    )


def lake_use(events: Rows, watched: set[str], own: set[str], window: Window, version: str) -> Rows:
    trail = LakeTrail(events, window, version)
    return used_of(read_use(trail, frozenset(watched), frozenset(own)))


@pytest.mark.parametrize("path", ocsf.NEEDED)
def test_a_file_without_a_column_is_a_gap(path: str) -> None:
    """A field that is not there, read as one that says nothing: somebody's use goes unsaid."""
    records = [lake.record(event) for event in TRAPS["two_vendors"]().events]
    found = scanned(lake.parquet([], columns=without(path), records=records))
    assert found.gap and found.gap[0] == "UnknownShape" and path in found.gap[1]
    assert not found.rows and not found.events


def of_type(path: str, kind: str, version: str = "1.1.0") -> lake.Types:
    """The columns, one of them of another type."""
    kinds: lake.Types = json.loads(json.dumps(lake.types(version)))
    lake.put(kinds, path, kind)
    return kinds


@pytest.mark.parametrize(
    ("path", "kind", "value", "said"),
    [
        ("actor.user.account.uid", "BIGINT", 12345678901, "as a text"),
        ("cloud.account.uid", "BIGINT", 12345678901, "as a text"),
        ("metadata.uid", "INTEGER", 7, "as a text"),
        ("time", "TIMESTAMP", "2026-05-01T10:00:00", "as a number of milliseconds"),
        ("time", "DOUBLE", 1.5, "as a number of milliseconds"),
        ("unmapped", "MAP(VARCHAR, INTEGER)", {}, "as a map of texts"),
        ("unmapped", "VARCHAR", "{}", "as a map of texts"),
    ],
)
def test_a_column_of_another_type_is_a_gap(path: str, kind: str, value: Any, said: str) -> None:
    """A number, that has lost what the id of an account begins with, taken for somebody else's."""
    records = [lake.record(event, "1.5.0") for event in TRAPS["two_vendors"]().events]
    for record in records:
        lake.put(record, path, value)
    columns = of_type(path, kind, "1.5.0")
    found = scanned(lake.parquet([], columns=columns, records=records))
    assert found.gap and found.gap[0] == "UnknownShape", found.gap
    assert f"{path} {said}" in found.gap[1]


@pytest.mark.parametrize("time", [None, 1777600000, 0, -5, 1777600000 * 10**6, 2**62])
def test_a_time_that_is_no_number_of_milliseconds_is_a_gap(time: int | None) -> None:
    """An event in seconds, of 1970, which is in no window that anybody asks for."""
    found = Scanner(everything(Window(begin="2026-04-01T00:00:00Z"))).scan("f", changed(time=time))
    assert found.gap and found.gap[0] == "InvalidEvent" and "time" in found.gap[1]


@pytest.mark.parametrize("partitioned", [True, False])
def test_such_a_time_ends_the_question_in_athena(partitioned: bool) -> None:
    """As above; there the days of `time_dt` may be right."""
    trail = LakeTrail(TRAPS["two_vendors"]().events, Window(begin="2026-04-01T00:00:00Z"), "1.1.0")
    if not partitioned:
        trail.columns = {k: v for k, v in trail.columns.items() if k != "time_dt"}
    assert list(trail.rows(queries.assumptions))
    for change, said in (
        ("UPDATE lake SET time = time // 1000", "17776"),
        ("UPDATE lake SET time = NULL", "no time"),
    ):
        trail.engine._connection.execute(change)
        with pytest.raises(InputError, match=said):
            list(trail.rows(queries.assumptions))


@pytest.mark.parametrize(
    ("content", "said"),
    [(gzip.compress(b"PAR1\x15\xff"), "as a whole"), (b"PARE\x15\xff", "encrypted")],
)
def test_parquet_that_is_not_read_is_called_so(content: bytes, said: str) -> None:
    """A gap that says of Parquet that it is neither JSON nor text, and no mend."""
    found = scanned(content)
    assert found.gap and said in found.gap[1]


def test_texts_that_are_not_marked_as_such() -> None:
    """Older writers leave them as bytes, of which those beyond ASCII would be escaped."""
    events = [event | {"errorCode": "Zo\\xC3\\xAB"} for event in TRAPS["two_vendors"]().events]
    content = lake.parquet(events, columns=of_type("api.response.error", "BLOB"))
    assert {row["error_code"] for row in rows_of(scanned(content))} == {"Zoë"}


def test_what_a_folder_is_called_is_no_column(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder of temporary files called `time=0`, whose name stands for a column of the file."""
    (tmp_path / "metadata=1" / "time=0").mkdir(parents=True)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "metadata=1" / "time=0"))
    content = lake.parquet(TRAPS["two_vendors"]().events)
    found = scanned(content)
    assert found.gap is None and found.first and found.first.startswith("2026-")


def changed(**said: Any) -> bytes:
    """A file whose second record says something else."""
    first, second, *rest = [lake.record(event) for event in TRAPS["two_vendors"]().events]
    for path, value in said.items():
        lake.put(second, path.replace("__", "."), value)
    return lake.parquet([], records=[first, second, *rest])


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (lambda: changed(metadata__version="1.0.0-rc.2"), "UnknownVersion", "1.0.0-rc.2: 1.1.0 and 1.5.0 are read"),
        (lambda: changed(metadata__version=None), "UnknownVersion", "no version"),
        (lambda: changed(metadata__product__name=None), "UnknownShape", "name no product"),
        (lambda: changed(metadata__uid=None), "InvalidEvent", "not a CloudTrail event"),
        (lambda: changed(metadata__uid=""), "InvalidEvent", "not a CloudTrail event"),
        (lambda: changed(time=None), "InvalidEvent", "no number of milliseconds"),
        (lambda: changed(api__operation=None), "InvalidEvent", "not a CloudTrail event"),
        (lambda: changed(api__service__name=None), "InvalidEvent", "not a CloudTrail event"),
        (lambda: changed(api__request__data="{roleArn"), "InvalidEvent", "is no JSON"),
        (lambda: changed(api__response__data='{"sessionToken": "' + TOKEN), "InvalidEvent", "is no JSON"),
        (lambda: lake.parquet(TRAPS["two_vendors"]().events)[:-9], "Corrupt", "damaged"),
        (lambda: b"PAR1" + bytes(200) + b"PAR1", "Corrupt", "damaged"),
        (lambda: b"PAR1", "Corrupt", "damaged"),
        (lambda: plain_parquet("SELECT 1 AS eventid, 'x' AS eventname"), "UnknownShape", "not of Security Lake"),
        (lambda: plain_parquet("SELECT 1 AS metadata, 3002 AS class_uid"), "UnknownShape", "without metadata.uid"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_a_gap(content: Any, code: str, said: str) -> None:
    """Half a file that counts, or a version that puts things elsewhere."""
    found = scanned(content())
    assert found.gap and found.gap[0] == code and said in found.gap[1], found.gap
    assert not found.rows and not found.events
    assert TOKEN not in str(found)


def plain_parquet(query: str) -> bytes:
    from pathlib import Path
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder, duckdb.connect() as connection:
        connection.execute(f"COPY ({query}) TO '{folder}/x.parquet' (FORMAT parquet)")
        return Path(folder, "x.parquet").read_bytes()


@pytest.mark.parametrize("text", ["\ud800 \U0001f600", "a\\ud800", "\udc00", "\x00"], ids=ascii)
def test_halves_of_surrogates_are_no_fault_of_the_file(text: str) -> None:
    """Whoever names a thing by half a character makes the file of everybody a gap."""
    events = [dict(event) for event in TRAPS["two_vendors"]().events]
    events[1]["requestParameters"] = {"a": text}
    here, logs = loaded([lake.parquet(events)]), of_events(events)
    sql = "SELECT * FROM trail ORDER BY eventID"
    assert list(here.rows(sql)) == list(logs.rows(sql))


def test_other_sources_are_passed_over_and_counted() -> None:
    """EKS's audit log in the same columns, taken for CloudTrail's, or gone without a word."""
    found = scanned(changed(metadata__product__name="Amazon EKS"))
    assert found.gap is None and dict(found.passed) == {
        "events of other sources of Security Lake": 1
    }
    assert found.events == len(TRAPS["two_vendors"]().events) - 1


def test_unmapped_must_be_a_map() -> None:
    """A copy of the lake in which `unmapped` is one text, whose keys would all be missing."""
    kinds = lake.TYPES | {"unmapped": "VARCHAR"}
    records = [lake.record(e) | {"unmapped": "{}"} for e in TRAPS["two_vendors"]().events]
    found = scanned(lake.parquet([], columns=kinds, records=records))
    assert found.gap and "unmapped as a map" in found.gap[1]


def test_an_empty_file_holds_no_event() -> None:
    """A file of no rows is no fault."""
    found = scanned(lake.parquet([]))
    assert found.gap is None and not found.events


@pytest.mark.parametrize("what", ["mkdtemp", "write_bytes"])
def test_a_full_disk_is_a_gap(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A traceback, and exit code 1, where there is no room for a copy."""
    import errno
    import pathlib
    import tempfile

    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    content = lake.parquet(TRAPS["two_vendors"]().events)
    monkeypatch.setattr(tempfile if what == "mkdtemp" else pathlib.Path, what, full)
    found = scanned(content)
    assert found.gap == ("TooLarge", "no room to read it: No space left on device")


@VERSIONS
def test_the_hint_of_what_changed(version: str) -> None:
    """An account that is carried over because its change is not seen in another copy of the log."""
    from checker.collect.cloudtrail.changed import hint_of

    events, window = told(random_trail(3, 400)[0]), WINDOWS["an hour"]
    trails = [
        Trail(of_events(events), window, remote=False),
        Trail(loaded([lake.parquet(events, version)]), window, remote=True),
        LakeTrail(events, window, version),
    ]
    hints = [
        plain(hint_of(trail, ["iam.amazonaws.com", "s3.amazonaws.com"], "us-east-1"))
        for trail in trails
    ]
    for hint in hints:
        hint["regions"].sort()  # they are a set
    assert hints[0] == hints[1] == hints[2] and hints[0]["accounts"]


@pytest.mark.parametrize("sql", ["SELECT * FROM read_text('pyproject.toml')", "SET threads = 4",
                                 "SET enable_external_access = true", "COPY (SELECT 1) TO 'x.csv'"])  # fmt: skip
def test_nothing_is_in_reach_but_the_file(sql: str) -> None:
    """What is read of a lake that somebody else filled reads, or writes, another file."""
    with pytest.raises(UnreadableError), _opened(lake.parquet([])) as (connection, _):
        connection.execute(sql)
