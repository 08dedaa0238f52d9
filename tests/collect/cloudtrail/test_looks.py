"""A trail that is looked at: what of it counts, what it says, and what it could not tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from checker.collect.cloudtrail import (  # fmt: skip
    bucket,
    collect,
    estimate,
    inflate,
    logs,
    records,
    s3,
    s3_logs,
    tables,
)
from checker.collect.cloudtrail.bucket import S3Object, S3Source, TooLarge, fetch, parse_s3
from checker.collect.cloudtrail.collect import CALL, NOTES, _rounds, add_use, read_use
from checker.collect.cloudtrail.inflate import UnreadableError
from checker.collect.cloudtrail.row import packed, row
from checker.collect.cloudtrail.s3_logs import S3Logs
from checker.collect.cloudtrail.scan import Found, Search
from checker.collect.cloudtrail.table import Table
from checker.collect.cloudtrail.trail import NOTHING, AthenaTrail, LoggedTrail, Reading
from checker.errors import InputError
from checker.snapshot.records import FileEntry, Gap, Manifest, Tool
from checker.snapshot.usage import Assumption, UsageCaller
from checker.usage.sql import SEPARATOR, Window
from tests.collect.cloudtrail.test_rows import SALT, event
from tests.support.rows import rows
from tests.usage.loaded import everything

A, B, VENDOR = "111111111111", "222222222222", "999999999999"
WINDOW = Window("2026-05-01T00:00:00Z", "2026-05-02T00:00:00Z")
ROW = packed([row(event(), parameters=False, salt=SALT)])
COUNT = "SELECT count(*) AS n FROM trail"


class Given:
    """Logs that hold what they are told to, the same each time; `asked`: the searches."""

    def __init__(self, *found: Found | Gap, passed: dict[str, int] | None = None) -> None:
        self.held, self.passed, self.total = found, Counter(passed or {}), len(found)
        self.asked: list[Search] = []

    def found(self, search: Search) -> Iterator[Found | Gap]:
        self.asked.append(search)
        yield from self.held


def whole(name: str, **more: Any) -> Found:
    return Found(name, events=2, first="2026-05-01", last="2026-05-01", days={"2026-05-01"}, rows=[ROW], **more)  # fmt: skip


def test_what_of_logs_counts() -> None:
    """What a file held in the first look alone; its rows, and what fails, in each; a gap once."""
    lost = Gap(call="cloudtrail:c", code="x", message="y")
    given = Given(whole("a", passed=Counter(digests=1)), Found("b", gap=("Corrupt", "it is\ndamaged")), lost, passed={"folders": 2})  # fmt: skip
    trail = LoggedTrail(given, WINDOW)
    watched: list[Any] = []
    trail.watch = watched.append
    for _ in range(2):
        trail.look(everything())
    assert [one.window for one in given.asked] == [WINDOW, WINDOW]
    assert (trail.files, trail.seen.events, trail.remote) == (2, 2, False)
    assert trail.gaps == [Gap(call="cloudtrail:b", code="Corrupt", message="it is damaged"), lost]
    assert watched == [*(Reading(1, n, 3) for n in (1, 2, 3)), None, *(Reading(2, n, 3) for n in (1, 2, 3)), None]  # fmt: skip
    assert [dict(one) for one in trail.rows(lambda table, window: COUNT if window == WINDOW else table)] == [{"n": 2}]  # fmt: skip
    assert trail.passed == {"digests": 1, "folders": 2}
    assert trail.said == "2 events in 2 files; passed over: 1 digests, 2 folders"
    trail.settle([])
    assert len(trail.gaps) == 2


def test_what_fails_in_a_later_look_is_told() -> None:
    """Catches a file that was whole at first: what it held of the chain is lost without a word."""
    given = Given(whole("a"))
    trail = LoggedTrail(given, WINDOW)
    trail.look(everything())
    given.held = (Found("a", gap=("Corrupt", "cut")),)
    trail.look(everything())
    assert trail.gaps == [Gap(call="cloudtrail:a", code="Corrupt", message="cut")]
    assert (trail.files, trail.seen.events) == (1, 2)


def test_logs_of_nothing() -> None:
    """A gap, and so are pages that are not here: each once."""
    trail = LoggedTrail(Given(Found("a", pages=Counter({("Elastic", "pages"): 1, ("Elastic", "total"): 3}))), WINDOW)  # fmt: skip
    trail.look(everything())
    for _ in range(2):
        trail.settle([])
    said = "not the whole answer of Elastic: 0 results of 3 or more are here: the others are left out"  # fmt: skip
    assert [(one.call, one.code, one.message) for one in trail.gaps] == [
        ("cloudtrail:(all)", "Partial", said), ("cloudtrail:(all)", "Nothing", NOTHING[:500])]  # fmt: skip
    assert trail.said == "0 events in 1 file"


def test_a_look_that_is_broken_off() -> None:
    """Whoever watches is told that it has ended."""

    class Broken(Given):
        def found(self, search: Search) -> Iterator[Found | Gap]:
            raise KeyboardInterrupt(search)

    trail = LoggedTrail(Broken(), WINDOW)
    watched: list[Any] = []
    trail.watch = watched.append
    with pytest.raises(KeyboardInterrupt):
        trail.look(everything())
    assert watched == [None]


class Athena:
    """Answers with what it is given, question after question; `asked`: what was asked."""

    def __init__(self, *answers: list[dict[str, Any]]) -> None:
        self.answers, self.asked = [*answers], list[str]()
        self.source = SimpleNamespace(quoted='"t"')
        self.scanned, self.cost_usd = 1_234_567_890, 0.00617

    def rows(self, sql: str) -> Iterator[dict[str, Any]]:
        self.asked.append(sql)
        return iter(self.answers.pop(0) if self.answers else [])


def test_what_a_table_says_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once: its note, what a question will cost, what it lacks, and which records are not read."""
    monkeypatch.setattr(estimate, "told", lambda *_: "estimate")
    census = [{"product": "x", "version": "1", "records": "3"}, {"product": None, "version": "1", "records": "2"}]  # fmt: skip
    athena, said = Athena(census, [{"a": "b"}]), list[str]()
    table = Table({}, note="note", lost=("a", "b"), census=lambda quoted, _: f"census {quoted}", stand=lambda quoted, window: f"({quoted} {window.begin})")  # fmt: skip
    trail: Any = AthenaTrail(athena, WINDOW, table, said.append)  # type: ignore[arg-type]
    for _ in range(2):
        trail.look(everything())
    assert (said, athena.asked, trail.remote, trail.files) == (["note", "estimate"], ['census "t"'], True, 0)  # fmt: skip
    assert [(one.call, one.code, one.message) for one in trail.gaps] == [
        ("cloudtrail:(columns)", "Missing", "the table has no a, b"), ("cloudtrail:(records)", "UnknownVersion", "2 events of OCSF name no product")]  # fmt: skip
    assert list(trail.rows(lambda source, window: f"{source} {window.end}")) == [{"a": "b"}]
    assert athena.asked[-1] == f'("t" {WINDOW.begin}) {WINDOW.end}'
    kinds = "events of other sources of Security Lake"
    assert trail.said == f"Athena scanned 1,234.6 MB, about $0.0062; passed over: 3 {kinds}"


