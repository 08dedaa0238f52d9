"""Where logs lie and what of them was seen: files, folders of a bucket, days, roles, gaps."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from checker import usercache
from checker.collect.cloudtrail import files, kept, logs
from checker.collect.cloudtrail.changed import event_sources, hint_of
from checker.collect.cloudtrail.entries import unjudged
from checker.collect.cloudtrail.files import content, log_files
from checker.collect.cloudtrail.inflate import UnreadableError
from checker.collect.cloudtrail.kept import Kept
from checker.collect.cloudtrail.logs import LocalLogs, gap
from checker.collect.cloudtrail.naming import read_columns
from checker.collect.cloudtrail.roles import (  # fmt: skip
    chain,
    entered,
    longest,
    may_be,
    outside,
    pathless,
    reached,
)
from checker.collect.cloudtrail.roles import kept as kept_use
from checker.collect.cloudtrail.scan import Found
from checker.collect.cloudtrail.seen import Seen
from checker.errors import BadInputsError, InputError
from checker.snapshot.usage import Assumption, Usage, UsageCaller
from checker.usage.iceberg import NAMES
from checker.usage.queries import changes
from checker.usage.sql import SEPARATOR, Window
from tests.support.rows import rows
from tests.usage.loaded import everything

OWN, VENDOR, ABROAD = "111111111111", "999999999999", "333333333333"
OURS = frozenset({OWN})


# Files of this machine


def test_files_that_there_are(tmp_path: Path) -> None:
    """A file itself; of a folder all but what tools leave; of nothing, a refusal."""
    for name, data in (("b", b"x"), ("a", b""), (".c", b"x"), (".empty", b""), (".DS_Store", b"\0\0\0\x01Bud1x"), ("._a", b"\0\x05\x16\x07x"), ("DS_Store", b"\0\0\0\x01Bud1x")):  # fmt: skip
        (tmp_path / name).write_bytes(data)
    (tmp_path / ".broken").symlink_to(tmp_path / "gone")
    assert [one.name for one in log_files(tmp_path)] == [".broken", ".c", "DS_Store", "a", "b"]
    assert log_files(tmp_path / ".empty") == [tmp_path / ".empty"]
    passed: Counter[str] = Counter()
    for kind, count in (("CloudTrail-Digest", 2), ("CloudTrail-Insight", 1), ("CloudTrail-Lake", 1)):  # fmt: skip
        (tmp_path / "d" / kind / "r").mkdir(parents=True)
        for number in range(count):
            (tmp_path / "d" / kind / "r" / str(number)).touch()
    assert [one.parent.parent.name for one in log_files(tmp_path / "d", passed)] == ["CloudTrail-Lake"]  # fmt: skip
    assert passed == {"files in CloudTrail-Digest": 2, "files in CloudTrail-Insight": 1}
    assert len(log_files(tmp_path / "d")) == 1
    (tmp_path / "none").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for name, said in (("none", "holds no CloudTrail log"), ("gone", "there is no such file or folder"), ("pipe", "is no regular file")):  # fmt: skip
        with pytest.raises(InputError) as caught:
            log_files(tmp_path / name)
        assert caught.value.message == said


def test_what_a_file_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Up to a bound; a reason for what cannot be read."""
    monkeypatch.setattr(files, "MAX_FILE", 1 << 20)
    for size in (1 << 20, (1 << 20) + 1):
        (tmp_path / str(size)).write_bytes(bytes(size))
    os.mkfifo(tmp_path / "pipe")
    assert len(content(tmp_path / str(1 << 20))) == 1 << 20
    for name, said in (
        (str((1 << 20) + 1), ("TooLarge", "larger than 1 MiB")), ("gone", ("Unreadable", "No such file or directory")), ("pipe", ("Unreadable", "is no regular file")), (".", ("Unreadable", "is no regular file")),
    ):  # fmt: skip
        with pytest.raises(UnreadableError) as caught:
            content(tmp_path / name)
        assert (caught.value.code, caught.value.reason) == said


