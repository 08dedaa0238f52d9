"""One range of a snapshot's file of resources, sifted in a worker process."""

from __future__ import annotations

import contextlib
from functools import lru_cache

import msgspec

from checker.errors import InputError
from checker.resource_trust.sieve import Sieve, Us
from checker.resource_trust.sifted import Left, Sifted
from checker.snapshot.odd import Seen
from checker.snapshot.ranges import Range
from checker.snapshot.read import file_of
from checker.snapshot.resources import ResourceRecord


class Sifter:
    """Remembers what it read from one range to the next."""

    def __init__(self, us: Us) -> None:
        self._sieve, self._partition = Sieve(us), us.partition

    def sift(self, part: Range) -> Sifted:
        """What is wrong with a record is said by who reads the range again."""
        left = Left()
        file = file_of(part, ResourceRecord, Seen(self._partition))
        with contextlib.suppress(InputError):
            for lines in file.lines(part):
                for one in self._sieve.noted(file.decode(lines)):
                    left.add(one)
            return left.sifted(file.sum())
        return Sifted(None)


_encode = msgspec.msgpack.Encoder().encode
_sifter = lru_cache(1)(Sifter)


def sift(given: tuple[Us, Range]) -> bytes:
    """In a worker."""
    us, part = given
    return _encode(_sifter(us).sift(part))