@pytest.mark.parametrize(("rows", "events", "anything", "gaps"), [([{}], 0, [], 0), ([], 1, [], 0), ([], 0, [{"event_id": "x"}], 0), ([], 0, [], 1)])  # fmt: skip
def test_a_table_of_nothing(monkeypatch: pytest.MonkeyPatch, rows: Any, events: int, anything: Any, gaps: int) -> None:  # fmt: skip
    """Asked of it where neither an answer nor what was seen tells of an event."""
    monkeypatch.setattr(estimate, "told", lambda *_: "estimate")
    athena, said = Athena(anything), list[str]()
    trail: Any = AthenaTrail(athena, WINDOW, None, said.append)  # type: ignore[arg-type]
    trail.look(everything())
    trail.seen.events = events
    trail.settle(rows)
    assert [(one.call, one.code, one.message) for one in trail.gaps] == [
        ("cloudtrail:(all)", "Nothing", NOTHING[:500])
    ] * gaps
    assert (said, len(athena.asked)) == (["estimate"], 0 if rows or events else 1)
    assert trail.said == "Athena scanned 1,234.6 MB, about $0.0062"


def test_questions_of_one_s_own_are_athena_s() -> None:
    """Translated before the engine takes them as its own, where they mean something else."""
    trail = LoggedTrail(Given(), WINDOW)
    told = [[*trail.rows(lambda *_: "SELECT regexp_replace('aa', 'a', 'b') AS n", foreign=foreign)] for foreign in (True, False)]  # fmt: skip
    assert told == [[{"n": "bb"}], [{"n": "ba"}]]


