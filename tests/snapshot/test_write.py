"""Snapshots are written whole, sorted and reproducibly, whatever strings they hold."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from checker.errors import InputError
from checker.snapshot import write
from checker.snapshot.records import SCHEMA, Account, Manifest, Role, Tool
from checker.snapshot.write import FILES, encode_document, write_snapshot

EMPTY = Manifest(
    schema=SCHEMA, tool=Tool(name="vendorgate", version="0"), collected_at="2026-01-01T00:00:00Z"
)


def role(name: str, trust: object = None) -> Role:
    return Role(
        account="111111111111",
        arn=f"arn:aws:iam::111111111111:role/{name}",
        name=name,
        trust_policy=encode_document(trust or {}),
        tags={},
    )


def store(directory: Path, *roles: Role) -> Manifest:
    return write_snapshot(directory, EMPTY, {"roles.jsonl": list(roles)})


def content(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(directory.iterdir())}


def test_lines_and_keys_are_sorted(tmp_path: Path) -> None:
    """The order of collecting leaves no trace, in records or in documents."""
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "b"}]}
    swapped = {"Statement": [{"Action": "b", "Effect": "Allow"}], "Version": "2012-10-17"}
    store(tmp_path / "a", role("y", trust), role("x"))
    store(tmp_path / "b", role("x"), role("y", swapped))
    assert content(tmp_path / "a") == content(tmp_path / "b")
    lines = (tmp_path / "a" / "roles.jsonl").read_text().splitlines()
    assert lines == sorted(lines)
    for line in lines:
        value = json.loads(line)
        assert json.dumps(value, sort_keys=True, separators=(",", ":")) == line


def test_a_resource_that_was_told_of_twice_is_one_line(tmp_path: Path) -> None:
    """Pages may overlap while the account changes."""
    assert store(tmp_path / "s", role("x"), role("x")).files["roles.jsonl"].records == 1


def test_the_manifest_holds_digests_and_counts(tmp_path: Path) -> None:
    """Whoever reads a file can tell whether it is the one that was written."""
    store(tmp_path / "s", role("x"), role("y"))
    manifest = json.loads((tmp_path / "s" / "manifest.json").read_text())
    roles = (tmp_path / "s" / "roles.jsonl").read_bytes()
    assert manifest["files"]["roles.jsonl"] == {
        "records": 2,
        "sha256": hashlib.sha256(roles).hexdigest(),
    }
    assert list(manifest) == sorted(manifest)
    assert roles.count(b"\n") == 2


HOSTILE = ["\x00\x1b[31m", "a\nb\r\u2028\u2029", "\ud800", "x\udfff", "\U0001f600", '"\\', "＜&>"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_can_be_stored_and_read(tmp_path: Path, text: str) -> None:
    """Any string makes one readable line; what UTF-8 cannot hold is written out as an escape."""
    store(tmp_path / "s", role(text))
    (line,) = (tmp_path / "s" / "roles.jsonl").read_bytes().split(b"\n")[:-1]
    read = msgspec.json.decode(line, type=Role)
    assert read.name == text.encode("utf-8", "backslashreplace").decode()


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_documents_can_be_stored_and_read(tmp_path: Path, text: str) -> None:
    """No trust policy makes a snapshot unreadable, and none loses a character."""
    document = {"Statement": [{"Sid": text, text: 10**30}]}
    store(tmp_path / "s", role("x", document))
    line = (tmp_path / "s" / "roles.jsonl").read_bytes()
    stored = json.loads(bytes(msgspec.json.decode(line, type=Role).trust_policy))
    assert (json.loads(stored) if isinstance(stored, str) else stored) == document


def test_a_hostile_account_name_is_stored(tmp_path: Path) -> None:
    """The manifest holds strings of outsiders, too."""
    account = Account(id="111111111111", name="\ud800")
    manifest = msgspec.structs.replace(EMPTY, accounts=(account,))
    write_snapshot(tmp_path / "s", manifest, {})
    stored = msgspec.json.decode((tmp_path / "s" / "manifest.json").read_bytes(), type=Manifest)
    assert stored.accounts[0].name == "\\ud800"


def test_a_snapshot_replaces_the_one_before(tmp_path: Path) -> None:
    """Files of the old one don't survive in the new one, nor does anything beside it."""
    write_snapshot(tmp_path / "s", EMPTY, {name: [] for name in FILES})
    store(tmp_path / "s", role("new"))
    assert sorted(content(tmp_path / "s")) == ["manifest.json", "roles.jsonl"]
    assert [path.name for path in tmp_path.iterdir()] == ["s"]


def test_without_an_exchanging_rename_it_is_replaced_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """File systems and systems without renameat2 take two renames."""
    monkeypatch.setattr(write, "_exchange", lambda *_: False)
    store(tmp_path / "s", role("old"))
    store(tmp_path / "s", role("new"))
    assert b"new" in content(tmp_path / "s")["roles.jsonl"]
    assert [path.name for path in tmp_path.iterdir()] == ["s"]


