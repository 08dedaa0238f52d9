"""Logs here, logs in S3, and Athena: the same command gives the same rows and the same snapshot.

Athena's API is played by the emulator, its engine by DuckDB over a table with the partitions of
`usage athena-ddl`: what is sent is the SQL as it stands, and what comes back is text.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from checker.collect.aws import retry
from checker.collect.cloudtrail import ask, kept, logs
from checker.collect.cloudtrail.ddl import table_ddl
from checker.collect.cloudtrail.engine import Engine
from checker.collect.cloudtrail.scan import Scanner
from checker.demo.server import Answer, ApiCall
from checker.errors import InputError
from tests.support import front
from tests.support.cli import vendorgate
from tests.usage.events import Event, Maker, clock, foreign, service, session, user
from tests.usage.loaded import everything
from tests.usage.traps import ACME, HERE, KEYS, OWN, VENDOR

JSON = "application/x-amz-json-1.1"
ATHENA = "athena://primary/audit.cloudtrail"
WINDOW = ("--from", "2026-05-01", "--to", "2026-05-02")
QUESTIONS = [
    ("calls", ("calls", "{}", "--role", VENDOR)),
    ("callers", ("callers", "{}", "--action", "s3:ListAllMyBuckets")),
    ("assume-role", ("assume-role", "{}")),
    ("sql", ("sql", "WITH a AS (SELECT event_name, caller FROM events) SELECT event_name, caller, count(*) AS n FROM a GROUP BY 1, 2 ORDER BY 1, 2", "{}")),
]  # fmt: skip


@pytest.fixture(autouse=True)
def no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "_BASE", 0.001)


def as_told(ddl: str) -> dict[str, Any]:
    """The table that a statement makes, as Athena describes it."""
    text = ddl[ddl.index("(\n") + 2 : ddl.index("\n)\nPARTITIONED")]
    columns, depth, begin = [], 0, 0
    for at, char in enumerate(text + ","):
        depth += (char == "<") - (char == ">")
        if char == "," and not depth:
            name, kind = text[begin:at].split(None, 1)
            columns.append({"Name": name, "Type": "".join(kind.split()).lower()})
            begin = at + 1
    keys = [{"Name": name, "Type": "string"} for name in ("account", "region", "day")]
    properties = dict(re.findall(r"'([^']+)'='([^']+)'", ddl))
    return {"Name": "t", "Columns": columns, "PartitionKeys": keys, "Parameters": properties}


DDL: dict[str, Any] = {
    "bucket": "s3://trail/", "organization": "o-exampleorg1", "accounts": sorted(OWN),
    "regions": ["eu-west-1", "us-east-1"], "start": date(2026, 1, 1),
}  # fmt: skip


class PlayedAthena:
    """Answers StartQueryExecution, GetQueryExecution and GetQueryResults from a table here."""

    def __init__(self, logs: Path, ddl: dict[str, Any] = DDL) -> None:
        self.metadata = as_told(table_ddl(**ddl))
        paths = (p for p in sorted(logs.rglob("*.json.gz")) if "CloudTrail-" not in str(p))
        files = tuple(gzip.decompress(path.read_bytes()) for path in paths)
        # who derives from this changes the table
        self.engine = (_known if type(self) is PlayedAthena else _filled)(files)
        self.asked: list[str] = []
        self.status: dict[str, str] = {}
        self.rows: list[list[str | None]] = []

    def __call__(self, call: ApiCall) -> Answer | None:
        answers = {
            "StartQueryExecution": self._start,
            "GetTableMetadata": lambda _: {"TableMetadata": self.metadata},
            "GetQueryExecution": lambda _: {"QueryExecution": {
                "QueryExecutionId": "q", "StatementType": "DML", "Status": self.status,
                "Statistics": {"DataScannedInBytes": 12_000_000},
            }},
            "GetQueryResults": lambda _: {"ResultSet": {
                "Rows": [{"Data": [{} if v is None else {"VarCharValue": v} for v in row]}
                         for row in self.rows],
                "ResultSetMetadata": {"ColumnInfo": [{"Name": n, "Type": "varchar"}
                                                     for n in self.rows[0]]},
            }},
        }  # fmt: skip
        if call.action not in answers:
            return None
        return Answer(200, json.dumps(answers[call.action](call)), JSON)

    def _start(self, call: ApiCall) -> dict[str, Any]:
        sql = call.parameters["QueryString"]
        self.asked.append(sql)
        self.status = {"State": "SUCCEEDED"}
        try:
            found = list(self.engine.rows(sql))
        except InputError as error:
            self.status = {"State": "FAILED", "StateChangeReason": error.message}
            found = []
        names = list(found[0]) if found else ["none"]
        values = [[None if v is None else str(v) for v in row.values()] for row in found]
        self.rows = [list(names), *values]
        return {"QueryExecutionId": "q"}


def _filled(files: tuple[bytes, ...]) -> Engine:
    scanner, engine = Scanner(everything()), Engine()
    for content in files:
        for rows in scanner.scan("x.json.gz", gzip.compress(content, 1)).rows:
            engine.add(rows)
    connection = engine._connection
    connection.execute("CREATE SCHEMA audit")
    connection.execute(
        "CREATE VIEW audit.cloudtrail AS SELECT *, recipientAccountId AS account, "
        "awsRegion AS region, replace(substr(eventTime, 1, 10), '-', '/') AS day FROM trail"
    )
    return engine


_known = cache(_filled)  # a connection takes longer than most questions


def upload(logs: Path) -> None:
    found = [path for path in sorted(logs.rglob("*.*")) if path.is_file()]
    front.fill("trail", {p.relative_to(logs).as_posix(): p.read_bytes() for p in found})


@pytest.mark.parametrize(("name", "question"), QUESTIONS, ids=[q[0] for q in QUESTIONS])
def test_all_sources_answer_alike(folder: Path, name: str, question: tuple[str, ...]) -> None:
    """An engine that tells something else than the other of the same events."""
    played = PlayedAthena(folder / "logs")
    with front.aws(played):
        upload(folder / "logs")
        found = []
        for source in ("logs", "s3://trail/", ATHENA):
            asked = [part.replace("{}", source) for part in question]
            ran = vendorgate("usage", *asked, *WINDOW, "-f", "json", cwd=folder)
            assert ran.code == 0, ran.err
            found.append([{k: str(v) for k, v in row.items()} for row in json.loads(ran.out)])
    assert found[0] == found[1] == found[2] and found[0]
    assert all("day BETWEEN '2026/04/30' AND '2026/05/03'" in sql for sql in played.asked)
    assert "$0.0001" in ran.err


@pytest.mark.parametrize(
    "question",
    [QUESTIONS[0][1], ("callers", "{}", "--action", "s3:ListBuckets")],
    ids=["calls", "callers"],
)
def test_athenas_answer_in_lots(
    folder: Path,
    question: tuple[str, ...], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Two lots of which the second begins before the first ends, one after the other."""
    monkeypatch.setattr(ask, "_AT_ONCE", 2)
    make, by = Maker(95), session(VENDOR, KEYS[1])
    events = [make.call(by, time=clock(n * 7 % 11)) for n in range(11)]
    (folder / "mixed").mkdir()
    content = json.dumps({"Records": events}).encode()
    (folder / "mixed/x.json.gz").write_bytes(gzip.compress(content))
    command = [part for part in question if part != "{}"]
    with front.aws(PlayedAthena(folder / "mixed")):
        here, there = (
            vendorgate("usage", *command, source, *WINDOW, "-f", "json", cwd=folder)
            for source in ("mixed", ATHENA)
        )
    assert len(json.loads(here.out)) == 11 and there.out == here.out, there.err


