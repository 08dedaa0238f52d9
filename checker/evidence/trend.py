"""A period: one row for each bundle, in order of their days."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median

from checker.errors import InputError
from checker.evidence.digests import compare, digest
from checker.evidence.evaluate import read_allowlist
from checker.evidence.layout import RefusedError
from checker.evidence.model import ALLOWLIST, MANIFEST, REPORT
from checker.evidence.tables import in_force
from checker.evidence.unpack import unpacked
from checker.report import view
from checker.report.escape import csv_cell, terminal
from checker.report.json_report import read
from checker.report.model import SEVERITIES, Report

STATUSES = ("vetted", "out-of-scope", "expired", "unlisted")
COLUMNS = (
    "date", "collected_at", "verdict", "third_parties", *STATUSES, *SEVERITIES, "waivers", "waived",
    "gaps", "newly_vetted", "median_days_to_vet",
)  # fmt: skip
Party = tuple[str, str]


@dataclass(frozen=True)
class Moment:
    """What a bundle tells of its day; `sha256` is that of its list of digests."""

    day: date
    report: Report
    waivers: int
    sha256: str


@dataclass(frozen=True)
class Point:
    """One bundle in the row. `statuses` are in order of STATUSES, `open` of SEVERITIES; `waited`
    are the days of each third party that was vetted since the bundle before."""

    day: date
    collected_at: str
    verdict: str
    parties: int
    statuses: tuple[int, ...]
    open: tuple[int, ...]
    waivers: int
    waived: int
    gaps: int
    waited: tuple[int, ...]
    sha256: str


def read_moment(path: Path) -> Moment:
    """Raises InputError for a file that is no bundle, or whose digests do not hold."""
    try:
        with unpacked(path) as folder:
            for name, problem in compare(folder):
                raise InputError(f"{name} {problem}", path=path, hint="see evidence verify")
            report = read((folder / REPORT).read_bytes(), path=f"{path}/{REPORT}")
            day = date.fromisoformat(report.evaluated_on)
            waivers = in_force(read_allowlist(folder, ALLOWLIST), day)
            return Moment(day, report, waivers, digest(folder / MANIFEST))
    except RefusedError as refused:
        raise InputError(f"refused: {refused}", path=path) from None
    except (ValueError, OSError) as error:
        raise InputError(f"is no bundle: {error}", path=path) from None


def points(moments: Iterable[Moment]) -> list[Point]:
    """In order of their days, those of one day in order of their snapshots. Days to vet count
    from the first bundle here that saw a third party not vetted."""
    first: dict[Party, date] = {}
    ordered = sorted(moments, key=lambda m: (m.day, m.report.inputs.snapshot.collected_at))
    return [_point(moment, first) for moment in ordered]


def _point(moment: Moment, first: dict[Party, date]) -> Point:
    """Counted from what the report lists, not taken from its summary."""
    report = moment.report
    statuses = Counter(party.status for party in report.third_parties)
    severities = Counter(finding.severity for finding in view.open_findings(report))
    return Point(
        day=moment.day,
        collected_at=report.inputs.snapshot.collected_at,
        verdict=report.verdict,
        parties=len(report.third_parties),
        statuses=tuple(statuses[status] for status in STATUSES),
        open=tuple(severities[severity] for severity in SEVERITIES),
        waivers=moment.waivers,
        waived=len(view.waived_findings(report)),
        gaps=len(report.gaps),
        waited=_waited(moment, first),
        sha256=moment.sha256,
    )


def _waited(moment: Moment, first: dict[Party, date]) -> tuple[int, ...]:
    """Days that each third party vetted by now has waited; remembers who waits from now on."""
    waited = []
    for party in moment.report.third_parties:
        key = party.kind, party.id
        if party.status != "vetted":
            first.setdefault(key, moment.day)
        elif key in first:
            waited.append((moment.day - first.pop(key)).days)
    return tuple(waited)


def middle(waited: tuple[int, ...]) -> str:
    return f"{median(waited):g}" if waited else "-"


def _cells(point: Point) -> tuple[str, ...]:
    """In order of COLUMNS."""
    cells = (
        point.day,
        point.collected_at,
        point.verdict,
        point.parties,
        *point.statuses,
        *point.open,
        point.waivers,
        point.waived,
        point.gaps,
        len(point.waited),
        middle(point.waited),
    )
    return tuple(map(str, cells))


def render_csv(period: Iterable[Point]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for cells in map(_cells, period):
        writer.writerow([cell if cell == "-" else csv_cell(cell) for cell in cells])
    return out.getvalue()


def render_text(period: Iterable[Point]) -> str:
    """On its side: a column for each bundle."""
    from tabulate import tabulate

    columns = zip(COLUMNS, *map(_cells, period), strict=True)
    turned = [[name.replace("_", " ").upper(), *map(terminal, cells)] for name, *cells in columns]
    return tabulate(turned, tablefmt="plain", disable_numparse=True) + "\n"
