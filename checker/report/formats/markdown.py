"""Markdown, for a comment on a pull request or a job summary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from checker.report import view
from checker.report.escape import markdown, markdown_code, markdown_prose, prose, short, shorten
from checker.report.model import SEVERITIES, Finding, PolicyInfo, Report

COMMENT = 65_000  # bytes; GitHub takes 65,536 characters in a comment
MESSAGE = 300
LISTED = 20
_ICONS = {"pass": "✅", "fail": "❌", "incomplete": "⚠️"}
_TABLE = "| Resource | Third party | Message | Fingerprint |\n| --- | --- | --- | --- |\n"


def render(report: Report, *, limit: int = COMMENT) -> str:
    """At most `limit` bytes, most severe findings first; those that find no room are counted."""
    head, tail = "\n".join(_head(report)) + "\n", "\n".join(_tail(report))
    tail = _fit(tail, limit // 2)
    room = limit - len((head + tail).encode()) - 100  # for the line that counts the rest
    body, left = _findings(report, room)
    rest = f"\n*{view.plural(left, 'more finding')}: see the JSON report.*\n" if left else ""
    return head + body + rest + tail


def _fit(text: str, limit: int) -> str:
    if len(text.encode()) <= limit:
        return text
    kept = text.encode()[: limit - 100].decode(errors="ignore").rpartition("\n")[0]
    return f"{kept}\n\n*The rest is left out: see the JSON report.*\n"


def _head(report: Report) -> Iterator[str]:
    snapshot = report.inputs.snapshot
    yield f"## {_ICONS[report.verdict]} vendorgate: {view.verdict(report)}\n"
    counts = Counter(finding.severity for finding in view.open_findings(report))
    columns: dict[str, int] = {severity: counts[severity] for severity in SEVERITIES}
    columns |= {"waived": report.summary.waived, "gaps": len(report.gaps)}
    columns |= {"known": report.summary.known} if report.inputs.baseline else {}
    yield f"| {' | '.join(columns)} |"
    yield "| --: " * len(columns) + "|"
    yield f"| {' | '.join(f'{count:,}' for count in columns.values())} |\n"
    yield (
        f"Looked at {view.looked_at(report)}: snapshot {markdown_code(snapshot.path)} of "
        f"{markdown(snapshot.collected_at)}, evaluated on {markdown(report.evaluated_on)} (UTC)."
    )


def _findings(report: Report, room: int) -> tuple[str, int]:
    """The text of as many findings as there is room for, and the number of the others."""
    policies = {policy.id: policy for policy in report.policies}
    names, parts, left = view.names(report), list[str](), 0
    findings = sorted(view.open_findings(report), key=lambda f: (view.RANK[f.severity], f.policy))
    for _, group in groupby(findings, key=lambda f: (f.severity, f.policy)):
        members = list(group)
        title = _title(members, policies.get(members[0].policy))
        remedy = "".join(
            f"\n**Remediation:** {markdown_prose(t)}\n" for t in view.remedies(members)
        )
        rows = _rows(members, names, room - _size(title + remedy))
        left += len(members) - len(rows)
        if rows:
            parts += [title, *rows, remedy]
            room -= _size(title + remedy + "".join(rows))
    return "".join(parts), left


def _size(text: str) -> int:
    return len(text.encode())


def _title(members: list[Finding], policy: PolicyInfo | None) -> str:
    title = f": {markdown(prose(policy.title))}" if policy else ""
    first = members[0]
    name = markdown_code(first.policy)
    return f"\n### {first.severity.upper()} {name}{title} ({len(members):,})\n\n{_TABLE}"


def _rows(members: list[Finding], names: dict[str, str], room: int) -> list[str]:
    rows = []
    for finding in members:
        row = _row(finding, names)
        room -= _size(row)
        if room < 0:
            break
        rows.append(row)
    return rows


def _row(finding: Finding, names: dict[str, str]) -> str:
    party = finding.principal or ""
    who = markdown_code(shorten(party, MESSAGE)) if party else "–"
    name = names.get(party)
    cells = (
        markdown_code(shorten(finding.resource, MESSAGE)) + _where(finding),
        who + (f" {markdown(shorten(name, MESSAGE))}" if name else ""),
        markdown(shorten(finding.message, MESSAGE)),
        markdown_code(short(finding.fingerprint)),
    )
    return f"| {' | '.join(cells)} |\n"


def _where(finding: Finding) -> str:
    if finding.location is None:
        return ""
    return f"<br>at {markdown_code(f'{finding.location.file}:{finding.location.line}')}"


def _tail(report: Report) -> Iterator[str]:
    yield from _list("Settings that bend the verdict", view.bends(report))
    yield from _list("Notes", list(report.notes))
    yield from _list(
        "Could not be evaluated",
        [f"{error.policy} on {error.resource}: {error.message}" for error in report.errors],
    )
    yield from _list("Could not look at", view.gap_lines(report))
    yield from _list(
        "Waived by exceptions",
        [f"{f.policy}: {f.resource}: {view.waiver(f)}" for f in view.waived_findings(report)],
    )
    yield from _list("Known from the baseline", view.known_lines(report))
    yield ""


def _list(title: str, items: list[str]) -> Iterator[str]:
    if items:
        yield f"\n### {title} ({len(items):,})\n"
        yield from (f"- {markdown(shorten(item, 2 * MESSAGE))}" for item in items[:LISTED])
        if len(items) > LISTED:
            yield f"- *and {len(items) - LISTED:,} more: see the JSON report*"
