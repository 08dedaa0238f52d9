"""For people at a terminal: findings by severity and policy; the verdict last, where they look."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby

from checker.report import view
from checker.report.cross_check import lines
from checker.report.escape import prose, short, shorten, terminal
from checker.report.fit import fit
from checker.report.model import Finding, PolicyInfo, Report

SHOWN = 20  # findings of one policy, and gaps: beyond, only their number
MESSAGE = 500  # characters
_COLOURS = {"critical": "magenta", "high": "red", "medium": "yellow", "low": "cyan", "info": "blue"}
_VERDICTS = {"pass": "green", "fail": "red", "incomplete": "yellow"}
Paint = Callable[..., str]


def render(report: Report, *, color: bool = False, width: int = 0) -> str:
    """`width`: of the terminal that it is for, if any."""
    paint = _painter(color)
    sections = [
        list(_head(report)),
        *_findings(report, paint),
        list(_gaps(report, paint)),
        list(_errors(report, paint)),
        list(_waived(report, paint)),
        list(_known(report, paint)),
        *_cross_check(report, paint),
        list(_remarks("Settings that bend the verdict", view.bends(report), paint)),
        list(_remarks("Notes", report.notes, paint)),
        [paint(view.verdict(report), fg=_VERDICTS[report.verdict], bold=True)],
    ]
    shown = "\n\n".join("\n".join(section) for section in sections if section) + "\n"
    return fit(shown, width)


def _painter(color: bool) -> Paint:
    if not color:
        return lambda text, **_: str(text)
    from click import style

    return style


def _head(report: Report) -> Iterator[str]:
    snapshot, allowlist = report.inputs.snapshot, report.inputs.allowlist
    yield terminal(
        f"{report.tool.name} {report.tool.version}, evaluated on {report.evaluated_on} (UTC): "
        f"snapshot {snapshot.path} of {snapshot.collected_at}, allowlist {allowlist.path}"
    )
    yield f"Looked at {view.looked_at(report)}"


def _findings(report: Report, paint: Paint) -> Iterator[list[str]]:
    policies = {policy.id: policy for policy in report.policies}
    names = view.names(report)
    findings = sorted(view.open_findings(report), key=lambda f: (view.RANK[f.severity], f.policy))
    for (severity, policy), group in groupby(findings, key=lambda f: (f.severity, f.policy)):
        members = list(group)
        yield [
            _title(severity, policy, policies.get(policy), len(members), paint),
            *(line for finding in members[:SHOWN] for line in _entry(finding, names, paint)),
            *_rest(len(members), "  "),
            *_remedies(members, paint),
        ]


def _title(severity: str, name: str, policy: PolicyInfo | None, count: int, paint: Paint) -> str:
    label = paint(severity.upper(), fg=_COLOURS[severity], bold=True)
    title = f": {prose(policy.title)}" if policy else ""
    return f"{label} {paint(terminal(name), bold=True)}{title} ({count:,})"


def _entry(finding: Finding, names: dict[str, str], paint: Paint) -> Iterator[str]:
    # The bullet is more than looks: a runner reads a line that begins with `::` as a command.
    yield "  • " + terminal(shorten(finding.message, MESSAGE))
    details = "  ".join(terminal(shorten(part, MESSAGE)) for part in _details(finding, names))
    yield "    " + paint(details, dim=True)


def _details(finding: Finding, names: dict[str, str]) -> Iterator[str]:
    """What the message may not say; the resource mostly stands in it, and is long."""
    if finding.resource not in finding.message:
        yield finding.resource
    if finding.principal:
        yield f"← {view.known(finding.principal, names)}"
    if finding.account:
        yield (
            "in " + finding.account + (f" ({finding.account_name})" if finding.account_name else "")
        )
    if finding.location:
        yield f"at {finding.location.file}:{finding.location.line}"
    yield f"fingerprint {short(finding.fingerprint)}"


def _rest(count: int, indent: str) -> list[str]:
    return [f"{indent}and {count - SHOWN:,} more: see -f json"] if count > SHOWN else []


def _remedies(findings: list[Finding], paint: Paint) -> list[str]:
    label = paint("Remediation:", bold=True)
    return [f"  {label} {terminal(text)}" for text in view.remedies(findings)]


def _gaps(report: Report, paint: Paint) -> Iterator[str]:
    """No table: a call and its message leave no room for columns."""
    if report.gaps:
        yield paint(f"Could not look at ({len(report.gaps):,})", bold=True)
        lines = view.gap_lines(report)[:SHOWN]
        yield from ("  • " + terminal(shorten(line, MESSAGE)) for line in lines)
        yield from _rest(len(report.gaps), "  ")


def _errors(report: Report, paint: Paint) -> Iterator[str]:
    if report.errors:
        yield paint(f"Could not be evaluated ({len(report.errors):,})", bold=True)
        for error in report.errors[:SHOWN]:
            yield (
                f"  • {terminal(error.policy)} on {terminal(shorten(error.resource, MESSAGE))}: "
                + (terminal(shorten(error.message, MESSAGE)))
            )
        yield from _rest(len(report.errors), "  ")


def _waived(report: Report, paint: Paint) -> Iterator[str]:
    waived = view.waived_findings(report)
    if waived:
        yield paint(f"Waived by exceptions ({len(waived):,})", bold=True)
        reasons: dict[str, int] = {}
        for finding in waived:
            text = f"{finding.policy}: {view.waiver(finding)}"
            reasons[text] = reasons.get(text, 0) + 1
        for text, count in list(reasons.items())[:SHOWN]:
            yield f"  • {terminal(shorten(text, MESSAGE))} ({view.plural(count, 'finding')})"
        yield from _rest(len(reasons), "  ")


def _known(report: Report, paint: Paint) -> Iterator[str]:
    lines = view.known_lines(report)
    if lines:
        yield paint(f"Known from the baseline ({report.summary.known:,})", bold=True)
        yield from ("  • " + terminal(shorten(line, MESSAGE)) for line in lines[:SHOWN])
        yield from _rest(len(lines), "  ")


def _cross_check(report: Report, paint: Paint) -> Iterator[list[str]]:
    for title, told in lines(report.cross_check) if report.cross_check else ():
        if told:
            shown = ("  • " + terminal(shorten(line, MESSAGE)) for line in told[:SHOWN])
            yield [paint(f"{title} ({len(told):,})", bold=True), *shown, *_rest(len(told), "  ")]


def _remarks(title: str, remarks: list[str] | tuple[str, ...], paint: Paint) -> Iterator[str]:
    if remarks:
        yield paint(title, bold=True)
        yield from ("  • " + terminal(remark) for remark in remarks)
