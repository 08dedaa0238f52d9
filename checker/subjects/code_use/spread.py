"""A large file of uses of code, looked at by all cores: each range of it goes to a worker process
(`sifting`), and what is found there comes back in the order of the file."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from checker.publishers import Owners
from checker.snapshot.files import CODE_USES
from checker.snapshot.ranges import Range, Sum
from checker.snapshot.read import Snapshot
from checker.subjects.code_use.sifted import Sifted
from checker.subjects.code_use.sifting import sift
from checker.workers import Crew

_decode = msgspec.msgpack.Decoder(Sifted).decode
Told = tuple[Range, Sifted]


def spread(workers: Crew, snapshot: Snapshot, owners: Owners) -> Iterator[Told]:
    """What each range tells. `owners`: whose code is our own."""
    return snapshot.read_elsewhere(CODE_USES, _sifted(workers, snapshot, owners))


def _sifted(
    workers: Crew, snapshot: Snapshot, owners: Owners
) -> Iterator[tuple[Range, Sum | None, Told]]:
    us = owners.own, owners.partition, tuple(owners.by_registry.items())
    parts = ((*us, part) for part in snapshot.ranges(CODE_USES))
    for (*_, part), told in workers.in_order(parts, sift):
        sifted = _decode(told)
        yield part, sifted.sum, (part, sifted)