def test_logs_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each file once, in order, however many a worker is given at once."""
    paths = [tmp_path / f"{number:03}" for number in range(200)]
    for path in paths:
        path.write_bytes(b"x" * 10)
    assert [len(part) for part in logs._parts(paths)] == [64, 64, 64, 8]
    assert [one for part in logs._parts(paths) for one in part] == [(str(one), one) for one in paths]  # fmt: skip
    monkeypatch.setattr(logs, "_PART", 30)
    assert [len(part) for part in logs._parts(paths[:7])] == [3, 3, 1]
    assert [len(part) for part in logs._parts(paths[:6])] == [3, 3]
    monkeypatch.setattr(logs, "_PART", 31)
    assert [len(part) for part in logs._parts(paths[:8])] == [4, 4]
    assert list(logs._parts([])) == [] and logs._size(tmp_path / "gone") == 0
    many = LocalLogs(tuple(paths[:3]))
    found = list(many.found(everything()))
    assert (many.total, [one.name for one in found]) == (3, [str(one) for one in paths[:3]])
    assert [one.gap and one.gap[0] for one in found] == ["UnknownShape"] * 3


def test_side_by_side_or_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Workers for what is large alone, and never but one; their answers come in order."""
    made: list[int] = []
    given: list[Any] = []

    class Readers:
        def submit(self, work: Any, part: Any) -> Any:
            given.append(part)
            return SimpleNamespace(result=lambda: work(part))

        def answer(self, future: Any) -> Any:
            return future.result()

        def __enter__(self) -> Readers:
            return self

        def __exit__(self, *_: object) -> None: ...

    def pool(workers: int, _start: Any, _search: Any) -> Readers:
        made.append(workers)
        return Readers()

    monkeypatch.setattr(logs, "pool", pool)
    monkeypatch.setattr(logs, "scan", lambda part: [Found(name) for name, _ in part])
    paths = tuple(tmp_path / str(number) for number in range(9))
    for path in paths:
        path.write_bytes(b"x" * 10)
    for cpus, serial, count, workers in ((4, 90, 9, [4]), (4, 91, 9, []), (1, 0, 9, []), (None, 0, 9, []), (99, 0, 9, [8]), (4, 0, 3, [3]), (4, 0, 1, [])):  # fmt: skip
        made.clear()
        monkeypatch.setattr(os, "cpu_count", lambda cpus=cpus: cpus)
        monkeypatch.setattr(logs, "SERIAL", serial)
        monkeypatch.setattr(logs, "_MOST", 1)
        found = list(LocalLogs(paths[:count]).found(everything()))
        assert (made, [one.name for one in found]) == (workers, [str(one) for one in paths[:count]])
    monkeypatch.setattr(os, "cpu_count", lambda: 4)
    given.clear()
    next(LocalLogs(paths).found(everything()))
    assert len(given) == 5, "what others find waits in memory"


def test_gaps_of_files() -> None:
    """In one line, of bounded length."""
    told = gap("f", "C", "a\n b\t" + "c" * 600)
    assert (told.call, told.code, told.message) == ("cloudtrail:f", "C", ("a b " + "c" * 600)[:500])


