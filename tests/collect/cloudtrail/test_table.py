"""Tables of other kinds than CloudTrail's own in Athena, through the real command: Security Lake's,
Iceberg's, those whose accounts are injected; and what a question is said to cost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from checker.collect.aws import retry
from checker.collect.cloudtrail import estimate
from checker.collect.cloudtrail.athena import parse_athena
from checker.collect.cloudtrail.table import parsed
from checker.demo.server import Answer, ApiCall
from tests.collect.cloudtrail.test_trail import ATHENA, DDL, QUESTIONS, WINDOW, PlayedAthena
from tests.support import front
from tests.support.cli import Ran, vendorgate
from tests.support.trail import NAMES
from tests.usage import ocsf
from tests.usage.trails import TRAPS
from tests.usage.traps import OWN, VENDOR

CALLS = ("usage", "calls", ATHENA, "--role", VENDOR)


@pytest.fixture(autouse=True)
def no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "_BASE", 0.001)


def hive(kind: Any) -> str:
    """A type as Athena's catalog tells it."""
    if isinstance(kind, str):
        names = {"VARCHAR[]": "array<string>", "MAP(VARCHAR, VARCHAR)": "map<string,string>"}
        return names.get(kind, kind.lower().replace("varchar", "string"))
    return "struct<" + ",".join(f"{name}:{hive(each)}" for name, each in kind.items()) + ">"


def metadata(kinds: dict[str, Any], **parameters: str) -> dict[str, Any]:
    columns = [{"Name": name, "Type": hive(kind)} for name, kind in kinds.items()]
    return {"Name": "t", "Columns": columns, "PartitionKeys": [], "Parameters": parameters}


class PlayedLake(PlayedAthena):
    """The table is one of Security Lake's; `records` come on top of those of the logs."""

    def __init__(self, home: Path, kinds: Any = ocsf.TYPES, records: Any = ()) -> None:
        super().__init__(home / "logs")
        events = [event for name in NAMES for event in TRAPS[name]().events]
        made = [*map(ocsf.record, events), *records]
        sql, parameters = ocsf.select(made, kinds)
        connection = self.engine._connection
        connection.execute("DROP VIEW audit.cloudtrail")
        connection.execute(f"CREATE TABLE audit.cloudtrail AS {sql}", parameters)
        self.metadata = metadata(kinds)


def run(played: Any, *arguments: object, cwd: Path, fill: Any = lambda: None) -> Ran:
    with front.aws(*(played if isinstance(played, list) else [played])):
        fill()
        return vendorgate(*arguments, cwd=cwd)


@pytest.mark.parametrize(("name", "question"), QUESTIONS, ids=[q[0] for q in QUESTIONS])
def test_the_lake_in_athena_answers_as_the_logs_do(
    folder: Path, name: str, question: tuple[str, ...]
) -> None:  # fmt: skip
    """A stranger whom the columns of a lake do not show."""
    found, played = [], PlayedLake(folder)
    for source in ("logs", ATHENA):
        asked = [part.replace("{}", source) for part in question]
        ran = run(played, "usage", *asked, *WINDOW, "-f", "json", cwd=folder)
        assert ran.code == 0, ran.err
        found.append([{k: str(v) for k, v in row.items()} for row in json.loads(ran.out)])
    assert found[0] == found[1] and found[0]


def test_the_snapshot_is_the_same_from_the_lake_in_athena(folder: Path) -> None:
    """Use that depends on which copy was read."""
    made, played = [], PlayedLake(folder)
    for source in ("logs", ATHENA):
        ran = run(played, "collect", "cloudtrail", source, *WINDOW, cwd=folder)
        assert ran.code == 0, ran.err
        made.append([(folder / "snapshot" / f).read_bytes() for f in ("usage.jsonl", "assumptions.jsonl")])  # fmt: skip
    assert made[0] == made[1] and all(made[0])


def one(**said: Any) -> dict[str, Any]:
    """A record of the window that says something else."""
    found = ocsf.record(TRAPS["bucket_policy"]().events[0])
    for path, value in said.items():
        ocsf.put(found, path.replace("__", "."), value)
    return found


