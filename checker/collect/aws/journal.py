"""What a collection has finished so far, so that it can go on after being cut.

A hidden directory beside the snapshot holds a file for each finished account: its gaps and
regions in the first line, then its records, sorted. A file appears under its name only when it
is safe on the disk. Which request it belongs to is kept as a digest, and no credential at all.
All of it is sealed under a key of the user's own cache (`seal.py`).
"""

from __future__ import annotations

import contextlib
import re
import secrets
import sys
import threading
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

import msgspec

from checker import usercache
from checker.collect.aws.seal import (
    HINT,
    Begun,
    Part,
    Sealed,
    begun_holds,
    refuse_strange,
    run_holds,
    sealed_begun,
    sealed_part,
)
from checker.errors import InputError
from checker.plurals import plural
from checker.snapshot.records import SCHEMA
from checker.snapshot.runs import header, run_line, write_run
from checker.snapshot.write import sweep

_STALE = timedelta(days=1)  # a snapshot of two days would show what never was there at once
_SUFFIX = ".run"
_BEGUN = "begun.json"
_OURS = re.compile(
    r"lock|begun\.(json|tmp)|([0-9]{12}|aggregator(-[0-9]{6})?)\.(run(\.merged)*|tmp)"
)


class Journal:
    """The journal beside a snapshot, ours alone while the process lives."""

    def __init__(self, target: Path) -> None:
        self.target = target.resolve()
        self.folder = self.target.with_name(f".{self.target.name}.unfinished")
        self.at = ""
        self._name = ""
        self._key = usercache.key("journal.key") or secrets.token_bytes(32)
        self._lock: BinaryIO | None = None
        self._ours = False
        self._writing = threading.Lock()

    def begin(self, key: str, now: str, *, resume: bool) -> str:
        """Go on, or begin anew; the note says what became of an unfinished collection.

        Raises InputError where another process is collecting to the same place, where what is
        unfinished was begun with other options, and for a journal that this user did not make.
        """
        refuse_strange(self.folder, self._files())
        self.folder.mkdir(parents=True, exist_ok=True)
        self._take()
        self._ours = True
        found, count = self._begun(), len(self.runs())
        if resume and (found is not None or count):
            self._check(found)
        note = _note(found, key, now, count, resume=resume)
        if found and resume and not _stale(found, now):
            self.at, self._name = found.at, found.journal
            return note
        self._clear()
        sweep(self.target)
        self._begin(key, now)
        return note

    def _begin(self, key: str, now: str) -> None:
        self.at, self._name = now, secrets.token_hex(16)
        begun = sealed_begun(self._key, Begun(key, now, self._name))
        write_run(self.folder / _BEGUN, msgspec.json.encode(begun), ())

    def parts(self) -> dict[str, Part]:
        """The finished accounts."""
        found = (msgspec.json.decode(header(run), type=Sealed).part for run in self.runs())
        return {part.account: part for part in found}

    def runs(self) -> list[Path]:
        return sorted(self.folder.glob(f"*{_SUFFIX}"))

    def run(self, account: str) -> Path:
        return self.folder / f"{account}{_SUFFIX}"

    def finish(self, part: Part, lines: Iterable[bytes]) -> None:
        """An account is finished, and stays so whatever happens now."""
        kept = sorted(set(lines))
        sealed = sealed_part(self._key, self._name, part, kept)
        with self._writing:
            if self._ours:  # not when Ctrl-C has ended the collection meanwhile
                write_run(self.run(part.account), msgspec.json.encode(sealed), kept)

    def end(self) -> None:
        """The snapshot is in its place."""
        self._remove()

    def close(self) -> None:
        """Let go of it; what holds no finished account need not stay."""
        with self._writing:
            if self._ours and not self.runs():
                self._remove()
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
            return msgspec.json.decode(header(self.folder / _BEGUN), type=Begun)
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return None

    def _check(self, found: Begun | None) -> None:
        """Whether all of it was made under our key."""
        if found is None or not begun_holds(self._key, found):
            raise _foreign(self.folder)
        for run in self.runs():
            if not run_holds(self._key, found, run):
                raise _foreign(run)

    def _files(self) -> list[Path]:
        """Those that bear a name that we give."""
        with contextlib.suppress(OSError):
            return [path for path in self.folder.iterdir() if _OURS.fullmatch(path.name)]
        return []

    def _clear(self) -> None:
        """All but the lock."""
        for path in self._files():
            if path.name != "lock":
                path.unlink()

    def _remove(self) -> None:
        """What we made, and the folder, if nothing else is in it."""
        with contextlib.suppress(OSError):
            for path in self._files():
                path.unlink()
            self.folder.rmdir()


def request_key(*parts: object) -> str:
    """A digest of all that a collection depends on."""
    text = "\0".join([SCHEMA, *map(repr, parts)])
    return sha256(text.encode("utf-8", "backslashreplace")).hexdigest()


def sorted_lines(records: Iterable[msgspec.Struct]) -> list[bytes]:
    return [run_line(record) for record in records]


def _foreign(path: Path) -> InputError:
    return InputError(
        "was not made by this user's own collection, so nothing in it is believed",
        path=path,
        hint=f"{HINT}, or leave --resume out to drop it",
    )


def _stale(found: Begun, now: str) -> bool:
    """Older than a day, or of a time that is yet to come."""
    age = datetime.fromisoformat(now) - datetime.fromisoformat(found.at)
    return age > _STALE or age < timedelta()


def _note(found: Begun | None, key: str, now: str, count: int, *, resume: bool) -> str:
    what = f"the unfinished collection of {found.at} ({plural(count, 'account')})" if found else ""
    if not found:
        return "nothing to resume: collecting everything" if resume else ""
    if not resume:
        return f"dropped {what}; --resume would have gone on with it"
    if _stale(found, now):
        return f"dropped {what}: it is older than a day, or from the future"
    if found.key != key:
        raise InputError(
            f"{what} was begun with other options or by another caller",
            hint="repeat those, or leave --resume out to drop it",
        )
    return f"going on with {what}"