def test_objects_that_are_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Each in a file of its own, until it is dropped; nothing where there is no room, or no place."""
    one = Kept()
    assert one.put("a", b"x") is None and one.get("a") is None
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    one.open()
    folder = one._folder
    one.open()
    assert one._folder is folder
    paths = [one.put(key, key.encode()) for key in "ab"]
    assert [path and path.read_bytes() for path in paths] == [b"a", b"b"] and one.get("b") == paths[1]  # fmt: skip
    one.drop("a")
    one.drop("gone")
    assert one.get("a") is None and paths[0] and not paths[0].exists() and paths[1] and paths[1].exists()  # fmt: skip
    paths[1].unlink()
    one.drop("b")
    for free, room in ((kept._LEFT + 2, True), (kept._LEFT + 1, False)):
        monkeypatch.setattr(shutil, "disk_usage", lambda _, free=free: SimpleNamespace(free=free))
        assert (one.put("c", b"xy") is not None) is room
    assert one.get("c") is not None
    monkeypatch.setattr(usercache, "temporary", lambda: None)
    none = Kept()
    none.open()
    assert none.put("a", b"x") is None


# What was seen


def test_what_was_seen() -> None:
    """Of files, and of rows that the window reports; days without an event between others."""
    seen = Seen()
    seen.add(Found("f"))
    assert (seen.events, seen.first, seen.last, seen.holes) == (0, None, None, ())
    seen.add(Found("f", events=2, first="2026-05-03", last="2026-05-03", days={"2026-05-03"}, passed=Counter(a=1), pages=Counter({("a", "b"): 1})))  # fmt: skip
    seen.add(Found("g", events=3, first="2026-05-01", last="2026-05-01", days={"2026-05-01"}, passed=Counter(a=1), pages=Counter({("a", "b"): 2})))  # fmt: skip
    assert (seen.events, seen.first, seen.last, seen.passed, seen.pages) == (5, "2026-05-01", "2026-05-03", {"a": 2}, {("a", "b"): 3})  # fmt: skip
    assert seen.holes == (("2026-05-02", "2026-05-02"),)
    row = {"told": "1", "calls": "4", "first_seen": "2026-04-28", "last_seen": "2026-05-09", "day": "2026-05-09"}  # fmt: skip
    seen.told([row, row | {"told": "0", "calls": "9", "day": "2026-06-01", "first_seen": "2025"}])
    assert (seen.events, seen.first, seen.last) == (9, "2026-04-28", "2026-05-09")
    assert seen.holes == (("2026-05-02", "2026-05-02"), ("2026-05-04", "2026-05-08"))


# Roles


def who(account: str | None = None, arn: str | None = None, service: str | None = None) -> UsageCaller:  # fmt: skip
    return UsageCaller(account=account, arn=arn, service=service)


def role(name: str, account: str = OWN) -> str:
    return f"arn:aws:iam::{account}:role/{name}"


def assumed(name: str, caller: UsageCaller | None, account: str = OWN, calls: int = 1) -> Assumption:  # fmt: skip
    return Assumption(role=role(name, account), account=account, caller=caller, calls=calls)


OUTSIDE: list[tuple[UsageCaller | None, bool, bool]] = [
    (None, False, True), (who(VENDOR), True, True), (who(OWN), False, False), (who(VENDOR, service="s"), False, False), (who(service="s"), False, False), (who(arn="*"), True, True),
]  # fmt: skip


@rows("caller, known, perhaps", OUTSIDE)
def test_who_is_an_outsider(caller: UsageCaller | None, known: bool, perhaps: bool) -> None:
    """Who nobody knows may be one."""
    assert (outside(caller, OURS), may_be(caller, OURS)) == (known, perhaps)


def test_roles_that_outsiders_came_in_by() -> None:
    """Own ones, which somebody did assume; Identity Center's are its own."""
    center = "aws-reserved/sso.amazonaws.com/x"
    told = [assumed("a", who(VENDOR)), assumed("b", None), assumed("c", who(OWN)), assumed("d", who(VENDOR), ABROAD), assumed("e", who(VENDOR), calls=0), assumed(center, who(VENDOR))]  # fmt: skip
    assert entered(told, OURS) == {role("a"), role("b")}


def test_roles_that_are_reached() -> None:
    """By sessions of these, on and on, under a path or not; attempts that failed reach none."""
    by = [assumed("b", who(OWN, role("p/a"))), assumed("c", who(OWN, role("b"))), assumed("d", who(OWN, role("c")), calls=0), assumed("e", who(OWN)), assumed("f", None), assumed("g", who(OWN, role("x"))), assumed("a", who(OWN, role("c")))]  # fmt: skip
    assert reached(frozenset({role("a")}), by) == {role("a"), role("b"), role("c")}
    assert reached(frozenset(), by) == frozenset()
    assert [chain(by, frozenset({role(name)})) for name in ("q/a", "z", "x")] == [True, False, True]
    assert not chain([assumed("e", who(OWN)), assumed("f", None)], frozenset({role("a")}))
    assert [pathless(one) for one in (role("a/b/c"), role("a"))] == [role("c"), role("a")]


CHAINS: list[tuple[dict[str, str], int]] = [
    ({}, 0), ({"b": "a"}, 1), ({"b": "a", "c": "b"}, 2), ({"c": "b", "b": "a"}, 2), ({"b": "a", "c": "a"}, 1), ({"b": "a", "c": "b", "z": "y"}, 2), ({"b": "a", "a": "b"}, 2), ({"a": "a"}, 1), ({"d": "c", "c": "b", "b": "a", "x": "c"}, 3),
    ({"a": "b", "b": "a", "c": "b", "d": "c"}, 4),
]  # fmt: skip


@rows("links, steps", CHAINS)
def test_the_longest_chain(links: dict[str, str], steps: int) -> None:
    """Followed to its end; a ring has one, too."""
    assert longest(links) == steps


