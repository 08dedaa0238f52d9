"""SQL on Athena, against an emulator over HTTP with unchanged boto3 clients."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable

import pytest

from checker.collect.aws import retry
from checker.collect.aws.session import connect
from checker.collect.cloudtrail.answers import Query
from checker.collect.cloudtrail.athena import LONGEST_SQL, Athena, AthenaSource, parse_athena
from checker.demo.server import Answer, ApiCall, failure
from checker.errors import InputError
from tests.support import front

SOURCE = AthenaSource("primary", "logs", "cloudtrail")
JSON = "application/x-amz-json-1.1"


@pytest.fixture(autouse=True)
def no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "_BASE", 0.001)


def result(*rows: list[str | None]) -> dict:
    """A page as Athena words it, whose first row names the columns."""
    return {
        "Rows": [{"Data": [{} if v is None else {"VarCharValue": v} for v in row]} for row in rows],
        "ResultSetMetadata": {"ColumnInfo": [{"Name": n, "Type": "varchar"} for n in COLUMNS]},
    }


COLUMNS = ["role", "calls"]


def queue(endpoint: str, *rows: list[str | None]) -> None:
    page = result(*rows)
    body = {
        "account_id": front.OWN,
        "region": "us-east-1",
        "results": [{"rows": page["Rows"], "column_info": page["ResultSetMetadata"]["ColumnInfo"]}],
    }
    request = urllib.request.Request(
        f"{endpoint}/moto-api/static/athena/query-results", json.dumps(body).encode()
    )
    urllib.request.urlopen(request).close()


def pages(
    *answers: dict | None, tokens: list[str] | None = None
) -> Callable[[ApiCall], Answer | None]:
    """GetQueryResults in these pages, in turn; `tokens` replace those that would name the next."""
    turn = [0]

    def intercept(call: ApiCall) -> Answer | None:
        if call.action != "GetQueryResults":
            return None
        assert call.parameters["MaxResults"] == 1000
        number, turn[0] = turn[0], turn[0] + 1
        assert turn[0] < 20, "nobody noticed"
        body: dict = {"ResultSet": answers[number % len(answers)]}
        if tokens:
            body["NextToken"] = tokens[number % len(tokens)]
        elif number + 1 < len(answers):
            body["NextToken"] = str(number + 1)
        return Answer(200, json.dumps(body), JSON)

    return intercept


def states(*steps: tuple[str, int, str], kind: str = "DML") -> Callable[[ApiCall], Answer | None]:
    """GetQueryExecution goes through (state, bytes scanned, reason), and stays at the last."""
    turn = [0]

    def intercept(call: ApiCall) -> Answer | None:
        if call.action != "GetQueryExecution":
            return None
        assert turn[0] < 50, "nobody stops waiting"
        state, scanned, reason = steps[min(turn[0], len(steps) - 1)]
        turn[0] += 1
        status = {"State": state} | ({"StateChangeReason": reason} if reason else {})
        execution = {"Status": status, "StatementType": kind}
        if scanned >= 0:
            execution["Statistics"] = {"DataScannedInBytes": scanned}
        return Answer(200, json.dumps({"QueryExecution": execution}), JSON)

    return intercept


def ask(*interceptors, max_bytes: int | None = None, sql: str = "SELECT 1", poll=lambda _: None):
    with front.aws(*interceptors):
        athena = Athena(connect(None), SOURCE, max_bytes, poll)
        return list(athena.rows(sql)), athena


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("athena://primary/logs", "no table"),
        ("athena://primary/logs.a.b", "two points"),
        ('athena://primary/logs.a"b', "a quote would leave the SQL name"),
        ("athena://primary/Logs.a", "Athena keeps names in lower case"),
        ("athena://primary/logs.a\n", "a line end behind it"),
        ("athena://pri mary/logs.a", "no workgroup"),
        (f"athena://{'w' * 129}/logs.a", "too long"),
        ("athena:///logs.a", "an empty workgroup"),
        ("athena://primary/logs.é", "a letter beyond ASCII"),
        ("s3://bucket/prefix", "another source"),
    ],
)
def test_a_source_that_is_none_is_refused(text: str, why: str) -> None:
    """A name that is not checked would be SQL of whoever wrote it."""
    with pytest.raises(InputError, match=r"WORKGROUP/DATABASE\.TABLE"):
        parse_athena(text)


def test_a_source_is_quoted() -> None:
    """A table called `table` would be a syntax error without quotes."""
    source = parse_athena("athena://My-Team.1/logs_1.table")
    assert source == AthenaSource("My-Team.1", "logs_1", "table")
    assert source.quoted == '"logs_1"."table"'


def test_rows_come_with_their_columns() -> None:
    """The header counted as a row, a NULL read as text, or an empty text as NULL."""
    calls = front.Calls()
    with front.aws(calls) as endpoint:
        queue(endpoint, COLUMNS, ["a", "1"], ["b", None], ["", "3"], COLUMNS)
        athena = Athena(connect(None), SOURCE, 10**9, lambda _: None)
        assert [tuple(row.values()) for row in athena.rows("SELECT role, calls FROM t")] == [
            ("a", "1"), ("b", None), ("", "3"), ("role", "calls"),
        ]  # fmt: skip
    assert calls.seen["athena:StopQueryExecution"] == 0


def test_what_is_sent() -> None:
    """A query in the wrong workgroup or database, or one that is started twice on a retry."""
    sent: list[dict] = []
    left = [2]

    def lose(call: ApiCall) -> Answer | None:
        if call.action != "StartQueryExecution":
            return None
        sent.append(call.parameters)
        left[0] -= 1
        if left[0] == 1:
            raise ConnectionResetError
        return failure(call, "InternalServerException", "again", 500) if left[0] == 0 else None

    ask(lose)
    assert len(sent) == 3
    assert len({call["ClientRequestToken"] for call in sent}) == 1
    assert len(sent[0]["ClientRequestToken"]) >= 32
    assert sent[0]["WorkGroup"] == "primary"
    assert sent[0]["QueryExecutionContext"] == {"Database": "logs"}
    assert sent[0]["QueryString"] == "SELECT 1"


def test_two_queries_are_two() -> None:
    """A token used again would answer the second query with the first one's rows."""
    tokens = set()

    def note(call: ApiCall) -> None:
        tokens.add(call.parameters.get("ClientRequestToken"))

    with front.aws(note) as endpoint:
        queue(endpoint, COLUMNS, ["a", "1"])
        queue(endpoint, COLUMNS, ["b", "2"])
        athena = Athena(connect(None), SOURCE, None, lambda _: None)
        assert [row["role"] for sql in "12" for row in athena.rows(sql)] == ["a", "b"]
    assert len(tokens - {None}) == 2


