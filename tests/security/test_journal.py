"""`collect aws --resume` goes on with what this user's own collection left, and with nothing else."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from checker.collect.aws.journal import Journal
from checker.collect.aws.seal import Part
from tests.collect.test_faults import ACCOUNTS, OTHER, build, run
from tests.support.cli import Ran, vendorgate
from tests.support.collected import FEW, of_sources
from tests.support.front import Calls, aws

FORGED = json.dumps(
    {"account": OTHER, "arn": f"arn:aws:iam::{OTHER}:role/forged", "name": "forged"}
)
NAME = ".snapshot.unfinished"
OPTIONS = (*ACCOUNTS, "--regions", "us-east-1")
KEYS: list[str] = []


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of the test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture(scope="module")
def calls() -> Iterator[Calls]:
    """An emulated organization for all of these tests."""
    seen = Calls()
    with aws(seen), of_sources(*FEW):
        build()
        yield seen


def now() -> str:
    return datetime.now(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def request_key(folder: Path, calls: Calls) -> str:
    """The key that a collection with these options would look for, whatever the folder."""

    class Spy(Journal):
        def begin(self, key: str, *_: object, **__: object) -> str:
            KEYS.append(key)
            raise KeyboardInterrupt

    if not KEYS:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("checker.collect.aws.collect.Journal", Spy)
            collect(folder)
    return KEYS[0]


def collect(folder: Path, *options: str) -> Ran:
    less = ("--no-resources", "--no-code")
    return vendorgate("collect", "aws", "-o", "snapshot", *OPTIONS, *less, *options, cwd=folder)


def left(folder: Path, key: str, at: str | None = None) -> Path:
    """What a collection with this key leaves that was cut after one account, with a forged role."""
    journal = Journal(folder / "snapshot")
    journal.begin(key, at or now(), resume=False)
    journal.finish(Part(OTHER, (), ("us-east-1",)), [f"roles.jsonl\t{FORGED}\n".encode()])
    journal.close()
    return folder / NAME


def copied(folder: Path) -> None:
    """As anybody might have committed it: made under another user's key."""
    (folder / "cache/vendorgate/journal.key").unlink()


def record(folder: Path) -> None:
    path = folder / NAME / f"{OTHER}.run"
    path.write_bytes(path.read_bytes().replace(b"forged", b"doctor"))


def header(folder: Path) -> None:
    path = folder / NAME / f"{OTHER}.run"
    path.write_bytes(path.read_bytes().replace(b'"us-east-1"', b'"eu-west-1"'))


def younger(folder: Path) -> None:
    path = folder / NAME / "begun.json"
    later = (datetime.now(UTC) + timedelta(days=400)).isoformat()
    path.write_text(json.dumps(json.loads(path.read_text()) | {"at": later}) + "\n")


def odd_seal(folder: Path) -> None:
    path = folder / NAME / "begun.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"seal": "é"}) + "\n")


def another_account(folder: Path) -> None:
    (folder / NAME / f"{OTHER}.run").rename(folder / NAME / "333333333333.run")


def without_begin(folder: Path) -> None:
    (folder / NAME / "begun.json").unlink()


def older_form(folder: Path) -> None:
    (folder / NAME / "begun.json").write_text(json.dumps({"key": "k", "at": now()}) + "\n")


def linked(folder: Path) -> None:
    (folder / NAME).rename(folder / "elsewhere")
    (folder / NAME).symlink_to(folder / "elsewhere")


def linked_file(folder: Path) -> None:
    path = folder / NAME / f"{OTHER}.run"
    path.rename(folder / "elsewhere")
    path.symlink_to(folder / "elsewhere")


def draft_that_leads_away(folder: Path) -> None:
    (folder / "precious").write_text("precious")
    (folder / NAME / f"{OTHER}.tmp").symlink_to(folder / "precious")


def stranger_within(folder: Path) -> None:
    (folder / NAME / "notes.txt").write_text("precious")


def folder_within(folder: Path) -> None:
    (folder / NAME / "444444444444.run").mkdir()


def committed(folder: Path) -> None:
    for arguments in (["init", "-q"], ["add", "-f", NAME]):
        subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)