# Logs in S3


class Here:
    """A pool whose workers are here."""

    def __enter__(self) -> Here:
        return self

    def __exit__(self, *_: object) -> None: ...

    def submit(self, work: Any, *given: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(work(*given))
        return done

    def answer(self, future: Future[Any]) -> Any:
        return future.result()


SOURCE = S3Source("b", "p")


def searched(monkeypatch: pytest.MonkeyPatch, *listed: S3Object | Gap, again: bool = False, looks: int = 1, room: bool = True) -> Any:  # fmt: skip
    """What is found of objects, in so many looks; how often each was fetched, and how many workers
    were asked for."""
    fetched: Counter[str] = Counter()
    pools: list[int] = []

    def get(_client: Any, _source: Any, key: str, limit: int) -> bytes | Gap:
        assert limit == s3_logs.files.MAX_FILE
        fetched[key] += 1
        if key == "large":
            raise TooLarge
        return Gap(call="x", code="denied", message="") if key == "denied" else key.encode()

    def pool(workers: int, *_: Any) -> Here:
        pools.append(workers)
        return Here()

    monkeypatch.setattr(s3_logs, "fetch", get)
    asked: list[Any] = []

    def objects(*given: Any, passed: Counter[str]) -> Iterator[Any]:
        asked.append(given[1:])
        passed.update(digests=1)
        return iter(listed)

    monkeypatch.setattr(s3_logs, "objects", objects)
    monkeypatch.setattr(s3_logs, "ThreadPoolExecutor", lambda _: Here())
    monkeypatch.setattr(s3_logs, "pool", pool)
    monkeypatch.setattr(s3_logs, "loss_is_said", nullcontext)
    monkeypatch.setattr(logs, "scan", lambda parts: [Found(f"far {name}") for name, _ in parts])
    monkeypatch.setattr(logs, "read", lambda _, name, path: Found(f"near {name} {path.read_bytes().decode()}"))  # fmt: skip
    if not room:
        monkeypatch.setattr(s3_logs.Kept, "put", lambda *_: None)
    one = S3Logs(SimpleNamespace(client={"s3": None}.__getitem__), SOURCE, date.min, date.max)  # type: ignore[arg-type]  # fmt: skip
    assert one.total is None
    search = replace(everything(), again=again)
    found = [list(one.found(search)) for _ in range(looks)]
    assert (one.total, one.passed) == (len(listed), {"digests": 1})
    assert asked == [(SOURCE, date.min, date.max)], "listed once"
    return [[each.name if isinstance(each, Found) else each.code for each in look] for look in found], fetched, pools  # fmt: skip


def test_objects_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kept where another look follows; what is denied, too large or not listed is a gap in place."""
    listed = [S3Object("a", 1), Gap(call="x", code="unlisted", message=""), S3Object("denied", 1), S3Object("large", 1), S3Object("b", 1)]  # fmt: skip
    first = ["near s3://b/a a", "unlisted", "denied", "TooLarge", "near s3://b/b b"]
    found, fetched, pools = searched(monkeypatch, *listed, again=True, looks=2)
    assert (found, pools) == ([first, first], [])
    assert fetched == {"a": 1, "b": 1, "denied": 2, "large": 2}
    _, fetched, _ = searched(monkeypatch, *listed, looks=2)
    assert fetched == {"a": 2, "b": 2, "denied": 2, "large": 2}
    many = [S3Object(f"{n:03}", 1) for n in range(40)]
    ((told,), _, _) = searched(monkeypatch, *many)
    assert told == [f"near s3://b/{n:03} {n:03}" for n in range(40)]


def test_objects_wait_for_who_reads_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """A year's objects in memory; and a listing that was broken off, counted twice."""
    taken: list[str] = []

    def objects(*_: Any, passed: Counter[str]) -> Iterator[S3Object]:
        passed.update(digests=1)
        for number in range(40):
            taken.append(str(number))
            yield S3Object(str(number), 1)

    searched(monkeypatch)
    monkeypatch.setattr(s3_logs, "objects", objects)
    one = S3Logs(SimpleNamespace(client={"s3": None}.__getitem__), SOURCE, date.min, date.max)  # type: ignore[arg-type]  # fmt: skip
    found = one.found(everything())
    next(found)
    assert len(taken) == 17
    found.close()  # type: ignore[attr-defined]
    assert len(list(one.found(everything()))) == 40
    assert (one.passed, one.total, len(taken)) == ({"digests": 1}, 40, 57)


def test_workers_for_objects(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once there is so much to read that they pay, and where there are cores; without room to keep
    an object it is searched here."""
    monkeypatch.setattr(logs, "SERIAL", 10)
    for cpus, size, workers in ((4, 11, [4]), (4, 10, []), (2, 99, [2]), (1, 99, []), (None, 99, []), (99, 99, [8])):  # fmt: skip
        monkeypatch.setattr(s3_logs.os, "cpu_count", lambda cpus=cpus: cpus)
        ((told,), _, pools) = searched(monkeypatch, S3Object("a", size - 1), Gap(call="x", code="y", message=""), S3Object("b", 1))  # fmt: skip
        assert pools == workers
        first = "far s3://b/a" if workers and size > 11 else "near s3://b/a a"
        assert told == [first, "y", "far s3://b/b" if workers else "near s3://b/b b"]
    monkeypatch.undo()
    ((told,), _, _) = searched(monkeypatch, S3Object("[]", 1), room=False)
    assert told == ["s3://b/[]"]


def listing(**folders: Any) -> Any:
    """S3's listings, by their prefix: keys, and folders; `asked`: the requests."""
    asked: list[dict[str, Any]] = []

    def page(_client: Any, _call: Any, request: dict[str, Any]) -> dict[str, Any]:
        asked.append(request)
        found = folders.get(request["Prefix"] or "top", ())
        return {"Name": "b", "Contents": [{"Key": one, "Size": 1} for one in found if not one.endswith("//")],
                "CommonPrefixes": [{"Prefix": one[:-1]} for one in found if one.endswith("//")]}  # fmt: skip

    return page, asked


LISTED: list[tuple[str, str, dict[str, list[str]], list[str]]] = [
    ("a folder in it", "x", {"x/": ["x/a", "x/y//"], "x/y/": ["x/y/b"]}, ["x/a", "x/y/b"]), ("a folder elsewhere", "x", {"x/": ["x/a", "z//"], "z/": ["z/b"]}, ["x/a"]), ("itself", "x", {"x/": ["x/a", "x//"]}, ["x/a"]),
    ("a file that is named", "x", {"x": ["x"]}, ["x"]), ("one that is called alike", "x", {"x": ["xy"]}, []), ("a mark of a folder", "x/", {"x/": ["x/"]}, []), ("all of a bucket", "", {"top": ["a"]}, ["a"]), ("a file with an ending", "x.json", {"x.json": ["x.json"], "x.json/": []}, ["x.json"]),
]  # fmt: skip


@rows("why, prefix, folders, keys", LISTED, ids=[row[0] for row in LISTED])
def test_what_is_listed(why: str, prefix: str, folders: Any, keys: list[str]) -> None:
    """All that is in a folder, and nothing that is elsewhere; a file that is named itself, once."""
    page, asked = listing(**folders)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(s3.calls, "pages", lambda *given: iter([page(*given)]))
        patch.setattr(s3.calls, "invoke", page)
        found = list(s3.objects(None, S3Source("b", prefix), date(2026, 5, 1), date(2026, 5, 2)))  # type: ignore[arg-type]  # fmt: skip
    assert [one.key for one in found if isinstance(one, S3Object)] == keys
    assert len(found) == len(keys) and {one["Bucket"] for one in asked} == {"b"}
    singles = [one for one in asked if one.get("MaxKeys") == 1]
    assert len(singles) == (why in ("a file that is named", "one that is called alike", "a file with an ending"))  # fmt: skip


def test_folders_that_are_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of an earlier day, and of other kinds, they are counted; of another account nobody asked."""
    folders = {"x/": ["x/2026//", "x/AWSLogs//"], "x/2026/": ["x/2026/04//"], "x/2026/04/": ["x/2026/04/01//"],
               "x/AWSLogs/": [f"x/AWSLogs/{A}//", f"x/AWSLogs/{B}//"], f"x/AWSLogs/{A}/": [f"x/AWSLogs/{A}/{name}//" for name in ("CloudTrail", "CloudTrail-Digest", "Config")]}  # fmt: skip
    page, asked = listing(**folders)
    monkeypatch.setattr(s3.calls, "pages", lambda *given: iter([page(*given)]))
    monkeypatch.setattr(s3.calls, "invoke", page)
    passed: Counter[str] = Counter()
    found = list(s3.objects(None, S3Source("b", "x"), date(2026, 5, 1), date(2026, 5, 2), [A], (), passed))  # type: ignore[arg-type]  # fmt: skip
    assert found == [] and f"x/AWSLogs/{B}/" not in [one["Prefix"] for one in asked]
    assert passed == {"folders of earlier days": 1, "folders CloudTrail-Digest": 1, "folders of other services": 1}  # fmt: skip


NAMED = [
    ("s3://bucket", S3Source("bucket", ""), ""), ("s3://b.c-d_e/x", S3Source("b.c-d_e", "x"), "x/"), ("s3://bucket/x/", S3Source("bucket", "x/"), "x/"), ("s3://ab", None, ""), ("s3://-bucket", None, ""), ("s3://bucket-", None, ""),
    ("s3://bucket/" + "x" * 1024, S3Source("bucket", "x" * 1024), "x" * 1024 + "/"), ("s3://bucket/" + "x" * 1025, None, ""), ("s3://bucket/\x7f", None, ""), ("x", None, ""),
]  # fmt: skip


@rows("text, source, folder", NAMED)
def test_addresses_in_s3(text: str, source: S3Source | None, folder: str) -> None:
    """What is none is refused before anybody is asked."""
    if source is None:
        with pytest.raises(InputError) as caught:
            parse_s3(text)
        assert caught.value.message == f"{text!r} names nothing in S3"
    else:
        found = parse_s3(text)
        assert (found, found.folder, found.address("a\n")) == (source, folder, f"s3://{source.bucket}/a%0A")  # fmt: skip


class Body:
    def __init__(self, data: bytes, error: Exception | None = None) -> None:
        self.data, self.error, self.closed = data, error, 0

    def read(self, size: int) -> bytes:
        if self.error:
            raise self.error
        found, self.data = self.data[: min(size, 3)], self.data[min(size, 3) :]
        return found

    def close(self) -> None:
        self.closed += 1


def test_bodies_of_objects(monkeypatch: pytest.MonkeyPatch) -> None:
    """To the end, up to the bound; after three that are cut, a gap."""
    cut = OSError("cut")
    for bodies, limit, expected in (
        ([b"12345678"], 8, b"12345678"), ([b"12345678"], 7, "large"), ([cut, cut, b"1"], 8, b"1"), ([cut, cut, cut, b"1"], 8, "gap"), ([b""], 8, b""),
    ):  # fmt: skip
        made = [Body(b"", one) if isinstance(one, Exception) else Body(one) for one in bodies]
        asked = iter(made)
        monkeypatch.setattr(bucket.calls, "invoke", lambda *_, asked=asked: {"Body": next(asked)})
        try:
            found = fetch(None, SOURCE, "k", limit)  # type: ignore[arg-type]
        except TooLarge:
            found = b"large"
        if isinstance(found, Gap):
            assert (found.call, found.message) == (
                "cloudtrail:s3://b/k",
                "the answer could not be read: cut",
            )
        told = "gap" if isinstance(found, Gap) else "large" if found == b"large" else found
        assert told == expected
        read = made[:3]
        assert [one.closed for one in read] == [1] * len(read)


# Use


def caller(account: str = "", arn: str = "") -> str:
    return SEPARATOR.join([account, arn, "", ""])


def role(name: str, account: str = A) -> str:
    return f"arn:aws:iam::{account}:role/{name}"


def entry(name: str, by: str | None, **more: Any) -> dict[str, Any]:
    return {"role": role(name), "caller": by, "error_code": None, "told": "1", "home": "1", "calls": "2", "first_seen": "2026-05-01", "last_seen": "2026-05-02", "via": "entry", "day": "2026-05-01"} | more  # fmt: skip


def used(name: str | None, by: str | None, **more: Any) -> dict[str, Any]:
    peaks = dict.fromkeys(("peak_per_hour", "peak_per_minute", "caller_peak_per_hour", "caller_peak_per_minute", "denied_peak_per_hour", "throttles_at_peak"), "1")  # fmt: skip
    return peaks | {"via": "session", "role": name and role(name), "account": A, "caller": by, "event_source": "s", "event_name": "n", "calls": "1", "error_code": None,
                    "first_seen": "f", "last_seen": "l", "region": "r", "network": "w"} | more  # fmt: skip


class Told:
    """A trail that answers in turn; `remote` as Athena is. `looks`: how many searches were made."""

    def __init__(self, *answers: list[dict[str, Any]], remote: bool) -> None:
        self.answers, self.remote, self.gaps = [*answers], remote, list[Gap]()
        self.looks, self.asked, self.settled = 0, list[str](), 0
        self.seen = SimpleNamespace(told=lambda rows: self.seen_rows.extend(rows))
        self.seen_rows: list[Any] = []

    def look(self, _search: Search) -> None:
        self.looks += 1

    def rows(self, ask: Any) -> Iterator[dict[str, Any]]:
        self.asked.append(ask("t", WINDOW))
        return iter(self.answers.pop(0))

    def settle(self, _rows: Any) -> None:
        self.settled += 1


WATCHED, OWN = frozenset({role("w")}), frozenset({A})
ENTRIES = [entry("in", caller(VENDOR)), entry("on", caller(A, role("in"))), entry("w", caller(VENDOR)), entry("home", caller(A)), entry("far", caller(VENDOR)) | {"role": role("far", B)}]  # fmt: skip
USES = [used("w", caller(A)), used("in", None), used("home", caller(A)), used(None, caller(VENDOR), via="direct"), used("w", caller(VENDOR)) | {"account": ""}]  # fmt: skip
FOLLOWED = {role("in"), role("on")}


def as_told(use: Any) -> tuple[Any, ...]:
    return ([(one.role, one.account, one.caller and one.caller.account) for one in use.usage], [one.role for one in use.assumptions], use.followed)  # fmt: skip


EXPECTED = ([(None, A, VENDOR), (role("in"), A, None), (role("w"), A, A)], [role("in"), role("w")], FOLLOWED)  # fmt: skip


def test_use_of_logs() -> None:
    """Asked in turns: who came in, how long chains are, and what they did; roles that turn out to be
    chained are looked for once more."""
    links = [{"issued": "k2", "access_key": "k1"}, {"issued": "k3", "access_key": "k2"}, {"issued": "x", "access_key": None}]  # fmt: skip
    trail: Any = Told(ENTRIES, links, USES, remote=False)
    assert as_told(read_use(trail, WATCHED, OWN)) == EXPECTED
    assert (trail.looks, trail.settled, len(trail.asked)) == (2, 1, 3)
    assert ("links3 AS" in trail.asked[2], "links4 AS" in trail.asked[2]) == (True, False)
    assert [(one.code, one.account) for one in trail.gaps] == [("UnlistedAccount", B)]
    quiet: Any = Told([entry("w", caller(VENDOR))], [used("w", caller(A))], remote=False)
    read_use(quiet, WATCHED, OWN)
    assert (quiet.looks, len(quiet.asked)) == (1, 2)


def test_use_of_athena() -> None:
    """At once; again where the roles to look at are others than thought, up to three times."""
    every = [*ENTRIES, *USES]
    trail: Any = Told(every, every, remote=True)
    assert as_told(read_use(trail, WATCHED, OWN)) == EXPECTED
    assert (trail.looks, trail.settled, len(trail.asked)) == (1, 1, 2)
    assert trail.seen_rows == ENTRIES
    known: Any = Told(every, remote=True)
    assert as_told(read_use(known, WATCHED, OWN, frozenset(FOLLOWED))) == EXPECTED
    more = [[*every, *(entry(f"x{n}", caller(VENDOR)) for n in range(turn))] for turn in range(1, 4)]  # fmt: skip
    changing: Any = Told(*more, remote=True)
    read_use(changing, WATCHED, OWN)
    assert [(one.call, one.code, one.message) for one in changing.gaps if one.code == "Changing"] == [
        ("cloudtrail:(all)", "Changing", "roles are entered while the log is read")]  # fmt: skip
    assert len(changing.asked) == 3


ROUNDS = [([], 0), ([("k2", "k1")], 1), ([("k2", "k1"), ("k3", "k2")], 2), ([("k2", None)], 1), ([("k2", None), ("k3", "k2")], 1), ([(f"k{n + 1}", f"k{n}") for n in range(4)], 3)]  # fmt: skip


@rows("links, rounds", ROUNDS)
def test_rounds_of_a_chain(links: list[tuple[str, str | None]], rounds: int) -> None:
    """As many as follow the longest to its end."""
    trail: Any = Told([{"issued": issued, "access_key": key} for issued, key in links], remote=False)  # fmt: skip
    by = UsageCaller(account=A, arn=role("a"))
    assumed = [Assumption(role=role("b"), account=A, caller=by, calls=1)] if links else []
    assert _rounds(trail, frozenset({role("a")}), assumed) == rounds
    assert len(trail.asked) == bool(links)


def test_what_use_is_added_to(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The gaps of a trail take the place of those of the last; all else stays as it is."""
    gaps = (Gap(call="iam:x", code="a", message=""), Gap(call=f"{CALL}y", code="b", message=""))
    files = dict.fromkeys(("roles.jsonl", "usage.jsonl"), FileEntry(records=1, sha256="x"))
    old = Manifest(schema="s", tool=Tool(name="n", version="1"), collected_at="2026-05-01T00:00:00Z",
                   sources=("aws", "cloudtrail", "x"), files=files, gaps=gaps)  # fmt: skip
    written: dict[str, Any] = {}
    monkeypatch.setattr(collect, "write_sorted", lambda _, manifest, files: (written.update(files), manifest)[1])  # fmt: skip
    snapshot = SimpleNamespace(manifest=old, lines=lambda name: [f"old {name}".encode()])
    trail = SimpleNamespace(gaps=[Gap(call=f"{CALL}z", code="c", message="")])
    uses = [Assumption(role=role(name), account=A, calls=1) for name in "ba"]
    use = collect.Use([], uses)
    new = add_use(snapshot, tmp_path, use, trail, None)  # type: ignore[arg-type]
    assert ([one.call for one in new.gaps], new.sources, new.files, new.usage) == (["iam:x", "cloudtrail:z"], ("aws", "x", "cloudtrail"), {}, None)  # fmt: skip
    lines = [b'"role":"%s"' % role(name).encode() for name in "ab"]
    assert list(written) == ["assumptions.jsonl", "roles.jsonl", "usage.jsonl"]
    assert (written["roles.jsonl"], written["usage.jsonl"]) == ([b"old roles.jsonl"], [])
    assert [part in line for part, line in zip(lines, written["assumptions.jsonl"], strict=True)] == [True, True]  # fmt: skip
    assert len(NOTES) == 3


def test_lines_are_not_held_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of lines may be larger than a document; a line may not."""
    for module in (records, inflate):
        monkeypatch.setattr(module, "MAX_DOCUMENT", 1000)
    line = (
        b'{"eventID":"e","eventTime":"t","eventSource":"s","eventName":"n","userIdentity":null}\n'
    )
    assert len(line) * 20 > 1000
    for data in (line * 20, b"2026-05-01T00:00:00Z " + line + b"2026-05-01T00:00:00Z x " + line * 20):  # fmt: skip
        assert sum(len(one.events) for one in records.batches(data)) >= 20
    with pytest.raises(UnreadableError) as caught:
        list(records.batches(b"[" + line.strip() * 20))
    assert (caught.value.code, caught.value.reason) == ("TooLarge", "a JSON document of more than 0 MiB")  # fmt: skip
    with pytest.raises(UnreadableError) as caught:
        list(records._whole_lines(iter([line, b"x" * 1001])))
    assert (caught.value.code, caught.value.reason) == ("TooLarge", "a line of more than 0 MiB")
    assert list(records._whole_lines(iter([b"a\nb", b"c", b"\n", b"d"]))) == [b"a\n", b"bc\n", b"d"]
    assert list(records._whole_lines(iter([b"a\n", b" \n "]))) == [b"a\n", b" \n"]


# Texts that are no JSON


FORMATS = [
    (b"PK\x03\x04x", "a zip is not read: unpack it"), (b"\x1f\x9dx", "compress(1) is not read: recompress it with gzip"), (b"\xfd7zXZx", "xz is not read: recompress it with gzip"),
    (b"Obj\x01x", "an Avro file is not read: give the trail's own files"), (b"ORCx", "an ORC file is not read: give the trail's own files"), (b"7z\xbc\xaf\x27\x1cx", "a 7z is not read: unpack it"),
    (b"PAR1x", "Parquet that is compressed as a whole is not read: unpack it"), (b"PAREx", "encrypted Parquet is not read: give Security Lake's own files"), (b"Rar!x", "a rar is not read: unpack it"),
    (b"\x04\x22\x4d\x18x", "lz4 is not read: recompress it with gzip"), (b"\xff\x06\x00\x00sNaPpYx", "snappy is not read: recompress it with gzip"), (b"x" * 257 + b"ustar", "a tar is not read: unpack it"),
    (b"Obj\x01" + b"x" * (1 << 16) + b"iceberg.schema", "an Avro file is not read: give the trail's own files"), (b"\xff\xfe", "neither JSON nor any text"), (b"iceberg.schema\n", "no CloudTrail log: neither JSON nor a table of events"), (b"a,b\n", "no CloudTrail log: neither JSON nor a table of events"), (b"", "no CloudTrail log: neither JSON nor a table of events"),
    (b"UserIdentity,eventName\n", "a CSV of Athena's, in which useridentity cannot be told apart: UNLOAD it as JSON, or ask the table by athena://"),
    (b"EventName\n", "a CSV without whole events: it needs one of the columns _raw, @message, CloudTrailEvent, eventJson"),
]  # fmt: skip


@rows("data, reason", FORMATS)
def test_formats_that_are_not_read(data: bytes, reason: str) -> None:
    """Each by its name, with what to do."""
    with pytest.raises(UnreadableError) as caught:
        tables.of_csv(data)
    assert (caught.value.code, caught.value.reason) == ("UnknownShape", reason)


def test_columns_of_whole_events() -> None:
    """The first of them that a table has; a cell without one is none."""
    text = '{""eventID"":""e"",""eventTime"":""t"",""eventSource"":""s"",""eventName"":""n"",""userIdentity"":null}'  # fmt: skip
    for name in ("_raw", "@message", "CloudTrailEvent", "eventJson", "event.original", "message"):
        assert [one.event_id for one in tables.of_csv(f'a,{name}\n1,"{text}"\n'.encode()).events] == ["e"]  # fmt: skip
    assert len(tables.of_csv(f'message,_raw\n"x","{text}"\n'.encode()).events) == 1
    for bad, code in ((b'_raw\n\n""\nx,y\n', "InvalidEvent"), (b'_raw\n"x"y\n', "InvalidJSON")):
        with pytest.raises(UnreadableError) as caught:
            tables.of_csv(bad)
        assert caught.value.code == code
    assert tables.of_csv(b"Obj\x01..iceberg.schema").passed == {"files of Iceberg": 1}
