"""A file that is read by ranges says all that it says when it is read in one go."""

from __future__ import annotations

import gc
import json
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from datetime import date
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import checker.snapshot.ranges as ranges
import checker.workers as workers
from checker.check.engine import check
from checker.check.rules import PolicyOverrides, Rules
from checker.errors import InputError
from checker.policy.load import load_policies
from checker.pools import Pool
from checker.snapshot.code_uses import CodeUse
from checker.snapshot.lines import whole_lines
from checker.snapshot.read import RecordFile, Snapshot
from checker.snapshot.records import Role
from checker.snapshot.resources import ResourceRecord
from checker.snapshot.write import encode_record
from checker.vetting.read import read_allowlist
from tests import examples
from tests.check.test_code import DIGEST, HUB, LIKE, by_hand, code_use
from tests.check.test_code import MANY as MANY_USES
from tests.resource_trust.test_reader import WORLD, bucket, point, queue
from tests.snapshot.test_read import LINES, TWICE, refused
from tests.support.snapshots import ALLOWLIST, OWN, OWN2, STRANGER, role, vendor_role, write
from tests.trust.support import root


class Here:
    """A pool whose work is done in this process, as it is asked for."""

    def __init__(self, _: int, start: Callable[..., None], *given: object) -> None:
        start(*given)

    def __enter__(self) -> Here:
        return self

    def __exit__(self, *_: object) -> None:
        gc.enable()

    def submit(self, work: Callable[[Any], bytes], one: Any) -> Future[bytes]:
        done: Future[bytes] = Future()
        done.set_result(work(one))
        return done

    def answer(self, future: Future[bytes]) -> bytes:
        return future.result()

    def shutdown(self, **_: object) -> None:
        pass


@pytest.fixture
def by_ranges(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int], None]]:
    """Has files read by ranges of so many bytes; 0: at once, in this process."""
    monkeypatch.setattr(workers, "pool", Here)
    monkeypatch.setattr(workers, "LEAST", 1)

    def of(size: int) -> None:
        monkeypatch.setattr(workers.os, "cpu_count", lambda: 2 if size else 1)
        monkeypatch.setattr(ranges, "RANGE", size or 1 << 40)

    yield of
    gc.enable()


RULES = Rules(load_policies(None), PolicyOverrides())


def said(folder: Path, rules: Rules = RULES) -> str:
    """The report, or why there is none."""
    (folder / "allowlist.yaml").write_text(ALLOWLIST)
    vetted = read_allowlist(folder / "allowlist.yaml")
    try:
        report = check(Snapshot(folder / "snapshot"), vetted, rules, date(2026, 11, 20))
    except InputError as error:
        return str(error)
    return msgspec.json.encode(report).decode()


STRANGERS = [vendor_role(f"S{n}", STRANGER) for n in range(9)]
OURS = [encode_record(msgspec.json.decode(json.dumps(one), type=Role)) for one in STRANGERS]
MANY = [*STRANGERS, *(role(f"R{n}", {}) | {"last_used": "2026-11-01T00:00:00Z"} for n in range(9))]
FOREIGN = role("F", {}) | {"arn": f"arn:aws-cn:iam::{OWN2}:role/F"}
STRANGE = {"account": "777777777777", "arn": "arn:aws:iam::777777777777:role/X", "name": "X"}
GOOD = [
    ("many", sorted(MANY, key=lambda one: str(one["arn"]))),
    ("in no order", MANY[::-1]),
    ("of another partition, of an account that nobody listed", [FOREIGN, STRANGE, *STRANGERS]),
    ("none", []),
]  # fmt: skip
BAD = [
    *((f"{why}, after others", [*map(encoded, STRANGERS), *lines])
      for encoded in [lambda one: json.dumps(one).encode()] for why, lines, _ in LINES + TWICE),
    ("a role twice, as we write it", [*OURS[:3], OURS[1], *OURS[3:]]),
    ("an ARN of another account", [*STRANGERS, vendor_role("T") | {"account": "111111111111"}]),
]  # fmt: skip