@pytest.mark.parametrize(
    ("record", "code", "said"),
    [
        (one(metadata__version="1.0.0-rc.2"), 3, "1 event in OCSF 1.0.0-rc.2"),
        (one(metadata__version=None), 3, "of no version"),
        (one(metadata__product__name=None), 3, "name no product"),
        (one(metadata__product__name="Amazon EKS"), 0, "passed over: 1 events of other sources"),
        (one(metadata__version="1.0.0-rc.2", time=0, time_dt="1970-01-01T00:00:00"), 0, "scanned"),
    ],
)  # fmt: skip
def test_records_that_are_not_read_are_said(
    folder: Path, record: Any, code: int, said: str
) -> None:  # fmt: skip
    """Records of a version that puts things elsewhere, left out without a word."""
    ran = run(PlayedLake(folder, records=[record]), *CALLS, *WINDOW, cwd=folder)
    assert ran.code == code and said in ran.err, ran.err


def test_a_lake_without_a_column_is_refused_before_it_is_asked(folder: Path) -> None:
    """A scan that is billed, and ends in COLUMN_NOT_FOUND."""
    played = PlayedLake(folder)
    played.metadata["Columns"] = [c for c in played.metadata["Columns"] if c["Name"] != "unmapped"]
    ran = run(played, *CALLS, *WINDOW, cwd=folder)
    assert ran.code == 2 and "has no unmapped" in ran.err and not played.asked


TIMES = {"text": "eventTime", "timestamp": "CAST(eventTime AS TIMESTAMP)",
         "blanks": "replace(replace(eventTime, 'T', ' '), 'Z', '.000')"}  # fmt: skip
COLUMNS = """\
eventid: event_id
eventtime: at
useridentity.type: who.kind
useridentity.arn: who.arn
useridentity.accountid: who.account
useridentity.accesskeyid: who.key
useridentity.invokedby: who.service
useridentity.identityprovider: who.provider
useridentity.invokedbydelegate.accountid: who.delegate
useridentity.sessioncontext.sessionissuer.arn: who.issuer
useridentity.sessioncontext.webidfederationdata.federatedprovider: who.federated
"""
WHO = {
    "kind": "type", "arn": "arn", "account": "accountId", "key": "accessKeyId",
    "service": "invokedBy", "provider": "identityProvider",
    "delegate": "invokedByDelegate.accountId", "issuer": "sessionContext.sessionIssuer.arn",
    "federated": "sessionContext.webIdFederationData.federatedProvider",
}  # fmt: skip
PLAIN = ("eventsource", "eventname", "awsregion", "sourceipaddress", "errorcode", "requestid",
         "requestparameters", "responseelements", "additionaleventdata", "recipientaccountid",
         "sharedeventid", "eventcategory")  # fmt: skip


class PlayedIceberg(PlayedAthena):
    """A table of somebody's own names."""

    def __init__(self, home: Path, time: str, catalog: str = "") -> None:
        super().__init__(home / "logs")
        self.engine._insert()
        who = ", ".join(f"'{name}': userIdentity.{path}" for name, path in WHO.items())
        connection = self.engine._connection
        connection.execute("DROP VIEW audit.cloudtrail")
        connection.execute(
            f"CREATE TABLE audit.cloudtrail AS SELECT eventID AS event_id, {TIMES[time]} AS at, "  # noqa: S608
            f"{{{who}}} AS who, {', '.join(PLAIN)} FROM trail"
        )
        kinds = {"event_id": "VARCHAR", "at": "TIMESTAMP" if time == "timestamp" else "VARCHAR",
                 "who": dict.fromkeys(WHO, "VARCHAR"), **dict.fromkeys(PLAIN, "VARCHAR")}  # fmt: skip
        self.metadata = metadata(kinds, table_type="ICEBERG")
        connection.execute(
            'CREATE TABLE audit."cloudtrail$files" AS SELECT 2000000000 AS file_size_in_bytes'
        )
        self.named: set[Any] = set()
        self.catalog = catalog

    def __call__(self, call: ApiCall) -> Answer | None:
        if call.action == "StartQueryExecution":
            self.named.add(call.parameters["QueryExecutionContext"].get("Catalog"))
            text = call.parameters["QueryString"].replace(f'"{self.catalog}".', "")
            call.parameters["QueryString"] = text
        elif call.action == "GetTableMetadata":
            self.named.add(call.parameters["CatalogName"])
        return super().__call__(call)


@pytest.mark.parametrize("time", sorted(TIMES))
@pytest.mark.parametrize(("name", "question"), QUESTIONS[:3], ids=[q[0] for q in QUESTIONS[:3]])
def test_a_table_of_other_columns_answers_as_the_logs_do(
    folder: Path, time: str, name: str, question: tuple[str, ...]
) -> None:  # fmt: skip
    """A time that is compared as another text, or a column in the place of another."""
    (folder / "columns.yaml").write_text(COLUMNS)
    found, played = [], PlayedIceberg(folder, time)
    for source, more in (("logs", ()), (ATHENA, ("--columns", "columns.yaml"))):
        asked = [part.replace("{}", source) for part in question]
        ran = run(played, "usage", *asked, *more, *WINDOW, "-f", "json", cwd=folder)
        assert ran.code == 0, ran.err
        found.append(json.loads(ran.out))
    assert found[0] == found[1] and found[0]
    assert "estimate: at most 2.000 GB, $0.0100 a reading" in ran.err