def used(via: str = "session", name: str | None = "a", caller: UsageCaller | None = None, chained: str | None = None) -> Usage:  # fmt: skip
    return Usage(role=name and role(name), account=OWN, caller=caller, chained_from=chained, via=via, event_source="s", event_name="n", action=None, calls=1)  # type: ignore[arg-type]  # fmt: skip


KEPT: list[tuple[str, Usage, bool]] = [
    ("a watched role's", used(), True), ("whoever it was", used(caller=who(OWN)), True), ("of another role, by one of ours", used(name="b", caller=who(OWN)), False), ("by an outsider", used(name="b", caller=who(VENDOR)), True),
    ("nobody is known", used(name="b"), False), ("who came in by it", used(name="in"), True), ("ours, who came in by it", used(name="in", caller=who(OWN)), False), ("behind a chain", used(name="b", chained=role("x")), True),
    ("ours, behind a chain", used(name="b", caller=who(OWN), chained=role("x")), False), ("not by a session", used("direct"), False), ("an outsider, directly", used("direct", None, who(VENDOR)), True), ("who came in, delegated", used("delegated", "in"), False),
]  # fmt: skip


@rows("why, use, left", KEPT, ids=[row[0] for row in KEPT])
def test_use_that_is_kept(why: str, use: Usage, left: bool) -> None:
    """All of watched roles, and what outsiders did or may have done."""
    told = kept_use([use], frozenset({role("a")}), OURS, frozenset({role("in")}))
    assert told == ([use] if left else [])


# What nobody judges


def entry(name: str | None = "a", account: str = ABROAD, caller: str | None = VENDOR, **more: Any) -> dict[str, Any]:  # fmt: skip
    text = None if caller is None else SEPARATOR.join([caller, "", "", ""])
    arn = name and role(name, account)
    return {"role": arn, "caller": text, "error_code": None, "told": "1", "home": "1", "calls": "1", "first_seen": "2026-05-01", "last_seen": "2026-05-02"} | more  # fmt: skip


SERVICE = SEPARATOR.join(["", "", "s3.amazonaws.com", ""])
ENTRIES: list[tuple[str, list[dict[str, Any]], list[tuple[str | None, str]]]] = [
    ("an own account's", [entry(account=OWN)], []), ("of an account that the snapshot has not", [entry()], [(ABROAD, VENDOR)]), ("of which this is not the trail", [entry(home="0")], []), ("by its own", [entry(caller=ABROAD)], []), ("by a pipeline, which has no account", [entry() | {"caller": SEPARATOR.join(["", "", "", "idp.example.com"])}], [(ABROAD, "idp.example.com")]),
    ("by one of ours", [entry(caller=OWN)], []), ("that failed", [entry(error_code="x")], []), ("by nobody known", [entry(caller=None)], []), ("of another time", [entry(told="0")], []), ("of no role", [entry(None)], [(None, "1")]),
    ("of an empty one", [entry("") | {"role": ""}], [(None, "1")]), ("of no role, that failed", [entry(None, error_code="x")], []), ("of no role, another time", [entry(None, told="0")], []), ("of no role, by a service", [entry(None) | {"caller": SERVICE}], []),
    ("of no role, by nobody", [entry(None, caller=None)], []), ("of no role, by whom nobody can tell", [entry(None) | {"caller": ""}], [(None, "1")]), ("several", [entry(None, calls="1000"), entry(None, calls="2", first_seen="2026-04-01")], [(None, "1,002")]),
    ("two accounts, many callers", [entry(account=one, caller=f"{n}" * 12) for one in ("888888888888", ABROAD) for n in (7, 6, 5, 4)], [(ABROAD, "444444444444, 555555555555, 666666666666, …"), ("888888888888", "444444444444, 555555555555, 666666666666, …")]),
]  # fmt: skip


@rows("why, told, gaps", ENTRIES, ids=[row[0] for row in ENTRIES])
def test_assumptions_that_nobody_judges(why: str, told: Any, gaps: Any) -> None:
    """Somebody came in, and no check hears of it."""
    said = [
        (None, f"cloudtrail:(all) InvalidEvent {whom} assumptions that succeeded name no role (requestParameters.roleArn), the first at {min(one['first_seen'] for one in told)}: it cannot be told whose sessions they began; give the events whole")
        if account is None else (account, f"cloudtrail:AssumeRole UnlistedAccount the trail has account {account}, which the snapshot does not list, and roles in it were assumed by {whom}: nobody judges that; collect it too, or leave it out by --account")
        for account, whom in gaps
    ]  # fmt: skip
    assert [(one.account, f"{one.call} {one.code} {one.message}") for one in unjudged(told, OURS)] == said  # fmt: skip


