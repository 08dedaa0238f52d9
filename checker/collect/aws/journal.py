"""What a collection has finished so far, so that it can go on after being cut.

A hidden directory beside the snapshot holds a file for each finished account: its gaps and
regions in the first line, then its records, sorted. A file appears under its name only when it
is safe on the disk. Which request it belongs to is kept as a digest, and no credential at all.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import msgspec

from checker.errors import InputError
from checker.snapshot.records import SCHEMA, Gap
from checker.snapshot.runs import header, run_line, write_run
from checker.snapshot.write import sweep

_STALE = timedelta(days=1)  # a snapshot of two days would show what never was there at once
_SUFFIX = ".run"


class Part(msgspec.Struct, frozen=True):
    """What is known of a finished account beside its records."""

    account: str
    gaps: tuple[Gap, ...] = ()
    regions: tuple[str, ...] = ()


class Begun(msgspec.Struct, frozen=True):
    """`begun.json`: which request a journal belongs to, and since when."""

    key: str
    at: str


class Journal:
    """The journal beside a snapshot, ours alone while the process lives."""

    def __init__(self, target: Path) -> None:
        self.target = target.resolve()
        self.folder = self.target.with_name(f".{self.target.name}.unfinished")
        self.at = ""
        self._lock: BinaryIO | None = None
        self._ours = False

    def begin(self, key: str, now: str, *, resume: bool) -> str:
        """Go on, or begin anew; the note says what became of an unfinished collection.

        Raises InputError where another process is collecting to the same place, and where what
        is unfinished was begun with other options.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        self._take()
        self._ours = True
        found, count = self._begun(), len(list(self.runs()))
        note = _note(found, key, now, count, resume=resume)
        if found and resume and not _stale(found, now):
            self.at = found.at
            return note
        self._clear()
        sweep(self.target)
        begun = msgspec.json.encode(Begun(key, now))
        write_run(self.folder / "begun.json", begun, ())
        self.at = now
        return note

    def parts(self) -> dict[str, Part]:
        """The finished accounts."""
        found = (msgspec.json.decode(header(run), type=Part) for run in self.runs())
        return {part.account: part for part in found}

    def runs(self) -> list[Path]:
        return sorted(self.folder.glob(f"*{_SUFFIX}"))

    def run(self, account: str) -> Path:
        return self.folder / f"{account}{_SUFFIX}"

    def finish(self, part: Part, lines: Iterable[bytes]) -> None:
        """An account is finished, and stays so whatever happens now."""
        write_run(self.run(part.account), msgspec.json.encode(part), sorted(set(lines)))

    def end(self) -> None:
        """The snapshot is in its place."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def close(self) -> None:
        """Let go of it; what holds no finished account need not stay."""
        if self._ours and not self.runs():
            shutil.rmtree(self.folder, ignore_errors=True)
        self._ours = False
        if self._lock:
            self._lock.close()

    def _take(self) -> None:
        """The lock goes with the process, however that ends."""
        self._lock = (self.folder / "lock").open("wb")
        if sys.platform == "win32":  # which has no such lock
            return
        import fcntl

        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise InputError(
                "another collection to this place is going on",
                path=self.folder,
                hint="wait for it, or choose another directory with -o",
            ) from None

    def _begun(self) -> Begun | None:
        try:
            return msgspec.json.decode(header(self.folder / "begun.json"), type=Begun)
        except (OSError, msgspec.MsgspecError):
            return None

    def _clear(self) -> None:
        """All but the lock."""
        for path in self.folder.iterdir():
            if path.name != "lock":
                path.unlink()


def request_key(*parts: object) -> str:
    """A digest of all that a collection depends on."""
    text = "\0".join([SCHEMA, *map(repr, parts)])
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()


def sorted_lines(records: Iterable[msgspec.Struct]) -> list[bytes]:
    return [run_line(record) for record in records]


def _stale(found: Begun, now: str) -> bool:
    return datetime.fromisoformat(now) - datetime.fromisoformat(found.at) > _STALE


def _note(found: Begun | None, key: str, now: str, count: int, *, resume: bool) -> str:
    what = f"the unfinished collection of {found.at} ({count} accounts)" if found else ""
    if not found:
        return "nothing to resume: collecting everything" if resume else ""
    if not resume:
        return f"dropped {what}; --resume would have gone on with it"
    if _stale(found, now):
        return f"dropped {what}: it is older than a day"
    if found.key != key:
        raise InputError(
            f"{what} was begun with other options or by another caller",
            hint="repeat those, or leave --resume out to drop it",
        )
    return f"going on with {what}"
