"""A large file of roles, looked at by all cores.

Each range of it goes to a worker process (`sieve`); what comes back is taken in the order of the
file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from checker.role_trust.readings import Names, Reading
from checker.role_trust.scopes import Scopes
from checker.role_trust.sieve import sift, start
from checker.role_trust.sifted import Said, Sifted
from checker.room import room
from checker.snapshot.files import ROLES
from checker.snapshot.ranges import Range, Sum
from checker.snapshot.read import Snapshot
from checker.snapshot.records import Role
from checker.trust.model import Analysis
from checker.workers import Crew, crew

Part = tuple[Range, Sum | None, Sifted]
Read = Callable[[str, Analysis], Reading]


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

    with crew(start, scopes) as workers:  # before the thread that makes the digest
        for sifted in snapshot.read_elsewhere(ROLES, _sifted(workers, snapshot)):
            count(sifted.sum.records if sifted.sum else 0)
            said = list(map(reading, sifted.said))
            roles = _roles.decode_lines(sifted.roles)
            for role, which, names in zip(roles, sifted.which, sifted.names, strict=True):
                if said[which].noteworthy:
                    yield role, said[which], names


def _sifted(workers: Crew, snapshot: Snapshot) -> Iterator[Part]:
    for part, told in workers.in_order(snapshot.ranges(ROLES), sift):
        sifted = _sifted_decoder.decode(told)
        yield part, sifted.sum, sifted


_sifted_decoder = msgspec.msgpack.Decoder(Sifted)
_analysis = msgspec.msgpack.Decoder(Analysis)
_roles = msgspec.json.Decoder(Role)
