"""The audit questions, and the collection of use, through the real command."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.support.cli import Ran, vendorgate
from tests.usage.trails import FAULTS, TOKEN, TRAPS, fault, write
from tests.usage.traps import ACME, BOLT, HERE, OWN, STEPS, VENDOR

Rows = list[dict[str, Any]]


def rows(folder: Path, *arguments: object) -> Rows:
    ran = vendorgate("usage", *arguments, "-f", "json", cwd=folder)
    assert ran.code == 0, ran.err
    found: Rows = json.loads(ran.out)
    return found


def use(folder: Path) -> Rows:
    return [json.loads(line) for line in (folder / "snapshot/usage.jsonl").open()]


def test_calls_names_who_is_behind_each(folder: Path) -> None:
    """Two vendors on one role that are taken for one."""
    found = rows(folder, "calls", "logs", "--role", VENDOR)
    behind = {(row["caller"] or {}).get("account") for row in found}
    assert {ACME, BOLT} <= behind
    assert list(found[0]) == [
        "event_time", "event_source", "event_name", "account", "region", "source_ip",
        "error_code", "request_id", "event_id", "request_parameters", "caller",
    ]  # fmt: skip


def test_callers_has_failed_attempts_too(folder: Path) -> None:
    """Who was refused is who to ask about first."""
    found = rows(folder, "callers", "logs", "--action", "iam:GetRole")
    by_event = rows(folder, "callers", "logs", "--action", "GetRole")
    assert found == by_event
    assert all(row["caller"] for row in found)


def test_assume_role_tells_third_parties(folder: Path) -> None:
    """An own role that assumes another is no third party."""
    found = rows(folder, "assume-role", "logs")
    assert found == sorted(found, key=lambda r: -r["count"])
    told = {row["caller_account"]: row["third_party"] for row in found}
    assert told[ACME] and told[BOLT] and not told[HERE]


def test_sql_counts_each_event_once(folder: Path) -> None:
    """A query of the user's own over duplicates."""
    for copy in ("one", "two"):
        shutil.copytree(folder / "logs", folder / "twice" / copy)
    query = "SELECT count(*) AS n FROM events"
    assert rows(folder, "sql", query, "twice") == rows(folder, "sql", query, "logs")


def test_sql_divides_as_athena_does(folder: Path) -> None:
    """A half of a call where Athena, of whole numbers, makes a whole one."""
    query = (
        "SELECT 7 / 2 AS a, -7 / 2 AS b, count(*) / (2 * count(*)) AS c, 7e0 / 2 AS d FROM events"
    )
    assert rows(folder, "sql", query, "logs") == [{"a": 3, "b": -3, "c": 0, "d": 3.5}]


HINTS = [
    ("a service that is none", "imam:GetRole", "did you mean"),
    ("an action that is none", "iam:GenerateCredentialsReport", "'GenerateCredentialReport'?"),
    ("an event that is none", "GenerateCredentialsReport", "no event of this name"),
    ("an action that nobody called", "iam:GenerateCredentialReport", "no event of this name"),
]


@pytest.mark.parametrize(("why", "action", "said"), HINTS, ids=[row[0] for row in HINTS])
def test_an_action_that_is_misspelt(folder: Path, why: str, action: str, said: str) -> None:
    """No rows, as if nobody had called what is merely called otherwise."""
    ran = vendorgate("usage", "callers", "logs", "--action", action, "-f", "json", cwd=folder)
    assert (ran.code, ran.out.strip()) == (0, "[]") and said in ran.err


@pytest.mark.parametrize("question", [
    ("calls", "logs", "--role", VENDOR), ("callers", "logs", "--action", "GetRole"),
    ("assume-role", "logs"), ("sql", "SELECT count(*) AS n FROM events", "logs"),
], ids=lambda q: q[0])  # fmt: skip
def test_a_window_of_nothing_is_incomplete(folder: Path, question: tuple[str, ...]) -> None:
    """An empty answer of a window that nobody has a log of."""
    for narrowed in (("--from", "2020-01-01", "--to", "2020-01-02"), ("--account", "000000000000")):
        ran = vendorgate("usage", *question, *narrowed, cwd=folder)
        assert ran.code == 3 and "not one event" in ran.err


def manifest(folder: Path) -> Any:
    return json.loads((folder / "snapshot/manifest.json").read_text())


def test_the_manifest_claims_what_was_seen(folder: Path) -> None:
    """A year that is called covered, of which the log has a day; days that are missing between."""
    (event, *_) = TRAPS["two_vendors"]().events
    for n, time in enumerate(("2026-05-03T00:00:00Z", "2026-05-07 10:00:00.500")):
        other = event | {"eventID": f"e{n}", "eventTime": time}
        (folder / f"logs/{n}.json").write_text(json.dumps([other]))
    (folder / "logs/digest").write_text('{"digestS3Bucket": "b", "logFiles": []}')
    ran = collected(folder, "--from", "2020-01-01", "--to", "2030-01-01")
    assert ran.code == 0 and "1 digests" in ran.err
    seen = manifest(folder)["usage"]
    assert (seen["begin"], seen["end"]) == ("2026-05-01T10:00:00Z", "2026-05-07T10:00:00Z")
    assert seen["holes"] == [["2026-05-02", "2026-05-02"], ["2026-05-04", "2026-05-06"]]
    assert seen["passed"]["digests"] == 1