@pytest.mark.parametrize(
    ("answers", "roles", "why"),
    [
        ([result(COLUMNS, ["a", "1"]), result(["b", "2"]), result(["c", "3"])], ["a", "b", "c"], "the header is on the first page only"),
        ([result(), result(COLUMNS, ["a", "1"]), result(), result(["b", "2"])], ["a", "b"], "empty pages, the first one too"),
        ([result(COLUMNS), result(["a", "1"])], ["a"], "a page with nothing but the header"),
        ([result(COLUMNS, ["a", "1"]), result(COLUMNS, ["b", "2"])], ["a", "role", "b"], "a row that looks like a header on a later page"),
        ([result(COLUMNS)], [], "no rows"),
        ([result()], [], "nothing at all"),
        ([result(["a", "1"])], ["a"], "SHOW and DESCRIBE have no header"),
        ([{"Rows": []}, result(COLUMNS, ["a", "1"])], ["a"], "an empty page that names no columns"),
    ],
)  # fmt: skip
def test_pages(answers: list[dict], roles: list[str], why: str) -> None:
    """A row lost or counted twice where one page ends and the next begins."""
    rows, _ = ask(pages(*answers))
    assert [row["role"] for row in rows] == roles, why


@pytest.mark.parametrize("tokens", [["x"], ["x", "y"], ["x", "y", "z"]])
def test_a_listing_that_goes_in_a_circle_is_refused(tokens: list[str]) -> None:
    """A token that repeats would count the same rows for ever."""
    with pytest.raises(InputError, match=r"GetQueryResults fails: .*(twice)"):
        ask(pages(result(COLUMNS, ["a", "1"]), tokens=tokens))


@pytest.mark.parametrize(
    ("page", "why"),
    [
        (result(COLUMNS, ["a"]), "a row that is too short"),
        (result(COLUMNS, ["a", "1", "2"]), "a row that is too long"),
        ({"Rows": [{"Data": [{"VarCharValue": "a"}]}]}, "no columns"),
    ],
)
def test_rows_that_do_not_fit_are_refused(page: dict, why: str) -> None:
    """Values under the wrong columns would be somebody else's use."""
    with pytest.raises(InputError, match="could not be read"):
        ask(pages(page))


