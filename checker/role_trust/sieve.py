"""The roles of one range of a snapshot's file that anybody must look at, found in a worker process.

Most trust nobody outside. Of the others come back the records, and what their policies say, each
thing once; the allowlist is not known here.
"""

from __future__ import annotations

import contextlib
import gc
from pathlib import Path
from typing import Any

import msgspec

from checker.errors import InputError
from checker.role_trust.answers import REMEMBERED, Answer, Answers
from checker.role_trust.scopes import Scopes
from checker.snapshot.files import ROLES
from checker.snapshot.odd import Seen
from checker.snapshot.ranges import Range, Sum
from checker.snapshot.read import RecordFile
from checker.snapshot.records import FileEntry, Role


class Said(msgspec.Struct, frozen=True):
    """What a policy says, as msgpack; `account`: of roles of that one alone, None for any."""

    account: str | None
    analysis: bytes


class Sifted(msgspec.Struct, frozen=True):
    """`sum`: of all records; None where something is wrong with one. `roles`: those to look at, as
    lines; of each, `which` of `said` it is, and the external ids in place of stand-ins."""

    sum: Sum | None
    roles: bytes = b""
    which: list[int] = []
    ids: list[dict[str, str]] = []
    said: list[Said] = []


class Sieve:
    """Remembers what policies say from one range to the next."""

    def __init__(self, scopes: Scopes) -> None:
        self._answers, self._partition = Answers(scopes), scopes.partition
        self._known: dict[object, tuple[Said, dict[str, str]] | None] = {}
        self._said: dict[object, Said] = {}

    def sift(self, part: Range) -> Sifted:
        path = Path(part.path)
        seen = Seen(self._partition)
        file = RecordFile(path, FileEntry(records=0, sha256=""), Role, seen)
        found = _Found()
        with contextlib.suppress(InputError):
            for _, records in file.told(part):
                self._look(records, found)
            return found.sifted(_sum(file, seen))
        return Sifted(None)

    def _look(self, records: list[Role], found: _Found) -> None:
        known = self._known
        for role in records:
            text = bytes(role.trust_policy)
            try:
                told = known[text]
            except KeyError:
                told = self._uncached(role.account, text)
            if told is not None:
                found.add(role, *told)

    def _uncached(self, account: str, text: bytes) -> tuple[Said, dict[str, str]] | None:
        key = account, text
        if key not in self._known:
            answer = self._answers.of(account, text)
            told = self._told(account, answer)
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[key if answer.bound else text] = told
            return told
        return self._known[key]

    def _told(self, account: str, answer: Answer) -> tuple[Said, dict[str, str]] | None:
        general, shape = answer.general, answer.shape
        if not general.grants and not general.problems:
            return None
        bound = account if answer.bound else None
        key = shape.key, tuple(shape.names.items()), bound
        said = self._said.get(key)
        if said is None:
            if len(self._said) >= REMEMBERED:
                self._said.clear()
            said = self._said[key] = Said(bound, _encode(answer.own))
        return said, shape.ids


class _Found:
    """Fills as records are looked at."""

    def __init__(self) -> None:
        self.roles: list[Role] = []
        self.which: list[int] = []
        self.ids: list[dict[str, str]] = []
        self._said: dict[int, tuple[int, Said]] = {}

    def add(self, role: Role, said: Said, ids: dict[str, str]) -> None:
        number, _ = self._said.setdefault(id(said), (len(self._said), said))
        self.roles.append(role)
        self.which.append(number)
        self.ids.append(ids)

    def sifted(self, told: Sum) -> Sifted:
        said = [one for _, one in self._said.values()]
        return Sifted(told, _encode_lines(self.roles), self.which, self.ids, said)


def _sum(file: RecordFile[Any], seen: Seen) -> Sum:
    ordered = file.ordered
    foreign = seen.foreign.get(ROLES, 0)
    return Sum(
        file.count, frozenset(file.accounts), foreign, ordered.first, ordered.last, ordered.holds
    )


_encode = msgspec.msgpack.Encoder().encode
_encode_lines = msgspec.json.Encoder().encode_lines
_worker: list[Sieve] = []


def start(scopes: Scopes) -> None:
    """In a worker."""
    gc.disable()  # as in who asks: nothing here is a cycle
    _worker[:] = [Sieve(scopes)]


def sift(part: Range) -> bytes:
    """In a worker."""
    return _encode(_worker[0].sift(part))
