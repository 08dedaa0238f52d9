"""A file of roles that is read by ranges says all that it says when it is read in one go."""

from __future__ import annotations

import gc
import json
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from datetime import date
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
from checker.resource_trust.glance import plain_form
from checker.snapshot.lines import whole_lines
from checker.snapshot.read import RecordFile, Snapshot
from checker.snapshot.resource_lines import form
from checker.vetting.read import read_allowlist
from tests import examples
from tests.snapshot.test_read import LINES, TWICE
from tests.support.snapshots import ALLOWLIST, OWN2, STRANGER, role, vendor_role, write


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

    def shutdown(self, **_: object) -> None:
        pass


@pytest.fixture
def by_ranges(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int], None]]:
    """Has roles read by ranges of so many bytes; 0: at once, in this process."""
    monkeypatch.setattr(workers, "pool", Here)
    monkeypatch.setattr(workers, "LEAST", 1)

    def of(size: int) -> None:
        monkeypatch.setattr(workers.os, "cpu_count", lambda: 2 if size else 1)
        monkeypatch.setattr(ranges, "RANGE", size or 1 << 40)

    yield of
    gc.enable()


RULES = Rules(load_policies(None), PolicyOverrides())


def said(folder: Path) -> str:
    """The report, or why there is none."""
    (folder / "allowlist.yaml").write_text(ALLOWLIST)
    vetted = read_allowlist(folder / "allowlist.yaml")
    try:
        report = check(Snapshot(folder / "snapshot"), vetted, RULES, date(2026, 11, 20))
    except InputError as error:
        return str(error)
    return msgspec.json.encode(report).decode()


STRANGERS = [vendor_role(f"S{n}", STRANGER) for n in range(9)]
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
      for encoded in [lambda one: json.dumps(one).encode()] for why, lines, _ in LINES + TWICE
      if why != "two on a line"),  # of which the one error or the other is found first
    ("an ARN of another account", [*STRANGERS, vendor_role("T") | {"account": "111111111111"}]),
]  # fmt: skip


@pytest.mark.parametrize(("why", "lines"), [*GOOD, *BAD], ids=[one[0] for one in [*GOOD, *BAD]])
def test_the_same_is_said(
    tmp_path: Path, by_ranges: Callable[[int], None], why: str, lines: Any
) -> None:
    """Catches a check, a count or the number of a line that is lost between ranges."""
    write(tmp_path / "snapshot", roles=lines)
    by_ranges(0)
    at_once = said(tmp_path)
    for size in (1, 700, 5_000):
        by_ranges(size)
        assert said(tmp_path) == at_once


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


def test_a_line_that_fits_many_times_is_read_in_time() -> None:
    """Catches a pattern that tries each place where a policy may end with each tail of the line:
    this one took ten seconds, and one that is twice as long four times that."""
    again = b',"kind":"x","location":null,"name":null,"region":null,"settings":{'
    line = RESOURCE % (b'{"a":"' + again * 6_000 + b'"}')
    began = time.monotonic()
    assert form(plain_form("aws", ascii_alone=True)).findall(b"\n" + line[:-1] + b"\n") == []
    assert time.monotonic() - began < 2