@pytest.mark.parametrize(
    ("state", "reason", "said", "mend"),
    [
        ("FAILED", "COLUMN_NOT_FOUND: line 1:8: Column 'x' cannot be resolved", "Column 'x'", "usage athena-ddl"),
        ("FAILED", "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.logs.t' does not exist", "logs.t", "usage athena-ddl"),
        ("FAILED", "SCHEMA_NOT_FOUND: line 1:15: Schema 'logs' does not exist", "logs", "database's name"),
        ("CANCELLED", "Bytes scanned limit was exceeded", "was cancelled", "limit of the workgroup"),
        ("FAILED", "Access denied when writing output to url: s3://results/x.csv . Please ensure", "results/x", "s3:PutObject"),
        ("FAILED", "Unable to verify/create output bucket results", "bucket", "s3:GetBucketLocation"),
        ("FAILED", "Permission denied on S3 path: s3://trail/AWSLogs/", "trail", "kms:Decrypt"),
        ("FAILED", "Query exhausted resources at this scale factor", "exhausted", "narrow --from"),
        ("CANCELLED", "", "Athena gives no reason", ""),
        ("FAILED", "GENERIC: key AKIAIOSFODNN7EXAMPLE\nis odd", "(key id) is odd", ""),
    ],
)  # fmt: skip
def test_a_query_that_fails(state: str, reason: str, said: str, mend: str) -> None:
    """A reason without a mend, on many lines, with somebody's key in it; or rows of a dead query."""
    calls = front.Calls()
    with pytest.raises(InputError) as caught:
        ask(calls, states(("QUEUED", -1, ""), ("RUNNING", 5, ""), (state, 7, reason)))
    assert said in caught.value.message
    assert mend in (caught.value.hint or "")
    assert "\n" not in str(caught.value) and "AKIA" not in str(caught.value)
    assert not calls.seen["athena:StopQueryExecution"]
    assert not calls.seen["athena:GetQueryResults"]


@pytest.mark.parametrize("first", ["QUEUED", "RUNNING"])
def test_a_query_that_scans_too_much_is_stopped(first: str) -> None:
    """A bound that only complains afterwards bounds no bill."""
    calls = front.Calls()
    with pytest.raises(
        InputError, match=r"more than 1,000 bytes of \"logs\".\"cloudtrail\""
    ) as caught:
        ask(
            calls,
            states((first, 0, ""), ("RUNNING", 1000, ""), ("RUNNING", 1001, "")),
            max_bytes=1000,
        )
    assert "--max-scan" in str(caught.value.hint)
    assert calls.seen["athena:StopQueryExecution"] == 1
    assert calls.seen["athena:GetQueryExecution"] == 3


def test_what_was_paid_for_is_read() -> None:
    """A query that ended above the bound is paid already; to throw its rows away saves nothing."""
    done = states(("SUCCEEDED", 2000, ""))
    rows, athena = ask(done, pages(result(COLUMNS, ["a", "1"])), max_bytes=1000)
    assert [row["role"] for row in rows] == ["a"]
    assert athena.scanned == 2000


def test_the_bound_holds_for_all_queries_together() -> None:
    """Three queries of a terabyte each are three terabytes, whatever a bound on one says."""
    calls = front.Calls()
    with front.aws(calls, states(("SUCCEEDED", 700, ""), ("RUNNING", 400, ""))):
        athena = Athena(connect(None), SOURCE, 1000, lambda _: None)
        list(athena.rows("SELECT 1"))
        with pytest.raises(InputError, match="the query scanned"):
            athena.rows("SELECT 2")
        with pytest.raises(InputError, match="the queries before"):
            athena.rows("SELECT 3")
    assert calls.seen["athena:StartQueryExecution"] == 2
    assert calls.seen["athena:StopQueryExecution"] == 1
    assert athena.scanned == 1100


def test_ctrl_c_stops_the_query() -> None:
    """A query that nobody waits for any more would run on, and cost."""

    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    calls = front.Calls()
    with pytest.raises(KeyboardInterrupt):
        ask(calls, states(("RUNNING", 1, "")), poll=interrupt)
    assert calls.seen["athena:StopQueryExecution"] == 1


def test_a_query_that_cannot_be_watched_is_stopped() -> None:
    """Without GetQueryExecution nobody would ever read its rows."""
    calls = front.Calls()
    with pytest.raises(InputError, match="GetQueryExecution fails: AccessDeniedException"):
        ask(calls, front.deny("GetQueryExecution", "AccessDeniedException", status=400))
    assert calls.seen["athena:StopQueryExecution"] == 1


def test_a_query_that_cannot_be_stopped_is_told() -> None:
    """To say only that it scans too much would hide that it goes on."""
    running = states(("RUNNING", 2000, ""))
    with pytest.raises(InputError, match=r"query \S+ goes on: .*AccessDenied") as caught:
        ask(running, front.deny("StopQueryExecution", status=400), max_bytes=1000)
    assert "athena:StopQueryExecution" in str(caught.value.hint)


def test_a_state_that_nobody_knows_ends_the_waiting() -> None:
    """A state taken for `RUNNING` would be waited for until somebody kills the process."""
    calls = front.Calls()
    with pytest.raises(InputError, match="GetQueryExecution fails"):
        ask(calls, states(("PONDERING", 0, "")))
    assert calls.seen["athena:StopQueryExecution"] == 1


