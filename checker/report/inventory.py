"""The inventory: each third party once, with where it is trusted and whether it was vetted."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from checker.report.escape import csv_cell, markdown, markdown_code, terminal
from checker.report.json_report import pretty
from checker.report.model import Access, Report, ThirdParty
from checker.report.view import plural

COLUMNS = ("id", "name", "kind", "status", "roles", "images", "accounts", "reads", "privilege")
OF_USE = ("calls", "last use", "unused roles")
"""Only where usage was collected."""
SHORT = ("third party", "status", "roles", "images", "accounts", "reads", "privilege")
GRADES = ("none", "read", "write", "admin", "unknown")


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
    writer.writerow(_columns(report))
    for party in report.third_parties:
        writer.writerow([csv_cell(str(cell)) for cell in _row(party)])
    return out.getvalue()


def render_text(report: Report, *, width: int = 0) -> str:
    """A table for people, the unvetted first; on a terminal that is too narrow for it, a shorter
    one, and how they used it in one of its own."""
    from checker.report.fit import columns, fit, table

    if not report.third_parties:
        none = f"No third party is trusted by {plural(report.summary.roles, 'role')}.\n"
        return fit(none + _gaps(report), width)
    rows = [[terminal(str(cell)) for cell in _row(p, most=3)] for p in report.third_parties]
    shown = table(_columns(report), rows, 0)
    if width and columns(max(shown.split("\n"), key=columns)) > width:
        shown = "\n\n".join(table(*short, width) for short in _short(report))
    return f"{shown}\n\n{fit(_counts(report) + _gaps(report), width)}"


def _short(report: Report) -> Iterator[tuple[Sequence[str], list[list[str]]]]:
    """What fits 80 columns: accounts are counted, kinds said where they are no account."""
    parties = report.third_parties
    yield SHORT, [[terminal(str(cell)) for cell in (_who(p), *_brief(p))] for p in parties]
    if any(party.use for party in parties):
        used = [(_who(p), *_use(p)) for p in parties if p.use]
        yield ("third party", *OF_USE), [[terminal(str(cell)) for cell in row] for row in used]


def _who(party: ThirdParty) -> str:
    name = "" if party.name is None else f"{_name(party)} "
    return f"{name}{party.id}" + ("" if party.kind == "account" else f" ({party.kind})")


def _brief(party: ThirdParty) -> tuple[Any, ...]:
    _, _, _, status, roles, images, _, reads, privilege, *_ = _row(party)
    return status, roles, images, len(party.access), reads, privilege


def render_markdown(report: Report) -> str:
    """The same table for a pull request, a wiki or an issue."""
    parts = []
    if report.third_parties:
        heads = [column.capitalize() for column in _columns(report)]
        parts += [f"| {' | '.join(heads)} |", "| --- " * len(heads) + "|"]
        parts += [_line(party) for party in report.third_parties] + [""]
        parts += [markdown(line) + "\n" for line in _counts(report).splitlines()]
    else:
        parts.append(f"No third party is trusted by {plural(report.summary.roles, 'role')}.\n")
    snapshot = report.inputs.snapshot
    parts += [markdown(line) + "\n" for line in _gaps(report).splitlines()]
    parts.append(
        f"Snapshot {markdown_code(snapshot.path)} of {markdown(snapshot.collected_at)}, "
        f"evaluated on {markdown(report.evaluated_on)} (UTC)."
    )
    return "\n".join(parts) + "\n"


def _line(party: ThirdParty) -> str:
    first, *cells = (str(cell) for cell in _row(party, most=20))
    return f"| {' | '.join([markdown_code(first), *map(markdown, cells)])} |"


def _columns(report: Report) -> tuple[str, ...]:
    return (*COLUMNS, *OF_USE) if any(p.use for p in report.third_parties) else COLUMNS


def _row(party: ThirdParty, most: int | None = None) -> list[Any]:
    accounts = [access.account for access in party.access]
    shown = " ".join(accounts[:most])
    if most is not None and len(accounts) > most:
        shown += f" +{len(accounts) - most}"
    grades = [a.privilege for a in party.access if a.privilege]
    return [
        party.id,
        _name(party),
        party.kind,
        party.status,
        party.roles,
        party.images,
        shown,
        reads(party.access),
        max(grades, key=GRADES.index, default="-"),
        *_use(party),
    ]


def reads(access: Iterable[Access]) -> str:
    """What the roles of a third party may read: data, secrets; `?` where nobody knows."""
    graded = [account for account in access if account.privilege]
    known = {
        "data": [account.reads_data for account in graded],
        "secrets": [account.reads_secrets for account in graded],
    }
    shown = (f"{name}{'' if True in each else '?'}" for name, each in known.items()
            if True in each or None in each)  # fmt: skip
    return " ".join(shown) or "-"


def _use(party: ThirdParty) -> tuple[Any, ...]:
    use = party.use
    return (use.calls, use.last_seen or "-", use.roles_unused) if use else ()


def _name(party: ThirdParty) -> str:
    if party.name is None:
        return "-"
    return party.name if party.named_by == "allowlist" else f"{party.name} (?)"


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