def test_what_cannot_take_the_place_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that is set aside, and never put back; or an error that nobody hears of."""
    monkeypatch.setattr(write, "_exchange", lambda *_: False)
    target = tmp_path / "snapshot"
    target.mkdir()
    (target / "old").touch()
    with pytest.raises(FileNotFoundError):
        write._swap(tmp_path / "none.tmp", target)
    assert [one.name for one in tmp_path.iterdir()] == ["snapshot"] and (target / "old").is_file()


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """Replacing goes to where the link leads."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    store(tmp_path / "link", role("x"))
    assert (tmp_path / "link").is_symlink()
    assert "manifest.json" in content(tmp_path / "real")


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"precious.txt": "x"}, "no manifest"),
        ({"manifest.json": '{"name": "a web page"}'}, "somebody else's manifest"),
        ({"manifest.json": SCHEMA, "precious.txt": "x"}, "a snapshot with a file of the user's"),
    ],
)
def test_what_is_no_snapshot_is_not_replaced(
    tmp_path: Path, files: dict[str, str], why: str
) -> None:
    """A mistyped -o must not delete anything."""
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(InputError):
        store(tmp_path)
    assert content(tmp_path) == {name: text.encode() for name, text in files.items()}, why


def test_a_place_that_cannot_be_written_is_bad_input(tmp_path: Path) -> None:
    """No traceback for a file in the way."""
    (tmp_path / "file").write_text("x")
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(InputError):
            store(place)


def test_a_failure_while_writing_leaves_the_old_snapshot(tmp_path: Path) -> None:
    """Records that cannot be made leave neither half a snapshot nor a temporary directory."""

    def broken():
        yield role("new")
        raise RuntimeError("cut")

    store(tmp_path / "s", role("old"))
    before = content(tmp_path / "s")
    with pytest.raises(RuntimeError):
        write_snapshot(tmp_path / "s", EMPTY, {"roles.jsonl": broken()})
    assert content(tmp_path / "s") == before
    assert [path.name for path in tmp_path.iterdir()] == ["s"]


KILLED = """
import os, sys
from pathlib import Path
from checker.snapshot import write
sys.path.insert(0, "tests/snapshot")
from test_write import role, store

real, count = getattr(write, sys.argv[2]), [int(sys.argv[3])]
def killed(*arguments):
    count[0] -= 1
    if count[0] == 0:
        os.kill(os.getpid(), 9)
    return real(*arguments)
setattr(write, sys.argv[2], killed)
store(Path(sys.argv[1]), role("new"))
"""


@pytest.mark.parametrize(("function", "time"), [("_write", 1), ("_swap", 1), ("_sync", 1)])
def test_a_kill_before_the_swap_leaves_the_old_snapshot(
    tmp_path: Path, function: str, time: int
) -> None:
    """SIGKILL, at any step up to the swap."""
    store(tmp_path / "s", role("old"))
    before = content(tmp_path / "s")
    done = subprocess.run([sys.executable, "-c", KILLED, tmp_path / "s", function, str(time)])
    assert done.returncode == -signal.SIGKILL
    assert content(tmp_path / "s") == before


def test_a_kill_after_the_swap_leaves_the_new_snapshot(tmp_path: Path) -> None:
    """There is no step at which neither is whole."""
    store(tmp_path / "s", role("old"))
    done = subprocess.run([sys.executable, "-c", KILLED, tmp_path / "s", "_sync", "2"])
    assert done.returncode == -signal.SIGKILL
    store(tmp_path / "expected", role("new"))
    assert content(tmp_path / "s") == content(tmp_path / "expected")


def test_permissions_are_the_umask_s(tmp_path: Path) -> None:
    """Others may read a snapshot where they may read any new directory."""
    old = os.umask(0o022)
    try:
        store(tmp_path / "s", role("x"))
    finally:
        os.umask(old)
    assert (tmp_path / "s").stat().st_mode & 0o777 == 0o755


def test_what_a_kill_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    """Catches a folder of somebody's, or what a link leads to, that is removed with it."""
    target, theirs = tmp_path / "s", tmp_path / "theirs"
    left, linked, other, named = (tmp_path / f".s.{one}.tmp" for one in ("0123abcd", "1" * 8, "2" * 8, "x" * 8))  # fmt: skip
    for folder in (theirs, left, other, named):
        folder.mkdir()
        (folder / "roles.jsonl").touch()
    (left / "manifest.json").touch()
    (other / "notes.txt").touch()
    linked.symlink_to(theirs)
    write.sweep(target)
    assert left.exists(), "no snapshot stands there: it may be all that there is"
    target.mkdir()
    write.sweep(target)
    assert not left.exists() and linked.is_symlink()
    assert all((folder / "roles.jsonl").exists() for folder in (theirs, other, named))


def test_a_folder_that_is_synced_is_let_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches a rename that a power cut undoes, and a descriptor that stays open."""
    synced: list[int] = []
    monkeypatch.setattr("os.fsync", synced.append)
    write._sync(tmp_path)
    (descriptor,) = synced
    with pytest.raises(OSError):
        os.fstat(descriptor)
    write._sync(tmp_path / "none")