SHORT = 23
"""Bytes, which no line has room in; ranges of a single one are those of the law below."""


@pytest.mark.parametrize(("why", "lines"), [*GOOD, *BAD], ids=[one[0] for one in [*GOOD, *BAD]])
def test_the_same_is_said(
    tmp_path: Path, by_ranges: Callable[[int], None], why: str, lines: Any
) -> None:
    """Catches a check, a count or the number of a line that is lost between ranges."""
    write(tmp_path / "snapshot", roles=lines)
    by_ranges(0)
    at_once = said(tmp_path)
    for size in (SHORT, 700, 5_000):
        by_ranges(size)
        assert said(tmp_path) == at_once


def of(name: str, lines: list[bytes]) -> dict[str, Any]:
    return {name: lines}


def ours(kind: Any, given: dict[str, Any]) -> bytes:
    """A line as we write it."""
    text = json.dumps(given, sort_keys=True, separators=(",", ":"))
    return encode_record(msgspec.json.decode(text, type=kind))


def use(reference: str, account: str = OWN2, kind: str = "container-image") -> dict[str, Any]:
    name = reference.rpartition(":")[2] or "f"
    arn = f"arn:aws:lambda:us-east-1:{account}:function:{name}"
    return code_use(kind, reference, account=account, resource=arn)


