"""A large file of resources, looked at by all cores: each range of it goes to a worker process
(`sifting`), and what is left comes back in the order of the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from checker.resource_trust.noted import Noted
from checker.resource_trust.sieve import Us
from checker.resource_trust.sifted import Sifted
from checker.resource_trust.sifting import sift
from checker.snapshot.files import RESOURCES
from checker.snapshot.ranges import Range, Sum
from checker.snapshot.read import Snapshot
from checker.workers import Crew, InOrder


class Spread:
    """Begins to look, for `us` as we are known before any resource was looked at."""

    def __init__(self, workers: Crew, snapshot: Snapshot, us: Us) -> None:
        self._workers, self._snapshot, self._us = workers, snapshot, us
        self._begun = self._begin()

    def noted(self, us: Us, count: Callable[[int], None]) -> Iterator[Noted]:
        """The resources that must be looked at; `count` is told of how many there were. Where `us`
        is another by now, all is looked at anew."""
        if us != self._us:
            self._begun.cancel()
            self._us = us
            self._begun = self._begin()
        for sifted in self._snapshot.read_elsewhere(RESOURCES, self._sifted()):
            count(sifted.sum.records if sifted.sum else 0)
            yield from sifted.noted()

    def _begin(self) -> InOrder[tuple[Us, Range]]:
        parts = self._snapshot.ranges(RESOURCES)
        return self._workers.in_order(((self._us, part) for part in parts), sift)

    def _sifted(self) -> Iterator[tuple[Range, Sum | None, Sifted]]:
        for (_, part), told in self._begun:
            sifted = _decode(told)
            yield part, sifted.sum, sifted


_decode = msgspec.msgpack.Decoder(Sifted).decode