Doctor = Callable[[Path], None]
DOCTORED: list[tuple[Doctor, str]] = [
    (copied, "was not made by this user's own collection"),
    (record, "was not made by this user's own collection"),
    (header, "was not made by this user's own collection"),
    (younger, "was not made by this user's own collection"),
    (odd_seal, "was not made by this user's own collection"),
    (another_account, "was not made by this user's own collection"),
    (without_begin, "was not made by this user's own collection"),
    (older_form, "was not made by this user's own collection"),
    (linked, "is a link"),
    (linked_file, "is no part of a collection's journal"),
    (draft_that_leads_away, "is no part of a collection's journal"),
    (stranger_within, "is no part of a collection's journal"),
    (folder_within, "is no part of a collection's journal"),
    (committed, "is tracked by git"),
]


@pytest.mark.parametrize(("doctor", "said"), DOCTORED, ids=[d[0].__name__ for d in DOCTORED])
def test_a_doctored_journal_is_refused(
    tmp_path: Path, calls: Calls, doctor: Doctor, said: str
) -> None:
    """A role that AWS never told of, or one left out, in a snapshot that says it was collected."""
    left(tmp_path, request_key(tmp_path, calls))
    doctor(tmp_path)
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    ran = collect(tmp_path, "--resume")
    assert ran.code == 2 and said in ran.err and ran.err.count("\n") == 1, ran.err
    assert all(path.exists() for path in before), "nothing was deleted"
    assert not (tmp_path / "snapshot").exists()


def test_our_own_journal_is_gone_on_with(tmp_path: Path, calls: Calls) -> None:
    """The plain case: it is believed, so what makes it believed is the seal."""
    left(tmp_path, request_key(tmp_path, calls))
    ran = collect(tmp_path, "--resume")
    assert "going on with the unfinished collection" in ran.err, ran.err
    assert "forged" in (tmp_path / "snapshot/roles.jsonl").read_text()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cache", "snapshot"]


def test_a_journal_from_the_future_is_dropped(tmp_path: Path, calls: Calls) -> None:
    """A clock that was set back: no snapshot may claim a time that has not come."""
    later = (datetime.now(UTC) + timedelta(hours=3)).isoformat()
    left(tmp_path, request_key(tmp_path, calls), later)
    ran = collect(tmp_path, "--resume")
    assert "from the future" in ran.err
    assert "forged" not in (tmp_path / "snapshot/roles.jsonl").read_text()


def test_a_foreign_journal_is_dropped_unasked(tmp_path: Path, calls: Calls) -> None:
    """Without --resume nothing of it counts, and only names of ours are deleted."""
    left(tmp_path, "k")
    copied(tmp_path)
    assert collect(tmp_path).code in (0, 3)
    assert not (tmp_path / NAME).exists()
    left(tmp_path, "k")
    stranger_within(tmp_path)
    ran = collect(tmp_path)
    assert ran.code == 2 and "notes.txt" in ran.err
    assert (tmp_path / NAME / "notes.txt").read_text() == "precious"


def test_what_only_looks_like_a_draft_of_ours_stays(tmp_path: Path, calls: Calls) -> None:
    """A folder of the user's beside the snapshot, of the form of our own drafts' names."""
    run(tmp_path, *OPTIONS)
    ours, theirs = tmp_path / ".snapshot.0123abcd.tmp", tmp_path / ".snapshot.cafe0123.tmp"
    for folder, name in ((ours, "roles.jsonl"), (theirs, "thesis.txt")):
        folder.mkdir()
        (folder / name).write_text("x")
    assert collect(tmp_path).code in (0, 3)
    assert (ours.exists(), theirs.exists()) == (False, True)


def test_without_a_cache_it_collects_but_cannot_resume(tmp_path: Path, calls: Calls) -> None:
    """A home that cannot be written, as in many containers, must not stop a collection."""
    (tmp_path / "cache").write_text("no folder")
    assert collect(tmp_path).code in (0, 3)
    left(tmp_path, request_key(tmp_path, calls))
    assert "was not made by this user" in collect(tmp_path, "--resume").err


def test_the_key_is_for_its_user_alone(tmp_path: Path, calls: Calls) -> None:
    """A key that others can read seals nothing; one that is a link or cut is made anew."""
    left(tmp_path, "k")
    path = tmp_path / "cache/vendorgate/journal.key"
    assert path.stat().st_mode & 0o777 == 0o600 and len(path.read_bytes()) == 32
    assert [path.name for path in path.parent.iterdir()] == ["journal.key"]
    path.write_bytes(b"short")
    Journal(tmp_path / "snapshot")
    assert len(path.read_bytes()) == 32