ECR = "{}.dkr.ecr.us-east-1.amazonaws.com/{}"
PLAIN = [queue(f"q{n}", {"AWS": root(OWN)}) for n in range(3)]
THEIRS = [queue(name, {"AWS": root(STRANGER)}, account) for name, account in (("s", OWN), ("t", OWN2))]  # fmt: skip
POINTED = [bucket("b", {"AWS": root(OWN)}), point("p", "b", {"AWS": root(STRANGER)})]
ALIKE = [use(ECR.format(OWN, f"a:{n}"), (OWN, OWN2)[n // 3]) for n in range(5)]
FETCHED = [use(ECR.format(OWN, "hub/acme/x")), use(ECR.format(OWN2, "hub/acme/x"))]
UNVETTED = [use(f"quay.io/acme/x:1{DIGEST}"), use("acme/y"), use("", kind="layer"), use("AWS-X", kind="ssm-document")]  # fmt: skip
KINDS = {"resources": ResourceRecord, "code_uses": CodeUse}
OTHERS: list[tuple[str, tuple[int, ...], dict[str, list[dict[str, Any]]]]] = [
    # what of which file, and by how many bytes
    ("few resources", (7, 700), {"resources": [*PLAIN[:2], *THEIRS]}),
    ("a bucket that has access points", (SHORT, 900), {"resources": [*PLAIN[:1], *POINTED]}),
    ("told twice, far from one another", (SHORT, 900), {"resources": [PLAIN[0], THEIRS[0], PLAIN[1], PLAIN[0], THEIRS[1], THEIRS[1]]}),
    ("all resources", (2_000, 10_000), {"resources": [one for one, _ in WORLD]}),
    ("the other way round", (2_000,), {"resources": [one for one, _ in WORLD[::-1]]}),
    ("no resource, no use", (SHORT,), {"resources": [], "code_uses": []}),
    ("few uses", (7, 500), {"code_uses": [*ALIKE[2:4], *UNVETTED]}),
    ("of a registry that fetches from others", (SHORT, 900), {"resources": [HUB], "code_uses": [*ALIKE, *FETCHED]}),
    ("all uses", (500, 2_000), {"code_uses": [code_use(*told, account=account) for told in [*MANY_USES, *LIKE] for account in (OWN, OWN2)]}),
    ("both", (500,), {"resources": [*PLAIN, *THEIRS, HUB], "code_uses": [*FETCHED, *UNVETTED, *ALIKE]}),
]  # fmt: skip


@pytest.mark.parametrize(("why", "sizes", "kinds"), OTHERS, ids=[one[0] for one in OTHERS])
def test_the_same_is_said_of_resources_and_code(
    tmp_path: Path, by_ranges: Callable[[int], None], why: str, sizes: tuple[int, ...], kinds: Any
) -> None:
    """Catches a resource or a use that is lost, counted elsewhere or told as its neighbour."""
    lines: Any = {name: [ours(KINDS[name], one) for one in kinds[name]] for name in kinds}
    write(tmp_path / "snapshot", roles=[], image_uses=[], **lines)
    by_ranges(0)
    at_once = said(tmp_path)
    assert at_once.startswith("{"), "it is a report"
    for size in sizes:
        by_ranges(size)
        assert said(tmp_path) == at_once, size


def test_what_a_policy_says_of_our_own_code(
    tmp_path: Path, by_ranges: Callable[[int], None]
) -> None:
    """Catches uses that a worker counts, as their publisher needs no vetting, and a policy finds:
    all of them, or AWS's alone."""
    uses = [*ALIKE, *UNVETTED, use("AWS-Y", kind="ssm-document")]
    write(tmp_path / "snapshot", roles=[], image_uses=[], code_uses=[ours(CodeUse, one) for one in uses])  # fmt: skip
    policies = [("code", "kind", len(uses)), ("publisher", "account", len(uses) - len(ALIKE))]
    for of_what, fact, findings in policies:
        rules = by_hand(tmp_path / of_what, (f"{of_what}.{fact}", f"{of_what}: {{{fact}: x}}"))
        by_ranges(0)
        at_once = said(tmp_path, rules)
        found = [one for one in json.loads(at_once)["findings"] if one["policy"] == "placed"]
        assert len(found) == findings
        for size in (SHORT, 700, 5_000):
            by_ranges(size)
            assert said(tmp_path, rules) == at_once


def test_resources_that_are_read_again_are_not_told_twice(
    tmp_path: Path, by_ranges: Callable[[int], None]
) -> None:
    """Catches a count that goes on from where the reading before it ended."""
    lines = [ours(ResourceRecord, one) for one in [PLAIN[0], PLAIN[0], THEIRS[0]]]
    write(tmp_path / "snapshot", roles=[], image_uses=[], resources=lines)
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    vetted, snapshot = read_allowlist(tmp_path / "allowlist.yaml"), Snapshot(tmp_path / "snapshot")
    for size in (0, 700, 700, 0):
        by_ranges(size)
        report = check(snapshot, vetted, RULES, date(2026, 11, 20))
        assert "Resources that are told twice, and judged each time: 1." in snapshot.odd(), report


def test_images_of_registries_of_which_nobody_told(
    tmp_path: Path, by_ranges: Callable[[int], None]
) -> None:
    """Catches an image of a registry that a worker saw, of which files do not tell whose it is."""
    for image, told in ((ALIKE[0], True), (UNVETTED[0], False)):
        lines = of("code_uses", [ours(CodeUse, image)])
        write(tmp_path / "snapshot", roles=[], manifest={"sources": ["files"]}, **lines)
        for size in (0, 700):
            by_ranges(size)
            assert ("Images of own registries count as own" in said(tmp_path)) is told


FIRST = {"resources": PLAIN + THEIRS, "code_uses": ALIKE + UNVETTED}
SPOILT: list[tuple[str, Callable[[bytes], bytes], str]] = [
    ("cut", lambda line: line[:-9], "{}: not a valid record"),
    ("a value is missing", lambda line: line.replace(b'"kind":"', b'"kind":,"x":"'), "{}: not a valid record"),
    ("a key twice", lambda line: line[:-1] + b',"account":"222222222222"}', "{}: tells 'account' twice"),
    ("an account that is none", lambda line: line.replace(b'"account":"1', b'"account":"x'), "'x11111111111' is not a 12-digit"),
    ("not UTF-8", lambda line: line.replace(b'"region":"', b'"region":"\xff'), "{}: not a valid record"),
]  # fmt: skip


@pytest.mark.parametrize("name", KINDS)
def test_what_is_wrong_with_a_line_is_said_as_at_once(
    tmp_path: Path, by_ranges: Callable[[int], None], name: str
) -> None:
    """Catches a line that a worker passes over, and the number of another line."""
    good = [ours(KINDS[name], one) for one in FIRST[name]]
    for why, spoil, message in SPOILT:
        for at in (0, 2, len(good)):
            lines = [*good[:at], spoil(good[0]), *good[at:]]
            write(tmp_path / "snapshot", roles=[], image_uses=[], **of(name, lines))
            by_ranges(0)
            at_once = said(tmp_path)
            assert message.format(f"{name}.jsonl:{at + 1}") in at_once, why
            for size in (100, 1_000):
                by_ranges(size)
                assert said(tmp_path) == at_once, why


@pytest.mark.parametrize("name", ["roles", *KINDS])
def test_the_first_of_two_that_are_wrong_is_told(
    tmp_path: Path, by_ranges: Callable[[int], None], name: str
) -> None:
    """Catches a blank line that is blamed, or not counted, and another error than at once."""
    good = [ours(KINDS[name], one) for one in FIRST[name]] if name in KINDS else [
        json.dumps(one, separators=(",", ":")).encode() for one in STRANGERS[:5]]  # fmt: skip
    bad = [spoil(good[0]) for _, spoil, _ in SPOILT if spoil(good[0]) != good[0]]
    for first, second in product(bad, bad):
        lines = [good[0], b"", b"  ", first, good[1], b"", second, *good[2:]]
        write(tmp_path / "snapshot", **{"roles": [], "image_uses": [], name: lines})
        by_ranges(0)
        at_once = said(tmp_path)
        assert (
            f"{name}.jsonl:4: " in at_once
            or f"{name}.jsonl:7: " in at_once
            or "12-digit" in at_once
        )
        for size in (100, 1_000):
            by_ranges(size)
            assert said(tmp_path) == at_once


@pytest.mark.parametrize("blank", [b"", b" \t", b"\r"])
def test_a_blank_line_among_good_ones(
    tmp_path: Path, by_ranges: Callable[[int], None], blank: bytes
) -> None:
    """Catches a line that tells nothing, refused for what a line beside it lacks."""
    lines = [json.dumps(one).encode() for one in STRANGERS[:3]]
    folder = write(tmp_path / "snapshot", roles=[lines[0], blank, *lines[1:]])
    text = (folder / "manifest.json").read_text().replace('"records": 4', '"records": 3')
    (folder / "manifest.json").write_text(text)
    for size in (0, 100):
        by_ranges(size)
        assert said(tmp_path).startswith("{")


def test_resources_and_uses_are_held_against_the_manifest(
    tmp_path: Path, by_ranges: Callable[[int], None]
) -> None:
    """Catches ranges of resources or of code whose digest or number nobody compares."""
    for name, records in FIRST.items():
        lines = [ours(KINDS[name], one) for one in records]
        folder = write(tmp_path / "snapshot", roles=[], image_uses=[], **of(name, lines))
        by_ranges(700)
        manifest = json.loads((folder / "manifest.json").read_text())
        manifest["files"][f"{name}.jsonl"]["records"] += 1
        (folder / "manifest.json").write_text(json.dumps(manifest))
        assert f"has {len(lines)} records where manifest.json says" in said(tmp_path)
        with (folder / f"{name}.jsonl").open("ab") as file:
            file.write(b"\n")
        assert "its SHA-256 is not the one" in said(tmp_path)


class Killed(Pool):
    """A worker that is killed as soon as there is something for it to do."""

    def __init__(self, _: int, start: Callable[..., None], *given: object) -> None:
        super().__init__(1, get_context("spawn"), start, *given)

    def submit(self, *_: Any) -> Future[Any]:  # type: ignore[override]
        return super().submit(signal.raise_signal, signal.SIGKILL)


@pytest.mark.parametrize("name", ["roles", *KINDS])
def test_a_killed_worker_ends_the_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by_ranges: Callable[[int], None], name: str
) -> None:
    """Catches a verdict on half a file."""
    lines: list[Any] = [ours(KINDS[name], one) for one in FIRST.get(name, [])] or STRANGERS
    write(tmp_path / "snapshot", **{"roles": [], "image_uses": [], name: lines})
    by_ranges(700)
    monkeypatch.setattr(workers, "pool", Killed)
    assert "a worker process was killed" in refused(tmp_path)


def test_a_wrong_digest_and_count_are_said(
    tmp_path: Path, by_ranges: Callable[[int], None]
) -> None:
    """Catches ranges that nobody holds against the manifest."""
    folder = write(tmp_path / "snapshot", roles=STRANGERS)
    by_ranges(700)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"]["roles.jsonl"]["records"] = 8
    (folder / "manifest.json").write_text(json.dumps(manifest))
    assert "has 9 records where manifest.json says 8" in said(tmp_path)
    with (folder / "roles.jsonl").open("ab") as file:
        file.write(b"\n")
    assert "its SHA-256 is not the one" in said(tmp_path)


def test_a_file_that_is_another_by_now_is_refused(
    tmp_path: Path, by_ranges: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches ranges of two files, as a collection that ends meanwhile would have them read."""
    folder = write(tmp_path / "snapshot", roles=STRANGERS)
    by_ranges(700)
    made = ranges.ranges(folder / "roles.jsonl")
    other = write(tmp_path / "other", roles=STRANGERS[1:]) / "roles.jsonl"
    other.replace(folder / "roles.jsonl")
    monkeypatch.setattr(Snapshot, "ranges", lambda *_: made)
    assert "it was changed while it was read" in said(tmp_path)


@pytest.mark.parametrize("size", [700, 1 << 20])
def test_a_file_that_is_written_to_meanwhile_is_refused(
    tmp_path: Path, by_ranges: Callable[[int], None], monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    """Catches ranges that are of other bytes than the digest that is held against them."""
    path = write(tmp_path / "snapshot", roles=STRANGERS) / "roles.jsonl"
    by_ranges(size)
    parts = RecordFile.parts

    def written(*given: Any) -> Iterator[Any]:
        for one in parts(*given):
            yield one
            os.utime(path, (1, 1))  # as by writing, which the digest might meet half done

    monkeypatch.setattr(RecordFile, "parts", written)
    assert "it was changed while it was read" in said(tmp_path)


@settings(max_examples=examples(60), deadline=None)
@example([b"a", b"bcd"], True, 2)
@given(st.lists(st.sampled_from([b"", b"a", b"bcd", b"e" * 9])), st.booleans(), st.integers(1, 12))
def test_each_line_is_in_one_range(lines: list[bytes], ended: bool, size: int) -> None:
    """Catches a line that is lost, cut or told twice where a range ends."""
    text = b"\n".join(lines) + (b"\n" if ended else b"")
    with TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        path = Path(name, "lines")
        path.write_bytes(text)
        patch.setattr(ranges, "RANGE", size)
        parts = [b"".join(ranges.lines_in(one) or []) for one in ranges.ranges(path)]
        assert b"".join(parts) == text == b"".join(whole_lines(path))
        assert all(part.endswith(b"\n") for part in list(filter(None, parts))[:-1])


RESOURCE = (
    b'{"account":"222222222222","arn":"arn:aws:s3:::b","document":%b,"kind":"AWS::S3::Bucket",'
    b'"location":null,"name":null,"region":null,"tags":null}'
)
ODD_DOCUMENTS = [b"", b'{"Statement":[{"Sid":"\xff"}]}']


@pytest.mark.parametrize("document", ODD_DOCUMENTS, ids=["none", "no text"])
def test_the_same_is_said_of_an_odd_policy(
    tmp_path: Path, by_ranges: Callable[[int], None], document: bytes
) -> None:
    """Catches a record that is none and passes for a policy of our own, and a policy that is no
    text, of which a worker cannot tell."""
    write(tmp_path / "snapshot", resources=[RESOURCE % document])
    by_ranges(0)
    at_once = said(tmp_path)
    by_ranges(700)
    assert said(tmp_path) == at_once
