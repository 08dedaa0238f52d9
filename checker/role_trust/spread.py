"""A large file of roles, looked at by all cores.

Each range of it goes to a worker process (`sieve`); what comes back is taken in the order of the
file, so that the outcome never depends on timing. A few ranges are ahead, so memory does not grow
with the file. A small file is read here: to start a worker takes longer.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import msgspec

from checker.role_trust.readings import Names, Reading
from checker.role_trust.scopes import Scopes
from checker.role_trust.sieve import sift, start
from checker.role_trust.sifted import Said, Sifted
from checker.room import room
from checker.snapshot.ranges import Range, Sum
from checker.snapshot.read import Snapshot
from checker.snapshot.records import Role
from checker.trust.model import Analysis
from checker.workers import loss_is_said, pool

if TYPE_CHECKING:  # imported when there is enough to do for worker processes
    from concurrent.futures import Future

LEAST = 6
"""With fewer ranges, no worker is started."""
Part = tuple[Range, Sum | None, Sifted]
Read = Callable[[str, Analysis], Reading]


def worth_it(snapshot: Snapshot) -> bool:
    return _workers() > 1 and len(snapshot.role_ranges()) >= LEAST


def spread(
    snapshot: Snapshot, scopes: Scopes, read: Read, count: Callable[[int], None]
) -> Iterator[tuple[Role, Reading, Names]]:
    """The noteworthy roles, in the order of the file, as a reader yields them. `read`: what an
    analysis of a policy of an account means; `count` is told of how many roles there were."""
    known: dict[tuple[str | None, bytes], Reading] = {}

    def reading(said: Said) -> Reading:
        key = said.account, said.analysis
        if key not in known:
            room(known)[key] = read(said.account or "", _analysis.decode(said.analysis))
        return known[key]

    for sifted in snapshot.read_elsewhere(_sifted(snapshot, scopes)):
        count(sifted.sum.records if sifted.sum else 0)
        said = list(map(reading, sifted.said))
        roles = _roles.decode_lines(sifted.roles)
        for role, which, names in zip(roles, sifted.which, sifted.names, strict=True):
            if said[which].noteworthy:
                yield role, said[which], names


def _sifted(snapshot: Snapshot, scopes: Scopes) -> Iterator[Part]:
    workers, ahead = _workers(), deque[tuple[Range, "Future[bytes]"]]()
    with loss_is_said(), pool(workers, start, scopes) as busy:
        try:
            for part in snapshot.role_ranges():
                ahead.append((part, busy.submit(sift, part)))
                if len(ahead) > 2 * workers:
                    yield _next(ahead)
            while ahead:
                yield _next(ahead)
        finally:
            busy.shutdown(cancel_futures=True)


def _next(ahead: deque[tuple[Range, Future[bytes]]]) -> Part:
    part, future = ahead.popleft()
    sifted = _sifted_decoder.decode(future.result())
    return part, sifted.sum, sifted


def _workers() -> int:
    return min(os.cpu_count() or 1, 8)


_sifted_decoder = msgspec.msgpack.Decoder(Sifted)
_analysis = msgspec.msgpack.Decoder(Analysis)
_roles = msgspec.json.Decoder(Role)
