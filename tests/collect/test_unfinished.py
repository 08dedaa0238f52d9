"""The journal of a collection: what is left of it at the end, and of what is not ours, all."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.collect.aws.journal import Journal, request_key
from checker.collect.aws.seal import Part
from checker.errors import InputError

NOW = "2026-11-20T06:00:00Z"
PART = Part("111111111111", (), ("us-east-1",))


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache of the test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def begun(folder: Path, *, key: str = "k", now: str = NOW, resume: bool = False) -> tuple[Journal, str]:  # fmt: skip
    journal = Journal(folder / "snapshot")
    return journal, journal.begin(key, now, resume=resume)


def test_the_end_leaves_nothing_of_ours(tmp_path: Path) -> None:
    """Neither the accounts nor the folder; a file of somebody else's stays, and so its folder."""
    for other in (False, True):
        journal, _ = begun(tmp_path)
        journal.finish(PART, [b"roles.jsonl\t{}\n"])
        assert journal.run(PART.account).is_file() and list(journal.parts()) == [PART.account]
        if other:
            (journal.folder / "notes.txt").write_text("mine")
        journal.end()
        journal.close()
        assert [path.name for path in journal.folder.glob("*")] == ["notes.txt"] * other
        assert journal.folder.exists() is other


def test_a_cut_one_stays_where_it_holds_an_account(tmp_path: Path) -> None:
    """An empty one goes; what is finished after the end is not written."""
    journal, _ = begun(tmp_path)
    journal.close()
    assert not journal.folder.exists()
    journal, _ = begun(tmp_path)
    journal.finish(PART, [])
    journal.close()
    journal.finish(Part("222222222222", (), ()), [])
    assert [path.name for path in journal.runs()] == ["111111111111.run"]


NOTES = [
    ({}, "dropped the unfinished collection of 2026-11-20T06:00:00Z (1 account); --resume would have gone on with it", 0),
    ({"resume": True}, "going on with the unfinished collection of 2026-11-20T06:00:00Z (1 account)", 1),
    ({"resume": True, "now": "2026-11-21T06:00:00Z"}, "going on with the unfinished collection of 2026-11-20T06:00:00Z (1 account)", 1),
    ({"resume": True, "now": "2026-11-21T06:00:01Z"}, "dropped the unfinished collection of 2026-11-20T06:00:00Z (1 account): it is older than a day, or from the future", 0),
    ({"resume": True, "now": "2026-11-20T05:59:59Z"}, "dropped the unfinished collection of 2026-11-20T06:00:00Z (1 account): it is older than a day, or from the future", 0),
]  # fmt: skip


@pytest.mark.parametrize(("how", "note", "left"), NOTES, ids=range(len(NOTES)))
def test_what_became_of_an_unfinished_one(
    tmp_path: Path, how: dict[str, object], note: str, left: int
) -> None:
    """A day old is too old; what goes on holds what was finished."""
    journal, _ = begun(tmp_path)
    journal.finish(PART, [])
    journal.close()
    again, said = begun(tmp_path, **how)  # type: ignore[arg-type]
    assert (said, len(again.runs())) == (note, left)
    again.close()


def test_where_there_is_no_lock_none_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    """On Windows, which has no `fcntl`."""
    monkeypatch.setattr("sys.platform", "win32")
    for journal, _ in [begun(tmp_path) for _ in range(2)]:
        journal.close()


def test_a_stranger_is_neither_believed_nor_removed(tmp_path: Path) -> None:
    """A repository's file where ours would be, deleted with them; or a link that leads away."""
    folder = tmp_path / ".snapshot.unfinished"
    folder.mkdir()
    for make in (lambda: (folder / "notes.txt").write_text("mine"), lambda: (folder / "222222222222.run").mkdir(),
                 lambda: (folder / "222222222222.run").symlink_to(tmp_path / "x")):  # fmt: skip
        make()
        with pytest.raises(InputError, match="is no part of a collection's journal"):
            begun(tmp_path)
        (strange,) = folder.iterdir()
        strange.rmdir() if strange.is_dir() else strange.unlink()
    folder.rmdir()
    folder.symlink_to(tmp_path)
    with pytest.raises(InputError, match="is a link"):
        begun(tmp_path)


def test_nothing_to_resume_is_said(tmp_path: Path) -> None:
    """And without the option nothing is."""
    for resume, said in ((True, "nothing to resume: collecting everything"), (False, "")):
        journal, note = begun(tmp_path, resume=resume)
        assert note == said
        journal.close()


DEEP = b'{"x": ' + b"[" * 100_000
HELD = [
    ("it begins with no JSON", "begun.json", b"{"), ("it begins with what is nested too deep", "begun.json", DEEP), ("it begins with nothing", "begun.json", None),
    ("an account that is no JSON", "111111111111.run", b"{"), ("an account that is nested too deep", "111111111111.run", DEEP), ("no text", "111111111111.run", b"\xff"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "name", "data"), HELD, ids=[row[0] for row in HELD])
def test_what_we_did_not_write_is_not_gone_on_with(
    tmp_path: Path, why: str, name: str, data: bytes | None
) -> None:
    """A journal of somebody else's, believed or fallen over; without the option it is dropped."""
    journal, _ = begun(tmp_path)
    journal.finish(PART, [])
    journal.close()
    path = journal.folder / name
    path.write_bytes(data) if data is not None else path.unlink()
    again = Journal(tmp_path / "snapshot")
    with pytest.raises(InputError, match="was not made by this user's own collection"):
        again.begin("k", NOW, resume=True)
    again.close()
    again, said = begun(tmp_path)
    dropped = "" if name == "begun.json" else NOTES[0][1]
    assert (said, again.runs(), again.at) == (dropped, [], NOW)
    again.close()


def test_another_request_is_not_gone_on_with(tmp_path: Path) -> None:
    """Half of what was asked then, with half of what is asked now; what was left stays for its own."""
    journal, _ = begun(tmp_path)
    journal.finish(PART, [bytes([n]) for n in b"hgfedcbahgfe"])
    journal.close()
    other = Journal(tmp_path / "snapshot")
    with pytest.raises(InputError, match=r"\(1 account\) was begun with other options"):
        other.begin("another", NOW, resume=True)
    other.close()
    again, _ = begun(tmp_path, resume=True, now="2026-11-20T07:00:00Z")
    assert again.at == NOW and again.parts() == {PART.account: PART}
    assert again.run(PART.account).read_bytes().splitlines()[1:] == [b"abcdefgh"]
    with pytest.raises(InputError, match="another collection to this place is going on"):
        Journal(tmp_path / "snapshot").begin("k", NOW, resume=False)
    again.close()
    digests = {request_key(*parts) for parts in ((), ("a",), ("a", "b"), ("b", "a"), ("\ud800",))}
    assert len(digests) == 5 and request_key("a", 1) == request_key("a", 1)