def test_empty_texts_of_a_table_say_nothing(folder: Path) -> None:
    """What a pipeline without null leaves: all events taken for one, and each for a failure."""
    (folder / "columns.yaml").write_text(COLUMNS)
    played = PlayedIceberg(folder, "text")
    played.engine._connection.execute(
        "UPDATE audit.cloudtrail SET sharedeventid = coalesce(sharedeventid, ''), errorcode = "
        "coalesce(errorcode, ''), who = struct_update(who, delegate := coalesce(who.delegate, ''))"
    )
    found = []
    for source, more in (("logs", ()), (ATHENA, ("--columns", "columns.yaml"))):
        asked = ("usage", "assume-role", source, *more, *WINDOW, "-f", "json")
        ran = run(played, *asked, cwd=folder)
        assert ran.code == 0, ran.err
        found.append(json.loads(ran.out))
    assert [{k: str(v) for k, v in row.items()} for row in found[0]] == [
        {k: str(v) for k, v in row.items()} for row in found[1]
    ]
    assert found[0]


def test_a_table_of_s3_tables(folder: Path) -> None:
    """A table that is looked for in the account's own catalog."""
    (folder / "columns.yaml").write_text(COLUMNS)
    played = PlayedIceberg(folder, "timestamp", catalog="s3tablescatalog/events")
    source = "athena://primary/s3tablescatalog/events/audit.cloudtrail"
    ran = run(played, "usage", "assume-role", source, "--columns", "columns.yaml", *WINDOW, cwd=folder)  # fmt: skip
    assert ran.code == 0, ran.err
    assert played.named == {"s3tablescatalog/events"}
    assert parse_athena(source).quoted == '"s3tablescatalog/events"."audit"."cloudtrail"'


def test_what_a_table_does_not_have_is_a_gap(folder: Path) -> None:
    """A delegate's calls that go unseen, as the table never had the column."""
    name = "useridentity.invokedbydelegate.accountid"
    (folder / "columns.yaml").write_text(COLUMNS.replace("who.delegate", "null"))
    ran = run(PlayedIceberg(folder, "text"), *CALLS, "--columns", "columns.yaml", *WINDOW, cwd=folder)  # fmt: skip
    assert ran.code == 3 and f"the table has no {name}" in ran.err


REFUSED = [
    ("no such name", "eventidd: x", "did you mean 'eventid'?"),
    ("SQL", 'eventid: "x, (SELECT 1)"', "is no column"),
    ("a number", "eventid: 1", "is no column"),
    ("a list", "- eventid", "names no columns"),
    ("a column that is not there", COLUMNS + "eventname: nom\n", "no column for eventname (nom)"),
    ("a column not named", COLUMNS.replace("eventid: event_id\n", ""), "no column for eventid"),
    ("no id", COLUMNS.replace("event_id", "null"), "without eventid"),
    ("a row", COLUMNS + "eventname: who\n", "who is struct"),
    ("a time in a text's place", COLUMNS + "eventname: at\n", "at is timestamp"),
]


@pytest.mark.parametrize(("why", "text", "said"), REFUSED, ids=[r[0] for r in REFUSED])
def test_a_file_of_columns_that_is_wrong(folder: Path, why: str, text: str, said: str) -> None:
    """SQL of whoever wrote the file; a slip, by which a column is silently the default."""
    (folder / "columns.yaml").write_text(text)
    played = PlayedIceberg(folder, "timestamp")
    ran = run(played, *CALLS, "--columns", "columns.yaml", *WINDOW, cwd=folder)
    assert ran.code == 2 and said in ran.err and not played.asked, ran.err


def test_a_text_that_is_no_time_ends_the_question(folder: Path) -> None:
    """An event that stands in no window, and so in no answer."""
    (folder / "columns.yaml").write_text(COLUMNS.replace("eventtime: at", "eventtime: eventname"))
    played = PlayedIceberg(folder, "timestamp")
    ran = run(played, *CALLS, "--columns", "columns.yaml", *WINDOW, cwd=folder)
    assert ran.code == 2 and "the query failed" in ran.err


