"""One range of a snapshot's file of resources, sifted in a worker process.

Most lines are told by one pattern to be a resource with a policy that plainly is for our own, and
are never decoded; all others are read as strictly as everywhere.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import repeat

import msgspec

from checker.access.kinds import KINDS
from checker.errors import InputError
from checker.resource_trust.glance import plain_form
from checker.resource_trust.plain import LONGEST
from checker.resource_trust.sieve import Sieve, Us
from checker.resource_trust.sifted import Left, Sifted
from checker.room import room
from checker.snapshot.fitting import Row, in_turns
from checker.snapshot.odd import Seen
from checker.snapshot.once import as_written
from checker.snapshot.ranges import Range
from checker.snapshot.read import RecordFile, file_of
from checker.snapshot.resource_lines import form
from checker.snapshot.resources import ResourceRecord
from checker.snapshot.role_lines import tells_once

_KINDS = frozenset(name.encode() for name in KINDS)


class Sifter:
    """Remembers what it read from one range to the next."""

    def __init__(self, us: Us) -> None:
        self._sieve, self._partition = Sieve(us), us.partition
        self._own = frozenset([b"", *(one.encode() for one in us.own)])
        self._pointed = {name.encode() for name in us.pointed}
        self._form = form(plain_form(us.partition, ascii_alone=True))
        self._once: dict[bytes, None] = {b"": None}

    def sift(self, part: Range) -> Sifted:
        """What is wrong with a record is said by who reads the range again."""
        left = Left()
        file = file_of(part, ResourceRecord, Seen(self._partition))
        with contextlib.suppress(InputError):
            for lines in file.lines(part):
                for rows, others in in_turns(self._form, lines):
                    if rows and not self._fit(rows, file, left):
                        others = b"\n".join(row[0] for row in rows)
                    if others:
                        self._add(file.decode(others), left)
            return left.sifted(file.sum())
        return Sifted(None)

    def _fit(self, rows: list[Row], file: RecordFile[ResourceRecord], left: Left) -> bool:
        """Looks at lines that fit; False where the form alone tells no records."""
        every, accounts, arns, *whose, others, kinds, settings, tags = zip(*rows, strict=True)
        if not (self._tell_once(settings, _is_written) and self._tell_once(tags, tells_once)):
            return False
        file.follow(accounts)
        names = zip(map(bytes.decode, kinds), map(bytes.decode, arns), repeat(None))
        file.seen.follow(map(bytes.decode, accounts), names)
        strange = {at for at, other in enumerate(others) if other}
        for column in whose:
            strange |= _among(column, set(column) - self._own)
        strange |= _among(kinds, set(kinds) - _KINDS)
        if self._pointed:
            strange |= _among(
                arns, {one for one in arns if one.rpartition(b":")[2] in self._pointed}
            )
        strange |= {at for at, line in enumerate(every) if len(line) > LONGEST}
        if strange:
            self._add(file.checked(b"\n".join([every[at] for at in sorted(strange)])), left)
        return True

    def _tell_once(self, texts: Iterable[bytes], does: Callable[[bytes], bool]) -> bool:
        """Whether each is JSON by itself that tells no key twice."""
        new = set(texts) - self._once.keys()
        if not all(map(does, new)):
            return False
        for one in new:
            room(self._once)[one] = None
        return True

    def _add(self, records: list[ResourceRecord], left: Left) -> None:
        for one in self._sieve.noted(records):
            left.add(one)


def _among(column: tuple[bytes, ...], wanted: set[bytes]) -> set[int]:
    """Where they stand."""
    return {at for at, one in enumerate(column) if one in wanted} if wanted else set()


def _is_written(settings: bytes) -> bool:
    return as_written(settings + b"\n")


_encode = msgspec.msgpack.Encoder().encode
_sifter = lru_cache(1)(Sifter)


def sift(given: tuple[Us, Range]) -> bytes:
    """In a worker."""
    us, part = given
    return _encode(_sifter(us).sift(part))
