"""`collect cloudtrail`: how outsiders used roles, added to the snapshot that names the roles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from checker.collect.cloudtrail.entries import unjudged
from checker.collect.cloudtrail.logs import gap
from checker.collect.cloudtrail.roles import (
    chain,
    entered,
    kept,
    longest,
    may_be,
    pathless,
    reached,
)
from checker.collect.cloudtrail.searches import of_chained, of_use
from checker.snapshot.files import ASSUMPTIONS, USAGE
from checker.snapshot.read import Snapshot
from checker.snapshot.records import Manifest
from checker.snapshot.usage import Assumption, Usage, UsageWindow
from checker.snapshot.write import encode_record, write_sorted
from checker.usage import fold, queries, rollup
from checker.usage.fold import Row

if TYPE_CHECKING:
    from checker.collect.cloudtrail.trail import Trail
    from checker.usage.sql import Window

CALL = "cloudtrail:"
"""How the gaps of a trail begin, so that reading it anew replaces them."""
_READINGS = 3
"""So often a log is read at most in which roles are entered meanwhile."""
NOTES = (
    "Data events (reading and writing objects, items, functions) are recorded only where a trail "
    "asks for them.",
    "Calls in regions or accounts that the trail leaves out are not known.",
    "Sessions that were issued before the window are attributed by the role's trust.",
)


class Use(msgspec.Struct, frozen=True):
    """`followed`: roles that were looked at because outsiders came in or got on by them."""

    usage: list[Usage]
    assumptions: list[Assumption]
    followed: frozenset[str] = frozenset()


class _Told(msgspec.Struct, frozen=True):
    """What a trail answers: rows of assumptions and of use, and which roles these are of."""

    entries: Sequence[Row]
    came: frozenset[str]
    roles: frozenset[str]
    uses: Iterable[Row]


def read_use(
    trail: Trail, watched: frozenset[str], own: frozenset[str],
    before: frozenset[str] = frozenset(),
) -> Use:  # fmt: skip
    """`watched`: roles that outsiders are trusted with; `own`: the organization's accounts;
    `before`: roles that were `followed` when last asked."""
    trail.look(of_use(watched))
    told = _at_once(trail, watched, own, before) if trail.remote else _asked(trail, watched, own)
    found = fold.usage_records(told.uses, {pathless(role): role for role in told.roles})
    usage = kept(found, watched, own, told.came)
    trail.settle([])
    trail.gaps += unjudged(told.entries, own)
    from_outside = [a for a in fold.assumption_records(told.entries) if may_be(a.caller, own)]
    return Use(
        [u for u in usage if u.account],
        [a for a in from_outside if a.account in own],
        told.roles - watched,
    )


def _asked(trail: Trail, watched: frozenset[str], own: frozenset[str]) -> _Told:
    entries = list(trail.rows(queries.assumptions))
    assumed = fold.assumption_records(entries, every=True)
    came, roles = _looked_at(watched, own, assumed)
    if chained := roles - watched:
        trail.look(of_chained(chained))
    rounds = _rounds(trail, roles, assumed)
    uses = trail.rows(lambda table, window: rollup.rollup(table, window, roles, rounds=rounds))
    return _Told(entries, came, roles, uses)


def _at_once(
    trail: Trail, watched: frozenset[str], own: frozenset[str], before: frozenset[str]
) -> _Told:
    """In one reading, which is what Athena bills; in another one where it turns out that the roles
    to look at are others than when last asked."""
    roles = watched | before
    for _ in range(_READINGS):
        rows = list(trail.rows(partial(_use, roles)))
        entries = [row for row in rows if row["via"] == "entry"]
        came, needed = _looked_at(watched, own, fold.assumption_records(entries, every=True))
        if needed == roles:
            break
        roles = needed
    else:
        trail.gaps.append(gap("(all)", "Changing", "roles are entered while the log is read"))
    trail.seen.told(entries)
    return _Told(entries, came, roles, (row for row in rows if row["via"] != "entry"))


def _use(roles: frozenset[str], table: str, window: Window) -> str:
    return rollup.use(table, window, roles)


def _looked_at(
    watched: frozenset[str], own: frozenset[str], assumed: list[Assumption]
) -> tuple[frozenset[str], frozenset[str]]:
    """The roles that outsiders came in by, and all that are to be looked at."""
    came = entered(assumed, own)
    return came, reached(watched | came, assumed)


def _rounds(trail: Trail, roles: frozenset[str], assumed: Iterable[Assumption]) -> int:
    """So many that each chain is followed to its end."""
    if not chain(assumed, roles):
        return 0
    found = trail.rows(lambda table, window: queries.links(table, window, roles))
    links = {row["issued"]: row["access_key"] for row in found if row["access_key"]}
    return longest(links).bit_length() or 1


def add_use(
    snapshot: Snapshot, output: Path, use: Use, trail: Trail, covered: UsageWindow
) -> Manifest:
    """The snapshot with the use in it, written whole; its other files stay as they are."""
    old = snapshot.manifest
    gaps = [gap for gap in old.gaps if not gap.call.startswith(CALL)] + trail.gaps
    sources = (*(s for s in old.sources if s != "cloudtrail"), "cloudtrail")
    manifest = msgspec.structs.replace(
        old, gaps=tuple(gaps), sources=sources, usage=covered, files={}
    )
    return write_sorted(output, manifest, _files(snapshot, use))


def _files(snapshot: Snapshot, use: Use) -> Iterator[tuple[str, Iterable[bytes]]]:
    made: dict[str, list[Usage] | list[Assumption]] = {
        USAGE: use.usage, ASSUMPTIONS: use.assumptions,
    }  # fmt: skip
    for name in sorted({*snapshot.manifest.files, *made}):
        if name in made:
            yield name, sorted(map(encode_record, made[name]))
        else:
            yield name, snapshot.lines(name)
