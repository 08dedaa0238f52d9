"""A large file of resources, looked at by all cores: each range of it goes to a worker process
(`sifting`), and what is left comes back in the order of the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from checker.resource_trust.noted import Noted
from checker.resource_trust.sieve import Us
from checker.resource_trust.sifted import Sifted
from checker.resource_trust.sifting import sift, start
from checker.snapshot.files import RESOURCES
from checker.snapshot.ranges import Range, Sum
from checker.snapshot.read import Snapshot
from checker.workers import Crew


def spread(
    workers: Crew, snapshot: Snapshot, us: Us, count: Callable[[int], None]
) -> Iterator[Noted]:
    """The resources that must be looked at; `count` is told of how many there were."""
    for sifted in snapshot.read_elsewhere(RESOURCES, _sifted(workers, snapshot, us)):
        count(sifted.sum.records if sifted.sum else 0)
        yield from sifted.noted()


def _sifted(
    workers: Crew, snapshot: Snapshot, us: Us
) -> Iterator[tuple[Range, Sum | None, Sifted]]:
    parts = ((us, part) for part in snapshot.ranges(RESOURCES))
    for (_, part), told in workers.in_order(parts, sift):
        sifted = _decode(told)
        yield part, sifted.sum, sifted


__all__ = ["spread", "start"]
_decode = msgspec.msgpack.Decoder(Sifted).decode