# A hint of what has changed


def hinted(*told: dict[str, Any], gaps: int = 0) -> Any:
    names = ("account", "day", "place", "first_seen", "last_seen", "last_home", "last_change", "last_write")  # fmt: skip
    every = [dict.fromkeys(names) | one for one in told]
    done: list[Any] = []
    trail = SimpleNamespace(look=lambda search: done.append(search.words), rows=lambda ask: (done.append(ask("t", Window())), iter(every))[1], settle=done.append, gaps=["x"] * gaps)  # fmt: skip
    found = hint_of(trail, ["s"], "h")  # type: ignore[arg-type]
    assert done == [None, changes("t", Window(), ["s"], "h"), every]
    return found


def of_day(number: int, write: str | None = "w") -> dict[str, Any]:
    return {"day": f"2026-05-0{number}", "first_seen": f"f{number}", "last_seen": f"l{number}", "last_write": write}  # fmt: skip


def test_a_hint() -> None:
    """What it tells of each account that it hears of from home; and why it is none."""
    found = hinted({"account": "1", "last_home": "h", "last_change": "c"}, {"account": "2"}, {"last_home": "h"}, {"place": "r"}, {"place": "s"}, of_day(2), of_day(1, None))  # fmt: skip
    assert {account: (told.last_seen, told.last_change) for account, told in found.accounts.items()} == {"1": ("h", "c")}  # fmt: skip
    assert (found.begin, found.end, found.regions, found.why_not) == ("f1", "l2", {"r", "s"}, None)
    assert (hinted().begin, hinted().end) == (None, None)
    nothing = "the hint has no event that changes anything, as if it recorded reading alone"
    assert [hinted(*days, gaps=gaps).why_not for days, gaps in (
        ([of_day(1), of_day(3)], 0), ([of_day(1)], 2), ([of_day(1, None)], 0), ([], 0), ([of_day(1), of_day(2, None)], 0))] == [
        "the hint has no event from 2026-05-02 to 2026-05-02", "2 of the hint's files could not be read", nothing, nothing, None]  # fmt: skip


# Columns of a table


NAMED: list[tuple[str, str, list[str]]] = [
    ("a list", "- eventid\n", ["names no columns"]), ("a name that is none", "eventidd: x\n", ["'eventidd' is no column of CloudTrail's table"]), ("SQL", "eventid: 'a b'\n", ["'a b' is no column"]),
    ("capitals", "eventid: A\n", ["'A' is no column"]), ("a number", "eventid: 7\n", ["7 is no column"]), ("two", "eventid: A\nx: y\n", ["'A' is no column", "'x' is no column of CloudTrail's table"]), ("a point at its end", "eventid: a.\n", ["'a.' is no column"]),
]  # fmt: skip


def test_files_of_columns(tmp_path: Path) -> None:
    """All that is wrong at once; what is right, as it stands."""
    path = tmp_path / "columns.yaml"
    path.write_text("eventid: a_1.b\nerrorcode: null\nuseridentity.arn: who\n")
    assert read_columns(path) == {"eventid": "a_1.b", "errorcode": None, "useridentity.arn": "who"}
    assert {"eventid", "errorcode", "useridentity.arn"} < set(NAMES)
    for why, text, said in NAMED:
        path.write_text(text)
        with pytest.raises((InputError, BadInputsError)) as caught:
            read_columns(path)
        assert isinstance(caught.value, BadInputsError) is (len(said) > 1)
        errors = caught.value.errors if isinstance(caught.value, BadInputsError) else [caught.value]
        assert [one.message for one in errors] == said, why


def test_services_that_a_hint_asks_for() -> None:
    """As they sign and as they are called."""
    found = event_sources(SimpleNamespace(kinds=()))  # type: ignore[arg-type]
    assert {"iam.amazonaws.com", "ec2.amazonaws.com", "sagemaker.amazonaws.com", "api.sagemaker.amazonaws.com"} <= {*found}  # fmt: skip
    assert found == sorted(set(found))
