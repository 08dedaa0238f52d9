"""The forms of an inventory: text, json, csv, markdown."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from msgspec import UNSET

from checker.inventory import cells
from checker.report.escape import csv_cell, markdown, markdown_code, terminal
from checker.report.fit import columns, fit, table
from checker.report.json_report import pretty
from checker.report.model import Report, ThirdParty
from checker.report.view import plural

FORMATS = ("text", "json", "csv", "markdown")


def render(report: Report, name: str, *, width: int = 0) -> str:
    """`width`: of the terminal that a text is for, if any."""
    makers = {"json": render_json, "csv": render_csv, "markdown": render_markdown}
    return makers[name](report) if name in makers else render_text(report, width=width)


def render_json(report: Report) -> str:
    """The third parties as in the JSON report, with the day and the snapshot they are of."""
    value = {
        "schema": "vendorgate/inventory/v1",
        "evaluated_on": report.evaluated_on,
        "snapshot": report.inputs.snapshot,
        "third_parties": report.third_parties,
        "gaps": report.gaps,
    }
    return pretty(value)


def render_csv(report: Report) -> str:
    """One row for each third party; accounts separated by spaces."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(cells.columns(report))
    writer.writerows(map(csv_cell, cells.row(party)) for party in report.third_parties)
    return out.getvalue()


def render_text(report: Report, *, width: int = 0) -> str:
    """A table for people, the unvetted first; on a terminal that is too narrow for it, a shorter
    one, and how they used it in one of its own."""
    if not report.third_parties:
        return fit(_nobody(report) + _gaps(report), width)
    shown = _table(cells.columns(report), [cells.row(p, most=3) for p in report.third_parties], 0)
    if width and columns(max(shown.split("\n"), key=columns)) > width:
        shown = "\n\n".join(_table(*short, width) for short in _short(report))
    return f"{shown}\n\n{fit(_counts(report) + _gaps(report), width)}"


def _table(heads: Sequence[str], rows: list[list[str]], width: int) -> str:
    return table(heads, [[terminal(cell) for cell in row] for row in rows], width)


def _short(report: Report) -> Iterator[tuple[Sequence[str], list[list[str]]]]:
    """What fits 80 columns."""
    yield cells.short_columns(report), [cells.short_row(party) for party in report.third_parties]
    if used := [party for party in report.third_parties if party.use]:
        heads = ("third party", *cells.OF_USE)
        yield heads, [[cells.who(party), *cells.use(party)] for party in used]


def render_markdown(report: Report) -> str:
    """The same table for a pull request, a wiki or an issue."""
    parts = []
    if report.third_parties:
        heads = [column.capitalize() for column in cells.columns(report)]
        parts += [f"| {' | '.join(heads)} |", "| --- " * len(heads) + "|"]
        parts += [_line(party) for party in report.third_parties] + [""]
        parts += [markdown(line) + "\n" for line in _counts(report).splitlines()]
    else:
        parts.append(_nobody(report))
    snapshot = report.inputs.snapshot
    parts += [markdown(line) + "\n" for line in _gaps(report).splitlines()]
    parts.append(
        f"Snapshot {markdown_code(snapshot.path)} of {markdown(snapshot.collected_at)}, "
        f"evaluated on {markdown(report.evaluated_on)} (UTC)."
    )
    return "\n".join(parts) + "\n"


def _line(party: ThirdParty) -> str:
    first, *rest = cells.row(party, most=20)
    return f"| {' | '.join([markdown_code(first), *map(markdown, rest)])} |"


def _nobody(report: Report) -> str:
    count = report.summary
    looked = count.resource_policies
    more = "" if looked is UNSET else f" or {plural(looked, 'resource')}"
    return f"No third party is trusted by {plural(count.roles, 'role')}{more}.\n"


def _counts(report: Report) -> str:
    parties = report.third_parties
    unvetted = sum(p.status != "vetted" for p in parties)
    noted = any(p.named_by == "catalogue" for p in parties)
    hint = "(?): named by the public catalogue, which vets nobody.\n" if noted else ""
    count = plural(len(parties), "third party", "third parties")
    return f"{count}, {unvetted} not vetted for what they have.\n{hint}"


def _gaps(report: Report) -> str:
    if not report.gaps:
        return ""
    return (
        f"Incomplete: {plural(len(report.gaps), 'corner')} could not be looked at"
        " (see vendorgate check).\n"
    )