@pytest.mark.parametrize(
    ("action", "code", "message", "mend"),
    [
        ("StartQueryExecution", "AccessDeniedException", "You are not authorized to perform: athena:StartQueryExecution", "the caller needs"),
        ("StartQueryExecution", "InvalidRequestException", "WorkGroup primary is not found.", "workgroup's name"),
        ("StartQueryExecution", "InvalidRequestException", "No output location provided. An output location is required", "set a query result location"),
        ("StartQueryExecution", "InvalidRequestException", "line 1:1: mismatched input", ""),
        ("GetQueryResults", "AccessDeniedException", "Access denied to the result location", "s3:GetObject"),
    ],
)  # fmt: skip
def test_a_refused_call(action: str, code: str, message: str, mend: str) -> None:
    """A traceback, or a refusal that does not say what to do."""
    with pytest.raises(InputError, match=f"athena:{action} fails: {code}: ") as caught:
        ask(front.deny(action, code, message, status=400))
    assert mend in (caught.value.hint or "")


@pytest.mark.parametrize("action", ["StartQueryExecution", "GetQueryExecution", "GetQueryResults"])
def test_throttling_is_waited_for(action: str) -> None:
    """Athena throttles early; one such answer must not end a collection."""
    left = [2]

    def throttle(call: ApiCall) -> Answer | None:
        if call.action != action or not left[0]:
            return None
        left[0] -= 1
        return failure(call, "TooManyRequestsException", "Rate exceeded", 400)

    rows, _ = ask(throttle)
    assert rows == [] and not left[0]


def test_throttling_without_end_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bound on the repetitions that is none."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "3")
    calls = front.Calls()
    with pytest.raises(InputError, match="TooManyRequestsException"):
        ask(calls, front.deny("StartQueryExecution", "TooManyRequestsException", status=400))
    assert calls.seen["athena:StartQueryExecution"] > 1


def test_a_workgroup_that_is_none() -> None:
    """The emulator's own refusal, not one that this file words."""
    with (
        front.aws(),
        pytest.raises(InputError, match="StartQueryExecution fails: Invalid") as caught,
    ):
        Athena(connect(None), AthenaSource("none", "logs", "t"), None).rows("SELECT 1")
    assert "workgroup's name" in str(caught.value.hint)


def test_waits_grow_up_to_five_seconds() -> None:
    """Five questions a second for half an hour would be throttled, and others with them."""
    waits: list[float] = []
    ask(states(*[("RUNNING", 0, "")] * 20, ("SUCCEEDED", 0, "")), poll=waits.append)
    assert waits[0] == 0.2 and waits[-1] == 5.0
    assert waits == sorted(waits) and len(waits) == 20


@pytest.mark.parametrize("sql", ["x" * (LONGEST_SQL + 1), "é" * (LONGEST_SQL // 2 + 1)])
def test_sql_that_is_too_long_is_not_sent(sql: str) -> None:
    """Athena's own refusal does not say that fewer roles would help; characters are not bytes."""
    calls = front.Calls()
    with pytest.raises(InputError, match=r"262,14[56]|262,144"):
        ask(calls, sql=sql)
    assert not calls.seen["athena:StartQueryExecution"]


@pytest.mark.parametrize(
    ("state", "kind", "scanned", "billed", "why"),
    [
        ("SUCCEEDED", "DML", 0, 10_000_000, "ten megabytes at least"),
        ("SUCCEEDED", "DML", 10_000_001, 11_000_000, "whole megabytes"),
        ("SUCCEEDED", "DML", 10**12, 10**12, "a terabyte"),
        ("CANCELLED", "DML", 20_000_000, 20_000_000, "what a stopped query scanned is billed"),
        ("FAILED", "DML", 20_000_000, 0, "what fails is free"),
        ("SUCCEEDED", "DDL", 0, 0, "so is DDL"),
    ],
)
def test_what_is_billed(state: str, kind: str, scanned: int, billed: int, why: str) -> None:
    """A sum that the bill does not bear out."""
    with front.aws(states((state, scanned, ""), kind=kind), pages(result(COLUMNS))):
        athena = Athena(connect(None), SOURCE, None, lambda _: None)
        if state == "SUCCEEDED":
            list(athena.rows("SELECT 1"))
        else:
            with pytest.raises(InputError):
                athena.rows("SELECT 1")
    assert (athena.scanned, athena.billed) == (scanned, billed), why
    assert athena.cost_usd == pytest.approx(billed / 10**12 * 5)


def test_a_query_begins_queued() -> None:
    """One that is taken for ended before it was looked at would not be stopped."""
    assert not Query("q").ended