@pytest.mark.parametrize("time", ["text", "timestamp"])
def test_an_event_without_a_time_ends_the_question(folder: Path, time: str) -> None:
    """An event that stands in no window, and so in no answer."""
    (folder / "columns.yaml").write_text(COLUMNS)
    played = PlayedIceberg(folder, time)
    played.engine._connection.execute(
        'UPDATE audit.cloudtrail SET "at" = NULL WHERE event_id = (SELECT min(event_id) FROM '
        "audit.cloudtrail WHERE eventname = 'AssumeRole')"
    )
    asked = ("usage", "assume-role", ATHENA, "--columns", "columns.yaml", *WINDOW)
    ran = run(played, *asked, cwd=folder)
    assert ran.code == 2 and "no time" in ran.err, ran.err


def test_a_table_of_the_console(folder: Path) -> None:
    """One that AWS's console makes: it has no partitions, and lacks two columns, by which delegates
    and providers would not be seen."""
    played = PlayedAthena(folder / "logs")
    lacking = ("identityprovider", "invokedbydelegate")
    for column in played.metadata["Columns"]:
        for name, kind in zip(lacking, ("string", "struct<accountid:string>"), strict=True):
            column["Type"] = column["Type"].replace(f"{name}:{kind},", "")
    played.metadata["PartitionKeys"] = []
    ran = run(played, *CALLS, *WINDOW, cwd=folder)
    assert ran.code == 2 and all(name in ran.err for name in lacking) and not played.asked
    names = ("useridentity.identityprovider", "useridentity.invokedbydelegate.accountid")
    (folder / "columns.yaml").write_text("".join(f"{name}: null\n" for name in names))
    ran = run(played, *CALLS, *WINDOW, "--columns", "columns.yaml", cwd=folder)
    assert ran.code == 3 and "each question reads it all" in ran.err, ran.err
    assert f"the table has no {', '.join(names)}" in ran.err


def test_columns_are_of_tables(folder: Path) -> None:
    """An option that nobody heeds."""
    (folder / "columns.yaml").write_text(COLUMNS)
    ran = vendorgate("usage", "assume-role", "logs", "--columns", "columns.yaml", cwd=folder)
    assert ran.code == 2 and "athena://" in ran.err


INJECTED = DDL | {"accounts": None}


def test_injected_accounts_are_named_by_each_question(folder: Path) -> None:
    """A question that Athena refuses, as it names no account; one that reads but those reported."""
    played = PlayedAthena(folder / "logs", INJECTED)
    ran = run(played, "collect", "cloudtrail", ATHENA, *WINDOW, cwd=folder)
    assert ran.code == 0, ran.err
    accounts = ", ".join(f"'{account}'" for account in sorted(OWN))
    assert played.asked and all(f"account IN ({accounts})" in sql for sql in played.asked)
    for more, code in (((), 2), (("--account", "111122223333"), 0)):
        played = PlayedAthena(folder / "logs", INJECTED)
        ran = run(played, *CALLS, *WINDOW, *more, cwd=folder)
        assert ran.code == code, ran.err
    assert all("account IN ('111122223333')" in sql for sql in played.asked)


def test_too_many_injected_accounts(folder: Path) -> None:
    """More than Athena takes, which says so after the fact and in its own words."""
    more = [x for n in range(1001) for x in ("--account", f"{n:012}")]
    ran = run(PlayedAthena(folder / "logs", INJECTED), *CALLS, *WINDOW, *more, cwd=folder)
    assert ran.code == 2 and "1,001 are known" in ran.err


def test_use_is_told_in_one_reading(folder: Path) -> None:
    """What is billed twice: once to know the roles, once to know their use."""
    readings = []
    for _ in range(2):
        played = PlayedAthena(folder / "logs")
        assert run(played, "collect", "cloudtrail", ATHENA, *WINDOW, cwd=folder).code == 0
        readings.append(len(played.asked))
        usage = json.loads((folder / "snapshot/manifest.json").read_text())["usage"]
        assert len(usage["followed"]) > 1 and usage["followed"] == sorted(usage["followed"])
    assert readings == [2, 1], "the first finds roles that nobody knew of, and they are remembered"


def test_nothing_global_is_put_in_order(folder: Path) -> None:
    """ORDER BY over all rows, which one worker has to do."""
    played = PlayedAthena(folder / "logs")
    for question in (CALLS, ("usage", "callers", ATHENA, "--action", "GetObject")):
        assert run(played, *question, *WINDOW, cwd=folder).code == 0
    assert all("\nORDER BY" not in sql for sql in played.asked)