def test_the_snapshot_is_the_same_from_all_sources(folder: Path) -> None:
    """Use that depends on where the logs were."""
    played = PlayedAthena(folder / "logs")
    with front.aws(played):
        upload(folder / "logs")
        made = []
        for source in ("logs", "s3://trail/", ATHENA):
            ran = vendorgate("collect", "cloudtrail", source, *WINDOW, cwd=folder)
            assert ran.code == 0, ran.err
            made.append(
                [
                    (folder / "snapshot" / f).read_bytes()
                    for f in ("usage.jsonl", "assumptions.jsonl")
                ]
            )
    assert made[0] == made[1] == made[2] and all(made[0])
    assert not any("ASIA" in sql for sql in played.asked)


def quiet(path: Path) -> None:
    """A log in which nobody assumed anything, and no outsider called."""
    events = [Maker(80).call(user(HERE), time=clock(n)) for n in range(3)]
    path.mkdir()
    (path / "x.json.gz").write_bytes(gzip.compress(json.dumps({"Records": events}).encode()))


def test_a_quiet_window_in_athena_is_no_gap(folder: Path) -> None:
    """Events of which none is an outsider's, taken for a table that holds nothing; and a table that
    holds nothing, taken for a quiet one."""
    quiet(folder / "quiet")
    with front.aws(PlayedAthena(folder / "quiet")):
        ran = vendorgate("collect", "cloudtrail", ATHENA, *WINDOW, cwd=folder)
        assert ran.code == 0, ran.err
        seen = json.loads((folder / "snapshot/manifest.json").read_text())["usage"]
        assert (seen["events"], seen["begin"], seen["end"]) == (3, clock(0), clock(2))
        asked = ("--from", "2026-06-01", "--to", "2026-06-02")
        ran = vendorgate("collect", "cloudtrail", ATHENA, *asked, cwd=folder)
        assert ran.code == 3 and "not one event" in ran.err
        for question in (
            ("assume-role", ATHENA),
            ("sql", "SELECT count(*) AS n FROM events", ATHENA),
        ):
            assert vendorgate("usage", *question, *WINDOW, cwd=folder).code == 0
            ran = vendorgate("usage", *question, *asked, cwd=folder)
            assert ran.code == 3 and "not one event" in ran.err


