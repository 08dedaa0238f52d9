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
from checker.evidence.digests import compare
from checker.evidence.evaluate import read_allowlist
from checker.evidence.model import ALLOWLIST, REPORT
from checker.evidence.tables import in_force
from checker.evidence.unpack import RefusedError, unpacked
from checker.report.escape import csv_cell, terminal
from checker.report.json_report import read
from checker.report.model import SEVERITIES, Report

STATUSES = ("vetted", "out-of-scope", "expired", "unlisted")
COLUMNS = (
    "date", "collected_at", "verdict", "third_parties", *STATUSES, *SEVERITIES, "waivers", "waived",
    "gaps", "newly_vetted", "median_days_to_vet",
)  # fmt: skip
Party = tuple[str, str]
Row = tuple[str, ...]


@dataclass(frozen=True)
class Moment:
    """What a bundle tells of its day."""

    day: date
    report: Report
    waivers: int


def read_moment(path: Path) -> Moment:
    """Raises InputError for a file that is no bundle, or whose digests do not hold."""
    try:
        with unpacked(path) as folder:
            for name, problem in compare(folder):
                raise InputError(f"{name} {problem}", path=path, hint="see evidence verify")
            report = read((folder / REPORT).read_bytes(), path=f"{path}/{REPORT}")
            day = date.fromisoformat(report.evaluated_on)
            return Moment(day, report, in_force(read_allowlist(folder, ALLOWLIST), day))
    except RefusedError as refused:
        raise InputError(f"refused: {refused}", path=path) from None
    except (ValueError, OSError) as error:
        raise InputError(f"is no bundle: {error}", path=path) from None


def rows(moments: Iterable[Moment]) -> list[Row]:
    """Days to vet count from the first bundle here that saw a third party not vetted."""
    first: dict[Party, date] = {}
    return [_row(moment, first) for moment in sorted(moments, key=lambda moment: moment.day)]


def _row(moment: Moment, first: dict[Party, date]) -> Row:
    report = moment.report
    statuses = Counter(party.status for party in report.third_parties)
    waited = _waited(moment, first)
    cells = [
        report.evaluated_on,
        report.inputs.snapshot.collected_at,
        report.verdict,
        len(report.third_parties),
        *(statuses[status] for status in STATUSES),
        *(report.summary.open.get(severity, 0) for severity in SEVERITIES),
        moment.waivers,
        report.summary.waived,
        len(report.gaps),
        len(waited),
        f"{median(waited):g}" if waited else "-",
    ]
    return tuple(map(str, cells))


def _waited(moment: Moment, first: dict[Party, date]) -> list[int]:
    """Days that each third party vetted by now has waited; remembers who waits from now on."""
    waited = []
    for party in moment.report.third_parties:
        key = party.kind, party.id
        if party.status != "vetted":
            first.setdefault(key, moment.day)
        elif key in first:
            waited.append((moment.day - first.pop(key)).days)
    return waited


def render_csv(table: list[Row]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([cell if cell == "-" else csv_cell(cell) for cell in row] for row in table)
    return out.getvalue()


def render_text(table: list[Row]) -> str:
    """On its side: a column for each bundle."""
    from tabulate import tabulate

    turned = [[name.replace("_", " ").upper(), *map(terminal, cells)]
              for name, *cells in zip(COLUMNS, *table, strict=True)]  # fmt: skip
    return tabulate(turned, tablefmt="plain", disable_numparse=True) + "\n"
