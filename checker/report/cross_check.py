"""What AWS's analyzer found against what we found: a part of a report."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from checker.plurals import plural


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody at a resource, as one side tells it. `why`: in words, what the other side says."""

    account: str
    region: str | None
    resource: str
    kind: str
    principal: str
    actions: tuple[str, ...] = ()
    condition: dict[str, str] = {}
    why: str = ""


class KindRow(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of resource. `analyzer`: AWS's covers it; `looked`: the snapshot looked for it.
    `theirs`, `ours`: ways in; `both`: of theirs, those that we found, too."""

    kind: str
    analyzer: bool
    looked: bool
    theirs: int
    ours: int
    both: int


class CrossCheck(msgspec.Struct, frozen=True, kw_only=True):
    """`missed`: what AWS found and we did not, each a gap; `stopped`: both found it, and we say
    that something stops it; `only_ours`: what AWS's analyzer should have found, and did not;
    `unreadable`: resources that AWS could not analyse, or whose finding could not be read.
    Counts of AWS's findings: `agreed`, `own` (who is our own for us, or AWS itself), `archived`
    and `resolved` by their status, `elsewhere` in accounts that the snapshot did not look at.
    `uncovered`: our ways in that no analyzer covers, by reason."""

    path: str
    sha256: str
    collected_at: str
    analyzers: tuple[str, ...]
    agreed: int
    own: int
    archived: int
    resolved: int
    elsewhere: int
    missed: tuple[Told, ...]
    stopped: tuple[Told, ...]
    only_ours: tuple[Told, ...]
    unreadable: tuple[str, ...]
    uncovered: dict[str, int]
    kinds: tuple[KindRow, ...]

    @property
    def sentence(self) -> str:
        return (
            f"Held against Access Analyzer's findings of {self.collected_at} ({self.path}): "
            f"{self.agreed:,} found by both, {len(self.missed):,} by AWS alone, "
            f"{len(self.only_ours):,} by us alone where AWS looks; aside: {self.own:,} own, "
            f"{self.archived:,} archived, {self.resolved:,} resolved, {self.elsewhere:,} in "
            "accounts that the snapshot did not look at"
        )


def lines(found: CrossCheck) -> Iterator[tuple[str, list[str]]]:
    """Sections with a title and lines, raw: each names what an outsider chose."""
    yield "Access Analyzer found, and we did not", [_line(one) for one in found.missed]
    yield "Found by both; we say that it is stopped", [_line(one) for one in found.stopped]
    yield "Found by us, and not by Access Analyzer", [_line(one) for one in found.only_ours]
    yield (
        "Access Analyzer could not analyse, or its finding was not understood",
        list(found.unreadable),
    )
    yield (
        "Found by us, where Access Analyzer does not look",
        [f"{reason}: {plural(count, 'way in', 'ways in')}" for reason, count in
         found.uncovered.items()],
    )  # fmt: skip
    yield "By kind", [_row(one) for one in found.kinds]


def _line(one: Told) -> str:
    actions = f": {', '.join(one.actions)}" if one.actions else ""
    conditions = ", ".join(f"{key}={value}" for key, value in one.condition.items())
    limited = f" (if {conditions})" if conditions else ""
    return f"{one.resource} ← {one.principal}{actions}{limited}" + (f"; {one.why}" * bool(one.why))


def _row(one: KindRow) -> str:
    if not one.looked:
        return f"{one.kind}: not looked at by us, by AWS's word alone: {one.theirs:,} ways in"
    return f"{one.kind}: AWS {one.theirs:,}, of these ours, too, {one.both:,}; we {one.ours:,}"