@pytest.mark.parametrize(
    "query", ["SELECT 1 AS a, 2 AS a FROM events", "SELECT *, region FROM events"]
)
def test_two_columns_of_one_name_are_refused(
    folder: Path, query: str
) -> None:  # fmt: skip
    """A column of the answer that is gone without a word."""
    ran = vendorgate("usage", "sql", query, "logs", *WINDOW, cwd=folder)
    assert ran.code == 2 and "two columns of the answer are called" in ran.err, ran.err
    assert "AS other" in ran.err and not ran.out


ELSEWHERE, ABROAD = "000011112222", "000033334444"  # in no snapshot


def in_account(account: str) -> str:
    return f"arn:aws:iam::{account}:role/x"


def unjudged() -> list[tuple[str, list[Event], set[str]]]:
    make = Maker(81)
    home = make.assume(in_account(ELSEWHERE), foreign(ACME), KEYS[1])
    nameless = make.assume(VENDOR, foreign(ACME), KEYS[1]) | {"requestParameters": None}
    within = make.assume(in_account(ELSEWHERE), user(ELSEWHERE), KEYS[2])
    onward = make.assume(in_account(ABROAD), user(ELSEWHERE), KEYS[2])
    return [
        ("a stranger in an account that the trail has", [home], {"UnlistedAccount"}),
        ("that failed", [home | {"errorCode": "AccessDenied"}], set()),
        ("within that account", [within], set()),
        ("of it in an account whose trail this is not", [onward | {"recipientAccountId": ELSEWHERE}], set()),
        ("of no role", [nameless], {"InvalidEvent"}),
        ("of no role, that failed", [nameless | {"errorCode": "AccessDenied"}], set()),
        ("a service's, of no role", [nameless | {"userIdentity": service("ec2.amazonaws.com")}], set()),
    ]  # fmt: skip


@pytest.mark.parametrize(("why", "events", "codes"), unjudged(), ids=[r[0] for r in unjudged()])
def test_assumptions_that_nobody_judges_are_gaps(
    folder: Path,
    why: str, events: list[Event], codes: set[str],
) -> None:  # fmt: skip
    """Somebody came in, and the check that never heard of it passes."""
    (folder / "more").mkdir()
    (folder / "more/x.json.gz").write_bytes(gzip.compress(json.dumps({"Records": events}).encode()))
    with front.aws(PlayedAthena(folder / "more")):
        for source in ("more", ATHENA):
            ran = vendorgate("collect", "cloudtrail", source, *WINDOW, cwd=folder)
            gaps = json.loads((folder / "snapshot/manifest.json").read_text())["gaps"]
            assert {gap["code"] for gap in gaps} == codes, (why, source)
            assert (ran.code == 3) == bool(codes)
    ran = vendorgate("collect", "cloudtrail", "more", "--account", HERE, cwd=folder)
    assert "UnlistedAccount" not in ran.err


def test_the_same_is_seen_from_all_sources(folder: Path) -> None:
    """A window that is called covered in one engine and not in the other."""
    played = PlayedAthena(folder / "logs")
    with front.aws(played):
        upload(folder / "logs")
        seen = []
        for source in ("logs", "s3://trail/", ATHENA):
            ran = vendorgate("collect", "cloudtrail", source, *WINDOW, cwd=folder)
            assert ran.code == 0, ran.err
            usage = json.loads((folder / "snapshot/manifest.json").read_text())["usage"]
            seen.append([usage[name] for name in ("begin", "end", "holes", "events")])
    assert seen[0] == seen[1] == seen[2]


def test_an_object_that_is_refused_is_a_gap(folder: Path) -> None:
    """A denied object that looks like a quiet day."""

    def refuse(call: ApiCall) -> Answer | None:
        if call.service == "s3" and call.path.split("?")[0].endswith(".json.gz") and refusing:
            return Answer(
                403, "<Error><Code>AccessDenied</Code><Message>no</Message></Error>", "text/xml"
            )
        return None

    refusing: list[bool] = []
    with front.aws(refuse):
        upload(folder / "logs")
        refusing.append(True)
        ran = vendorgate("collect", "cloudtrail", "s3://trail/", *WINDOW, cwd=folder)
    assert ran.code == 3 and "s3://trail/" in ran.err and "AccessDenied" in ran.err


@pytest.mark.parametrize("room", [True, False], ids=["kept", "no room"])
@pytest.mark.parametrize("processes", [True, False], ids=["processes", "here"])
def test_nothing_is_fetched_twice(
    folder: Path, processes: bool, room: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:  # fmt: skip
    """Chained roles need a second look, which costs as many requests and as much traffic again; and
    where there is no room to keep what was fetched, it must be made all the same."""
    monkeypatch.setattr(logs, "SERIAL", 0 if processes else 1 << 40)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    if not room:
        monkeypatch.setattr(kept, "_LEFT", 1 << 60)
    fetched: Counter[str] = Counter()

    def note(call: ApiCall) -> None:
        path, _, query = call.path.partition("?")
        if call.service == "s3" and "list-type" not in query:
            fetched[path] += 1

    with front.aws(note):
        upload(folder / "logs")
        fetched.clear()
        ran = vendorgate("collect", "cloudtrail", "s3://trail/", *WINDOW, cwd=folder)
        assert ran.code == 0, ran.err
    assert set(fetched.values()) == {1 if room else 2}
    assert not [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
