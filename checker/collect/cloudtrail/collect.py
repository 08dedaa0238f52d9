"""`collect cloudtrail`: how outsiders used roles, added to the snapshot that names the roles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from checker.collect.cloudtrail.entries import unjudged
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
from checker.snapshot.read import Snapshot
from checker.snapshot.records import Manifest
from checker.snapshot.usage import Assumption, Usage, UsageWindow
from checker.snapshot.write import encode_record, write_sorted
from checker.usage import fold, queries
from checker.usage.chains import ROUNDS

if TYPE_CHECKING:
    from checker.collect.cloudtrail.trail import Trail
    from checker.usage.sql import Window

USAGE, ASSUMPTIONS = "usage.jsonl", "assumptions.jsonl"
CALL = "cloudtrail:"
"""How the gaps of a trail begin, so that reading it anew replaces them."""
NOTES = (
    "Data events (reading and writing objects, items, functions) are recorded only where a trail "
    "asks for them.",
    "Calls in regions or accounts that the trail leaves out are not known.",
    "Sessions that were issued before the window are attributed by the role's trust.",
)


class Use(msgspec.Struct, frozen=True):
    usage: list[Usage]
    assumptions: list[Assumption]


def read_use(trail: Trail, watched: frozenset[str], own: frozenset[str]) -> Use:
    """`watched`: roles that outsiders are trusted with; `own`: the organization's accounts."""
    trail.look(of_use(watched))
    rows = list(trail.rows(partial(queries.assumptions, covering=trail.remote)))
    if trail.remote:
        trail.seen.told(rows)
    assumed = fold.assumption_records(rows, every=True)
    came = entered(assumed, own)
    roles = reached(watched | came, assumed)
    if chained := roles - watched:
        trail.look(of_chained(chained))
    rollup = partial(_rollup, roles, _rounds(trail, roles, assumed))
    found = fold.usage_records(trail.rows(rollup), {pathless(role): role for role in roles})
    usage = kept(found, watched, own, came)
    trail.settle([])
    trail.gaps += unjudged(rows, own)
    from_outside = [a for a in fold.assumption_records(rows) if may_be(a.caller, own)]
    return Use([u for u in usage if u.account], [a for a in from_outside if a.account in own])


def _rollup(roles: frozenset[str], rounds: int, table: str, window: Window) -> str:
    return queries.rollup(table, window, roles, rounds=rounds)


def _rounds(trail: Trail, roles: frozenset[str], assumed: Iterable[Assumption]) -> int:
    """So many that each chain is followed to its end; on Athena not more than that many."""
    if not chain(assumed, roles):
        return 0
    if trail.remote:
        return ROUNDS
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
