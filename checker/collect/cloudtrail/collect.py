"""`collect cloudtrail`: how outsiders used roles, added to the snapshot that names the roles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from checker.collect.cloudtrail.logs import gap
from checker.collect.cloudtrail.roles import kept, outside, reached
from checker.collect.cloudtrail.searches import of_chained, of_use
from checker.snapshot.read import Snapshot
from checker.snapshot.records import Manifest
from checker.snapshot.usage import Assumption, Usage, UsageWindow
from checker.snapshot.write import encode_record, write_sorted
from checker.usage import fold, queries

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

NOTHING = (
    "not one event in this window: check the source, and for Athena the table's location and the "
    "accounts and regions that it projects"
)


class Use(msgspec.Struct, frozen=True):
    usage: list[Usage]
    assumptions: list[Assumption]


def read_use(trail: Trail, watched: frozenset[str], own: frozenset[str]) -> Use:
    """`watched`: roles that outsiders are trusted with; `own`: the organization's accounts."""
    trail.look(of_use(watched))
    assumed = fold.assumption_records(trail.rows(queries.assumptions))
    if not assumed and not trail.events:
        trail.gaps.append(gap("(all)", "Nothing", NOTHING))
    roles = reached(watched, assumed)
    if chained := roles - watched:
        trail.look(of_chained(chained))
    hops = queries.HOPS if _chains(assumed, watched) else 1

    def rollup(table: str, window: Window) -> str:
        return queries.rollup(table, window, roles, hops=hops)

    usage = kept(fold.usage_records(trail.rows(rollup)), watched, own)
    from_outside = [a for a in assumed if outside(a.caller, own) and a.account in own]
    return Use([u for u in usage if u.account], from_outside)


def _chains(assumed: Iterable[Assumption], watched: frozenset[str]) -> bool:
    return any(a.caller is not None and a.caller.arn in watched for a in assumed)


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