def refuse(action: str, code: str) -> Any:
    return front.deny(action, code, "not authorized", status=400)


def test_a_table_that_may_not_be_described(folder: Path) -> None:
    """A permission more than was needed before, without which nothing is answered."""
    played = [refuse("GetTableMetadata", "AccessDeniedException"), PlayedAthena(folder / "logs")]
    ran = run(played, *CALLS, *WINDOW, cwd=folder)
    assert ran.code == 0 and "could not be described: AccessDeniedException" in ran.err
    ran = run([refuse("GetTableMetadata", "MetadataException")], *CALLS, *WINDOW, cwd=folder)
    assert ran.code == 0 or "MetadataException" in ran.err


def test_a_table_that_is_not_there(folder: Path) -> None:
    """A traceback; or a question that is asked of nothing."""
    played = front.deny("GetTableMetadata", "MetadataException", "Table x not found.", status=400)
    ran = run(played, *CALLS, *WINDOW, cwd=folder)
    assert ran.code == 2 and "athena-ddl" in ran.err


# Estimates


def logs(sizes: dict[str, int]) -> Any:
    return lambda: front.fill("trail", {f"AWSLogs/o-exampleorg1/{k}": n for k, n in sizes.items()})


def at(account: str, region: str, day: str) -> str:
    return f"{account}/CloudTrail/{region}/{day}/x.json.gz"


A, B = sorted(OWN)[:2]
SIZES = {
    at(A, "us-east-1", "2026/04/29"): 50_000_000,  # before the day that deliveries may be late by
    at(A, "us-east-1", "2026/04/30"): 1_000_000,
    at(A, "eu-west-1", "2026/05/01"): 2_000_000,
    at(B, "us-east-1", "2026/05/03"): 4_000_000,
    at(B, "us-east-1", "2026/05/04"): 50_000_000,
    at(B, "af-south-1", "2026/05/01"): 50_000_000,  # a region that the table does not have
}


def test_what_a_question_costs_is_said_before(folder: Path) -> None:
    """A bill that comes as a surprise; one that counts days or regions that are not read."""
    ran = run(PlayedAthena(folder / "logs"), *CALLS, *WINDOW, cwd=folder, fill=logs(SIZES))
    assert ran.code == 0 and "estimate: 0.007 GB, about $0.0000 a reading\n" in ran.err


def test_what_the_bound_cannot_hold_is_not_begun(folder: Path) -> None:
    """A query that is stopped after it cost what the bound allows, and has no answer."""
    played = PlayedAthena(folder / "logs")
    sizes = SIZES | {at(A, "us-east-1", f"2026/05/0{n}"): 400_000_000 for n in (1, 2, 3)}
    ran = run(played, *CALLS, *WINDOW, "--max-scan", "1", cwd=folder, fill=logs(sizes))
    assert ran.code == 2 and "--max-scan" in ran.err and not played.asked


def test_where_there_are_many_folders_some_stand_for_all(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    """An estimate that takes longer than the question."""
    monkeypatch.setattr(estimate, "_REQUESTS", 2)
    calls = front.Calls()
    played = [calls, PlayedAthena(folder / "logs")]
    sizes = {at(a, r, "2026/05/01"): 1_000_000 for a in OWN for r in DDL["regions"]}
    ran = run(played, *CALLS, *WINDOW, cwd=folder, fill=logs(sizes))
    of = len(OWN) * 2
    assert f"estimate: {of / 1000:,.3f} GB" in ran.err and f"by 2 of {of} folders" in ran.err


def test_an_estimate_that_fails_is_no_fault(folder: Path) -> None:
    """A question that is not asked because nobody may list the logs."""
    ran = run(PlayedAthena(folder / "logs"), *CALLS, *WINDOW, cwd=folder)
    assert ran.code == 0 and "no estimate: s3:ListObjectsV2 fails: NoSuchBucket" in ran.err


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("string", "string"),
        ("struct<a:string,b:int>", {"a": "string", "b": "int"}),
        ("struct<A:struct<b:map<string,string>>,c:array<struct<d:int>>>", {"a": {"b": "map<string,string>"}, "c": "array<struct<d:int>>"}),
        ("row(a varchar, b row(c bigint))", {"a": "varchar", "b": {"c": "bigint"}}),
        ("struct<t:decimal(10,2),`x`:timestamp with time zone>", {"t": "decimal(10,2)", "x": "timestamp with time zone"}),
        ("struct<>", {}),
    ],
)  # fmt: skip
def test_types_are_read(text: str, found: Any) -> None:
    """A field of a field that is taken for one that is missing."""
    assert parsed(text) == found