def test_what_fails_in_the_first_look_is_not_forgotten(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A chain makes the log be read again, and a file that failed once is lost without a word."""
    from checker.collect.cloudtrail import files
    from checker.collect.cloudtrail.inflate import UnreadableError

    content, asked = files.content, []
    shutil.copy(next((folder / "logs").rglob("*.json.gz")), folder / "logs/z.json.gz")

    def once(path: Path) -> bytes:
        asked.append(path)
        if asked.count(path) == 1 and path.name == "z.json.gz":
            raise UnreadableError("Unreadable", "not now")
        return content(path)

    monkeypatch.setattr(files, "content", once)
    ran = collected(folder)
    assert len(asked) > len(set(asked)), "read twice"
    assert ran.code == 3 and "not now" in ran.err
    assert [gap["message"] for gap in manifest(folder)["gaps"]] == ["not now"]


def test_a_full_disk_is_one_line(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A traceback with the exit code of a finding, where there is no room."""
    import duckdb

    from checker.collect.cloudtrail.engine import Engine

    class Full:
        def execute(self, *_: Any) -> None:
            raise duckdb.IOException("IO Error: No space left on device")

        register = execute

    connect = Engine.__init__

    def full(self: Engine) -> None:
        connect(self)
        self._connection = Full()  # type: ignore[assignment]

    monkeypatch.setattr(Engine, "__init__", full)
    ran = collected(folder)
    assert ran.code == 2 and "No space left" in ran.err and ran.err.count("\n") == 1


REFUSED = [
    ("no SELECT", ("sql", "DROP TABLE trail", "logs"), "only one SELECT"),
    ("two statements", ("sql", "SELECT 1; SELECT 2", "logs"), "only one SELECT"),
    ("no SQL", ("sql", "SELECT FROM WHERE", "logs"), ""),
    ("a file of the machine", ("sql", "SELECT * FROM read_csv('/etc/passwd')", "logs"), "refused"),
    ("no such column", ("sql", "SELECT nonsense FROM events", "logs"), "refused"),
    ("no ARN", ("calls", "logs", "--role", "vendor"), "no role's ARN"),
    ("SQL in an action", ("callers", "logs", "--action", "x' OR 1=1"), "no action"),
    ("no source", ("calls", "nowhere", "--role", VENDOR), "no such file"),
    ("another kind of source", ("calls", "ftp://x", "--role", VENDOR), "no such kind"),
    ("a window the wrong way round", ("assume-role", "logs", "--from", "2026-05-02", "--to", "2026-05-01"), "not before"),
    ("no time", ("assume-role", "logs", "--from", "yesterday"), "is no time; write"),
    ("a year before all clouds", ("assume-role", "logs", "--from", "0001-01-01"), "is no time"),
    ("a pipe", ("assume-role", "/dev/null"), "no regular file"),
    ("no account", ("assume-role", "logs", "--account", "12"), "12 digits"),
    ("no region", ("assume-role", "logs", "--region", "x'"), "us-east-1"),
    ("no Athena source", ("assume-role", "athena://a;b/c.d"), "athena://"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "arguments", "said"), REFUSED, ids=[row[0] for row in REFUSED])
def test_bad_input_is_one_line(
    folder: Path, why: str, arguments: tuple[str, ...], said: str
) -> None:
    """A trace, or worse, an answer."""
    ran = vendorgate("usage", *arguments, cwd=folder)
    assert (ran.code, ran.out) == (2, ""), ran.err
    assert ran.err.startswith("error: ") and ran.err.count("\n") == 1 and said in ran.err


def test_the_window_includes_its_beginning_and_not_its_end(folder: Path) -> None:
    """An event that counts in two months, or in none."""
    query = "SELECT event_time FROM events ORDER BY 1"
    times = [row["event_time"] for row in rows(folder, "sql", query, "logs")]
    middle = times[len(times) // 2]
    before = rows(folder, "sql", query, "logs", "--to", middle)
    after = rows(folder, "sql", query, "logs", "--from", middle)
    assert [r["event_time"] for r in before + after] == times and after


@pytest.mark.parametrize(
    "written", ["2026-05-01T12:01:00+02:00", "2026-05-01 10:01", "2026-05-01T10:01:00.9Z"]
)
def test_a_window_is_written_as_times_are(folder: Path, written: str) -> None:
    """Ten o'clock in Berlin for ten o'clock in Greenwich."""
    query = "SELECT count(*) AS n FROM events"
    wanted = rows(folder, "sql", query, "logs", "--from", "2026-05-01T10:01:00Z")
    assert rows(folder, "sql", query, "logs", "--from", written) == wanted


def test_csv_starts_no_formula_and_text_no_escape(tmp_path: Path) -> None:
    """A user agent, or the name of an event, that takes over a spreadsheet or a terminal."""
    write(tmp_path / "logs", TRAPS["hostile_text"]().events, "records")
    query = "SELECT event_name, source_ip, request_parameters FROM events"
    ran = vendorgate("usage", "sql", query, "logs", "-f", "csv=x.csv", "-f", "text", cwd=tmp_path)
    assert ran.code == 0, ran.err
    assert "\x1b" not in ran.out
    for line in csv.reader(io.StringIO((tmp_path / "x.csv").read_text())):
        assert not any(cell[:1] in ("=", "+", "-", "@", "\t", "\r") for cell in line), line


def collected(folder: Path, *options: object) -> Ran:
    return vendorgate("collect", "cloudtrail", "logs", *options, cwd=folder)


def test_use_is_added_to_the_snapshot(folder: Path) -> None:
    """A collection that loses what was there, or keeps what no snapshot may hold."""
    before = (folder / "snapshot/roles.jsonl").read_bytes()
    assert collected(folder).code == 0
    assert (folder / "snapshot/roles.jsonl").read_bytes() == before
    manifest = json.loads((folder / "snapshot/manifest.json").read_text())
    assert manifest["sources"] == ["aws", "cloudtrail"] and manifest["usage"]["roles"] == 1
    assert {"usage.jsonl", "assumptions.jsonl"} <= set(manifest["files"])
    chained = [u for u in use(folder) if u["role"] in STEPS]
    assert chained and all(u["caller"]["account"] not in OWN for u in chained)
    for path in (folder / "snapshot").iterdir():
        text = path.read_text()
        assert TOKEN not in text and "ASIA" not in text and "AKIA" not in text


def test_collecting_again_gives_the_same(folder: Path) -> None:
    """A snapshot whose bytes depend on the run."""
    collected(folder)
    first = {p.name: p.read_bytes() for p in (folder / "snapshot").iterdir()}
    collected(folder)
    assert {p.name: p.read_bytes() for p in (folder / "snapshot").iterdir()} == first


def test_a_file_that_cannot_be_read_is_a_named_gap(folder: Path) -> None:
    """Half a file that counts, or a file that is passed over in silence."""
    collected(folder)
    whole = use(folder)
    paths = {fault(folder / "logs", name).name for name in FAULTS}
    assert len(paths) == len(FAULTS)
    ran = collected(folder)
    assert ran.code == 3, ran.err
    assert {name for name in paths if name in ran.err} == paths
    gaps = json.loads((folder / "snapshot/manifest.json").read_text())["gaps"]
    assert len(gaps) == len(paths)
    assert {name for name in paths for gap in gaps if name in gap["call"]} == paths
    assert use(folder) == whole


def test_a_changed_snapshot_is_not_made_whole_again(folder: Path) -> None:
    """Collecting would give a tampered file a new, right digest."""
    with (folder / "snapshot/roles.jsonl").open("ab") as file:
        file.write(b"\n")
    ran = collected(folder)
    assert ran.code == 2 and "roles.jsonl" in ran.err


def test_athena_ddl_prints_the_table(folder: Path) -> None:
    """A table without partitions, which costs a fortune."""
    ran = vendorgate(
        "usage", "athena-ddl", "--bucket", "s3://logs/x", "--account", HERE, "--region",
        "us-east-1", "--from", "2026-01-01", cwd=folder,
    )  # fmt: skip
    assert ran.code == 0 and "projection.day.range" in ran.out


def test_without_the_extra_it_says_what_to_install(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A traceback for whoever installed the plain package."""
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    ran = vendorgate("usage", "assume-role", "logs", cwd=folder)
    assert ran.code == 2 and "vendorgate[cloudtrail]" in ran.err


def test_a_trail_without_a_single_event_is_a_gap(folder: Path) -> None:
    """A wrong prefix, or an empty window, that reads like a year without any use."""
    ran = collected(folder, "--from", "2020-01-01", "--to", "2020-01-02")
    assert ran.code == 3 and "not one event" in ran.err, "there are events, outside of the window"
    (folder / "empty").mkdir()
    (folder / "empty/x.json").write_text('{"Records": []}')
    ran = vendorgate("collect", "cloudtrail", "empty", cwd=folder)
    assert ran.code == 3 and "not one event" in ran.err


def test_a_bare_name_is_of_any_source(tmp_path: Path) -> None:
    """A service that the table of names does not know is where nobody looks."""
    event = {
        "eventID": "1", "eventTime": "2026-05-01T00:00:00Z", "eventName": "DoIt",
        "eventSource": "brandnew.amazonaws.com",
        "userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/u"},
    }  # fmt: skip
    (tmp_path / "x.json").write_text(json.dumps(event))
    for action in ("DoIt", "brandnew:DoIt"):
        found = rows(tmp_path, "callers", "x.json", "--action", action)
        assert [row["caller"]["arn"] for row in found] == ["arn:aws:iam::111122223333:user/u"]
